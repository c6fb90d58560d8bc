#include "ui/shell/own_picture.h"

#include <QFileDialog>
#include <QFileInfo>
#include <QStandardPaths>
#include <new>
#include <utility>

#include "engine/core/error.h"
#include "engine/picture/picture_file.h"

namespace jacobiscope {

namespace {

constexpr char kImage[] = "image";  // the input's array

Array readFor(const PictureShape& shape, const QString& file) {
  const Image image = readPicture(file.toStdString());
  return {{1, shape.channels, shape.height, shape.width},
          fitPicture(image, shape.channels, shape.height, shape.width)};
}

}  // namespace

OwnPicture::OwnPicture(Engine& engine, QWidget* window)
    : QObject(window),
      m_engine(engine),
      m_window(window),
      m_folder(QStandardPaths::writableLocation(QStandardPaths::PicturesLocation)) {}

bool OwnPicture::isPicture(const QString& file) {
  const QString ending = QFileInfo(file).suffix().toLower();
  return ending == "png" || ending == "jpg" || ending == "jpeg";
}

bool OwnPicture::mayBeTaken() const {
  const auto& model = m_engine.view().model;
  return m_engine.loading() || (model && model->picture.width > 0);
}

bool OwnPicture::take(const QString& file) {
  if (m_engine.loading()) {
    m_waiting = file;
    return true;
  }
  const auto& model = m_engine.view().model;
  if (!model) {
    m_engine.notify("run", "No model is loaded.", "Choose one, then open the picture again.");
    return false;
  }
  if (model->picture.width <= 0) {
    m_engine.notify("run", "The model " + model->title + " does not start from pictures.",
                    "Choose a flow in the library.");
    return false;
  }
  try {
    m_engine.input().arrays = {{kImage, readFor(model->picture, file)}};
  } catch (const Error& error) {
    m_engine.notify("run", error.what(), error.hint());
    return false;
  } catch (const std::bad_alloc&) {
    m_engine.notify("run", "The picture " + file.toStdString() + " does not fit into memory.",
                    "Make it smaller first.");
    return false;
  }
  m_file = QFileInfo(file).absoluteFilePath();
  m_folder = QFileInfo(file).absolutePath();
  m_engine.input().picture = QFileInfo(file).fileName().toStdString();
  m_loads = m_engine.loads();
  Q_EMIT changed();
  return true;
}

void OwnPicture::openDialog() {
  auto* dialog = new QFileDialog(m_window, "Start from picture");
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilters({"Pictures (*.png *.jpg *.jpeg)", "All files (*)"});
  dialog->setDirectory(m_folder);
  connect(dialog, &QFileDialog::fileSelected, this, &OwnPicture::take);
  dialog->open();
}

QString OwnPicture::file() const {
  return m_engine.input().arrays.contains(kImage) ? m_file : QString();
}

void OwnPicture::remove() {
  m_waiting.clear();
  m_engine.input().arrays.clear();
  m_engine.input().picture.clear();
  Q_EMIT changed();
}

void OwnPicture::followLoading() {
  if (m_engine.loading() || !m_engine.view().model) return;
  const bool held = m_engine.input().arrays.contains(kImage);
  const bool fits = std::exchange(m_loads, m_engine.loads()) == m_engine.loads();
  QString wanted = std::exchange(m_waiting, QString());
  if (wanted.isEmpty() && held && !fits) wanted = m_file;
  if (!wanted.isEmpty() && !take(wanted) && held && !fits) remove();
}

}  // namespace jacobiscope
