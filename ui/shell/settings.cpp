#include "ui/shell/settings.h"

#include <algorithm>

#include "engine/core/error.h"
#include "engine/record/recipe.h"

namespace jacobiscope {

namespace {

constexpr int kMostRecent = 10;
constexpr int kMostModels = 50;
constexpr int kLongestPrompt = 10000;
constexpr std::size_t kMostPlaces = 3 * 64;  // numbers

// A number within its range, else the fallback.
template <class T>
T numberIn(const QSettings& store, const QString& key, T fallback, T least, T most) {
  bool valid = false;
  const double value = store.value(key).toDouble(&valid);
  if (!valid || !(value >= double(least) && value <= double(most))) return fallback;
  return static_cast<T>(value);
}

std::map<std::string, KnobValues> readKnobs(const QSettings& store) {
  std::map<std::string, KnobValues> knobs;
  const std::string text = store.value("knobs").toString().toStdString();
  const auto object = nlohmann::json::parse(text, nullptr, false);
  if (!object.is_object() || object.size() > kMostModels) return knobs;
  for (const auto& [hash, values] : object.items()) {
    try {
      knobs[hash] = knobsFromJson(values);
    } catch (const Error&) {
      continue;
    }
  }
  return knobs;
}

std::vector<float> readPlaces(const QSettings& store) {
  const std::string text = store.value("places").toString().toStdString();
  const auto list = nlohmann::json::parse(text, nullptr, false);
  if (!list.is_array() || list.size() > kMostPlaces || list.size() % 3 != 0) return {};
  std::vector<float> places;
  for (const auto& number : list) {
    if (!number.is_number()) return {};
    places.push_back(number.get<float>());
  }
  return places;
}

QString breakpointKey(const BreakpointLimits& limits, const char* what) {
  return QString("breakpoints/%1.%2").arg(QString::fromStdString(limits.name), what);
}

std::vector<Breakpoint> readBreakpoints(const QSettings& store) {
  std::vector<Breakpoint> all;
  for (const BreakpointLimits& limits : breakpointLimits()) {
    Breakpoint one = limits.initial;
    one.on = store.value(breakpointKey(limits, "on")).toBool();
    one.over = numberIn(store, breakpointKey(limits, "over"), one.over, limits.fewest, limits.most);
    one.threshold = numberIn(store, breakpointKey(limits, "threshold"), one.threshold,
                             limits.lowest, limits.highest);
    all.push_back(one);
  }
  return all;
}

void writeBreakpoints(QSettings& store, const std::vector<Breakpoint>& breakpoints) {
  for (const Breakpoint& one : breakpoints) {
    const BreakpointLimits& limits = limitsOf(one.kind);
    store.setValue(breakpointKey(limits, "on"), one.on);
    store.setValue(breakpointKey(limits, "over"), one.over);
    store.setValue(breakpointKey(limits, "threshold"), one.threshold);
  }
}

}  // namespace

Settings readSettings(const QSettings& store) {
  Settings settings;
  settings.geometry = store.value("geometry").toByteArray();
  settings.layout = store.value("layout").toByteArray();
  const QString theme = store.value("theme").toString();
  if (theme == "dark") settings.theme = ThemeChoice::Dark;
  if (theme == "light") settings.theme = ThemeChoice::Light;
  settings.cividis = store.value("cividis").toBool();
  settings.zoom = numberIn(store, "zoom", settings.zoom, 0.5, 3.0);
  settings.quotaMegabytes = numberIn(store, "quotaMegabytes", settings.quotaMegabytes, 16, 65536);
  settings.keptMegabytes = numberIn(store, "keptMegabytes", settings.keptMegabytes, 0, 65536);
  settings.tellsOfRuns = store.value("tellsOfRuns", true).toBool();
  settings.lastModel = store.value("lastModel").toString();
  settings.recent = store.value("recent").toStringList().mid(0, kMostRecent);
  bool valid = false;
  const qulonglong seed = store.value("seed").toString().toULongLong(&valid);
  if (valid) settings.seed = seed;
  settings.drawsSeed = store.value("drawsSeed").toBool();
  settings.count = numberIn(store, "count", settings.count, 1, 64);
  settings.prompt = store.value("prompt").toString().left(kLongestPrompt).toStdString();
  const int label = numberIn(store, "label", -1, 0, 1 << 20);
  if (label >= 0) settings.label = label;
  settings.anyClass = store.value("anyClass").toBool();
  settings.followHand = store.value("followHand", true).toBool();
  settings.judgesByItself = store.value("judgesByItself").toBool();
  settings.ownPicture = store.value("ownPicture").toString();
  settings.places = readPlaces(store);
  settings.breakpoints = readBreakpoints(store);
  settings.knobs = readKnobs(store);
  settings.remotes = store.value("remotes").toStringList().mid(0, kMostRecent);
  return settings;
}

void writeSettings(QSettings& store, const Settings& settings) {
  store.setValue("geometry", settings.geometry);
  store.setValue("layout", settings.layout);
  const char* theme = settings.theme == ThemeChoice::Dark    ? "dark"
                      : settings.theme == ThemeChoice::Light ? "light"
                                                             : "system";
  store.setValue("theme", theme);
  store.setValue("cividis", settings.cividis);
  store.setValue("zoom", settings.zoom);
  store.setValue("quotaMegabytes", settings.quotaMegabytes);
  store.setValue("keptMegabytes", settings.keptMegabytes);
  store.setValue("tellsOfRuns", settings.tellsOfRuns);
  store.setValue("lastModel", settings.lastModel);
  store.setValue("recent", settings.recent);
  store.setValue("seed", QString::number(settings.seed));
  store.setValue("drawsSeed", settings.drawsSeed);
  store.setValue("count", settings.count);
  store.setValue("prompt", QString::fromStdString(settings.prompt));
  store.setValue("label", settings.label ? QVariant(qlonglong(*settings.label)) : QVariant());
  store.setValue("anyClass", settings.anyClass);
  store.setValue("followHand", settings.followHand);
  store.setValue("judgesByItself", settings.judgesByItself);
  store.setValue("ownPicture", settings.ownPicture);
  store.setValue("places",
                 QString::fromStdString(nlohmann::json(settings.places).dump()));
  writeBreakpoints(store, settings.breakpoints);
  auto knobs = nlohmann::json::object();
  for (const auto& [hash, values] : settings.knobs) knobs[hash] = toJson(values);
  const std::string text = knobs.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  store.setValue("knobs", QString::fromStdString(text));
  store.setValue("remotes", settings.remotes);
}

void addRecent(QStringList& recent, const QString& path) {
  recent.removeAll(path);
  recent.prepend(path);
  while (recent.size() > kMostRecent) recent.removeLast();
}

}  // namespace jacobiscope
