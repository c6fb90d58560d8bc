// Numbers to lengths and to text: logarithmic colour and axis scales, ticks, sliders.
// Pure functions.
#pragma once

#include <string>
#include <vector>

#include "engine/core/knob.h"

namespace jacobiscope {

// A logarithmic scale from `low` to `high`, both positive.
struct LogScale {
  double low = 1e-5, high = 1.0;

  // 0 at low, 1 at high, clamped; 0 for values that are not positive, NaN for NaN.
  double unit(double value) const;
  double value(double unit) const;
};

// Powers of ten within [low, high], at most `most` of them and evenly apart.
std::vector<int> decades(const LogScale& scale, int most);

// A round step (1, 2 or 5 times a power of ten, at least 1) so that at most `most` steps
// cover `span`.
double roundStep(double span, int most);

// Multiples of the round step within [low, high].
std::vector<double> ticks(double low, double high, int most);

// "10⁻⁵"
std::string powerText(int exponent);

// A measured number in few characters: "0.5", "1e-4", "1,024" without the comma; an en
// dash for NaN, which means that nothing was measured.
std::string numberText(double value, int digits = 3);

// With so many digits after the point: "2.50".
std::string fixedText(double value, int digits);

// A slider moves from 0 to 1. A logarithmic knob moves in log10; its minimum 0, where it
// has one, is the left end and the scale begins a little right of it.
double sliderUnit(const Knob& knob, double value);
// The value at a slider's position, rounded to what a person would type: an integer, two
// significant digits on a logarithmic slider, a round step on a linear one.
double sliderValue(const Knob& knob, double unit);

// A knob's value as a number (toggle 0 or 1, an integer, a number); NaN for text.
double asNumber(const KnobValue& value);
// Back to the type the knob keeps.
KnobValue knobNumber(const Knob& knob, double value);

}  // namespace jacobiscope
