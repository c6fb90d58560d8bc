#include "ui/shell/connection.h"

#include <algorithm>

#include "engine/core/error.h"

namespace jacobiscope {

RemotePlace RemotePlace::of(const QString& text) {
  const QString host = text.section(' ', 0, 0, QString::SectionSkipEmpty);
  const QString command = text.section(' ', 1, -1, QString::SectionSkipEmpty).trimmed();
  RemotePlace place;
  place.host = host;
  if (!command.isEmpty()) place.command = command;
  return place;
}

QString RemotePlace::fault() const {
  if (host.isEmpty()) return "Name a host, as for ssh: user@host.";
  // A word that begins so would be an option to ssh.
  if (host.startsWith('-')) return "A host does not begin with “-”.";
  const bool spaced = std::ranges::any_of(host, [](QChar c) { return c.isSpace(); });
  if (spaced) return "A host has no blanks; options for it belong into ~/.ssh/config.";
  if (command.trimmed().isEmpty()) return "Say which command is to be run there.";
  return {};
}

Connection::Connection(Engine& engine, QObject* parent) : QObject(parent), m_engine(engine) {}

Connection::~Connection() = default;

Connection::State Connection::state() const {
  if (m_attempt) return State::Connecting;
  if (!m_session) return State::Here;
  return m_lost ? State::Lost : State::There;
}

void Connection::open(const RemotePlace& place) {
  m_attempt.reset();
  m_place = place;
  m_problem.reset();
  std::vector<std::string> words;
  for (const QString& word : m_program) words.push_back(word.toStdString());
  words.push_back(place.host.toStdString());
  words.push_back(place.command.toStdString());
  RemoteSession::Options options;
  options.host = place.host.toStdString();
  options.lastRun = m_engine.lastNumber();
  const auto wake = [this] {
    QMetaObject::invokeMethod(
        this, [this] { look(); }, Qt::QueuedConnection);
  };
  try {
    m_attempt = std::make_shared<RemoteSession>(std::move(words), wake, options);
  } catch (const Error& error) {
    m_problem = RemoteSession::Ending{error.what(), error.hint()};
  }
  Q_EMIT changed();
}

void Connection::openAgain() { open(m_place); }

void Connection::close() {
  m_problem.reset();
  if (m_attempt) {
    m_attempt.reset();
    m_place = m_adopted;
  } else if (m_session) {
    m_engine.useOwn();
    m_session.reset();
    m_models.clear();
    m_lost = false;
    if (!m_ownModel.empty()) m_engine.load(m_ownModel);
  }
  Q_EMIT changed();
}

void Connection::dismissProblem() {
  m_problem.reset();
  Q_EMIT changed();
}

void Connection::look() {
  if (m_attempt && m_attempt->engine()) {
    adopt();
  } else if (m_attempt && m_attempt->ended()) {
    m_problem = m_attempt->ended();
    m_attempt.reset();
    Q_EMIT changed();
  }
  if (!m_session) return;
  m_engine.drain();
  if (m_lost || !m_session->ended()) return;
  m_engine.drain();  // what came in between with its end
  m_lost = true;
  m_problem = m_session->ended();
  m_modelThere = m_engine.loadedPath();
  Q_EMIT changed();
}

void Connection::adopt() {
  if (!m_session) m_ownModel = m_engine.loadedPath();
  m_models = m_attempt->engine()->models;
  m_engine.use(sourceOf(m_attempt), m_attempt->host());
  m_session = std::exchange(m_attempt, nullptr);
  const std::string path = modelToLoad();
  m_adopted = m_place;
  m_lost = false;
  Q_EMIT changed();
  if (!path.empty()) m_engine.load(path);
}

// What was in use there before the connection was lost, else the counterpart of the model in use,
// else the first one that has weights.
std::string Connection::modelToLoad() const {
  if (m_lost && m_adopted.text() == m_place.text() && !m_modelThere.empty()) return m_modelThere;
  const auto& model = m_engine.view().model;
  const auto same = std::ranges::find_if(
      m_models, [&](const ModelEntry& entry) { return model && entry.name == model->name; });
  if (same != m_models.end()) return same->path.string();
  const auto real = std::ranges::find_if(
      m_models, [](const ModelEntry& entry) { return entry.family != "toy"; });
  if (real != m_models.end()) return real->path.string();
  return m_models.empty() ? std::string() : m_models.front().path.string();
}

}  // namespace jacobiscope
