// A family that moves a robot without a network or a simulator. For the tests of the robot's views
// and of the window.
#pragma once

#include "engine/core/error.h"
#include "tests/ui/fake_robot_decoder.h"

namespace jacobiscope {

class FakeRobot : public Family {
 public:
  FakeRobot() {
    m_info.family = "fake-robot";
    m_info.name = m_info.path = "robot";
    m_info.title = "Fake robot";
    m_info.hash = "fake-robot-1";
    m_info.device = "CPU";
    m_info.dtype = "float32";
    m_info.threads = 1;
    m_info.positions = FakeRobotDecoder::kPositions;
    m_info.vocabulary = FakeRobotDecoder::kBins;
    m_info.gridRows = FakeRobotDecoder::kSteps;
    m_info.gridColumns = FakeRobotDecoder::kDimensions;
    m_info.chunk = FakeRobotDecoder::kSteps;
    m_info.stepSeconds = 0.2;
    for (const char* name : {"x", "y", "z"})
      m_info.action.push_back({name, "mm", FakeRobotDecoder::kMove});
    for (const char* name : {"roll", "pitch", "yaw"})
      m_info.action.push_back({name, "°", FakeRobotDecoder::kTurn});
    m_info.action.push_back({"gripper", "", 1.0 / 255});
    m_info.prompted = true;
    m_info.words = {"blue", "bowl", "cube", "green", "in", "put", "red", "the", "yellow"};
    m_info.prompts = {"put the red cube in the bowl", "put the blue cube in the bowl"};
    Knob decoder{"decoder", "decoder", "How action tokens are decided.", "Decoder",
                 KnobKind::Choice, KnobScope::NextRun, std::string("bounded")};
    decoder.choices = {"autoregressive", "jacobi", "bounded"};
    m_info.knobs = {decoder,
                    {"exit.bins", "exit bound", "Bins a token may still move.", "Decoder",
                     KnobKind::Integer, KnobScope::Live, std::int64_t{4}, 0, 64},
                    {"delay", "delay", "Milliseconds every sweep takes longer.", "Decoder",
                     KnobKind::Integer, KnobScope::Live, std::int64_t{0}, 0, 1000}};
    m_info.presets = {{"bounded", "4 bins", {{"decoder", std::string("bounded")}}}};
  }
  static FamilyEntry entry() {
    return {"fake-robot", [](const LoadRequest& request) { return request.path == "robot"; },
            [](const LoadRequest&) { return std::make_unique<FakeRobot>(); }};
  }
  const ModelInfo& info() const override { return m_info; }
  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder>) override {
    return std::make_unique<FakeRobotDecoder>(knobs, input, layoutOf(input));
  }
  Preview preview(const Input& input) override {
    Preview preview;
    const Array layout = layoutOf(input);
    preview.panels = FakeTable(layout).panels();
    preview.arrays["layout"] = layout;
    if (input.prompt.find("zebra") != std::string::npos)
      preview.note = "The word \"zebra\" means nothing to the model.";
    return preview;
  }

 private:
  static Array layoutOf(const Input& input) {
    const auto given = input.arrays.find("layout");
    if (given == input.arrays.end()) return fakeLayout(input.seed);
    const auto& places = std::get<std::vector<float>>(given->second.values);
    for (std::size_t i = 0; i + 2 < places.size(); i += 3)
      if (places[i] < 0.24f || places[i] > 0.66f || std::abs(places[i + 1]) > 0.29f)
        throw UsageError("A thing cannot lie there: the arm does not reach it.",
                         "Put it nearer to the middle of the table.");
    return given->second;
  }

  ModelInfo m_info;
};

}  // namespace jacobiscope
