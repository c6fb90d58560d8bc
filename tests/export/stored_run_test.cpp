// Every format that carries a recipe gives it back; broken files are refused and cost nothing.
#include "engine/export/stored_run.h"

#include <QTemporaryDir>
#include <QtTest>

#include "engine/core/error.h"
#include "engine/export/export.h"
#include "engine/picture/embedded_text.h"
#include "tests/ui/recorded_run.h"

using namespace jacobiscope;

namespace {

RunRecord promptedRun() {
  RecordedRun made(2, 4);
  for (int i = 0; i < 6; ++i) {
    Image image{4, 4, {}};
    for (int p = 0; p < 16; ++p) {
      image.rgba.insert(image.rgba.end(), {std::uint8_t(40 * i), std::uint8_t(p), 200, 255});
    }
    made.next({i / 3, 0, 4}, std::pow(10, -i), i % 3 == 2 ? Verdict::Settled : Verdict::Working,
              i % 3 == 2 ? 4 : i % 3, {0.5f, 0.25f, 0.125f, 1}, {{"sample", "", image}});
  }
  made.finish();
  RunRecord run = made.run();
  run.start.input.seed = 12345678901234567890ull;
  run.start.input.prompt = "a <b> & \"c\" (d) \\ e — ü 🚀 ')";
  return run;
}

QByteArray bytesOf(const QString& file) {
  QFile source(file);
  return source.open(QIODevice::ReadOnly) ? source.readAll() : QByteArray();
}

std::string_view viewOf(const QByteArray& bytes) {
  return {bytes.constData(), static_cast<std::size_t>(bytes.size())};
}

}  // namespace

class StoredRunTest : public QObject {
  Q_OBJECT

  QTemporaryDir m_folder;

  QString written(ExportKind kind) {
    const QString name =
        "x" + QString::fromStdString(exportFormat(kind).endings.front());
    exportRun(promptedRun(), kind, m_folder.filePath(name).toStdString());
    return m_folder.filePath(name);
  }
  static void everyKind() {
    QTest::addColumn<int>("kind");
    for (const ExportKind kind : {ExportKind::Png, ExportKind::Apng, ExportKind::Gif,
                                  ExportKind::Svg, ExportKind::Pdf}) {
      if (!whyNot(kind)) QTest::newRow(exportFormat(kind).name.c_str()) << static_cast<int>(kind);
    }
  }

 private Q_SLOTS:
  void everyFormatCarriesTheRecipe_data() { everyKind(); }
  void everyFormatCarriesTheRecipe() {
    QFETCH(int, kind);
    const QString file = written(static_cast<ExportKind>(kind));
    QVERIFY(mayCarryRecipe(file.toStdString()));
    const auto stored = readStoredRun(file.toStdString());
    QVERIFY(stored.has_value());
    QCOMPARE(recipeText(stored->recipe), recipeText(recipeOf(promptedRun())));
    // Only a plain PNG shows one moment.
    QCOMPARE(stored->picture.has_value(), static_cast<ExportKind>(kind) == ExportKind::Png);
  }

  // Cut off anywhere and with any byte changed: a recipe, none, or an Error.
  void damagedFilesAreRefused_data() { everyKind(); }
  void damagedFilesAreRefused() {
    QFETCH(int, kind);
    const QByteArray whole = bytesOf(written(static_cast<ExportKind>(kind)));
    int refused = 0;
    const auto read = [&](const QByteArray& bytes) {
      try {
        if (const auto text = embeddedText(viewOf(bytes), kRecipeKey, "x")) parseRecipe(*text);
      } catch (const Error&) {
        ++refused;
      }
    };
    for (int size = 0; size < whole.size(); size += 7) read(whole.left(size));
    for (int at = 0; at < whole.size(); at += 11) {
      QByteArray changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ 0x55);
      read(changed);
    }
    QVERIFY(refused > 0);
  }

  void aFileWithoutRecipeHasNone_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::newRow("svg") << QByteArray("<svg xmlns=\"http://www.w3.org/2000/svg\"></svg>");
    QTest::newRow("empty metadata") << QByteArray("<svg><metadata></metadata></svg>");
    QTest::newRow("pdf") << QByteArray("%PDF-1.4\n<< /Title (x) >>\n%%EOF");
    QTest::newRow("gif") << QByteArray("GIF89a\1\0\1\0\0\0\0;", 14);
    QTest::newRow("another comment") << QByteArray("GIF89a\1\0\1\0\0\0\0!\xFE\2hi\0;", 20);
  }
  void aFileWithoutRecipeHasNone() {
    QFETCH(QByteArray, bytes);
    QVERIFY(!embeddedText(viewOf(bytes), kRecipeKey, "x"));
  }

  void anotherFormatIsRefused() {
    QVERIFY_EXCEPTION_THROWN(embeddedText("JFIF", kRecipeKey, "x"), Error);
    QVERIFY_EXCEPTION_THROWN(embeddedText("", kRecipeKey, "x"), Error);
    QVERIFY_EXCEPTION_THROWN(embeddedText("<html></html>", kRecipeKey, "x"), Error);
  }

  // As other programs write the same text.
  void otherWaysOfWritingAreRead_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QByteArray>("text");
    QTest::newRow("escapes") << QByteArray("%PDF-1.4\n/Subject (a\\(b\\)\\\\ (c) \\101\\\n!)")
                             << QByteArray("a(b)\\ (c) A!");
    QTest::newRow("hexadecimal") << QByteArray("%PDF-1.4\n/Subject <FEFF 0041 D83D DE80 00FC>")
                                 << QByteArray("A🚀ü");
    QTest::newRow("not ended") << QByteArray("%PDF-1.4\n/Subject (abc) /Subject (a")
                               << QByteArray("abc");
    QTest::newRow("entities") << QByteArray("<svg><metadata>&#65;&#x1F680;&apos;&amp;lt;"
                                            "</metadata></svg>")
                              << QByteArray("A🚀'&lt;");
  }
  void otherWaysOfWritingAreRead() {
    QFETCH(QByteArray, bytes);
    QFETCH(QByteArray, text);
    QCOMPARE(embeddedText(viewOf(bytes), kRecipeKey, "x"), std::optional(text.toStdString()));
  }
};

QTEST_GUILESS_MAIN(StoredRunTest)
#include "stored_run_test.moc"
