// The row under the menu: model, class or prompt, own picture, seed, count, Generate, Stop,
// transport.
#pragma once

#include <QComboBox>
#include <QLineEdit>
#include <QPushButton>
#include <QSpinBox>
#include <QToolBar>
#include <QToolButton>

#include "ui/shell/actions.h"
#include "ui/shell/engine.h"
#include "ui/shell/picture_chip.h"
#include "ui/shell/prompt_field.h"
#include "ui/shell/seed_box.h"

namespace jacobiscope {

class TopBar : public QToolBar {
  Q_OBJECT

 public:
  TopBar(Engine& engine, const Actions& actions, QWidget* parent);

  // A model that can be chosen: title and path.
  void setModels(const QList<std::pair<QString, QString>>& models);
  // Brings every field up to date with the engine.
  void refresh();
  // Takes the class that was typed and not confirmed yet; tells and returns false when the
  // model has none of that name.
  bool takeInput() { return m_class->lineEdit()->isModified() ? takeClass() : true; }
  PromptField& prompt() { return *m_prompt; }

 protected:
  void resizeEvent(QResizeEvent* event) override;
  void changeEvent(QEvent* event) override;

 Q_SIGNALS:
  void modelChosen(const QString& path);

 private:
  QToolButton* addButton(QAction* action);
  void addMenuButton(QToolButton* button, const QActionGroup& group, const QString& name);
  void refreshModel();
  void refreshClasses();
  void refreshPrompt();
  void refreshCount();
  void styleCompletions();
  bool takeClass();
  void refreshPicture();

  Engine& m_engine;
  const Actions& m_actions;
  QComboBox* m_model;
  QComboBox* m_class = nullptr;
  QAction* m_classPlace;  // hides the class field where a model has none
  PromptField* m_prompt = nullptr;
  QAction* m_promptPlace;  // instead of classes, where the model reads a prompt
  QAction* m_gapPlace;    // where it does neither, this takes the room
  PictureChip* m_picture;
  QAction* m_picturePlace;  // shown where a run starts from a picture
  QAction* m_seedPlace;  // of its label
  SeedBox* m_seed;
  QSpinBox* m_count;
  QPushButton* m_generate;
  QToolButton *m_play, *m_speed;
  std::string m_classesOf;  // hash of the model whose names are listed
  std::string m_wordsOf;    // and of the one whose words are
};

}  // namespace jacobiscope
