// The OpenGL widget in which all ImGui views are drawn: the only place where Qt's events
// meet ImGui. It repaints when something happened, never merely because time passes.
#pragma once

#include <QElapsedTimer>
#include <QOpenGLWidget>
#include <memory>

#include "ui/stage/imgui_input.h"
#include "ui/views/stage_view.h"
#include "ui/views/view_state.h"

struct ImGuiContext;

namespace jacobiscope {

class StageWidget : public QOpenGLWidget {
  Q_OBJECT

 public:
  // `state` outlives the widget. The stage advances its transport while it plays, sets
  // theme.scale, and appends what the user did to commands, knobEdits and wants….
  explicit StageWidget(ViewState& state, QWidget* parent = nullptr);
  ~StageWidget() override;

  // Something in the view state changed: draw it. Cheap; calls before the next frame count
  // once.
  void refresh();

  // Commits what is being typed into a field of the stage, as leaving the field does.
  void commitText();

  // Processor time of this thread to build the last frame, textures included, without
  // the rasterising; 0 before the first.
  double buildMilliseconds() const { return m_buildMilliseconds; }
  std::int64_t frames() const { return m_frames; }
  // What the views remember of the last frame: where the map and the fields lay.
  const StageViewState& views() const { return *m_views; }

  QVariant inputMethodQuery(Qt::InputMethodQuery query) const override;
  QSize minimumSizeHint() const override { return {560, 380}; }

 Q_SIGNALS:
  // commands, knobEdits or a wants… flag were filled by this frame.
  void answered();
  // The frame changed what is shown outside the stage too: it moved the cursor or chose a
  // picture, turned an overlay on or off, told something or dismissed it.
  void viewChanged();
  // The first frame was drawn.
  void frameReady();

 protected:
  void initializeGL() override;
  void paintGL() override;
  bool event(QEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void wheelEvent(QWheelEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void keyReleaseEvent(QKeyEvent* event) override;
  void inputMethodEvent(QInputMethodEvent* event) override;
  void leaveEvent(QEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;
  bool focusNextPrevChild(bool next) override;

 private:
  void releaseGL();
  void prepareFonts();
  void buildFrame();
  void showCursorShape();
  // What the frames may change of the view state, and the window shows.
  struct Seen {
    Cursor cursor;
    bool playing;
    int picture, pinned;
    bool residual, segments, error, ghosts, camera, before;
    std::size_t notices;
    CompareState compare;
    bool frontier, mapOfError, editsSchedule, trials;
    bool operator==(const Seen&) const = default;
  };
  Seen seen() const;
  // Whether arrows move what was touched on the stage, and not the cursor of the timeline.
  bool takesArrow(const QKeyEvent& event) const;
  void afterFrame(const Seen& before);

  ViewState& m_state;
  ImGuiContext* m_context = nullptr;
  ImGuiInput m_input;
  Fonts m_fonts;
  float m_fontScale = 0;  // for which the fonts were made
  QByteArray m_fontFile;
  std::unique_ptr<StageViewState> m_views;
  QElapsedTimer m_clock;  // since the last frame
  int m_framesWanted = 0;
  std::int64_t m_frames = 0;
  double m_buildMilliseconds = 0;
  bool m_ready = false;  // OpenGL and fonts are there
  bool m_painting = false;
  QRectF m_textCursor;   // where an input method should open, in Qt pixels
};

}  // namespace jacobiscope
