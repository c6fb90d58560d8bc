#include "ui/shell/branch_bar.h"

#include <QAccessible>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <utility>

#include "ui/shell/svg_icon.h"

namespace jacobiscope {

namespace {

QString textOf(const BranchOffer& offer) {
  const QString what = QString::fromStdString(offer.what);
  const QString newRun = QString::fromStdString(offer.newRunOnly);
  if (what.isEmpty()) return QString("%1: only a new run can change that.").arg(newRun);
  QString text =
      QString("#%1 was decoded otherwise: %2.").arg(offer.run).arg(what);
  if (!newRun.isEmpty()) text += QString(" Only a new run can change %1.").arg(newRun);
  return text;
}

}  // namespace

BranchBar::BranchBar(Engine& engine, QWidget* parent) : QFrame(parent), m_engine(engine) {
  setObjectName("messageBar");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 8, 12, 8);
  row->setSpacing(10);
  m_sign = new QLabel;
  row->addWidget(m_sign);
  m_text = new QLabel;
  m_text->setWordWrap(true);
  m_text->setTextFormat(Qt::PlainText);  // labels of knobs come from files
  row->addWidget(m_text, 1);
  m_dismiss = new QPushButton("Not now");
  row->addWidget(m_dismiss);
  m_newRun = new QPushButton("New run");
  m_newRun->setToolTip("The same input from the beginning, with these knobs");
  row->addWidget(m_newRun);
  m_branch = new QPushButton;
  m_branch->setObjectName("accent");
  m_branch->setToolTip("The run goes on from there with this change, as a run of its own (B); "
                       "with Shift it is held at the branch point");
  row->addWidget(m_branch);
  connect(&m_engine, &Engine::knobsEdited, this, [this] { m_offered = m_engine.lookedAtPast(); });
  connect(&m_engine, &Engine::happened, this, [this](const Event& event) {
    if (std::holds_alternative<Started>(event)) m_offered = false;
  });
  connect(m_dismiss, &QPushButton::clicked, this, [this] {
    m_offered = false;
    refresh();
  });
  connect(m_newRun, &QPushButton::clicked, &m_engine, &Engine::repeatWithKnobs);
  connect(m_branch, &QPushButton::clicked, this, [this] {
    m_offered = false;
    m_engine.branch(QGuiApplication::keyboardModifiers() & Qt::ShiftModifier);
    refresh();
  });
  hide();
}

void BranchBar::refresh() {
  if (!m_offered) return hide();
  const BranchOffer offer = m_engine.offerOfBranch();
  const bool changes = !offer.what.empty() || !offer.newRunOnly.empty();
  // At the end of a run there is nothing to go on from: there, Generate is what is meant.
  if (!changes || !offer.possible() || !m_engine.lookedAtPast()) return hide();
  // Of the text's colour, which changes with the theme.
  const QColor ink = palette().color(QPalette::WindowText);
  if (std::exchange(m_ink, ink) != ink)
    m_sign->setPixmap(drawIcon("branch", ink, 20, devicePixelRatioF()));
  const QString text = textOf(offer);
  const bool isNew = isHidden() || text != m_text->text();
  m_text->setText(text);
  setAccessibleName(text);
  m_branch->setText(QString("Branch from sweep %1").arg(offer.sweeps));
  m_branch->setVisible(!offer.what.empty());
  m_newRun->setVisible(!offer.newRunOnly.empty());
  show();
  if (!isNew) return;
  QAccessibleEvent alert(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
}

}  // namespace jacobiscope
