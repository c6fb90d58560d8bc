#include "ui/stage/stage_widget.h"

#include <backends/imgui_impl_opengl3.h>
#include <imgui.h>

#include <QClipboard>
#include <QFile>
#include <QGuiApplication>
#include <QInputMethod>
#include <QKeyEvent>
#include <QOpenGLContext>
#include <QSurfaceFormat>
#include <algorithm>
#include <ctime>

#include "ui/views/transport.h"

static void registerFonts() { Q_INIT_RESOURCE(fonts); }

namespace jacobiscope {

namespace {

// ImGui lays out in one frame what it measured in the one before.
constexpr int kFramesAfterEvent = 2;

// Of this thread, so that other programs and OpenGL's own threads do not count.
double processorMilliseconds() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return double(time.tv_sec) * 1e3 + double(time.tv_nsec) * 1e-6;
}

const char* clipboardText(void* user) {
  auto* text = static_cast<QByteArray*>(user);
  *text = QGuiApplication::clipboard()->text().toUtf8();
  return text->constData();
}

void setClipboardText(void*, const char* text) {
  QGuiApplication::clipboard()->setText(QString::fromUtf8(text));
}

// Where ImGui's text cursor is, for the input method. ImGui 1.86 gives the callback no
// user data; there is one context, so one place to remember.
ImVec2 g_textCursor;
void keepTextCursor(int x, int y) { g_textCursor = {float(x), float(y)}; }

}  // namespace

StageWidget::StageWidget(ViewState& state, QWidget* parent)
    : QOpenGLWidget(parent), m_state(state), m_views(std::make_unique<StageViewState>()) {
  QSurfaceFormat format = QSurfaceFormat::defaultFormat();
  format.setVersion(3, 3);
  format.setProfile(QSurfaceFormat::CoreProfile);
  setFormat(format);
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_InputMethodEnabled, false);
  setAccessibleName(tr("Stage"));
  setAccessibleDescription(
      tr("Pictures and convergence of the decode. Everything here is also in the menus and in "
         "the Parameters dock."));

  m_context = ImGui::CreateContext();
  ImGui::SetCurrentContext(m_context);
  ImGuiIO& io = ImGui::GetIO();
  io.IniFilename = nullptr;
  io.LogFilename = nullptr;
  io.BackendPlatformName = "qt";
  io.BackendFlags |= ImGuiBackendFlags_HasMouseCursors;
  io.ConfigInputTextCursorBlink = false;  // a blinking cursor would repaint at rest
  static QByteArray clipboard;
  io.ClipboardUserData = &clipboard;
  io.GetClipboardTextFn = clipboardText;
  io.SetClipboardTextFn = setClipboardText;
  io.ImeSetInputScreenPosFn = keepTextCursor;
  ImGuiInput::mapKeys(io);
  registerFonts();
  QFile font(QStringLiteral(":/fonts/JacobiscopeSans-Regular.otf"));
  if (font.open(QIODevice::ReadOnly)) m_fontFile = font.readAll();
}

StageWidget::~StageWidget() {
  if (context()) disconnect(context(), nullptr, this, nullptr);
  releaseGL();
  ImGui::DestroyContext(m_context);
}

void StageWidget::refresh() {
  m_framesWanted = std::max(m_framesWanted, kFramesAfterEvent);
  update();
}

void StageWidget::commitText() {
  if (!m_ready || m_views->typed.field.empty()) return;
  // Keys that no frame has seen yet are part of the text. A frame under way cannot draw
  // another one: then the next one commits.
  while (!m_painting && m_input.waiting()) grabFramebuffer();
  m_views->typed.leave = true;
  m_painting ? refresh() : void(grabFramebuffer());
}

// ---- OpenGL ---------------------------------------------------------------------------

void StageWidget::initializeGL() {
  ImGui::SetCurrentContext(m_context);
  ImGui_ImplOpenGL3_Init();
  // The context dies with the window it belongs to, for example when a dock is torn off.
  connect(context(), &QOpenGLContext::aboutToBeDestroyed, this, &StageWidget::releaseGL,
          Qt::UniqueConnection);
  m_fontScale = 0;
  m_ready = true;
  refresh();
}

void StageWidget::releaseGL() {
  if (!m_ready) return;
  m_ready = false;
  makeCurrent();
  ImGui::SetCurrentContext(m_context);
  m_views->clear();
  ImGui_ImplOpenGL3_Shutdown();
  doneCurrent();
}

void StageWidget::prepareFonts() {
  const float scale = m_state.theme.scale;
  if (scale == m_fontScale) return;
  const bool first = m_fontScale == 0;
  m_fontScale = scale;
  ImGuiIO& io = ImGui::GetIO();
  io.Fonts->Clear();
  ImFontConfig config;
  config.FontDataOwnedByAtlas = false;
  config.OversampleH = 2;
  config.OversampleV = 1;
  config.PixelSnapH = true;
  const auto make = [&](float size, const ImWchar* ranges) {
    if (m_fontFile.isEmpty()) return io.Fonts->AddFontDefault();
    return io.Fonts->AddFontFromMemoryTTF(m_fontFile.data(), int(m_fontFile.size()),
                                          std::round(size * scale), &config, ranges);
  };
  m_fonts.body = make(kBodySize, glyphRanges());
  m_fonts.small = make(kSmallSize, glyphRanges());
  m_fonts.title = make(kTitleSize, titleRanges());
  io.FontDefault = m_fonts.body;
  if (!first) ImGui_ImplOpenGL3_DestroyFontsTexture();
  io.Fonts->Build();
  ImGui_ImplOpenGL3_NewFrame();
  if (io.Fonts->TexID == nullptr) ImGui_ImplOpenGL3_CreateFontsTexture();
}

void StageWidget::buildFrame() {
  ImGuiIO& io = ImGui::GetIO();
  const float ratio = static_cast<float>(devicePixelRatioF());
  m_state.theme.scale = ratio * m_state.theme.zoom;
  prepareFonts();
  io.DisplaySize = {std::round(float(width()) * ratio), std::round(float(height()) * ratio)};
  const double seconds = m_clock.isValid() ? double(m_clock.nsecsElapsed()) * 1e-9 : 1.0 / 60;
  m_clock.start();
  io.DeltaTime = static_cast<float>(std::max(seconds, 1e-4));
  if (m_input.feed(io)) m_framesWanted = std::max(m_framesWanted, 1);
  advanceTransport(m_state, std::min(seconds, 0.1));

  const double start = processorMilliseconds();
  const Look look = lookOf(m_state.theme, m_fonts);
  applyStyle(look, ImGui::GetStyle());
  ImGui_ImplOpenGL3_NewFrame();
  ImGui::NewFrame();
  drawStage(m_state, look, *m_views);
  m_views->typed.leave = false;
  ImGui::Render();
  m_buildMilliseconds = processorMilliseconds() - start;
}

void StageWidget::paintGL() {
  ImGui::SetCurrentContext(m_context);
  const Seen before = seen();
  m_painting = true;
  buildFrame();
  ImGui_ImplOpenGL3_RenderDrawData(ImGui::GetDrawData());
  ++m_frames;
  afterFrame(before);
  m_painting = false;
}

StageWidget::Seen StageWidget::seen() const {
  return {m_state.cursor,       m_state.transport.playing, m_state.picture, m_state.pinned,
          m_state.showResidual, m_state.showSegments,      m_state.showError,
          m_state.showGhosts,   m_state.showCamera,        m_state.beforeRun(),
          m_state.notices.size(), m_state.compare,         m_state.showFrontier,
          m_state.mapOfError,   m_state.editSchedule,      m_state.showTrials};
}

void StageWidget::afterFrame(const Seen& before) {
  const ImGuiIO& io = ImGui::GetIO();
  showCursorShape();
  if (testAttribute(Qt::WA_InputMethodEnabled) != io.WantTextInput) {
    setAttribute(Qt::WA_InputMethodEnabled, io.WantTextInput);
    if (hasFocus()) QGuiApplication::inputMethod()->update(Qt::ImEnabled);
  }
  if (io.WantTextInput) {
    const double ratio = devicePixelRatioF();
    m_textCursor = QRectF(g_textCursor.x / ratio, g_textCursor.y / ratio, 1, 16);
  }
  const bool more = m_framesWanted > 0 || m_state.transport.playing;
  m_framesWanted = std::max(0, m_framesWanted - 1);
  // Not from within the painting: Qt would drop it.
  if (more) QMetaObject::invokeMethod(this, qOverload<>(&QWidget::update), Qt::QueuedConnection);
  if (m_frames == 1) Q_EMIT frameReady();
  if (seen() != before) {
    refresh();
    Q_EMIT viewChanged();
  }
  if (!m_state.commands.empty() || !m_state.knobEdits.empty() || m_state.wantsGenerate ||
      m_state.wantsSave || m_state.wantsCopy || m_state.wantsMove || m_state.wantsLayoutReset ||
      m_state.wantsJudge || m_state.wantsSearch) {
    refresh();
    Q_EMIT answered();
  }
}

void StageWidget::showCursorShape() {
  Qt::CursorShape shape = Qt::ArrowCursor;
  switch (ImGui::GetMouseCursor()) {
    case ImGuiMouseCursor_TextInput: shape = Qt::IBeamCursor; break;
    case ImGuiMouseCursor_ResizeAll: shape = Qt::SizeAllCursor; break;
    case ImGuiMouseCursor_ResizeNS: shape = Qt::SizeVerCursor; break;
    case ImGuiMouseCursor_ResizeEW: shape = Qt::SizeHorCursor; break;
    case ImGuiMouseCursor_ResizeNESW: shape = Qt::SizeBDiagCursor; break;
    case ImGuiMouseCursor_ResizeNWSE: shape = Qt::SizeFDiagCursor; break;
    case ImGuiMouseCursor_Hand: shape = Qt::PointingHandCursor; break;
    case ImGuiMouseCursor_NotAllowed: shape = Qt::ForbiddenCursor; break;
    default: break;
  }
  if (cursor().shape() != shape) setCursor(shape);
}

// ---- Events -----------------------------------------------------------------------------

bool StageWidget::event(QEvent* event) {
  // While text is typed, letters and arrows are text, not shortcuts of the window.
  if (event->type() == QEvent::ShortcutOverride) {
    ImGui::SetCurrentContext(m_context);
    if (ImGui::GetIO().WantTextInput || takesArrow(*static_cast<QKeyEvent*>(event))) {
      event->accept();
      return true;
    }
  }
  return QOpenGLWidget::event(event);
}

bool StageWidget::takesArrow(const QKeyEvent& event) const {
  const CompareState& compare = m_state.compare;
  return compare.on && compare.holdsArrows && compare.mode == CompareMode::Split &&
         !(event.modifiers() & ~Qt::KeypadModifier) &&
         (event.key() == Qt::Key_Left || event.key() == Qt::Key_Right);
}

void StageWidget::mousePressEvent(QMouseEvent* event) {
  m_input.mouse(*event, devicePixelRatioF());
  refresh();
}

void StageWidget::mouseReleaseEvent(QMouseEvent* event) {
  m_input.mouse(*event, devicePixelRatioF());
  refresh();
}

void StageWidget::mouseDoubleClickEvent(QMouseEvent* event) {
  m_input.mouse(*event, devicePixelRatioF());
  refresh();
}

void StageWidget::mouseMoveEvent(QMouseEvent* event) {
  m_input.mouse(*event, devicePixelRatioF());
  refresh();
}

void StageWidget::wheelEvent(QWheelEvent* event) {
  m_input.wheel(*event);
  refresh();
  event->accept();
}

void StageWidget::keyPressEvent(QKeyEvent* event) {
  m_input.key(*event);
  refresh();
}

void StageWidget::keyReleaseEvent(QKeyEvent* event) {
  m_input.key(*event);
  refresh();
}

void StageWidget::inputMethodEvent(QInputMethodEvent* event) {
  m_input.text(event->commitString());
  event->accept();
  refresh();
}

QVariant StageWidget::inputMethodQuery(Qt::InputMethodQuery query) const {
  if (query == Qt::ImCursorRectangle) return m_textCursor;
  if (query == Qt::ImEnabled) return testAttribute(Qt::WA_InputMethodEnabled);
  return QOpenGLWidget::inputMethodQuery(query);
}

void StageWidget::leaveEvent(QEvent* event) {
  m_input.leave();
  refresh();
  QOpenGLWidget::leaveEvent(event);
}

void StageWidget::focusOutEvent(QFocusEvent* event) {
  commitText();
  m_input.releaseAll();
  refresh();
  QOpenGLWidget::focusOutEvent(event);
}

// Tab walks through ImGui's fields while one is being edited, and out of the stage else.
bool StageWidget::focusNextPrevChild(bool next) {
  ImGui::SetCurrentContext(m_context);
  return ImGui::GetIO().WantTextInput ? false : QOpenGLWidget::focusNextPrevChild(next);
}

}  // namespace jacobiscope
