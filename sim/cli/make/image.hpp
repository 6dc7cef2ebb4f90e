#pragma once
#include "sim/cli/make/facts.hpp"
#include "sim/cli/make/make_arguments.hpp"
#include "sim/cli/make/outcome.hpp"

/// What the commands of `image` do. Each is told what time it is now and prints nothing.
namespace cartstorm::cli {

Outcome<Facts> perform(const BuildImage&, ota::UnixTime now);
Outcome<Facts> perform(const SignImage&, ota::UnixTime now);
Outcome<Facts> perform(const InspectFile&, ota::UnixTime now);
Outcome<Facts> perform(const MakeDelta&, ota::UnixTime now);

/// The job document of WIRE.md section 8.
Outcome<std::string> print_document(const PrintDocument&);

/// What a cart says of an image.
struct Verdict {
  ota::Reason reason{};
  Facts facts;
};
Outcome<Verdict> perform(const VerifyImage&, ota::UnixTime now);

}  // namespace cartstorm::cli
