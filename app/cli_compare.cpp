// jacobiscope-cli compare: two runs, or two moments of them, or two saved pictures.
#include <algorithm>
#include <iostream>

#include "app/compare_sides.h"
#include "app/output_file.h"
#include "app/sub_command.h"
#include "engine/checkpoint/atomic_file.h"
#include "engine/core/error.h"
#include "engine/core/scales.h"
#include "engine/core/suggestion.h"
#include "engine/picture/picture_file.h"
#include "engine/record/compare_tokens.h"

namespace jacobiscope {

namespace {

struct Findings {
  PictureValues a, b;
  bool ofResults = false;
  std::optional<PictureErrors> errors;
  std::string whyNot;  // there are no errors
  std::optional<TokenComparison> tokens;
  std::optional<ActionComparison> actions;
  std::vector<double> carriedOut;  // millimetres between the tools
  std::vector<ComparedRow> rows;
};

Alignment alignmentOf(const Arguments& arguments) {
  const std::string wanted = arguments.textOr("--align", alignmentNames().front().key);
  std::vector<std::string> keys;
  for (const AlignmentName& name : alignmentNames()) {
    if (name.key == wanted) return name.alignment;
    keys.push_back(name.key);
  }
  throw UsageError("--align does not know " + wanted + ".", suggestion(wanted, keys));
}

std::string sizeText(const PictureValues& of) {
  return std::to_string(of.width) + " x " + std::to_string(of.height);
}

void comparePictures(Findings& found, const CompareInput& a, const CompareInput& b) {
  if (a.isResult && b.isResult && a.run->start.input.count == 1) {
    found.a = valuesOf(a.run->finished->result, 0);
    found.b = valuesOf(b.run->finished->result, 0);
    found.ofResults = !found.a.empty() && found.a.sameShape(found.b);
  }
  if (!found.ofResults) {
    found.a = a.image ? valuesOf(*a.image) : PictureValues();
    found.b = b.image ? valuesOf(*b.image) : PictureValues();
  }
  found.errors = pictureErrors(found.a, found.b);
  if (found.errors) return;
  for (const CompareInput* side : {&a, &b})
    if (!side->image) found.whyNot = "There is no picture in " + side->name + " up to there.";
  if (found.whyNot.empty())
    found.whyNot = "The pictures are of different size, " + sizeText(found.a) + " and " +
                   sizeText(found.b) + ".";
}

Findings findingsOf(const CompareInput& a, const CompareInput& b) {
  Findings found;
  comparePictures(found, a, b);
  if (a.table && b.table) found.rows = comparedRows(*a.table, *b.table);
  if (!a.run || !b.run) return found;
  found.tokens = compareTokens(tokensStanding(*a.run, a.sweep), tokensStanding(*b.run, b.sweep));
  found.actions = compareActions(a.run->start.model, chunkStanding(*a.run, a.sweep),
                                 b.run->start.model, chunkStanding(*b.run, b.sweep));
  if (found.actions)
    found.carriedOut =
        pathDistances(pathCarriedOut(*a.run, a.sweep), pathCarriedOut(*b.run, b.sweep));
  return found;
}

Json sideJson(const CompareInput& side) {
  Json object = {{"name", side.name}};
  if (side.run) object["sweep"] = side.sweep + 1;
  return object;
}

Json tokensJson(const TokenComparison& tokens) {
  Json object = {{"equal", tokens.equal}, {"different", tokens.different},
                 {"one_sided", tokens.oneSided}, {"first_different", nullptr}};
  if (tokens.first >= 0) object["first_different"] = tokens.first;
  return object;
}

Json reportJson(const CompareInput& a, const CompareInput& b, const Findings& found, bool all) {
  Json report = {{"a", sideJson(a)}, {"b", sideJson(b)}, {"errors", nullptr}};
  if (const auto& e = found.errors) {
    report["of"] = found.ofResults ? "results" : "pictures";
    report["errors"] = {{"max", e->largest}, {"mae", e->mean}, {"rmse", e->rootMeanSquare},
                        {"psnr", e->peakRatio}, {"ssim", e->similarity}, {"range", e->range},
                        {"equal", e->largest == 0}};
  } else {
    report["why"] = found.whyNot;
  }
  if (found.tokens) report["tokens"] = tokensJson(*found.tokens);
  if (found.actions) {
    report["actions"] = {{"tokens", tokensJson(found.actions->tokens)},
                         {"differences", found.actions->values},
                         {"chunk_mm", found.actions->millimetres},
                         {"carried_out_mm", found.carriedOut}};
  }
  report["differences"] = Json::array();
  for (const ComparedRow& row : found.rows)
    if (row.differs || all)
      report["differences"].push_back({{"part", row.outcome ? "outcome" : "recipe"},
                                       {"name", row.name}, {"a", row.a}, {"b", row.b},
                                       {"differs", row.differs}});
  return report;
}

std::string sideText(const CompareInput& side) {
  if (!side.run) return side.name;
  return side.name + " after sweep " + std::to_string(side.sweep + 1) + " of " +
         std::to_string(side.run->snapshots.size());
}

void printTokens(const TokenComparison& tokens, const std::string& what) {
  std::cout << tokens.different << " of " << tokens.equal + tokens.different << ' ' << what
            << " differ";
  if (tokens.first >= 0) std::cout << ", the first at position " << tokens.first;
  if (tokens.oneSided > 0) std::cout << "; " << tokens.oneSided << " stand on one side only";
  std::cout << '\n';
}

void printRows(const std::vector<ComparedRow>& rows, bool all) {
  std::vector<ComparedRow> shown{{false, "", "A", "B", true}};
  std::ranges::copy_if(rows, std::back_inserter(shown),
                       [all](const ComparedRow& row) { return row.differs || all; });
  if (shown.size() == 1) {
    std::cout << "nothing differs in recipe and outcome\n";
    return;
  }
  // Wide enough for most; a longer text only moves what follows in its own line.
  std::size_t name = 0, a = 0;
  for (const ComparedRow& row : shown) {
    name = std::max(name, row.name.size() + 2);
    a = std::max(a, std::min<std::size_t>(row.a.size() + 2, 40));
  }
  for (const ComparedRow& row : shown)
    std::cout << cell(row.name, name) << cell(row.a, a) << row.b << '\n';
}

void printReport(const CompareInput& a, const CompareInput& b, const Findings& found, bool all) {
  std::cout << "A  " << sideText(a) << "\nB  " << sideText(b) << "\n\n";
  if (found.errors) {
    for (const ErrorText& error : errorTexts(*found.errors))
      std::cout << (error.name.starts_with("max") ? "max |d|  " : cell(error.name, 9))
                << error.value << (error.unit.empty() ? "" : " ") << error.unit << '\n';
    std::cout << (found.ofResults ? "between the results, float values from -1 to 1\n"
                                  : "between the pictures, 8 bits\n");
  }
  if (found.tokens) printTokens(*found.tokens, "tokens that both have");
  if (found.actions) {
    printTokens(found.actions->tokens, "action tokens");
    std::cout << "the chunks lead up to " << fixedText(farthest(found.actions->millimetres), 1)
              << " mm apart, the tools were up to " << fixedText(farthest(found.carriedOut), 1)
              << " mm apart\n";
  }
  if (found.rows.empty()) return;
  std::cout << '\n';
  printRows(found.rows, all);
}

void writeMap(const Findings& found, const std::string& file, const Arguments& arguments) {
  if (!found.errors) throw Error("There is no difference to draw: " + found.whyNot);
  const DifferenceColours colours{!arguments.has("--linear"), arguments.has("--cividis")};
  const std::string png = encodePng(differenceMap(found.a, found.b, colours), {});
  writeFileAtomically(file, {std::as_bytes(std::span(png))});
}

int run(const Arguments& arguments) {
  if (arguments.operands().size() != 2) {
    throw UsageError("Two things to compare were expected, " +
                         std::to_string(arguments.operands().size()) + " are given.",
                     "Two runs of one recording are FILE.jtrace#1 FILE.jtrace#2.");
  }
  const Alignment alignment = alignmentOf(arguments);
  const auto out = arguments.text("--out");
  if (out && extensionOf(*out) != ".png")
    throw UsageError("--out " + *out + " does not end in .png.", "The map is a picture.");
  if (out) checkOutput(*out);
  const SideName nameA = sideName(arguments.operands()[0]);
  const SideName nameB = sideName(arguments.operands()[1]);
  const CompareInput a = openSide(nameA);
  CompareInput b = openSide(nameB);
  if (nameA.sweep && !nameB.sweep && a.run && b.run)
    moveSide(b, alignedSweep(*a.run, a.sweep, *b.run, alignment));
  const Findings found = findingsOf(a, b);
  if (out) writeMap(found, *out, arguments);
  if (!found.errors) std::cerr << "warning: " << found.whyNot << " No errors can be computed.\n";
  const bool all = arguments.has("--all");
  if (arguments.has("--json")) printJson(reportJson(a, b, found, all));
  else printReport(a, b, found, all);
  return 0;
}

}  // namespace

SubCommand compareCommand() {
  return {"compare",
          "A B",
          "Two runs or saved pictures: five errors, and what differs in recipe and outcome; each "
          "is FILE.jtrace, FILE.jtrace#RUN, FILE.jtrace#RUN@SWEEP or FILE.png",
          {{"--align", "HOW",
            "where A's sweep is named and B's is not, B follows by stage (usual), iteration, calls "
            "or seconds"},
           {"--out", "FILE.png",
            "the difference map: the largest difference of a channel per pixel"},
           {"--linear", "", "its colours on a linear scale; usually logarithmic"},
           {"--cividis", "", "another colour map for it; usually viridis"},
           {"--all", "", "also what is equal in recipe and outcome"},
           {"--json", "", "one JSON object on stdout and nothing else there"}},
          run};
}

}  // namespace jacobiscope
