#include "app/condition.h"

#include <algorithm>
#include <cctype>
#include <fstream>
#include <iterator>

#include "app/input_files.h"
#include "engine/core/error.h"

namespace jacobiscope {

namespace {

constexpr std::uintmax_t kMaxPromptBytes = std::uintmax_t{1} << 24;
constexpr std::size_t kLongestName = 40;

const std::vector<std::string>& ofText() {
  static const std::vector<std::string> options = {"--prompt", "--instruction", "--prompts",
                                                   "--text-features"};
  return options;
}

std::string textHint(const ModelInfo& model) {
  if (!model.prompted) return "Give --text-features FILE.safetensors.";
  const std::string option = model.action.empty() ? "--prompt" : "--instruction";
  if (model.prompts.empty()) return "Give " + option + " TEXT.";
  return "For example " + option + " \"" + model.prompts.front() + "\".";
}

void requireReaderOf(const std::string& option, const ModelInfo& model) {
  if (readsText(model)) return;
  const bool classes = !model.classes.empty();
  throw UsageError(option + " is given, and " + model.name +
                       (classes ? " reads a class, not text." : " reads no text."),
                   classes ? "Give --label instead." : "Leave out " + option + ".");
}

// What makes no sense for a robot, or only for one.
void requireUseOf(const Arguments& arguments, const ModelInfo& model) {
  if (model.action.empty()) {
    if (!arguments.has("--instruction")) return;
    throw UsageError("--instruction is given, and " + model.name + " moves no robot.",
                     readsText(model) ? "Give --prompt instead." : "Leave out --instruction.");
  }
  for (const char* option : {"--text-features", "--label", "--label-name", "--noise", "--image"}) {
    if (!arguments.has(option)) continue;
    throw UsageError(std::string(option) + " is given, and " + model.name + " moves a robot.",
                     "It takes --instruction TEXT and --seed N.");
  }
}

}  // namespace

std::vector<OptionSpec> conditionOptions() {
  return {{"--prompt", "TEXT", "what the picture is to show"},
          {"--instruction", "TEXT", "what the robot is to do; --prompt says the same"},
          {"--text-features", "FILE.safetensors",
           "tensor caption_features [1, L, C], perhaps mask [1, L], instead of a prompt"},
          {"--label", "N", "the class; without it the null class"},
          {"--label-name", "NAME", "the class by its name"}};
}

void checkCondition(const Arguments& arguments) {
  std::string first;
  for (const std::string& option : ofText()) {
    if (!arguments.has(option)) continue;
    if (!first.empty()) {
      throw UsageError(first + " and " + option + " are both given.",
                       "One of them says what is wanted.");
    }
    first = option;
  }
  for (const char* option : {"--label", "--label-name", "--noise", "--image"}) {
    if (!first.empty() && arguments.has(option)) {
      throw UsageError(first + " and " + option + " are both given.",
                       "A model reads text or classes; keep one of them.");
    }
  }
}

bool readsText(const ModelInfo& model) {
  // A model of tokens without its text encoder still reads features.
  return model.prompted || (model.vocabulary > 0 && model.classes.empty());
}

void readCondition(const Arguments& arguments, const ModelInfo& model, bool need, Input& input) {
  requireUseOf(arguments, model);
  for (const std::string& option : ofText()) {
    if (arguments.has(option)) requireReaderOf(option, model);
  }
  for (const char* option : {"--label", "--label-name"}) {
    if (arguments.has(option) && readsText(model)) {
      throw UsageError(std::string(option) + " is given, and " + model.name +
                           " reads text, not a class.",
                       textHint(model));
    }
  }
  if (const auto file = arguments.text("--text-features")) {
    for (auto& [name, array] : readTextFeatures(*file)) input.arrays[name] = std::move(array);
  } else if (const auto prompt = arguments.text("--prompt")) {
    input.prompt = *prompt;
  } else if (const auto instruction = arguments.text("--instruction")) {
    input.prompt = *instruction;
  } else if (need && readsText(model)) {
    const bool robot = !model.action.empty();
    throw UsageError(model.name + " reads text, and nothing says what " +
                         (robot ? "the robot is to do." : "the picture is to show."),
                     textHint(model));
  }
  input.label = labelOf(model, arguments.text("--label"), arguments.text("--label-name"));
}

std::vector<std::string> readPrompts(const std::filesystem::path& file) {
  std::error_code error;
  std::ifstream in(file, std::ios::binary);
  if (!in || !std::filesystem::is_regular_file(file, error)) {
    throw Error("The prompts " + file.string() + " cannot be opened.", "Check --prompts.");
  }
  if (std::filesystem::file_size(file, error) > kMaxPromptBytes) {
    throw Error("The prompts " + file.string() + " are larger than 16 MiB.");
  }
  constexpr const char* kBlanks = " \t\r\f\v";
  std::vector<std::string> prompts;
  for (std::string line; std::getline(in, line);) {
    if (prompts.empty() && line.starts_with("\xEF\xBB\xBF")) line.erase(0, 3);
    const std::size_t begin = line.find_first_not_of(kBlanks);
    if (begin == std::string::npos) continue;
    prompts.push_back(line.substr(begin, line.find_last_not_of(kBlanks) + 1 - begin));
  }
  if (prompts.empty()) {
    throw Error("There is no prompt in " + file.string() + ".", "One per line was expected.");
  }
  return prompts;
}

std::string pictureName(const std::string& prompt, std::size_t number, std::size_t count) {
  std::string digits = std::to_string(number);
  const std::size_t width = std::max<std::size_t>(3, std::to_string(count).size());
  digits.insert(0, width - std::min(width, digits.size()), '0');
  std::string words;
  for (const char c : prompt) {
    if (std::isalnum(static_cast<unsigned char>(c)) != 0) {
      words += static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
    } else if (!words.empty() && words.back() != '-') {
      words += '-';
    }
  }
  // A long name ends at a word where it can.
  if (words.size() > kLongestName) {
    const std::size_t cut = words.rfind('-', kLongestName);
    words.resize(cut == std::string::npos || cut == 0 ? kLongestName : cut);
  }
  while (words.ends_with('-')) words.pop_back();
  return digits + (words.empty() ? "" : "-" + words) + ".png";
}

}  // namespace jacobiscope
