// The policy against numbers of the published Python (timm 0.9.10, transformers 4.40.1, joined as
// OpenVLA joins them) on small random weights, float32 on the CPU; and its cache against itself.
#include <QtTest>

#include "engine/checkpoint/safetensors.h"
#include "engine/core/error.h"
#include "engine/nn/load_tensor.h"
#include "engine/vla/llama_pass.h"
#include "tests/vla/policy_fixture.h"

using namespace jacobiscope;

namespace {

constexpr double kTolerance = 1e-4;

void compare(const char* what, const Tensor& ours, const Tensor& theirs) {
  QCOMPARE(ours.numel(), theirs.numel());
  const double difference = relativeDifference(ours, theirs);
  qInfo("%s: largest difference %.2g of the largest number", what, difference);
  QVERIFY2(difference <= kTolerance, what);
}

// Token by token, [n].
Tensor greedy(const Policy& policy, const Tensor& prefix, const Tensor& mask, int n,
              const std::vector<std::int64_t>& ids = {}) {
  const PreparedLlama prepared(policy.llama, torch::kFloat32, ids);
  LlamaPass pass(prepared, prefix, mask, n);
  const auto best = [&](const Tensor& logits) {  // [1, A] to [1, 1]
    const Tensor index = logits.argmax(1, true);
    return ids.empty() ? index : torch::tensor(ids).index_select(0, index.flatten()).view({1, 1});
  };
  std::vector<Tensor> tokens = {best(pass.first())};
  for (int i = 1; i < n; ++i) {
    const Tensor logits = pass.run(tokens.back());
    pass.commit(1);
    tokens.push_back(best(logits.select(1, 0)));
  }
  return torch::cat(tokens, 1).flatten();
}

Tensor tokenRow(std::vector<std::int64_t> tokens) { return torch::tensor(tokens).unsqueeze(0); }

}  // namespace

class PolicyTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void initTestCase() {
    m_expected = readArrays(policyData("expected.safetensors"));
    m_two = loadPolicy(policyData("two"), torch::kCPU);
    m_one = loadPolicy(policyData("one"), torch::kCPU);
  }

  void picturesAreResizedAndNormalised() {
    const Tensor picture = expected("picture").to(torch::kUInt8);
    const auto pixels = policyPixels(m_two.config, picture);
    QCOMPARE(pixels.size(), std::size_t(2));
    compare("DINOv2's pixels", pixels[0], expected("pixels.dino"));
    compare("SigLIP's pixels", pixels[1], expected("pixels.siglip"));
    // The same for one of a batch, and no resizing where none is asked for.
    const Tensor batch = policyPixels(m_two.config, torch::stack({picture, picture}))[1];
    QVERIFY(torch::equal(batch[1], pixels[1][0]));
    TowerConfig exact = m_two.config.towers[1];
    exact.picture = static_cast<int>(picture.size(0));
    const Tensor square = picture.slice(1, 0, picture.size(0));
    QVERIFY(torch::equal(towerPixels(exact, square)[0],
                         (square.permute({2, 0, 1}).to(torch::kFloat32) / 255 - 0.5) / 0.5));
  }

  void towersAndProjector() {
    const torch::NoGradGuard noGrad;
    compare("DINOv2", towerFeatures(m_two.towers[0], expected("pixels.dino")),
            expected("two.features.0"));
    compare("SigLIP", towerFeatures(m_two.towers[1], expected("pixels.siglip")),
            expected("two.features.1"));
    compare("SigLIP alone", towerFeatures(m_one.towers[0], expected("pixels.siglip")),
            expected("one.features.0"));
    const auto patches = [&](const Policy& policy, const Tensor& prefix) {
      return prefix.slice(1, 1, 1 + policy.config.patches());
    };
    compare("projector", patches(m_two, prefixOfTwo()), expected("two.projected"));
    compare("projector of one tower", patches(m_one, prefixOfOne("text")),
            expected("one.projected"));
  }

  // Of two towers, and of one with proprioception and shared keys.
  void logits() {
    const torch::NoGradGuard noGrad;
    const auto along = [&](const char* name, const Policy& policy, const Tensor& prefix) {
      const Tensor tokens = expected(std::string(name) + ".tokens").view({1, -1});
      const PolicyRows rows = policyRows(policy, prefix, {}, tokens.slice(1, 0, -1));
      compare(name, rows.logits, expected(std::string(name) + ".logits"));
      QVERIFY(torch::equal(rows.logits[0].argmax(1), tokens[0]));
      const Tensor last = torch::linear(rows.words.select(1, -1), policy.llama.output);
      QVERIFY(torch::allclose(last, rows.logits.select(1, 0)));
    };
    along("two", m_two, prefixOfTwo());
    along("one", m_one, prefixOfOne("text"));
  }

  void greedyTokensWithTheCache() {
    const torch::NoGradGuard noGrad;
    QVERIFY(torch::equal(greedy(m_two, prefixOfTwo(), {}, 22), expected("two.tokens")));
    QVERIFY(torch::equal(greedy(m_one, prefixOfOne("text"), {}, 22), expected("one.tokens")));
    // Among action tokens and EOS only.
    QVERIFY(torch::equal(greedy(m_two, prefixOfTwo(), {}, 21, answerTokens(m_two.config)),
                         expected("two.actions")));
  }

  // A text padded on the left gives what the published code gives for the text alone.
  void paddingChangesNothing() {
    const torch::NoGradGuard noGrad;
    const Tensor tokens = expected("short.tokens").view({1, -1});
    const Tensor prefix = prefixOfOne("short.text"), mask = expected("short.mask");
    const Tensor logits = policyLogits(m_one, prefix, mask, tokens.slice(1, 0, -1));
    compare("padded", logits, expected("short.logits"));
    QVERIFY(torch::equal(greedy(m_one, prefix, mask, 8), tokens[0]));
    // Beside another text in one batch, too.
    const Tensor pair = torch::cat({prefixOfOne("text"), prefix});
    const Tensor masks = torch::cat({torch::ones_like(mask), mask});
    const Tensor both = policyLogits(m_one, pair, masks, tokens.slice(1, 0, -1).expand({2, -1}));
    compare("padded in a batch", both[1], expected("short.logits"));
    // And where it has several continuations.
    const Tensor ids = tokens.slice(1, 0, -1).expand({2, -1});
    const Tensor continuations = torch::stack({ids, ids.flip(1), ids.roll(1, 1)});
    const Tensor each = policyLogitsOfEach(m_one, pair, masks, continuations);
    compare("first of several", each[0][1], expected("short.logits"));
    for (int k = 0; k < 3; ++k) {
      const Tensor alone = policyLogits(m_one, pair, masks, continuations[k]);
      compare("one of several", each[k], alone);
      QVERIFY(k == 0 || (each[k] - each[0]).abs().max().item<float>() > 1e-2f);
    }
    LlamaPass pass(PreparedLlama(m_one.llama, torch::kFloat32), pair, masks, 8);
    compare("padded in a cached batch", pass.first()[1], expected("short.logits")[0]);
    const Tensor window = pass.run(tokens.slice(1, 0, -1).expand({2, -1}));
    compare("its window", window[1], expected("short.logits").slice(0, 1));
  }

  void windowsEqualTheTeacherForcedPass() {
    const torch::NoGradGuard noGrad;
    const Policy policy = smallPolicy();
    const Tensor prefix = randomPrefix(policy, 2, 5);
    const Tensor tokens = torch::randint(0, 300, {2, 21});
    const Tensor all = policyLogits(policy, prefix, {}, tokens);
    LlamaPass pass(PreparedLlama(policy.llama, torch::kFloat32), prefix, {}, 21);
    compare("first", pass.first(), all.select(1, 0));
    const std::vector<std::pair<int, int>> steps = {{5, 3}, {8, 8}, {1, 1}, {9, 2}, {7, 7}};
    for (const auto& [width, kept] : steps) {
      const int from = pass.committed();
      const Tensor logits = pass.run(tokens.slice(1, from, from + width));
      compare("window", logits, all.slice(1, from + 1, from + 1 + width));
      pass.commit(kept);
    }
    QCOMPARE(pass.committed(), 21);
  }

  void rollbackLeavesNothingBehind_data() {
    QTest::addColumn<bool>("bfloat16");
    QTest::newRow("float32") << false;
    QTest::newRow("bfloat16") << true;
  }

  void rollbackLeavesNothingBehind() {
    QFETCH(bool, bfloat16);
    const torch::NoGradGuard noGrad;
    const Policy policy = smallPolicy();
    const Tensor prefix = randomPrefix(policy, 1, 5);
    const PreparedLlama prepared(policy.llama, bfloat16 ? torch::kBFloat16 : torch::kFloat32);
    LlamaPass plain(prepared, prefix, {}, 21), tried(prepared, prefix, {}, 21);
    QVERIFY(torch::equal(plain.first(), tried.first()));
    const auto together = [&](int width, int kept) {
      const Tensor tokens = torch::randint(0, 300, {1, width});
      QVERIFY(torch::equal(plain.run(tokens), tried.run(tokens)));
      plain.commit(kept);
      tried.commit(kept);
    };
    const auto aside = [&](int width) {
      const Tensor logits = tried.run(torch::randint(0, 300, {1, width}));
      QVERIFY(logits.isfinite().all().item<bool>());
    };
    aside(21);
    tried.rollback();
    together(6, 2);
    aside(4);  // dropped by the next run
    aside(19);
    together(7, 4);
    aside(3);
    tried.commit(0);
    together(15, 15);
    // Back over what was committed, as if it had not been.
    plain.rewind(2);
    tried.rewind(6);
    tried.rewind(2);
    together(19, 19);
  }

  void jacobiEndsInTheGreedyChunk() {
    const torch::NoGradGuard noGrad;
    const Policy policy = smallPolicy();
    const Tensor prefix = randomPrefix(policy, 1, 5);
    const Tensor wanted = greedy(policy, prefix, {}, 21).unsqueeze(0);
    LlamaPass pass(PreparedLlama(policy.llama, torch::kFloat32), prefix, {}, 21);
    Tensor draft = torch::full({1, 21}, 100, torch::kInt64);
    draft.select(1, 0).copy_(pass.first().argmax(1));
    int passes = 0;
    for (Tensor before; !before.defined() || !torch::equal(before, draft); ++passes) {
      before = draft.clone();
      draft.slice(1, 1).copy_(pass.run(before).argmax(2).slice(1, 0, -1));
    }
    qInfo("%d passes for 21 tokens", passes);
    QVERIFY(torch::equal(draft, wanted));
    QVERIFY(passes <= 22);
  }

  void aBatchMayLoseSequences() {
    const torch::NoGradGuard noGrad;
    const Policy policy = smallPolicy();
    const Tensor prefix = randomPrefix(policy, 3, 5);
    const Tensor tokens = torch::randint(0, 300, {3, 9});
    const Tensor all = policyLogits(policy, prefix, {}, tokens);
    LlamaPass pass(PreparedLlama(policy.llama, torch::kFloat32), prefix, {}, 9);
    pass.run(tokens.slice(1, 0, 4));
    pass.commit(4);
    const Tensor kept = torch::tensor({2, 0}, torch::kInt64);
    pass.select(kept);
    compare("kept", pass.run(tokens.index_select(0, kept).slice(1, 4)),
            all.index_select(0, kept).slice(1, 5));
    compare("first", pass.first(), all.index_select(0, kept).select(1, 0));
  }

  void bfloat16IsNear() {
    const torch::NoGradGuard noGrad;
    const Policy policy = smallPolicy();
    const Tensor prefix = randomPrefix(policy, 1, 5);
    const Tensor tokens = torch::randint(0, 300, {1, 21});
    const Tensor all = policyLogits(policy, prefix, {}, tokens);
    LlamaPass pass(PreparedLlama(policy.llama, torch::kBFloat16), prefix, {}, 21);
    const double difference = relativeDifference(pass.run(tokens), all.slice(1, 1));
    qInfo("bfloat16: %.2g of the largest number", difference);
    QVERIFY(difference < 0.05);
    QVERIFY(torch::equal(policy.llama.layers[0].q, smallPolicy().llama.layers[0].q));
  }

  void everyWeightHasAGradient() {
    Policy policy = smallPolicy();
    policy.visit([](const std::string&, Tensor& tensor, const std::vector<std::int64_t>&) {
      tensor.requires_grad_(true);
    });
    const Tensor mask = torch::tensor({{1, 1, 1, 1, 1}, {0, 0, 1, 1, 1}});
    const Tensor tokens = torch::randint(44, 300, {2, 21});
    const Tensor logits =
        policyLogits(policy, randomPrefix(policy, 2, 5), mask, tokens.slice(1, 0, -1));
    const Tensor loss = torch::cross_entropy_loss(logits.flatten(0, 1), tokens.flatten());
    // Before anything is learned all 300 answers are about as likely.
    QVERIFY(std::abs(loss.item<double>() - std::log(300)) < 0.2);
    loss.backward();
    policy.visit([](const std::string& name, Tensor& tensor, const std::vector<std::int64_t>&) {
      QVERIFY2(tensor.grad().defined(), name.c_str());
      QVERIFY2(tensor.grad().isfinite().all().item<bool>(), name.c_str());
      QVERIFY2(tensor.grad().abs().max().item<double>() > 0, name.c_str());
    });
  }

  void whatDoesNotFitIsRefused() {
    const torch::NoGradGuard noGrad;
    const auto refuses = [](const char* said, auto call) {
      try {
        call();
      } catch (const UsageError& error) {
        QVERIFY2(std::string(error.what()).find(said) != std::string::npos, error.what());
        return;
      }
      QFAIL(said);
    };
    const Tensor pixels = torch::zeros({1, 3, 28, 28}), text = tokenRow({5, 6});
    refuses("2 vision towers", [&] { policyPrefix(m_two, {pixels}, {}, text); });
    refuses("[1, 3, 28, 28] was expected",
            [&] { policyPrefix(m_two, {pixels, torch::zeros({1, 3, 28, 27})}, {}, text); });
    refuses("7 numbers", [&] { policyPrefix(m_one, {pixels}, {}, text); });
    refuses("0 numbers",
            [&] { policyPrefix(m_two, {pixels, pixels}, torch::zeros({1, 7}), text); });
    refuses("no words", [&] {
      policyPrefix(m_one, {pixels}, torch::zeros({1, 7}), torch::zeros({1, 0}, torch::kInt64));
    });
    const Policy policy = smallPolicy();
    LlamaPass pass(PreparedLlama(policy.llama, torch::kFloat32), randomPrefix(policy, 1, 2), {}, 3);
    refuses("cache of 3", [&] { pass.run(torch::zeros({1, 4}, torch::kInt64)); });
    pass.run(torch::zeros({1, 2}, torch::kInt64));
    refuses("2 staged", [&] { pass.commit(3); });
    refuses("0 committed", [&] { pass.rewind(1); });
  }

 private:
  Tensor expected(const std::string& name) const { return toTensor(m_expected.at(name)); }
  Tensor prefixOfTwo() const {
    return policyPrefix(m_two, {expected("pixels.dino"), expected("pixels.siglip")}, {},
                        expected("text"));
  }
  Tensor prefixOfOne(const std::string& text) const {
    return policyPrefix(m_one, {expected("pixels.siglip")}, expected("proprioception"),
                        expected(text));
  }

  Arrays m_expected;
  Policy m_two, m_one;
};

QTEST_GUILESS_MAIN(PolicyTest)
#include "policy_test.moc"
