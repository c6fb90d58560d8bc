#include "engine/vla/policy_family.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/core/error.h"
#include "engine/nn/device.h"
#include "engine/nn/model_settings.h"
#include "engine/vla/instruction_text.h"
#include "engine/vla/vla_input.h"

namespace jacobiscope {

PolicyFamily::PolicyFamily(const LoadRequest& request) {
  useThreads(optionOr(request, "threads", ""));
  const VlaFiles files = findVlaFiles(request.path);
  const Checkpoint checkpoint = Checkpoint::open(files.policy);
  const nlohmann::json config = modelConfig(checkpoint, request);
  m_kinds = kindsOf(config);
  m_model = loadVla(checkpoint, files, request, config);
  const int side = m_model.config.towers.front().picture;
  m_camera = std::make_unique<Camera>(side, side);
  describe(checkpoint, request, config);
}

void PolicyFamily::describe(const Checkpoint& checkpoint, const LoadRequest& request,
                            const nlohmann::json& config) {
  const PolicyConfig& policy = m_model.config;
  m_info.family = "vla";
  const auto name = config.find("name");
  m_info.name = name != config.end() && name->is_string() ? name->get<std::string>()
                                                          : checkpoint.path().stem().string();
  m_info.title = policy.title() + ", chunks of " + std::to_string(policy.chunk);
  m_info.path = request.path.string();
  m_info.hash = checkpoint.hash();
  m_info.device = deviceText(m_model.device);
  m_info.dtype = dtypeText(m_model.dtype);
  m_info.threads = at::get_num_threads();
  m_info.parameters = parameterCount(m_model.brains.front().policy.walk());
  m_info.positions = policy.actionTokens();
  m_info.vocabulary = policy.words();
  m_info.prompted = true;
  m_info.words = instructionWords();
  m_info.prompts = textsOf(config, "prompts");
  if (m_info.prompts.empty()) m_info.prompts = examplesOf(m_kinds);
  for (std::size_t d = 0; d < m_model.codec->size(); ++d) {
    const PhysicalUnit unit = physicalUnit(d);
    m_info.action.push_back(
        {std::string(kActionNames[d]), unit.name, m_model.codec->perBin(d) * unit.factor});
  }
  m_info.chunk = policy.chunk;
  m_info.stepSeconds = kStepSeconds;
  for (const std::string& note : checkpoint.notes()) m_info.notes.push_back(note);
  if (m_model.device.is_cpu()) {
    for (const std::string& note : blasNotes()) m_info.notes.push_back(note);
  }
  VlaTraits traits{policy.chunk, {}, m_info.action, m_model.binsOnly};
  for (const VlaBrain& brain : m_model.brains) traits.policies.push_back(brain.name);
  m_info.knobs = vlaKnobs(traits);
  m_info.presets = vlaPresets(traits);
  applyDefaults(config, m_info);
  m_info.stages = RunStages(1, readVlaSettings(completeKnobs(m_info.knobs, {}))).plan().stages;
}

std::unique_ptr<Decoder> PolicyFamily::begin(const KnobValues& knobs, const Input& input,
                                             std::unique_ptr<Decoder>) {
  VlaRequest request;
  request.text = instructionTokens(*m_model.tokenizer, input.prompt);
  requireChunkMemory(m_model, std::ssize(request.text));
  AskedFor asked = askedFor(input, m_kinds, m_info.name);
  request.task = asked.task;
  request.layout = asked.layout;
  request.seed = input.seed;
  request.episodes = input.count;
  request.notes = std::move(asked.note);
  return std::make_unique<VlaDecoder>(m_model, *m_camera, knobs, std::move(request));
}

Family::Preview PolicyFamily::preview(const Input& input) {
  AskedFor asked = askedFor(input, m_kinds, m_info.name);
  const Layout layout = asked.layout ? *asked.layout : startOf(asked.task, input.seed);
  if (!m_world) m_world = std::make_unique<World>();
  m_world->reset(layout);
  return {robotPanels(m_world->shapes(), imageOf(m_camera->look(*m_world))),
          {{"layout", layoutArray(layout)}},
          std::move(asked.note)};
}

}  // namespace jacobiscope
