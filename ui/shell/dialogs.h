// Preferences and the texts of the Help menu. No dialog blocks the window.
#pragma once

#include <QAction>
#include <QDialog>
#include <QList>
#include <functional>

#include "ui/shell/kept_runs.h"
#include "ui/shell/settings.h"

namespace jacobiscope {

// Shows the preferences; `changed` gets them at every change, at once. `kept` tells what is on the
// disk; nullptr: nothing is kept.
void showPreferences(QWidget* parent, const Settings& settings, KeptRuns* kept,
                     std::function<void(const Settings&)> changed);

void showTour(QWidget* parent);
void showShortcuts(QWidget* parent, const QList<QAction*>& actions);
void showAbout(QWidget* parent);

}  // namespace jacobiscope
