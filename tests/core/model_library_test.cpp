#include "engine/core/model_library.h"

#include <QTemporaryDir>
#include <QtTest>
#include <fstream>

#include "engine/core/error.h"
#include "engine/core/family.h"
#include "engine/toy/toy_family.h"

using namespace jacobiscope;
namespace fs = std::filesystem;

namespace {

void write(const fs::path& file, const std::string& text) {
  fs::create_directories(file.parent_path());
  std::ofstream(file) << text;
}

const ModelEntry* find(const std::vector<ModelEntry>& library, const std::string& name) {
  const auto found = std::ranges::find(library, name, &ModelEntry::name);
  return found == library.end() ? nullptr : &*found;
}

constexpr char kConfig[] = R"({"family": "tarflow", "name": "tiny", "title": "Tiny flow",
    "description": "For a test.", "thumbnail": "face.png", "samples": "../secret.png"})";

}  // namespace

class ModelLibraryTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    m_folder = std::make_unique<QTemporaryDir>();
    m_root = fs::path(m_folder->path().toStdString());
    qputenv("JACOBISCOPE_MODELS", (m_folder->path() + ":" + m_folder->path() + "/other").toUtf8());
  }
  void cleanup() { qunsetenv("JACOBISCOPE_MODELS"); }

  void toyComesFirst() {
    QCOMPARE(modelLibrary().front().name, std::string("toy"));
    QCOMPARE(resolveModel("toy"), fs::path("toy"));
    QCOMPARE(loadModel({toyFamily()}, {resolveModel("toy"), {}, {}})->info().name,
             std::string("toy"));
  }

  void foldersWithAConfigAreModels() {
    write(m_root / "a" / "config.json", kConfig);
    write(m_root / "a" / "face.png", "picture");
    write(m_root / "secret.png", "picture");
    const auto library = modelLibrary();
    const ModelEntry* tiny = find(library, "tiny");
    QVERIFY(tiny);
    QCOMPARE(tiny->family, std::string("tarflow"));
    QCOMPARE(tiny->title, std::string("Tiny flow"));
    QCOMPARE(tiny->description, std::string("For a test."));
    QCOMPARE(tiny->path, m_root / "a");
    QCOMPARE(tiny->thumbnail, m_root / "a" / "face.png");
    QVERIFY(tiny->samples.empty());  // outside the model's folder
    QVERIFY(!tiny->bundled);
    QCOMPARE(resolveModel("tiny"), m_root / "a");
  }

  void theFirstOfOneNameCounts() {
    write(m_root / "a" / "config.json", kConfig);
    write(m_root / "other" / "b" / "config.json", kConfig);
    const auto library = modelLibrary();
    QCOMPARE(std::ranges::count(library, "tiny", &ModelEntry::name), 1);
    QCOMPARE(find(library, "tiny")->path, m_root / "a");
  }

  void brokenConfigsAreLeftOut() {
    const std::size_t before = modelLibrary().size();
    write(m_root / "cut" / "config.json", R"({"family": "tarflow", "name": )");
    write(m_root / "list" / "config.json", "[1, 2]");
    write(m_root / "number" / "config.json",
          R"({"family": 3, "name": "n", "title": "t", "description": "d"})");
    write(m_root / "missing" / "config.json", R"({"family": "f", "name": "n"})");
    write(m_root / "config.json" / "inside", "");  // a folder of that name
    QCOMPARE(modelLibrary().size(), before);
  }

  void pathsResolveToThemselves() {
    write(m_root / "x.pth", "data");
    QCOMPARE(resolveModel((m_root / "x.pth").string()), m_root / "x.pth");
    QCOMPARE(resolveModel("gpt=a.pt,vq=b.pt"), fs::path("gpt=a.pt,vq=b.pt"));
  }

  void unknownNamesListTheKnown() {
    write(m_root / "a" / "config.json", kConfig);
    for (const char* name : {"nothing-of-this-name", ""}) {
      try {
        resolveModel(name);
        QFAIL("resolved");
      } catch (const UsageError& error) {
        QVERIFY(QString::fromStdString(error.hint()).startsWith("Known models: toy"));
        QVERIFY(QString::fromStdString(error.hint()).contains("tiny"));
      }
    }
  }

  void foreignFilesAreNamedByLoadModel() {
    write(m_root / "x.pth", "data");
    const auto message = [&](const fs::path& path) {
      try {
        loadModel({toyFamily()}, {path, {}, {}});
      } catch (const Error& error) {
        return QString::fromStdString(error.what());
      }
      return QString();
    };
    QVERIFY(message(m_root / "x.pth").endsWith("x.pth is not a checkpoint of a known family."));
    QVERIFY(message(m_root / "none").endsWith("none: no such file or folder."));
  }

 private:
  std::unique_ptr<QTemporaryDir> m_folder;
  fs::path m_root;
};

QTEST_GUILESS_MAIN(ModelLibraryTest)
#include "model_library_test.moc"
