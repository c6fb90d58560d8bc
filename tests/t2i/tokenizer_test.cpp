// Tokenizers against the SentencePiece library, files that are cut off or damaged, and the
// making of one.
#include <QTemporaryDir>
#include <QtTest>

#include <nlohmann/json.hpp>

#include "engine/t2i/sentence_piece_file.h"
#include "engine/t2i/text_normalizer.h"
#include "engine/t2i/tokenizer.h"
#include "tests/t2i/text_fixture.h"

using namespace jacobiscope;

namespace {

std::vector<std::string> sentences() {
  std::vector<std::string> lines;
  std::ifstream in(textData("sentences.txt"));
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::string pieces(const Tokenizer& tokenizer, const std::string& text) {
  std::string joined;
  for (const auto id : tokenizer.encode(text)) joined += tokenizer.piece(id) + ' ';
  return joined;
}

}  // namespace

class TokenizerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void cutsTextAsSentencePieceDoes() {
    const auto cases = nlohmann::json::parse(readFile(textData("tokens.json")));
    QVERIFY(cases.size() > 40);
    for (const auto& one : cases) {
      const Tokenizer tokenizer = Tokenizer::open(textData(std::string(one["model"]) + ".model"));
      const auto expected = one["ids"].get<std::vector<std::int64_t>>();
      QVERIFY2(tokenizer.encode(std::string(one["text"])) == expected, one.dump().c_str());
    }
  }

  void specialPiecesAreT5s() {
    const Tokenizer tokenizer = Tokenizer::open(textData("spiece.model"));
    QCOMPARE(tokenizer.pad(), 0);
    QCOMPARE(tokenizer.eos(), 1);
    QCOMPARE(tokenizer.unk(), 2);
    QCOMPARE(tokenizer.piece(1), "</s>");
    QVERIFY(tokenizer.vocabularySize() > 50);
    QVERIFY(errorOf([&] { tokenizer.piece(tokenizer.vocabularySize()); }) != "no error");
    QVERIFY(errorOf([&] { tokenizer.piece(-1); }) != "no error");
  }

  void badBytesAreUnknownCharacters() {
    const Tokenizer tokenizer = Tokenizer::open(textData("words.model"));
    QCOMPARE(pieces(tokenizer, "a \xff\xfe dog \xe2\x96"), "▁a ▁ <unk> ▁dog ▁ <unk> ");
  }

  void filesCutOffAnywhereAreRefused() {
    for (const char* name : {"spiece.model", "words.model"}) {
      const std::string whole = readFile(textData(name));
      const std::size_t step = whole.size() > 10000 ? whole.size() / 300 : 1;
      for (std::size_t size = 0; size < whole.size(); size += step) {
        const std::string error =
            errorOf([&] { readSentencePieces(std::string_view(whole).substr(0, size), "cut"); });
        QVERIFY2(error.starts_with("cut is not a complete SentencePiece model."), error.c_str());
      }
    }
    writeFile(file(), readFile(textData("words.model")).substr(0, 400));
    const std::string error = errorOf([&] { Tokenizer::open(file()); });
    QVERIFY2(error.starts_with(file() + " is not a complete"), error.c_str());
    QVERIFY(errorOf([&] { Tokenizer::open(file() + ".none"); }).find("cannot be read") !=
            std::string::npos);
  }

  // Whatever a byte is changed to: an Error or a tokenizer, and no access out of bounds.
  void damagedFilesDoNoHarm() {
    for (const char* name : {"spiece.model", "words.model"}) {
      const std::string whole = readFile(textData(name));
      std::uint32_t random = 1;
      for (int i = 0; i < 300; ++i) {
        std::string changed = whole;
        for (int k = 0; k < 3; ++k) {
          random = random * 1664525 + 1013904223;
          changed[(random >> 8) % changed.size()] = static_cast<char>(random >> 4);
        }
        writeFile(file(), changed);
        errorOf([&] { Tokenizer::open(file()).encode("a cat ﬁsh ½ on a dark \xff ｄｏｇ"); });
      }
    }
  }

  void damagedTablesDoNoHarm() {
    const SentencePieceFile model = readSentencePieces(textData("spiece.model"));
    std::uint32_t random = 7;
    for (int i = 0; i < 300; ++i) {
      SentencePieceFile changed = model;
      for (int k = 0; k < 2000; ++k) {
        random = random * 1664525 + 1013904223;
        changed.charsmap[(random >> 8) % changed.charsmap.size()] = static_cast<char>(random >> 4);
      }
      errorOf([&] { TextNormalizer(changed, "table").normalize("a ﬁsh ½ on Å \xff ｄｏｇ"); });
    }
    for (const std::size_t size : {1, 4, 5, 8, 1000}) {
      SentencePieceFile changed = model;
      changed.charsmap.resize(size);
      QCOMPARE(errorOf([&] { TextNormalizer(changed, "table"); }),
               "table has a damaged table of characters. | ");
    }
  }

  void otherKindsOfModelsAreRefused() {
    SentencePieceFile model = readSentencePieces(textData("words.model"));
    model.pieces[5].kind = SentencePiece::Kind::Byte;
    writeFile(file(), writeSentencePieces(model));
    QVERIFY(errorOf([&] { Tokenizer::open(file()); }).find("pieces for bytes") !=
            std::string::npos);
    model.pieces[5].kind = SentencePiece::Kind::Normal;
    model.pieces[0].text = "<s>";
    writeFile(file(), writeSentencePieces(model));
    QVERIFY(errorOf([&] { Tokenizer::open(file()); }).find("(<pad>)") != std::string::npos);
    model.pieces[0].text = "<pad>";
    model.pieces[6].text = model.pieces[5].text;
    writeFile(file(), writeSentencePieces(model));
    QVERIFY(errorOf([&] { Tokenizer::open(file()); }).find("twice") != std::string::npos);
  }

  void wordsBecomeWholePieces() {
    trainTokenizer(sentences(), 200, file());
    const Tokenizer tokenizer = Tokenizer::open(file());
    QVERIFY(tokenizer.vocabularySize() < 200);
    QCOMPARE(pieces(tokenizer, "an umbrella left of a t-rex on a light green background"),
             "▁an ▁umbrella ▁left ▁of ▁a ▁t-rex ▁on ▁a ▁light ▁green ▁background ");
    for (const std::string& sentence : sentences()) {
      const auto spaces = std::count(sentence.begin(), sentence.end(), ' ');
      QCOMPARE(static_cast<std::ptrdiff_t>(tokenizer.encode(sentence).size()), spaces + 1);
    }
    QCOMPARE(pieces(tokenizer, "lot"), "▁ l o t ");
  }

  void theMostFrequentWordsComeFirst() {
    trainTokenizer(sentences(), 52, file());
    QCOMPARE(Tokenizer::open(file()).vocabularySize(), 52);
    QVERIFY(readFile(file()) == readFile(textData("words.model")));
    trainTokenizer({"b a b, b a c"}, 10, file());
    const Tokenizer tokenizer = Tokenizer::open(file());
    QCOMPARE(pieces(tokenizer, "a b c, a"), "▁a ▁b ▁ c , ▁a ");
  }

  void whatCannotBeMadeIsRefused() {
    QVERIFY(errorOf([&] { trainTokenizer({}, 50, file()); }) != "no error");
    QVERIFY(errorOf([&] { trainTokenizer({"", "  ", ", ."}, 50, file()); }) != "no error");
    QVERIFY(errorOf([&] { trainTokenizer({"a dog"}, 7, file()); }).find("at least 8") !=
            std::string::npos);
    QVERIFY(errorOf([&] { trainTokenizer({"a dog"}, 9, file() + "/none/x"); }) != "no error");
  }

 private:
  std::string file() const { return m_folder.path().toStdString() + "/spiece.model"; }

  QTemporaryDir m_folder;
};

QTEST_GUILESS_MAIN(TokenizerTest)
#include "tokenizer_test.moc"
