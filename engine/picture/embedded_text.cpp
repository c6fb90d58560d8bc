#include "engine/picture/embedded_text.h"

#include "engine/core/error.h"
#include "engine/picture/embedded_readers.h"
#include "engine/picture/png_chunks.h"

namespace jacobiscope {

std::optional<PictureFormat> pictureFormat(std::string_view bytes) {
  if (bytes.starts_with(kPngSignature)) return PictureFormat::Png;
  if (bytes.starts_with("GIF8")) return PictureFormat::Gif;
  if (bytes.starts_with("%PDF-")) return PictureFormat::Pdf;
  const std::string_view head = bytes.substr(0, 1024);
  if (head.starts_with('<') && head.find("<svg") != head.npos) return PictureFormat::Svg;
  return std::nullopt;
}

std::optional<std::string> embeddedText(std::string_view bytes, std::string_view keyword,
                                        const std::string& file) {
  const auto format = pictureFormat(bytes);
  if (!format) throw Error(file + " is no PNG, GIF, SVG or PDF.");
  switch (*format) {
    case PictureFormat::Png: return pngText(bytes, keyword, file);
    case PictureFormat::Gif: return gifText(bytes, keyword, file);
    case PictureFormat::Svg: return svgMetadata(bytes);
    case PictureFormat::Pdf: return pdfSubject(bytes);
  }
  return std::nullopt;
}

}  // namespace jacobiscope
