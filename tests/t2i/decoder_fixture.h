// What tests of the decoders share: a run as one value, and the published code's small model.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "tests/t2i/t2i_fixture.h"

namespace jacobiscope {

inline std::string text(const char* words) { return words; }
inline KnobValue whole(std::int64_t number) { return number; }

inline const std::vector<const char*> kDecoders = {"sequential", "jacobi", "sjd", "coupled", "gumbel"};

inline const KnobValues kGreedy = {{"temperature", 0.0}, {"guidance", 3.0}};

struct DecodedRun {
  std::vector<Sweep> sweeps;
  Arrays result;

  Tensor tokens() const { return toTensor(result.at("tokens")); }
  int calls() const {
    int calls = 0;
    for (const Sweep& sweep : sweeps) calls += sweep.calls;
    return calls;
  }
};

inline DecodedRun finish(Decoder& decoder) {
  DecodedRun run;
  while (auto sweep = decoder.sweep()) run.sweeps.push_back(std::move(*sweep));
  run.result = decoder.result();
  return run;
}

template <class Value>
std::vector<Value> column(const Sweep& sweep, const std::string& name) {
  const FactColumn* fact = findFact(sweep, name);
  return fact ? std::get<std::vector<Value>>(fact->values) : std::vector<Value>{};
}

// NaN equals NaN: text compares what a recording would hold.
inline std::string factText(const std::vector<Sweep>& sweeps) {
  std::string all;
  for (const Sweep& sweep : sweeps) {
    all += std::to_string(sweep.frontier) + "/" + std::to_string(sweep.calls) + ":";
    for (const FactColumn& fact : sweep.facts) {
      all += fact.name + "@" + std::to_string(fact.first) + "=";
      std::visit([&](const auto& v) { for (const auto x : v) all += std::to_string(x) + ","; },
                 fact.values);
    }
  }
  return all;
}

// The base of a test class: the model, and the input that the next run is begun with.
class DecoderFixture {
 protected:
  void openModel() {
    m_family = openLlamaGen();
    m_positions = m_family->info().positions;
    m_expected = readArrays(llamaGenData("expected.safetensors"));
  }
  void freshInput() {
    m_input = {};
    m_input.seed = 7;
    m_input.arrays["caption_features"] = m_expected.at("caption_features");
  }

  DecodedRun decode(const KnobValues& given) {
    return finish(*m_family->begin(completeKnobs(m_family->info().knobs, given), m_input));
  }

  std::unique_ptr<TokenFamily> m_family;
  int m_positions = 0;
  Arrays m_expected;
  Input m_input;
};

}  // namespace jacobiscope
