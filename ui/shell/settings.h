// What the window remembers between two starts. Every value is checked when it is read: a
// settings file that was damaged or edited costs the memory, never the start.
#pragma once

#include <QByteArray>
#include <QSettings>
#include <QString>
#include <QStringList>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/breakpoint.h"
#include "engine/core/knob.h"
#include "ui/shell/theme.h"

namespace jacobiscope {

struct Settings {
  QByteArray geometry, layout;  // of QMainWindow
  ThemeChoice theme = ThemeChoice::System;
  bool cividis = false;
  double zoom = 1;        // 0.5 to 3
  int quotaMegabytes = 512;  // of recorded pictures, 16 to 65,536
  int keptMegabytes = 512;   // of runs in the user's folder, 0 (none) to 65,536
  bool tellsOfRuns = true;   // that were long, by a message of the desktop
  QString lastModel;      // path
  QStringList recent;     // paths of checkpoints, latest first
  std::uint64_t seed = 0;
  bool drawsSeed = false;
  int count = 1;          // 1 to 64
  std::string prompt;     // of models that read one; empty: none typed yet
  std::optional<std::int64_t> label;
  bool anyClass = false;  // chosen, as opposed to no class chosen yet
  bool followHand = true;
  bool judgesByItself = false;
  QString ownPicture;         // path of the picture that runs start from; empty: noise
  std::vector<float> places;  // x, y and yaw of every thing on a robot's table; empty: the seed's
  std::vector<Breakpoint> breakpoints = initialBreakpoints();  // one of each kind
  std::map<std::string, KnobValues> knobs;  // by weights' hash
  QStringList remotes;  // engines elsewhere, latest first: "user@host COMMAND"

  bool operator==(const Settings&) const = default;
};

Settings readSettings(const QSettings& store);
void writeSettings(QSettings& store, const Settings& settings);

// Puts `path` (or a remote) first among the recent ones; the oldest beyond ten are forgotten.
void addRecent(QStringList& recent, const QString& path);

}  // namespace jacobiscope
