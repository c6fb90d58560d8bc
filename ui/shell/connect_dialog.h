// Asks for the machine whose engine is to be used.
#pragma once

#include <QComboBox>
#include <QDialog>
#include <QLabel>
#include <QLineEdit>
#include <QPushButton>
#include <functional>

#include "ui/shell/connection.h"

namespace jacobiscope {

class ConnectDialog : public QDialog {
  Q_OBJECT

 public:
  // `recent` are texts of places, latest first; `chosen` gets what Connect was pressed for.
  ConnectDialog(QWidget* parent, const QStringList& recent,
                std::function<void(const RemotePlace&)> chosen);

  QComboBox* host() const { return m_host; }
  QLineEdit* command() const { return m_command; }
  QPushButton* connectButton() const { return m_connect; }

 private:
  RemotePlace place() const;
  void check();

  QComboBox* m_host;
  QLineEdit* m_command;
  QLabel* m_fault;
  QPushButton* m_connect;
};

// Shows the dialog, or brings the one that is open to the front. It blocks nothing.
void showConnect(QWidget* parent, const QStringList& recent,
                 std::function<void(const RemotePlace&)> chosen);

}  // namespace jacobiscope
