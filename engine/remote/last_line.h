// The last line that says something, of text that arrives in pieces: the words of a program that
// could not go on.
#pragma once

#include <string>
#include <vector>

#include "engine/checkpoint/byte_reader.h"
#include "engine/record/trace_fields.h"

namespace jacobiscope::remote {

class LastLine {
 public:
  void add(Bytes bytes) {
    for (const std::byte byte : bytes) {
      const char c = static_cast<char>(byte);
      if (c == '\n' || c == '\r') {
        if (m_now.find_first_not_of(' ') != std::string::npos) m_last = m_now;
        m_now.clear();
      } else if (!isControl(c) && m_now.size() < kLongest) {
        m_now += c;
      }
    }
  }
  std::string text() const { return trace::validText(m_now.empty() ? m_last : m_now); }

 private:
  static constexpr std::size_t kLongest = 400;
  // A terminal would obey it; people read the rest.
  static bool isControl(char c) { return static_cast<unsigned char>(c) < ' ' || c == '\x7f'; }

  std::string m_last, m_now;
};

}  // namespace jacobiscope::remote
