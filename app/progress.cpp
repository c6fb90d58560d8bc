#include "app/progress.h"

#include <unistd.h>

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <iostream>

namespace jacobiscope {

ProgressLine::ProgressLine(std::string what, bool quiet)
    : m_what(std::move(what)),
      m_shown(!quiet && ::isatty(STDERR_FILENO) == 1),
      m_begin(std::chrono::steady_clock::now()) {}

ProgressLine::~ProgressLine() { clear(); }

void ProgressLine::update(double fraction, const std::string& detail) {
  const std::chrono::duration<double> passed = std::chrono::steady_clock::now() - m_begin;
  // The first tenths of a second say nothing about the rest.
  const bool known = fraction > 0.01 && passed.count() > 0.5;
  update(fraction, known ? passed.count() * (1 - fraction) / fraction : std::nan(""), detail);
}

void ProgressLine::update(double fraction, double secondsLeft, const std::string& detail) {
  if (!m_shown) return;
  const auto now = std::chrono::steady_clock::now();
  if (m_width > 0 && now - m_drawn < std::chrono::milliseconds(100)) return;
  m_drawn = now;
  char percent[16];
  std::snprintf(percent, sizeof percent, "%3.0f %%", 100 * std::clamp(fraction, 0.0, 1.0));
  std::string text = m_what + " " + percent;
  if (!detail.empty()) text += ", " + detail;
  if (std::isfinite(secondsLeft)) text += ", " + durationText(secondsLeft) + " left";
  draw(text);
}

void ProgressLine::log(const std::string& line) {
  clear();
  std::cerr << line << std::endl;
}

void ProgressLine::draw(const std::string& text) {
  const std::size_t padding = m_width > text.size() ? m_width - text.size() : 0;
  std::cerr << '\r' << text << std::string(padding, ' ') << std::flush;
  m_width = text.size();
}

void ProgressLine::clear() {
  if (m_width > 0) std::cerr << '\r' << std::string(m_width, ' ') << '\r' << std::flush;
  m_width = 0;
}

std::string durationText(double seconds) {
  const auto whole = static_cast<long long>(std::llround(std::clamp(seconds, 0.0, 1e9)));
  if (whole < 60) return std::to_string(whole) + " s";
  if (whole < 3600) {
    return std::to_string(whole / 60) + " min " + std::to_string(whole % 60) + " s";
  }
  return std::to_string(whole / 3600) + " h " + std::to_string(whole % 3600 / 60) + " min";
}

}  // namespace jacobiscope
