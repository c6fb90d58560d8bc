#include "engine/record/cbor.h"

#include <cmath>
#include <limits>
#include <optional>

#include "engine/checkpoint/utf8.h"

namespace jacobiscope {
namespace {

using nlohmann::json;

constexpr int kDeepest = 16;
constexpr int kMostValues = 200000;
constexpr std::byte kBreak{0xFF};

enum Major { kUnsigned, kNegative, kBytes, kText, kArray, kMap, kTag, kSimple };

[[noreturn]] void refuse(const std::string& what) { throw Error("It holds " + what + "."); }

double halfToDouble(std::uint16_t bits) {
  const int exponent = bits >> 10 & 0x1F, mantissa = bits & 0x3FF;
  double value;
  if (exponent == 0x1F) {
    value = mantissa == 0 ? std::numeric_limits<double>::infinity()
                          : std::numeric_limits<double>::quiet_NaN();
  } else if (exponent == 0) {
    value = std::ldexp(mantissa, -24);
  } else {
    value = std::ldexp(mantissa + 0x400, exponent - 25);
  }
  return bits & 0x8000 ? -value : value;
}

class Parser {
 public:
  explicit Parser(Bytes bytes) : m_bytes(bytes), m_reader(bytes, "The record", "a value") {}

  json whole() {
    json value = item(0);
    if (m_reader.left() != 0) refuse("more than one value");
    return value;
  }

 private:
  struct Head {
    Major major;
    int info;                            // the low five bits
    std::optional<std::uint64_t> count;  // none: of indefinite length
  };

  Head head() {
    const auto first = m_reader.number<std::uint8_t>();
    Head head{static_cast<Major>(first >> 5), first & 0x1F, {}};
    if (head.info < 24) {
      head.count = static_cast<std::uint64_t>(head.info);
    } else if (head.info <= 27) {
      std::uint64_t value = 0;
      for (int i = 0; i < 1 << (head.info - 24); ++i) {
        value = value << 8 | m_reader.number<std::uint8_t>();
      }
      head.count = value;
    } else if (head.info < 31 || head.major <= kNegative || head.major >= kTag) {
      refuse("a malformed value");
    }
    return head;
  }

  bool atBreak() {
    if (m_reader.left() == 0 || m_bytes[m_reader.position()] != kBreak) return false;
    m_reader.take(1);
    return true;
  }

  // Whether entry number `i` of an array or map is there.
  bool goesOn(const Head& head, std::uint64_t i) {
    return head.count ? i < *head.count : !atBreak();
  }

  json item(int depth) {
    if (depth > kDeepest) refuse("more than " + std::to_string(kDeepest) + " levels");
    if (++m_values > kMostValues) refuse("more than 200,000 values");
    const Head start = head();
    switch (start.major) {
      case kUnsigned: return *start.count;
      case kNegative: return negative(*start.count);
      case kBytes: return json::binary(bytes(start));
      case kText: return text(start);
      case kArray: return array(start, depth);
      case kMap: return map(start, depth);
      case kTag: return tagged(*start.count, depth);
      case kSimple: break;
    }
    return simple(start);
  }

  static json negative(std::uint64_t count) {
    if (count > std::numeric_limits<std::int64_t>::max()) refuse("a number that is too small");
    return -1 - static_cast<std::int64_t>(count);
  }

  std::vector<std::uint8_t> bytes(const Head& start) {
    std::vector<std::uint8_t> all;
    for (const Bytes part : parts(start)) {
      const auto* data = reinterpret_cast<const std::uint8_t*>(part.data());
      all.insert(all.end(), data, data + part.size());
    }
    return all;
  }

  std::string text(const Head& start) {
    std::string all;
    for (const Bytes part : parts(start)) all.append(chars(part.data()), part.size());
    if (!isUtf8(all)) refuse("text that is no UTF-8");
    return all;
  }

  // Of a string: one, or those of a string of indefinite length.
  std::vector<Bytes> parts(const Head& start) {
    if (start.count) return {m_reader.take(*start.count)};
    std::vector<Bytes> parts;
    while (!atBreak()) {
      const Head part = head();
      if (++m_values > kMostValues || part.major != start.major || !part.count) {
        refuse("a malformed string");
      }
      parts.push_back(m_reader.take(*part.count));
    }
    return parts;
  }

  json array(const Head& start, int depth) {
    json all = json::array();
    for (std::uint64_t i = 0; goesOn(start, i); ++i) all.push_back(item(depth + 1));
    return all;
  }

  json map(const Head& start, int depth) {
    json all = json::object();
    for (std::uint64_t i = 0; goesOn(start, i); ++i) {
      const json key = item(depth + 1);
      json value = item(depth + 1);
      if (key.is_string()) all[key.get_ref<const std::string&>()] = std::move(value);
    }
    return all;
  }

  json tagged(std::uint64_t tag, int depth) {
    json value = item(depth + 1);
    if (value.is_binary()) value.get_binary().set_subtype(tag);
    return value;
  }

  static json simple(const Head& start) {
    const std::uint64_t bits = *start.count;
    switch (start.info) {
      case 20: return false;
      case 21: return true;
      case 25: return halfToDouble(static_cast<std::uint16_t>(bits));
      case 26: return std::bit_cast<float>(static_cast<std::uint32_t>(bits));
      case 27: return std::bit_cast<double>(bits);
      default: return nullptr;
    }
  }

  Bytes m_bytes;
  ByteReader m_reader;
  int m_values = 0;
};

}  // namespace

json readCbor(Bytes bytes) { return Parser(bytes).whole(); }

}  // namespace jacobiscope
