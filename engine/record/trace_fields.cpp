#include "engine/record/trace_fields.h"

#include "engine/checkpoint/utf8.h"

namespace jacobiscope::trace {

std::string validText(const std::string& text) {
  if (isUtf8(text)) return text;
  const std::string quoted = json(text).dump(-1, ' ', false, json::error_handler_t::replace);
  return json::parse(quoted).get<std::string>();
}

std::vector<std::int32_t> flat(const std::vector<Window>& windows) {
  std::vector<std::int32_t> numbers;
  for (const Window& window : windows) {
    numbers.insert(numbers.end(), {window.stage, window.begin, window.end, window.cap});
  }
  return numbers;
}

std::vector<Window> windowsOf(const std::string& key, const std::vector<std::int32_t>& flat) {
  if (flat.size() % 4 != 0) refuse(key, "four numbers a window");
  std::vector<Window> windows;
  for (std::size_t i = 0; i < flat.size(); i += 4) {
    windows.push_back({flat[i], flat[i + 1], flat[i + 2], flat[i + 3]});
  }
  return windows;
}

KnobValue knobValueOf(const std::string& key, const json& from) {
  if (from.is_boolean()) return from.get<bool>();
  if (from.is_number_integer()) return wholeNumber<std::int64_t>(key, from);
  if (from.is_number()) return from.get<double>();
  if (!from.is_string()) refuse(key, "a value of a knob");
  return from.get<std::string>();
}

}  // namespace jacobiscope::trace
