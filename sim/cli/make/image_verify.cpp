#include <fmt/format.h>

#include <bit>

#include "ota/host/crypto.hpp"
#include "ota/judge.hpp"
#include "ota/trailer.hpp"
#include "sim/cli/make/certificate.hpp"
#include "sim/cli/make/image.hpp"
#include "sim/cli/make/image_files.hpp"
#include "sim/cli/terminal.hpp"

namespace cartstorm::cli {
namespace {

using ota::Reason;

/// All that a verdict rests on.
struct Case {
  const VerifyImage& wish;
  const FileBytes& image;
  const FileBytes& trailer;
  const CertificateView& ca;
  ota::UnixTime at;
  ota::Manifest manifest{};
};

ota::FlashGeometry geometry_of(const Case& c) {
  constexpr std::uint32_t any_sector = ota::patch_largest_sector;
  constexpr std::uint32_t any_slot = ota::patch_largest_image + any_sector;
  return c.wish.slot == 0 ? ota::FlashGeometry{8, any_sector, any_slot}
                          : ota::FlashGeometry{8, c.wish.sector, c.wish.slot};
}

/// The cart that is asked: as told, or one that the manifest is for.
ota::Identity identity_of(const Case& c) {
  const auto any = static_cast<std::uint64_t>(std::countr_zero(c.manifest.hardware_mask));
  return {"", static_cast<std::uint32_t>(c.wish.hardware.value_or(any)),
          static_cast<std::uint32_t>(c.wish.layout.value_or(c.manifest.layout)), ""};
}

/// In the order in which a cart finds out.
Reason judge(Case& c) {
  if (ota::decode(ota::manifest_of(c.trailer), c.manifest) != ota::Status::ok) {
    return Reason::malformed_manifest;
  }
  const auto floor = static_cast<std::uint32_t>(c.wish.floor);
  const Reason fit =
      ota::judge_fit(c.manifest, identity_of(c), geometry_of(c), c.wish.running, floor);
  if (fit != Reason::none) return fit;
  ota::host::OpensslCrypto crypto;
  const Reason trust = ota::judge_trust(c.manifest, c.trailer, c.ca.anchor, crypto, c.at);
  if (trust != Reason::none) return trust;
  const bool is_it = c.image.size() == c.manifest.image_size &&
                     ota::host::sha256(c.image) == c.manifest.image_digest;
  return is_it ? Reason::none : Reason::digest_mismatch;
}

std::string differ(std::string_view what, std::string_view wanted, std::string_view found) {
  return fmt::format("{}: expected {}, found {}", what, wanted, found);
}

std::string why_unfit(const Case& c, Reason reason) {
  const ota::Manifest& m = c.manifest;
  if (reason == Reason::wrong_hardware) {
    const std::string made_for = hardware_text(m.hardware_mask);
    return differ("hardware revision", made_for.empty() ? "none" : made_for,
                  std::to_string(identity_of(c).hardware_revision));
  }
  if (reason == Reason::wrong_layout) {
    return differ("layout", std::to_string(m.layout), std::to_string(identity_of(c).layout));
  }
  if (reason == Reason::older_security_version) {
    return differ("security version", fmt::format("at least {}", c.wish.floor),
                  std::to_string(m.security_version));
  }
  if (reason == Reason::downgrade) {
    return differ("version", "at least " + version_text(c.wish.running), version_text(m.version));
  }
  if (reason == Reason::image_too_large) {
    return differ("image size", fmt::format("1 to {} bytes", image_capacity(geometry_of(c))),
                  std::to_string(m.image_size));
  }
  return reason == Reason::unknown_flag ? differ("flags", "0", std::to_string(m.flags)) : "";
}

std::string why_untimely(const Case& c, Reason reason) {
  ota::host::OpensslCrypto crypto;
  ota::Signer signer;
  if (crypto.check_chain(ota::chain_of(c.trailer), c.ca.anchor, signer) != ota::ChainVerdict::ok) {
    return "";
  }
  const std::string at = time_text(c.at);
  const auto from = [&](ota::UnixTime t) { return differ("time", time_text(t) + " or later", at); };
  const auto until = [&](ota::UnixTime t) { return differ("time", "before " + time_text(t), at); };
  if (reason == Reason::not_yet_valid) return from(c.manifest.issued);
  if (reason == Reason::expired) return until(c.manifest.expires);
  if (reason == Reason::signer_not_yet_valid) return from(signer.not_before);
  if (reason == Reason::signer_expired) return until(signer.not_after);
  return reason == Reason::anchor_expired ? until(c.ca.anchor.not_after) : "";
}

/// The manifest names another CA, or the right one, which did not issue the signer.
std::string why_untrusted(const Case& c) {
  if (c.manifest.anchor != c.ca.anchor.id) {
    return fmt::format(
        "the manifest names the CA {}, found {}; a cart that lacks the named one "
        "asks for it and waits",
        anchor_text(c.manifest.anchor), anchor_text(c.ca.anchor.id));
  }
  const std::string issuer = issuer_of_chain(ota::chain_of(c.trailer));
  return issuer == c.ca.subject ? "the chain bears the name of the CA, which did not sign it"
                                : differ("issuer of the chain", c.ca.subject, issuer);
}

/// What was expected and what was found; empty when the reason says it all.
std::string explain(const Case& c, Reason reason) {
  if (reason == Reason::digest_mismatch && c.image.size() != c.manifest.image_size) {
    return differ("image size", std::to_string(c.manifest.image_size),
                  std::to_string(c.image.size()));
  }
  if (reason == Reason::digest_mismatch) {
    return differ("SHA-256", hex_text(c.manifest.image_digest),
                  hex_text(ota::host::sha256(c.image)));
  }
  if (reason == Reason::untrusted_chain) return why_untrusted(c);
  const std::string unfit = why_unfit(c, reason);
  return unfit.empty() ? why_untimely(c, reason) : unfit;
}

/// Options that were not given, so that their reasons could not come up.
Facts& add_not_judged(const VerifyImage& wish, Facts& facts) {
  std::string shown, json;
  const std::pair<const char*, bool> options[] = {{"hardware", !wish.hardware.has_value()},
                                                  {"layout", !wish.layout.has_value()},
                                                  {"slot", wish.slot == 0}};
  for (const auto& [name, is_missing] : options) {
    if (!is_missing) continue;
    shown += (shown.empty() ? "" : ", ") + std::string(name);
    json += (json.empty() ? "" : ", ") + json_text(name);
  }
  if (shown.empty()) shown = "nothing";
  return facts.both("not_judged", shown, "[" + json + "]");
}

}  // namespace

Outcome<Verdict> perform(const VerifyImage& wish, ota::UnixTime now) {
  const auto image = read_image(wish.image);
  if (!image) return image.problem();
  const auto trailer = read_trailer(wish.trailer);
  if (!trailer) return trailer.problem();
  const auto ca = read_ca_certificate(wish.ca);
  if (!ca) return ca.problem();
  const std::size_t least = ota::trailer_capacity + wish.sector;
  if (wish.slot != 0 && (wish.slot % wish.sector != 0 || wish.slot < least)) {
    return Problem{
        fmt::format("--slot: expected a multiple of the sector ({} bytes) with room for "
                    "a trailer and an image, found {} bytes",
                    wish.sector, wish.slot)};
  }
  Case c{wish, *image, *trailer, *ca, wish.at.at(now)};
  Verdict verdict;
  verdict.reason = judge(c);
  const bool is_accepted = verdict.reason == Reason::none;
  verdict.facts.text("verdict", is_accepted ? "accepted" : "refused");
  verdict.facts.text("reason", name(verdict.reason));
  const std::string why = explain(c, verdict.reason);
  if (!why.empty()) verdict.facts.text("why", why);
  verdict.facts.text("version", version_text(c.manifest.version)).time("at", c.at);
  add_not_judged(wish, verdict.facts);
  return verdict;
}

}  // namespace cartstorm::cli
