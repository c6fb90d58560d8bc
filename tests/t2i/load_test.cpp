// Models are put together from their parts; what does not fit is refused with its name.
#include <QtTest>

#include <fstream>

#include "engine/core/error.h"
#include "tests/t2i/t2i_fixture.h"

using namespace jacobiscope;

namespace {

namespace fs = std::filesystem;

// What and hint of the Error, "usage: " before it where it is a UsageError.
template <class Call>
QString refusal(Call call) {
  try {
    call();
  } catch (const UsageError& error) {
    return QString::fromStdString(std::string("usage: ") + error.what() + " | " + error.hint());
  } catch (const Error& error) {
    return QString::fromStdString(std::string(error.what()) + " | " + error.hint());
  }
  return "accepted";
}

using Options = std::map<std::string, std::string>;

std::unique_ptr<Family> open(const fs::path& path, Options options = {}, const std::string& config = {}) {
  options["device"] = "cpu";
  options["threads"] = "1";  // see openLlamaGen()
  return loadModel(families(), {path, config, options});
}

const Options kSizes = {{"heads", "4"}, {"grid", "4"}, {"threads", "1"}};

}  // namespace

#define REFUSES(call, ...)                                                        \
  do {                                                                            \
    const QString said = refusal([&] { call; });                                  \
    for (const char* part : {__VA_ARGS__}) QVERIFY2(said.contains(part), qPrintable(said)); \
  } while (false)

class LoadTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void init() {
    m_temporary = std::make_unique<QTemporaryDir>();
    m_folder = m_temporary->path().toStdString();
    m_gpt = m_folder / "model.safetensors";
    m_vq = m_folder / "vq.safetensors";
    save(smallClasses());
    saveVq(smallClasses().vocabulary);
  }

  void aClassModelOpensAndDecodes() {
    for (const fs::path& path : {m_folder, m_gpt, named(m_gpt, m_vq)}) {
      const auto family = open(path, kSizes);
      const ModelInfo& info = family->info();
      QCOMPARE(info.family, std::string("t2i"));
      QCOMPARE(info.vocabulary, 50);
      QCOMPARE(info.positions, 16);
      QCOMPARE(info.gridRows, 4);
      QCOMPARE(info.classes, (std::vector<std::string>{"class 0", "class 1", "class 2"}));
      QVERIFY(!info.prompted);
      Input input;
      input.label = 2;
      const auto decoder = family->begin(completeKnobs(info.knobs, {}), input);
      while (decoder->sweep()) {}
      QCOMPARE(decoder->result().at("image").shape, (std::vector<std::int64_t>{1, 3, 8, 8}));
    }
  }

  void theConfigurationNamesWhatShapesDoNotTell() {
    std::ofstream(m_folder / "config.json")
        << R"({"name": "dots", "classes": ["a", "b", "c"], "gpt": {"n_head": 4, "block_size": 16},
               "defaults": {"top_k": 7, "decoder": "sjd", "window": 5}})";
    const auto family = open(m_folder);
    QCOMPARE(family->info().name, std::string("dots"));
    QCOMPARE(family->info().classes, (std::vector<std::string>{"a", "b", "c"}));
    const KnobValues knobs = completeKnobs(family->info().knobs, {});
    QCOMPARE(integerAt(knobs, "top_k"), 7);
    QCOMPARE(textAt(knobs, "decoder"), std::string("sjd"));
    QVERIFY(family->info().notes.empty() || family->info().notes[0].find("eads") == std::string::npos);
    // What is asked for comes first.
    QCOMPARE(open(m_folder, {{"grid", "5"}})->info().positions, 25);
    REFUSES(open(m_folder, {}, R"({"gpt": {"block_size": 15}})"), "block_size", "15");
    REFUSES(open(m_folder, {}, R"({"gpt": {"n_head": "four"}})"), "n_head");
    REFUSES(open(m_folder, {}, R"({"words": [1]})"), "words");
    REFUSES(open(m_folder, {}, R"({"defaults": {"decoder": "magic"}})"), "decoder", "magic");
    REFUSES(open(m_folder, {}, "[]"), "--config");
    QCOMPARE(open(m_folder, {}, R"({"name": 3, "gpt": {"n_head": 4, "block_size": 16}})")->info().name,
             std::string("model"));
  }

  void missingPartsAreNamed() {
    REFUSES(open(m_folder, {{"grid", "4"}}), "heads", "--set heads=8");
    REFUSES(open(m_folder, {{"heads", "4"}}), "grid", "block_size");
    fs::remove(m_vq);
    REFUSES(open(m_folder, kSizes), "VQ", "vq.safetensors");
    REFUSES(open(m_gpt, kSizes), "VQ", "gpt=FILE,vq=FILE");
    saveVq(50);
    fs::remove(m_gpt);
    REFUSES(TokenFamily({m_folder, {}, kSizes}), "no image GPT");
    REFUSES(open(m_folder, kSizes), "is not a checkpoint of a known family");
    REFUSES(open(m_folder / "nothing.safetensors", kSizes), "nothing.safetensors");
  }

  void partsAreNamedRightly() {
    const std::string gpt = m_gpt.string(), vq = m_vq.string();
    REFUSES(open("gpt=" + gpt + ",vq=" + gpt, kSizes), "quantize.embedding.weight");
    REFUSES(open("gpt=" + vq + ",vq=" + vq, kSizes), "tok_embeddings.weight");
    REFUSES(open("gpt=" + gpt + ",vq=" + vq + "x", kSizes), "usage:", "vq.safetensorsx", "(vq)");
    REFUSES(open("gpt=" + gpt + ",codec=" + vq, kSizes), "usage:", "codec=");
    REFUSES(open("gpt=" + gpt + ",gpt=" + gpt, kSizes), "usage:", "twice");
    REFUSES(open("vq=" + vq, kSizes), "usage:", "The part gpt is missing");
    REFUSES(open("gpt=,vq=" + vq, kSizes), "usage:", "(gpt)");
    REFUSES(open("gpt=" + gpt + ",", kSizes), "usage:", "no part");
    REFUSES(open("gpt=" + gpt, kSizes), "VQ", "missing");
    // Two that could be the VQ: told so, and no obstacle where the parts are named.
    fs::copy(m_vq, m_folder / "vq_other.pt");
    REFUSES(open(m_folder, kSizes), "usage:", "several files that begin with vq");
    REFUSES(open(m_gpt, kSizes), "usage:", "several files that begin with vq");
    QCOMPARE(open(named(m_gpt, m_vq), kSizes)->info().positions, 16);
  }

  // A file of another family is not claimed because of what lies beside it.
  void neighboursDoNotDecideWhoseAFileIs() {
    fs::copy(m_vq, m_folder / "vq_other.pt");
    const fs::path flow = fs::path(JACOBISCOPE_TEST_DATA) / "tarflow" / "uncond.pth";
    fs::copy(flow, m_folder / "flow.pth");
    QVERIFY(!t2iRecognises(m_folder / "flow.pth"));
    QVERIFY(t2iRecognises(m_gpt));
    QVERIFY(t2iRecognises(m_folder));
    QVERIFY(!t2iRecognises(flow.parent_path()));
    QVERIFY(!t2iRecognises(m_folder / "nothing"));
  }

  void partsThatDoNotFitEachOtherAreRefused() {
    saveVq(51);
    REFUSES(open(m_folder, kSizes), "51", "50");
    saveVq(50);
    for (const char* heads : {"3", "32", "65", "128"}) {
      REFUSES(open(m_folder, {{"heads", heads}, {"grid", "4"}}), "heads", heads, "64");
    }
    REFUSES(open(m_folder, {{"heads", "0"}, {"grid", "4"}}), "usage:", "heads=0");
    REFUSES(open(m_folder, {{"heads", "4"}, {"grid", "4.5"}}), "usage:", "grid=4.5");
    REFUSES(open(m_folder, {{"heads", "4"}, {"grid", "300"}}), "65,536");
    // Few channels and many groups.
    NamedTensors tensors = tensorsOf(createVq(smallVq(50, 2)).walk());
    saveTensors(m_vq, tensors, {{"norm_groups", "3"}});
    REFUSES(open(m_folder, kSizes), "encoder.conv_in.weight", "multiple of 3");
    saveTensors(m_vq, tensors);
    REFUSES(open(m_folder, kSizes), "encoder.conv_in.weight", "multiple of 32");
    saveTensors(m_vq, tensors, {{"norm_groups", "two"}});
    REFUSES(open(m_folder, kSizes), "norm_groups");
  }

  // Every tensor in turn: left out, and of another shape.
  void missingAndMisshapenTensorsAreNamed() {
    const NamedTensors gpt = gptTensors(smallClasses()), vq = tensorsOf(createVq(smallVq(50, 2)).walk());
    for (std::size_t i = 0; i < gpt.size(); ++i) damage(gpt, i, m_gpt, {});
    save(smallClasses());
    for (std::size_t i = 0; i < vq.size(); ++i) damage(vq, i, m_vq, {{"norm_groups", "2"}});
  }

  void truncatedFilesAreNamed() {
    for (const char* name : {"t2i.pt", "vq.pt"}) {
      const fs::path folder = m_folder / (std::string("cut_") + name);
      fs::create_directory(folder);
      for (const char* file : {"t2i.pt", "vq.pt", "config.json"}) fs::copy(llamaGenData(file), folder / file);
      QCOMPARE(open(folder)->info().positions, 36);
      const auto size = fs::file_size(folder / name);
      for (const auto kept : {size - 1, size / 2, std::uintmax_t{100}, std::uintmax_t{0}}) {
        fs::resize_file(folder / name, kept);
        REFUSES(TokenFamily({folder, {}, {{"device", "cpu"}, {"threads", "1"}}}), name);
      }
    }
    for (const fs::path& file : {m_gpt, m_vq}) {
      const auto size = fs::file_size(file);
      fs::resize_file(file, size - 4);
      const std::string name = file.filename().string();
      REFUSES(TokenFamily({named(m_gpt, m_vq), {}, kSizes}), name.c_str());
      save(smallClasses());
      saveVq(50);
    }
  }

  void featuresAreChecked() {
    const auto family = openLlamaGen();
    const KnobValues knobs = completeKnobs(family->info().knobs, {});
    const Arrays expected = readArrays(llamaGenData("expected.safetensors"));
    Input input;
    REFUSES(family->begin(knobs, input), "usage:", "no text encoder", "--text-features");
    input.label = 1;
    REFUSES(family->begin(knobs, input), "usage:", "not a class");
    input.label.reset();
    const Array& features = expected.at("caption_features");
    const auto given = [&](const Array& array, std::optional<Array> mask = {}) {
      input.arrays = {{"caption_features", array}};
      if (mask) input.arrays["mask"] = *mask;
      return refusal([&] { family->begin(knobs, input); });
    };
    QCOMPARE(given(features), QString("accepted"));
    for (const float bad : {std::nanf(""), std::numeric_limits<float>::infinity()}) {
      Array broken = features;
      std::get<std::vector<float>>(broken.values)[77] = bad;
      QVERIFY2(given(broken).contains("finite"), qPrintable(given(broken)));
    }
    Array shorter = features;
    shorter.shape = {1, 60, 80};
    QVERIFY2(given(shorter).contains("[1, 60, 80]") && given(shorter).contains("[1, 120, 40]"),
             qPrintable(given(shorter)));
    const auto mask = [](int zeros, int rows) {
      std::vector<std::int64_t> values(rows, 1);
      std::fill_n(values.begin(), zeros, 0);
      return Array{{1, rows}, values};
    };
    QCOMPARE(given(features, mask(100, 120)), QString("accepted"));
    QCOMPARE(given(features, mask(0, 120)), QString("accepted"));
    Array right = mask(100, 120);
    std::ranges::reverse(std::get<std::vector<std::int64_t>>(right.values));
    for (const Array& wrong : {right, mask(120, 120)}) {
      QVERIFY2(given(features, wrong).contains("padding on the left"), qPrintable(given(features, wrong)));
    }
    QVERIFY2(given(features, mask(1, 100)).contains("[1, 100]"), qPrintable(given(features, mask(1, 100))));
  }

  void requestsAreChecked() {
    const auto family = open(m_folder, kSizes);
    const KnobValues knobs = completeKnobs(family->info().knobs, {});
    Input input;
    for (const int count : {0, -3}) {
      input.count = count;
      REFUSES(family->begin(knobs, input), "usage:", "count");
    }
    input.count = std::numeric_limits<int>::max();
    REFUSES(family->begin(knobs, input), "memory", "2147483647", "Lower count");
    input.count = 1;
    input.prompt = "a red dot";
    REFUSES(family->begin(knobs, input), "usage:", "not a prompt", "--label");
    input.prompt.clear();
    for (const std::int64_t label : {3, -2, 1 << 20}) {
      input.label = label;
      REFUSES(family->begin(knobs, input), "usage:", "0 to 2");
    }
    input.arrays["caption_features"] = {{1, 1, 4}, std::vector<float>(4)};
    REFUSES(family->begin(knobs, input), "usage:", "caption_features", "classes, not text");
    input = {};
    QCOMPARE(refusal([&] { family->begin(knobs, input); }), QString("accepted"));  // null class
  }

 private:
  static fs::path named(const fs::path& gpt, const fs::path& vq) {
    return "gpt=" + gpt.string() + ",vq=" + vq.string();
  }

  static bool t2iRecognises(const fs::path& path) {
    const auto& list = families();
    const auto found = std::ranges::find(list, "t2i", &FamilyEntry::name);
    return found->recognises({path, {}, {}});
  }

  static NamedTensors gptTensors(const GptConfig& config) {
    Gpt gpt = randomGpt(config, 1);
    return tensorsOf(gpt.walk());
  }
  void save(const GptConfig& config) { saveTensors(m_gpt, gptTensors(config)); }
  void saveVq(int codebook) {
    VqModel vq = createVq(smallVq(codebook, 2));
    saveTensors(m_vq, tensorsOf(vq.walk()), {{"norm_groups", "2"}});
  }

  void damage(const NamedTensors& whole, std::size_t i, const fs::path& file,
              const std::map<std::string, std::string>& metadata) {
    const std::string& name = whole[i].first;
    NamedTensors tensors = whole;
    tensors.erase(tensors.begin() + static_cast<std::ptrdiff_t>(i));
    saveTensors(file, tensors, metadata);
    // Levels of the VQ are counted: without one the others do not fit.
    const bool counted = name.ends_with(".res.0.conv1.weight");
    const QString missing = refusal([&] { TokenFamily({m_folder, {}, kSizes}); });
    QVERIFY2(missing.contains(counted ? " | " : name.c_str()), qPrintable(missing));
    tensors = whole;
    std::vector<std::int64_t> shape = tensors[i].second.sizes().vec();
    shape.back() += 1;
    tensors[i].second = torch::zeros(shape);
    saveTensors(file, tensors, metadata);
    REFUSES(TokenFamily({m_folder, {}, kSizes}), " | ");
  }

  std::unique_ptr<QTemporaryDir> m_temporary;
  fs::path m_folder, m_gpt, m_vq;
};

QTEST_GUILESS_MAIN(LoadTest)
#include "load_test.moc"
