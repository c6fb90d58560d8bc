#include "ui/shell/connect_dialog.h"

#include <QFormLayout>
#include <QHBoxLayout>
#include <QVBoxLayout>

#include "ui/shell/dialogs.h"

namespace jacobiscope {

namespace {

constexpr int kWidth = 520;

QLabel* note(const QString& text) {
  auto* label = new QLabel(text);
  label->setObjectName("muted");
  label->setWordWrap(true);
  return label;
}

}  // namespace

ConnectDialog::ConnectDialog(QWidget* parent, const QStringList& recent,
                             std::function<void(const RemotePlace&)> chosen)
    : QDialog(parent), m_host(new QComboBox), m_command(new QLineEdit), m_fault(new QLabel) {
  setMinimumWidth(kWidth);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(16, 16, 16, 14);
  column->setSpacing(12);
  auto* words = new QLabel("Decode on another machine, for example one with a GPU, and watch "
                           "here. Your own ssh reaches it.");
  words->setWordWrap(true);
  column->addWidget(words);

  auto* form = new QFormLayout;
  form->setVerticalSpacing(8);
  form->setHorizontalSpacing(12);
  form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
  m_host->setEditable(true);
  m_host->setAccessibleName("Host");
  m_host->lineEdit()->setPlaceholderText("user@host");
  m_command->setAccessibleName("Command");
  for (const QString& text : recent) {
    const RemotePlace place = RemotePlace::of(text);
    m_host->addItem(place.host, place.command);
  }
  m_command->setText(recent.isEmpty() ? RemotePlace{}.command : m_host->itemData(0).toString());
  form->addRow("Host", m_host);
  form->addRow("Command there", m_command);
  column->addLayout(form);
  column->addWidget(note("Ports, keys and jump hosts come from ~/.ssh/config. There is no terminal "
                         "to type a password: use a key, an agent or an askpass program."));
  m_fault->setObjectName("muted");
  column->addWidget(m_fault);
  column->addStretch(1);

  auto* buttons = new QHBoxLayout;
  buttons->addStretch(1);
  auto* cancel = new QPushButton("Cancel");
  m_connect = new QPushButton("Connect");
  m_connect->setObjectName("accent");
  m_connect->setDefault(true);
  buttons->addWidget(cancel);
  buttons->addWidget(m_connect);
  column->addLayout(buttons);

  connect(cancel, &QPushButton::clicked, this, &QDialog::reject);
  connect(m_connect, &QPushButton::clicked, this, [this, chosen = std::move(chosen)] {
    chosen(place());
    accept();
  });
  connect(m_host, &QComboBox::activated, this, [this](int row) {
    m_command->setText(m_host->itemData(row).toString());
  });
  connect(m_host, &QComboBox::editTextChanged, this, &ConnectDialog::check);
  connect(m_command, &QLineEdit::textChanged, this, &ConnectDialog::check);
  check();
  m_host->setFocus();
}

RemotePlace ConnectDialog::place() const {
  return {m_host->currentText().trimmed(), m_command->text().trimmed()};
}

void ConnectDialog::check() {
  const QString fault = place().fault();
  // Nothing typed yet is no mistake.
  m_fault->setText(m_host->currentText().isEmpty() ? QString() : fault);
  m_connect->setEnabled(fault.isEmpty());
}

void showConnect(QWidget* parent, const QStringList& recent,
                 std::function<void(const RemotePlace&)> chosen) {
  const QString name = "connect";
  if (raiseDialog(parent, name)) return;
  auto* dialog = new ConnectDialog(parent, recent, std::move(chosen));
  dressDialog(dialog, name, "Connect to another machine");
  dialog->show();
}

}  // namespace jacobiscope
