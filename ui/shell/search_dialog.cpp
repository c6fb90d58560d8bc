#include "ui/shell/search_dialog.h"

#include <QDialogButtonBox>
#include <QFormLayout>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSignalBlocker>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

#include "engine/core/scales.h"
#include "ui/shell/dialogs.h"

namespace jacobiscope {

namespace {

constexpr int kLast = 400;  // positions of the slider, a hundred a decade
constexpr int kMostPictures = 64;

const LogScale kScale{SearchDialog::kLeastError, SearchDialog::kMostError};

QString errorText(double error) { return QString::fromStdString(numberText(error, 2)); }

}  // namespace

double errorAtSlider(int position, int last) {
  const double exact = kScale.value(double(position) / std::max(1, last));
  const double digit = std::pow(10.0, std::floor(std::log10(exact)) - 1);
  return std::clamp(std::round(exact / digit) * digit, kScale.low, kScale.high);
}

int sliderAtError(double error, int last) {
  return static_cast<int>(std::lround(kScale.unit(error) * last));
}

SearchDialog::SearchDialog(QWidget* parent, double error, int batch,
                           std::function<void(double, int)> begin)
    : QDialog(parent), m_error(error) {
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(20, 16, 20, 16);
  column->setSpacing(10);
  auto* intro = new QLabel(
      "Measures passes of every block on this machine, works out which schedule is fastest, and "
      "runs the best ones to see. The plot beside the timeline fills while it goes on; it can be "
      "stopped at any time, and what was measured stays.");
  intro->setWordWrap(true);
  column->addWidget(intro);
  auto* form = new QFormLayout;
  form->setHorizontalSpacing(16);
  column->addLayout(form);

  auto* row = new QHBoxLayout;
  m_slider = new QSlider(Qt::Horizontal);
  m_slider->setRange(0, kLast);
  m_slider->setPageStep(kLast / 4);
  m_slider->setAccessibleName("Largest error, as a slider");
  m_text = new QLineEdit;
  m_text->setAccessibleName("Largest error");
  m_text->setFixedWidth(84);
  m_text->setAlignment(Qt::AlignRight);
  row->addWidget(m_slider, 1);
  row->addWidget(m_text);
  form->addRow("Largest error", row);
  auto* meaning = new QLabel("How far any value of the picture may be from sequential decoding, "
                             "max |Δ|; colours go from −1 to 1.");
  meaning->setObjectName("muted");
  meaning->setWordWrap(true);
  form->addRow("", meaning);
  m_batch = new QSpinBox;
  m_batch->setRange(1, kMostPictures);
  m_batch->setValue(batch);
  m_batch->setToolTip("Decoded together; another number has another fastest schedule");
  form->addRow("&Pictures at once", m_batch);

  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  buttons->button(QDialogButtonBox::Cancel)->setIcon({});
  auto* find = buttons->addButton("&Find", QDialogButtonBox::AcceptRole);
  find->setObjectName("accent");
  find->setDefault(true);
  column->addStretch(1);
  column->addWidget(buttons);
  setError(error);

  connect(m_slider, &QSlider::valueChanged, this,
          [this](int position) { setError(errorAtSlider(position, kLast)); });
  connect(m_text, &QLineEdit::editingFinished, this, &SearchDialog::takeText);
  connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
  connect(buttons, &QDialogButtonBox::accepted, this, [this, begin = std::move(begin)] {
    takeText();
    begin(m_error, m_batch->value());
    accept();
  });
}

void SearchDialog::setError(double error) {
  m_error = std::clamp(error, kLeastError, kMostError);
  const QSignalBlocker blocker(m_slider);
  m_slider->setValue(sliderAtError(m_error, kLast));
  m_text->setText(errorText(m_error));
}

// What is no number is as it was before.
void SearchDialog::takeText() {
  if (m_text->text() == errorText(m_error)) return;
  bool valid = false;
  const double error = m_text->text().toDouble(&valid);
  setError(valid && error > 0 ? error : m_error);
}

void showSearch(QWidget* parent, double error, int batch,
                std::function<void(double, int)> begin) {
  const QString name = "search";
  if (raiseDialog(parent, name)) return;
  auto* dialog = new SearchDialog(parent, error, batch, std::move(begin));
  dressDialog(dialog, name, "Find the fastest schedule");
  dialog->resize(460, 280);
  dialog->show();
}

}  // namespace jacobiscope
