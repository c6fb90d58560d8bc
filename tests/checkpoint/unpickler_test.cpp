// The restricted unpickler: what it reads, and that everything else is refused by name.
#include "engine/checkpoint/unpickler.h"

#include <QtTest>

#include "tests/checkpoint/files_by_hand.h"

using namespace jacobiscope;
using namespace by_hand;
using Kind = PickleValue::Kind;

namespace {

struct Read {
  explicit Read(const std::string& bytes) : block(bytes), pickle(readPickle(block.bytes(), "x")) {}
  const PickleValue& root() const { return pickle.at(pickle.root); }
  const PickleValue& item(std::size_t i) const { return pickle.at(root().items.at(i)); }

  Block block;
  Pickle pickle;
};

std::string errorOfBytes(const std::string& bytes) {
  return errorOf([&] { Read read(bytes); });
}

}  // namespace

class UnpicklerTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void readsIntegers_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<qlonglong>("value");
    QTest::newRow("BININT1") << QByteArray("K\xff.", 3) << 255ll;
    QTest::newRow("BININT2") << QByteArray("M\x00\x80.", 4) << 32768ll;
    QTest::newRow("BININT") << QByteArray("J\xfe\xff\xff\xff.", 6) << -2ll;
    QTest::newRow("LONG1 of no byte") << QByteArray("\x8a\x00.", 3) << 0ll;
    QTest::newRow("LONG1 positive") << QByteArray("\x8a\x02\xff\x00.", 5) << 255ll;
    QTest::newRow("LONG1 negative") << QByteArray("\x8a\x01\xff.", 4) << -1ll;
    QTest::newRow("LONG1 smallest") << QByteArray("\x8a\x08\x00\x00\x00\x00\x00\x00\x00\x80.", 11)
                                    << std::numeric_limits<qlonglong>::min();
    QTest::newRow("LONG4") << QByteArray("\x8b\x02\x00\x00\x00\x00\x01.", 8) << 256ll;
  }

  void readsIntegers() {
    QFETCH(QByteArray, bytes);
    QFETCH(qlonglong, value);
    const Read read(bytes.toStdString());
    QCOMPARE(read.root().kind, Kind::Int);
    QCOMPARE(qlonglong(read.root().integer), value);
  }

  void readsOtherLeaves() {
    const Read read("(N\x88\x89G" + std::string("\x3f\xe0\0\0\0\0\0\0", 8) + text("\xc3\xa9") +
                    "\x8c\x01z" + "C\x02hi" + "\x8a\x09" + std::string(9, '\1') + "t.");
    QCOMPARE(read.root().kind, Kind::Tuple);
    QCOMPARE(read.item(0).kind, Kind::None);
    QCOMPARE(read.item(1).integer, 1);
    QCOMPARE(read.item(2).integer, 0);
    QCOMPARE(read.item(3).number, 0.5);
    QCOMPARE(std::string(read.item(4).text), std::string("\xc3\xa9"));
    QCOMPARE(std::string(read.item(5).text), std::string("z"));
    QCOMPARE(read.item(6).kind, Kind::Raw);
    QCOMPARE(read.item(7).kind, Kind::Raw);  // an integer of nine bytes
  }

  void buildsContainers() {
    const Read list(
        "](K\x01K\x02"
        "eK\x03"
        "a.");
    QCOMPARE(list.root().kind, Kind::List);
    QCOMPARE(list.root().items.size(), 3u);
    QCOMPARE(list.item(2).integer, 3);
    const Read dict("}(K\x01K\x02K\x03K\x04uK\x05K\x06s.");
    QCOMPARE(dict.root().kind, Kind::Dict);
    QCOMPARE(dict.root().items.size(), 6u);
    QCOMPARE(dict.item(5).integer, 6);
    const Read tuples("K\x01\x85K\x01K\x02\x86K\x01K\x02K\x03\x87\x87.");
    QCOMPARE(tuples.item(0).items.size(), 1u);
    QCOMPARE(tuples.item(1).items.size(), 2u);
    QCOMPARE(tuples.item(2).items.size(), 3u);
  }

  void remembersByEveryInstruction() {
    const Read read("K\x07q\x05K\x08r" + u32(70000) + "K\x09\x94" + "000(h\x05j" + u32(70000) +
                    "h\x02t.");
    QCOMPARE(read.item(0).integer, 7);
    QCOMPARE(read.item(1).integer, 8);
    QCOMPARE(read.item(2).integer, 9);
  }

  void callsOnlyWhatBuildsContainers() {
    const Read ordered(global("collections", "OrderedDict") +
                       "]K\x01K\x02\x86"
                       "a\x85R.");
    QCOMPARE(ordered.root().kind, Kind::Dict);
    QCOMPARE(ordered.item(1).integer, 2);
    const Read size(global("torch", "Size") + "K\x03\x85\x85R.");
    QCOMPARE(size.root().kind, Kind::Tuple);
    QCOMPARE(size.item(0).integer, 3);
    const Read stacked(text("collections") + text("OrderedDict") + "\x93)R}b.");
    QCOMPARE(stacked.root().kind, Kind::Dict);
  }

  // What pickle.dumps(argparse.Namespace(lr=0.5, model="B"), 2) writes, and with protocol 4.
  void readsANamespaceAsADictionary() {
    const std::string half = "G" + std::string("\x3f\xe0\0\0\0\0\0\0", 8);
    const std::string state = "}q\x02(" + text("lr") + "q\x03" + half + text("model") + "q\x04" +
                              text("B") + "q\x05ub.";
    for (const std::string& type :
         {"\x80\x02" + global("argparse", "Namespace") + "q\x00",
          "\x80\x04" + text("argparse") + text("Namespace") + "\x93\x94"}) {
      const Read read(type + ")\x81q\x01" + state);
      QCOMPARE(read.root().kind, Kind::Dict);
      QCOMPARE(read.root().items.size(), 4u);
      QCOMPARE(std::string(read.item(0).text), std::string("lr"));
      QCOMPARE(read.item(1).number, 0.5);
      QCOMPARE(std::string(read.item(3).text), std::string("B"));
    }
  }

  void refusesWhatIsNoPlainNamespace() {
    const std::string type = global("argparse", "Namespace");
    QVERIFY(contains(errorOfBytes(type + "K\x01\x85\x81."), "NEWOBJ"));
    QVERIFY(contains(errorOfBytes(type + "K\x01\x81."), "NEWOBJ"));
    QVERIFY(contains(errorOfBytes(type + ")R."), "a call of `argparse.Namespace`"));
    QVERIFY(contains(errorOfBytes(type + ")\x81Nb."), "the attributes of a namespace"));
    QVERIFY(contains(errorOfBytes(text("argparse.Namespace") + ")\x81."), "NEWOBJ"));
    QVERIFY(contains(errorOfBytes(")\x81."), "the stack is empty"));
    QVERIFY(contains(errorOfBytes(global("argparse", "ArgumentParser") + "."),
                     "the global `argparse.ArgumentParser` is not allowed"));
    QVERIFY(contains(errorOfBytes(global("collections", "OrderedDict") + ")\x81."), "NEWOBJ"));
    // Its own attributes: twice as many each time, up to a limit.
    std::string doubling = type + ")\x81q\x01}K\x01K\x02sb";
    for (int i = 0; i < 40; ++i) doubling += "h\x01" "b";
    QVERIFY(contains(errorOfBytes(doubling + "."), "grow without end"));
  }

  void refusesEveryOtherGlobal_data() {
    QTest::addColumn<QString>("module");
    QTest::addColumn<QString>("name");
    QTest::newRow("a command") << "os"
                               << "system";
    QTest::newRow("the same on this system") << "posix"
                                             << "system";
    QTest::newRow("a builtin") << "builtins"
                               << "eval";
    QTest::newRow("attributes") << "builtins"
                                << "getattr";
    QTest::newRow("another of torch") << "torch"
                                      << "load";
    QTest::newRow("another of torch._utils") << "torch._utils"
                                             << "_rebuild_tensor_v2x";
    QTest::newRow("dots moved") << "torch._utils._rebuild_tensor_v2"
                                << "";
    QTest::newRow("dots moved back") << "torch"
                                     << "_utils._rebuild_tensor_v2";
    QTest::newRow("bytes") << "torch.storage"
                           << "_load_from_bytes";
    QTest::newRow("nothing") << ""
                             << "";
  }

  void refusesEveryOtherGlobal() {
    QFETCH(QString, module);
    QFETCH(QString, name);
    const std::string first = module.toStdString(), second = name.toStdString();
    const std::string full = "the global `" + first + "." + second + "` is not allowed";
    const bool moved = first + "." + second == "torch._utils._rebuild_tensor_v2";
    for (const std::string& bytes : {global(first, second), text(first) + text(second) + "\x93"}) {
      const std::string error = errorOfBytes(bytes + ")R.");
      QVERIFY2(contains(error, full) || (moved && error != "no error"), error.c_str());
    }
  }

  void showsHostileNamesHarmlessly() {
    const std::string error = errorOfBytes(global("\x1b[2J", std::string(5000, 'x')) + ".");
    QVERIFY2(contains(error, "\\x1b[2J"), error.c_str());
    QVERIFY(error.size() < 500);
  }

  void refusesCallsWithoutMeaning() {
    const std::string storageClass = global("torch", "FloatStorage");
    QVERIFY(contains(errorOfBytes(storageClass + ")R."), "a call of `torch.FloatStorage`"));
    QVERIFY(contains(errorOfBytes(global("torch", "Size") + ")R."), "a call of `torch.Size`"));
    QVERIFY(contains(errorOfBytes("K\x01)R."), "a global to call"));
    QVERIFY(contains(errorOfBytes(global("torch", "Size") + "K\x01R."), "a tuple"));
    QVERIFY(contains(errorOfBytes("]}b."), "a dictionary to give a state to"));
  }

  void refusesInstructions_data() {
    QTest::addColumn<QByteArray>("bytes");
    QTest::addColumn<QString>("message");
    QTest::newRow("INST") << QByteArray("(ios\nsystem\n.") << "INST";
    QTest::newRow("OBJ") << QByteArray("(ctorch\nSize\no.") << "OBJ";
    QTest::newRow("NEWOBJ") << QByteArray("ctorch\nSize\n)\x81.") << "NEWOBJ";
    QTest::newRow("NEWOBJ_EX") << QByteArray("ctorch\nSize\n)}\x92.") << "NEWOBJ_EX";
    QTest::newRow("EXT1") << QByteArray("\x82\x01.") << "EXT1";
    QTest::newRow("PERSID") << QByteArray("Pabc\n.") << "PERSID";
    QTest::newRow("protocol 0 text") << QByteArray("Vabc\n.") << "UNICODE";
    QTest::newRow("protocol 1") << QByteArray("\x80\x01N.") << "protocol 1";
    QTest::newRow("protocol 6") << QByteArray("\x80\x06N.") << "protocol 6";
    QTest::newRow("unknown") << QByteArray("\xfe.") << "byte 0 is no instruction";
    QTest::newRow("empty") << QByteArray() << "cut off";
    QTest::newRow("no STOP") << QByteArray("N") << "cut off";
    QTest::newRow("STOP on nothing") << QByteArray(".") << "the stack is empty";
    QTest::newRow("pop of nothing") << QByteArray("0.") << "the stack is empty";
    QTest::newRow("below a mark") << QByteArray("K\x01(\x85.") << "the stack is empty";
    QTest::newRow("no mark") << QByteArray("K\x01t.") << "a mark is missing";
    QTest::newRow("unknown memo") << QByteArray("h\x03.") << "object 3 is not made yet";
    QTest::newRow("append to a tuple") << QByteArray(
                                              ")K\x01"
                                              "a.")
                                       << "a list to add to";
    QTest::newRow("set in a list") << QByteArray("]K\x01K\x02s.") << "a dictionary to add to";
    QTest::newRow("half a pair") << QByteArray("}(K\x01u.") << "a key has no value";
    QTest::newRow("half a pair at once") << QByteArray(
                                                "(K\x01"
                                                "d.")
                                         << "a key has no value";
    QTest::newRow("frame too long") << QByteArray("\x95\xff\xff\xff\xff\xff\xff\xff\xff.", 10)
                                    << "a frame reaches past the end";
    QTest::newRow("text too long")
        << QByteArray("\x8d\xff\xff\xff\xff\xff\xff\xff\xffx", 10) << "cut off";
    QTest::newRow("long too long") << QByteArray("\x8b\xff\xff\xff\xffx", 6) << "cut off";
    QTest::newRow("id of no storage") << QByteArray(")Q.") << "is not a storage";
    QTest::newRow("id that is no tuple") << QByteArray("K\x01Q.") << "the id of a storage";
  }

  void refusesInstructions() {
    QFETCH(QByteArray, bytes);
    QFETCH(QString, message);
    const std::string error = errorOfBytes(bytes.toStdString());
    QVERIFY2(contains(error, message.toStdString()), error.c_str());
  }

  void refusesStoragesOfNoType() {
    const auto id = [](const std::string& type) {
      return tuple(text("storage") + type + text("0") + text("cpu") + integer(1)) + "Q.";
    };
    QVERIFY(contains(errorOfBytes(id(global("torch", "Size"))), "the class of a storage"));
    QVERIFY(contains(errorOfBytes(id(text("FloatStorage"))), "the class of a storage"));
    QCOMPARE(errorOfBytes(id(global("torch", "FloatStorage"))), std::string("no error"));
  }

  void refusesTensorsOfNoStorage() {
    const std::string rebuild = global("torch._utils", "_rebuild_tensor_v2");
    const std::string sizes = integers({1});
    QVERIFY(contains(errorOfBytes(rebuild + tuple("N" + integer(0) + sizes + sizes) + "R."),
                     "the storage of a tensor"));
    const std::string stored = storage("FloatStorage", "0", 1);
    QVERIFY(contains(errorOfBytes(rebuild + tuple(stored + "N" + sizes + sizes) + "R."),
                     "the offset of a tensor"));
    const std::string named = tuple(text("a"));
    QVERIFY(contains(errorOfBytes(rebuild + tuple(stored + integer(0) + named + sizes) + "R."),
                     "a whole number in the sizes"));
    const std::string many = integers(std::vector<std::int64_t>(65, 1));
    QVERIFY(contains(errorOfBytes(rebuild + tuple(stored + integer(0) + many + many) + "R."),
                     "too many axes"));
  }

  void readsCyclesAndDeepNesting() {
    const Read cycle(
        "]q\x01h\x01"
        "a.");
    QCOMPARE(cycle.root().items, std::vector<PickleRef>{cycle.pickle.root});
    std::string deep;
    for (int i = 0; i < 100000; ++i) deep += "]";
    for (int i = 1; i < 100000; ++i) deep += "a";
    const Read nested(deep + ".");
    QCOMPARE(nested.root().items.size(), 1u);
  }

  void limitsWhatAFewBytesCanAskFor() {
    QVERIFY(contains(errorOfBytes(std::string(2'000'001, 'N') + "."), "Python objects"));
    // One list of a thousand pairs, copied again and again.
    std::string bytes = "]q\x01(";
    for (int i = 0; i < 1000; ++i) bytes += "NN\x86";
    bytes += "e";
    for (int i = 0; i < 5000; ++i) bytes += global("collections", "OrderedDict") + "h\x01\x85R";
    QVERIFY(contains(errorOfBytes(bytes + "."), "grow without end"));
    std::string wide = "(";
    for (int i = 0; i < 17; ++i) wide += "N";
    QVERIFY(contains(errorOfBytes(global("torch", "Size") + wide + "tR."), "too many arguments"));
  }
};

QTEST_GUILESS_MAIN(UnpicklerTest)
#include "unpickler_test.moc"
