// Actions to tokens and back, against numpy's numbers by OpenVLA's formulas, and statistics that
// are not what they should be. Needs no Torch.
#include <QtTest>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

#include "engine/checkpoint/checkpoint.h"
#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/vla/action_codec.h"
#include "tests/vla/refusal.h"

using namespace jacobiscope;

namespace {

std::string data(const std::string& name) {
  return std::string(JACOBISCOPE_TEST_DATA) + "/openvla/" + name;
}

nlohmann::json stats() {
  return nlohmann::json::parse(R"({"norm_stats": {"tabletop": {"action": {
      "q01": [-0.04, -0.25, 0], "q99": [0.04, 0.25, 1], "mask": [true, true, false]}}}})");
}

ActionCodec smallCodec(std::int64_t words = 300) {
  return ActionCodec(readRanges(stats(), "action"), words);
}

}  // namespace

class ActionCodecTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // 200 actions, with and beyond the ends of every range.
  void tokensAndValuesAreThePublishedOnes() {
    const Arrays expected = readArrays(data("expected.safetensors"));
    const auto& actions = std::get<std::vector<float>>(expected.at("codec.actions").values);
    const auto& tokens = std::get<std::vector<std::int64_t>>(expected.at("codec.tokens").values);
    const auto& decoded = std::get<std::vector<float>>(expected.at("codec.decoded").values);
    const ActionCodec codec(readRanges(Checkpoint::open(data("two")).config(), "action", "second"),
                            32000);
    QCOMPARE(codec.size(), std::size_t(7));
    QVERIFY(codec.tokens(actions) == tokens);
    QVERIFY(codec.values(tokens) == decoded);
  }

  void endsOfTheRange() {
    const ActionCodec codec = smallCodec();
    QCOMPARE(codec.token(0, -0.04), 299);  // one edge is at or below -1
    QCOMPARE(codec.token(0, -9), 299);
    QCOMPARE(codec.token(0, 9), 44);       // all 256
    QCOMPARE(codec.token(0, 0.04), 45);    // just below 1, for the formula adds 1e-8 to the range
    QCOMPARE(codec.token(2, 1.0), 44);     // not normalised
    QCOMPARE(codec.bin(299), 0);
    QCOMPARE(codec.bin(45), 254);
    QCOMPARE(codec.bin(44), 254);
    QVERIFY(codec.isAction(44) && codec.isAction(299));
    QVERIFY(!codec.isAction(43) && !codec.isAction(300));
    // Any token stands for some bin, as published.
    QCOMPARE(codec.bin(7), 254);
    QCOMPARE(codec.bin(2000), 0);
  }

  void everyBinComesBack() {
    const ActionCodec codec = smallCodec();
    for (std::size_t d = 0; d < codec.size(); ++d) {
      for (std::int64_t token = 45; token < 300; ++token) {
        QCOMPARE(codec.token(d, codec.value(d, token)), token);
      }
    }
  }

  void aBinInPhysicalUnits() {
    const ActionCodec codec = smallCodec();
    QVERIFY(std::abs(codec.perBin(0) - 0.08 / 255) < 1e-15);
    QVERIFY(std::abs(codec.value(0, 100) - codec.value(0, 101) - codec.perBin(0)) < 1e-12);
    QVERIFY(std::abs(codec.value(2, 100) - codec.value(2, 101) - codec.perBin(2)) < 1e-12);
    QCOMPARE(physicalUnit(0).factor, 1000.0);
    QCOMPARE(QString(physicalUnit(2).name), QString("mm"));
    QVERIFY(std::abs(physicalUnit(5).factor * 3.14159265358979 - 180) < 1e-9);
    QCOMPARE(physicalUnit(6).factor, 1.0);
  }

  void aCodecRefusesWhatDoesNotFit() {
    QVERIFY(refusal([] { smallCodec(255); }).contains("255"));
    const ActionCodec codec = smallCodec();
    QVERIFY(refusal([&] { codec.token(0, std::nan("")); }).contains("no number"));
    const std::vector<float> four(4);
    QVERIFY(refusal([&] { codec.tokens(four); }).contains("4 values"));
    const std::vector<std::int64_t> tokens(5);
    QVERIFY(refusal([&] { codec.values(tokens); }).contains("5 tokens"));
  }

  void withoutAMaskAllAreNormalised() {
    nlohmann::json config = stats();
    config["norm_stats"]["tabletop"]["action"].erase("mask");
    const ValueRanges ranges = readRanges(config, "action");
    QCOMPARE(ranges.mask, std::vector<bool>(3, true));
    QCOMPARE(ranges.restored(2, 0), 0.5);
  }

  void whatIsMissingIsNamed_data() {
    QTest::addColumn<QString>("patch");  // merged into stats()
    QTest::addColumn<QString>("kind");
    QTest::addColumn<QString>("name");
    QTest::addColumn<QString>("said");
    const QString head = R"({"norm_stats": {"tabletop": {"action": )";
    const auto inAction = [&](const char* text) { return head + text + "}}}"; };
    QTest::newRow("statistics") << R"({"norm_stats": null})" << "action" << "" << "norm_stats";
    QTest::newRow("empty") << R"({"norm_stats": {"tabletop": null}})" << "action" << ""
                           << "norm_stats";
    QTest::newRow("kind") << "{}" << "proprio" << "" << "norm_stats.tabletop.proprio";
    QTest::newRow("name") << "{}" << "action" << "bridge" << "bridge";
    QTest::newRow("which name") << R"({"norm_stats": {"other": {}}})" << "action" << ""
                                << "other, tabletop";
    QTest::newRow("q01") << inAction(R"({"q01": null})") << "action" << "" << "action.q01";
    QTest::newRow("q99") << inAction(R"({"q99": null})") << "action" << "" << "action.q99";
    QTest::newRow("length") << inAction(R"({"q99": [1, 2]})") << "action" << "" << "q99 2";
    QTest::newRow("huge") << inAction(R"({"q99": [1e300, 1, 1]})") << "action" << ""
                          << "dimension 0";
    QTest::newRow("text") << inAction(R"({"q01": ["a", 1, 2]})") << "action" << "" << "q01";
    QTest::newRow("no list") << inAction(R"({"q01": 3})") << "action" << "" << "q01";
    QTest::newRow("mask") << inAction(R"({"mask": [true]})") << "action" << "" << "mask";
    QTest::newRow("mask of numbers") << inAction(R"({"mask": [1, 1, 1]})") << "action" << ""
                                     << "mask";
    QTest::newRow("order") << inAction(R"({"q99": [-1, 1, 1]})") << "action" << ""
                           << "below q01 in dimension 0";
  }

  void whatIsMissingIsNamed() {
    QFETCH(QString, patch);
    QFETCH(QString, kind);
    QFETCH(QString, name);
    QFETCH(QString, said);
    nlohmann::json config = stats();
    config.merge_patch(nlohmann::json::parse(patch.toStdString()));
    const QString refused =
        refusal([&] { readRanges(config, kind.toStdString(), name.toStdString()); });
    QVERIFY2(refused.contains(said), qPrintable(refused));
  }
};

QTEST_GUILESS_MAIN(ActionCodecTest)
#include "action_codec_test.moc"
