#include "engine/toy/toy_family.h"

#include "engine/toy/toy_decoder.h"
#include "engine/toy/toy_picture.h"

namespace jacobiscope {
namespace {

constexpr int kSize = 256, kStages = 4;

std::vector<Knob> makeKnobs() {
  using enum KnobKind;
  using enum KnobScope;
  Knob mode{"mode", "mode", "How a stage is solved; every mode reaches the same numbers.",
            "Decoder", Choice, NextStage, std::string("jacobi")};
  mode.choices = {"sequential", "jacobi", "gs-jacobi", "window"};
  return {
      mode,
      {"segments", "segments", "Pieces per stage solved one after the other by gs-jacobi.",
       "Schedule", List, NextStage, std::string("4"), 1, 1024},
      {"window", "window", "Positions iterated at once in mode window.", "Schedule", Integer,
       NextStage, std::int64_t{32}, 1, 1024},
      {"cap", "cap", "Most sweeps of one segment, jacobi and gs-jacobi only.", "Schedule", Integer,
       NextStage, std::int64_t{1024}, 1, 10000},
      {"tolerance", "tolerance", "Settled when |dx| is at most this; 0 never stops early.",
       "Decoder", Number, Live, 1e-6, 0, 1, true},
      {"coupling", "coupling", "Factor of W in x_i = c_i + coupling * sum W_ij tanh(x_j).", "Model",
       Number, Live, 1.0, 0, 4},
      {"delay", "delay", "Milliseconds every sweep takes longer, to have time to watch.", "Decoder",
       Integer, Live, std::int64_t{0}, 0, 10000},
      {"size", "size", "Positions N of a stage.", "Model", Integer, NextRun, std::int64_t{kSize}, 1,
       1024},
      {"stages", "stages", "Systems solved one after the other.", "Model", Integer, NextRun,
       std::int64_t{kStages}, 1, 64},
      {"fail_at", "fail at", "The sweep at which the decoder throws, to see an error; -1: never.",
       "Decoder", Integer, Live, std::int64_t{-1}, -1, 1000000},
  };
}

Preset preset(const std::string& mode) { return {mode, "the toy family", {{"mode", mode}}}; }

class Toy : public Family {
 public:
  Toy() {
    m_info.family = m_info.name = m_info.path = "toy";
    m_info.title = "A triangular map with a known answer";
    m_info.hash = "toy-1";
    m_info.device = "CPU";
    m_info.dtype = "float32";
    m_info.threads = 1;
    m_info.parameters = kSize * (kSize - 1) / 2;
    for (int i = 1; i <= kStages; ++i) m_info.stages.push_back("stage " + std::to_string(i));
    m_info.positions = kSize;
    m_info.gridRows = toyGrid(kSize).rows;
    m_info.gridColumns = toyGrid(kSize).columns;
    m_info.knobs = makeKnobs();
    m_info.presets = {preset("sequential"), preset("jacobi"), preset("window")};
  }

  const ModelInfo& info() const override { return m_info; }

  std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                 std::unique_ptr<Decoder> previous) override {
    return std::make_unique<ToyDecoder>(knobs, input, std::move(previous));
  }

 private:
  ModelInfo m_info;
};

}  // namespace

FamilyEntry toyFamily() {
  return {"toy", [](const LoadRequest& request) { return request.path == "toy"; },
          [](const LoadRequest&) { return std::make_unique<Toy>(); }};
}

}  // namespace jacobiscope
