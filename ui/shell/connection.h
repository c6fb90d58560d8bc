// The way to an engine on another machine, through the user's own ssh, and what came of it.
#pragma once

#include <QObject>
#include <QString>
#include <QStringList>
#include <memory>
#include <optional>
#include <vector>

#include "engine/remote/remote_session.h"
#include "ui/shell/engine.h"

namespace jacobiscope {

struct RemotePlace {
  QString host;                               // as ssh takes it: "user@host", "ssh://host:2222"
  QString command = "jacobiscope-cli serve";  // what is run there

  // One text of both, and back.
  QString text() const { return host + ' ' + command; }
  static RemotePlace of(const QString& text);
  // Empty, or what is wrong with it, in a sentence.
  QString fault() const;
};

class Connection : public QObject {
  Q_OBJECT

 public:
  // Is to live longer than the engine, whose source it may be.
  explicit Connection(Engine& engine, QObject* parent = nullptr);
  ~Connection() override;

  enum class State {
    Here,        // the engine is the one in this process
    Connecting,  // ssh is on its way; until it is there, the engine is the one before
    There,
    Lost  // it was there: what is asked of it is refused
  };
  State state() const;
  // Where the engine is, or is to be.
  const RemotePlace& place() const { return m_place; }
  // What the engine there has, as its own paths.
  const std::vector<ModelEntry>& models() const { return m_models; }
  // Why the last attempt failed or the connection was lost.
  const std::optional<RemoteSession::Ending>& problem() const { return m_problem; }
  void dismissProblem();

  void open(const RemotePlace& place);
  void openAgain();
  // Gives up an attempt, else returns to the engine here and the model that it had.
  void close();

  // What takes the host and the command, in place of ssh.
  void setProgram(const QStringList& words) { m_program = words; }

 Q_SIGNALS:
  void changed();

 private:
  void look();
  void adopt();
  std::string modelToLoad() const;

  Engine& m_engine;
  QStringList m_program = {"ssh", "-T", "--"};
  RemotePlace m_place;
  std::vector<ModelEntry> m_models;
  std::optional<RemoteSession::Ending> m_problem;
  std::string m_ownModel;         // that the engine here had
  RemotePlace m_adopted;          // whose engine is in use, or was
  std::string m_modelThere;       // that was in use there
  bool m_lost = false;
  std::shared_ptr<RemoteSession> m_session;  // the engine's source
  std::shared_ptr<RemoteSession> m_attempt;  // not there yet
};

}  // namespace jacobiscope
