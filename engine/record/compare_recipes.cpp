#include "engine/record/compare_recipes.h"

#include <algorithm>
#include <set>

#include "engine/core/scales.h"
#include "engine/record/action_timeline.h"
#include "engine/record/branch_text.h"

namespace jacobiscope {

namespace {

constexpr char kDash[] = "—";

std::string orDash(const std::string& text) { return text.empty() ? kDash : text; }

std::string valueText(const KnobValue& value) {
  if (const auto* toggle = std::get_if<bool>(&value)) return *toggle ? "on" : "off";
  if (const auto* number = std::get_if<double>(&value)) return numberText(*number, 6);
  return orDash(formatKnob(value));
}

std::string classText(const ComparedRun& run) {
  const auto& label = run.recipe.input.label;
  if (!label) return "any";
  const bool named = *label >= 0 && *label < std::ssize(run.classes);
  return named ? run.classes[*label] : std::to_string(*label);
}

std::string successOf(const RunRecord& run) {
  ActionTimeline timeline;
  timeline.update(&run);
  if (timeline.rows() == 0 || timeline.size() == 0) return {};
  const ActionCount& count = timeline.count(timeline.size() - 1);
  return std::to_string(count.succeeded) + " of " + std::to_string(count.episodes) +
         (count.episodes == 1 ? " episode" : " episodes");
}

class Table {
 public:
  Table(const ComparedRun& a, const ComparedRun& b) : m_a(a), m_b(b) {}

  // A row whose texts tell whether something differs.
  template <class Text>
  void row(const std::string& name, const Text& text) {
    add(name, text(m_a), text(m_b));
  }
  // Left out where neither side has anything to say.
  template <class Text>
  void rowIfAny(const std::string& name, const Text& text) {
    const std::string a = text(m_a), b = text(m_b);
    if (!a.empty() || !b.empty()) add(name, orDash(a), orDash(b));
  }
  void add(const std::string& name, const std::string& a, const std::string& b) {
    rows.push_back({outcome, name, a, b, a != b});
  }

  bool outcome = false;
  std::vector<ComparedRow> rows;

 private:
  const ComparedRun &m_a, &m_b;
};

void addRecipe(Table& table) {
  const auto of = [](auto member) {
    return [member](const ComparedRun& run) { return orDash(run.recipe.*member); };
  };
  table.row("model", of(&Recipe::model));
  table.row("weights", of(&Recipe::modelHash));
  table.row("family", of(&Recipe::family));
  table.row("device", of(&Recipe::device));
  table.row("precision", of(&Recipe::dtype));
  table.row("threads", [](const ComparedRun& run) { return std::to_string(run.recipe.threads); });
  table.row("seed", [](const ComparedRun& run) { return std::to_string(run.recipe.input.seed); });
  table.row("number at once",
            [](const ComparedRun& run) { return std::to_string(run.recipe.input.count); });
  table.rowIfAny("prompt", [](const ComparedRun& run) { return run.recipe.input.prompt; });
  table.row("class", classText);
  table.rowIfAny("picture", [](const ComparedRun& run) { return run.recipe.input.picture; });
  table.rowIfAny("own input", [](const ComparedRun& run) { return run.recipe.inputHash; });
  table.row("warm start", [](const ComparedRun& run) { return run.recipe.warm ? "yes" : "no"; });
  table.rowIfAny("branch", [](const ComparedRun& run) { return run.branch; });
  table.rowIfAny("program", [](const ComparedRun& run) { return run.recipe.version; });
}

void addKnobs(Table& table, const ComparedRun& a, const ComparedRun& b) {
  std::set<std::string> left;
  for (const ComparedRun* run : {&a, &b})
    for (const auto& [sweep, knobs] : run->recipe.timeline)
      for (const auto& [key, value] : knobs) left.insert(key);
  const auto add = [&](const std::string& key) {
    table.add(key, timelineText(a.recipe, key), timelineText(b.recipe, key));
  };
  // In the model's order, then what only the other model has. Keys, as --set takes them: labels
  // may be the same for two knobs.
  for (const ComparedRun* run : {&a, &b})
    for (const Knob& knob : run->knobs)
      if (left.erase(knob.key) > 0) add(knob.key);
  for (const std::string& key : left) add(key);
}

void addOutcome(Table& table, const ComparedRun& a, const ComparedRun& b) {
  table.outcome = true;
  table.row("outcome", [](const ComparedRun& run) { return orDash(run.recipe.outcome); });
  table.row("sweeps", [](const ComparedRun& run) { return std::to_string(run.recipe.sweeps); });
  table.row("model calls", [](const ComparedRun& run) { return std::to_string(run.recipe.calls); });
  table.row("seconds", [](const ComparedRun& run) {
    return run.recipe.computeSeconds > 0 ? numberText(run.recipe.computeSeconds) : kDash;
  });
  // Of the two as recorded: they are told in the recipe if they are of different devices.
  const double own = a.recipe.computeSeconds, other = b.recipe.computeSeconds;
  const bool done = a.recipe.outcome == "done" && b.recipe.outcome == "done";
  if (done && own > 0 && other > 0)
    table.add("speed (A = 1)", "1.00×", fixedText(own / other, 2) + "×");
  table.rowIfAny("succeeded", [](const ComparedRun& run) { return run.success; });
  table.rowIfAny("result", [](const ComparedRun& run) { return run.recipe.resultHash; });
}

}  // namespace

ComparedRun comparedRun(const RunRecord& run) {
  // Asked after every sweep of a run that goes on, which is no time to hash all of its facts.
  return {recipeWithoutFacts(run), run.start.model.knobs, run.start.model.classes, branchText(run),
          successOf(run)};
}

std::string timelineText(const Recipe& recipe, const std::string& key) {
  std::string text, last;
  for (const auto& [sweep, knobs] : recipe.timeline) {
    const auto value = knobs.find(key);
    const std::string now = value == knobs.end() ? kDash : valueText(value->second);
    if (text.empty()) text = now;
    else if (now != last) text += ", " + now + " from sweep " + std::to_string(sweep + 1);
    last = now;
  }
  return orDash(text);
}

std::vector<ComparedRow> comparedRows(const ComparedRun& a, const ComparedRun& b) {
  Table table(a, b);
  addRecipe(table);
  addKnobs(table, a, b);
  addOutcome(table, a, b);
  return table.rows;
}

}  // namespace jacobiscope
