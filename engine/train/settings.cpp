#include "engine/train/settings.h"

#include <cstdlib>

namespace jacobiscope {

namespace {

std::string formatNumber(double value) {
  std::string text = std::to_string(value);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

Settings::Settings(const TrainRecipe& recipe, const std::map<std::string, std::string>& given)
    : m_given(given) {
  for (const auto& [key, value] : given) {
    bool known = false;
    for (const auto& [name, help] : recipe.settings) known = known || name == key;
    if (known) continue;
    std::string names;
    for (const auto& [name, help] : recipe.settings) names += (names.empty() ? "" : ", ") + name;
    throw UsageError("train " + recipe.name + " has no setting " + key + ".",
                     "It has " + names + ".");
  }
}

double Settings::number(const std::string& key, double otherwise, double low,
                        double high) const {
  const auto found = m_given.find(key);
  if (found == m_given.end()) return otherwise;
  char* end = nullptr;
  const double value = std::strtod(found->second.c_str(), &end);
  if (found->second.empty() || *end != '\0' || !(value >= low && value <= high)) {
    throw UsageError(key + "=" + found->second + " is not a number from " + formatNumber(low) +
                     " to " + formatNumber(high) + ".");
  }
  return value;
}

std::string Settings::text(const std::string& key, const std::string& otherwise) const {
  const auto found = m_given.find(key);
  return found == m_given.end() ? otherwise : found->second;
}

}  // namespace jacobiscope
