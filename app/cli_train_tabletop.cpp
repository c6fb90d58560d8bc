#include "app/cli_train_tabletop.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <iostream>
#include <set>
#include <vector>

#include "app/interrupt.h"
#include "app/progress.h"
#include "app/sub_command.h"
#include "app/train_options.h"
#include "engine/core/memory.h"
#include "engine/core/model_library.h"
#include "engine/core/suggestion.h"
#include "engine/vla/sim/skill_list.h"
#ifdef JACOBISCOPE_WITH_MUJOCO
#include "app/tabletop_actor.h"
#include "engine/vla/sim/world.h"
#endif

namespace jacobiscope {

namespace {

using Setting = std::pair<const char*, const char*>;

constexpr Setting kSettings[] = {
    {"episodes", "how many are tried; those that fail are left out (1000)"},
    {"seed", "of the data (1); evaluation never sees its scenes"},
    {"noise", "on what the expert does, as a share of a step's limit (0.2)"},
    {"plan", "steps that the expert goes on from each state undisturbed, 0 to 64 (8)"},
    {"kinds", "which tasks, as a list: touch,push-left,push-right,bowl,pad,stack (all)"},
    {"policy", "a model that acts instead, while the expert says what it would do; failed episodes "
               "are kept"},
    {"decoder", "how that model decodes, as in --decoders: student:jacobi:exit=2 (jacobi)"},
    {"mix", "the share of its chunks in which the expert acts all the same (0.3)"},
};

#ifdef JACOBISCOPE_WITH_MUJOCO

struct Wanted {
  std::int64_t episodes = 1000;
  std::uint64_t seed = 1;
  double noise = 0.2;
  int plan = 8;
  int size = kPictureSize;
  std::vector<TaskKind> kinds;
  ActingPolicy policy;
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
    for (const SkillGroup& group : parseSkills(value, "kinds")) {
      wanted.kinds.insert(wanted.kinds.end(), group.kinds.begin(), group.kinds.end());
    }
  } else if (key == "policy") {
    wanted.policy.model = resolveModel(value);
  } else if (key == "decoder") {
    wanted.policy.decoder = value;
  } else if (key == "mix") {
    wanted.policy.mix = parseShare(value, key);
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
  std::set<std::string> given;
  for (const std::string& setting : arguments.all("--set")) {
    const auto [key, value] = splitSetting(setting);
    apply(wanted, key, value);
    given.insert(key);
  }
  for (const char* key : {"decoder", "mix"}) {
    if (given.contains(key) && wanted.policy.model.empty()) {
      throw UsageError(std::string(key) + " is given, and no policy acts.",
                       "Name one: --set policy=FOLDER.");
    }
  }
  if (wanted.plan == 0 && !wanted.policy.model.empty()) {
    throw UsageError("plan=0 is given, and a policy acts.",
                     "What the expert would do next there is known from its plans only.");
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

// Pictures that outgrow their room are copied into a larger one: for as many as the rest of the
// episodes is expected to bring, by those so far.
void makeRoom(const Wanted& wanted, std::int64_t done, Demonstrations& data) {
  constexpr std::int64_t kUsualSteps = 25;
  const std::int64_t picture = std::int64_t{3} * wanted.size * wanted.size;
  const auto room = static_cast<std::int64_t>(data.pictures.capacity()) / picture;
  if (data.steps() + kLongestEpisode <= room) return;
  const std::int64_t mean = done > 0 ? data.steps() / done + 1 : kUsualSteps;
  const std::int64_t steps = std::max(data.steps() + (wanted.episodes - done) * mean +
                                          kLongestEpisode,
                                      room + room / 4);
  constexpr std::int64_t kNumbers = kActionSize + kProprioceptionSize + 2 * kThings;
  requireMemory(steps * (picture + 4 * (kNumbers + kActionSize * wanted.plan)),
                std::to_string(wanted.episodes) + " episodes",
                "Lower episodes (--set episodes=) or --size.");
  data.pictures.reserve(static_cast<std::size_t>(steps * picture));
}

Tally record(const Wanted& wanted, bool quiet, Demonstrations& data) {
  data.planLength = wanted.plan;
  World world;
  Camera camera(wanted.size, wanted.size);
  TabletopActor actor(wanted.policy, wanted.noise, wanted.size);
  const bool policyActs = !wanted.policy.model.empty();
  ProgressLine line("recording", quiet);
  Tally tally;
  for (std::int64_t e = 0; e < wanted.episodes; ++e) {
    throwIfInterrupted();
    const std::uint64_t seed = episodeSeed(wanted.seed, static_cast<std::uint64_t>(e));
    const Task task = randomTask(seed, wanted.kinds);
    const auto kind = static_cast<std::size_t>(task.kind);
    ++tally.tried[kind];
    makeRoom(wanted, e, data);
    tally.done[kind] += recordEpisode(world, camera, task, seed, actor.episode(seed),
                                      policyActs ? KeepEpisodes::All : KeepEpisodes::Successful,
                                      data)
                            .success;
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
               {"policy", wanted.policy.model.string()},
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
