// How much memory there is, asked before much of it is taken: Linux promises more than it has.
#pragma once

#include <cstdint>
#include <string>

namespace jacobiscope {

// Bytes that can be had without swapping, within what the control group of a container or a
// batch job leaves; -1 where the system does not tell.
std::int64_t availableMemory();

// Throws Error saying how much `what` needs and how much is free.
void requireMemory(std::int64_t bytes, const std::string& what, const std::string& hint);

}  // namespace jacobiscope
