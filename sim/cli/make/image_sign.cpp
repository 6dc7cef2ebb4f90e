#include <fmt/format.h>

#include <algorithm>

#include "ota/host/crypto.hpp"
#include "ota/judge.hpp"
#include "ota/trailer.hpp"
#include "sim/cli/make/certificate.hpp"
#include "sim/cli/make/image.hpp"
#include "sim/cli/make/image_files.hpp"
#include "sim/cli/make/made_files.hpp"

namespace cartstorm::cli {
namespace {

/// When an image can be installed: its own dates, those of its signers and that of its CA.
struct Window {
  ota::UnixTime from;
  ota::UnixTime until;
};

Outcome<Window> dates_of(const SignImage& wish, ota::UnixTime now) {
  if (wish.valid_until.has_value() == (wish.days > 0)) {
    return Problem{"expected either --valid-until or --days"};
  }
  const ota::UnixTime from = wish.valid_from.at(now);
  const ota::UnixTime until =
      wish.valid_until ? wish.valid_until->at(now)
                       : ota::UnixTime{from.s + static_cast<std::int64_t>(wish.days) * day_s};
  if (from.s < 0 || until <= from) {
    return Problem{fmt::format("expected --valid-until after --valid-from, found {} to {}",
                               time_text(from), time_text(until))};
  }
  return Window{from, until};
}

ota::Manifest manifest_for(const SignImage& wish, const FileBytes& image, const Window& dates,
                           ota::AnchorId anchor) {
  ota::Manifest manifest;
  manifest.version = wish.version;
  manifest.image_size = static_cast<std::uint32_t>(image.size());
  manifest.image_digest = ota::host::sha256(image);
  manifest.issued = dates.from;
  manifest.expires = dates.until;
  manifest.security_version = static_cast<std::uint32_t>(wish.security_version);
  manifest.hardware_mask = wish.hardware_mask;
  manifest.layout = static_cast<std::uint32_t>(wish.layout);
  manifest.anchor = anchor;
  return manifest;
}

/// Everything that a trailer is made of.
struct Ingredients {
  Credential signer;
  std::vector<ota::host::CertificateBytes> chain;
  CertificateView ca;
};

Outcome<Ingredients> read_ingredients(const SignImage& wish) {
  auto signer = read_credential(wish.signer);
  if (!signer) return signer.problem();
  auto ca = read_ca_certificate(wish.ca);
  if (!ca) return ca.problem();
  std::vector<ota::host::CertificateBytes> chain{signer->certificate.der};
  if (!wish.intermediate.empty()) {
    auto intermediate = read_certificate(wish.intermediate);
    if (!intermediate) return intermediate.problem();
    chain.push_back(intermediate->der);
  }
  std::size_t size = 0;
  for (const auto& certificate : chain) size += certificate.size();
  if (size > ota::chain_capacity) {
    return Problem{fmt::format("the chain has {} bytes, expected at most {}; shorter names help",
                               size, ota::chain_capacity)};
  }
  return Ingredients{std::move(*signer), std::move(chain), std::move(*ca)};
}

const char* advice(ota::Reason reason) {
  if (reason == ota::Reason::untrusted_chain) {
    return "; --signer, --intermediate and --ca-cert do not belong together (keys show FILE says "
           "who issued what)";
  }
  if (reason == ota::Reason::wrong_key_use) {
    return "; --signer must be a signer and --intermediate an intermediate (keys show FILE)";
  }
  return "; the image, its signer and its CA must be valid at one time (keys show FILE)";
}

/// What any cart says of the trailer at the best moment that there is; sets that window.
ota::Reason judge(const ota::Manifest& manifest, ota::Bytes trailer, const ota::Anchor& anchor,
                  Window& window) {
  ota::host::OpensslCrypto crypto;
  ota::Signer signer;
  if (crypto.check_chain(ota::chain_of(trailer), anchor, signer) == ota::ChainVerdict::ok) {
    window.from = std::max(window.from, signer.not_before);
    window.until = std::min({window.until, signer.not_after, anchor.not_after});
  }
  return ota::judge_trust(manifest, trailer, anchor, crypto, window.from);
}

}  // namespace

Outcome<Facts> perform(const SignImage& wish, ota::UnixTime now) {
  const auto dates = dates_of(wish, now);
  if (!dates) return dates.problem();
  const auto image = read_image(wish.image);
  if (!image) return image.problem();
  const auto made_of = read_ingredients(wish);
  if (!made_of) return made_of.problem();
  const ota::Manifest fields = manifest_for(wish, *image, *dates, made_of->ca.anchor.id);
  const auto encoded = ota::host::encode_manifest(fields, made_of->signer.secret.key());
  const FileBytes trailer = ota::host::encode_trailer(encoded, made_of->chain);
  ota::Manifest manifest;
  Window window = *dates;
  const ota::Reason reason = ota::decode(encoded, manifest) == ota::Status::ok
                                 ? judge(manifest, trailer, made_of->ca.anchor, window)
                                 : ota::Reason::malformed_manifest;
  if (reason != ota::Reason::none && !wish.is_forced) {
    return Problem{fmt::format("every cart would refuse it as {}{}; --force writes it all the same",
                               name(reason), advice(reason))};
  }
  const auto written = write_result({wish.out, FileKind::trailer, {wish.image, wish.ca}}, trailer);
  if (!written) return written.problem();
  Facts facts = facts_of(manifest);
  if (reason == ota::Reason::none) {
    facts.time("installable_from", window.from).time("installable_until", window.until);
  } else {
    facts.text("refused_as", name(reason));
  }
  facts.number("bytes", trailer.size()).text("file", wish.out);
  return facts;
}

}  // namespace cartstorm::cli
