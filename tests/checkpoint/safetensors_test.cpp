// The safetensors reader and writer, on hostile files and on its own.
#include "engine/checkpoint/safetensors.h"

#include <sys/resource.h>

#include <QTemporaryDir>
#include <QtTest>
#include <csignal>

#include "tests/checkpoint/files_by_hand.h"

using namespace jacobiscope;
using namespace by_hand;

namespace {

std::string entry(const std::string& dtype, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":")" + dtype + R"(","shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

std::string oneTensor(const std::string& description) { return R"({"w":)" + description + "}"; }

std::string errorOfFile(const std::string& file) {
  const Block block(file);
  return errorOf([&] { readSafetensors(block.bytes(), "x.safetensors"); });
}

bool readsAll(const std::string& file) {
  const Block block(file);
  try {
    const ParsedFile parsed = readSafetensors(block.bytes(), "x.safetensors");
    for (const TensorView& view : parsed.tensors) {
      const auto size = static_cast<std::size_t>(view.count());
      if (Checkpoint::toFloats(view).size() != size) qFatal("wrong number of elements");
    }
    return true;
  } catch (const Error& error) {
    if (!contains(error.what(), "x.safetensors")) qFatal("no file name");
    return false;
  }
}

}  // namespace

class SafetensorsTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void readsTheLibrarysFile() {
    const std::string whole = readFile(JACOBISCOPE_TEST_DATA "/checkpoint/types.safetensors");
    const Block block(whole);
    const ParsedFile parsed = readSafetensors(block.bytes(), "x.safetensors");
    QCOMPARE(parsed.metadata, (Metadata{{"format", "pt"}, {"step", "7"}}));
    QCOMPARE(parsed.tensors.size(), 12u);
    for (std::size_t i = 1; i < parsed.tensors.size(); ++i) {
      QVERIFY(parsed.tensors[i].data >= parsed.tensors[i - 1].data);
    }
  }

  void refusesEveryTruncation() {
    const std::string whole = readFile(JACOBISCOPE_TEST_DATA "/checkpoint/types.safetensors");
    QVERIFY(readsAll(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      QVERIFY2(!readsAll(whole.substr(0, size)), std::to_string(size).c_str());
    }
    QVERIFY(contains(errorOfFile(whole + "x"), "1 bytes at its end belong to no tensor"));
  }

  void survivesEveryWrongByte() {
    const std::string whole = readFile(JACOBISCOPE_TEST_DATA "/checkpoint/types.safetensors");
    int refused = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      for (int flip : {0x01, 0x10, 0x80}) {
        std::string broken = whole;
        broken[i] = static_cast<char>(broken[i] ^ flip);
        if (!readsAll(broken)) ++refused;
      }
    }
    QVERIFY(refused > 500);
  }

  void refusesHeadersThatLie_data() {
    QTest::addColumn<QString>("header");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, const std::string& header, const char* message) {
      QTest::newRow(name) << QString::fromStdString(header) << message;
    };
    const auto tensorRow = [&](const char* name, const char* dtype, const char* shape,
                               const char* offsets, const char* message) {
      row(name, oneTensor(entry(dtype, shape, offsets)), message);
    };
    tensorRow("right", "F32", "[2]", "[0,8]", "no error");
    tensorRow("scalar", "F64", "[]", "[0,8]", "no error");
    tensorRow("too short for its shape", "F32", "[3]", "[0,8]", "has shape [3] of F32 but 8 bytes");
    tensorRow("too long for its shape", "F32", "[1]", "[0,8]", "has shape [1] of F32 but 8 bytes");
    tensorRow("outside", "F32", "[3]", "[0,12]", "ends at byte 12");
    tensorRow("backwards", "F32", "[2]", "[8,0]", "no valid data_offsets");
    tensorRow("one offset", "F32", "[2]", "[8]", "no valid data_offsets");
    tensorRow("negative offset", "F32", "[2]", "[-8,0]", "no list of whole numbers");
    tensorRow("fraction", "F32", "[2.0]", "[0,8]", "no list of whole numbers");
    tensorRow("negative extent", "F32", "[-2]", "[0,8]", "no list of whole numbers");
    tensorRow("text as extent", "F32", "[\"2\"]", "[0,8]", "no list of whole numbers");
    tensorRow("extent beyond int64", "F32", "[9223372036854775808]", "[0,8]",
              "no list of whole numbers");
    tensorRow("product overflows", "F32", "[4294967296,4294967296]", "[0,8]", "has shape");
    tensorRow("product overflows to fit", "U8", "[4294967297,4294967296,8]", "[0,8]", "has shape");
    tensorRow("bytes overflow to fit", "F32", "[4611686018427387906]", "[0,8]", "has shape");
    tensorRow("zero beside huge", "F32", "[0,9223372036854775807,9223372036854775807]", "[0,0]",
              "has shape");
    std::string axes = "[2";
    for (int i = 0; i < 64; ++i) axes += ",1";
    tensorRow("65 axes", "F32", (axes + "]").c_str(), "[0,8]", "has too many axes");
    tensorRow("unknown dtype", "F8_E4M3", "[8]", "[0,8]", "the dtype `F8_E4M3`, which is not read");
    tensorRow("shape is no list", "F32", "2", "[0,8]", "has no shape");
    tensorRow("gap before", "F32", "[1]", "[4,8]", "follows a gap");
    tensorRow("rest after", "F32", "[1]", "[0,4]", "4 bytes at its end");
    row("no dtype", R"({"w":{"shape":[2],"data_offsets":[0,8]}})", "has no dtype");
    row("no shape", R"({"w":{"dtype":"F32","data_offsets":[0,8]}})", "has no shape");
    row("no offsets", R"({"w":{"dtype":"F32","shape":[2]}})", "has no data_offsets");
    row("overlap",
        R"({"a":)" + entry("F32", "[2]", "[0,8]") + R"(,"b":)" + entry("F32", "[1]", "[4,8]") + "}",
        "`b` overlaps another one");
    row("no object", "[1,2]", "no JSON object");
    row("entry is no object", R"({"w":7})", "not described by an object");
    row("metadata is no text", R"({"__metadata__":{"a":1}})", "the metadata `a` is no text");
    row("metadata is no object", R"({"__metadata__":["a"]})", "metadata is no object");
    row("broken JSON", R"({"w":)", "not valid JSON");
    row("deep nesting", R"({"w":{"shape":[[[[1]]]]}})", "nested too deeply");
  }

  void refusesHeadersThatLie() {
    QFETCH(QString, header);
    QFETCH(QString, message);
    const std::string error = errorOfFile(safetensors(header.toStdString(), std::string(8, '\1')));
    QVERIFY2(contains(error, message.toStdString()), error.c_str());
  }

  void refusesNamesThatAreNoText() {
    QVERIFY(contains(errorOfFile(safetensors("{\"\xff\":{}}", "")), "not valid JSON"));
  }

  void refusesHugeHeaders() {
    QVERIFY(contains(errorOfFile(u64(~0ull) + "{}"), "its header claims"));
    QVERIFY(contains(errorOfFile(u64(1000) + "{}"), "cut off inside its header"));
    const std::string deep(5'000'000, '[');
    QVERIFY(contains(errorOfFile(safetensors(deep, "")), "nested too deeply"));
  }

  void writesWhatItReads() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
    const Arrays arrays = {{"weight", {{2, 2}, std::vector<float>{1, -2.5f, 3, 1e-30f}}},
                           {"labels", {{3}, std::vector<std::int64_t>{1, -1, 1ll << 40}}},
                           {"scalar", {{}, std::vector<float>{7}}},
                           {"empty", {{0, 4}, std::vector<float>{}}}};
    writeSafetensors(path, arrays, {{"step", "12"}});
    QCOMPARE(readArrays(path) == arrays, true);
    QCOMPARE(Checkpoint::open(path).metadata(), (Metadata{{"step", "12"}}));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), {"a.safetensors"});
  }

  void writesEveryType() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
    const Checkpoint original =
        Checkpoint::open(JACOBISCOPE_TEST_DATA "/checkpoint/types.safetensors");
    std::vector<TensorBytes> tensors;
    for (const TensorView& view : original.tensors()) {
      tensors.push_back({view.name, view.dtype, view.shape, Bytes(view.data, view.bytes)});
    }
    writeSafetensors(path, tensors);
    const Checkpoint copy = Checkpoint::open(path);
    QCOMPARE(copy.tensors().size(), original.tensors().size());
    for (const TensorView& view : original.tensors()) {
      const TensorView* written = copy.find(view.name);
      QVERIFY(written != nullptr);
      QCOMPARE(written->dtype, view.dtype);
      QCOMPARE(written->shape, view.shape);
      QCOMPARE(Checkpoint::toFloats(*written), Checkpoint::toFloats(view));
      QCOMPARE(reinterpret_cast<std::uintptr_t>(written->data) % dtypeSize(view.dtype), 0u);
    }
  }

  void refusesToWriteNonsense() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
    writeFile(path, "before");
    const auto errorOfWriting = [&](const std::vector<TensorBytes>& tensors,
                                    const Metadata& metadata = {}) {
      return errorOf([&] { writeSafetensors(path, tensors, metadata); });
    };
    const Block block(std::string(8, '\0'));
    QVERIFY(contains(errorOfWriting({{"w", DType::F32, {3}, block.bytes()}}), "has 8 bytes"));
    QVERIFY(contains(errorOfWriting({{"w", DType::F32, {-2}, block.bytes()}}), "shape [-2]"));
    const TensorBytes tensor = {"w", DType::F32, {2}, block.bytes()};
    QVERIFY(contains(errorOfWriting({tensor, tensor}), "`w` is used twice"));
    QVERIFY(
        contains(errorOfWriting({{"__metadata__", DType::F32, {2}, block.bytes()}}), "reserved"));
    QVERIFY(contains(errorOfWriting({{"\xff", DType::F32, {2}, block.bytes()}}), "no UTF-8"));
    QVERIFY(contains(errorOfWriting({tensor}, {{"a", "\xff"}}), "no UTF-8"));
    QCOMPARE(readFile(path), std::string("before"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), {"a.safetensors"});
  }

  void namesAMissingFolder() {
    QTemporaryDir folder;
    const std::filesystem::path missing = folder.filePath("no/such").toStdString();
    const std::string error = errorOf([&] { writeSafetensors(missing / "a", Arrays()); });
    QVERIFY2(contains(error, "the folder " + missing.string() + " does not exist"), error.c_str());
  }

  void leavesTheOldFileWhereTheDiskIsFull() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
    writeFile(path, "before");
    // A limit on the size of files fails a write as a full disk does.
    rlimit before{};
    QCOMPARE(::getrlimit(RLIMIT_FSIZE, &before), 0);
    const rlimit small{4096, before.rlim_max};
    const auto ignored = std::signal(SIGXFSZ, SIG_IGN);
    QCOMPARE(::setrlimit(RLIMIT_FSIZE, &small), 0);
    const Arrays arrays = {{"w", {{5000}, std::vector<float>(5000)}}};
    const std::string error = errorOf([&] { writeSafetensors(path, arrays); });
    ::setrlimit(RLIMIT_FSIZE, &before);
    std::signal(SIGXFSZ, ignored);
    QVERIFY2(contains(error, "Cannot write " + path.string() + ": File too large"), error.c_str());
    QCOMPARE(readFile(path), std::string("before"));
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), {"a.safetensors"});
  }

  void leavesTheOldFileWhereItCannotBeReplaced() {
    QTemporaryDir folder;
    const std::filesystem::path path = folder.filePath("a.safetensors").toStdString();
    std::filesystem::create_directories(path / "full");  // a folder of that name cannot be replaced
    const std::string error = errorOf([&] { writeSafetensors(path, Arrays()); });
    QVERIFY2(contains(error, "Cannot write " + path.string()), error.c_str());
    QCOMPARE(QDir(folder.path()).entryList(QDir::Files | QDir::Hidden), QStringList());
  }
};

QTEST_GUILESS_MAIN(SafetensorsTest)
#include "safetensors_test.moc"
