// The settings of a recipe as its function reads them: defaults, overridden by --set.
#pragma once

#include <cmath>
#include <map>
#include <string>

#include "engine/core/error.h"
#include "engine/train/recipes.h"

namespace jacobiscope {

// Every getter takes the default, and throws UsageError for a value that does not fit. Keeps
// a reference to `given`.
class Settings {
 public:
  // Throws UsageError for a key that the recipe does not have.
  Settings(const TrainRecipe& recipe, const std::map<std::string, std::string>& given);

  double number(const std::string& key, double otherwise, double low, double high) const;
  template <class Number>
  Number whole(const std::string& key, Number otherwise, double low, double high) const {
    const double value = number(key, static_cast<double>(otherwise), low, high);
    if (value != std::floor(value)) {
      throw UsageError(key + "=" + m_given.at(key) + " is not a whole number.");
    }
    return static_cast<Number>(value);
  }
  std::string text(const std::string& key, const std::string& otherwise) const;

 private:
  const std::map<std::string, std::string>& m_given;
};

}  // namespace jacobiscope
