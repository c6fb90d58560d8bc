#include "ui/shell/seed_box.h"

#include <QLineEdit>
#include <limits>

namespace jacobiscope {

SeedBox::SeedBox(QWidget* parent) : QAbstractSpinBox(parent) {
  lineEdit()->setText("0");
  connect(lineEdit(), &QLineEdit::textEdited, this, &SeedBox::take);
  connect(this, &QAbstractSpinBox::editingFinished, this, [this] {
    lineEdit()->setText(QString::number(m_value));
  });
}

void SeedBox::setValue(std::uint64_t value) {
  if (value == m_value) return;
  m_value = value;
  lineEdit()->setText(QString::number(value));
  Q_EMIT valueChanged();
}

void SeedBox::take(const QString& text) {
  bool valid = false;
  const qulonglong value = text.toULongLong(&valid);
  if (!valid || value == m_value) return;
  m_value = value;
  Q_EMIT valueChanged();
}

void SeedBox::stepBy(int steps) {
  const std::uint64_t size = steps < 0 ? -std::int64_t{steps} : steps;
  const std::uint64_t room =
      steps < 0 ? m_value : std::numeric_limits<std::uint64_t>::max() - m_value;
  const std::uint64_t way = std::min(size, room);
  setValue(steps < 0 ? m_value - way : m_value + way);
}

QValidator::State SeedBox::validate(QString& text, int& position) const {
  if (text.isEmpty()) return QValidator::Intermediate;
  bool valid = false;
  text.toULongLong(&valid);
  return valid && text[0].isDigit() ? QValidator::Acceptable : QValidator::Invalid;
}

QAbstractSpinBox::StepEnabled SeedBox::stepEnabled() const {
  StepEnabled enabled;
  if (m_value > 0) enabled |= StepDownEnabled;
  if (m_value < std::numeric_limits<std::uint64_t>::max()) enabled |= StepUpEnabled;
  return enabled;
}

}  // namespace jacobiscope
