// A run of the toy in the middle of which knobs of every scope change.
#pragma once

#include "engine/toy/toy_family.h"
#include "tests/core/branching.h"

namespace jacobiscope::test {

inline std::string word(const char* text) { return text; }

inline std::unique_ptr<Heard> toySession() {
  return sessionOf([] { return toyFamily().load({"toy", {}, {}}); });
}

inline Input seeded(std::uint64_t seed) {
  Input input;
  input.seed = seed;
  return input;
}

inline const KnobValues kSmallToy = {
    {"size", std::int64_t{37}}, {"stages", std::int64_t{3}}, {"tolerance", 0.0}};

// One of the changes makes a stage begin again.
inline RunRecord changefulToy(Heard& heard, std::uint64_t seed) {
  return changefulRun(heard, Changeful{kSmallToy, seeded(seed), {
      {5, {"mode", word("window")}},    {4, {"window", std::int64_t{9}}},
      {7, {"coupling", 1.5}},           {6, {"mode", word("gs-jacobi")}},
      {9, {"segments", word("3,5,4")}}, {3, {"tolerance", 1e-4}},
      {11, {"mode", word("jacobi")}}}});
}

}  // namespace jacobiscope::test
