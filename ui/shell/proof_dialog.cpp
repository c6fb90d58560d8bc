#include "ui/shell/proof_dialog.h"

#include <QDialog>
#include <QHeaderView>
#include <QLabel>
#include <QTableWidget>
#include <QVBoxLayout>
#include <algorithm>

#include "engine/record/compare_pictures.h"
#include "ui/shell/dialogs.h"
#include "ui/shell/picture.h"

namespace jacobiscope {

namespace {

constexpr int kPictureSide = 232;

// Small pictures are enlarged by a whole factor, so that their pixels can be counted.
QPixmap pixmapOf(const Image& image) {
  const QImage picture = toQImage(image);
  const int longest = std::max({1, picture.width(), picture.height()});
  const int factor = kPictureSide / longest;
  const QSize size = factor >= 1 ? picture.size() * factor
                                 : picture.size().scaled(kPictureSide, kPictureSide,
                                                         Qt::KeepAspectRatio);
  return QPixmap::fromImage(picture.scaled(
      size, Qt::KeepAspectRatio, factor >= 1 ? Qt::FastTransformation : Qt::SmoothTransformation));
}

void addPicture(QHBoxLayout* row, const Image& image, const QString& title) {
  auto* column = new QVBoxLayout;
  auto* picture = new QLabel;
  picture->setPixmap(pixmapOf(image));
  picture->setAccessibleName(title);
  picture->setAlignment(Qt::AlignCenter);
  auto* caption = new QLabel(title);
  caption->setObjectName("muted");
  caption->setAlignment(Qt::AlignCenter);
  column->addWidget(picture, 1);
  column->addWidget(caption);
  row->addLayout(column, 1);
}

void addPictures(QVBoxLayout* column, const ProofReport& report) {
  auto* row = new QHBoxLayout;
  const auto& stored = report.stored.picture;
  if (stored) addPicture(row, *stored, "In the file");
  if (report.again) addPicture(row, *report.again, "Computed here");
  if (stored && report.again) {
    const Image map = differenceMap(valuesOf(*stored), valuesOf(*report.again), {});
    const auto steps = report.verification.pictureSteps;
    if (map.width > 0 && steps) {
      addPicture(row, map, QString("Difference, at most %1 of 255").arg(*steps));
    }
  }
  column->addLayout(row);
}

void addRows(QTableWidget* table, const QString& heading, const std::vector<ComparedRow>& rows) {
  int at = table->rowCount();
  table->insertRow(at);
  auto* head = new QTableWidgetItem(rows.empty() ? heading + ": nothing differs" : heading);
  QFont bold = head->font();
  bold.setBold(true);
  head->setFont(bold);
  table->setItem(at, 0, head);
  table->setSpan(at, 0, 1, 3);
  for (const ComparedRow& row : rows) {
    table->insertRow(++at);
    int column = 0;
    for (const std::string* text : {&row.name, &row.a, &row.b}) {
      auto* item = new QTableWidgetItem(QString::fromStdString(*text));
      item->setToolTip(item->text());
      table->setItem(at, column++, item);
    }
  }
}

QTableWidget* makeTable(const ProofReport& report) {
  auto* table = new QTableWidget(0, 3);
  table->setAccessibleName("What differs");
  table->setHorizontalHeaderLabels({"", "In the file", "Here"});
  table->verticalHeader()->hide();
  table->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
  table->horizontalHeader()->setDefaultAlignment(Qt::AlignLeft | Qt::AlignVCenter);
  table->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table->setSelectionMode(QAbstractItemView::NoSelection);
  table->setShowGrid(false);
  addRows(table, "Computed again", report.outcome);
  addRows(table, "What is set in the window now", report.fields);
  return table;
}

bool saysMachine(const std::string& name) {
  static const std::vector<std::string> kNames = {"model",     "weights", "device",
                                                  "precision", "threads", "program"};
  return std::ranges::find(kNames, name) != kNames.end();
}

ComparedRun comparedWith(const Recipe& stored, const RunRecord& run) {
  return {stored, run.start.model.knobs, run.start.model.classes, {}, {}};
}

}  // namespace

std::vector<ComparedRow> fieldRows(const Recipe& stored, const RunRecord& set) {
  auto rows = comparedRows(comparedWith(stored, set), comparedRun(set));
  std::erase_if(rows, [](const ComparedRow& row) {
    const bool machine = saysMachine(row.name) && row.name != "model" && row.name != "weights";
    return row.outcome || !row.differs || machine;
  });
  return rows;
}

std::vector<ComparedRow> outcomeRows(const Recipe& stored, const RunRecord& again) {
  ComparedRun here = comparedRun(again);
  auto rows = comparedRows(comparedWith(stored, again), here);
  // No two runs take the same time: that says nothing of the outcome.
  std::erase_if(rows, [](const ComparedRow& row) {
    const bool time = row.name == "seconds" || row.name.starts_with("speed");
    return !row.differs || time || !(row.outcome || saysMachine(row.name));
  });
  return rows;
}

void showProof(QWidget* parent, const ProofReport& report) {
  auto* dialog = new QDialog(parent);
  dressDialog(dialog, "proofDialog", "Computed again: " + report.name);
  dialog->resize(800, 620);
  auto* column = new QVBoxLayout(dialog);
  column->setSpacing(12);
  auto* verdict = new QLabel(QString::fromStdString(verdictText(report.verification)));
  verdict->setObjectName("verdict");
  verdict->setWordWrap(true);
  verdict->setTextFormat(Qt::PlainText);
  column->addWidget(verdict);
  addPictures(column, report);
  column->addWidget(makeTable(report), 1);
  addClose(dialog, column);
  dialog->show();
}

}  // namespace jacobiscope
