// The stream of messages: cut anywhere, garbled, or too large.
#include <QtTest>

#include "engine/remote/command_wire.h"
#include "engine/remote/event_wire.h"
#include "engine/remote/message_buffer.h"
#include "tests/remote/wire_values.h"

using namespace jacobiscope;
using namespace jacobiscope::remote;
using namespace jacobiscope::test;

namespace {

using Stream = std::vector<std::uint8_t>;

Bytes all(const Stream& stream) { return std::as_bytes(std::span(stream)); }

Stream wholeStream() {
  Stream stream;
  EventEncoder encoder;
  const auto add = [&](const nlohmann::json& message) {
    const Stream bytes = bytesOf(message);
    stream.insert(stream.end(), bytes.begin(), bytes.end());
  };
  for (const Event& event : everyKindOfEvent()) add(encoder.encode(event));
  for (const Command& command : everyKindOfCommand()) add(commandToWire(command));
  return stream;
}

std::size_t wholeCount() { return everyKindOfEvent().size() + everyKindOfCommand().size(); }

std::size_t count(MessageBuffer& buffer) {
  std::size_t messages = 0;
  while (buffer.next()) ++messages;
  return messages;
}

QString refusal(MessageBuffer& buffer) {
  try {
    count(buffer);
  } catch (const Error& error) {
    return error.what();
  }
  return {};
}

}  // namespace

class MessageBufferTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void messagesComeWholeHoweverTheyAreCut() {
    const Stream stream = wholeStream();
    for (const std::size_t step : {1, 2, 7, 100, 1 << 20}) {
      MessageBuffer buffer;
      std::size_t messages = 0, bytes = 0;
      for (std::size_t at = 0; at < stream.size(); at += step) {
        buffer.add(all(stream).subspan(at, std::min(step, stream.size() - at)));
        while (const auto message = buffer.next()) {
          ++messages;
          bytes += message->bytes;
        }
      }
      QCOMPARE(messages, wholeCount());
      QCOMPARE(bytes, stream.size());
    }
  }

  void aStreamThatEndsAnywhereGivesItsWholeMessages() {
    const Stream stream = wholeStream();
    std::size_t most = 0;
    for (std::size_t size = 0; size <= stream.size(); size += 3) {
      MessageBuffer buffer;
      buffer.add(all(stream).first(size));
      const std::size_t messages = count(buffer);
      QVERIFY(messages >= most);
      most = messages;
    }
    QVERIFY(most + 1 >= wholeCount());
  }

  void aFlippedBitIsNoticed() {
    const Stream stream = wholeStream();
    for (std::size_t at = 0; at < stream.size(); at += 11) {
      Stream garbled = stream;
      garbled[at] = static_cast<std::uint8_t>(garbled[at] ^ 1 << at % 8);
      MessageBuffer buffer(stream.size() / 2);
      buffer.add(all(garbled));
      std::size_t messages = 0;
      bool refused = false;
      try {
        while (buffer.next()) ++messages;
      } catch (const Error&) {
        refused = true;
      }
      // A size that grew waits for bytes that never come.
      QVERIFY(refused || messages < wholeCount());
    }
  }

  void whatIsNoMessageIsRefused_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("why");
    const QString none = "Bytes arrived that are no message.";
    QTest::newRow("text") << QByteArray("Welcome to node 7!\n") << none;
    QTest::newRow("zeros") << QByteArray(10, '\0') << none;
    QTest::newRow("no byte string") << QByteArray("\x82\x01\x02") << none;
    QTest::newRow("wrong sum") << QByteArray("\x82\x41\xa0\x01")
                               << "A message arrived damaged: its checksum is wrong.";
  }
  void whatIsNoMessageIsRefused() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, why);
    MessageBuffer buffer;
    buffer.add(std::as_bytes(std::span(bytes.constData(), std::size_t(bytes.size()))));
    QCOMPARE(refusal(buffer), why);
  }

  void aMessageSaysWhatItIs() {
    for (const nlohmann::json& message : {nlohmann::json{{"typo", "run"}}, nlohmann::json{1, 2},
                                          nlohmann::json{{"type", 7}}}) {
      const Stream bytes = bytesOf(message);
      MessageBuffer buffer;
      buffer.add(all(bytes));
      QCOMPARE(refusal(buffer), QString("A message arrived that does not say what it is."));
    }
  }

  // A size is believed as far as bytes have come: nothing is made ready for those announced.
  void aSizeThatIsNotTrueCostsNothing() {
    const Stream head = {0x82, 0x5B, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF};
    MessageBuffer buffer(1000);
    buffer.add(all(head));
    QCOMPARE(refusal(buffer), QString());
    buffer.add(all(Stream(500, 0)));
    QCOMPARE(refusal(buffer), QString());
    buffer.add(all(Stream(500, 0)));
    QCOMPARE(refusal(buffer), QString("A message arrives that is larger than 1000 bytes."));
  }

  void textThatCameInsteadIsQuoted() {
    const QByteArray text = "\r\n\x1b[1mWelcome to node 7!\nLast login: today\n";
    MessageBuffer buffer;
    buffer.add(std::as_bytes(std::span(text.constData(), std::size_t(text.size()))));
    QCOMPARE(QString::fromStdString(buffer.text()), QString("[1mWelcome to node 7!"));
  }
};

QTEST_GUILESS_MAIN(MessageBufferTest)
#include "message_buffer_test.moc"
