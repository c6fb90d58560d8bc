#include "ui/shell/theme.h"

#include <QGuiApplication>
#include <QPixmap>

#include "ui/shell/svg_icon.h"

namespace jacobiscope {

namespace {

constexpr char kStyleSheet[] = R"(
QMainWindow, QDialog, QMenuBar, QStatusBar, QToolBar, QDockWidget, QScrollArea,
QScrollArea > QWidget > QWidget#content, QFrame#panel { background: @panel; color: @text; }
QWidget { font-size: @{13}px; }
QLabel { color: @text; background: transparent; }
QLabel#muted, QStatusBar QLabel { color: @muted; }
QLabel#verdict { font-size: @{15}px; font-weight: 600; }
QLabel#heading { color: @muted; font-size: @{11}px; letter-spacing: 1px; }
QMenuBar { padding: @{2}px @{4}px; border: none; }
QMenuBar::item { padding: @{5}px @{9}px; border-radius: 5px; background: transparent; }
QMenuBar::item:selected, QMenu::item:selected { background: @selected; }
QMenu { background: @panel; color: @text; border: 1px solid @line; padding: 4px; }
QMenu::item { padding: @{5}px @{24}px @{5}px @{22}px; border-radius: 4px; }
QMenu::item:disabled { color: @muted; }
QMenu::separator { height: 1px; background: @line; margin: 4px 6px; }
QToolBar { border: none; border-bottom: 1px solid @line; padding: @{6}px @{8}px; spacing: @{8}px; }
QStatusBar { border-top: 1px solid @line; }
QStatusBar::item { border: none; }
QStatusBar QLabel { padding: @{3}px @{10}px; }
QMainWindow::separator { background: @line; width: 1px; height: 1px; }
QDockWidget { border: none; }
QDockWidget::title { background: @panel; padding: @{6}px @{8}px; color: @muted; }
QPushButton, QToolButton, QComboBox, QAbstractSpinBox, QLineEdit {
  color: @text; border: 1px solid @line; border-radius: 6px;
  min-height: @{20}px; padding: @{3}px @{9}px; }
QPushButton, QToolButton, QComboBox { background: @raised; }
QAbstractSpinBox, QLineEdit, QComboBox:editable { background: @base; }
QToolBar QToolButton { padding: @{3}px @{6}px; min-width: @{18}px; }
QPushButton:hover, QToolButton:hover, QComboBox:!editable:hover { background: @hover; }
QPushButton:pressed, QToolButton:pressed, QToolButton:checked { background: @selected; }
QPushButton:focus, QToolButton:focus, QComboBox:focus, QAbstractSpinBox:focus, QLineEdit:focus {
  border-color: @accent; }
QPushButton:disabled, QToolButton:disabled, QComboBox:disabled, QAbstractSpinBox:disabled,
QLineEdit:disabled { color: @muted; background: @panel; }
QPushButton#accent { background: @accent; border-color: @accent; color: #ffffff;
  padding: @{3}px @{14}px; font-weight: 600; }
QPushButton#accent:hover { background: #4a82f8; }
QPushButton#accent:pressed { background: #2459cc; }
QPushButton#accent:disabled { background: @raised; border-color: @line; color: @muted; }
QPushButton#flat, QToolButton#flat { background: transparent; border: none; text-align: left;
  color: @muted; }
QPushButton#flat:hover, QToolButton#flat:hover { color: @text; background: @hover; }
QPushButton#small { min-height: @{14}px; padding: @{1}px @{8}px; font-size: @{11}px;
  margin-right: @{2}px; }
QToolButton#small { min-height: @{16}px; min-width: @{16}px; padding: @{1}px; border-radius: 4px;
  background: transparent; border-color: transparent; }
QToolButton#small:hover:enabled { background: @hover; }
QToolButton#small:focus { border-color: @accent; }
QToolButton::menu-indicator { image: none; }
QFrame#chip { background: @selected; border: 1px solid @line; border-radius: 6px;
  min-height: @{26}px; max-height: @{26}px; }
QFrame#chip QLabel { border: none; }
QToolBar QToolButton#chip { background: transparent; border: 1px solid transparent;
  border-radius: 4px; padding: 0; min-width: @{18}px; min-height: @{18}px; }
QToolBar QToolButton#chip:hover { background: @hover; }
QToolBar QToolButton#chip:focus { border-color: @accent; }
QComboBox::drop-down { border: none; width: @{20}px; }
QComboBox::down-arrow { image: url(@arrow-down); width: 12px; height: 12px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { border: none; width: @{16}px;
  background: transparent; }
QAbstractSpinBox::up-button { subcontrol-position: top right; }
QAbstractSpinBox::down-button { subcontrol-position: bottom right; }
QAbstractSpinBox::up-arrow { image: url(@arrow-up); width: 9px; height: 9px; }
QAbstractSpinBox::down-arrow { image: url(@arrow-down); width: 9px; height: 9px; }
QComboBox QAbstractItemView { background: @panel; color: @text; border: 1px solid @line;
  selection-background-color: @selected; selection-color: @text; outline: none; }
QFrame#words { background: @panel; border: 1px solid @line; border-radius: 8px; }
QFrame#words QListView::item { padding: @{2}px @{6}px; border-radius: 4px; }
QFrame#words QListView::item:hover { background: @hover; }
QListView#completions { border: 1px solid @line;
  selection-background-color: @selected; selection-color: @text; }
QListView { background: @panel; color: @text; border: none; outline: none; }
QCheckBox { color: @text; spacing: 6px; background: transparent; }
QCheckBox::indicator { width: @{14}px; height: @{14}px; border: 1px solid @line;
  border-radius: 3px; background: @base; }
QCheckBox::indicator:checked { background: @accent; border-color: @accent; image: url(@check); }
QCheckBox:focus { color: @accent; }
QSlider::groove:horizontal { height: @{4}px; border-radius: 2px; background: @line; }
QSlider::sub-page:horizontal { height: @{4}px; border-radius: 2px; background: @accent; }
QSlider::handle:horizontal { width: @{14}px; margin: -@{5}px 0; border-radius: @{7}px;
  background: @text; }
QSlider::handle:horizontal:focus { background: @accent; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle { background: @line; border-radius: 4px; min-height: 24px; min-width: 24px;
  margin: 1px; }
QScrollBar::handle:hover { background: @muted; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: @raised; color: @text; border: 1px solid @line; padding: 4px; }
QFrame#messageBar { background: @selected; border: none; border-bottom: 1px solid @line; }
QTextBrowser, QPlainTextEdit, QTableWidget { background: @base; color: @text;
  border: 1px solid @line; border-radius: 6px; }
QPlainTextEdit:focus { border-color: @accent; }
QHeaderView, QHeaderView::section { background: @base; color: @muted; border: none;
  padding: @{3}px @{4}px; }
QLabel#problem { color: @problem; }
QProgressBar { background: @line; border: none; border-radius: 3px; max-height: 6px; }
QProgressBar::chunk { background: @accent; border-radius: 3px; }
)";

}  // namespace

const ThemeColors& themeColors(bool dark) {
  static const ThemeColors night{QColor("#1c1f26"), QColor("#111216"), QColor("#282c35"),
                                 QColor("#343945"), QColor("#2c303a"), QColor("#e6e8ee"),
                                 QColor("#9299a6"), QColor("#2b3240"), QColor("#2f6df6"),
                                 QColor("#f2635a")};
  static const ThemeColors day{QColor("#f3f4f7"), QColor("#ffffff"), QColor("#ffffff"),
                               QColor("#e9ecf2"), QColor("#d5d9e1"), QColor("#1b1e25"),
                               QColor("#5d6675"), QColor("#dbe5fd"), QColor("#2f6df6"),
                               QColor("#c8322a")};
  return dark ? night : day;
}

QPalette themePalette(const ThemeColors& colors) {
  QPalette palette;
  palette.setColor(QPalette::Window, colors.panel);
  palette.setColor(QPalette::WindowText, colors.text);
  palette.setColor(QPalette::Base, colors.base);
  palette.setColor(QPalette::AlternateBase, colors.panel);
  palette.setColor(QPalette::Text, colors.text);
  palette.setColor(QPalette::PlaceholderText, colors.muted);
  palette.setColor(QPalette::Button, colors.raised);
  palette.setColor(QPalette::ButtonText, colors.text);
  palette.setColor(QPalette::Highlight, colors.accent);
  palette.setColor(QPalette::HighlightedText, Qt::white);
  palette.setColor(QPalette::Link, colors.accent);
  palette.setColor(QPalette::ToolTipBase, colors.raised);
  palette.setColor(QPalette::ToolTipText, colors.text);
  palette.setColor(QPalette::Mid, colors.line);
  for (const auto role : {QPalette::WindowText, QPalette::Text, QPalette::ButtonText}) {
    palette.setColor(QPalette::Disabled, role, colors.muted);
  }
  return palette;
}

QString themeStyleSheet(const ThemeColors& colors, double zoom, const QString& imageFolder) {
  QString sheet = QString::fromLatin1(kStyleSheet);
  // Lengths first: @{13} is 13 pixels at zoom 1.
  for (int at = sheet.indexOf("@{"); at >= 0; at = sheet.indexOf("@{", at)) {
    const int end = sheet.indexOf('}', at);
    const double length = sheet.mid(at + 2, end - at - 2).toDouble();
    sheet.replace(at, end + 1 - at, QString::number(qRound(length * zoom)));
  }
  const std::pair<const char*, QColor> images[] = {
      {"arrow-down", colors.muted}, {"arrow-up", colors.muted}, {"check", Qt::white}};
  for (const auto& [name, ink] : images) {
    const QString file = imageFolder + '/' + name + ink.name().mid(1) + ".png";
    drawIcon(name, ink, 24).save(file);
    sheet.replace(QString("@") + name, file);
  }
  const std::pair<const char*, QColor> names[] = {
      {"@panel", colors.panel}, {"@base", colors.base},         {"@raised", colors.raised},
      {"@hover", colors.hover}, {"@line", colors.line},         {"@text", colors.text},
      {"@muted", colors.muted}, {"@selected", colors.selected}, {"@accent", colors.accent},
      {"@problem", colors.problem}};
  for (const auto& [name, color] : names) sheet.replace(name, color.name());
  return sheet;
}

bool systemIsDark() {
  const QPalette palette = QGuiApplication::palette();
  return palette.color(QPalette::WindowText).lightness() >
         palette.color(QPalette::Window).lightness();
}

}  // namespace jacobiscope
