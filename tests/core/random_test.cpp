#include "engine/core/random.h"

#include <QtTest>
#include <cmath>
#include <numeric>

using namespace jacobiscope;

namespace {

using Words = std::array<std::uint32_t, 4>;

std::vector<float> firstOf(const std::vector<float>& numbers, std::size_t count) {
  return {numbers.begin(), numbers.begin() + static_cast<std::ptrdiff_t>(count)};
}

// Mean of a power of the numbers.
double moment(const std::vector<float>& numbers, int power) {
  double sum = 0;
  for (const float number : numbers) sum += std::pow(number, power);
  return sum / static_cast<double>(numbers.size());
}

}  // namespace

class RandomTest : public QObject {
  Q_OBJECT

 private Q_SLOTS:
  // kat_vectors of Random123, lines "philox4x32 10".
  void knownAnswers() {
    constexpr std::uint32_t all = 0xffffffffu;
    QVERIFY((philox({0, 0, 0, 0}, {0, 0}) ==
             Words{0x6627e8d5u, 0xe169c58du, 0xbc57ac4cu, 0x9b00dbd8u}));
    QVERIFY((philox({all, all, all, all}, {all, all}) ==
             Words{0x408f276du, 0x41c83b0eu, 0xa20bc7c6u, 0x6d5451fdu}));
    QVERIFY(
        (philox({0x243f6a88u, 0x85a308d3u, 0x13198a2eu, 0x03707344u}, {0xa4093822u, 0x299f31d0u}) ==
         Words{0xd16cfe09u, 0x94fdccebu, 0x5001e420u, 0x24126ea1u}));
  }

  void aNumberDependsOnItsPositionOnly() {
    for (const std::size_t count : {0, 1, 2, 3, 5, 8, 1001}) {
      QCOMPARE(normals(7, Purpose::Noise, 0, count),
               firstOf(normals(7, Purpose::Noise, 0, 2000), count));
      QCOMPARE(uniforms(7, Purpose::Noise, 0, count),
               firstOf(uniforms(7, Purpose::Noise, 0, 2000), count));
    }
  }

  void streamsDiffer() {
    const auto numbers = normals(7, Purpose::Noise, 0, 8);
    QVERIFY(numbers != normals(8, Purpose::Noise, 0, 8));
    QVERIFY(numbers != normals(7 | (std::uint64_t{1} << 40), Purpose::Noise, 0, 8));
    QVERIFY(numbers != normals(7, Purpose::Gumbel, 0, 8));
    QVERIFY(numbers != normals(7, Purpose::Noise, 1, 8));
  }

  // A hundred thousand draws: bounds are five standard errors wide, the seed is fixed.
  void normalsAreStandardNormal() {
    const auto numbers = normals(1, Purpose::Noise, 0, 100'000);
    QVERIFY(std::abs(moment(numbers, 1)) < 5 / std::sqrt(1e5));
    QVERIFY(std::abs(moment(numbers, 2) - 1) < 5 * std::sqrt(2 / 1e5));
    QVERIFY(std::abs(moment(numbers, 4) - 3) < 5 * std::sqrt(96 / 1e5));
    double neighbours = 0;
    for (std::size_t i = 1; i < numbers.size(); ++i) neighbours += numbers[i] * numbers[i - 1];
    QVERIFY(std::abs(neighbours / 1e5) < 5 / std::sqrt(1e5));
  }

  void uniformsFillTheHalfOpenInterval() {
    const auto numbers = uniforms(1, Purpose::Accept, 0, 100'000);
    QVERIFY(*std::ranges::min_element(numbers) >= 0.0f);
    QVERIFY(*std::ranges::max_element(numbers) < 1.0f);
    QVERIFY(std::abs(moment(numbers, 1) - 0.5) < 5 * std::sqrt(1 / 12e5));
    QVERIFY(std::abs(moment(numbers, 2) - 1.0 / 3) < 5 * std::sqrt(4 / 45e5));
  }
};

QTEST_GUILESS_MAIN(RandomTest)
#include "random_test.moc"
