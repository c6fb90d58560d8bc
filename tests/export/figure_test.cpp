// Figures: what is drawn is what was measured, texts stay texts.
#include "engine/export/figure.h"

#include <QProcess>
#include <QStandardPaths>
#include <QTemporaryDir>
#include <QXmlStreamReader>
#include <QtTest>
#include <algorithm>

#include "engine/core/error.h"
#include "engine/core/scales.h"
#include "engine/export/pdf.h"
#include "engine/export/svg.h"
#include "engine/record/recipe.h"
#include "tests/ui/fake_robot.h"
#include "tests/ui/fake_tokens.h"
#include "tests/ui/recorded_run.h"

using namespace jacobiscope;

namespace {

// Two blocks: the first in two segments of which one is capped, the second diverges.
RunRecord twoBlocks() {
  RecordedRun made(2, 8);
  made.next({0, 0, 4}, 1, Verdict::Working, 0);
  made.next({0, 0, 4}, 1e-2, Verdict::Capped, 4);
  made.next({0, 4, 8}, 1e-1, Verdict::Working, 4);
  made.next({0, 4, 8}, 1e-5, Verdict::Settled, 8);
  made.next({1, 0, 8}, kNoResidual, Verdict::Working, 0);
  made.next({1, 0, 8}, INFINITY, Verdict::Diverged, 0);
  made.finish();
  RunRecord run = made.run();
  run.finished->calls = 6;
  run.start.model.title = "made 2-8";
  run.start.input.seed = 42;
  run.start.input.prompt = "a <red> & \"blue\" fox";
  return run;
}

// A decode from beginning to end.
RunRecord decoded(Family& family) {
  RunRecord run;
  run.start.run = 1;
  run.start.input.prompt = "put the red cube in the bowl";
  run.start.model = family.info();
  run.start.knobs = completeKnobs(family.info().knobs, {{"delay", std::int64_t{0}}});
  const auto decoder = family.begin(run.start.knobs, run.start.input);
  run.start.plan = decoder->plan();
  while (auto sweep = decoder->sweep()) {
    sweep->index = std::ssize(run.snapshots);
    auto snapshot = std::make_shared<Snapshot>();
    snapshot->sweep = *std::move(sweep);
    run.snapshots.push_back(snapshot);
  }
  return run;
}

template <class Shape>
std::vector<Shape> all(const Drawing& drawing) {
  std::vector<Shape> found;
  for (const auto& shape : drawing.shapes)
    if (const auto* held = std::get_if<Shape>(&shape)) found.push_back(*held);
  return found;
}

bool says(const Drawing& drawing, const std::string& text) {
  return std::ranges::any_of(all<Words>(drawing), [&](const Words& words) {
    return words.text.find(text) != std::string::npos;
  });
}

QStringList textsOf(const std::string& svg) {
  QXmlStreamReader xml(QByteArray::fromStdString(svg));
  QStringList texts;
  while (!xml.atEnd()) {
    if (xml.readNext() == QXmlStreamReader::StartElement && xml.name() == u"text")
      texts << xml.readElementText(QXmlStreamReader::IncludeChildElements);
  }
  return xml.hasError() ? QStringList("no XML: " + xml.errorString()) : texts;
}

}  // namespace

class FigureTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void textsAreTexts() {
    const QStringList texts = textsOf(svgText(figureOf(twoBlocks(), {})));
    for (const char* text : {"made — made 2-8", "block 1", "block 0", "Convergence", "sweep",
                             "residual (max |dx|)", "Residual per iteration", "10−5", "diverged",
                             "no residual measured", "“a <red> & \"blue\" fox”, seed 42"})
      QVERIFY2(texts.contains(text), qPrintable(QString(text) + " not in " + texts.join(" | ")));
    QVERIFY(texts.filter("6 sweeps, 6 model calls").size() == 1);
  }

  void cellsHaveTheColoursOfTheViews() {
    for (const bool cividis : {false, true}) {
      const Drawing drawing = figureOf(twoBlocks(), {cividis});
      for (const double residual : {1.0, 1e-2, 1e-1, 1e-5}) {
        const Rgba colour = mapColour(LogScale{}.unit(residual), cividis);
        QCOMPARE(std::ranges::count(all<FilledBox>(drawing), colour, &FilledBox::colour), 1);
      }
      const auto scale = all<GradientBox>(drawing);
      QCOMPARE(scale.size(), std::size_t{1});
      QCOMPARE(scale[0].colours.front(), mapColour(0, cividis));
      QCOMPARE(scale[0].colours.back(), mapColour(1, cividis));
    }
  }

  void cellsLieWhereTheirSweepsAre() {
    std::vector<Box> cells;
    for (const FilledBox& box : all<FilledBox>(figureOf(twoBlocks(), {})))
      if (box.colour == mapColour(1, false) || box.colour == mapColour(0, false))
        cells.push_back(box.box);
    // The first and the fourth of six sweeps.
    QCOMPARE(cells.size(), std::size_t{2});
    QCOMPARE(cells[0].top, cells[1].top);
    const double width = (cells[1].left - cells[0].left) / 3;
    QVERIFY(std::abs(cells[0].right - cells[0].left - width) < 0.5);
  }

  void curvesLieAtTheirResiduals() {
    // A segment's curve falls by two decades, the other's by four, on one scale.
    std::vector<double> falls;
    for (const Line& line : all<Line>(figureOf(twoBlocks(), {})))
      if (line.points.size() == 2 && line.width == 1.1 && line.points[1].x - line.points[0].x > 50)
        falls.push_back(line.points[1].y - line.points[0].y);
    QCOMPARE(falls.size(), std::size_t{2});
    QVERIFY(falls[0] > 10);
    QVERIFY(std::abs(falls[1] - 2 * falls[0]) < 1e-6);
  }

  void tokensHaveRowsAndBars() {
    FakeTokens family;
    const RunRecord run = decoded(family);
    const Drawing drawing = figureOf(run, {});
    for (const char* text : {"row 0", "row 15", "probability of rejection",
                             "Tokens settled per sweep", "draft accepted", "resampled"})
      QVERIFY2(says(drawing, text), text);
    QVERIFY(!says(drawing, "Residual per iteration"));
    QCOMPARE(textsOf(svgText(drawing)).size(), qsizetype(all<Words>(drawing).size()));
  }

  void aRobotHasStepsAndOutcomes() {
    FakeRobot family;
    const Drawing drawing = figureOf(decoded(family), {});
    for (const char* text : {"step 1", "largest change (bins)", "carried out", "128",
                             "Tokens settled per sweep"})
      QVERIFY2(says(drawing, text), text);
    QVERIFY(says(drawing, "succeeded") || says(drawing, "failed"));
  }

  void theRecipeIsInside() {
    const Drawing drawing = figureOf(twoBlocks(), {});
    QCOMPARE(parseRecipe(drawing.metadata).input.seed, std::uint64_t{42});
    QXmlStreamReader xml(QByteArray::fromStdString(svgText(drawing)));
    while (!xml.atEnd() && xml.name() != u"metadata") xml.readNext();
    QCOMPARE(xml.readElementText().toStdString(), drawing.metadata);
  }

  void hostileNamesLeaveItWellFormed() {
    RunRecord run = twoBlocks();
    run.start.plan.stages = {std::string("a\x01\x02</text><script>"),
                             "\xff\xfe" + std::string(3000, 'w')};
    run.start.input.prompt = std::string(5000, 'x') + " \xef\xbf\xbf \xef\xb7\x90 \xf0\x9f\xbf\xbe";
    run.start.model.name = "\"]]>&amp;";
    const Drawing drawing = figureOf(run, {});
    const QStringList texts = textsOf(svgText(drawing));
    QVERIFY2(texts.contains("a</text><script>"), qPrintable(texts.join(" | ").left(500)));
    if (writesPdf()) QVERIFY(pdfBytes(drawing).size() > 1000);
  }

  void aLongRunStaysSmall() {
    RecordedRun made(4, 5000);
    for (int stage = 0; stage < 4; ++stage)
      for (int i = 0; i < 5000; ++i)
        made.next({stage, i, 5000}, 1 / double(1 + (i * 7919) % 5000), Verdict::Working, i);
    QVERIFY(all<FilledBox>(figureOf(made.run(), {})).size() < 4500);
  }

  void aPdfOpens() {
    if (!writesPdf()) QSKIP("built without cairo");
    const std::string pdf = pdfBytes(figureOf(twoBlocks(), {}));
    QVERIFY(pdf.starts_with("%PDF-"));
    QVERIFY(pdf.find("%%EOF") != std::string::npos);
    const QString reader = QStandardPaths::findExecutable("pdftotext");
    if (reader.isEmpty()) QSKIP("no pdftotext here: only the header was looked at");
    const QTemporaryDir folder;
    QFile file(folder.filePath("f.pdf"));
    QVERIFY(file.open(QIODevice::WriteOnly));
    file.write(QByteArray::fromStdString(pdf));
    file.close();
    QProcess process;
    process.start(reader, {file.fileName(), "-"});
    QVERIFY(process.waitForFinished(60000));
    const QByteArray text = process.readAllStandardOutput();
    for (const char* words : {"made 2-8", "block 1", "Convergence", "6 sweeps, 6 model calls"})
      QVERIFY2(text.contains(words), text);
  }

  void nothingIsRefused() {
    const RecordedRun empty(1, 4);
    QVERIFY_EXCEPTION_THROWN(figureOf(empty.run(), {}), Error);
  }
};

QTEST_GUILESS_MAIN(FigureTest)
#include "figure_test.moc"
