// What the parts of a figure share.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "engine/export/figure.h"
#include "engine/record/map_pixels.h"
#include "engine/record/residual_curves.h"

namespace jacobiscope {

// On white paper.
struct FigureInk {
  static constexpr Rgba text = rgba(0x1b, 0x1e, 0x25), muted = rgba(0x4d, 0x55, 0x63);
  static constexpr Rgba grid = rgba(0xdf, 0xe2, 0xe8), well = rgba(0xf1, 0xf2, 0xf5);
  static constexpr Rgba neutral = rgba(0x9a, 0xa5, 0xbb), problem = rgba(0xc8, 0x32, 0x2a);
  static constexpr Rgba paper = rgba(255, 255, 255);
  static constexpr Rgba exact = rgba(0xd6, 0x2f, 0x6f);
};

inline constexpr double kSmallText = 7.5, kHeadText = 8.5;

struct FigureDrawing {
  const RunRecord& run;
  FigureOptions options;
  RunDigest digest;
  TokenTimeline tokens;
  ActionTimeline actions;
  std::vector<std::string> rows;  // of the map
  Drawing drawing;
  ErrorTimeline errors{};  // as far as the run was judged

  bool ofTokens() const { return tokens.rows() > 0; }
  bool ofActions() const { return actions.rows() > 0; }
  std::int64_t sweeps() const { return digest.size(); }

  void fill(const Box& box, Rgba colour) { drawing.shapes.emplace_back(FilledBox{box, colour}); }
  void line(std::vector<Point> points, double width, Rgba colour) {
    drawing.shapes.emplace_back(Line{std::move(points), width, colour});
  }
  void dashed(std::vector<Point> points, double width, Rgba colour) {
    drawing.shapes.emplace_back(Line{std::move(points), width, colour, 2.2});
  }
  void words(Words words) { drawing.shapes.emplace_back(std::move(words)); }
  // In the muted ink.
  void label(Point at, const std::string& text, Anchor anchor) {
    words({at, text, kSmallText, anchor, FigureInk::muted});
  }
};

// How far the head of the map stands above it: between them a robot's episodes show how they ended.
inline double headHeight(const FigureDrawing& f) { return f.ofActions() ? 14 : 7; }

// The bold line above a plot, its base line that high.
void drawPlotHead(FigureDrawing& f, const Box& area, const std::string& text,
                  double height = 7);
// A left and a lower edge, with the name of what runs along the lower one.
void drawEdges(FigureDrawing& f, const Box& area, const std::string& across);
// The name of what runs upwards, left of the numbers.
void drawUpwards(FigureDrawing& f, const Box& area, const std::string& name);
// Round numbers below the plot; `x` says where a number lies.
void drawTicksBelow(FigureDrawing& f, const Box& area, double low, double high,
                    const std::function<double(double)>& x);
// A tick (settled), a bar (capped), a cross (diverged); nothing for the other verdicts.
void drawVerdictMark(FigureDrawing& f, Point centre, double half, Verdict verdict, Rgba colour);

// What is decoded so far, in lines that stand above the plots.
std::vector<std::string> figureCaption(const RunRecord& run, double width);

// `right` is where colour bars and legends end.
void drawMap(FigureDrawing& f, const Box& area, double right);
void drawCurves(FigureDrawing& f, const Box& area, double right);
void drawSettledBars(FigureDrawing& f, const Box& area, double right);

}  // namespace jacobiscope
