#include "ui/shell/break_bar.h"

#include <QAccessible>
#include <QHBoxLayout>

#include "ui/shell/svg_icon.h"

namespace jacobiscope {

BreakBar::BreakBar(Engine& engine, QWidget* parent) : QFrame(parent), m_engine(engine) {
  setObjectName("messageBar");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(12, 8, 12, 8);
  row->setSpacing(10);
  auto* sign = new QLabel;
  sign->setPixmap(drawIcon("halt", Qt::white, 20, devicePixelRatioF()));
  row->addWidget(sign);
  m_text = new QLabel;
  m_text->setWordWrap(true);
  m_text->setTextFormat(Qt::PlainText);  // names of stages come from files
  row->addWidget(m_text, 1);
  m_showGood = new QPushButton;
  m_showGood->setToolTip("The last sweep before things went wrong; nothing is computed anew");
  row->addWidget(m_showGood);
  m_goOn = new QPushButton("Continue");
  m_goOn->setObjectName("accent");
  m_goOn->setToolTip("The run goes on from the newest sweep");
  row->addWidget(m_goOn);
  connect(m_showGood, &QPushButton::clicked, &m_engine, &Engine::showLastGood);
  connect(m_goOn, &QPushButton::clicked, this, [this] { m_engine.setPaused(false); });
  hide();
}

void BreakBar::refresh() {
  const auto& held = m_engine.heldBy();
  if (!held) return hide();
  const BreakpointHit& hit = held->hit;
  const QString text =
      QString("Stopped at sweep %1. %2").arg(hit.sweep + 1).arg(QString::fromStdString(hit.reason));
  const bool isNew = isHidden() || text != m_text->text();
  m_text->setText(text);
  setAccessibleName(text);
  m_showGood->setText(hit.lastGood < 0 ? QString("Show the start")
                                       : QString("Show sweep %1, the last good one")
                                             .arg(hit.lastGood + 1));
  show();
  if (!isNew) return;
  QAccessibleEvent alert(this, QAccessible::Alert);
  QAccessible::updateAccessibility(&alert);
}

}  // namespace jacobiscope
