// The program's own icons, drawn in the colour of the theme: SVG files of the resources,
// of which the few elements used there are read here, so that no SVG module is needed.
#pragma once

#include <QColor>
#include <QIcon>
#include <QPixmap>
#include <QString>

namespace jacobiscope {

// Draws ":/icons/<name>.svg" into a square of `size` device-independent pixels. Reads path
// (absolute M, L, C, Z), rect and circle; `ink` replaces currentColor. Transparent when
// there is no such icon.
QPixmap drawIcon(const QString& name, const QColor& ink, int size, qreal pixelRatio = 1);

// The icon with a fainter picture for disabled buttons.
QIcon themedIcon(const QString& name, const QColor& ink, const QColor& disabledInk);

// The application's icon, in the sizes desktops ask for.
QIcon applicationIcon();

}  // namespace jacobiscope
