// A figure as plain values: the shapes and words that an SVG and a PDF both show. Lengths are
// points (1/72 inch), y grows downwards; what comes later lies on top.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "engine/core/colormap.h"

namespace jacobiscope {

struct Point {
  double x = 0, y = 0;
};

struct Box {
  double left = 0, top = 0, right = 0, bottom = 0;
  double width() const { return right - left; }
  double height() const { return bottom - top; }
};

struct FilledBox {
  Box box;
  Rgba colour = 0;
};

// Colours evenly apart, the first at the lower edge.
struct GradientBox {
  Box box;
  std::vector<Rgba> colours;
};

struct Line {
  std::vector<Point> points;
  double width = 1;
  Rgba colour = 0;
  double dash = 0;  // length of dashes and gaps; 0: solid
};

struct Disc {
  Point centre;
  double radius = 1;
  Rgba colour = 0;
};

enum class Anchor { Start, Middle, End };

struct Words {
  Point at;  // of the anchor, on the base line
  std::string text;
  double size = 8;
  Anchor anchor = Anchor::Start;
  Rgba colour = 0;
  bool bold = false;
  bool upwards = false;     // turned by a quarter, read from below
  std::string raised = {};  // smaller and higher behind the text: an exponent
};

// Size of what is raised, and how far, in sizes of the text.
inline constexpr double kRaisedSize = 0.72, kRaisedBy = 0.38;
// The family asked for first; one of the same widths, or any without serifs, will do.
inline constexpr char kFigureFont[] = "Liberation Sans";

struct Drawing {
  double width = 0, height = 0;
  std::string title;     // for lists and screen readers
  std::string metadata;  // the recipe of the run
  std::vector<std::variant<FilledBox, GradientBox, Line, Disc, Words>> shapes;
};

// About how wide a text of that size will be: no font is at hand. A little generous.
double textWidth(const std::string& text, double size, bool bold = false);
// The text, with an ellipsis where it is wider than `width`.
std::string shortened(const std::string& text, double size, double width);
// The text in lines that are no wider than `width` where a word is not.
std::vector<std::string> wrappedLines(const std::string& text, double size, double width);

}  // namespace jacobiscope
