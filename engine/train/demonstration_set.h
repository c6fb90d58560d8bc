// Demonstrations of the table top as what a policy is trained on: batches of observations with
// the action tokens that are to follow. Pictures stay bytes until a batch is made of them.
#pragma once

#include <array>
#include <compare>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <span>
#include <vector>

#include "engine/nn/torch.h"
#include "engine/t2i/tokenizer.h"
#include "engine/vla/action_codec.h"
#include "engine/vla/instruction_text.h"
#include "engine/vla/sim/demonstrations.h"

namespace jacobiscope {

// Files of `train data tabletop`. The first says what the action tokens mean, unless a policy
// does that has been trained before: more data (such as states that a policy has reached) leaves
// the statistics as they were.
struct DemonstrationFiles {
  std::vector<Demonstrations> parts;  // all with pictures of one size
  nlohmann::json config;  // {"norm_stats": {"tabletop": ...}}, as a model's config.json has it
};

// `statistics`: the norm_stats of a policy's config.json; null: the first file's. Throws Error
// naming the file that does not fit.
DemonstrationFiles readDemonstrationFiles(const std::vector<std::filesystem::path>& files,
                                          const nlohmann::json& statistics = {});

// Where a sample comes from, whatever else is read along with it.
struct SampleOrigin {
  std::int64_t part;  // of DemonstrationFiles
  std::int64_t seed;  // of the episode
  std::int64_t step;  // within the episode
  auto operator<=>(const SampleOrigin&) const = default;
};

struct DemonstrationBatch {
  Tensor pictures;        // [B, S, S, 3] uint8
  Tensor proprioception;  // [B, 7] float32, normalised to [-1, 1]
  InstructionBatch text;  // [B, L], padded on the left
  Tensor actions;         // [B, n, 7] float32 in metres and radians: of n steps from here on
  Tensor tokens;          // [B, 7 n] int64: the same as action tokens
  // Where things are seen (Demonstrations::places), and which two of them the instruction names:
  // the cube, and what it is put onto (-1: none).
  Tensor places;          // [B, kThings, 2] float32; undefined where the data does not say
  Tensor named;           // [B, 2] int64
};

// One sample a step. Its label is the expert's plan from there where the data holds plans, else
// what the expert did in steps t ... t + n - 1 of the episode. (The latter also makes up for noise
// that came in between; where another policy acts, as in aggregation, it goes nowhere: each
// action answers a state that the actions before it do not lead to.) Behind the episode's end
// the arm is to stay where it is, with the gripper as it was: the expert is done there, a chunk
// is carried out without looking, and an arm that repeated its last movement would take along
// what it has just put down. No chunk begins with such a rest, so nothing is learnt that could
// make the arm wait before it is done.
class DemonstrationSet {
 public:
  // `words` is V' of the policy (see action_codec.h), `chunk` is n. Throws Error for plans that
  // are shorter, for data that is too little to keep an episode apart, and for an instruction
  // without words.
  DemonstrationSet(DemonstrationFiles files, const Tokenizer& tokenizer, std::int64_t words,
                   int chunk);
  // Samples point into the parts: moving keeps them where they are, copying would not.
  DemonstrationSet(DemonstrationSet&&) = default;
  DemonstrationSet& operator=(DemonstrationSet&&) = default;

  // Samples to train on, and those of the episodes that are kept apart: a tenth of them, by
  // their seeds, so that an episode stays apart whatever else is read along with it.
  const std::vector<std::int64_t>& trained() const { return m_trained; }
  const std::vector<std::int64_t>& heldOut() const { return m_heldOut; }
  std::int64_t episodes() const { return m_episodes; }
  std::int64_t textLength(std::int64_t sample) const;  // in tokens
  const SampleOrigin& origin(std::int64_t sample) const { return m_samples[sample].origin; }

  // `asked`, where given, holds for each sample an instruction to take instead of its own, of
  // texts() of them, or -1. The actions then are no answer to it.
  DemonstrationBatch batch(std::span<const std::int64_t> samples,
                           std::span<const std::int64_t> asked = {}) const;
  bool hasPlaces() const { return m_places.defined(); }
  std::int64_t texts() const { return std::ssize(m_texts); }

  const ActionCodec& codec() const { return m_codec; }
  const ValueRanges& proprioceptionRanges() const { return m_poses; }
  int pictureSize() const { return m_pictureSize; }
  // "norm_stats" and "kinds", as a model's config.json has them.
  const nlohmann::json& config() const { return m_config; }

 private:
  struct Sample {
    const std::uint8_t* picture;  // [S, S, 3], in m_parts
    SampleOrigin origin;
    std::int64_t text;            // index into m_texts
    std::int64_t first, last;     // rows of the label's first action, and of what goes on
  };

  void addEpisode(std::int64_t index, std::int64_t episode, std::int64_t firstText);
  // `at` is the step's row in the part.
  void addStep(std::int64_t at, const SampleOrigin& origin, std::int64_t text,
               std::int64_t first, std::int64_t last);
  void makeTables();

  std::vector<Demonstrations> m_parts;
  nlohmann::json m_config;
  ActionCodec m_codec;
  ValueRanges m_poses;
  std::int64_t m_pad;
  int m_chunk, m_pictureSize;
  std::int64_t m_episodes = 0;
  std::vector<std::vector<std::int64_t>> m_texts;  // tokens
  std::vector<std::array<std::int64_t, 2>> m_named;  // of each text
  std::vector<Sample> m_samples;
  std::vector<std::int64_t> m_trained, m_heldOut;
  std::vector<float> m_actionValues, m_stateValues, m_placeValues;  // until they are tensors
  // Rows of an episode without plans are its steps and one of rest; else each step's plan.
  Tensor m_actions;  // [R, 7] float32
  Tensor m_tokens;   // [R, 7] int64
  Tensor m_states;   // [samples, 7] float32, normalised proprioception
  Tensor m_places;   // [samples, kThings, 2] float32; undefined where a part does not say
};

}  // namespace jacobiscope
