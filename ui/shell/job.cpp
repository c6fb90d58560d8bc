#include "ui/shell/job.h"

#include <QByteArray>
#include <cstring>

#include "engine/checkpoint/json_text.h"
#include "engine/core/error.h"
#include "engine/record/recipe.h"

namespace jacobiscope {

namespace {

using nlohmann::json;

constexpr int kVersion = 1;
constexpr int kDeepest = 8;
constexpr std::size_t kMostBytes = std::size_t{256} << 20;
constexpr std::size_t kMostJobs = 10000;
constexpr int kMostPictures = 64;
constexpr char kFloats[] = "float32", kWhole[] = "int64";

[[noreturn]] void refuse(const std::string& what) {
  throw Error("The list of jobs is damaged: " + what + ".");
}

template <class T>
std::string base64(const std::vector<T>& values) {
  const QByteArray bytes(reinterpret_cast<const char*>(values.data()),
                         static_cast<qsizetype>(values.size() * sizeof(T)));
  return bytes.toBase64().toStdString();
}

template <class T>
std::vector<T> fromBase64(const std::string& text) {
  const auto read = QByteArray::fromBase64Encoding(QByteArray::fromStdString(text),
                                                   QByteArray::AbortOnBase64DecodingErrors);
  const QByteArray& bytes = read.decoded;
  if (!read || bytes.size() % qsizetype(sizeof(T)) != 0) refuse("an array is unreadable");
  std::vector<T> values(static_cast<std::size_t>(bytes.size()) / sizeof(T));
  if (!values.empty()) std::memcpy(values.data(), bytes.constData(), bytes.size());
  return values;
}

json toJson(const Array& array) {
  const auto* floats = std::get_if<std::vector<float>>(&array.values);
  return {{"shape", array.shape},
          {"type", floats ? kFloats : kWhole},
          {"data", floats ? base64(*floats)
                          : base64(std::get<std::vector<std::int64_t>>(array.values))}};
}

std::string textAt(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_string()) refuse(std::string(key) + " is not text");
  return found->get<std::string>();
}

const json& objectAt(const json& object, const char* key) {
  const auto found = object.find(key);
  if (found == object.end() || !found->is_object()) {
    refuse(std::string(key) + " is not an object");
  }
  return *found;
}

Array arrayFrom(const json& object) {
  if (!object.is_object()) refuse("an array is not an object");
  const auto shape = object.find("shape");
  if (shape == object.end() || !shape->is_array()) refuse("an array has no shape");
  Array array;
  const std::string type = textAt(object, "type");
  if (type == kFloats) {
    array.values = fromBase64<float>(textAt(object, "data"));
  } else if (type == kWhole) {
    array.values = fromBase64<std::int64_t>(textAt(object, "data"));
  } else {
    refuse("an array is of the unknown type " + type);
  }
  const auto count = std::visit([](const auto& held) { return std::ssize(held); }, array.values);
  std::int64_t product = 1;
  for (const json& side : *shape) {
    const std::int64_t length = side.is_number_integer() ? side.get<std::int64_t>() : -1;
    if (length < 0 || length > count) refuse("an array has an impossible shape");
    product *= length;
    if (product > count) refuse("an array has an impossible shape");
    array.shape.push_back(length);
  }
  if (product != count) refuse("an array's shape does not fit its values");
  return array;
}

Job jobFrom(const json& object) {
  if (!object.is_object()) refuse("a job is not an object");
  const json& model = objectAt(object, "model");
  Job job;
  job.path = textAt(model, "path");
  job.model = textAt(model, "title");
  job.modelHash = textAt(model, "hash");
  if (job.path.empty()) refuse("a job names no model");
  job.className = textAt(object, "class");
  job.schedule = textAt(object, "schedule");
  const json &knobs = objectAt(object, "knobs"), &input = objectAt(object, "input");
  try {
    job.knobs = knobsFromJson(knobs);
    job.input = inputFromJson(input);
  } catch (const Error&) {  // which speaks of recipes
    refuse("a knob or an input is of a wrong type");
  }
  if (job.input.count > kMostPictures) refuse("a job asks for too many pictures");
  for (const auto& [name, array] : objectAt(object, "arrays").items()) {
    job.input.arrays[name] = arrayFrom(array);
  }
  return job;
}

json toJson(const Job& job) {
  json arrays = json::object();
  for (const auto& [name, array] : job.input.arrays) arrays[name] = toJson(array);
  return {{"model", {{"path", job.path}, {"title", job.model}, {"hash", job.modelHash}}},
          {"class", job.className},
          {"schedule", job.schedule},
          {"knobs", jacobiscope::toJson(job.knobs)},
          {"input", jacobiscope::toJson(job.input)},
          {"arrays", arrays}};
}

}  // namespace

std::string jobsText(const std::vector<Job>& jobs) {
  json list = json::array();
  for (const Job& job : jobs)
    if (!job.branch) list.push_back(toJson(job));
  const json object = {{"format", "jacobiscope jobs"}, {"version", kVersion}, {"jobs", list}};
  return object.dump(1, ' ', false, json::error_handler_t::replace);
}

std::vector<Job> parseJobs(const std::string& text) {
  if (text.size() > kMostBytes) refuse("it is longer than 256 MiB");
  const json object = parseJson(text, kDeepest, "The list of jobs");
  if (!object.is_object()) refuse("it is not an object");
  const auto version = object.find("version");
  if (version == object.end() || !version->is_number_integer()) refuse("it has no version");
  if (*version > kVersion) {
    throw Error("The list of jobs was written by a later version of Jacobiscope.");
  }
  const auto list = object.find("jobs");
  if (*version < 1 || list == object.end() || !list->is_array()) refuse("it holds no jobs");
  if (list->size() > kMostJobs) refuse("it holds too many jobs");
  std::vector<Job> jobs;
  for (const json& entry : *list) {
    jobs.push_back(jobFrom(entry));
    jobs.back().id = static_cast<int>(jobs.size());
  }
  return jobs;
}

std::string jobTitle(const Job& job) {
  if (job.branch) {
    return "branch of #" + std::to_string(job.branch->run) + " at sweep " +
           std::to_string(job.branch->sweeps);
  }
  const std::string seed = "seed " + std::to_string(job.input.seed);
  if (!job.input.prompt.empty()) return job.input.prompt + " · " + seed;
  return job.className.empty() ? seed : job.className + " · " + seed;
}

std::string jobSubtitle(const Job& job) {
  std::string text = job.model;
  if (job.branch) return text + (job.branch->what.empty() ? "" : " · " + job.branch->what);
  if (job.input.count > 1) text += " · × " + std::to_string(job.input.count);
  if (!job.input.picture.empty()) text += " · from " + job.input.picture;
  if (!job.schedule.empty()) text += " · " + job.schedule;
  return text;
}

}  // namespace jacobiscope
