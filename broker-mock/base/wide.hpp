#pragma once

namespace cartstorm::broker {

/// Products of counts and exposures overflow 64 bits at a million carts; rules compare them
/// exactly.
__extension__ using Wide = unsigned __int128;

}  // namespace cartstorm::broker
