#include "sim/cli/make/image_files.hpp"

#include <fmt/format.h>

#include "ota/bytes.hpp"
#include "ota/host/crypto.hpp"
#include "ota/trailer.hpp"
#include "sim/cli/make/certificate.hpp"
#include "sim/cli/make/made_files.hpp"
#include "sim/cli/make/recognise.hpp"

namespace cartstorm::cli {
namespace {

constexpr std::size_t largest_patch = std::size_t{2} * ota::patch_largest_image;

Problem wrong_kind(const std::string& file, FileKind kind, std::string_view expected) {
  return Problem{fmt::format("{} is {}, expected {}", file, describe(kind), expected)};
}

/// Takes the DER certificate off the front of the chain; empty if there is none.
ota::host::CertificateBytes take_certificate(ota::Bytes& chain) {
  // A certificate is 30 82, then its length in two bytes; shorter ones do not exist.
  constexpr std::size_t head = 4;
  if (chain.size() < head || chain[0] != std::byte{0x30} || chain[1] != std::byte{0x82}) return {};
  const std::size_t size =
      head + (std::to_integer<std::size_t>(chain[2]) << 8 | std::to_integer<std::size_t>(chain[3]));
  if (size > chain.size()) return {};
  const ota::Bytes der = chain.first(size);
  chain = chain.subspan(size);
  return {der.begin(), der.end()};
}

std::vector<Facts> facts_of_chain(ota::Bytes chain) {
  std::vector<Facts> all;
  while (!chain.empty()) {
    const auto der = take_certificate(chain);
    const auto view = view_certificate(der);
    if (der.empty() || !view) {
      Facts damaged;
      damaged.text("kind", "unknown").number("bytes", der.empty() ? chain.size() : der.size());
      all.push_back(damaged);
      return all;
    }
    all.push_back(facts_of(*view));
  }
  return all;
}

Facts facts_of_bytes(std::string_view kind, ota::Bytes bytes) {
  Facts facts;
  facts.text("kind", kind).number("size", bytes.size());
  facts.text("sha256", hex_text(ota::host::sha256(bytes)));
  return facts;
}

}  // namespace

Outcome<FileBytes> read_image(const std::string& file) {
  auto bytes = read_bytes(file, ota::patch_largest_image, "an image");
  if (!bytes) return bytes;
  const FileKind kind = recognise(*bytes);
  if (kind != FileKind::raw_bytes) return wrong_kind(file, kind, "the raw bytes of an image");
  return bytes;
}

Outcome<FileBytes> read_trailer(const std::string& file) {
  auto bytes = read_bytes(file, ota::patch_largest_image, "a trailer");
  if (!bytes) return bytes;
  const FileKind kind = recognise(*bytes);
  if (kind != FileKind::trailer) {
    return wrong_kind(file, kind, "a trailer, as image sign writes it");
  }
  const std::string problem = why_no_trailer(*bytes);
  if (!problem.empty()) return Problem{file + " " + problem};
  return bytes;
}

Outcome<FileBytes> read_patch(const std::string& file, ota::PatchHeader& header) {
  auto bytes = read_bytes(file, largest_patch, "a patch");
  if (!bytes) return bytes;
  const FileKind kind = recognise(*bytes);
  if (kind != FileKind::patch) return wrong_kind(file, kind, "a patch, as image delta writes it");
  const bool is_whole = bytes->size() >= ota::patch_header_bytes;
  if (!is_whole ||
      ota::decode(ota::Bytes{*bytes}.first(ota::patch_header_bytes), header) != ota::Status::ok) {
    return Problem{file + " begins like a patch, but its header is damaged; make it again"};
  }
  if (header.patch_bytes != bytes->size()) {
    return Problem{fmt::format("{} is a patch of {} bytes, found {}; copy it again", file,
                               header.patch_bytes, bytes->size())};
  }
  return bytes;
}

std::string why_no_trailer(ota::Bytes bytes) {
  if (bytes.size() < ota::trailer_head_bytes) {
    return fmt::format("is a trailer that ends early: expected at least {} bytes, found {}",
                       ota::trailer_head_bytes + 1, bytes.size());
  }
  const std::size_t size = ota::trailer_size(bytes.first<ota::trailer_head_bytes>());
  if (size == 0) {
    return fmt::format("is a trailer whose chain has an impossible length, expected 1 to {} bytes",
                       ota::chain_capacity);
  }
  return size == bytes.size()
             ? ""
             : fmt::format("is a trailer of {} bytes, found {}; copy it again", size, bytes.size());
}

std::string issuer_of_chain(ota::Bytes chain) {
  std::string issuer;
  while (!chain.empty()) {
    const auto view = view_certificate(take_certificate(chain));
    if (!view) return "";
    issuer = view->issuer;
  }
  return issuer;
}

std::string hardware_text(std::uint32_t mask) {
  std::string text;
  for (unsigned n = 0; n < 32; ++n) {
    if ((mask >> n & 1U) != 0) text += (text.empty() ? "" : ", ") + std::to_string(n);
  }
  return text;
}

Facts facts_of(const ota::Manifest& manifest) {
  Facts facts;
  facts.text("version", version_text(manifest.version));
  facts.number("size", manifest.image_size).text("sha256", hex_text(manifest.image_digest));
  facts.time("valid_from", manifest.issued).time("valid_until", manifest.expires);
  facts.number("security_version", manifest.security_version);
  const std::string hardware = hardware_text(manifest.hardware_mask);
  facts.both("hardware", hardware.empty() ? "none" : hardware, "[" + hardware + "]");
  facts.number("layout", manifest.layout).number("flags", manifest.flags);
  facts.text("anchor", anchor_text(manifest.anchor));
  return facts;
}

Facts facts_of_trailer(ota::Bytes trailer) {
  Facts facts;
  facts.text("kind", "trailer").number("bytes", trailer.size());
  ota::Manifest manifest;
  if (ota::decode(ota::manifest_of(trailer), manifest) == ota::Status::ok) {
    facts.parts("manifest", {facts_of(manifest)});
  } else {
    facts.text("note", "no cart takes its manifest: malformed_manifest");
  }
  facts.parts("chain", facts_of_chain(ota::chain_of(trailer)));
  return facts;
}

Facts facts_of(const ota::PatchHeader& header) {
  Facts facts;
  facts.text("kind", "patch").number("bytes", header.patch_bytes);
  facts.number("sector", header.sector_bytes).number("records", ota::plan_of(header).records());
  const std::pair<const char*, const ota::PatchImage*> ends[] = {{"base", &header.base},
                                                                 {"target", &header.target}};
  for (const auto& [name, image] : ends) {
    Facts end;
    end.text("version", version_text(image->version)).number("size", image->size);
    end.text("sha256", hex_text(image->digest));
    facts.parts(name, {end});
  }
  return facts;
}

Facts facts_of_image(ota::Bytes image) { return facts_of_bytes("image", image); }

Facts facts_of_raw_bytes(ota::Bytes bytes) {
  Facts facts = facts_of_bytes("raw bytes", bytes);
  facts.text("note",
             "marked as nothing that cartstorm makes; an image bears no mark, so it may be one: "
             "image verify asks its trailer");
  return facts;
}

}  // namespace cartstorm::cli
