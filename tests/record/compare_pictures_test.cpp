// Errors between pictures, against values worked out by hand and SSIM by its formula.
#include <QtTest>
#include <cmath>
#include <limits>

#include "engine/record/compare_pictures.h"

using namespace jacobiscope;

namespace {

Image pictureOf(int width, int height, const std::function<int(int x, int y, int c)>& value,
                int alpha = 255) {
  Image image{width, height, {}};
  for (int y = 0; y < height; ++y)
    for (int x = 0; x < width; ++x) {
      for (int c = 0; c < 3; ++c) image.rgba.push_back(std::uint8_t(value(x, y, c)));
      image.rgba.push_back(std::uint8_t(alpha));
    }
  return image;
}

Image flat(int width, int height, int value) {
  return pictureOf(width, height, [value](int, int, int) { return value; });
}

bool near(double a, double b, double within = 1e-9) { return std::abs(a - b) <= within; }

// The formula of the paper, place by place and weight by weight.
double slowSimilarity(const PictureValues& a, const PictureValues& b) {
  const auto weight = [](int i, int j) {
    return std::exp(-((i - 5) * (i - 5) + (j - 5) * (j - 5)) / (2 * 1.5 * 1.5));
  };
  double total = 0;
  for (int i = 0; i < 11; ++i)
    for (int j = 0; j < 11; ++j) total += weight(i, j);
  const double c1 = std::pow(0.01 * a.range, 2), c2 = std::pow(0.03 * a.range, 2);
  double sum = 0;
  int places = 0;
  for (int c = 0; c < a.channels; ++c)
    for (int y = 0; y + 11 <= a.height; ++y)
      for (int x = 0; x + 11 <= a.width; ++x, ++places) {
        double ma = 0, mb = 0, aa = 0, bb = 0, ab = 0;
        const auto each = [&](auto see) {
          for (int i = 0; i < 11; ++i)
            for (int j = 0; j < 11; ++j) {
              const std::size_t at = (std::size_t(c) * a.height + y + i) * a.width + x + j;
              see(weight(i, j) / total, double(a.values[at]), double(b.values[at]));
            }
        };
        each([&](double w, double p, double q) { ma += w * p, mb += w * q; });
        each([&](double w, double p, double q) {
          aa += w * (p - ma) * (p - ma);
          bb += w * (q - mb) * (q - mb);
          ab += w * (p - ma) * (q - mb);
        });
        sum += (2 * ma * mb + c1) * (2 * ab + c2) / ((ma * ma + mb * mb + c1) * (aa + bb + c2));
      }
  return sum / places;
}

}  // namespace

class ComparePicturesTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  void errorsByHand() {
    Image a = flat(2, 1, 100), b = a;
    b.rgba[0] = 103;  // red of the first pixel
    b.rgba[6] = 96;   // blue of the second
    const auto errors = pictureErrors(valuesOf(a), valuesOf(b));
    QVERIFY(errors);
    QCOMPARE(errors->largest, 4.0);
    QVERIFY(near(errors->mean, 7.0 / 6));
    QVERIFY(near(errors->rootMeanSquare, std::sqrt(25.0 / 6)));
    QVERIFY(near(errors->peakRatio, 10 * std::log10(255.0 * 255 * 6 / 25)));
    QCOMPARE(errors->range, 255.0);
    QCOMPARE(errors->unit, std::string("of 255"));
  }

  void equalPicturesAreToldAsEqual() {
    const PictureValues a =
        valuesOf(pictureOf(16, 12, [](int x, int y, int c) { return (x * 31 + y * 7 + c) % 256; }));
    const auto errors = pictureErrors(a, a);
    QCOMPARE(errors->largest, 0.0);
    QVERIFY(std::isinf(errors->peakRatio) && errors->peakRatio > 0);
    QVERIFY(near(errors->similarity, 1));
    QCOMPARE(errorTexts(*errors)[3].value, std::string("equal"));
    QCOMPARE(errorTexts(*errors)[3].unit, std::string());
  }

  void similarityOfFlatPicturesInClosedForm() {
    // No variance on either side: only the means are left of the formula.
    const double c1 = 0.01 * 255 * 0.01 * 255, p = 50, q = 90;
    const double expected = (2 * p * q + c1) / (p * p + q * q + c1);
    for (const int side : {1, 4, 11, 20}) {
      const auto errors = pictureErrors(valuesOf(flat(side, side + 1, 50)),
                                        valuesOf(flat(side, side + 1, 90)));
      QVERIFY2(near(errors->similarity, expected, 1e-7), qPrintable(QString::number(side)));
    }
  }

  void similarityByItsFormula() {
    const PictureValues a = valuesOf(
        pictureOf(17, 13, [](int x, int y, int c) { return (x * x * 5 + y * 11 + c * 40) % 256; }));
    const PictureValues b = valuesOf(
        pictureOf(17, 13, [](int x, int y, int c) { return (x * 19 + y * y * 3 + c * 90) % 256; }));
    const auto errors = pictureErrors(a, b);
    QVERIFY(errors->similarity < 0.9);
    QVERIFY2(near(errors->similarity, slowSimilarity(a, b), 1e-9),
             qPrintable(QString::number(errors->similarity - slowSimilarity(a, b))));
  }

  void resultsAreComparedInTheirOwnUnit() {
    const Arrays one{{"image", {{2, 1, 1, 2}, std::vector<float>{0, 0, -1, 0.5f}}}};
    const Arrays other{{"image", {{2, 1, 1, 2}, std::vector<float>{0, 0, -1, 0.25f}}}};
    QCOMPARE(pictureErrors(valuesOf(one, 0), valuesOf(other, 0))->largest, 0.0);
    const auto errors = pictureErrors(valuesOf(one, 1), valuesOf(other, 1));
    QCOMPARE(errors->largest, 0.25);
    QCOMPARE(errors->range, 2.0);
    QVERIFY(near(errors->peakRatio, 20 * std::log10(2 / (0.25 / std::sqrt(2.0)))));
    QVERIFY(valuesOf(one, 2).empty());
    QVERIFY(valuesOf(Arrays{}, 0).empty());
    QVERIFY(valuesOf(Arrays{{"image", {{1, 9, 9, 9}, std::vector<float>{1}}}}, 0).empty());
  }

  void otherShapesHaveNoErrors() {
    QVERIFY(!pictureErrors(valuesOf(flat(2, 3, 0)), valuesOf(flat(3, 2, 0))));
    QVERIFY(!pictureErrors(valuesOf(Image{}), valuesOf(Image{})));
    QVERIFY(differenceMap(valuesOf(flat(2, 3, 0)), valuesOf(flat(3, 2, 0)), {}).rgba.empty());
    // A picture of 8 bits and a result have no common unit.
    const Arrays result{{"image", {{1, 3, 1, 1}, std::vector<float>{0, 0, 0}}}};
    QVERIFY(!pictureErrors(valuesOf(flat(1, 1, 0)), valuesOf(result, 0)));
  }

  void whatIsNoNumberIsNotPassedOver() {
    const float nan = std::numeric_limits<float>::quiet_NaN();
    const Arrays one{{"image", {{1, 1, 1, 2}, std::vector<float>{nan, 0}}}};
    const Arrays other{{"image", {{1, 1, 1, 2}, std::vector<float>{0, 0}}}};
    const auto errors = pictureErrors(valuesOf(one, 0), valuesOf(other, 0));
    QVERIFY(std::isnan(errors->largest));
    QVERIFY(std::isnan(errors->mean));
    const Image map = differenceMap(valuesOf(one, 0), valuesOf(other, 0), {});
    QCOMPARE(int(map.rgba[0]), 255);
    QCOMPARE(int(map.rgba[1]), 0);
    QCOMPARE(int(map.rgba[2]), 255);
  }

  void transparentPixelsLieOverWhite() {
    const Image clear = pictureOf(2, 2, [](int, int, int) { return 10; }, 0);
    QCOMPARE(pictureErrors(valuesOf(clear), valuesOf(flat(2, 2, 255)))->largest, 0.0);
  }

  void theMapShowsTheLargestChannel() {
    Image a = flat(3, 1, 0), b = a;
    b.rgba[5] = 255;  // green of the second pixel
    b.rgba[8] = 1;    // red of the third
    const PictureValues one = valuesOf(a), other = valuesOf(b);
    QCOMPARE(differenceField(one, other), (std::vector<float>{0, 255, 1}));
    const auto at = [](const Image& map, int pixel) {
      return rgba(map.rgba[pixel * 4], map.rgba[pixel * 4 + 1], map.rgba[pixel * 4 + 2]);
    };
    const Image log = differenceMap(one, other, {true, false});
    QCOMPARE(at(log, 0), mapColour(0, false));
    QCOMPARE(at(log, 1), mapColour(1, false));
    QVERIFY(at(log, 2) != at(log, 0));
    const Image linear = differenceMap(one, other, {false, true});
    QCOMPARE(at(linear, 1), mapColour(1, true));
    QCOMPARE(at(linear, 2), mapColour(1.0 / 255, true));
  }
};

QTEST_GUILESS_MAIN(ComparePicturesTest)
#include "compare_pictures_test.moc"
