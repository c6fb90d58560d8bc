// The views of a run that moves a robot, put together: the scene with the tool's ways, what the
// policy sees and its action tokens over it, and on the right the numbers of the run.
#pragma once

#include "ui/views/stage_drawing.h"

namespace jacobiscope {

// Brings the chunk to the cursor.
void updateActions(StageViewState& views, const RunRecord* run, std::int64_t sweep);

// The middle of the stage, also before the first run.
void drawRobot(const StageDrawing& d, const Rect& area);

// Nothing for a run of another kind.
void drawRobotSide(const StageDrawing& d);

// How many iterations the colours span: those of the chunk, and while it is being decoded as
// many as the one before had, so that colours do not swim. Pure.
int iterationSpan(const ChunkField& field, const ActionTimeline& timeline);

}  // namespace jacobiscope
