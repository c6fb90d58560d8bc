// How long the processor takes to build a frame with a very large timeline.
#pragma once

#include <cstdint>

class QSize;

namespace jacobiscope {

struct FrameTimes {
  int stages = 0;
  std::int64_t sweeps = 0;
  int frames = 0;           // over which the median was taken
  double firstMs = 0;       // the whole map is coloured and sent to the graphics card
  double medianMs = 0;      // every frame brings new sweeps and a moved cursor
  double worstMs = 0;
};

// Opens a stage of that size on a synthetic recording of 256 stages and 4,096 sweeps and
// builds frames in it. Milliseconds of processor work per frame, textures included, the
// rasterising of OpenGL excluded. Needs a QApplication and a display.
FrameTimes benchFrame(const QSize& size);
// The same in a usual window, only the median.
double benchFrame();

// The same for a run of 1,024 tokens in 1,024 sweeps, each with a window of 256: half of the
// frames follow the decode, half go back in it, where the field of tokens begins anew.
FrameTimes benchTokenFrame(const QSize& size);

}  // namespace jacobiscope
