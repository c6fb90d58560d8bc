// A column of a sweep's facts, to be read by position.
#pragma once

#include <string>
#include <vector>

#include "engine/core/sweep.h"

namespace jacobiscope {

template <class Value>
struct Column {
  Column(const Sweep& sweep, const std::string& name) {
    const FactColumn* fact = findFact(sweep, name);
    if (!fact) return;
    values = std::get_if<std::vector<Value>>(&fact->values);
    first = fact->first;
  }
  Value at(int position, Value absent) const {
    const std::int64_t i = std::int64_t{position} - first;
    return values && i >= 0 && i < std::ssize(*values) ? (*values)[i] : absent;
  }
  int end() const { return values ? first + static_cast<int>(values->size()) : first; }

  const std::vector<Value>* values = nullptr;
  int first = 0;
};

using Integers = Column<std::int32_t>;
using Numbers = Column<float>;

}  // namespace jacobiscope
