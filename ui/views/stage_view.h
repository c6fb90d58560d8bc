// The whole stage: pictures in the middle, sliders on the right, timeline and curves below.
#pragma once

#include <string>

#include "engine/record/run_digest.h"
#include "engine/record/token_timeline.h"
#include "ui/views/chunk_digest.h"
#include "ui/views/compare_view_state.h"
#include "ui/views/convergence_map.h"
#include "ui/views/knobs_view.h"
#include "ui/views/residual_field.h"
#include "ui/views/robot_layout.h"
#include "ui/views/scene_hand.h"
#include "ui/views/scene_renderer.h"
#include "ui/views/texture_cache.h"
#include "ui/views/token_digest.h"

namespace jacobiscope {

// The scene of a robot and what is looked at in it.
struct RobotViewState {
  SceneRenderer renderer;
  SceneHand hand;
  int step = -1;      // marked action step of the chunk; -1: none
  int hovered = -1;   // iteration under the pointer in the legend; -1: none
  RobotRegions regions;  // of the last frame, in device pixels
  SceneView view;        // likewise
};

// What the views keep between frames. The textures need a current OpenGL context when
// they are deleted: call clear() before it goes away.
struct StageViewState {
  TextureCache textures;
  ConvergenceMapState map;
  RunDigest digest;       // of the run under the cursor
  ResidualField residual;  // at the cursor
  int residualRun = 0;
  TokenTimeline timeline;  // of a run of tokens, else empty
  TokenField tokens;       // at the cursor
  Rect tokenGrid;          // where it lay in the last frame, in device pixels
  Rect tokenPicture;       // the picture whose tokens answered to the pointer in that frame
  int revealed = -1;       // the pinned token whose details were scrolled to
  ActionTimeline actions;  // of a run that moves a robot, else empty
  ChunkField chunk;        // at the cursor
  RobotViewState robot;
  CompareViewState compare;
  ErrorTimeline errors;    // of the run under the cursor, as far as it was judged
  TypedText typed;

  void clear() {
    textures.clear();
    map.texture.clear();
    map.errors.clear();
    robot.renderer.clear();
    compare.clear();
  }
};

// "sample at block 3, iteration 6 of 10". Pure.
std::string sampleCaption(const RunRecord& run, const RunDigest& digest, std::int64_t sweep,
                          std::int64_t pictured);

// The sequential run whose pictures can be compared with those of `run`: of the same noise
// and class, not only of the same model. nullptr: there is none. Pure.
const RunRecord* sequentialOf(const ViewState& state, int run);

// Draws everything into the present ImGui frame; answers are appended to `state`.
void drawStage(ViewState& state, const Look& look, StageViewState& views);

}  // namespace jacobiscope
