// Broken and hostile .pth files: each ends in an Error that says what is wrong, and none
// makes the reader touch a byte outside the file (run under AddressSanitizer).
#include "engine/checkpoint/pth.h"

#include <QtTest>

#include "tests/checkpoint/files_by_hand.h"

using namespace jacobiscope;
using namespace by_hand;

namespace {

const std::string kSixFloats(24, '\1');

std::string errorOfPth(const std::string& archive) {
  const Block block(archive);
  return errorOf([&] { readPth(block.bytes(), "x.pth"); });
}

std::string errorOfPickle(const std::string& pickle) { return errorOfPth(pth(pickle, kSixFloats)); }

std::string sixFloats() { return storage("FloatStorage", "0", 6); }

// Reads every element, and tells whether the file was accepted.
bool readsAll(const std::string& archive) {
  const Block block(archive);
  try {
    const ParsedFile parsed = readPth(block.bytes(), "x.pth");
    for (const TensorView& view : parsed.tensors) {
      const auto size = static_cast<std::size_t>(view.count());
      if (Checkpoint::toFloats(view).size() != size) qFatal("wrong number of elements");
    }
    return true;
  } catch (const Error& error) {
    if (std::string(error.what()).find("x.pth") == std::string::npos) qFatal("no file name");
    return false;
  }
}

}  // namespace

class PthDamageTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void readsWhatIsWhole() {
    QVERIFY(readsAll(pth(stateDict(tensor(sixFloats(), 0, {2, 3}, {3, 1})), kSixFloats)));
    QVERIFY(readsAll(pth(stateDict(tensor(sixFloats(), 5, {1}, {1})), kSixFloats)));
    QVERIFY(readsAll(pth(stateDict(tensor(sixFloats(), 6, {0, 3}, {3, 1})), kSixFloats)));
    QVERIFY(readsAll(pth(stateDict(tensor(sixFloats(), 5, {1000}, {0})), kSixFloats)));
  }

  void refusesEveryTruncation() {
    const std::string whole = readFile(JACOBISCOPE_TEST_DATA "/checkpoint/types.pth");
    QVERIFY(readsAll(whole));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      QVERIFY2(!readsAll(whole.substr(0, size)), std::to_string(size).c_str());
    }
  }

  void refusesEveryTruncatedPickle() {
    const std::string whole = stateDict(tensor(sixFloats(), 0, {2, 3}, {3, 1}));
    for (std::size_t size = 0; size < whole.size(); ++size) {
      QVERIFY2(!readsAll(pth(whole.substr(0, size), kSixFloats)), std::to_string(size).c_str());
    }
  }

  // Whatever a single wrong byte makes of a file, it is either read within its bounds or
  // refused with a message.
  void survivesEveryWrongByte() {
    const std::string whole = readFile(JACOBISCOPE_TEST_DATA "/checkpoint/views.pth");
    int refused = 0;
    for (std::size_t i = 0; i < whole.size(); ++i) {
      for (int flip : {0x01, 0x80, 0xff}) {
        std::string broken = whole;
        broken[i] = static_cast<char>(broken[i] ^ flip);
        if (!readsAll(broken)) ++refused;
      }
    }
    QVERIFY(refused > 500);
  }

  void refusesTensorsOutsideTheirStorage_data() {
    QTest::addColumn<qlonglong>("offset");
    QTest::addColumn<QList<qlonglong>>("shape");
    QTest::addColumn<QList<qlonglong>>("strides");
    QTest::addColumn<QString>("message");
    using List = QList<qlonglong>;
    const qlonglong most = std::numeric_limits<qlonglong>::max();
    const qlonglong least = std::numeric_limits<qlonglong>::min();
    QTest::newRow("too long") << 0ll << List{7} << List{1} << "outside its storage";
    QTest::newRow("too far") << 1ll << List{2, 3} << List{3, 1} << "outside its storage";
    QTest::newRow("stride too long") << 0ll << List{2, 3} << List{4, 1} << "outside its storage";
    QTest::newRow("negative offset") << -1ll << List{2} << List{1} << "outside its storage";
    QTest::newRow("smallest offset") << least << List{2} << List{1} << "outside its storage";
    QTest::newRow("largest offset") << most << List{1} << List{1} << "impossible strides";
    QTest::newRow("empty, far outside") << most << List{0} << List{1} << "outside its storage";
    QTest::newRow("negative stride") << 5ll << List{2} << List{-1} << "impossible strides";
    QTest::newRow("huge stride") << 0ll << List{3} << List{most} << "impossible strides";
    QTest::newRow("sum of strides")
        << 0ll << List{2, 2} << List{most, most} << "impossible strides";
    QTest::newRow("negative extent") << 0ll << List{-2} << List{1} << "impossible shape";
    QTest::newRow("product too large")
        << 0ll << List{1ll << 32, 1ll << 32} << List{0, 0} << "impossible shape";
    QTest::newRow("huge beside zero")
        << 0ll << List{0, most, most} << List{0, 0, 0} << "impossible shape";
    QTest::newRow("repeated without end")
        << 0ll << List{1ll << 40} << List{0} << "larger than the whole file";
    QTest::newRow("fewer strides") << 0ll << List{2, 3} << List{1} << "impossible shape";
  }

  void refusesTensorsOutsideTheirStorage() {
    QFETCH(qlonglong, offset);
    QFETCH(QList<qlonglong>, shape);
    QFETCH(QList<qlonglong>, strides);
    QFETCH(QString, message);
    const std::string error = errorOfPickle(stateDict(tensor(
        sixFloats(), offset, {shape.begin(), shape.end()}, {strides.begin(), strides.end()})));
    QVERIFY2(contains(error, message.toStdString()), error.c_str());
    QVERIFY2(contains(error, "`weight`"), error.c_str());
  }

  void refusesStoragesThatLie_data() {
    QTest::addColumn<QString>("key");
    QTest::addColumn<qlonglong>("count");
    QTest::addColumn<QString>("message");
    QTest::newRow("longer than its record") << "0" << 7ll << "which has 24 bytes";
    QTest::newRow("negative") << "0" << -1ll << "needs -1 elements";
    QTest::newRow("bytes overflow") << "0" << (1ll << 62) << "which has 24 bytes";
    QTest::newRow("missing") << "1" << 6ll << "which is missing";
    QTest::newRow("another entry") << "../data.pkl" << 6ll << "which is missing";
  }

  void refusesStoragesThatLie() {
    QFETCH(QString, key);
    QFETCH(qlonglong, count);
    QFETCH(QString, message);
    const std::string error = errorOfPickle(
        stateDict(tensor(storage("FloatStorage", key.toStdString(), count), 0, {1}, {1})));
    QVERIFY2(contains(error, message.toStdString()), error.c_str());
  }

  void refusesTheOtherByteOrder() {
    const std::string pickle = stateDict(tensor(sixFloats(), 0, {6}, {1}));
    const auto withOrder = [&](const std::string& order) {
      return zip({{"a/data.pkl", pickle}, {"a/byteorder", order}, {"a/data/0", kSixFloats}});
    };
    QVERIFY(readsAll(withOrder("little")));
    QVERIFY(contains(errorOfPth(withOrder("big")), "byte order `big`"));
  }

  void refusesArchivesOfOtherPrograms() {
    QVERIFY(contains(errorOfPth(zip({{"word/document.xml", "<xml>"}})), "data.pkl is missing"));
    QVERIFY(contains(errorOfPth(zip({{"a/data.pkl", "."}, {"b/data.pkl", "."}})),
                     "more than one data.pkl"));
  }

  void takesTheLaterOfTwoEqualKeys() {
    const Block block(pth("\x80\x02}" + text("weight") + tensor(sixFloats(), 0, {6}, {1}) + "s" +
                              text("weight") + tensor(sixFloats(), 0, {2}, {1}) + "s.",
                          kSixFloats));
    const ParsedFile parsed = readPth(block.bytes(), "x.pth");
    QCOMPARE(parsed.tensors.size(), 1u);
    QCOMPARE(parsed.tensors[0].shape, std::vector<std::int64_t>{2});
  }

  void refusesNamesThatAreNoText() {
    const std::string value = tensor(sixFloats(), 0, {6}, {1});
    const std::string error = errorOfPickle("\x80\x02}" + text("a\xff") + value + "s.");
    QVERIFY2(contains(error, "`a\\xff` is no UTF-8"), error.c_str());
  }

  void survivesDictionariesThatHoldThemselves() {
    // d = {}; d["model"] = d
    const std::string error = errorOfPickle("\x80\x02}q\x01" + text("model") + "h\x01s.");
    QVERIFY2(contains(error, "no dictionary of tensors"), error.c_str());
  }
};

QTEST_GUILESS_MAIN(PthDamageTest)
#include "pth_damage_test.moc"
