#include "ui/views/strip_view.h"

#include <algorithm>

#include "engine/record/run_digest.h"
#include "ui/views/stage_layout.h"

namespace jacobiscope {

namespace {

void drawEntry(const Look& look, TextureCache& textures, const std::string& place,
               const Image* image, const Rect& box) {
  const ImTextureID texture = image ? textures.show(place, *image) : nullptr;
  if (!texture) {
    outlineRect(box, look.colours.line, std::max(1.0f, look.px(1)));
    return;
  }
  const Rect rect = fitted(box, float(image->width) / float(image->height));
  ImGui::GetWindowDrawList()->AddImage(texture, im(rect.min), im(rect.max));
}

}  // namespace

std::vector<StripEntry> stripEntriesOf(const Strip* strip, const std::vector<std::string>& stages,
                                       const RunDigest& digest) {
  std::vector<StripEntry> entries;
  const int images = strip ? static_cast<int>(strip->images.size()) : 0;
  for (int i = 0; i <= static_cast<int>(stages.size()); ++i) {
    StripEntry entry;
    entry.caption = i == 0 ? "noise" : stages[i - 1];
    if (i < images) {
      entry.image = i;
      if (i < static_cast<int>(strip->captions.size())) entry.caption = strip->captions[i];
    }
    const StageSpan span = i > 0 && i <= static_cast<int>(digest.stages().size())
                               ? digest.stages()[i - 1]
                               : StageSpan{};
    entry.sweep = span.last;
    entry.reachable = i == 0 ? digest.run() > 0 : span.sweeps > 0;
    entries.push_back(std::move(entry));
  }
  return entries;
}

std::optional<int> drawStrip(const Look& look, TextureCache& textures, const Strip* strip,
                             const std::vector<StripEntry>& entries, int current,
                             const Rect& area) {
  std::optional<int> clicked;
  const float caption = look.fonts.small->FontSize + look.px(6);
  const int count = static_cast<int>(entries.size());
  const std::vector<Rect> boxes = stripEntries(area, count, look.px(12), caption);
  for (int i = 0; i < count; ++i) {
    const StripEntry& entry = entries[i];
    const Rect& box = boxes[i];
    const std::string place = "strip/" + std::to_string(i);
    drawEntry(look, textures, place, entry.image >= 0 ? &strip->images[entry.image] : nullptr,
              box);
    const bool hovered = hoverArea(place.c_str(), box);
    if (hovered && entry.reachable && ImGui::IsMouseClicked(0)) clicked = i;
    const float line = std::max(1.0f, std::round(look.px(2)));
    if (i == current) {
      outlineRect(box.inset(-line), look.colours.accent, line);
    } else if (hovered && entry.reachable) {
      outlineRect(box.inset(-line), look.colours.muted, std::max(1.0f, line / 2));
    }
    if (box.width() < look.px(22) && i != current) continue;
    const std::string text =
        i == current ? entry.caption
                     : shortened(look.fonts.small, entry.caption, box.width() + look.px(10));
    drawText(look.fonts.small, {box.centre().x, box.max.y + look.px(4)},
             i == current ? look.colours.text : look.colours.muted, text, Align::Centre);
    if (hovered) {
      tooltip(look, entry.reachable ? entry.caption + ": click to look at its last iteration"
                                    : entry.caption + ": not computed yet");
    }
  }
  return clicked;
}

BatchDrawn drawBatch(const Look& look, TextureCache& textures, const Strip& batch, int chosen,
                     const Rect& area) {
  const int count = static_cast<int>(batch.images.size());
  if (count == 0 || batch.images[0].height == 0) return {area, std::nullopt};
  std::optional<int> clicked;
  const float aspect = float(batch.images[0].width) / float(batch.images[0].height);
  const int columns = columnsFor(count, area.size(), aspect);
  const int rows = (count + columns - 1) / columns;
  const Rect whole = fitted(area, aspect * float(columns) / float(rows));
  const CellGrid grid{whole, rows, columns};
  for (int i = 0; i < count; ++i) {
    const Rect cell = grid.cell(i / columns, i % columns).inset(look.px(2));
    const std::string place = "batch/" + std::to_string(i);
    drawEntry(look, textures, place, &batch.images[i], cell);
    const bool hovered = hoverArea(place.c_str(), cell);
    if (hovered && ImGui::IsMouseClicked(0)) clicked = i;
    if (i == chosen || hovered)
      outlineRect(cell.inset(-look.px(1)), i == chosen ? look.colours.accent : look.colours.muted,
                  std::max(1.0f, look.px(i == chosen ? 2 : 1)));
    if (hovered && i < static_cast<int>(batch.captions.size()) && !batch.captions[i].empty())
      tooltip(look, batch.captions[i]);
  }
  return {whole, clicked};
}

}  // namespace jacobiscope
