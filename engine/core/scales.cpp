#include "engine/core/scales.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace jacobiscope {

namespace {

// Left of this part of a logarithmic slider lies the value 0.
constexpr double kZeroShare = 0.04;
// Decades shown by a logarithmic slider whose minimum is 0.
constexpr double kDecadesToZero = 8;

double lowEnd(const Knob& knob) {
  return knob.minimum > 0 ? knob.minimum : knob.maximum * std::pow(10.0, -kDecadesToZero);
}

double rounded(double value, int digits) {
  if (value == 0 || !std::isfinite(value)) return value;
  const double power = std::pow(10.0, digits - 1 - std::floor(std::log10(std::abs(value))));
  return std::round(value * power) / power;
}

}  // namespace

double LogScale::unit(double value) const {
  if (std::isnan(value)) return value;
  if (value <= low) return 0;
  return std::min(1.0, std::log(value / low) / std::log(high / low));
}

double LogScale::value(double unit) const { return low * std::pow(high / low, unit); }

std::vector<int> decades(const LogScale& scale, int most) {
  const int first = static_cast<int>(std::ceil(std::log10(scale.low) - 1e-9));
  const int last = static_cast<int>(std::floor(std::log10(scale.high) + 1e-9));
  const int step = std::max(1, (last - first + std::max(1, most - 1) - 1) / std::max(1, most - 1));
  std::vector<int> exponents;
  for (int exponent = last; exponent >= first; exponent -= step) exponents.push_back(exponent);
  std::reverse(exponents.begin(), exponents.end());
  return exponents;
}

double roundStep(double span, int most) {
  const double raw = span / std::max(1, most);
  if (raw <= 1) return 1;
  const double power = std::pow(10.0, std::floor(std::log10(raw)));
  for (double factor : {1.0, 2.0, 5.0})
    if (factor * power >= raw - 1e-9) return factor * power;
  return 10 * power;
}

std::vector<double> ticks(double low, double high, int most) {
  const double step = roundStep(high - low, most);
  std::vector<double> values;
  for (double value = std::ceil(low / step) * step; value <= high + 1e-9; value += step)
    values.push_back(value);
  return values;
}

std::string powerText(int exponent) {
  static const std::array<const char*, 10> kDigits{"⁰", "¹", "²", "³", "⁴",
                                                   "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string text = exponent < 0 ? "10⁻" : "10";
  for (char digit : std::to_string(std::abs(exponent))) text += kDigits[digit - '0'];
  return text;
}

std::string numberText(double value, int digits) {
  if (std::isnan(value)) return "–";
  if (std::isinf(value)) return value > 0 ? "∞" : "−∞";
  const double size = std::abs(value);
  char text[40];
  if (size != 0 && (size < 1e-3 || size >= 1e6)) {
    std::snprintf(text, sizeof text, "%.*e", std::max(0, digits - 1), value);
    std::string number = text;
    const auto e = number.find('e');
    std::string mantissa = number.substr(0, e);
    if (mantissa.find('.') != std::string::npos) {
      while (mantissa.back() == '0') mantissa.pop_back();
      if (mantissa.back() == '.') mantissa.pop_back();
    }
    return mantissa + "e" + std::to_string(std::stoi(number.substr(e + 1)));
  }
  // Whole numbers keep all their digits.
  const int whole = size >= 1 ? static_cast<int>(std::floor(std::log10(size))) + 1 : 0;
  std::snprintf(text, sizeof text, "%.*g", std::max(digits, whole), value);
  return text;
}

std::string fixedText(double value, int digits) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

double sliderUnit(const Knob& knob, double value) {
  if (knob.maximum <= knob.minimum) return 0;
  if (!knob.logarithmic)
    return std::clamp((value - knob.minimum) / (knob.maximum - knob.minimum), 0.0, 1.0);
  const double unit = LogScale{lowEnd(knob), knob.maximum}.unit(value);
  if (knob.minimum > 0) return unit;
  return value <= 0 ? 0 : kZeroShare + (1 - kZeroShare) * unit;
}

double sliderValue(const Knob& knob, double unit) {
  unit = std::clamp(unit, 0.0, 1.0);
  double value;
  if (knob.logarithmic) {
    if (knob.minimum <= 0) {
      if (unit < kZeroShare / 2) return 0;
      unit = std::max(0.0, (unit - kZeroShare) / (1 - kZeroShare));
    }
    value = LogScale{lowEnd(knob), knob.maximum}.value(unit);
    value = knob.kind == KnobKind::Integer ? std::round(value) : rounded(value, 2);
  } else {
    const double range = knob.maximum - knob.minimum;
    value = knob.minimum + unit * range;
    if (knob.kind == KnobKind::Integer) {
      value = std::round(value);
    } else if (range > 0) {
      // About a hundred stops or more, at a step a person would type.
      const double step = std::pow(10.0, std::floor(std::log10(range / 100) + 1e-9));
      value = rounded(std::round(value / step) * step, 12);
    }
  }
  return std::clamp(value, knob.minimum, knob.maximum);
}

double asNumber(const KnobValue& value) {
  if (const auto* toggle = std::get_if<bool>(&value)) return *toggle ? 1 : 0;
  if (const auto* integer = std::get_if<std::int64_t>(&value)) return double(*integer);
  if (const auto* number = std::get_if<double>(&value)) return *number;
  return std::numeric_limits<double>::quiet_NaN();
}

KnobValue knobNumber(const Knob& knob, double value) {
  if (knob.kind == KnobKind::Toggle) return value != 0;
  if (knob.kind == KnobKind::Integer) return static_cast<std::int64_t>(std::llround(value));
  return value;
}

}  // namespace jacobiscope
