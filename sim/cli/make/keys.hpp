#pragma once
#include "sim/cli/make/facts.hpp"
#include "sim/cli/make/make_arguments.hpp"
#include "sim/cli/make/outcome.hpp"

/// What the commands of `keys` do. Each is told what time it is now and prints nothing.
namespace cartstorm::cli {

Outcome<Facts> perform(const NewCa&, ota::UnixTime now);
Outcome<Facts> perform(const NewSigner&, ota::UnixTime now);
Outcome<Facts> perform(const NewDevice&, ota::UnixTime now);
Outcome<Facts> perform(const ShowKey&, ota::UnixTime now);

}  // namespace cartstorm::cli
