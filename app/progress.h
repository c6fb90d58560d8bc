// Progress of long work on stderr, with the time that is left.
#pragma once

#include <chrono>
#include <string>

namespace jacobiscope {

// One line that is drawn over and over on a terminal; silent where stderr is no terminal
// or the caller wants JSON. Lines that stay (log) are always written.
class ProgressLine {
 public:
  // `quiet` is --json.
  ProgressLine(std::string what, bool quiet);
  ~ProgressLine();  // leaves a clean line
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  // `fraction` in [0, 1]; the rest of the time follows from what has passed. Redraws at
  // most ten times a second.
  void update(double fraction, const std::string& detail = {});
  // With a remaining time that the work itself knows.
  void update(double fraction, double secondsLeft, const std::string& detail);
  // A line that stays.
  void log(const std::string& line);

 private:
  void draw(const std::string& text);
  void clear();

  std::string m_what;
  bool m_shown;  // whether anything may be drawn over
  std::size_t m_width = 0;
  std::chrono::steady_clock::time_point m_begin;
  std::chrono::steady_clock::time_point m_drawn;
};

// "8 s", "3 min 20 s", "2 h 5 min".
std::string durationText(double seconds);

}  // namespace jacobiscope
