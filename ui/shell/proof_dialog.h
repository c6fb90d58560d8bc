// What came out of computing a stored run again: the verdict, both pictures and where they differ,
// and a table of what differs.
#pragma once

#include <QWidget>

#include "engine/export/verification.h"
#include "engine/record/compare_recipes.h"

namespace jacobiscope {

struct ProofReport {
  QString name;  // of the file
  StoredRun stored;
  std::optional<Image> again;  // what came out now
  Verification verification;
  std::vector<ComparedRow> outcome;  // the file against the run that was begun again
  std::vector<ComparedRow> fields;   // the file against what is set in the window
};

// Model, input and knobs as the window has them now, against those of the file; only what differs.
// `set` is a run as it would begin.
std::vector<ComparedRow> fieldRows(const Recipe& stored, const RunRecord& set);
// What differs in the outcome, and in program and machine.
std::vector<ComparedRow> outcomeRows(const Recipe& stored, const RunRecord& again);

// Does not block the window; closed dialogs are gone.
void showProof(QWidget* parent, const ProofReport& report);

}  // namespace jacobiscope
