// One knob as Qt widgets that a screen reader can read: slider and number, tick, choice or
// text, and a button back to the default.
#pragma once

#include <QWidget>
#include <functional>

#include "engine/core/knob.h"

namespace jacobiscope {

class KnobField : public QWidget {
  Q_OBJECT

 public:
  explicit KnobField(const Knob& knob, QWidget* parent = nullptr);

  const Knob& knob() const { return m_knob; }
  // Shows the value; emits nothing.
  void setValue(const KnobValue& value);

 Q_SIGNALS:
  // The user wants this value; it is not checked yet.
  void edited(const KnobValue& value);
  // The text cannot be read as a value of the knob: one sentence and a hint.
  void refused(const QString& message, const QString& hint);

 private:
  void build();
  QWidget* buildToggle();
  QWidget* buildInteger();
  QWidget* buildNumber();
  QWidget* buildChoice();
  QWidget* buildList();
  void name(QWidget* widget) const;

  Knob m_knob;
  std::function<void(const KnobValue&)> m_show;
};

// A slider's position 0 to 1000 for a value of the knob, and back. Logarithmic knobs whose
// minimum is 0 keep position 0 for it and spread six decades below the maximum.
int sliderPosition(const Knob& knob, double value);
double sliderValue(const Knob& knob, int position);

}  // namespace jacobiscope
