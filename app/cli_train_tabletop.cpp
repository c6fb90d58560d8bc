#include "app/cli_train_tabletop.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iostream>
#include <vector>

#include "app/interrupt.h"
#include "app/progress.h"
#include "app/sub_command.h"
#include "app/train_options.h"
#include "engine/core/memory.h"
#include "engine/core/suggestion.h"
#include "engine/vla/sim/task.h"
#ifdef JACOBISCOPE_WITH_MUJOCO
#include "engine/vla/sim/record_episode.h"
#include "engine/vla/sim/world.h"
#endif

namespace jacobiscope {

namespace {

using Setting = std::pair<const char*, const char*>;

constexpr Setting kSettings[] = {
    {"episodes", "how many are tried; those that fail are left out (1000)"},
    {"seed", "of the data (1); evaluation never sees its scenes"},
    {"noise", "on what the arm does, as a share of a step's limit (0.2)"},
    {"plan", "steps that the expert goes on from each state undisturbed, 0 to 64 (8)"},
    {"kinds", "which tasks, as a list: touch,push-left,push-right,bowl,pad,stack (all)"},
};

#ifdef JACOBISCOPE_WITH_MUJOCO

struct Wanted {
  std::int64_t episodes = 1000;
  std::uint64_t seed = 1;
  double noise = 0.2;
  int plan = 8;
  int size = kPictureSize;
  std::vector<TaskKind> kinds;
  std::string out;
};

double parseShare(const std::string& text, const std::string& key) {
  double value = 0;
  const auto [end, failure] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (failure != std::errc() || end != text.data() + text.size() || !(value >= 0 && value <= 1)) {
    throw UsageError(key + "=" + text + " is no number in 0...1.");
  }
  return value;
}

std::vector<TaskKind> parseKinds(const std::string& list) {
  std::vector<TaskKind> kinds;
  for (std::size_t begin = 0; begin <= list.size();) {
    const std::size_t end = std::min(list.find(',', begin), list.size());
    const std::string name = list.substr(begin, end - begin);
    const auto at = std::find(kTaskKindNames.begin(), kTaskKindNames.end(), name);
    if (at == kTaskKindNames.end()) {
      throw UsageError("kinds=" + list + ": there is no task \"" + name + "\".",
                       suggestion(name, {kTaskKindNames.begin(), kTaskKindNames.end()}));
    }
    kinds.push_back(static_cast<TaskKind>(at - kTaskKindNames.begin()));
    begin = end + 1;
  }
  return kinds;
}

void apply(Wanted& wanted, const std::string& key, const std::string& value) {
  if (key == "episodes") {
    wanted.episodes = parseInteger(value, key, 1, 10'000'000);
  } else if (key == "seed") {
    wanted.seed = static_cast<std::uint64_t>(parseInteger(value, key, 1, (1LL << 31) - 1));
  } else if (key == "noise") {
    wanted.noise = parseShare(value, key);
  } else if (key == "plan") {
    wanted.plan = static_cast<int>(parseInteger(value, key, 0, 64));
  } else if (key == "kinds") {
    wanted.kinds = parseKinds(value);
  } else {
    std::vector<std::string> known;
    for (const Setting& setting : kSettings) known.emplace_back(setting.first);
    throw UsageError("train data tabletop has no setting \"" + key + "\".",
                     suggestion(key, known));
  }
}

Wanted wantedBy(const Arguments& arguments) {
  const std::string recipe = "data tabletop";
  for (const char* option : {"--data", "--resume", "--font", "--emoji-test"}) {
    refuseOption(arguments, option, recipe);
  }
  Wanted wanted;
  for (const std::string& setting : arguments.all("--set")) {
    const auto [key, value] = splitSetting(setting);
    apply(wanted, key, value);
  }
  wanted.size =
      static_cast<int>(arguments.integer("--size", 8, kLargestPicture).value_or(kPictureSize));
  wanted.out = trainOutput(arguments, recipe).string();
  return wanted;
}

// What came of the episodes of each kind.
struct Tally {
  std::array<std::int64_t, kTaskKinds> tried{}, done{};

  std::int64_t of(const std::array<std::int64_t, kTaskKinds>& counts) const {
    std::int64_t sum = 0;
    for (const std::int64_t count : counts) sum += count;
    return sum;
  }
};

Tally record(const Wanted& wanted, bool quiet, Demonstrations& data) {
  // The average is ten to thirty, by kind and noise; but pictures that outgrow their room are
  // copied into one twice as large.
  const std::int64_t most = wanted.episodes * kLongestEpisode;
  requireMemory(most * (std::int64_t{3} * wanted.size * wanted.size + 56 + 28 * wanted.plan),
                std::to_string(wanted.episodes) + " episodes",
                "Lower episodes (--set episodes=) or --size.");
  data.pictures.reserve(static_cast<std::size_t>(most * 3 * wanted.size * wanted.size));
  data.planLength = wanted.plan;
  World world;
  Camera camera(wanted.size, wanted.size);
  ProgressLine line("recording", quiet);
  Tally tally;
  for (std::int64_t e = 0; e < wanted.episodes; ++e) {
    throwIfInterrupted();
    const std::uint64_t seed = episodeSeed(wanted.seed, static_cast<std::uint64_t>(e));
    const Task task = randomTask(seed, wanted.kinds);
    const auto kind = static_cast<std::size_t>(task.kind);
    ++tally.tried[kind];
    tally.done[kind] += recordEpisode(world, camera, task, seed, wanted.noise, data).success;
    line.update(static_cast<double>(e + 1) / static_cast<double>(wanted.episodes),
                std::to_string(data.steps()) + " steps");
  }
  return tally;
}

void report(const Wanted& wanted, const Demonstrations& data, const Tally& tally, double seconds,
            bool json) {
  Json kinds = Json::object();
  for (std::size_t k = 0; k < kTaskKinds; ++k) {
    if (tally.tried[k] == 0) continue;
    kinds[std::string(kTaskKindNames[k])] = {{"tried", tally.tried[k]}, {"done", tally.done[k]}};
  }
  if (json) {
    printJson({{"episodes", data.episodes()},
               {"tried", tally.of(tally.tried)},
               {"steps", data.steps()},
               {"kinds", kinds},
               {"size", wanted.size},
               {"seconds", seconds},
               {"out", wanted.out}});
    return;
  }
  std::cout << wanted.out << ": " << data.episodes() << " episodes, " << data.steps()
            << " steps in " << durationText(seconds) << '\n';
  for (const auto& [name, counts] : kinds.items()) {
    std::cout << "  " << name << ": " << counts["done"] << " of " << counts["tried"]
              << " succeeded\n";
  }
}

#endif

}  // namespace

bool wantsTabletop(const Arguments& arguments) {
  return arguments.operands() == std::vector<std::string>{"data", "tabletop"};
}

int writeTabletop([[maybe_unused]] const Arguments& arguments) {
#ifdef JACOBISCOPE_WITH_MUJOCO
  const Wanted wanted = wantedBy(arguments);
  const bool json = arguments.has("--json");
  const auto begin = std::chrono::steady_clock::now();
  Demonstrations data;
  const Tally tally = record(wanted, json, data);
  throwIfInterrupted();
  writeDemonstrations(wanted.out, data, {wanted.seed, wanted.noise});
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - begin;
  report(wanted, data, tally, passed.count(), json);
  return 0;
#else
  throw Error("This build has no simulator, which train data tabletop needs.",
              "Install libmujoco-dev and libegl-dev, and build with -DJACOBISCOPE_MUJOCO=ON.");
#endif
}

std::string tabletopHelp() {
  std::string text = "data tabletop\n    What a scripted expert does with the robot: --out FILE.\n";
  for (const auto& [key, help] : kSettings) {
    text += std::string("    --set ") + key + ": " + help + '\n';
  }
  return text;
}

}  // namespace jacobiscope
