// What a search for the fastest schedule is asked: the largest error, and how many pictures.
#pragma once

#include <QDialog>
#include <QLineEdit>
#include <QSlider>
#include <QSpinBox>
#include <functional>

namespace jacobiscope {

class SearchDialog : public QDialog {
  Q_OBJECT

 public:
  static constexpr double kLeastError = 1e-5, kMostError = 1e-1;

  // `begin` gets max |dx| and the batch when Find is pressed; then the dialog closes.
  SearchDialog(QWidget* parent, double error, int batch,
               std::function<void(double error, int batch)> begin);

  double error() const { return m_error; }

 private:
  void setError(double error);
  void takeText();

  double m_error;
  QSlider* m_slider;
  QLineEdit* m_text;
  QSpinBox* m_batch;
};

// Shows the dialog, or brings the one that is open to the front. It blocks nothing.
void showSearch(QWidget* parent, double error, int batch,
                std::function<void(double error, int batch)> begin);

// A slider's position to an error and back: logarithmic, two digits. Pure.
double errorAtSlider(int position, int last);
int sliderAtError(double error, int last);

}  // namespace jacobiscope
