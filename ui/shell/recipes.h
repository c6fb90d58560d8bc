// What can be done with a picture or figure that carries its recipe: apply it, verify it, compare
// it with what is here. Another model is loaded first.
#pragma once

#include <QObject>
#include <deque>
#include <vector>

#include "engine/core/model_library.h"
#include "engine/export/stored_run.h"
#include "ui/shell/engine.h"
#include "ui/shell/message_bar.h"
#include "ui/shell/verifier.h"

namespace jacobiscope {

class Recipes : public QObject {
  Q_OBJECT

 public:
  enum class Use { Apply, Compare, Verify };

  // `window` is the parent of the dialogs; none of them blocks it.
  Recipes(Engine& engine, MessageBar& bar, QWidget* window);

  void setModels(const std::vector<ModelEntry>& models) { m_models = models; }

  // Asks what to do with it; several files are asked about one after the other. `name` is for
  // people.
  void offer(const QString& name, const StoredRun& stored);
  // As soon as its model is loaded and, unless it is applied only, nothing runs. A model that is
  // not here or has other weights is told, with what can be done.
  void use(Use use, const QString& name, const StoredRun& stored);
  // Somebody wants another model now: what waits for one is dropped.
  void forget() { m_wishes.clear(); }
  // To be called when something arrived.
  void follow();

 Q_SIGNALS:
  // The user named the checkpoint that a recipe needs.
  void located(const QString& file);

 private:
  struct Wish {
    Use use;
    QString name;
    StoredRun stored;
    bool sought = false;      // its model was loaded, as far as it is known
    bool anyWeights = false;  // the user takes the loaded model for it
    bool told = false;        // that it waits for the run
  };

  bool fits(const Wish& wish) const;
  bool loadFor(Wish& wish);
  void askForModel(const Wish& wish);
  void locate(const Wish& wish);
  void perform(const Wish& wish);
  void apply(const Recipe& recipe);

  Engine& m_engine;
  MessageBar& m_bar;
  QWidget* m_window;
  Verifier* m_verifier;
  std::vector<ModelEntry> m_models;
  std::deque<Wish> m_wishes;
  bool m_follows = false;
};

}  // namespace jacobiscope
