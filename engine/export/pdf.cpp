#include "engine/export/pdf.h"

#include "engine/core/error.h"

#ifdef JACOBISCOPE_WITH_CAIRO
#include <cairo-pdf.h>
#include <cairo.h>

#include <memory>
#include <numbers>
#endif

namespace jacobiscope {

#ifdef JACOBISCOPE_WITH_CAIRO

namespace {

void setColour(cairo_t* cr, Rgba colour) {
  cairo_set_source_rgba(cr, (colour & 255) / 255.0, (colour >> 8 & 255) / 255.0,
                        (colour >> 16 & 255) / 255.0, (colour >> 24) / 255.0);
}

void fillBox(cairo_t* cr, const Box& box) {
  cairo_rectangle(cr, box.left, box.top, box.width(), box.height());
  cairo_fill(cr);
}

struct CairoWriter {
  cairo_t* cr;

  void operator()(const FilledBox& filled) const {
    setColour(cr, filled.colour);
    fillBox(cr, filled.box);
  }

  void operator()(const GradientBox& gradient) const {
    const auto& colours = gradient.colours;
    const std::unique_ptr<cairo_pattern_t, void (*)(cairo_pattern_t*)> pattern(
        cairo_pattern_create_linear(0, gradient.box.bottom, 0, gradient.box.top),
        cairo_pattern_destroy);
    const double last = std::max<double>(1, double(colours.size()) - 1);
    for (std::size_t i = 0; i < colours.size(); ++i)
      cairo_pattern_add_color_stop_rgb(pattern.get(), double(i) / last, (colours[i] & 255) / 255.0,
                                       (colours[i] >> 8 & 255) / 255.0,
                                       (colours[i] >> 16 & 255) / 255.0);
    cairo_set_source(cr, pattern.get());
    fillBox(cr, gradient.box);
  }

  void operator()(const Line& line) const {
    setColour(cr, line.colour);
    cairo_set_line_width(cr, line.width);
    cairo_set_dash(cr, &line.dash, line.dash > 0 ? 1 : 0, 0);
    cairo_new_path(cr);  // a text leaves a current point
    for (const Point& point : line.points) cairo_line_to(cr, point.x, point.y);
    cairo_stroke(cr);
    cairo_set_dash(cr, nullptr, 0, 0);
  }

  void operator()(const Disc& disc) const {
    setColour(cr, disc.colour);
    cairo_new_path(cr);
    cairo_arc(cr, disc.centre.x, disc.centre.y, disc.radius, 0, 2 * std::numbers::pi);
    cairo_fill(cr);
  }

  double advance(const std::string& text, double size) const {
    cairo_text_extents_t extents;
    cairo_set_font_size(cr, size);
    cairo_text_extents(cr, text.c_str(), &extents);
    return extents.x_advance;
  }

  void operator()(const Words& words) const {
    cairo_select_font_face(cr, kFigureFont, CAIRO_FONT_SLANT_NORMAL,
                           words.bold ? CAIRO_FONT_WEIGHT_BOLD : CAIRO_FONT_WEIGHT_NORMAL);
    const double raised = kRaisedSize * words.size;
    const double width = advance(words.text, words.size) +
                         (words.raised.empty() ? 0 : advance(words.raised, raised));
    const double back = words.anchor == Anchor::Start    ? 0
                        : words.anchor == Anchor::Middle ? width / 2
                                                         : width;
    cairo_save(cr);
    cairo_translate(cr, words.at.x, words.at.y);
    if (words.upwards) cairo_rotate(cr, -std::numbers::pi / 2);
    setColour(cr, words.colour);
    cairo_set_font_size(cr, words.size);
    cairo_move_to(cr, -back, 0);
    cairo_show_text(cr, words.text.c_str());
    if (!words.raised.empty()) {
      cairo_rel_move_to(cr, 0, -kRaisedBy * words.size);
      cairo_set_font_size(cr, raised);
      cairo_show_text(cr, words.raised.c_str());
    }
    cairo_restore(cr);
  }
};

// No exception passes through C.
cairo_status_t append(void* text, const unsigned char* bytes, unsigned count) {
  try {
    static_cast<std::string*>(text)->append(reinterpret_cast<const char*>(bytes), count);
  } catch (const std::bad_alloc&) {
    return CAIRO_STATUS_NO_MEMORY;
  }
  return CAIRO_STATUS_SUCCESS;
}

}  // namespace

bool writesPdf() { return true; }

std::string pdfBytes(const Drawing& drawing) {
  std::string bytes;
  const std::unique_ptr<cairo_surface_t, void (*)(cairo_surface_t*)> surface(
      cairo_pdf_surface_create_for_stream(append, &bytes, drawing.width, drawing.height),
      cairo_surface_destroy);
  // Later versions pack the document information: the recipe could not be found again.
  cairo_pdf_surface_restrict_to_version(surface.get(), CAIRO_PDF_VERSION_1_4);
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_TITLE, drawing.title.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_SUBJECT,
                                 drawing.metadata.c_str());
  cairo_pdf_surface_set_metadata(surface.get(), CAIRO_PDF_METADATA_CREATOR,
                                 "Jacobiscope " JACOBISCOPE_VERSION);
  const std::unique_ptr<cairo_t, void (*)(cairo_t*)> cr(cairo_create(surface.get()),
                                                        cairo_destroy);
  cairo_set_line_join(cr.get(), CAIRO_LINE_JOIN_ROUND);
  cairo_set_line_cap(cr.get(), CAIRO_LINE_CAP_ROUND);
  for (const auto& shape : drawing.shapes) std::visit(CairoWriter{cr.get()}, shape);
  cairo_show_page(cr.get());
  cairo_surface_finish(surface.get());
  for (const cairo_status_t status :
       {cairo_status(cr.get()), cairo_surface_status(surface.get())}) {
    if (status == CAIRO_STATUS_SUCCESS) continue;
    throw Error(std::string("The PDF could not be made (") + cairo_status_to_string(status) + ").",
                "Write an SVG instead.");
  }
  return bytes;
}

#else

bool writesPdf() { return false; }

std::string pdfBytes(const Drawing&) {
  throw Error("This build cannot write PDF: cairo was missing when it was built.",
              "Write an SVG, or install libcairo2-dev and build again.");
}

#endif

}  // namespace jacobiscope
