#include "engine/export/svg.h"

#include <charconv>
#include <cmath>

namespace jacobiscope {

namespace {

// At most three digits behind the point: a thousandth of a point is not seen.
std::string number(double value) {
  char text[32];
  const double rounded = std::round(value * 1000) / 1000 + 0.0;  // no "-0"
  return {text, std::to_chars(text, text + sizeof text, rounded).ptr};
}

// For attributes and texts. Control characters are not allowed in XML at all.
std::string escaped(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      default:
        if (static_cast<unsigned char>(c) >= 32 || c == '\n' || c == '\t') safe += c;
    }
  }
  return safe;
}

std::string colourText(Rgba colour) {
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text = "#";
  for (int shift : {0, 8, 16}) {
    text += kDigits[colour >> shift >> 4 & 15];
    text += kDigits[colour >> shift & 15];
  }
  return text;
}

std::string fill(Rgba colour) {
  const Rgba alpha = colour >> 24;
  std::string text = " fill=\"" + colourText(colour) + "\"";
  if (alpha < 255) text += " fill-opacity=\"" + number(alpha / 255.0) + "\"";
  return text;
}

std::string boxText(const Box& box) {
  return "<rect x=\"" + number(box.left) + "\" y=\"" + number(box.top) + "\" width=\"" +
         number(box.width()) + "\" height=\"" + number(box.height()) + "\"";
}

class SvgWriter {
 public:
  void operator()(const FilledBox& filled) {
    m_text += boxText(filled.box) + fill(filled.colour) + "/>\n";
  }

  void operator()(const GradientBox& gradient) {
    const std::string id = "scale" + std::to_string(++m_gradients);
    m_text += "<linearGradient id=\"" + id + "\" x1=\"0\" y1=\"1\" x2=\"0\" y2=\"0\">\n";
    const double last = std::max<double>(1, double(gradient.colours.size()) - 1);
    for (std::size_t i = 0; i < gradient.colours.size(); ++i)
      m_text += "<stop offset=\"" + number(double(i) / last) + "\" stop-color=\"" +
                colourText(gradient.colours[i]) + "\"/>\n";
    m_text += "</linearGradient>\n" + boxText(gradient.box) + " fill=\"url(#" + id + ")\"/>\n";
  }

  void operator()(const Line& line) {
    m_text += "<polyline fill=\"none\" stroke=\"" + colourText(line.colour) +
              "\" stroke-width=\"" + number(line.width) +
              (line.dash > 0 ? "\" stroke-dasharray=\"" + number(line.dash) : "") +
              "\" points=\"";
    for (const Point& point : line.points) m_text += number(point.x) + "," + number(point.y) + " ";
    m_text += "\"/>\n";
  }

  void operator()(const Disc& disc) {
    m_text += "<circle cx=\"" + number(disc.centre.x) + "\" cy=\"" + number(disc.centre.y) +
              "\" r=\"" + number(disc.radius) + "\"" + fill(disc.colour) + "/>\n";
  }

  void operator()(const Words& words) {
    static constexpr const char* kAnchors[] = {"start", "middle", "end"};
    const std::string x = number(words.at.x), y = number(words.at.y);
    m_text += "<text x=\"" + x + "\" y=\"" + y + "\" font-size=\"" + number(words.size) + "\"";
    if (words.anchor != Anchor::Start)
      m_text += std::string(" text-anchor=\"") + kAnchors[static_cast<int>(words.anchor)] + "\"";
    if (words.bold) m_text += " font-weight=\"bold\"";
    if (words.upwards) m_text += " transform=\"rotate(-90 " + x + " " + y + ")\"";
    m_text += fill(words.colour) + ">" + escaped(words.text);
    if (!words.raised.empty())
      m_text += "<tspan dy=\"" + number(-kRaisedBy * words.size) + "\" font-size=\"" +
                number(kRaisedSize * words.size) + "\">" + escaped(words.raised) + "</tspan>";
    m_text += "</text>\n";
  }

  const std::string& text() const { return m_text; }

 private:
  std::string m_text;
  int m_gradients = 0;
};

}  // namespace

std::string svgText(const Drawing& drawing) {
  SvgWriter writer;
  for (const auto& shape : drawing.shapes) std::visit(writer, shape);
  const std::string width = number(drawing.width), height = number(drawing.height);
  return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
         "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"" + width + "pt\" height=\"" + height +
         "pt\" viewBox=\"0 0 " + width + " " + height + "\" font-family=\"'" + kFigureFont +
         "', Arial, Helvetica, sans-serif\" stroke-linejoin=\"round\" "
         "stroke-linecap=\"round\" xml:space=\"preserve\">\n<title>" +
         escaped(drawing.title) + "</title>\n<metadata>" + escaped(drawing.metadata) +
         "</metadata>\n" + writer.text() + "</svg>\n";
}

}  // namespace jacobiscope
