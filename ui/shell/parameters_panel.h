// The Parameters dock: every knob of the loaded model as Qt widgets, in its groups. The
// stage's sliders are invisible to screen readers; these are not.
#pragma once

#include <QScrollArea>
#include <vector>

#include "ui/shell/engine.h"
#include "ui/shell/knob_field.h"

namespace jacobiscope {

class ParametersPanel : public QScrollArea {
  Q_OBJECT

 public:
  explicit ParametersPanel(Engine& engine, QWidget* parent = nullptr);

  // Shows the values in force; builds the fields anew for another model.
  void refresh();
  // The field of a knob; nullptr: the model has none of that key.
  KnobField* field(const std::string& key) const;

 private:
  void build();

  Engine& m_engine;
  std::vector<KnobField*> m_fields;
  std::string m_builtFor;
};

}  // namespace jacobiscope
