// Cleaning a prompt, the words a model does not know, and the rows the image GPT reads.
#include <QTemporaryDir>
#include <QtTest>

#include "engine/checkpoint/utf8.h"
#include "engine/t2i/prompt.h"
#include "engine/t2i/text_prefix.h"
#include "tests/t2i/text_fixture.h"

using namespace jacobiscope;

namespace {

using Words = std::vector<std::string>;

QString joinedBy(const Words& words) {
  QStringList list;
  for (const std::string& word : words) list << QString::fromStdString(word);
  return list.join('|');
}

TextEncoder smallEncoder(std::int64_t vocabulary) {
  torch::manual_seed(4);
  TextEncoderConfig config;
  config.vocabulary = vocabulary;
  config.width = 8;
  config.headWidth = 4;
  config.heads = 2;
  config.hidden = 16;
  config.layers = 2;
  return createTextEncoder(config);
}

}  // namespace

class PromptTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void promptsAreCleaned_data() {
    QTest::addColumn<QByteArray>("prompt");
    QTest::addColumn<QByteArray>("cleaned");
    const auto row = [](const char* name, const char* prompt, const char* cleaned) {
      QTest::newRow(name) << QByteArray(prompt) << QByteArray(cleaned);
    };
    row("case and spaces", "  A Cat\t\n FACE ", "a cat face");
    row("other alphabets", "ÀÉÎ ŸĶ ΑΒΓ ДЁЖ", "àéî ÿķ αβγ дёж");
    row("tags", "a <b>Dog</b><br/>on <i class='x'>red</i>", "a dog on red");
    row("no tag", "a cat < b > c", "a cat b c");
    row("person", "<person> with a hat", "person with a hat");
    row("entities", "it&#39;s a cat &amp;amp; a caf&eacute; &#x1F408;", "it's a cat a café 🐈");
    row("tags in entities", "&lt;b&gt;hi&lt;/b&gt;", "hi");
    row("no entity", "a &cat; &#xD800; &#99999999; b", "a cat; xd800; 99999999; b");
    row("links", "see https://x.y/z?q=1 a dog www.foo.com (http://a.b)", "see a dog");
    row("addresses", "mail me@x.org a dog by @nick_1", "mail a dog by");
    row("quotes and dashes", "a “big” dog’s — red–hot…tail", "a \"big\" dog's red-hot tail");
    row("quoted whole", "\"a dog\"", "a dog");
    row("underscores, hyphens", "a_cat__x --- a dog - t-rex", "a cat x a dog t rex");
    row("hyphenated", "a t-rex", "a t-rex");
    row("bad bytes", "\xff\xfe" "caf\xc3\xa9 \xe2\x96 \xed\xa0\x80x", "café x");
    row("invisible", "a\xe2\x80\x8b" "b\xc2\xad" "c\xef\xbb\xbf", "abc");
    row("emoji and Chinese", "👩‍🚀 猫", "👩‍🚀 猫");
    row("nothing", "", "");
    row("spaces", " \t\xc2\xa0\xe3\x80\x80 ", "");
    row("only a link", "https://a.b/c", "");
    row("only signs", "'-:;,", "");
  }

  void promptsAreCleaned() {
    QFETCH(QByteArray, prompt);
    QFETCH(QByteArray, cleaned);
    const std::string once = cleanPrompt(prompt.toStdString());
    QCOMPARE(QByteArray::fromStdString(once), cleaned);
    QCOMPARE(QByteArray::fromStdString(cleanPrompt(once)), cleaned);
  }

  void anyBytesAreCleaned() {
    const std::vector<std::string> parts = {
        "<", "b", ">", "&", "amp;", "@", "www.", "://", "-", "_", "'", "\"", ".", ",", " ", "x",
        "🐈", "猫", "\xff", "\xe2\x80\x8d", "#39;", ";", ":", "\xf0\x9f", std::string(1, '\0')};
    std::uint32_t random = 3;
    for (int i = 0; i < 20000; ++i) {
      std::string prompt;
      do {
        random = random * 1664525 + 1013904223;
        prompt += parts[(random >> 8) % parts.size()];
      } while (random >> 28 != 0);
      const std::string once = cleanPrompt(prompt);
      QVERIFY2(isUtf8(once), prompt.c_str());
      QVERIFY2(cleanPrompt(once) == once, prompt.c_str());
      for (const std::string& word : wordsOf(once)) QVERIFY2(isUtf8(word), once.c_str());
    }
    for (const std::string& part : parts) {
      std::string prompt;
      for (int i = 0; i < 50000; ++i) prompt += part;
      wordsOf(cleanPrompt(prompt));
    }
  }

  void wordsAreFound_data() {
    QTest::addColumn<QString>("cleaned");
    QTest::addColumn<QString>("words");
    QTest::newRow("plain") << "a t-rex, left of it." << "a|t|rex|left|of|it";
    QTest::newRow("apostrophes") << "cat's 'toy' 7up" << "cat's|toy|7up";
    QTest::newRow("emoji") << "👩‍🚀🐈‍⬛🇩🇪🇫🇷👍🏽❤️x" << "👩‍🚀|🐈‍⬛|🇩🇪|🇫🇷|👍🏽|❤️|x";
    QTest::newRow("no spaces") << "猫cat犬と、ネコ" << "猫|cat|犬と|ネコ";
    QTest::newRow("accents") << "café e\u0301t" << "café|e\u0301t";
    QTest::newRow("nothing") << ". , -" << "";
  }

  void wordsAreFound() {
    QFETCH(QString, cleaned);
    QFETCH(QString, words);
    QCOMPARE(joinedBy(wordsOf(cleaned.toStdString())), words);
  }

  void unknownWordsAreTold() {
    const Words known = {"cat face", "dog", "hot dog", "blue", "t-rex"};
    const Words small = {"a", "on", "of", "left"};
    const auto told = [&](const char* text) { return joinedBy(unknownWords(text, known, small)); };
    QCOMPARE(told("a cat face left of a hot dog on blue"), "");
    QCOMPARE(told("a t-rex, a dog"), "");
    QCOMPARE(told("a cat and a face"), "cat|and|face");
    QCOMPARE(told("a hot cat face, a zebra and a zebra"), "hot|zebra|and");
    QCOMPARE(told("a 🐈 on 猫"), "🐈|猫");
    QCOMPARE(told(""), "");
    QCOMPARE(joinedBy(unknownWords("a b", {}, {})), "a|b");
    QCOMPARE(joinedBy(unknownWords("a b", {"", "-"}, {})), "a|b");
  }

  void theNearestKnownWordIsOffered() {
    const Words known = {"cat face", "dog", "giraffe", "blue"};
    QCOMPARE(nearestKnown("cat", known), "Did you mean cat face?");
    QCOMPARE(nearestKnown("girafe", known), "Did you mean giraffe?");
    QCOMPARE(nearestKnown("dogs", known), "Did you mean dog?");
    QCOMPARE(nearestKnown("skyscraper", known), "");
    QCOMPARE(nearestKnown("🐈", known), "");
    QCOMPARE(nearestKnown("猫", known), "");
    QCOMPARE(nearestKnown("it", known), "");
    QCOMPARE(nearestKnown("dog", {}), "");
  }

  void paddingComesFirst() {
    const Tokenizer tokenizer = Tokenizer::open(textData("words.model"));
    const TextEncoder encoder = smallEncoder(52);
    const TextPrefix prefix = encodePrompt(tokenizer, encoder, " A Dog on <b>blue</b>", 9);
    QVERIFY(prefix.notes.empty());
    QCOMPARE(prefix.features.sizes().vec(), (std::vector<std::int64_t>{1, 9, 8}));
    QCOMPARE(prefix.features.scalar_type(), torch::kFloat32);
    QVERIFY(torch::equal(prefix.mask, torch::tensor({{0, 0, 0, 0, 1, 1, 1, 1, 1}}, torch::kInt64)));
    std::vector<std::int64_t> ids = tokenizer.encode("a dog on blue");
    ids.push_back(tokenizer.eos());
    const Tensor alone = torch::tensor(ids, torch::kInt64).unsqueeze(0);
    const torch::NoGradGuard noGrad;
    const Tensor expected = encodeText(encoder, alone, torch::ones_like(alone));
    QVERIFY(largestDifference(prefix.features.narrow(1, 4, 5), expected) < 1e-5);
    QCOMPARE(prefix.features.narrow(1, 0, 4).abs().max().item<double>(), 0.0);
  }

  void aBatchIsPaddedLeft() {
    const Tensor features = torch::arange(1, 13, torch::kFloat32).view({2, 3, 2}).requires_grad_();
    const Tensor mask = torch::tensor({{1, 0, 0}, {1, 1, 1}}, torch::kInt64);
    const auto [moved, left] = paddedLeft(features, mask);
    QVERIFY(torch::equal(left, torch::tensor({{0, 0, 1}, {1, 1, 1}}, torch::kInt64)));
    QVERIFY(torch::equal(moved[0], torch::tensor({{0.f, 0.f}, {0.f, 0.f}, {1.f, 2.f}})));
    QVERIFY(torch::equal(moved[1], features[1]));
    moved.sum().backward();
    QVERIFY(torch::equal(features.grad().sum(-1), mask.to(torch::kFloat32) * 2));
  }

  void longPromptsAreCutWithANote() {
    const Tokenizer tokenizer = Tokenizer::open(textData("words.model"));
    const PromptTokens tokens =
        tokenizePrompt(tokenizer, "a dog on blue background with a pizza", 5);
    QCOMPARE(tokens.ids[0][4].item<std::int64_t>(), tokenizer.eos());
    QCOMPARE(tokens.mask.sum().item<std::int64_t>(), 5);
    QCOMPARE(tokens.notes.size(), std::size_t{1});
    QCOMPARE(tokens.notes[0],
             "The prompt is longer than the model reads: 4 of 8 tokens were kept, up to "
             "\"a dog on blue\".");
    QVERIFY(tokenizePrompt(tokenizer, "a dog on blue", 5).notes.empty());
    const std::string endless(100000, 'x');
    QCOMPARE(tokenizePrompt(tokenizer, "🐈" + endless, 120).notes.size(), std::size_t{1});
  }

  void emptyPromptsAreRefused() {
    const Tokenizer tokenizer = Tokenizer::open(textData("words.model"));
    const TextEncoder encoder = smallEncoder(52);
    for (const char* prompt : {"", "  ", "https://a.b", "<br>", "\xff"}) {
      QVERIFY_EXCEPTION_THROWN(encodePrompt(tokenizer, encoder, prompt, 8), UsageError);
      const std::string error = errorOf([&] { encodePrompt(tokenizer, encoder, prompt, 8); });
      QVERIFY2(error.starts_with("The prompt is empty. | Say"), error.c_str());
    }
    const std::string error =
        errorOf([&] { encodePrompt(tokenizer, smallEncoder(51), "a dog", 8); });
    QVERIFY2(error.find("52 pieces") != std::string::npos, error.c_str());
  }
};

QTEST_GUILESS_MAIN(PromptTest)
#include "prompt_test.moc"
