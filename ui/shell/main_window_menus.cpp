// The menus that are filled by what is loaded and what was opened before.
#include <QFileInfo>

#include "ui/shell/main_window.h"
#include "ui/views/token_digest.h"

namespace jacobiscope {

void MainWindow::refreshPresets() {
  QStringList names;
  for (const Preset& preset : m_engine->presets()) names << QString::fromStdString(preset.name);
  if (names != m_presetNames || m_menus->presets->isEmpty()) {
    m_presetNames = names;
    m_menus->presets->clear();
    qDeleteAll(m_presets->actions());
    for (const Preset& preset : m_engine->presets()) {
      QAction* action = m_presets->addAction(QString::fromStdString(preset.name));
      action->setCheckable(true);
      action->setToolTip(QString::fromStdString(preset.origin));
      connect(action, &QAction::triggered, this,
              [this, name = preset.name] { m_engine->choosePreset(name); });
    }
    m_menus->presets->addActions(m_presets->actions());
    m_menus->presets->addSeparator();
    const Actions& a = *m_actions;
    m_menus->presets->addActions({a.calibrate, a.search, a.showTrials});
    m_menus->presets->addSeparator();
    m_menus->presets->addActions({a.editSchedule, a.importSchedule, a.exportSchedule,
                                  a.copySchedule});
  }
  // Tokens have no blocks to schedule.
  const auto& model = m_engine->view().model;
  m_menus->presets->setTitle(model && model->vocabulary > 0 ? "&Presets" : "&Schedule");
  const QString current = QString::fromStdString(m_engine->view().preset);
  m_presets->setExclusionPolicy(QActionGroup::ExclusionPolicy::ExclusiveOptional);
  for (QAction* action : m_presets->actions()) action->setChecked(action->text() == current);
}

void MainWindow::refreshRecent() {
  m_menus->recent->clear();
  m_menus->recent->setEnabled(!m_settings.recent.isEmpty());
  for (const QString& path : m_settings.recent) {
    QAction* action = m_menus->recent->addAction(QFileInfo(path).fileName());
    action->setToolTip(path);
    connect(action, &QAction::triggered, this, [this, path] { m_files->open(path); });
  }
}

}  // namespace jacobiscope
