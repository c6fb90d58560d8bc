// How large and how fast a film of a run is to be.
#pragma once

#include <QWidget>
#include <functional>

#include "engine/export/film.h"

namespace jacobiscope {

// Does not block the window. `chosen` is called when the user presses Export; closing the dialog
// leaves everything.
void askFilm(QWidget* parent, const FilmOptions& initial,
             std::function<void(const FilmOptions&)> chosen);

}  // namespace jacobiscope
