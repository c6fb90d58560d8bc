// A real window with settings of its own, for the tests of the shell. Nothing in them waits
// for a time: they wait for what they look at, as long as a machine under load may need.
#pragma once

#include <QComboBox>
#include <QDockWidget>
#include <QDropEvent>
#include <QMimeData>
#include <QSettings>
#include <QTemporaryDir>
#include <QtTest>
#include <memory>

#include "engine/core/family.h"
#include "engine/core/model_library.h"
#include "engine/toy/toy_family.h"
#include "tests/ui/fake_robot.h"
#include "tests/ui/fake_tokens.h"
#include "ui/shell/main_window.h"

// As QTRY_VERIFY and QTRY_COMPARE, but with patience.
#define SOON(condition) QTRY_VERIFY_WITH_TIMEOUT(condition, jacobiscope::kPatience)
#define SOON_EQUAL(a, b) QTRY_COMPARE_WITH_TIMEOUT(a, b, jacobiscope::kPatience)

namespace jacobiscope {

inline constexpr int kPatience = 120000;  // milliseconds

// The toy as a model of other families is: read from a file, with classes and a remark.
class DressedToy : public Family {
 public:
  DressedToy() : m_toy(toyFamily().load({})), m_info(m_toy->info()) {
    m_info.name = m_info.path = "dressed";
    m_info.hash = "dressed-1";
    m_info.classes = {"one", "two", "three"};
    m_info.notes = {"The classes change nothing."};
  }
  static FamilyEntry entry() {
    return {"dressed",
            [](const LoadRequest& request) { return request.path.extension() == ".toy"; },
            [](const LoadRequest&) { return std::make_unique<DressedToy>(); }};
  }
  const ModelInfo& info() const override { return m_info; }
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder> previous) override {
    return m_toy->begin(knobs, input, std::move(previous));
  }

 private:
  std::unique_ptr<Family> m_toy;
  ModelInfo m_info;
};

class WindowFixture {
 public:
  // With the toy family, or with every family and bundled model of this build. Settings and data
  // are in `root`; empty: in a temporary folder.
  explicit WindowFixture(bool everything = false, const QString& root = {})
      : m_everything(everything), m_root(root.isEmpty() ? m_folder.path() : root) {
    open();
  }

  MainWindow& window() { return *m_window; }
  StageWidget& stage() { return m_window->stage(); }
  Engine& engine() { return m_window->engine(); }
  ViewState& view() { return engine().view(); }
  const Actions& actions() { return m_window->actions(); }
  QString path(const QString& name) const { return m_root + '/' + name; }

  void open() {
    const ModelEntry toy{"toy", "Toy", "toy", "toy", "A triangular map", {}, {}, true};
    const ModelEntry tokens{"tokens", "Scenes", "fake-tokens", "tokens", "A known picture", {}, {},
                            true};
    const ModelEntry robot{"robot", "Robot", "fake-robot", "robot", "A known way", {}, {}, true};
    m_window = std::make_unique<MainWindow>(
        m_everything ? families()
                     : std::vector<FamilyEntry>{toyFamily(), DressedToy::entry(),
                                                FakeTokens::entry(), FakeRobot::entry()},
        m_everything ? modelLibrary() : std::vector<ModelEntry>{toy, tokens, robot},
        std::make_unique<QSettings>(path("settings.ini"), QSettings::IniFormat), path("data"));
    m_window->resize(1440, 900);
    m_window->show();
    if (!QTest::qWaitForWindowExposed(m_window.get(), kPatience)) qFatal("no window opened");
  }
  // As a user does: settings are written.
  void close() {
    m_window->close();
    m_window.reset();
  }

  bool waitFor(const std::function<bool()>& condition) {
    return QTest::qWaitFor(condition, kPatience);
  }
  bool load(const QString& file) {
    const int before = engine().loads();
    m_window->open(file);
    // And shown: the fields are those of the model then.
    return waitFor([&] {
      return engine().loads() > before &&
             m_window->windowTitle().startsWith(QString::fromStdString(view().model->title));
    });
  }
  bool loadToy() { return load("toy"); }
  // A file that the dressed toy is read from.
  QString dressedFile() {
    QFile file(path("model.toy"));
    if (!file.open(QIODevice::WriteOnly)) qFatal("no file can be written");
    return file.fileName();
  }
  // As a file manager would let a file go over the window.
  bool drop(const QString& file) { return drop(QStringList{file}); }
  bool drop(const QStringList& files) {
    QMimeData data;
    QList<QUrl> urls;
    for (const QString& file : files) urls << QUrl::fromLocalFile(file);
    data.setUrls(urls);
    const QPoint place = m_window->rect().center();
    QDragEnterEvent enter(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_window.get(), &enter);
    if (!enter.isAccepted()) return false;
    QDropEvent event(place, Qt::CopyAction, &data, Qt::LeftButton, Qt::NoModifier);
    QCoreApplication::sendEvent(m_window.get(), &event);
    return event.isAccepted();
  }
  void set(const std::string& key, const KnobValue& value) { engine().editKnob(key, value); }

  QComboBox* classField() {
    for (auto* box : m_window->findChildren<QComboBox*>()) {
      if (box->accessibleName() == "Class") return box;
    }
    return nullptr;
  }
  // A field of the parameters dock, with the focus and what it holds selected.
  template <class Box>
  Box* parameterBox(const std::string& key) {
    m_window->findChild<QDockWidget*>("parametersDock")->show();
    ParametersPanel& panel = m_window->parameters();
    if (!waitFor([&] { return panel.field(key) && panel.field(key)->isVisible(); })) return nullptr;
    auto* box = panel.field(key)->findChild<Box*>();
    m_window->activateWindow();
    box->setFocus();
    if (!waitFor([&] { return box->hasFocus(); })) return nullptr;
    box->selectAll();
    return box;
  }
  // What went wrong; a remark is none.
  int problems() {
    return int(std::ranges::count(view().notices, Severity::Problem, &Notice::severity));
  }

  // An action that cannot be chosen yet does nothing, for a user as for a test.
  bool trigger(QAction* action) {
    if (!waitFor([&] { return action->isEnabled(); })) return false;
    action->trigger();
    return true;
  }

  const RunRecord* lastRun() {
    const auto& runs = engine().recording().runs();
    return runs.empty() ? nullptr : &runs.rbegin()->second;
  }
  std::int64_t sweeps() { return lastRun() ? std::ssize(lastRun()->snapshots) : 0; }
  // Waits until run `id` has ended.
  bool waitForEnd(int id) {
    return waitFor([this, id] {
      const RunRecord* run = engine().recording().run(id);
      return run && run->ended() && !view().running;
    });
  }
  bool generate() {
    const int before = lastRun() ? lastRun()->start.run : 0;
    return trigger(actions().generate) && waitForEnd(before + 1);
  }
  // A run that cannot end by itself before a test has looked at it.
  bool startSlowRun() {
    set("delay", std::int64_t{50});
    set("mode", std::string("sequential"));
    const int before = lastRun() ? lastRun()->start.run : 0;
    return trigger(actions().generate) &&
           waitFor([&] { return lastRun() && lastRun()->start.run > before && sweeps() > 0; });
  }

  // Draws until ImGui has taken every event and laid out what came of it.
  QImage settle() {
    constexpr int kFrames = 5;
    QImage image;
    for (int i = 0; i < kFrames; ++i) {
      QCoreApplication::processEvents();
      image = stage().grabFramebuffer();
    }
    return image;
  }
  // The middle of a column of the map, in the row of its stage.
  QPoint column(std::int64_t sweep) {
    const TimelineFrame& frame = stage().views().map.frame;
    const int row = lastRun()->snapshots[sweep]->sweep.window.stage;
    return {int(columnX(frame, double(sweep) + 0.5)), int(rowRect(frame, row).centre().y)};
  }
  bool hasPlace(const std::string& name) {
    settle();
    return stage().views().typed.places.contains(name);
  }
  QPoint place(const std::string& name, double share = 0.5) {
    const Rect& rect = stage().views().typed.places.at(name);
    return {int(rect.min.x + rect.width() * share), int(rect.centre().y)};
  }
  void click(const QPoint& at) {
    QTest::mouseMove(&stage(), at);
    settle();
    QTest::mouseClick(&stage(), Qt::LeftButton, {}, at);
    settle();
  }

 private:
  bool m_everything;
  QTemporaryDir m_folder;
  QString m_root;
  std::unique_ptr<MainWindow> m_window;
};

}  // namespace jacobiscope
