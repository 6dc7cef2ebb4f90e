#pragma once
#include <cstdint>

namespace ota {

/// Outcome of one operation on hardware or on untrusted bytes.
///
/// power_lost is only ever produced by hardware models: once returned, every later hardware call
/// of that cart returns it too, until the object is destroyed and the cart starts again (D29).
enum class [[nodiscard]] Status : std::uint8_t{
    ok, io_error, power_lost, out_of_range, not_found, corrupt, rejected,
};

}  // namespace ota
