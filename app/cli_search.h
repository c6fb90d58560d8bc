// jacobiscope-cli calibrate --search: the fastest schedule on this machine.
#pragma once

#include "app/model_options.h"

namespace jacobiscope {

// Searches, prints what was tried and found, and writes the schedule to --out as text.
int runSearch(const Arguments& arguments);

}  // namespace jacobiscope
