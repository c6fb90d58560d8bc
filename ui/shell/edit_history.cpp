#include "ui/shell/edit_history.h"

#include <QUndoCommand>
#include <algorithm>

namespace jacobiscope {

namespace {

constexpr int kMostSteps = 200;

using Label = std::optional<std::int64_t>;

template <class Value>
bool sameThing(const Value&, const Value&) {
  return true;
}
template <>
bool sameThing(const KnobValues& a, const KnobValues& b) {
  return std::ranges::equal(a, b, {}, &KnobValues::value_type::first,
                            &KnobValues::value_type::first);
}

// One step between two values; `apply` sets either of them.
template <class Value>
class Edit : public QUndoCommand {
 public:
  Edit(const QString& name, Value before, Value after, int series,
       std::function<void(const Value&)> apply)
      : QUndoCommand(name),
        m_before(std::move(before)),
        m_after(std::move(after)),
        m_series(series),
        m_apply(std::move(apply)) {}

  void undo() override { m_apply(m_before); }
  void redo() override {
    if (m_done) m_apply(m_after);
    m_done = true;  // the first time the user did it
  }
  int id() const override { return 1; }
  bool mergeWith(const QUndoCommand* command) override {
    const auto* next = dynamic_cast<const Edit*>(command);
    if (!next || next->m_series != m_series || !sameThing(next->m_after, m_after)) {
      return false;
    }
    m_after = next->m_after;
    setObsolete(m_after == m_before);
    return true;
  }

 private:
  Value m_before, m_after;
  int m_series;
  std::function<void(const Value&)> m_apply;
  bool m_done = false;
};

// "guidance", "schedule “sequential”" where they set one of the list, "schedule" where they set
// another, or "6 knobs".
QString nameOf(const KnobValues& values, const Engine& engine) {
  const ViewState& view = engine.view();
  const auto knobOf = [&](const std::string& key) {
    return view.model ? findKnob(view.model->knobs, key) : nullptr;
  };
  const std::string& first = values.begin()->first;
  const bool listed = !view.preset.empty() && view.preset != "custom";
  const bool schedules = std::ranges::all_of(values, [&](const auto& entry) {
    const Knob* knob = knobOf(entry.first);
    if (!knob) return false;
    // What a schedule that was searched for says, too.
    const bool rule = knob->key == "tolerance" || knob->key == "refine" || knob->key == "mode";
    return rule || knob->group == "Schedule";
  });
  if (values.size() == 1 && !(schedules && first == "mode" && listed)) {
    const Knob* knob = knobOf(first);
    return QString::fromStdString(knob ? knob->label : first);
  }
  const bool chosen = values.contains("mode") || values.contains("segments") ||
                      values.contains("window");
  if (listed && chosen) return QString("schedule “%1”").arg(QString::fromStdString(view.preset));
  return schedules && chosen ? QString("schedule") : QString("%1 knobs").arg(values.size());
}

}  // namespace

EditHistory::EditHistory(Engine& engine, std::chrono::milliseconds pause, QObject* parent)
    : QObject(parent), m_engine(engine), m_pause(pause) {
  m_stack.setUndoLimit(kMostSteps);
  connect(&engine, &Engine::knobsEdited, this,
          [this](const KnobValues& before, const KnobValues& after) {
            add<KnobValues>(nameOf(after, m_engine), before, after,
                            [this](const KnobValues& values) { m_engine.applyKnobs(values); });
          });
  connect(&engine, &Engine::promptEdited, this,
          [this](const std::string& before, const std::string& after) {
            add<std::string>("typing", before, after,
                             [this](const std::string& text) { m_engine.setPrompt(text); });
          });
  connect(&engine, &Engine::seedEdited, this, [this](std::uint64_t before, std::uint64_t after) {
    add<std::uint64_t>("seed", before, after,
                       [this](std::uint64_t seed) { m_engine.setSeed(seed); });
  });
  connect(&engine, &Engine::labelEdited, this, [this](const Label& before, const Label& after) {
    add<Label>("class", before, after, [this](const Label& label) { m_engine.setLabel(label); });
  });
  // The knobs of another model are others.
  connect(&engine, &Engine::modelChanged, &m_stack, &QUndoStack::clear);
}

template <class Value>
void EditHistory::add(const QString& name, const Value& before, const Value& after,
                      std::function<void(const Value&)> apply) {
  if (m_moving) return;
  if (!m_sinceLast.isValid() || m_sinceLast.elapsed() >= m_pause.count()) ++m_series;
  m_sinceLast.start();
  const auto move = [this, apply = std::move(apply)](const Value& value) {
    m_moving = true;
    apply(value);
    m_moving = false;
    m_sinceLast.invalidate();  // what follows is a step of its own
  };
  m_stack.push(new Edit<Value>(name, before, after, m_series, move));
}

}  // namespace jacobiscope
