// The zip reader: short and long (zip64) records, and every field that can lie.
#include "engine/checkpoint/zip.h"

#include <QtTest>

#include "tests/checkpoint/files_by_hand.h"

using namespace jacobiscope;
using namespace by_hand;

namespace {

const std::vector<Entry> kEntries = {{"a/x", "hello"}, {"a/y", ""}, {"a/z", "world!"}};

std::string textOf(Bytes bytes) { return {chars(bytes.data()), bytes.size()}; }

std::string errorOfZip(const std::string& archive) {
  const Block block(archive);
  return errorOf([&] { readZip(block.bytes(), "x.pth"); });
}

std::string replaced(std::string archive, std::size_t at, const std::string& with) {
  return archive.replace(at, with.size(), with);
}

}  // namespace

class ZipTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void readsShortAndLongRecords_data() {
    QTest::addColumn<bool>("zip64");
    QTest::newRow("zip") << false;
    QTest::newRow("zip64") << true;
  }

  void readsShortAndLongRecords() {
    QFETCH(bool, zip64);
    const Block block(zip(kEntries, zip64));
    const ZipEntries entries = readZip(block.bytes(), "x.pth");
    QCOMPARE(entries.size(), 3u);
    QCOMPARE(textOf(entries.at("a/x")), std::string("hello"));
    QCOMPARE(textOf(entries.at("a/y")), std::string());
    QCOMPARE(textOf(entries.at("a/z")), std::string("world!"));
  }

  void readsPastAComment() {
    std::string archive = zip(kEntries);
    archive.replace(archive.size() - 2, 2, u16(5));
    const Block block(archive + "PK\5\6!");
    QCOMPARE(readZip(block.bytes(), "x.pth").size(), 3u);
  }

  void refusesEveryTruncation() {
    for (bool zip64 : {false, true}) {
      const std::string whole = zip(kEntries, zip64);
      for (std::size_t size = 0; size < whole.size(); ++size) {
        const std::string error = errorOfZip(whole.substr(0, size));
        QVERIFY2(contains(error, "x.pth is cut off"), error.c_str());
      }
    }
  }

  void refusesCompressedAndEncrypted() {
    QVERIFY(contains(errorOfZip(zip({{"a/x", "hello", 8, 0}})), "`a/x` is compressed"));
    QVERIFY(
        contains(errorOfZip(zip({{"a/x", "hello", 0, 1}})), "`a/x` is compressed or encrypted"));
  }

  void refusesDoubleNames() {
    QVERIFY(contains(errorOfZip(zip({{"a/x", "1"}, {"a/x", "2"}})), "`a/x` twice"));
  }

  void refusesNumbersThatLie_data() {
    QTest::addColumn<bool>("zip64");
    QTest::addColumn<int>("fromEnd");
    QTest::addColumn<QByteArray>("with");
    QTest::addColumn<QString>("message");
    const auto row = [](const char* name, bool zip64, int fromEnd, const std::string& with,
                        const char* message) {
      QTest::newRow(name) << zip64 << fromEnd << QByteArray::fromStdString(with) << message;
    };
    row("count", false, 14, u16(4) + u16(4), "claims 4 entries");
    row("count of a split archive", false, 14, u16(2), "one part of a split");
    row("other disk", false, 18, u16(1), "one part of a split");
    row("fewer entries are read as told", false, 14, u16(2) + u16(2), "no error");
    row("directory size", false, 10, u32(0xfffffff0), "lies outside");
    row("directory offset", false, 6, u32(0xfffffff0), "lies outside");
    row("directory elsewhere", false, 6, u32(0), "is not one");
    // The zip64 end record begins 98 bytes before the end, its locator 42.
    row("zip64 end elsewhere", true, 34, u64(7), "not where it should be");
    row("zip64 end outside", true, 34, u64(~0ull), "cut off");
    row("zip64 huge count", true, 74, u64(1ull << 60) + u64(1ull << 60), "entries, more than fit");
    row("zip64 split", true, 74, u64(2), "one part of a split");
    row("zip64 huge directory", true, 58, u64(~0ull), "lies outside");
    row("zip64 huge offset", true, 50, u64(~0ull), "lies outside");
  }

  void refusesNumbersThatLie() {
    QFETCH(bool, zip64);
    QFETCH(int, fromEnd);
    QFETCH(QByteArray, with);
    QFETCH(QString, message);
    const std::string archive = zip(kEntries, zip64);
    const std::string error = errorOfZip(
        replaced(archive, archive.size() - static_cast<std::size_t>(fromEnd), with.toStdString()));
    QVERIFY2(contains(error, message.toStdString()), error.c_str());
  }

  void refusesEntriesThatLie() {
    const std::string archive = zip({{"a/x", "hello"}});
    const std::size_t central = archive.find("PK\1\2");
    const std::string both = u32(1000) + u32(1000);
    QVERIFY(contains(errorOfZip(replaced(archive, central + 20, both)), "claims 1000 bytes"));
    QVERIFY(contains(errorOfZip(replaced(archive, central + 42, u32(7))), "no local header"));
    QVERIFY(contains(errorOfZip(replaced(archive, central + 42, u32(0xfffffff0))), "cut off"));
    QVERIFY(contains(errorOfZip(replaced(archive, central + 46, "b")), "another name"));
    QVERIFY(contains(errorOfZip(replaced(archive, central + 28, u16(0xffff))), "cut off"));
    QVERIFY(contains(errorOfZip(replaced(archive, central + 20, u32(4))), "compressed"));
    const std::string local64 = zip({{"a/x", "hello"}}, true);
    const std::size_t extra = local64.find("PK\1\2") + 46 + 3;
    QVERIFY(contains(errorOfZip(replaced(local64, extra + 4, u64(~0ull) + u64(~0ull))), "claims"));
    QVERIFY(contains(errorOfZip(replaced(local64, extra + 2, u16(8))), "cut off inside a zip64"));
    QVERIFY(contains(errorOfZip(replaced(local64, extra + 2, u16(999))), "an extra field"));
  }
};

QTEST_GUILESS_MAIN(ZipTest)
#include "zip_test.moc"
