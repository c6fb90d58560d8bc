#include "ui/shell/picture.h"

#include <QFileInfo>
#include <QImageWriter>
#include <QSaveFile>

#include "engine/core/error.h"
#include "engine/export/run_picture.h"

namespace jacobiscope {

QImage toQImage(const Image& image) {
  if (image.width <= 0 || image.height <= 0 ||
      image.rgba.size() < std::size_t(image.width) * image.height * 4) {
    return {};
  }
  // Copied: the snapshot may be thinned out of the recording while Qt still draws.
  return QImage(image.rgba.data(), image.width, image.height, image.width * 4,
                QImage::Format_RGBA8888)
      .copy();
}

std::optional<RunPicture> pictureAt(const Recording& recording, int run, std::int64_t sweep) {
  const RunRecord* record = recording.run(run);
  if (!record) return std::nullopt;
  const bool batch = record->start.input.count > 1;
  auto snapshot = recording.pictureAt(run, sweep, batch ? "batch" : "sample");
  if (!snapshot && batch) snapshot = recording.pictureAt(run, sweep, "sample");
  // Of a robot: what it saw.
  if (!snapshot) snapshot = recording.pictureAt(run, sweep, "camera");
  if (!snapshot) return std::nullopt;

  const auto image = pictureOf(*snapshot, record->start.input);
  if (!image) return std::nullopt;
  RunPicture picture;
  picture.image = toQImage(*image);
  picture.sweep = snapshot->sweep.index;
  picture.last = record->finished && record->finished->outcome == Outcome::Done &&
                 picture.sweep + 1 == record->finished->sweeps;
  return picture;
}

std::optional<RunPicture> lastPicture(const Recording& recording, int run) {
  const RunRecord* record = recording.run(run);
  if (!record) return std::nullopt;
  return pictureAt(recording, run, static_cast<std::int64_t>(record->snapshots.size()) - 1);
}

Recipe recipeFor(const RunRecord& run, const RunPicture& picture) {
  Recipe recipe = recipeOf(run);
  if (!picture.last) recipe.pictureSweep = picture.sweep;
  return recipe;
}

void savePng(const QString& file, const QImage& image, const Recipe& recipe) {
  const auto refuse = [&](const QString& why) {
    throw Error((file + " could not be written: " + why + ".").toStdString(),
                "Choose another folder, or make room.");
  };
  if (!QFileInfo(QFileInfo(file).absolutePath()).isDir()) refuse("there is no such folder");
  QSaveFile target(file);
  if (!target.open(QIODevice::WriteOnly)) refuse(target.errorString());
  QImageWriter writer(&target, "png");
  writer.setText(kRecipeKey, QString::fromStdString(recipeText(recipe)));
  if (!writer.write(image.convertToFormat(QImage::Format_RGB888))) refuse(writer.errorString());
  if (!target.commit()) refuse(target.errorString());
}

}  // namespace jacobiscope
