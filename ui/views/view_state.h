// What the views read and what they answer. The shell owns it; views are free functions
// that draw from it and append to `commands`.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/core/event.h"
#include "engine/record/recording.h"
#include "ui/views/compare_state.h"
#include "ui/views/schedule_forecast.h"

namespace jacobiscope {

struct Theme {
  bool dark = true;
  float scale = 1.0f;     // device pixel ratio times the user's zoom
  float zoom = 1.0f;      // the user's; the stage keeps scale up to date from it
  bool cividis = false;   // else viridis
};

// How many tokens of how many differ from those of another run.
struct TokenDifference {
  std::int64_t differ = 0, of = 0;
  bool operator==(const TokenDifference&) const = default;
};

// A measured sequential run with which a parallel one of the same model, batch, guidance
// and device can be compared.
struct Baseline {
  int run = 0;
  double seconds = 0;  // of decoding: where a robot acts, of as many chunks as the run decoded
  std::int64_t calls = 0;
  std::optional<double> maxError;  // max |difference| of the image, same noise only
  std::optional<TokenDifference> tokens;  // the same of a token decoder
};

// Transport of the timeline: replays what was recorded, never computes.
struct Transport {
  bool playing = false;
  bool backward = false;
  double speed = 1.0;         // times the recorded pace shown at 10 sweeps a second
  double fraction = 0;        // of a sweep not yet shown
};

enum class Severity { Info, Warning, Problem };  // told by shape as well as colour

// Something that went wrong or that the user should know; never blocks the window.
struct Notice {
  std::string what;     // "load", "run", "analyse", "knob", "save"
  std::string message;  // one sentence
  std::string hint;     // what to change; may be empty
  Severity severity = Severity::Problem;
};

// What the next run of a robot would begin with, and whether the stage shows it.
struct BeforeRun {
  Family::Preview preview;
  Cursor cursor;       // where the eyes were when it was asked for
  bool shown = false;  // until they move on
};

// A thing on a robot's table, as a hand moved it.
struct MovedThing {
  int thing = -1;  // row of the layout
  float x = 0, y = 0;  // metres, from where it was
};

struct ViewState {
  const Recording* recording = nullptr;
  Cursor cursor;
  int picture = 0;  // of the batch: the one shown large
  int pinned = -1;  // position of the token that is looked at closely; -1: none
  Transport transport;
  Theme theme;

  std::optional<ModelInfo> model;   // the loaded one
  KnobValues knobs;                 // complete, what the next run or sweep will use
  std::string preset;               // name of the preset the schedule equals, or "custom"
  // IGM and CRM of the loaded model once calibrated, trials and costs once searched.
  std::optional<Analysis> analysis;
  ScheduleForecast forecast;         // of `knobs`, where costs were measured
  double searchBound = 0;            // of the search that was made last; 0: none
  std::optional<Progress> progress;  // of a load or analysis
  bool running = false, paused = false;
  bool canJudge = false;  // the true error of the run under the cursor can be measured now
  bool followHand = true;           // a slider moved after a run restarts it warm
  std::map<int, Baseline> baselines;  // by run
  std::optional<BeforeRun> before;    // of a robot that is loaded
  // Put down somewhere and not answered by the engine yet.
  std::optional<MovedThing> moved;
  bool ownLayout = false;  // what lies on the table was moved by hand

  std::vector<Notice> notices;      // oldest first; the views may remove what was dismissed

  // Which overlays are on.
  bool showResidual = true, showSegments = true, showError = false;
  bool showGhosts = true, showCamera = true;  // of a robot
  bool showFrontier = true;  // lines behind which all is settled, and all is exact
  bool mapOfError = false;   // the map shows the true error where it was measured
  bool editSchedule = false;  // rows of the map become lanes with handles
  bool showTrials = false;    // of a search, in the place of the curves

  CompareState compare;  // of the run under the cursor, A, with another one, B

  // Answers of the views, taken by the shell once a frame.
  std::vector<Command> commands;
  std::vector<std::pair<std::string, KnobValue>> knobEdits;  // the shell validates and sends
  bool wantsGenerate = false, wantsSave = false, wantsCopy = false;
  std::optional<MovedThing> wantsMove;
  bool wantsLayoutReset = false, wantsJudge = false, wantsSearch = false;

  // Whether the stage shows what the next run would begin with instead of a recording.
  bool beforeRun() const {
    const bool none = !recording || !recording->run(cursor.run);
    return before && !running && (none || (before->shown && before->cursor == cursor));
  }
};

}  // namespace jacobiscope
