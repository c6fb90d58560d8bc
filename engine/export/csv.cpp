#include "engine/export/csv.h"

#include <array>
#include <charconv>
#include <cmath>
#include <string>

namespace jacobiscope {

namespace {

constexpr std::array<const char*, 7> kPathParts{"x", "y", "z", "rx", "ry", "rz", "gripper"};
constexpr std::array<const char*, 7> kPathUnits{"m", "m", "m", "rad", "rad", "rad", ""};

template <std::size_t Count>
std::string word(const std::array<const char*, Count>& words, std::int64_t index) {
  return index >= 0 && index < std::ssize(words) ? words[index] : "";
}

// In the order of the enumerations of engine/core/sweep.h.
std::string kindWord(SweepKind kind) {
  static constexpr std::array kWords{"prefill", "iterate", "world"};
  return word(kWords, static_cast<int>(kind));
}
std::string verdictWord(Verdict verdict) {
  static constexpr std::array kWords{"working", "accepted", "settled", "capped", "diverged"};
  return word(kWords, static_cast<int>(verdict));
}
std::string meaning(const std::string& fact, std::int64_t value) {
  static constexpr std::array kStates{"drafted",  "kept",      "redrawn",
                                      "accepted", "resampled", "drawn"};
  static constexpr std::array kOutcomes{"running", "succeeded", "timed out", "fell", "diverged"};
  if (fact == "state") return word(kStates, value);
  if (fact == "outcome") return word(kOutcomes, value);
  return {};
}

template <class Number>
std::string digits(Number value) {
  if constexpr (std::is_floating_point_v<Number>) {
    if (std::isnan(value)) return "NaN";
    if (std::isinf(value)) return value > 0 ? "Inf" : "-Inf";
  }
  char text[32];
  return {text, std::to_chars(text, text + sizeof text, value).ptr};
}

std::string quoted(const std::string& field) {
  if (field.find_first_of(",\"\r\n") == std::string::npos) return field;
  std::string text = "\"";
  for (const char c : field) text += c == '"' ? "\"\"" : std::string(1, c);
  return text + '"';
}

// The rows of one sweep.
class SweepRows {
 public:
  SweepRows(const RunRecord& run, const Sweep& sweep) : m_plan(run.planAt(sweep.index)) {
    const int stage = sweep.window.stage;
    const bool named = stage >= 0 && stage < std::ssize(m_plan.stages);
    m_head = digits(run.start.run) + ',' + digits(sweep.index) + ',' + kindWord(sweep.kind) + ',' +
             digits(stage) + ',' + (named ? quoted(m_plan.stages[stage]) : "") + ',' +
             digits(sweep.iteration) + ',';
  }

  // `position` as text; empty: of the whole sweep.
  void add(const std::string& position, const std::string& fact, const std::string& value,
           const std::string& unit = {}, const std::string& label = {}) {
    m_text += m_head;
    m_text += position;
    for (const std::string* field : {&fact, &value, &unit, &label}) {
      m_text += ',';
      m_text += quoted(*field);
    }
    m_text += '\n';
  }
  const std::string& text() const { return m_text; }

 private:
  const Plan& m_plan;
  std::string m_head, m_text;
};

void addSweep(SweepRows& rows, const Snapshot& snapshot) {
  const Sweep& sweep = snapshot.sweep;
  rows.add("", "window_begin", digits(sweep.window.begin));
  rows.add("", "window_end", digits(sweep.window.end));
  rows.add("", "frontier", digits(sweep.frontier));
  rows.add("", "verdict", digits(static_cast<int>(sweep.verdict)), "", verdictWord(sweep.verdict));
  rows.add("", "residual", digits(sweep.residual), sweep.residualUnit);
  rows.add("", "calls", digits(sweep.calls));
  rows.add("", "seconds", digits(sweep.seconds), "s");
  rows.add("", "compute_seconds", digits(snapshot.computeSeconds), "s");
  if (!sweep.note.empty()) rows.add("", "note", "", "", sweep.note);
}

// Seven numbers a step, of which there are D positions.
void addPath(SweepRows& rows, const FactColumn& column, int dimensions) {
  const auto* values = std::get_if<std::vector<float>>(&column.values);
  if (!values) return;
  for (std::size_t i = 0; i < values->size(); ++i) {
    const std::size_t step = i / kPathParts.size(), part = i % kPathParts.size();
    rows.add(digits(column.first + static_cast<int>(step) * dimensions),
             std::string("path.") + kPathParts[part], digits((*values)[i]), kPathUnits[part]);
  }
}

template <class Value>
void addValues(SweepRows& rows, const FactColumn& column, const std::vector<Value>& values) {
  for (std::size_t i = 0; i < values.size(); ++i) {
    std::string label;
    if constexpr (std::is_integral_v<Value>) label = meaning(column.name, values[i]);
    rows.add(digits(column.first + static_cast<std::int64_t>(i)), column.name, digits(values[i]),
             column.unit, label);
  }
}

void addColumn(SweepRows& rows, const FactColumn& column) {
  std::visit([&](const auto& values) { addValues(rows, column, values); }, column.values);
}

}  // namespace

void writeCsv(const RunRecord& run, const std::function<void(std::string_view)>& write) {
  write(kCsvHeader);
  const int dimensions = static_cast<int>(run.start.model.action.size());
  for (const auto& snapshot : run.snapshots) {
    if (!snapshot) continue;
    SweepRows rows(run, snapshot->sweep);
    addSweep(rows, *snapshot);
    for (const FactColumn& column : snapshot->sweep.facts) {
      if (dimensions > 0 && column.name == "path") {
        addPath(rows, column, dimensions);
      } else {
        addColumn(rows, column);
      }
    }
    const auto exactness = run.exactness.find(snapshot->sweep.index);
    if (exactness != run.exactness.end()) {
      rows.add("", "exact", digits(exactness->second.exact));
      addColumn(rows, exactness->second.error);
    }
    write(rows.text());
  }
}

}  // namespace jacobiscope
