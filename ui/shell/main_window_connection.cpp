// The window while its engine is on another machine.
#include <algorithm>

#include "ui/shell/connect_dialog.h"
#include "ui/shell/main_window.h"

namespace jacobiscope {

void MainWindow::connectConnection() {
  const Actions& a = *m_actions;
  connect(a.connectEngine, &QAction::triggered, this, [this] {
    showConnect(this, m_settings.remotes, [this](const RemotePlace& place) {
      addRecent(m_settings.remotes, place.text());
      m_connection->open(place);
    });
  });
  connect(a.disconnectEngine, &QAction::triggered, m_connection, &Connection::close);
  connect(m_connection, &Connection::changed, this, [this] {
    listModels();
    refreshSoon();
  });
}

bool MainWindow::isElsewhere() const { return !m_engine->place().empty(); }

// Their paths are of that machine; a bundled model has the same picture here.
std::vector<ModelEntry> MainWindow::modelsThere() const {
  std::vector<ModelEntry> there = m_connection->models();
  for (ModelEntry& model : there) {
    const auto same = std::ranges::find(m_models, model.name, &ModelEntry::name);
    if (same == m_models.end() || !same->bundled || !model.bundled) continue;
    model.thumbnail = same->thumbnail;
    model.samples = same->samples;
  }
  return there;
}

}  // namespace jacobiscope
