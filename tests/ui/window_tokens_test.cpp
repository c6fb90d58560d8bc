// A model that decodes tokens in a whole window: a prompt is typed, the run is scrubbed, a token
// is looked at. With JACOBISCOPE_SCREENSHOTS=FOLDER pictures of the window are written there.
#include <QAbstractItemView>
#include <QCompleter>
#include <QListWidget>
#include <QMenu>
#include <QStatusBar>

#include "main_window_fixture.h"
#include "ui/shell/status_text.h"
#include "ui/views/token_text.h"

using namespace jacobiscope;

class WindowTokensTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() { QStandardPaths::setTestModeEnabled(true); }

  void enterGeneratesTheTypedPrompt() {
    WindowFixture f;
    QLineEdit* line = promptOf(f);
    QVERIFY(line);
    // As with a class, the first press shows what is known to come out well.
    SOON_EQUAL(line->text(), QString("a smile on a blue background"));
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, "a cat and a moon");
    QTest::keyClick(line, Qt::Key_Escape);  // the list of words
    QTest::keyClick(line, Qt::Key_Return);
    QVERIFY(f.waitForEnd(1));
    QCOMPARE(f.lastRun()->start.input.prompt, std::string("a cat and a moon"));
    QVERIFY(!f.lastRun()->start.input.label);
    QVERIFY(f.lastRun()->finished->outcome == Outcome::Done);
    QVERIFY(!f.classField()->isVisible());
  }

  void anEmptyPromptIsToldAndGeneratesNothing() {
    WindowFixture f;
    QLineEdit* line = promptOf(f);
    QVERIFY(line);
    line->setText("  ");
    f.actions().generate->trigger();
    QCOMPARE(f.problems(), 1);
    QCOMPARE(f.view().notices.back().message, std::string("The prompt is empty."));
    QVERIFY(f.engine().recording().runs().empty());
    QVERIFY(!f.view().running);
  }

  void wordsAreCompletedBehindWhatStands() {
    WindowFixture f;
    QLineEdit* line = promptOf(f);
    QVERIFY(line);
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, "a robot above a Pi");
    QCompleter* completer = line->completer();
    QVERIFY(completer);
    QCOMPARE(completer->completionCount(), 1);
    QCOMPARE(completer->currentCompletion(), QString("a robot above a pizza"));
    // After a space nothing is offered.
    QTest::keyClicks(line, " ");
    QCOMPARE(completer->completionCount(), 0);
  }

  void examplesAndWordsAreOffered() {
    WindowFixture f;
    QLineEdit* line = promptOf(f);
    QVERIFY(line);
    PromptField& field = f.window().topBar().prompt();
    const auto actions = field.button()->menu()->actions();
    QCOMPARE(actions[1]->text(), QString("a cat left of a pizza"));
    actions[1]->trigger();
    QCOMPARE(line->text(), QString("a cat left of a pizza"));
    QCOMPARE(f.engine().input().prompt, std::string("a cat left of a pizza"));
    QVERIFY(line->toolTip().contains("knows a, above"));
    actions.back()->trigger();
    auto* words = field.findChild<QListWidget*>();
    QVERIFY(words);
    QCOMPARE(words->count(), int(f.view().model->words.size()));
    Q_EMIT words->itemClicked(words->findItems("moon", Qt::MatchExactly).front());
    QCOMPARE(line->text(), QString("a cat left of a pizza moon"));
  }

  void thePromptIsRememberedAndInTheRecipe() {
    WindowFixture f;
    QLineEdit* line = promptOf(f);
    QVERIFY(line);
    line->setText("a rose");
    QVERIFY(f.generate());
    QVERIFY(f.window().files().save(f.path("rose.png"), 1));
    f.close();
    f.open();
    QVERIFY(f.load("tokens"));
    SOON_EQUAL(f.window().topBar().prompt().text(), QString("a rose"));
    f.window().topBar().prompt().setText("a sun");
    QVERIFY(f.drop(f.path("rose.png")));
    QPushButton* apply = nullptr;
    for (auto* button : f.window().messageBar().findChildren<QPushButton*>())
      if (button->text() == "Apply") apply = button;
    SOON(apply && apply->isVisible());
    apply->click();
    SOON_EQUAL(f.window().topBar().prompt().text(), QString("a rose"));
  }

  void theLastWordIsWhatFollowsASpace() {
    QVERIFY(lastWord("a cat") == (LastWord{"a ", "cat"}));
    QVERIFY(lastWord("a cat, ") == (LastWord{"a cat, ", ""}));
    QVERIFY(lastWord("t-shirt") == (LastWord{"", "t-shirt"}));
    QCOMPARE(knownWords({"cat", "sun", "moon"}, 2), QString("knows cat, sun and 1 more"));
    QCOMPARE(knownWords({"cat"}, 2), QString("knows cat"));
    QCOMPARE(knownWords({}, 2), QString());
  }

  void scrubbingShowsTheTokensOfThatCall() {
    WindowFixture f;
    QVERIFY(promptOf(f));
    QVERIFY(f.generate());
    f.settle();
    const StageViewState& views = f.stage().views();
    QCOMPARE(views.tokens.frontier, FakeTokenDecoder::kPositions);
    QCOMPARE(views.map.frame.rows, FakePicture::kSide);
    const std::int64_t calls = f.sweeps();
    QVERIFY(calls > 10 && calls < FakeTokenDecoder::kPositions / 2);
    f.click(f.column(calls / 2));
    QCOMPARE(f.view().cursor.sweep, calls / 2);
    const int frontier = f.lastRun()->snapshots[calls / 2]->sweep.frontier;
    QCOMPARE(views.tokens.frontier, frontier);
    const TokenField direct = tokensAt(*f.lastRun(), calls / 2);
    QVERIFY(direct.cells == views.tokens.cells);
    QVERIFY(direct.cells[frontier - 1].settled >= 0);
    QVERIFY(direct.cells[frontier].settled < 0);
  }

  void aClickedTokenIsPinnedAndFollowsTheCursor() {
    WindowFixture f;
    QVERIFY(promptOf(f));
    QVERIFY(f.generate());
    f.settle();
    QStringList menus;
    for (const QAction* menu : f.window().menuBar()->actions()) menus << menu->text();
    QVERIFY(menus.contains("&Presets") && !menus.contains("&Schedule"));
    const int position = 5 * FakePicture::kSide + 7;
    f.click(cell(f, position));
    QCOMPARE(f.view().pinned, position);
    // Where the cursor goes, the token tells what had become of it by then.
    f.view().cursor = {1, 2, false};
    f.settle();
    QCOMPARE(f.view().pinned, position);
    f.click(cell(f, position));
    QCOMPARE(f.view().pinned, -1);
    // The picture answers to the pointer as the grid does.
    f.click(cellIn(f, f.stage().views().tokenPicture, position));
    QCOMPARE(f.view().pinned, position);
    f.click(cellIn(f, f.stage().views().tokenPicture, position));
    QCOMPARE(f.view().pinned, -1);
    // The same from the menu, and told to those who hear it.
    QVERIFY(f.trigger(f.actions().nextToken));
    QVERIFY(f.trigger(f.actions().nextToken));
    QCOMPARE(f.view().pinned, 1);
    SOON(f.stage().accessibleDescription().startsWith("Token 1: "));
    QVERIFY(f.trigger(f.actions().previousToken));
    QCOMPARE(f.view().pinned, 0);
  }

  void sequentialTokensGiveTheNumbers() {
    WindowFixture f;
    QVERIFY(promptOf(f));
    QVERIFY(f.generate());
    QCOMPARE(statusText(f.view()).exactness, QString("exactness: —"));
    f.set("decoder", std::string("sequential"));
    QVERIFY(f.generate());
    QCOMPARE(f.lastRun()->finished->calls, std::int64_t{FakeTokenDecoder::kPositions});
    f.engine().selectRun(1);
    const StatusText text = statusText(f.view());
    QVERIFY2(text.speed.endsWith("×"), qPrintable(text.speed));
    const auto tokens = f.view().baselines.at(1).tokens;
    QVERIFY(tokens);
    QCOMPARE(tokens->of, std::int64_t{FakeTokenDecoder::kPositions});
    QVERIFY2(text.exactness.endsWith("/ 256 tokens ≠ sequential"), qPrintable(text.exactness));
    QVERIFY(text.calls.endsWith(" vs 256"));
  }

  void aBatchIsShownAsPictures() {
    WindowFixture f;
    QVERIFY(promptOf(f));
    f.engine().input().count = 4;
    QVERIFY(f.generate());
    f.settle();
    QVERIFY(!f.stage().views().tokenGrid.empty());
    QCOMPARE(f.lastRun()->start.input.count, 4);
  }

  void pictures() {
    const QString folder = qEnvironmentVariable("JACOBISCOPE_SCREENSHOTS");
    if (folder.isEmpty()) QSKIP("no folder for pictures");
    QDir().mkpath(folder);
    WindowFixture f;
    QVERIFY(promptOf(f));
    f.actions().theme->actions().at(1)->trigger();
    f.set("decoder", std::string("sequential"));
    QVERIFY(f.generate());
    f.set("decoder", std::string("coupled"));
    f.set("delay", std::int64_t{20});  // so that most calls are photographed
    QVERIFY(f.generate());
    f.set("delay", std::int64_t{0});
    const auto shot = [&](const QString& name) {
      f.settle();
      QTest::qWait(150);
      f.settle();
      QVERIFY(f.window().grab().save(folder + '/' + name + ".png"));
    };
    f.view().cursor = {2, f.sweeps() * 55 / 100, false};
    f.settle();
    shot("tokens-dark");
    f.click(cell(f, f.stage().views().tokens.frontier - 3));
    QTest::mouseMove(&f.stage(), QPoint(5, 5));
    shot("tokens-dark-pinned");
    QTest::mouseMove(&f.stage(), cell(f, f.stage().views().tokens.frontier + 4));
    shot("tokens-dark-hover");
    QTest::mouseMove(&f.stage(), QPoint(5, 5));
    f.view().showError = true;
    f.actions().theme->actions().at(2)->trigger();
    shot("tokens-light-pinned");
    f.window().resize(1000, 700);
    f.settle();
    shot("tokens-light-small");
    f.actions().theme->actions().at(1)->trigger();
    shot("tokens-dark-small");
    f.window().resize(1440, 900);
    f.engine().input().count = 4;
    QVERIFY(f.generate());
    shot("tokens-dark-batch");
    QLineEdit* line = f.window().topBar().prompt().line();
    line->setFocus();
    line->selectAll();
    QTest::keyClicks(line, "a robot above a r");
    QVERIFY(f.waitFor([&] { return line->completer()->popup()->isVisible(); }));
    QVERIFY(line->completer()->popup()->grab().save(folder + "/tokens-completion.png"));
    line->completer()->popup()->hide();
    f.window().topBar().prompt().showWords();
    auto* words = f.window().topBar().prompt().findChild<QFrame*>("words");
    QVERIFY(words->grab().save(folder + "/tokens-words.png"));
    words->close();
    f.engine().input().prompt.clear();
    f.actions().generate->trigger();
    shot("tokens-empty-prompt");
  }

 private:
  static QLineEdit* promptOf(WindowFixture& f) {
    if (!f.load("tokens")) return nullptr;
    QLineEdit* line = f.window().topBar().prompt().line();
    return f.waitFor([&] { return line->isVisible(); }) ? line : nullptr;
  }
  // The middle of a cell of the grid, in Qt's pixels.
  static QPoint cell(WindowFixture& f, int position) {
    return cellIn(f, f.stage().views().tokenGrid, position);
  }
  static QPoint cellIn(WindowFixture& f, const Rect& area, int position) {
    const CellGrid grid{area, FakePicture::kSide, FakePicture::kSide};
    const glm::vec2 at =
        grid.cell(position / FakePicture::kSide, position % FakePicture::kSide).centre();
    return QPoint(int(at.x), int(at.y)) / f.stage().devicePixelRatioF();
  }
};

QTEST_MAIN(WindowTokensTest)
#include "window_tokens_test.moc"
