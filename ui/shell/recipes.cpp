#include "ui/shell/recipes.h"

#include <QFileDialog>
#include <QScopedValueRollback>
#include <algorithm>

#include "engine/core/error.h"

namespace jacobiscope {

namespace {

QString describe(const Recipe& recipe) {
  QString text = QString::fromStdString(recipe.model.empty() ? "a model" : recipe.model);
  text += QString(" · seed %1").arg(recipe.input.seed);
  if (recipe.input.label) text += QString(" · class %1").arg(*recipe.input.label);
  if (!recipe.input.prompt.empty()) {
    text += " · “" + QString::fromStdString(recipe.input.prompt) + "”";
  }
  if (recipe.input.count > 1) text += QString(" · %1 pictures").arg(recipe.input.count);
  if (!recipe.input.picture.empty()) {
    text += " · from " + QString::fromStdString(recipe.input.picture);
  }
  return text;
}

QString nameOf(Recipes::Use use) {
  if (use == Recipes::Use::Apply) return "Apply";
  return use == Recipes::Use::Compare ? "Compare" : "Verify";
}

}  // namespace

Recipes::Recipes(Engine& engine, MessageBar& bar, QWidget* window)
    : QObject(window),
      m_engine(engine),
      m_bar(bar),
      m_window(window),
      m_verifier(new Verifier(engine, bar, window)) {}

void Recipes::offer(const QString& name, const StoredRun& stored) {
  std::vector<MessageBar::Answer> answers;
  for (const Use each : {Use::Apply, Use::Compare, Use::Verify}) {
    answers.push_back({nameOf(each), [this, each, name, stored] { use(each, name, stored); }});
  }
  m_bar.askNext(QString("%1 carries its recipe: %2").arg(name, describe(stored.recipe)),
                std::move(answers));
}

void Recipes::use(Use use, const QString& name, const StoredRun& stored) {
  m_wishes.push_back({use, name, stored});
  follow();
}

void Recipes::follow() {
  if (m_follows) return;  // what is done here makes things arrive
  const QScopedValueRollback<bool> once(m_follows, true);
  while (!m_wishes.empty() && !m_engine.loading() && !m_verifier->busy()) {
    Wish& next = m_wishes.front();
    if (!fits(next)) {
      if (loadFor(next)) return;
      const Wish wish = std::move(next);
      m_wishes.pop_front();
      askForModel(wish);
      continue;
    }
    if (next.use != Use::Apply && m_engine.busy()) {
      if (std::exchange(next.told, true)) return;
      return m_engine.notify({"verify", "The run goes on first.",
                              (next.name + " is computed again when it has ended.").toStdString(),
                              Severity::Info});
    }
    const Wish wish = std::move(next);
    m_wishes.pop_front();
    perform(wish);
  }
}

bool Recipes::fits(const Wish& wish) const {
  const auto& loaded = m_engine.view().model;
  return loaded && (wish.anyWeights || loaded->hash == wish.stored.recipe.modelHash);
}

// Whether a load began.
bool Recipes::loadFor(Wish& wish) {
  const auto found = std::ranges::find_if(m_models, [&](const ModelEntry& model) {
    return model.name == wish.stored.recipe.model;
  });
  if (std::exchange(wish.sought, true) || found == m_models.end()) return false;
  m_engine.load(found->path);
  return true;
}

void Recipes::askForModel(const Wish& wish) {
  const Recipe& recipe = wish.stored.recipe;
  const auto& loaded = m_engine.view().model;
  const bool named = loaded && loaded->name == recipe.model;
  const QString model = QString::fromStdString(recipe.model.empty() ? "a model" : recipe.model);
  const QString what =
      named ? QString("The weights of %1 here are not those that %2 was made with.")
            : QString("%2 was made with %1, which is not here.");
  const MessageBar::Answer find{"Locate checkpoint…", [this, wish] { locate(wish); }};
  std::vector<MessageBar::Answer> answers{find};
  if (loaded && loaded->family == recipe.family) {
    const QString other = QString::fromStdString(loaded->title);
    Wish anyway = wish;
    anyway.anyWeights = true;
    const auto act = [this, anyway] {
      m_wishes.push_front(anyway);
      follow();
    };
    const QString text = named                     ? nameOf(wish.use) + " anyway"
                         : wish.use == Use::Apply ? "Apply to " + other
                                                  : nameOf(wish.use) + " with " + other;
    answers.insert(named ? answers.begin() : answers.end(), {text, act});
  }
  m_bar.askNext(what.arg(model, wish.name), std::move(answers));
}

void Recipes::locate(const Wish& wish) {
  auto* dialog = new QFileDialog(
      m_window, "Locate " + QString::fromStdString(wish.stored.recipe.model));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setFileMode(QFileDialog::ExistingFile);
  dialog->setNameFilters({"Checkpoints (*.safetensors *.pth *.pt *.json)", "All files (*)"});
  connect(dialog, &QFileDialog::fileSelected, this, [this, wish](const QString& file) {
    Q_EMIT located(file);
    m_wishes.push_front(wish);
    follow();
  });
  dialog->open();
}

void Recipes::perform(const Wish& wish) {
  if (wish.use == Use::Apply) return apply(wish.stored.recipe);
  m_verifier->begin(wish.name, wish.stored, wish.use == Use::Compare);
}

void Recipes::apply(const Recipe& recipe) {
  const ModelInfo& model = *m_engine.view().model;
  try {
    m_engine.setKnobs(recipeKnobs(recipe, model.knobs));
  } catch (const Error& error) {
    return m_engine.notify("knob", error.what(), error.hint());
  }
  const auto classes = static_cast<std::int64_t>(model.classes.size());
  m_engine.setInput(recipe.input);
  m_engine.input().picture.clear();  // its pixels are not in the recipe
  m_engine.anyClass = !recipe.input.label;
  if (recipe.input.label && (*recipe.input.label < 0 || *recipe.input.label >= classes)) {
    m_engine.input().label.reset();
    m_engine.notify("run", "The model has no class " + std::to_string(*recipe.input.label) + ".");
  }
  m_engine.drawsSeed = false;
  if (model.hash != recipe.modelHash) {
    m_engine.notify("load", "The model's weights are not those the picture was made with.",
                    "The outcome will differ.");
  }
  if (!recipe.input.picture.empty()) {
    m_engine.notify("run",
                    "The picture began from " + recipe.input.picture +
                        ", which the recipe does not carry.",
                    "Now the seed's noise is used; open " + recipe.input.picture +
                        " to start from it.");
  } else if (recipe.inputHash != hashArrays(recipe.input.arrays)) {
    m_engine.notify("run", "The picture began from arrays that the recipe does not carry.",
                    "The seed is used instead.");
  }
  if (recipe.timeline.size() > 1) {
    m_engine.notify("knob", "Knobs were moved while the picture was made.",
                    "The values at its beginning are set; Verify moves them again.");
  }
}

}  // namespace jacobiscope
