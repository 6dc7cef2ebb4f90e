#pragma once
#include "ota/manifest.hpp"
#include "ota/patch.hpp"
#include "sim/cli/make/facts.hpp"
#include "sim/cli/make/outcome.hpp"

/// The files around an image, read and described.
namespace cartstorm::cli {

using FileBytes = std::vector<std::byte>;

/// The raw bytes of an image; what is recognised as something else is refused.
Outcome<FileBytes> read_image(const std::string& file);
/// One whole trailer. Its manifest may still be one that no cart takes.
Outcome<FileBytes> read_trailer(const std::string& file);
/// One whole patch.
Outcome<FileBytes> read_patch(const std::string& file, ota::PatchHeader& header);

/// Nothing if `bytes` is one whole trailer, else what is wrong with it, to follow a name.
std::string why_no_trailer(ota::Bytes bytes);

Facts facts_of(const ota::Manifest&);
Facts facts_of_trailer(ota::Bytes trailer);
Facts facts_of(const ota::PatchHeader&);
/// Size and digest of what is known to be one.
Facts facts_of_image(ota::Bytes image);
/// The same, and that nothing tells what they are.
Facts facts_of_raw_bytes(ota::Bytes);

/// Who issued the last certificate of a chain, printable; empty if one of them is damaged.
std::string issuer_of_chain(ota::Bytes chain);

/// `2, 3`
std::string hardware_text(std::uint32_t mask);

}  // namespace cartstorm::cli
