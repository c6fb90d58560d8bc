#include "ui/shell/knob_field.h"

#include <QCheckBox>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QGridLayout>
#include <QLabel>
#include <QLineEdit>
#include <QSignalBlocker>
#include <QSlider>
#include <QSpinBox>
#include <QToolButton>
#include <cmath>
#include <limits>
#include <memory>

#include "engine/core/error.h"
#include "engine/core/scales.h"
#include "ui/shell/svg_icon.h"

namespace jacobiscope {

namespace {

constexpr int kSliderSteps = 1000;

// Numbers of a logarithmic knob lie far apart: written shortest, read as typed.
class NumberBox : public QDoubleSpinBox {
 public:
  using QDoubleSpinBox::QDoubleSpinBox;
  QString textFromValue(double value) const override { return QString::number(value, 'g', 6); }
  double valueFromText(const QString& text) const override { return text.toDouble(); }
  QValidator::State validate(QString& text, int&) const override {
    bool valid = false;
    const double value = text.toDouble(&valid);
    if (!valid) return QValidator::Intermediate;  // "1e-" on the way to "1e-4"
    return value >= minimum() && value <= maximum() ? QValidator::Acceptable
                                                    : QValidator::Intermediate;
  }
};

int asInt(const KnobValue& value) {
  const auto* number = std::get_if<std::int64_t>(&value);
  return number ? static_cast<int>(*number) : 0;
}

double asDouble(const KnobValue& value) {
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return asInt(value);
}

int asBound(double bound) {
  constexpr double kMost = std::numeric_limits<int>::max();
  return static_cast<int>(std::clamp(bound, -kMost, kMost));
}

// Whether something is typed into the box that it has not taken yet: what is shown in the
// meantime must not wipe it.
template <class Box>
std::shared_ptr<const bool> typingIn(Box* box) {
  auto typing = std::make_shared<bool>(false);
  QObject::connect(box->template findChild<QLineEdit*>(), &QLineEdit::textEdited, box,
                   [typing] { *typing = true; });
  QObject::connect(box, &Box::valueChanged, box, [typing] { *typing = false; });
  QObject::connect(box, &Box::editingFinished, box, [typing] { *typing = false; });
  return typing;
}

const char* scopeText(KnobScope scope) {
  switch (scope) {
    case KnobScope::Live: return "Acts at the next sweep.";
    case KnobScope::NextStage: return "Acts when the next block begins.";
    case KnobScope::NextRun: return "Acts at the next run.";
  }
  return "";
}

}  // namespace

int sliderPosition(const Knob& knob, double value) {
  return static_cast<int>(std::lround(sliderUnit(knob, value) * kSliderSteps));
}

// Both ends are the limits themselves, not what a person would round them to.
double sliderValue(const Knob& knob, int position) {
  if (position <= 0) return knob.minimum;
  if (position >= kSliderSteps) return knob.maximum;
  return sliderValue(knob, double(position) / kSliderSteps);
}

KnobField::KnobField(const Knob& knob, QWidget* parent) : QWidget(parent), m_knob(knob) { build(); }

void KnobField::name(QWidget* widget) const {
  const QString help = QString::fromStdString(m_knob.help);
  widget->setAccessibleName(QString::fromStdString(m_knob.label));
  widget->setAccessibleDescription(help + " " + scopeText(m_knob.scope));
  widget->setToolTip(help + "\n" + scopeText(m_knob.scope) + "\n" +
                     QString::fromStdString(m_knob.key));
}

void KnobField::build() {
  auto* grid = new QGridLayout(this);
  grid->setContentsMargins(0, 0, 0, 6);
  grid->setHorizontalSpacing(6);
  grid->setVerticalSpacing(2);
  QWidget* field = nullptr;
  switch (m_knob.kind) {
    case KnobKind::Toggle: field = buildToggle(); break;
    case KnobKind::Integer: field = buildInteger(); break;
    case KnobKind::Number: field = buildNumber(); break;
    case KnobKind::Choice: field = buildChoice(); break;
    case KnobKind::List: field = buildList(); break;
  }
  if (m_knob.kind == KnobKind::Toggle) {
    grid->addWidget(field, 0, 0);
  } else {
    auto* label = new QLabel(QString::fromStdString(m_knob.label));
    label->setToolTip(QString::fromStdString(m_knob.help));
    grid->addWidget(label, 0, 0, 1, 2);
    grid->addWidget(field, 1, 0);
  }
  setEnabled(!m_knob.idle);
  auto* reset = new QToolButton;
  reset->setObjectName("flat");
  reset->setIcon(themedIcon("reset", QColor("#8b919e"), QColor("#8b919e")));
  reset->setAccessibleName("Reset " + QString::fromStdString(m_knob.label));
  reset->setToolTip("Back to " + QString::fromStdString(formatKnob(m_knob.initial)));
  connect(reset, &QToolButton::clicked, this, [this] { Q_EMIT edited(m_knob.initial); });
  grid->addWidget(reset, m_knob.kind == KnobKind::Toggle ? 0 : 1, 1);
  grid->setColumnStretch(0, 1);
}

QWidget* KnobField::buildToggle() {
  auto* tick = new QCheckBox(QString::fromStdString(m_knob.label));
  name(tick);
  connect(tick, &QCheckBox::clicked, this, [this](bool on) { Q_EMIT edited(KnobValue(on)); });
  m_show = [tick](const KnobValue& value) {
    const QSignalBlocker blocker(tick);
    tick->setChecked(std::get_if<bool>(&value) && std::get<bool>(value));
  };
  return tick;
}

QWidget* KnobField::buildInteger() {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* slider = new QSlider(Qt::Horizontal);
  auto* box = new QSpinBox;
  slider->setRange(0, kSliderSteps);
  box->setRange(asBound(m_knob.minimum), asBound(m_knob.maximum));
  box->setKeyboardTracking(false);
  name(slider);
  name(box);
  layout->addWidget(slider, 1);
  layout->addWidget(box);
  connect(slider, &QSlider::valueChanged, this, [this](int position) {
    Q_EMIT edited(KnobValue(std::int64_t(std::llround(sliderValue(m_knob, position)))));
  });
  connect(box, &QSpinBox::valueChanged, this,
          [this](int value) { Q_EMIT edited(KnobValue(std::int64_t(value))); });
  m_show = [this, slider, box, typing = typingIn(box)](const KnobValue& value) {
    const QSignalBlocker first(slider), second(box);
    if (!slider->isSliderDown()) slider->setValue(sliderPosition(m_knob, asInt(value)));
    if (!*typing || !box->hasFocus()) box->setValue(asInt(value));
  };
  return row;
}

QWidget* KnobField::buildNumber() {
  auto* row = new QWidget;
  auto* layout = new QHBoxLayout(row);
  layout->setContentsMargins(0, 0, 0, 0);
  auto* slider = new QSlider(Qt::Horizontal);
  auto* box = new NumberBox;
  slider->setRange(0, kSliderSteps);
  // Rounding belongs to what is written, not to the value.
  box->setDecimals(12);
  box->setRange(m_knob.minimum, m_knob.maximum);
  box->setStepType(m_knob.logarithmic ? QAbstractSpinBox::AdaptiveDecimalStepType
                                      : QAbstractSpinBox::DefaultStepType);
  box->setSingleStep((m_knob.maximum - m_knob.minimum) / 100);
  box->setKeyboardTracking(false);
  name(slider);
  name(box);
  layout->addWidget(slider, 1);
  layout->addWidget(box);
  connect(slider, &QSlider::valueChanged, this, [this](int position) {
    Q_EMIT edited(KnobValue(sliderValue(m_knob, position)));
  });
  connect(box, &QDoubleSpinBox::valueChanged, this,
          [this](double value) { Q_EMIT edited(KnobValue(value)); });
  m_show = [this, slider, box, typing = typingIn(box)](const KnobValue& value) {
    const QSignalBlocker first(slider), second(box);
    if (!slider->isSliderDown()) slider->setValue(sliderPosition(m_knob, asDouble(value)));
    if (!*typing || !box->hasFocus()) box->setValue(asDouble(value));
  };
  return row;
}

QWidget* KnobField::buildChoice() {
  auto* box = new QComboBox;
  name(box);
  for (const std::string& choice : m_knob.choices) box->addItem(QString::fromStdString(choice));
  connect(box, &QComboBox::activated, this,
          [this, box] { Q_EMIT edited(KnobValue(box->currentText().toStdString())); });
  m_show = [box](const KnobValue& value) {
    const QSignalBlocker blocker(box);
    box->setCurrentText(QString::fromStdString(formatKnob(value)));
  };
  return box;
}

QWidget* KnobField::buildList() {
  auto* line = new QLineEdit;
  name(line);
  auto shown = std::make_shared<QString>();
  connect(line, &QLineEdit::editingFinished, this, [this, line, shown] {
    if (line->text() == *shown) return;
    try {
      Q_EMIT edited(parseKnob(m_knob, line->text().toStdString()));
    } catch (const Error& error) {
      line->setText(*shown);
      Q_EMIT refused(QString::fromUtf8(error.what()), QString::fromStdString(error.hint()));
    }
  });
  m_show = [line, shown](const KnobValue& value) {
    *shown = QString::fromStdString(formatKnob(value));
    if (!line->hasFocus()) line->setText(*shown);
  };
  return line;
}

void KnobField::setValue(const KnobValue& value) { m_show(value); }

}  // namespace jacobiscope
