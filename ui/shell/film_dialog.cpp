#include "ui/shell/film_dialog.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QFormLayout>
#include <QPushButton>
#include <QSpinBox>
#include <QVBoxLayout>

#include "ui/shell/dialogs.h"

namespace jacobiscope {

namespace {

QSpinBox* makeBox(const QString& name, int least, int most, int value) {
  auto* box = new QSpinBox;
  box->setAccessibleName(name);
  box->setRange(least, most);
  box->setValue(value);
  return box;
}

// Its lowest value stands for what suits the run's pictures.
QSpinBox* makeSizeBox(int size) {
  auto* box = makeBox("Longer side", kSmallestFilm - 1, kLargestFilm,
                      size == 0 ? kSmallestFilm - 1 : size);
  box->setSpecialValueText("as suits the pictures");
  box->setSuffix(" pixels");
  box->setToolTip("Small pictures are enlarged by whole factors");
  return box;
}

}  // namespace

void askFilm(QWidget* parent, const FilmOptions& initial,
             std::function<void(const FilmOptions&)> chosen) {
  if (raiseDialog(parent, "filmDialog")) return;
  auto* dialog = new QDialog(parent);
  dressDialog(dialog, "filmDialog", "Export film");
  auto* column = new QVBoxLayout(dialog);
  auto* form = new QFormLayout;
  auto* size = makeSizeBox(initial.size);
  auto* rate = makeBox("Pictures a second", 1, kMostFramesPerSecond, initial.framesPerSecond);
  form->addRow("Longer side", size);
  form->addRow("Pictures a second", rate);
  column->addLayout(form);
  auto* buttons = new QDialogButtonBox(QDialogButtonBox::Cancel);
  buttons->addButton("Export", QDialogButtonBox::AcceptRole)->setObjectName("accent");
  column->addWidget(buttons);
  QObject::connect(buttons, &QDialogButtonBox::rejected, dialog, &QDialog::close);
  QObject::connect(buttons, &QDialogButtonBox::accepted, dialog, [=] {
    FilmOptions film = initial;
    film.size = size->value() < kSmallestFilm ? 0 : size->value();
    film.framesPerSecond = rate->value();
    dialog->close();
    chosen(film);
  });
  dialog->show();
}

}  // namespace jacobiscope
