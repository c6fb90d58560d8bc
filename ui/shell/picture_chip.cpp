#include "ui/shell/picture_chip.h"

#include <QHBoxLayout>

#include "engine/core/error.h"
#include "engine/picture/picture_file.h"
#include "ui/shell/picture.h"

namespace jacobiscope {

namespace {

constexpr int kSide = 18;        // of the thumbnail
constexpr int kMostLetters = 12;  // of the name that fill its room

QPixmap thumbnailOf(const Array& picture, qreal ratio) {
  try {
    QPixmap pixmap = QPixmap::fromImage(toQImage(gridPicture(picture)))
                         .scaled(QSize(kSide, kSide) * ratio, Qt::KeepAspectRatio,
                                 Qt::SmoothTransformation);
    pixmap.setDevicePixelRatio(ratio);
    return pixmap;
  } catch (const Error&) {
    return {};  // of two channels: the name alone must do
  }
}

}  // namespace

PictureChip::PictureChip(QWidget* parent) : QFrame(parent) {
  setObjectName("chip");
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(5, 0, 2, 0);
  row->setSpacing(6);
  m_picture = new QLabel;
  m_text = new QLabel;
  m_text->setTextFormat(Qt::PlainText);  // names come from files
  m_remove = new QToolButton;
  m_remove->setObjectName("chip");
  m_remove->setFocusPolicy(Qt::TabFocus);
  m_remove->setToolTip("Start from noise again");
  row->addWidget(m_picture);
  row->addWidget(m_text);
  row->addWidget(m_remove);
  connect(m_remove, &QToolButton::clicked, this, &PictureChip::removed);
}

void PictureChip::setPicture(const Input& input) {
  const QString name = QString::fromStdString(input.picture);
  const QFontMetrics letters = m_text->fontMetrics();
  const int room = kMostLetters * letters.horizontalAdvance('m');
  const QString text = "from " + letters.elidedText(name, Qt::ElideMiddle, room);
  if (m_text->text() != text) m_text->setText(text);
  const Array& picture = input.arrays.at("image");
  if (m_shown != picture) {
    m_shown = picture;
    m_picture->setPixmap(thumbnailOf(picture, devicePixelRatioF()));
    m_picture->setVisible(!m_picture->pixmap().isNull());
  }
  setAccessibleName(text);
  m_remove->setAccessibleName("Remove " + name);
  setToolTip(QString("<p>The next run starts from %1: encoded, varied, decoded.</p>"
                     "<p>The knob <i>vary</i> mixes fresh noise in; 0 reproduces the picture, as "
                     "far as guidance and denoising let it.</p>")
                 .arg(name.toHtmlEscaped()));
}

}  // namespace jacobiscope
