// Colours of the window: one small set of tokens for dark and for light, from which the
// palette, the style sheet and the icons are made.
#pragma once

#include <QColor>
#include <QPalette>
#include <QString>

namespace jacobiscope {

struct ThemeColors {
  QColor panel;   // docks, bars
  QColor base;    // the stage, input fields
  QColor raised;  // buttons
  QColor hover;   // buttons under the pointer
  QColor line;    // borders
  QColor text;
  QColor muted;     // second lines, headings
  QColor selected;  // chosen rows
  QColor accent;    // Generate, focus
  QColor problem;   // what is wrong
};

const ThemeColors& themeColors(bool dark);
QPalette themePalette(const ThemeColors& colors);
// `zoom` multiplies the font's size and the paddings. Style sheets take pictures of arrows
// and ticks from files only: they are written into `imageFolder`.
QString themeStyleSheet(const ThemeColors& colors, double zoom, const QString& imageFolder);

// What the desktop asks for: its palette has light text on dark ground.
bool systemIsDark();

enum class ThemeChoice { System, Dark, Light };

}  // namespace jacobiscope
