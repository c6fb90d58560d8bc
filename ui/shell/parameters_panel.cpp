#include "ui/shell/parameters_panel.h"

#include <QLabel>
#include <QVBoxLayout>
#include <algorithm>

namespace jacobiscope {

ParametersPanel::ParametersPanel(Engine& engine, QWidget* parent)
    : QScrollArea(parent), m_engine(engine) {
  setWidgetResizable(true);
  setFrameShape(QFrame::NoFrame);
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setAccessibleName("Parameters");
  setMinimumWidth(240);
}

void ParametersPanel::build() {
  m_fields.clear();
  auto* content = new QWidget;
  content->setObjectName("content");
  auto* column = new QVBoxLayout(content);
  column->setContentsMargins(10, 4, 10, 8);
  std::vector<std::string> groups;
  for (const Knob& knob : m_engine.view().model->knobs) {
    if (std::ranges::find(groups, knob.group) == groups.end()) groups.push_back(knob.group);
  }
  for (const std::string& group : groups) {
    auto* heading = new QLabel(QString::fromStdString(group).toUpper());
    heading->setObjectName("heading");
    column->addWidget(heading);
    for (const Knob& knob : m_engine.view().model->knobs) {
      if (knob.group != group) continue;
      auto* field = new KnobField(knob);
      connect(field, &KnobField::edited, this, [this, key = knob.key](const KnobValue& value) {
        m_engine.editKnob(key, value);
      });
      connect(field, &KnobField::refused, this, [this](const QString& message, const QString& hint) {
        m_engine.notify("knob", message.toStdString(), hint.toStdString());
      });
      m_fields.push_back(field);
      column->addWidget(field);
    }
  }
  column->addStretch(1);
  setWidget(content);
}

void ParametersPanel::refresh() {
  const auto& model = m_engine.view().model;
  if (!model) return;
  if (model->family + model->hash != m_builtFor) {
    m_builtFor = model->family + model->hash;
    build();
  }
  for (KnobField* field : m_fields) {
    const auto value = m_engine.view().knobs.find(field->knob().key);
    if (value != m_engine.view().knobs.end()) field->setValue(value->second);
  }
}

KnobField* ParametersPanel::field(const std::string& key) const {
  const auto found =
      std::ranges::find_if(m_fields, [&](const KnobField* field) { return field->knob().key == key; });
  return found == m_fields.end() ? nullptr : *found;
}

}  // namespace jacobiscope
