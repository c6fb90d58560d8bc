#include "engine/core/schedule_lists.h"

#include <algorithm>
#include <cctype>
#include <map>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

// Names of the lists as they may be written, and the knob that each sets.
const std::map<std::string, std::string>& listNames() {
  static const std::map<std::string, std::string> names = {
      {"num_gs", "segments"},  {"segments", "segments"}, {"max_jacobi", "cap"}, {"cap", "cap"},
      {"guess", "guess"},      {"window", "window"},     {"mode", "mode"},
      {"tolerance", "tolerance"}, {"refine", "refine"}};
  return names;
}

bool isOneOf(char c, std::string_view signs) { return signs.find(c) != std::string_view::npos; }

class ListReader {
 public:
  explicit ListReader(std::string_view text) : m_text(text) {}

  std::vector<ScheduleList> read() {
    while (m_at < m_text.size()) {
      const char c = m_text[m_at];
      const bool number = isDigit(c) || ((c == '-' || c == '.') && m_at + 1 < m_text.size() &&
                                         isDigit(m_text[m_at + 1]));
      if (number) add(take([](char x) { return isOneOf(x, "+-.eE0123456789"); }));
      else if (isLetter(c)) word(take([](char x) { return isLetter(x) || isDigit(x); }));
      else punctuation(c);
    }
    std::erase_if(m_lists, [](const auto& l) { return l.written.empty() && l.entries.empty(); });
    return std::move(m_lists);
  }

 private:
  // Of any byte; the library's are for those above 127 not defined with a char.
  static bool isDigit(char c) { return c >= '0' && c <= '9'; }
  static bool isLetter(char c) {
    return std::isalpha(static_cast<unsigned char>(c)) != 0 || c == '_';
  }

  template <class Accept>
  std::string take(Accept accept) {
    const std::size_t begin = m_at++;
    while (m_at < m_text.size() && accept(m_text[m_at])) ++m_at;
    return std::string(m_text.substr(begin, m_at - begin));
  }

  void add(std::string entry) {
    if (m_lists.empty()) m_lists.push_back({});
    m_lists.back().entries.push_back(std::move(entry));
  }

  void word(const std::string& written) {
    std::string lower = written;
    std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
    const bool mode = !m_lists.empty() && m_lists.back().key == "mode";
    const bool isValue = mode && m_lists.back().entries.empty();  // "window" is one, too
    if (const auto name = listNames().find(lower); name != listNames().end() && !isValue) {
      m_lists.push_back({written, name->second, {}});
      return;
    }
    if (!mode && lower != "z" && lower != "zeros" && lower != "true" && lower != "false") {
      throw UsageError("The schedule has the word \"" + written.substr(0, 40) +
                           "\", which means nothing here.",
                       kScheduleHint);
    }
    if (lower == "gs" && mode) {  // "gs-jacobi" is one word
      const std::string_view rest = m_text.substr(m_at);
      if (rest.starts_with("-jacobi")) {
        m_at += 7;
        lower = "gs-jacobi";
      }
    }
    add(lower == "true" ? "1" : lower == "false" ? "0" : lower);
  }

  void punctuation(char c) {
    ++m_at;
    const bool named = !m_lists.empty() && !m_lists.back().written.empty();
    const bool begun = !m_lists.empty() && !m_lists.back().entries.empty();
    if (c == '#') {
      m_at = std::min(m_text.find('\n', m_at), m_text.size());
    } else if (c == '[' || c == '(') {
      if (begun) m_lists.push_back({});
      m_open = true;
    } else if (c == ']' || c == ')') {
      m_open = false;
    } else if (c == '\n') {
      if (begun && !named && !m_open) m_lists.push_back({});
    } else if (!isOneOf(c, " \t\r,;:={}\"'-")) {
      throw UsageError(std::string("The schedule has a \"") + c + "\" where it means nothing.",
                       kScheduleHint);
    }
  }

  std::string_view m_text;
  std::size_t m_at = 0;
  bool m_open = false;  // within brackets
  std::vector<ScheduleList> m_lists;
};

}  // namespace

std::vector<ScheduleList> readScheduleLists(std::string_view text) {
  return ListReader(text).read();
}

}  // namespace jacobiscope
