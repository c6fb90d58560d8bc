#include "engine/record/hashes.h"

#include <cstdio>

namespace jacobiscope {

namespace {

class Fnv {
 public:
  void add(const void* data, std::size_t size) {
    const auto* bytes = static_cast<const unsigned char*>(data);
    for (std::size_t i = 0; i < size; ++i) m_hash = (m_hash ^ bytes[i]) * 0x100000001b3ull;
  }
  template <class T>
  void add(const T& number) {
    add(&number, sizeof number);
  }
  void add(const std::string& text) { add(text.data(), text.size() + 1); }  // with its end mark
  template <class T>
  void add(const std::vector<T>& values) {
    add(values.data(), values.size() * sizeof(T));
  }

  std::string hex() const {
    char text[17];
    std::snprintf(text, sizeof text, "%016llx", static_cast<unsigned long long>(m_hash));
    return text;
  }

 private:
  std::uint64_t m_hash = 0xcbf29ce484222325ull;
};

void addSweep(const Sweep& sweep, Fnv& hash) {
  hash.add(sweep.index);
  for (const int number : {static_cast<int>(sweep.kind), sweep.window.stage, sweep.window.begin,
                           sweep.window.end, sweep.iteration, sweep.frontier,
                           static_cast<int>(sweep.verdict), sweep.calls}) {
    hash.add(number);
  }
  // Not a number has many bit patterns, of which a file may keep another.
  hash.add(sweep.residual == sweep.residual ? sweep.residual : -1.0);
  hash.add(sweep.residualUnit);
  for (const FactColumn& column : sweep.facts) {
    hash.add(column.name);
    hash.add(column.unit);
    hash.add(column.first);
    std::visit([&](const auto& values) { hash.add(values); }, column.values);
  }
}

}  // namespace

std::string hashArrays(const Arrays& arrays) {
  if (arrays.empty()) return {};
  Fnv hash;
  for (const auto& [name, array] : arrays) {
    hash.add(name);
    hash.add(array.shape);
    std::visit([&](const auto& values) { hash.add(values); }, array.values);
  }
  return hash.hex();
}

std::string hashSweep(const Sweep& sweep) {
  Fnv hash;
  addSweep(sweep, hash);
  return hash.hex();
}

std::string hashFacts(const RunRecord& run) {
  if (run.snapshots.empty()) return {};
  Fnv hash;
  for (const auto& snapshot : run.snapshots) {
    if (!snapshot) return {};
    addSweep(snapshot->sweep, hash);
  }
  return hash.hex();
}

}  // namespace jacobiscope
