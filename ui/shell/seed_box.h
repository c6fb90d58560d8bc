// A number field for seeds: the whole range of 64 bits, which QSpinBox does not have.
#pragma once

#include <QAbstractSpinBox>
#include <cstdint>

namespace jacobiscope {

class SeedBox : public QAbstractSpinBox {
  Q_OBJECT

 public:
  explicit SeedBox(QWidget* parent = nullptr);

  std::uint64_t value() const { return m_value; }
  void setValue(std::uint64_t value);

  void stepBy(int steps) override;
  QValidator::State validate(QString& text, int& position) const override;

 Q_SIGNALS:
  void valueChanged();

 protected:
  StepEnabled stepEnabled() const override;

 private:
  void take(const QString& text);

  std::uint64_t m_value = 0;
};

}  // namespace jacobiscope
