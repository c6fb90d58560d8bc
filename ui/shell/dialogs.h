// Preferences and the texts of the Help menu. No dialog blocks the window.
#pragma once

#include <QAction>
#include <QBoxLayout>
#include <QDialog>
#include <QList>
#include <functional>

#include "ui/shell/settings.h"

namespace jacobiscope {

// Shows the preferences; `changed` gets them at every change, at once.
void showPreferences(QWidget* parent, const Settings& settings,
                     std::function<void(const Settings&)> changed);

void showTour(QWidget* parent);
void showShortcuts(QWidget* parent, const QList<QAction*>& actions);
void showAbout(QWidget* parent);

// What every dialog does: the one of that name that is open comes to the front (whether there
// was one), it goes when it is closed, and it ends with a button that closes it.
bool raiseDialog(QWidget* parent, const QString& name);
void dressDialog(QDialog* dialog, const QString& name, const QString& title);
void addClose(QDialog* dialog, QBoxLayout* column);

}  // namespace jacobiscope
