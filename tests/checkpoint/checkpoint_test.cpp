// Opening: which file is meant, what it is told by, and what lies around it.
#include "engine/checkpoint/checkpoint.h"

#include <QTemporaryDir>
#include <QtTest>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/safetensors.h"
#include "engine/checkpoint/xxh64.h"
#include "tests/checkpoint/files_by_hand.h"

using namespace jacobiscope;
using namespace by_hand;
namespace fs = std::filesystem;

namespace {

const fs::path kData = JACOBISCOPE_TEST_DATA "/checkpoint";

const Arrays kOneArray = {{"w", {{2}, std::vector<float>{1, 2}}}};

std::string errorOfOpening(const fs::path& path) {
  return errorOf([&] { Checkpoint::open(path); });
}

// A copy of the sharded checkpoint that a test may break.
struct Shards {
  Shards() { fs::copy(kData / "sharded", path()); }
  fs::path path() const { return folder.filePath("model").toStdString(); }
  fs::path index() const { return path() / "model.safetensors.index.json"; }

  QTemporaryDir folder;
};

}  // namespace

class CheckpointTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void opensShards() {
    for (const fs::path& path :
         {kData / "sharded", kData / "sharded/model.safetensors.index.json"}) {
      const Checkpoint checkpoint = Checkpoint::open(path);
      QCOMPARE(checkpoint.format(), std::string("sharded safetensors"));
      QCOMPARE(checkpoint.path(), kData / "sharded/model.safetensors.index.json");
      QCOMPARE(checkpoint.tensors().size(), 3u);
      QCOMPARE(Checkpoint::toFloats(*checkpoint.find("b")), (std::vector<float>{0, .25, .5, .75}));
      QCOMPARE(Checkpoint::toFloats(*checkpoint.find("c")), (std::vector<float>{0, .25, .5}));
      QCOMPARE(checkpoint.config().at("blocks").get<int>(), 2);
      QVERIFY(contains(checkpoint.notes().at(0), "`module.`"));
    }
  }

  void outlivesItsCopies() {
    std::vector<Checkpoint> copies = {Checkpoint::open(kData / "types.pth")};
    const Checkpoint copy = copies[0];
    copies.clear();
    QCOMPARE(Checkpoint::toFloats(*copy.find("scalar")), std::vector<float>{2.5});
  }

  void refusesBrokenShards_data() {
    QTest::addColumn<QString>("index");
    QTest::addColumn<QString>("message");
    QTest::newRow("no map") << R"({"metadata":{}})"
                            << "`weight_map` is missing";
    QTest::newRow("empty map") << R"({"weight_map":{}})"
                               << "`weight_map` is missing or empty";
    QTest::newRow("map is a list") << R"({"weight_map":["a"]})"
                                   << "`weight_map` is missing";
    QTest::newRow("shard is missing") << R"({"weight_map":{"module.a":"none.safetensors"}})"
                                      << "none.safetensors: No such file";
    QTest::newRow("upwards") << R"({"weight_map":{"module.a":"../model/x"}})"
                             << "no file name beside";
    QTest::newRow("parent") << R"({"weight_map":{"module.a":".."}})"
                            << "no file name beside";
    QTest::newRow("absolute") << R"({"weight_map":{"module.a":"/etc/passwd"}})"
                              << "no file name beside";
    QTest::newRow("no text") << R"({"weight_map":{"module.a":7}})"
                             << "no file name beside";
    QTest::newRow("an index again")
        << R"({"weight_map":{"module.a":"model.safetensors.index.json"}})"
        << "an index of shards where a file with tensors";
    QTest::newRow("tensor is elsewhere")
        << R"({"weight_map":{"module.c":"model-00001-of-00002.safetensors"}})"
        << "lacks the tensor `module.c`";
    QTest::newRow("broken") << R"({"weight_map":)"
                            << "not valid JSON";
  }

  void refusesBrokenShards() {
    QFETCH(QString, index);
    QFETCH(QString, message);
    const Shards shards;
    writeFile(shards.index(), index.toStdString());
    const std::string error = errorOfOpening(shards.path());
    QVERIFY2(contains(error, message.toStdString()), error.c_str());
  }

  void takesOnlyWhatTheIndexNames() {
    const Shards shards;
    writeFile(shards.index(), R"({"weight_map":{"module.b":"model-00001-of-00002.safetensors"}})");
    QCOMPARE(Checkpoint::open(shards.path()).tensors().size(), 1u);
  }

  void findsTheFileInAFolder() {
    QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    QVERIFY(contains(errorOfOpening(path), "holds no checkpoint"));
    // What a training goes on from is no model.
    writeSafetensors(path / "one.state.safetensors", kOneArray);
    QVERIFY(contains(errorOfOpening(path), "holds no checkpoint"));
    fs::copy(kData / "ema.pth", path / "one.pt");
    QCOMPARE(Checkpoint::open(path).path(), path / "one.pt");
    fs::copy(kData / "ema.pth", path / "two.pth");
    QVERIFY(contains(errorOfOpening(path), "more than one checkpoint: one.pt, two.pth."));
    writeSafetensors(path / "model.safetensors", kOneArray);
    QCOMPARE(Checkpoint::open(path).path(), path / "model.safetensors");
  }

  void tellsByContentNotByName() {
    QTemporaryDir folder;
    const fs::path path = folder.path().toStdString();
    fs::copy(kData / "ema.pth", path / "a.safetensors");
    QCOMPARE(Checkpoint::open(path / "a.safetensors").format(), std::string("pth"));
    fs::copy(kData / "types.safetensors", path / "b.pth");
    QCOMPARE(Checkpoint::open(path / "b.pth").format(), std::string("safetensors"));
  }

  void namesWhatIsNoCheckpoint_data() {
    QTest::addColumn<QByteArray>("content");
    QTest::addColumn<QString>("message");
    QTest::newRow("empty") << QByteArray() << "is empty";
    QTest::newRow("text") << QByteArray("hello world") << "neither safetensors nor written";
    QTest::newRow("one byte") << QByteArray("P") << "neither safetensors nor written";
    QTest::newRow("pickle") << QByteArray("\x80\x04N.") << "before version 1.6";
    QTest::newRow("LFS pointer") << QByteArray("version https://git-lfs.github.com/spec/v1\noid x")
                                 << "Git LFS pointer";
    QTest::newRow("web page") << QByteArray("<!DOCTYPE html><html></html>") << "a web page";
    QTest::newRow("GGUF") << QByteArray("GGUF\3\0\0\0xxxx", 12) << "a GGUF file";
    QTest::newRow("gzip") << QByteArray("\x1f\x8b\x08xxxxxxx") << "compressed with gzip";
    QTest::newRow("tar of old torch")
        << QByteArray(257, 'x') + QByteArray("ustar\0xxxx", 10) << "before version 1.6";
    QTest::newRow("empty archive")
        << QByteArray("PK\5\6") + QByteArray(18, '\0') << "data.pkl is missing";
    QTest::newRow("JSON") << QByteArray("{\"a\": 1}") << "no index of shards";
  }

  void namesWhatIsNoCheckpoint() {
    QFETCH(QByteArray, content);
    QFETCH(QString, message);
    QTemporaryDir folder;
    const fs::path path = folder.filePath("file").toStdString();
    writeFile(path, content.toStdString());
    const std::string error = errorOfOpening(path);
    QVERIFY2(contains(error, message.toStdString()), error.c_str());
    QVERIFY2(contains(error, path.string()), error.c_str());
  }

  void refusesWhatIsNoFile() {
    QVERIFY(contains(errorOfOpening("/no/such/file.pth"), "/no/such/file.pth: No such file"));
    QVERIFY(contains(errorOfOpening("/dev/zero"), "not a regular file"));
  }

  void refusesNamesThatMeetAfterStripping() {
    QTemporaryDir folder;
    const fs::path path = folder.filePath("a").toStdString();
    const Array array = {{1}, std::vector<float>{1}};
    writeSafetensors(path, Arrays{{"module.w", array}, {"w", array}});
    QVERIFY(contains(errorOfOpening(path), "holds the tensor `w` twice"));
  }

  void readsTheConfigBeside() {
    QTemporaryDir folder;
    const fs::path path = folder.filePath("a.safetensors").toStdString();
    const fs::path config = folder.filePath("config.json").toStdString();
    writeSafetensors(path, kOneArray);
    QVERIFY(Checkpoint::open(path).config().empty());
    writeFile(config, "{\"channels\": 96}");
    QCOMPARE(Checkpoint::open(path).config().at("channels").get<int>(), 96);
    for (const char* broken : {"{\"channels\"", "[1]", ""}) {
      writeFile(config, broken);
      const std::string error = errorOf([&] { Checkpoint::open(path).config(); });
      QVERIFY2(contains(error, "config.json"), error.c_str());
    }
  }

  // Reference values: `xxhsum -H64` of xxHash 0.8.
  void hashesAsXxhsum_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("hash");
    QByteArray ramp;
    for (int i = 0; i < 101; ++i) ramp.append(static_cast<char>(i));
    QTest::newRow("empty") << QByteArray() << "ef46db3751d8e999";
    QTest::newRow("abc") << QByteArray("abc") << "44bc2cf5ad770999";
    QTest::newRow("101 bytes") << ramp << "e99038495f85381e";
  }

  void hashesAsXxhsum() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, hash);
    QCOMPARE(xxh64Text(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size())))),
             hash.toStdString());
  }

  void hashTellsContentNotName() {
    QTemporaryDir folder;
    const fs::path first = folder.filePath("a").toStdString();
    const fs::path second = folder.filePath("b").toStdString();
    writeSafetensors(first, kOneArray);
    fs::copy(first, second);
    QCOMPARE(Checkpoint::open(first).hash(), Checkpoint::open(second).hash());
    std::string content = readFile(second);
    content.back() = static_cast<char>(content.back() ^ 1);
    writeFile(second, content);
    QVERIFY(Checkpoint::open(first).hash() != Checkpoint::open(second).hash());
    const Shards shards;
    const std::string before = Checkpoint::open(shards.path()).hash();
    QCOMPARE(before, Checkpoint::open(kData / "sharded").hash());
    const fs::path shard = shards.path() / "model-00002-of-00002.safetensors";
    content = readFile(shard);
    content.back() = static_cast<char>(content.back() ^ 1);
    writeFile(shard, content);
    QVERIFY(before != Checkpoint::open(shards.path()).hash());
  }
};

QTEST_GUILESS_MAIN(CheckpointTest)
#include "checkpoint_test.moc"
