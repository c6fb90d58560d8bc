#include "ui/shell/svg_icon.h"

#include <QFile>
#include <QPainter>
#include <QPainterPath>
#include <QRegularExpression>
#include <QXmlStreamReader>

// Resources of a static library are registered by name, outside any namespace.
static void registerResources() { Q_INIT_RESOURCE(jacobiscope); }

namespace jacobiscope {

namespace {

// Commands and numbers of a path, in order.
QPainterPath parsePath(const QString& text) {
  static const QRegularExpression token("[MLCZ]|-?[0-9]*\\.?[0-9]+");
  QPainterPath path;
  QChar command;
  std::vector<qreal> numbers;
  auto matches = token.globalMatch(text);
  while (matches.hasNext()) {
    const QString word = matches.next().captured();
    if (word[0].isLetter()) {
      command = word[0];
      numbers.clear();
      if (command == 'Z') path.closeSubpath();
      continue;
    }
    numbers.push_back(word.toDouble());
    if (numbers.size() < (command == 'C' ? 6u : 2u)) continue;
    if (command == 'M') path.moveTo(numbers[0], numbers[1]);
    if (command == 'L') path.lineTo(numbers[0], numbers[1]);
    if (command == 'C') {
      path.cubicTo(numbers[0], numbers[1], numbers[2], numbers[3], numbers[4], numbers[5]);
    }
    numbers.clear();
  }
  return path;
}

QPainterPath shapeOf(QStringView element, const QXmlStreamAttributes& attributes) {
  const auto number = [&](const char* name) {
    return attributes.value(QLatin1String(name)).toDouble();
  };
  QPainterPath path;
  if (element == QLatin1String("path")) path = parsePath(attributes.value("d").toString());
  if (element == QLatin1String("rect")) {
    path.addRoundedRect(number("x"), number("y"), number("width"), number("height"), number("rx"),
                        number("rx"));
  }
  if (element == QLatin1String("circle")) {
    path.addEllipse(QPointF(number("cx"), number("cy")), number("r"), number("r"));
  }
  return path;
}

QColor inkOf(QStringView value, const QColor& ink) {
  if (value.isEmpty() || value == QLatin1String("none")) return {};
  return value == QLatin1String("currentColor") ? ink : QColor(value.toString());
}

void paint(QPainter& painter, QStringView element, const QXmlStreamAttributes& attributes,
           const QColor& ink) {
  const QColor fill = inkOf(attributes.value("fill"), ink);
  const QColor stroke = inkOf(attributes.value("stroke"), ink);
  painter.setBrush(fill.isValid() ? QBrush(fill) : QBrush(Qt::NoBrush));
  painter.setPen(stroke.isValid() ? QPen(stroke, attributes.value("stroke-width").toDouble(),
                                         Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin)
                                  : QPen(Qt::NoPen));
  painter.drawPath(shapeOf(element, attributes));
}

}  // namespace

QPixmap drawIcon(const QString& name, const QColor& ink, int size, qreal pixelRatio) {
  registerResources();
  QPixmap pixmap(QSize(size, size) * pixelRatio);
  pixmap.setDevicePixelRatio(pixelRatio);
  pixmap.fill(Qt::transparent);
  QFile file(":/icons/" + name + ".svg");
  if (!file.open(QIODevice::ReadOnly)) return pixmap;

  QPainter painter(&pixmap);
  painter.setRenderHint(QPainter::Antialiasing);
  QXmlStreamReader reader(&file);
  while (!reader.atEnd()) {
    if (reader.readNext() != QXmlStreamReader::StartElement) continue;
    if (reader.name() == QLatin1String("svg")) {
      const auto box = reader.attributes().value("viewBox").toString().split(' ');
      const qreal width = box.size() == 4 ? box[2].toDouble() : 0;
      if (width > 0) painter.scale(size / width, size / width);
    } else {
      paint(painter, reader.name(), reader.attributes(), ink);
    }
  }
  return pixmap;
}

QIcon themedIcon(const QString& name, const QColor& ink, const QColor& disabledInk) {
  QIcon icon;
  for (const int ratio : {1, 2}) {
    icon.addPixmap(drawIcon(name, ink, 16, ratio));
    icon.addPixmap(drawIcon(name, disabledInk, 16, ratio), QIcon::Disabled);
  }
  return icon;
}

QIcon applicationIcon() {
  QIcon icon;
  for (const int size : {16, 24, 32, 48, 64, 128, 256}) {
    icon.addPixmap(drawIcon("jacobiscope", Qt::white, size));
  }
  return icon;
}

}  // namespace jacobiscope
