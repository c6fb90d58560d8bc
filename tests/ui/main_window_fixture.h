// A real window with the toy family and settings of its own, for the tests of the shell.
#pragma once

#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

#include "engine/toy/toy_family.h"
#include "ui/shell/main_window.h"

namespace jacobiscope {

class WindowFixture {
 public:
  WindowFixture() { open(); }

  MainWindow& window() { return *m_window; }
  Engine& engine() { return m_window->engine(); }
  ViewState& view() { return engine().view(); }
  const Actions& actions() { return m_window->actions(); }
  QString path(const QString& name) const { return m_folder.filePath(name); }

  void open() {
    const ModelEntry toy{"toy", "Toy", "toy", "toy", "A triangular map", {}, {}, true};
    m_window = std::make_unique<MainWindow>(
        std::vector<FamilyEntry>{toyFamily()}, std::vector<ModelEntry>{toy},
        std::make_unique<QSettings>(path("settings.ini"), QSettings::IniFormat));
    m_window->resize(1200, 800);
    m_window->show();
  }
  // As a user does: settings are written.
  void close() {
    m_window->close();
    m_window.reset();
  }

  bool loadToy() {
    m_window->open("toy");
    return QTest::qWaitFor([this] { return view().model.has_value(); });
  }
  void set(const std::string& key, const KnobValue& value) { engine().editKnob(key, value); }

  const RunRecord* lastRun() {
    const auto& runs = engine().recording().runs();
    return runs.empty() ? nullptr : &runs.rbegin()->second;
  }
  // Waits until run `id` has ended.
  bool waitForEnd(int id) {
    return QTest::qWaitFor(
        [this, id] {
          const RunRecord* run = engine().recording().run(id);
          return run && run->ended() && !view().running;
        },
        20000);
  }
  bool generate() {
    const int before = lastRun() ? lastRun()->start.run : 0;
    actions().generate->trigger();
    return waitForEnd(before + 1);
  }
  // A run that cannot end by itself before a test has looked at it.
  bool startSlowRun() {
    set("delay", std::int64_t{20});
    set("mode", std::string("sequential"));
    actions().generate->trigger();
    return QTest::qWaitFor([this] { return lastRun() && !lastRun()->snapshots.empty(); });
  }

 private:
  QTemporaryDir m_folder;
  std::unique_ptr<MainWindow> m_window;
};

}  // namespace jacobiscope
