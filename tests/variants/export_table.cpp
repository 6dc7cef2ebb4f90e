#include "sim/explore/device_code_table.hpp"

// Compiled with the headers of a variant and linked into it: the one symbol that it shows.

namespace {

const cartstorm::sim::explore::DeviceCode code =
    cartstorm::sim::explore::device_code_of_this_build();

}  // namespace

extern "C" const cartstorm::sim::explore::DeviceCode* cartstorm_device_code() { return &code; }
