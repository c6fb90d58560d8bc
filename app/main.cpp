// The window's program.
#include <QApplication>
#include <QCommandLineParser>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <sstream>

#include "engine/core/error.h"
#include "engine/core/model_library.h"
#include "ui/shell/main_window.h"
#include "ui/stage/frame_bench.h"
#ifdef __linux__
#include <time.h>
#include <unistd.h>
#endif

namespace jacobiscope {

namespace {

const auto kMainStart = std::chrono::steady_clock::now();

// Milliseconds since the process started; the kernel counts in hundredths of a second.
double millisecondsSinceStart() {
#ifdef __linux__
  std::ifstream file("/proc/self/stat");
  std::stringstream text;
  text << file.rdbuf();
  // The name in parentheses may hold spaces: fields are counted behind it.
  const std::string stat = text.str();
  std::istringstream fields(stat.substr(std::min(stat.rfind(')') + 2, stat.size())));
  std::string field;
  constexpr int kStartTime = 20;  // the 22nd field, the third comes first here
  for (int i = 0; i < kStartTime; ++i) fields >> field;
  timespec now{};
  clock_gettime(CLOCK_BOOTTIME, &now);
  const double ticks = std::strtod(field.c_str(), nullptr);
  if (ticks > 0) {
    return (double(now.tv_sec) + now.tv_nsec * 1e-9 - ticks / sysconf(_SC_CLK_TCK)) * 1000;
  }
#endif
  const auto age = std::chrono::steady_clock::now() - kMainStart;
  return std::chrono::duration<double, std::milli>(age).count();
}

struct Wish {
  QString file;        // to open
  QString screenshot;  // file of the picture; empty: a window for people
  QString model, theme;
  std::optional<std::uint64_t> seed;
  std::optional<std::int64_t> label;
  std::optional<QString> prompt;
  QSize size;  // of the window; not valid: as remembered
  bool timeToFirstFrame = false, benchFrame = false;
};

// Reads the words of the command line; an empty result means the program ends with `code`.
std::optional<Wish> readWish(QCommandLineParser& parser, const QStringList& words, int& code) {
  parser.setApplicationDescription("See, steer and understand parallel decoding.");
  parser.addHelpOption();
  parser.addVersionOption();
  parser.addPositionalArgument("file", "Checkpoint, picture or recording to open.", "[file]");
  parser.addOptions({{"model", "Open this model: a bundled name or a path.", "M"},
                     {"seed", "Seed of the noise.", "S"},
                     {"label", "Class of the picture.", "N"},
                     {"prompt", "What the picture is to show.", "TEXT"},
                     {"theme", "dark or light instead of the system's.", "T"},
                     {"size", "Size of the window, for example 1024x640.", "WxH"},
                     {"screenshot", "Generate once or show the recording, save a picture of the window, exit.", "F"},
                     {"time-to-first-frame", "Print the milliseconds until the first frame."},
                     {"bench-frame", "Print how long a frame with a huge timeline takes."}});
  code = 2;
  const auto refuse = [](const QString& why) {
    std::fprintf(stderr, "jacobiscope: %s\nTry jacobiscope --help.\n", qPrintable(why));
    return std::nullopt;
  };
  if (!parser.parse(words)) return refuse(parser.errorText());
  if (parser.isSet("help") || parser.isSet("help-all")) parser.showHelp(0);
  if (parser.isSet("version")) parser.showVersion();
  if (parser.positionalArguments().size() > 1) return refuse("only one file can be opened");
  Wish wish;
  wish.file = parser.positionalArguments().value(0);
  wish.screenshot = parser.value("screenshot");
  wish.model = parser.value("model");
  if (parser.isSet("prompt")) wish.prompt = parser.value("prompt");
  wish.theme = parser.value("theme");
  wish.timeToFirstFrame = parser.isSet("time-to-first-frame");
  wish.benchFrame = parser.isSet("bench-frame");
  bool valid = true;
  if (parser.isSet("seed")) wish.seed = parser.value("seed").toULongLong(&valid);
  if (!valid) return refuse("--seed takes a whole number from 0");
  if (parser.isSet("label")) wish.label = parser.value("label").toLongLong(&valid);
  if (!valid || wish.label.value_or(0) < 0) return refuse("--label takes a whole number from 0");
  if (parser.isSet("size")) {
    const QStringList sides = parser.value("size").split('x');
    if (sides.size() == 2) wish.size = QSize(sides[0].toInt(), sides[1].toInt());
    if (wish.size.isEmpty()) return refuse("--size takes a width and a height, as in 1024x640");
  }
  if (!wish.theme.isEmpty() && wish.theme != "dark" && wish.theme != "light") {
    return refuse("--theme takes dark or light");
  }
  return wish;
}

// Generates once and photographs the window: for machines without a display.
class Photographer : public QObject {
 public:
  Photographer(MainWindow& window, const Wish& wish) : m_window(window), m_wish(wish) {
    connect(&window.engine(), &Engine::eventsArrived, this, [this] { look(); });
  }

 private:
  void look() {
    Engine& engine = m_window.engine();
    const ViewState& view = engine.view();
    // A model that loads may have something to remark; only what went wrong ends this.
    const auto problem = std::ranges::find(view.notices, Severity::Problem, &Notice::severity);
    if (m_state != State::Photographing && problem != view.notices.end()) {
      std::fprintf(stderr, "jacobiscope: %s %s\n", problem->message.c_str(),
                   problem->hint.c_str());
      m_state = State::Photographing;
      return QCoreApplication::exit(1);
    }
    if (m_state == State::Loading && Recordings::isRecording(m_wish.file)) {
      m_state = State::Photographing;
      QTimer::singleShot(500, this, [this] { photograph(); });
    } else if (m_state == State::Loading && view.model && !engine.loading()) {
      m_state = State::Generating;
      if (m_wish.label) engine.input().label = *m_wish.label;
      engine.generate();
    } else if (m_state == State::Generating && !engine.recording().runs().empty() &&
               engine.recording().runs().rbegin()->second.finished) {
      m_state = State::Photographing;
      // Two frames and a refresh of the docks later everything shows the outcome.
      QTimer::singleShot(500, this, [this] { photograph(); });
    }
  }

  void photograph() {
    const bool saved = m_window.grab().save(m_wish.screenshot, "PNG");
    if (!saved) {
      std::fprintf(stderr, "jacobiscope: %s could not be written.\n",
                   qPrintable(m_wish.screenshot));
    }
    QCoreApplication::exit(saved ? 0 : 1);
  }

  enum class State { Loading, Generating, Photographing };
  MainWindow& m_window;
  const Wish& m_wish;
  State m_state = State::Loading;
};

int printFrameTimes() {
  const QSize size(1440, 900);
  const auto print = [](const char* what, int rows, const FrameTimes& times) {
    std::printf("%d %s x %lld sweeps, %d frames: first %.2f ms, median %.2f ms, worst %.2f ms\n",
                rows, what, static_cast<long long>(times.sweeps), times.frames, times.firstMs,
                times.medianMs, times.worstMs);
  };
  const FrameTimes stages = benchFrame(size), tokens = benchTokenFrame(size);
  print("stages", stages.stages, stages);
  print("tokens", static_cast<int>(tokens.sweeps), tokens);
  return 0;
}

void open(MainWindow& window, const Wish& wish) {
  if (!wish.model.isEmpty()) {
    try {
      window.open(QString::fromStdString(resolveModel(wish.model.toStdString()).string()));
    } catch (const Error& error) {
      window.engine().notify("load", error.what(), error.hint());
    }
  } else if (wish.file.isEmpty() || OwnPicture::isPicture(wish.file)) {
    window.openLastModel();
  }
  if (!wish.file.isEmpty()) window.open(QFileInfo(wish.file).absoluteFilePath());
}

bool hasDisplay() {
#ifdef __linux__
  return qEnvironmentVariableIsSet("DISPLAY") || qEnvironmentVariableIsSet("WAYLAND_DISPLAY") ||
         qEnvironmentVariableIsSet("QT_QPA_PLATFORM");
#else
  return true;
#endif
}

int run(int argc, char** argv) {
  QCoreApplication::setOrganizationName("Jacobiscope");
  QCoreApplication::setApplicationName("Jacobiscope");
  QCoreApplication::setApplicationVersion(JACOBISCOPE_VERSION);
  int code = 0;
  QCommandLineParser parser;
  QStringList words;
  for (int i = 0; i < argc; ++i) words << QString::fromLocal8Bit(argv[i]);
  std::optional<Wish> wish;
  {
    // Help and version need no display.
    QCoreApplication application(argc, argv);
    wish = readWish(parser, words, code);
  }
  if (!wish) return code;
  if (!hasDisplay()) {
    std::fputs("jacobiscope: there is no display. Run it under xvfb-run -a, or use "
               "jacobiscope-cli.\n", stderr);
    return 1;
  }

  QApplication application(argc, argv);
  QApplication::setStyle("Fusion");
  QGuiApplication::setDesktopFileName("org.jacobiscope.Jacobiscope");
  if (wish->benchFrame) return printFrameTimes();
  QTemporaryDir forgotten;
  const bool forPeople = wish->screenshot.isEmpty() && !wish->timeToFirstFrame;
  auto store = forPeople ? std::make_unique<QSettings>()
                         : std::make_unique<QSettings>(forgotten.filePath("settings.ini"),
                                                       QSettings::IniFormat);
  if (!wish->theme.isEmpty()) store->setValue("theme", wish->theme);
  const QString data = QStandardPaths::writableLocation(QStandardPaths::AppLocalDataLocation);
  MainWindow window(families(), modelLibrary(), std::move(store), forPeople ? data : QString());
  if (wish->size.isValid()) window.resize(wish->size);
  if (wish->seed) window.engine().input().seed = *wish->seed;
  if (wish->prompt) window.engine().input().prompt = wish->prompt->toStdString();
  std::optional<Photographer> photographer;
  if (!wish->screenshot.isEmpty()) photographer.emplace(window, *wish);
  if (wish->timeToFirstFrame) {
    QObject::connect(&window.stage(), &StageWidget::frameReady, &window, [] {
      std::printf("%.0f\n", millisecondsSinceStart());
      QCoreApplication::exit(0);
    });
  }
  window.show();
  open(window, *wish);
  return QApplication::exec();
}

}  // namespace

}  // namespace jacobiscope

int main(int argc, char** argv) { return jacobiscope::run(argc, argv); }
