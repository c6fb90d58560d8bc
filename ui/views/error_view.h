// How far positions are from what the sequential decode of the same input gives, as it was
// measured at the cursor.
#pragma once

#include <string>
#include <vector>

#include "ui/views/residual_field.h"
#include "ui/views/stage_drawing.h"

namespace jacobiscope {

// The errors after a sweep in the form of residuals, so that both are drawn alike: `change` holds
// them (NaN: not measured), `frontier` is the exact prefix. Pure.
ResidualField errorFieldAt(const RunRecord& run, std::int64_t sweep);

// "true error 2e-4, 5.3 × its last change", "exact"; empty where it was not measured. Pure.
std::string errorOfPosition(float error, float change);

// What a cell of their heat says; `residual` of the same moment, or nullptr. Pure.
std::string errorCellText(const ResidualField& errors, const ResidualField* residual,
                          const ModelInfo& model, int cell);

// Which positions differ after a sweep; empty where it was not measured. Pure.
std::vector<bool> differingAt(const RunRecord& run, std::int64_t sweep);

// Why token decoders of this kind are not compared token by token; empty where they are. Pure.
std::string agreementNote(const RunRecord& run, std::int64_t sweep);

// The heat of the true errors beside that of the residuals.
void drawTrueError(const StageDrawing& d, const Rect& tile);

// A button that measures them, or how far that is.
void drawJudgeButton(const StageDrawing& d);

}  // namespace jacobiscope
