// Values as CBOR maps and back: each struct names its fields once (trace_structs.h), for both
// directions. What is empty or absent is left out; what is left out reads as its default; keys
// that nobody asks for are not looked at.
#pragma once

#include <array>
#include <concepts>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "engine/core/array.h"
#include "engine/core/error.h"
#include "engine/core/knob.h"
#include "engine/core/sweep.h"

namespace jacobiscope::trace {

using nlohmann::json;

// Tags of RFC 8746 for byte strings that hold little-endian numbers one after the other.
template <class Number>
inline constexpr std::uint64_t kTagOf = 0;
template <>
inline constexpr std::uint64_t kTagOf<std::int32_t> = 78;
template <>
inline constexpr std::uint64_t kTagOf<std::int64_t> = 79;
template <>
inline constexpr std::uint64_t kTagOf<float> = 85;

template <class T>
concept Typed = kTagOf<T>
!= 0;

// Completes the sentence "KEY is not ...".
[[noreturn]] inline void refuse(const std::string& key, const std::string& expected) {
  throw Error("\"" + key + "\" is not " + expected + ".");
}

// The names of an enumeration, in its order.
template <class Enum>
struct Names;  // static constexpr std::array<const char*, N> list

template <class T>
concept Optional = std::same_as<T, std::optional<typename T::value_type>>;

template <class T, class Struct>
concept Like = std::same_as<std::remove_const_t<T>, Struct>;

// ---- Writing ----------------------------------------------------------------------------

class Writing {
 public:
  template <class T>
  void operator()(const char* key, const T& value) {
    if constexpr (requires { value.empty(); }) {
      if (value.empty()) return;
    } else if constexpr (requires { value.has_value(); }) {
      if (!value.has_value()) return;
    }
    m_object[key] = of(value);
  }
  template <class T>
  static json of(const T& value);

  json take() { return std::move(m_object); }

 private:
  json m_object = json::object();
};

// A byte string of little-endian numbers (byte_reader.h asserts that the machine is, too).
template <Typed T>
json typedArray(const std::vector<T>& values) {
  std::vector<std::uint8_t> bytes(values.size() * sizeof(T));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return json::binary(std::move(bytes), kTagOf<T>);
}

// As it is, or with what is no UTF-8 replaced.
std::string validText(const std::string& text);

// Stage, begin, end and cap of each, one after the other; and back.
std::vector<std::int32_t> flat(const std::vector<Window>& windows);
std::vector<Window> windowsOf(const std::string& key, const std::vector<std::int32_t>& flat);

template <class T>
json Writing::of(const T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    return validText(value);
  } else if constexpr (std::is_enum_v<T>) {
    return Names<T>::list.at(static_cast<std::size_t>(value));
  } else if constexpr (std::is_arithmetic_v<T>) {
    return value;
  } else if constexpr (Optional<T>) {
    return of(*value);
  } else if constexpr (requires { std::visit([](const auto&) {}, value); }) {
    return std::visit([](const auto& held) { return of(held); }, value);
  } else if constexpr (std::is_same_v<T, std::vector<Window>>) {
    return typedArray(flat(value));
  } else if constexpr (requires { typename T::mapped_type; }) {
    json object = json::object();
    for (const auto& [name, entry] : value) object[validText(name)] = of(entry);
    return object;
  } else if constexpr (requires { value.begin(); }) {
    using Entry = typename T::value_type;
    if constexpr (Typed<Entry>) {
      return typedArray(value);
    } else {
      json list = json::array();
      for (const auto& entry : value) list.push_back(of(static_cast<const Entry&>(entry)));
      return list;
    }
  } else {
    Writing writing;
    fields(writing, value);
    return writing.take();
  }
}

// ---- Reading ----------------------------------------------------------------------------

class Reading {
 public:
  explicit Reading(const json& object) : m_object(object) {}

  template <class T>
  void operator()(const char* key, T& value) {
    const auto found = m_object.find(key);
    if (found != m_object.end() && !found->is_null()) into(key, *found, value);
  }
  template <class T>
  static void into(const std::string& key, const json& from, T& value);

 private:
  const json& m_object;
};

template <class T>
T wholeNumber(const std::string& key, const json& from) {
  if (!from.is_number_integer()) refuse(key, "a whole number");
  if (from.is_number_unsigned()) {
    const auto number = from.get<std::uint64_t>();
    if (!std::in_range<T>(number)) refuse(key, "a number of that size");
    return static_cast<T>(number);
  }
  const auto number = from.get<std::int64_t>();
  if (!std::in_range<T>(number)) refuse(key, "a number of that size");
  return static_cast<T>(number);
}

// The numbers of a typed array; `key` names it in errors.
template <Typed T>
std::vector<T> typedValues(const std::string& key, const json& from) {
  if (!from.is_binary() || !from.get_binary().has_subtype() ||
      from.get_binary().subtype() != kTagOf<T> || from.get_binary().size() % sizeof(T) != 0) {
    refuse(key, "a byte string with tag " + std::to_string(kTagOf<T>));
  }
  const auto& bytes = from.get_binary();
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.data(), bytes.size());
  return values;
}

// Typed arrays of one of two kinds, told apart by their tag.
template <Typed A, Typed B>
void readEither(const std::string& key, const json& from,
                std::variant<std::vector<A>, std::vector<B>>& value) {
  const bool second = from.is_binary() && from.get_binary().has_subtype() &&
                      from.get_binary().subtype() == kTagOf<B>;
  if (second) {
    value = typedValues<B>(key, from);
  } else {
    value = typedValues<A>(key, from);
  }
}

KnobValue knobValueOf(const std::string& key, const json& from);

template <class T>
void Reading::into(const std::string& key, const json& from, T& value) {
  if constexpr (std::is_same_v<T, std::string>) {
    if (!from.is_string()) refuse(key, "text");
    value = from.get<std::string>();
  } else if constexpr (std::is_same_v<T, bool>) {
    if (!from.is_boolean()) refuse(key, "true or false");
    value = from.get<bool>();
  } else if constexpr (std::is_enum_v<T>) {
    const auto& names = Names<T>::list;
    std::size_t i = 0;
    while (i < names.size() && from != names[i]) ++i;
    if (i == names.size()) refuse(key, "a name that is known");
    value = static_cast<T>(i);
  } else if constexpr (std::is_integral_v<T>) {
    value = wholeNumber<T>(key, from);
  } else if constexpr (std::is_floating_point_v<T>) {
    if (!from.is_number()) refuse(key, "a number");
    value = from.get<T>();
  } else if constexpr (std::is_same_v<T, KnobValue>) {
    value = knobValueOf(key, from);
  } else if constexpr (requires { readEither(key, from, value); }) {
    readEither(key, from, value);
  } else if constexpr (std::is_same_v<T, std::vector<Window>>) {
    value = windowsOf(key, typedValues<std::int32_t>(key, from));
  } else if constexpr (Optional<T>) {
    typename T::value_type read{};
    into(key, from, read);
    value = std::move(read);
  } else if constexpr (requires { typename T::mapped_type; }) {
    if (!from.is_object()) refuse(key, "a map");
    for (const auto& [name, entry] : from.items()) into(key + "." + name, entry, value[name]);
  } else if constexpr (requires { value.push_back({}); }) {
    using Entry = typename T::value_type;
    if constexpr (Typed<Entry>) {
      value = typedValues<Entry>(key, from);
    } else {
      if (!from.is_array()) refuse(key, "an array");
      value.clear();
      for (const json& entry : from) {
        Entry read{};
        into(key, entry, read);
        value.push_back(std::move(read));
      }
    }
  } else {
    if (!from.is_object()) refuse(key, "a map");
    Reading reading(from);
    fields(reading, value);
  }
}

}  // namespace jacobiscope::trace
