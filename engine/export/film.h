// The pictures of a run one after the other, as a moving picture shows them.
#pragma once

#include <cstdint>
#include <functional>
#include <vector>

#include "engine/record/recording.h"

namespace jacobiscope {

struct FilmOptions {
  int framesPerSecond = 10;  // 1 to 50: more is lost in a GIF's hundredths
  // The longer side is at most so many pixels: small pictures are enlarged by a whole factor,
  // so that their pixels stay square; larger ones shrink. 0: small ones to about 384, larger
  // ones stay as they are.
  int size = 0;
  int holdSeconds = 2;  // how much longer the last picture is shown
};

inline constexpr int kMostFramesPerSecond = 50, kSmallestFilm = 16, kLargestFilm = 4096;

// A picture, and for how many times 1 / framesPerSecond it is shown.
struct Frame {
  Image image;
  int ticks = 1;
};

class Film {
 public:
  // Throws UsageError for options out of their ranges, Error where the run has no picture.
  // `run` must live as long as the film.
  Film(const RunRecord& run, const FilmOptions& options);

  // Of every frame. Shown, each pixel is factor() times as wide and high.
  int width() const { return m_width; }
  int height() const { return m_height; }
  int factor() const { return m_factor; }
  int shownWidth() const { return m_width * m_factor; }
  int shownHeight() const { return m_height * m_factor; }
  int framesPerSecond() const { return m_options.framesPerSecond; }

  // Every frame in order; one that equals the frame before only lengthens that. Pictures of
  // another size than the last are left out.
  void play(const std::function<void(const Frame&)>& show) const;

 private:
  Image frame(const Snapshot& snapshot) const;

  const RunRecord& m_run;
  FilmOptions m_options;
  int m_sourceWidth = 0, m_sourceHeight = 0;
  int m_width = 0, m_height = 0, m_factor = 1;
};

// The part of a frame that differs from the one before it; the whole frame after none.
struct ChangedPart {
  int left = 0, top = 0, width = 0, height = 0;
};
ChangedPart changedPart(const Image& before, const Image& after);
Image cut(const Image& image, const ChangedPart& part);

// Every pixel `factor` times as wide and high.
std::vector<std::uint8_t> enlarged(const std::vector<std::uint8_t>& pixels, int width, int height,
                                   int bytesPerPixel, int factor);

}  // namespace jacobiscope
