// Recording files made by hand from any records, right or wrong.
#pragma once

#include <QMetaType>
#include <cstring>
#include <span>
#include <vector>

#include "engine/record/trace_frame.h"
#include "engine/record/trace_reader.h"

Q_DECLARE_METATYPE(nlohmann::json)

namespace jacobiscope::test {

using nlohmann::json;
using File = std::vector<std::uint8_t>;

inline Bytes bytesOf(const File& file) { return std::as_bytes(std::span(file)); }

// A file of these records after a header of that version.
inline File fileOf(const std::vector<json>& records, const json& version = {1, 0}) {
  File file;
  trace::appendRecord({{"type", "jacobiscope trace"}, {"version", version}, {"program", "Other 7"}},
                      file);
  for (const json& record : records) trace::appendRecord(record, file);
  return file;
}

inline json typed(const std::vector<float>& values) {
  File bytes(values.size() * 4);
  if (!values.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return json::binary(bytes, 85);
}

inline json run(json more = json::object()) {
  json record = {{"type", "run"}, {"run", 1}};
  record.update(more);
  return record;
}

inline json sweep(const json& index, const json& more = json::object()) {
  json record = {{"type", "sweep"}, {"run", 1}, {"sweep", index}};
  record.update(more);
  return record;
}

inline json picture(const json& panel, const json& index = 0) {
  json record = {{"type", "pictures"}, {"run", 1}, {"sweep", index}};
  record["panels"] = json::array({panel});
  return record;
}

inline json image(int width, int height, int channels, std::size_t bytes) {
  return {{"image",
           {{"width", width},
            {"height", height},
            {"channels", channels},
            {"bytes", json::binary(File(bytes))}}}};
}

}  // namespace jacobiscope::test
