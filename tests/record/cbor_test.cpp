// Values of RFC 8949, appendix A, and what is refused.
#include "engine/record/cbor.h"

#include <QtTest>

using namespace jacobiscope;
using nlohmann::json;

namespace {

json read(const char* hex) {
  const QByteArray bytes = QByteArray::fromHex(hex);
  return readCbor(std::as_bytes(std::span(bytes.data(), std::size_t(bytes.size()))));
}

}  // namespace

class CborTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void examples_data() {
    QTest::addColumn<QString>("text");
    const auto row = [](const char* hex, const char* text) { QTest::newRow(hex) << QString(text); };
    row("00", "0");
    row("1818", "24");
    row("1a000f4240", "1000000");
    row("1bffffffffffffffff", "18446744073709551615");
    row("20", "-1");
    row("3903e7", "-1000");
    row("3b7fffffffffffffff", "-9223372036854775808");
    row("f93c00", "1.0");
    row("f97bff", "65504.0");
    row("f90001", "5.960464477539063e-08");
    row("f9c400", "-4.0");
    row("fa47c35000", "100000.0");
    row("fb3ff199999999999a", "1.1");
    row("f4", "false");
    row("f5", "true");
    row("f6", "null");
    row("f7", "null");
    row("f818", "null");
    row("c11a514b67b0", "1363896240");  // of a tag only the value is left
    row("6449455446", "\"IETF\"");
    row("83010203", "[1,2,3]");
    row("9f018202039f0405ffff", "[1,[2,3],[4,5]]");
    row("bf61610161629f0203ffff", "{\"a\":1,\"b\":[2,3]}");
    row("7f657374726561646d696e67ff", "\"streaming\"");
  }
  void examples() {
    QFETCH(QString, text);
    QCOMPARE(QString::fromStdString(read(QTest::currentDataTag()).dump()), text);
  }

  void onlyTextIsAKey() { QCOMPARE(read("a20102616103"), (json{{"a", 3}})); }

  void byteStringsKeepTheirTag() {
    const json tagged = read("d8554400000040");
    QCOMPARE(tagged.get_binary().subtype(), std::uint64_t{85});
    QCOMPARE(tagged.get_binary().size(), std::size_t{4});
    QVERIFY(!read("4401020304").get_binary().has_subtype());
    QCOMPARE(read("5f42010243030405ff").get_binary().size(), std::size_t{5});
  }

  void malformed_data() {
    QTest::addColumn<int>("unused");
    for (const char* hex : {"",
                            "18",
                            "1b00",
                            "4401",
                            "5bffffffffffffffff",
                            "6161ff",
                            "62c328",
                            "83",
                            "9bffffffffffffffff",
                            "9f01",
                            "a161",
                            "a16161",
                            "bf",
                            "1c",
                            "3f",
                            "df",
                            "ff",
                            "fc",
                            "5f6161ff",
                            "5f5f4101ffff",
                            "3bffffffffffffffff",
                            "0000"}) {
      QTest::newRow(*hex ? hex : "nothing") << 0;
    }
  }
  void malformed() {
    const QByteArray hex = QTest::currentDataTag();
    QVERIFY_THROWS_EXCEPTION(Error, read(hex == "nothing" ? "" : hex.constData()));
  }

  void depthAndNumberAreBounded() {
    QCOMPARE(read((QByteArray("81").repeated(16) + "00").constData()).size(), std::size_t{1});
    QVERIFY_THROWS_EXCEPTION(Error, read((QByteArray("81").repeated(17) + "00").constData()));
    QVERIFY_THROWS_EXCEPTION(Error, read((QByteArray("c1").repeated(17) + "00").constData()));
    const QByteArray many = "9f" + QByteArray("00").repeated(200000) + "ff";
    QVERIFY_THROWS_EXCEPTION(Error, read(many.constData()));
  }
};

QTEST_GUILESS_MAIN(CborTest)
#include "cbor_test.moc"
