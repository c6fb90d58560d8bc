#include "ui/shell/dialogs.h"

#include <QComboBox>
#include <QDialogButtonBox>
#include <QFile>
#include <QFormLayout>
#include <QLabel>
#include <QSpinBox>
#include <QTextBrowser>
#include <QVBoxLayout>

#include "ui/shell/svg_icon.h"

namespace jacobiscope {

bool raiseDialog(QWidget* parent, const QString& name) {
  auto* open = parent->findChild<QDialog*>(name);
  if (!open) return false;
  open->raise();
  open->activateWindow();
  return true;
}

void dressDialog(QDialog* dialog, const QString& name, const QString& title) {
  dialog->setObjectName(name);
  dialog->setWindowTitle(title);
  dialog->setAttribute(Qt::WA_DeleteOnClose);
}

void addClose(QDialog* dialog, QBoxLayout* column) {
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
  column->addWidget(buttons);
}

namespace {

// A dialog of that name; nothing where one is open, which comes to the front instead.
QDialog* makeDialog(QWidget* parent, const QString& name, const QString& title) {
  if (raiseDialog(parent, name)) return nullptr;
  auto* dialog = new QDialog(parent);
  dressDialog(dialog, name, title);
  return dialog;
}

void showText(QWidget* parent, const QString& name, const QString& title, const QString& markdown) {
  QDialog* dialog = makeDialog(parent, name, title);
  if (!dialog) return;
  dialog->resize(620, 560);
  auto* column = new QVBoxLayout(dialog);
  auto* text = new QTextBrowser;
  text->setAccessibleName(title);
  text->setMarkdown(markdown);
  column->addWidget(text);
  addClose(dialog, column);
  dialog->show();
}

}  // namespace

void showPreferences(QWidget* parent, const Settings& settings,
                     std::function<void(const Settings&)> changed) {
  QDialog* dialog = makeDialog(parent, "preferences", "Preferences");
  if (!dialog) return;
  auto* column = new QVBoxLayout(dialog);
  auto* form = new QFormLayout;
  column->addLayout(form);

  auto* theme = new QComboBox;
  theme->addItems({"System", "Dark", "Light"});
  theme->setCurrentIndex(static_cast<int>(settings.theme));
  form->addRow("&Theme", theme);
  auto* colors = new QComboBox;
  colors->addItems({"Viridis", "Cividis"});
  colors->setCurrentIndex(settings.cividis ? 1 : 0);
  form->addRow("&Colour map", colors);
  auto* quota = new QSpinBox;
  quota->setRange(16, 65536);
  quota->setSingleStep(64);
  quota->setSuffix(" MB");
  quota->setValue(settings.quotaMegabytes);
  quota->setKeyboardTracking(false);
  quota->setToolTip("Recorded pictures beyond this are thinned, oldest first; facts never are");
  form->addRow("Recorded &pictures", quota);
  addClose(dialog, column);

  const auto tell = [=, now = settings]() mutable {
    now.theme = static_cast<ThemeChoice>(theme->currentIndex());
    now.cividis = colors->currentIndex() == 1;
    now.quotaMegabytes = quota->value();
    changed(now);
  };
  QObject::connect(theme, &QComboBox::activated, dialog, tell);
  QObject::connect(colors, &QComboBox::activated, dialog, tell);
  QObject::connect(quota, &QSpinBox::valueChanged, dialog, tell);
  dialog->show();
}

void showTour(QWidget* parent) {
  QFile file(":/tour.md");
  if (!file.open(QIODevice::ReadOnly)) return;
  showText(parent, "tour", "First tour", QString::fromUtf8(file.readAll()));
}

void showShortcuts(QWidget* parent, const QList<QAction*>& actions) {
  QString table = "| key | action |\n| --- | --- |\n";
  for (const QAction* action : actions) {
    table += QString("| %1 | %2 |\n")
                 .arg(action->shortcut().toString(QKeySequence::NativeText),
                      action->text().remove('&').remove(u'…'));
  }
  showText(parent, "shortcuts", "Keyboard shortcuts",
           table + "\nKeys without Ctrl act while the stage in the middle has the focus.\n");
}

void showAbout(QWidget* parent) {
  QDialog* dialog = makeDialog(parent, "about", "About Jacobiscope");
  if (!dialog) return;
  auto* column = new QVBoxLayout(dialog);
  auto* icon = new QLabel;
  icon->setPixmap(drawIcon("jacobiscope", Qt::white, 96, dialog->devicePixelRatio()));
  icon->setAlignment(Qt::AlignCenter);
  column->addWidget(icon);
  auto* text = new QLabel(QString("<h2>Jacobiscope %1</h2>"
                                  "<p>See, steer and understand parallel decoding.</p>"
                                  "<p>Qt %2</p>")
                              .arg(JACOBISCOPE_VERSION, qVersion()));
  text->setAlignment(Qt::AlignCenter);
  column->addWidget(text);
  addClose(dialog, column);
  dialog->show();
}

}  // namespace jacobiscope
