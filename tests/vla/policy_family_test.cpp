// The robot as a family: what it says of itself, what it refuses, and what it says of an
// instruction.
#include <QtTest>

#include <cmath>

#include "engine/core/error.h"
#include "tests/t2i/decoder_fixture.h"
#include "tests/vla/robot_folder.h"

using namespace jacobiscope;

namespace {

constexpr int kPositions = 21;  // chunks of three steps

}  // namespace

class PolicyFamilyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    m_folder = std::make_unique<RobotFolder>();
    m_folder->writeWeights("student.safetensors", m_folder->policy(), 4);
    m_family = m_folder->open();
  }

  void theModelSaysWhatItIs() {
    const ModelInfo& info = m_family->info();
    QCOMPARE(info.family, std::string("vla"));
    QCOMPARE(info.positions, kPositions);
    QCOMPARE(info.stages.size(), std::size_t(20));  // 60 steps, three at a time
    QCOMPARE(info.gridRows, 0);
    QVERIFY(info.prompted && !info.prompts.empty());
    QCOMPARE(info.action.size(), std::size_t(7));
    QCOMPARE(info.action[0].unit, std::string("mm"));
    QVERIFY(std::abs(info.action[0].perBin - 80.0 / 255) < 1e-6);
    QCOMPARE(info.action[6].name, std::string("gripper"));
    QCOMPARE(info.chunk, 3);
    for (const std::string& prompt : info.prompts) QVERIFY(understand(prompt).task.has_value());
    for (const Preset& preset : info.presets) {
      QVERIFY(m_family->begin(completeKnobs(info.knobs, preset.knobs), twoEpisodes()) != nullptr);
    }
    QCOMPARE(info.presets.size(), std::size_t(9));
    QVERIFY_EXCEPTION_THROWN(completeKnobs(info.knobs, {{"chunk", whole(4)}}), UsageError);
    QVERIFY(looksLikePolicy(Checkpoint::open(m_folder->path())));
  }

  void inputsThatCannotBe() {
    const auto refused = [&](auto change) {
      Input input = twoEpisodes();
      change(input);
      try {
        m_family->begin(completeShort(*m_family), input);
      } catch (const UsageError&) {
        return true;
      }
      return false;
    };
    QVERIFY(!refused([](Input&) {}));
    QVERIFY(refused([](Input& input) { input.prompt = "  "; }));
    QVERIFY(refused([](Input& input) { input.count = 0; }));
    QVERIFY(refused([](Input& input) { input.label = 1; }));
    QVERIFY(refused([](Input& input) { input.arrays["noise"] = {{1}, std::vector<float>{0}}; }));
  }

  void whatNobodyUnderstandsIsSaid() {
    Input input = twoEpisodes();
    input.count = 1;
    input.prompt = "sing a song";
    const DecodedRun run = finish(*m_family->begin(completeShort(*m_family), input));
    QVERIFY(run.sweeps.front().note.find("sing") != std::string::npos);
    QVERIFY(run.sweeps.at(1).note.empty());
    QCOMPARE(std::get<std::vector<std::int64_t>>(run.result.at("success").values),
             std::vector<std::int64_t>{-1});
    QVERIFY(m_family->preview(input).note.find("sing") != std::string::npos);
    input.prompt.clear();
    QVERIFY(!m_family->preview(input).note.empty());
  }

  void whatItWasNotTrainedForIsSaid() {
    RobotFolder folder;
    folder.config["kinds"] = nlohmann::json::array({"touch", "push-left"});
    folder.config["action_tokens_only"] = true;
    const auto family = folder.open();
    QCOMPARE(family->info().prompts.size(), std::size_t(2));
    QVERIFY(findKnob(family->info().knobs, "bins_only")->idle);
    QCOMPARE(findKnob(family->info().knobs, "policy")->choices.size(), std::size_t(1));
    QVERIFY(family->preview(twoEpisodes()).note.find("stack") != std::string::npos);
    Input input = twoEpisodes();
    input.prompt = family->info().prompts.front();
    QVERIFY(family->preview(input).note.empty());
  }

  void foldersThatCannotBe() {
    const auto said = [](const RobotFolder& folder) {
      try {
        folder.open();
      } catch (const Error& error) {
        return std::string(error.what());
      }
      return std::string("accepted");
    };
    const auto names = [&](const RobotFolder& folder, const char* what) {
      const std::string text = said(folder);
      if (text.find(what) == std::string::npos) qWarning("%s", text.c_str());
      return text.find(what) != std::string::npos;
    };
    RobotFolder folder;
    QVERIFY(names(folder, "accepted"));
    folder.config["kinds"] = nlohmann::json::array({"juggle"});
    QVERIFY(names(folder, "juggle"));
    folder.config.erase("kinds");
    folder.config["norm_stats"]["tabletop"].erase("proprio");
    QVERIFY(names(folder, "norm_stats.tabletop.proprio"));
    folder.config["norm_stats"]["tabletop"] = {{"action", {{"q01", {0}}, {"q99", {1}}}}};
    QVERIFY(names(folder, "1 numbers as action"));
    folder.config["norm_stats"] = smallStatistics();
    folder.config["norm_stats"]["tabletop"]["action"]["q99"][0] = 1e300;
    QVERIFY(names(folder, "q99"));
    folder.config.erase("norm_stats");
    QVERIFY(names(folder, "norm_stats"));
    folder.config["norm_stats"] = smallStatistics();
    std::filesystem::remove(folder.path() / "spiece.model");
    QVERIFY(names(folder, "spiece.model"));

    PolicyConfig blind = smallPolicyConfig();
    blind.proprioception = 0;
    RobotFolder withoutState(blind);
    QVERIFY(names(withoutState, "accepted"));
    withoutState.writeWeights("student.safetensors", smallPolicyConfig(), 4);
    QVERIFY(names(withoutState, "student.safetensors"));
    PolicyConfig other = smallPolicyConfig();
    other.proprioception = 5;
    QVERIFY(names(RobotFolder(other), "5 numbers of proprioception"));
    other = smallPolicyConfig();
    other.actionSize = 6;
    QVERIFY(names(RobotFolder(other), "actions of 6 numbers"));
  }

 private:
  std::unique_ptr<RobotFolder> m_folder;
  std::unique_ptr<PolicyFamily> m_family;
};

QTEST_GUILESS_MAIN(PolicyFamilyTest)
#include "policy_family_test.moc"
