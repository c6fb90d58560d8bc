// Files written by the real torch.save (tests/data/checkpoint/make.py says how).
#include "engine/checkpoint/pth.h"

#include <QtTest>

#include "tests/checkpoint/files_by_hand.h"

using namespace jacobiscope;

namespace {

const std::filesystem::path kData = JACOBISCOPE_TEST_DATA "/checkpoint";

Checkpoint openFile(const std::string& name) { return Checkpoint::open(kData / name); }

std::vector<float> floats(const Checkpoint& checkpoint, const std::string& name) {
  const TensorView* view = checkpoint.find(name);
  return view == nullptr ? std::vector<float>{-99} : Checkpoint::toFloats(*view);
}

const std::vector<float> kRamp = {0, 0.25, 0.5, 0.75, 1, 1.25};

}  // namespace

class PthTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void readsEveryType_data() {
    QTest::addColumn<QString>("file");
    QTest::newRow("torch 1.13") << "types.pth";
    QTest::newRow("torch 2.x") << "types_2x.pth";
    QTest::newRow("safetensors") << "types.safetensors";
  }

  void readsEveryType() {
    QFETCH(QString, file);
    const Checkpoint checkpoint = openFile(file.toStdString());
    QCOMPARE(checkpoint.tensors().size(), 12u);
    for (const char* name : {"f64", "f32", "f16", "bf16"}) {
      QCOMPARE(floats(checkpoint, name), kRamp);
      QCOMPARE(checkpoint.find(name)->shape, (std::vector<std::int64_t>{2, 3}));
    }
    for (const char* name : {"i64", "i32", "i16", "i8"}) {
      QCOMPARE(Checkpoint::toInts(*checkpoint.find(name)),
               (std::vector<std::int64_t>{-3, -2, -1, 0, 1, 2}));
      QCOMPARE(floats(checkpoint, name), (std::vector<float>{-3, -2, -1, 0, 1, 2}));
    }
    QCOMPARE(Checkpoint::toInts(*checkpoint.find("u8")),
             (std::vector<std::int64_t>{0, 1, 2, 3, 4, 5}));
    QCOMPARE(Checkpoint::toInts(*checkpoint.find("bool")),
             (std::vector<std::int64_t>{1, 0, 1, 0, 1, 0}));
    QCOMPARE(floats(checkpoint, "bool"), (std::vector<float>{1, 0, 1, 0, 1, 0}));
    QVERIFY(checkpoint.find("scalar")->shape.empty());
    QCOMPARE(floats(checkpoint, "scalar"), std::vector<float>{2.5});
    QCOMPARE(checkpoint.find("empty")->shape, (std::vector<std::int64_t>{0, 3}));
    QCOMPARE(floats(checkpoint, "empty"), std::vector<float>{});
    QVERIFY(checkpoint.find("other") == nullptr);
  }

  void keepsTheType() {
    const Checkpoint checkpoint = openFile("types.pth");
    QCOMPARE(checkpoint.find("bf16")->dtype, DType::BF16);
    QCOMPARE(checkpoint.find("bool")->dtype, DType::Bool);
    QVERIFY(by_hand::contains(
        by_hand::errorOf([&] { Checkpoint::toInts(*checkpoint.find("f16")); }), "whole numbers"));
  }

  void readsSharedStoragesAndStrides() {
    const Checkpoint checkpoint = openFile("views.pth");
    const std::vector<float> base = floats(checkpoint, "base");
    QCOMPARE(base.size(), 24u);
    QCOMPARE(base[23], 23 / 4.0f);
    const std::vector<float> transposed = floats(checkpoint, "transposed");
    QCOMPARE(checkpoint.find("transposed")->shape, (std::vector<std::int64_t>{6, 4}));
    QVERIFY(!checkpoint.find("transposed")->contiguous());
    for (std::size_t i = 0; i < 24; ++i) QCOMPARE(transposed[i], base[i % 4 * 6 + i / 4]);
    QCOMPARE(floats(checkpoint, "row"), std::vector<float>(base.begin() + 12, base.begin() + 18));
    QCOMPARE(floats(checkpoint, "column"),
             (std::vector<float>{base[3], base[9], base[15], base[21]}));
    QCOMPARE(floats(checkpoint, "block"),
             (std::vector<float>{base[8], base[9], base[10], base[14], base[15], base[16]}));
    QCOMPARE(floats(checkpoint, "expanded"), (std::vector<float>{0, 0, 0, .25, .25, .25}));
    QCOMPARE(checkpoint.find("base")->data, checkpoint.find("transposed")->data);
  }

  void findsTheStateDict_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("note");
    QTest::newRow("among an optimizer's and other data") << "trained.pth"
                                                         << "`model`";
    QTest::newRow("the same by torch 2.x") << "trained_2x.pth"
                                           << "`model`";
    QTest::newRow("the same with pickle protocol 4") << "protocol_4_2x.pth"
                                                     << "`model`";
    QTest::newRow("two levels down") << "deep.pth"
                                     << "`state_dict.model`";
    QTest::newRow("under ema") << "ema.pth"
                               << "`ema`";
    QTest::newRow("under the only key with tensors") << "only.pth"
                                                     << "`generator`";
    QTest::newRow("beside a script's settings") << "settings.pth"
                                                << "`model`";
    QTest::newRow("with prefixes") << "wrapped.pth"
                                   << "`_orig_mod.`";
    QTest::newRow("made of parameters") << "parameters.pth"
                                        << "";
  }

  void findsTheStateDict() {
    QFETCH(QString, file);
    QFETCH(QString, note);
    const Checkpoint checkpoint = openFile(file.toStdString());
    QCOMPARE(checkpoint.format(), std::string("pth"));
    QCOMPARE(checkpoint.tensors().size(), 2u);
    QCOMPARE(floats(checkpoint, "weight"), kRamp);
    QCOMPARE(floats(checkpoint, "bias"), (std::vector<float>{0, 0.25}));
    QCOMPARE(checkpoint.notes().empty(), note.isEmpty());
    if (!note.isEmpty()) {
      QVERIFY2(by_hand::contains(checkpoint.notes()[0], note.toStdString()),
               checkpoint.notes()[0].c_str());
    }
  }

  void refuses_data() {
    QTest::addColumn<QString>("file");
    QTest::addColumn<QString>("message");
    QTest::newRow("code") << "evil.pth"
                          << "the global `posix.system` is not allowed";
    QTest::newRow("a whole module") << "whole_module.pth"
                                    << "the global `torch.nn.modules.linear.Linear` is not allowed";
    QTest::newRow("before 1.6") << "legacy.pth"
                                << "before version 1.6";
    QTest::newRow("before 1.6, with a hint") << "legacy.pth"
                                             << "torch.save(torch.load(";
    QTest::newRow("no dictionary") << "list.pth"
                                   << "no dictionary of tensors";
    QTest::newRow("two state_dicts") << "two.pth"
                                     << "its keys are `a`, `b`";
  }

  void refuses() {
    QFETCH(QString, file);
    QFETCH(QString, message);
    const std::string error = by_hand::errorOf([&] { openFile(file.toStdString()); });
    QVERIFY2(by_hand::contains(error, message.toStdString()), error.c_str());
    QVERIFY2(by_hand::contains(error, file.toStdString()), error.c_str());
    QVERIFY(!std::filesystem::exists("jacobiscope-was-here"));
  }

  void readsAModel() {
    const Checkpoint checkpoint = Checkpoint::open(JACOBISCOPE_TEST_DATA "/tarflow/cond.pth");
    QCOMPARE(checkpoint.tensors().size(), 94u);
    QCOMPARE(checkpoint.find("blocks.0.pos_embed")->shape, (std::vector<std::int64_t>{16, 64}));
    QCOMPARE(checkpoint.find("blocks.0.class_embed")->shape, (std::vector<std::int64_t>{4, 1, 64}));
  }
};

QTEST_GUILESS_MAIN(PthTest)
#include "pth_test.moc"
