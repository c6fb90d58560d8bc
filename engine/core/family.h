// The two interfaces a decoder family implements. Everything else (pace, pause, step,
// cancel, clocks, recording) is in Session, once.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/knob.h"
#include "engine/core/panel.h"
#include "engine/core/schedule_cost.h"
#include "engine/core/sweep.h"

namespace jacobiscope {

// What the user asks for.
struct Input {
  std::uint64_t seed = 0;
  int count = 1;                      // pictures in the batch; episodes of a robot, one by one
  std::string prompt;                 // families that read text
  std::optional<std::int64_t> label;  // class-conditional models; absent: null class
  Arrays arrays;                      // "noise" [B, N, D], "labels" [B], "image" [B, C, H, W];
                                      // "layout" [things, 3]: x, y (metres) and yaw (radians) of
                                      // what lies on a robot's table, of the first episode
  std::string picture;                // file name of "image", for people; empty: not a file's
};

// The pictures a model makes and reads; a width of 0: none.
struct PictureShape {
  int channels = 3;
  int height = 0;
  int width = 0;
};

// One of the numbers that an action of a robot consists of.
struct ActionDimension {
  std::string name;  // "x", "yaw", "gripper"
  std::string unit;  // "mm", "°", ""
  double perBin = 0;  // of neighbouring action tokens, in that unit
  bool operator==(const ActionDimension&) const = default;
};

// A named set of knob values: a published schedule, automatic, sequential.
struct Preset {
  std::string name;    // "[7-8-32-10]"
  std::string origin;  // "GS-Jacobi paper, AFHQ 256" or "this model, IGM and CRM"
  KnobValues knobs;
};

struct ModelInfo {
  std::string family;   // "tarflow"
  std::string name;     // "emoji-flow"
  std::string title;    // "TarFlow 4-192-6-2, 32x32"
  std::string path;     // where it was loaded from
  std::string hash;     // of the weights
  std::string device;   // "CPU", "CUDA: ..."
  std::string dtype;    // "float32"
  int threads = 0;      // of the CPU
  std::int64_t parameters = 0;
  std::vector<std::string> stages;   // in decode order
  int positions = 0;                 // per stage
  int gridRows = 0, gridColumns = 0;  // how positions lie in the picture; 0: they do not
  // Per stage: position 0 is the last cell of the grid and positions run backwards, as in
  // every other block of a flow. Empty: no stage does.
  std::vector<bool> reversed;
  PictureShape picture;              // what it reads as the input "image"
  std::vector<std::string> classes;  // names; empty: the model has no classes
  int vocabulary = 0;      // tokens a position can hold; 0: positions hold vectors
  bool prompted = false;   // it reads Input::prompt
  std::vector<std::string> words;    // what a prompt may name; empty: not known
  std::vector<std::string> prompts;  // examples, the first is a good default
  std::vector<ActionDimension> action;  // D of them; empty: it moves no robot
  int chunk = 0;                        // action steps of a stage: positions = chunk * D
  double stepSeconds = 0;               // of simulated time that an action step takes
  std::vector<std::string> notes;    // what was assumed or found missing
  std::vector<Knob> knobs;
  std::vector<Preset> presets;
};

// A column of numbers per stage, in decode order: IGM, CRM.
struct StageColumn {
  std::string name, unit, help;
  std::vector<double> values;
};

// A schedule that a search tried. Seconds are of decoding the search's batch.
struct ScheduleTrial {
  std::string name;                      // "window 16 · block 7 sequential"
  KnobValues knobs;                      // what sets it
  std::optional<double> predictedSeconds;  // from measured times of passes
  std::optional<double> seconds;           // measured, median
  std::optional<double> error;  // max |dx| of the result from the sequential one, measured
  std::optional<std::int64_t> calls;
};

// What an analysis found.
struct Analysis {
  std::string name;  // "calibrate"
  std::string origin;  // "1,000 images of FILE", "16 samples of this model"
  std::vector<StageColumn> columns;
  std::vector<Preset> presets;  // what follows from it
  std::vector<ScheduleTrial> trials;  // of a search, in the order in which they were tried
  ScheduleCosts costs;                // of a search: estimate() tells other schedules from it
};

// Everything long is a task with step(); the engine thread runs one step at a time.
class LongTask {
 public:
  virtual ~LongTask() = default;
  // True while there is more to do.
  virtual bool step() = 0;
  virtual double progress() const = 0;  // 0 to 1
};

class AnalysisTask : public LongTask {
 public:
  // What was found; before step() returned false: what is known so far.
  virtual Analysis result() const = 0;
  // Whether result() says more than when this was last asked: it is told then, now and again.
  virtual bool takeNews() { return false; }
};

enum class KnobEffect {
  None,          // nothing computed so far changes
  StageRestarts  // the running stage began again, for example because a cache was missing
};

// A decode in progress. Created, used and destroyed on the engine thread.
class Decoder {
 public:
  // Opaque state at a stage boundary, where every cache is empty.
  struct State {
    virtual ~State() = default;
    // About how much memory it takes, without what states of other boundaries share.
    virtual std::size_t bytes() const { return 0; }
  };

  virtual ~Decoder() = default;

  // The windows known beforehand; may change with the knobs.
  virtual Plan plan() const = 0;
  // One parallel pass; nothing when done. The last sweep of a stage must be recognisable
  // by endsStage(); index and seconds are filled in by the session.
  virtual std::optional<Sweep> sweep() = 0;
  // Pictures of the present. Never changes the result.
  virtual std::vector<Panel> panels() const = 0;
  // Whether panelsAfter() gives the pictures of earlier sweeps: then a run at full speed need
  // not stop for them.
  virtual bool keepsPast() const { return false; }
  // What panels() gave or would have given after an earlier sweep of this decoder, told by its
  // stage and iteration. Empty: that one is not kept.
  virtual std::vector<Panel> panelsAfter(const Sweep& sweep) const { return {}; }
  // Between sweeps only; `values` is complete. Values that do not fit together: UsageError,
  // with nothing changed; the run goes on with the old ones.
  virtual KnobEffect setKnobs(const KnobValues& values) = 0;
  // What came out, after the last sweep: "image" [B, C, H, W], ...
  virtual Arrays result() const = 0;
  // Where the running stage stands, between stages the one that just ended, of the first picture
  // of a batch, by its positions: values [N, D] float, or tokens [N] int64, -1 where there is
  // none yet. Empty: it cannot say.
  virtual Array iterate() const { return {}; }
  // The state at the last stage boundary, and back to it (also from another decoder of
  // the same model and input). Replaying the same sweeps from it is bit-equal.
  virtual std::shared_ptr<const State> state() const = 0;
  virtual void restore(const State& state) = 0;
};

// A loaded model of one family.
class Family {
 public:
  virtual ~Family() = default;

  virtual const ModelInfo& info() const = 0;
  // `knobs` is complete. `previous`, when given, is a decoder of this model whose solutions
  // may serve as initial guess (warm start); the fixed point is the same. It has finished,
  // or was stopped after it had itself begun from such a decoder: then the stages it did
  // not reach must still hold the older solutions.
  virtual std::unique_ptr<Decoder> begin(const KnobValues& knobs, const Input& input,
                                         std::unique_ptr<Decoder> previous = nullptr) = 0;
  // What the input would begin with, before anything is decoded ("scene" and "camera" of a
  // robot), and what it means in full (its "layout"). Empty: there is nothing to be seen.
  // Throws UsageError for an input that cannot be, such as a thing off the table.
  struct Preview {
    std::vector<Panel> panels;
    Arrays arrays;
    std::string note;  // what the user should know: words that mean nothing to the model
  };
  virtual Preview preview(const Input& input) { return {}; }
  // Analyses by name ("calibrate"); nullptr where the family has none of that name.
  // `input.arrays` may hold "image" [B, C, H, W] and "labels" [B].
  // "search" finds the fastest schedule for `input.count` pictures and the guidance of `knobs`
  // whose result differs from the sequential one by at most `input.arrays["search.error"]` [1]
  // (max |dx|; 1e-3 where absent).
  virtual std::unique_ptr<AnalysisTask> analyse(const std::string& name, const KnobValues& knobs,
                                                const Input& input) {
    return nullptr;
  }
};

struct LoadRequest {
  std::filesystem::path path;     // checkpoint file or folder
  std::string config;             // JSON text of --config, or empty
  std::map<std::string, std::string> options;  // "device", "dtype", "threads", config keys
};

// One line of the registration list.
struct FamilyEntry {
  std::string name;  // "tarflow"
  // Whether the file looks like this family's; must not throw for foreign files.
  std::function<bool(const LoadRequest&)> recognises;
  // Throws Error naming what is wrong.
  std::function<std::unique_ptr<Family>(const LoadRequest&)> load;
};

// The registration list (engine/families.cpp).
const std::vector<FamilyEntry>& families();

// Loads with the first family that recognises the file; Error otherwise.
std::unique_ptr<Family> loadModel(const std::vector<FamilyEntry>& families,
                                  const LoadRequest& request);

}  // namespace jacobiscope
