#include "sim/cli/make/keys.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "broker-mock/net/certificates.hpp"
#include "sim/cli/make/certificate.hpp"
#include "sim/cli/make/made_files.hpp"
#include "sim/cli/make/recognise.hpp"

namespace cartstorm::cli {
namespace {

constexpr std::int64_t end_of_dates_s = 7'258'118'400;  // 2200-01-01: WIRE.md needs less

/// The dates and the name that a certificate is asked to have.
Outcome<ota::host::CertificateFields> fields_for(const std::string& name, const TimeWish& from,
                                                 std::uint64_t days, ota::UnixTime now) {
  const ota::UnixTime start = from.at(now);
  const ota::UnixTime end{start.s + static_cast<std::int64_t>(days) * day_s};
  if (start.s < 0 || end.s >= end_of_dates_s) {
    return Problem{
        fmt::format("--valid-from and --days: expected dates from 1970 to 2199, found {} "
                    "to {}",
                    time_text(start), time_text(end))};
  }
  return ota::host::CertificateFields{name, new_serial(), start, end};
}

/// Writes the pair and says what it is.
Outcome<Facts> keep(const std::string& out, const Secret& secret,
                    const ota::host::CertificateBytes& der) {
  const auto view = view_certificate(der);
  if (!view) return view.problem();
  std::string key = secret_pem(secret);
  const auto written = write_pair(out, key, certificate_pem(der));
  OPENSSL_cleanse(key.data(), key.size());
  if (!written) return written.problem();
  Facts facts = facts_of(*view);
  facts.text("key_file", key_path(out).string());
  facts.text("certificate_file", certificate_path(out).string());
  return facts;
}

/// `[a-zA-Z0-9:_-]{1,64}` (WIRE.md section 1): the endpoint takes nothing else for a thing.
bool is_thing_name(std::string_view name) {
  constexpr std::string_view known =
      "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789:_-";
  constexpr std::size_t longest = 64;
  return !name.empty() && name.size() <= longest &&
         name.find_first_not_of(known) == std::string_view::npos;
}

/// Nothing, or why `issuer` cannot issue what is asked for.
std::string why_not_issued(const NewSigner& wish, const CertificateView& issuer) {
  if (issuer.role != Role::ca && issuer.role != Role::intermediate) {
    return fmt::format("--ca {}: \"{}\" has the role {}, expected a CA or an intermediate",
                       wish.issuer, issuer.subject, name(issuer.role));
  }
  if (issuer.common_name.empty()) {
    return fmt::format(
        "--ca {}: its subject is \"{}\", expected one common name in UTF-8; "
        "certificates of other CAs are made with their own tools and can be used by "
        "image sign",
        wish.issuer, issuer.subject);
  }
  if (!wish.is_intermediate) return "";
  if (issuer.role != Role::ca) {
    return fmt::format(
        "--intermediate: {} is an intermediate itself, and carts take at most one; "
        "expected a CA",
        wish.issuer);
  }
  return issuer.anchor.path_length > 0
             ? ""
             : fmt::format("--intermediate: {} allows none below it", wish.issuer);
}

Outcome<Facts> show_secret(const std::string& file, ota::Bytes content) {
  const auto secret = parse_secret({reinterpret_cast<const char*>(content.data()), content.size()});
  if (!secret) return Problem{file + " " + secret.problem().text};
  Facts facts;
  facts.text("kind", "private key").text("type", "P-256");
  facts.text("key_id",
             anchor_text(ota::host::anchor_id_of(ota::host::public_key_of(secret->key()))));
  return facts;
}

}  // namespace

Outcome<Facts> perform(const NewCa& wish, ota::UnixTime now) {
  const auto fields = fields_for(wish.name, wish.valid_from, wish.days, now);
  if (!fields) return fields.problem();
  const auto secret = new_secret();
  if (!secret) return secret.problem();
  return keep(wish.out, *secret, ota::host::make_ca(*fields, secret->key()));
}

Outcome<Facts> perform(const NewSigner& wish, ota::UnixTime now) {
  const auto issuer = read_credential(wish.issuer);
  if (!issuer) return issuer.problem();
  if (const std::string problem = why_not_issued(wish, issuer->certificate); !problem.empty()) {
    return Problem{problem};
  }
  const auto fields = fields_for(wish.name, wish.valid_from, wish.days, now);
  if (!fields) return fields.problem();
  const auto secret = new_secret();
  if (!secret) return secret.problem();
  const ota::PublicKey key = ota::host::public_key_of(secret->key());
  const ota::host::Issuer by{issuer->certificate.common_name, issuer->secret.key()};
  auto facts = keep(wish.out, *secret,
                    wish.is_intermediate ? ota::host::issue_intermediate(*fields, key, by)
                                         : ota::host::issue_signer(*fields, key, by));
  const ota::UnixTime issuer_ends = issuer->certificate.not_after;
  if (facts && fields->not_after > issuer_ends) {
    facts->text("note", "its issuer ends before it, on " + time_text(issuer_ends));
  }
  return facts;
}

Outcome<Facts> perform(const NewDevice& wish, ota::UnixTime now) {
  namespace net = broker::net;
  if (!is_thing_name(wish.name)) {
    return Problem{fmt::format("--name: expected a thing name [a-zA-Z0-9:_-]{{1,64}}, found \"{}\"",
                               wish.name)};
  }
  const std::filesystem::path ca = std::filesystem::path{wish.data} / "tls" / "ca";
  if (!std::filesystem::exists(net::certificate_files(ca).certificate)) {
    return Problem{
        fmt::format("--data {}: there is no CA of an endpoint; cartstorm broker --data "
                    "{} makes one when it starts",
                    wish.data, wish.data)};
  }
  net::CertificateWish certificate;
  certificate.common_name = wish.name;
  certificate.days = static_cast<std::uint32_t>(wish.days);
  certificate.valid_from_unix_s = wish.valid_from.at(now).s;
  std::string problem = net::make_certificate(certificate, ca, wish.out);
  if (!problem.empty()) return Problem{std::move(problem)};
  const net::CertificateFiles files = net::certificate_files(wish.out);
  Facts facts;
  facts.text("thing", wish.name);
  facts.text("key_file", files.key.string());
  facts.text("certificate_file", files.certificate.string());
  facts.text("ca_file", net::certificate_files(ca).certificate.string());
  return facts;
}

Outcome<Facts> perform(const ShowKey& wish, ota::UnixTime) {
  auto content = read_bytes(wish.file, certificate_file_limit, "a key or a certificate");
  if (!content) return content.problem();
  const FileKind kind = recognise(*content);
  if (kind == FileKind::private_key) {
    auto facts = show_secret(wish.file, *content);
    OPENSSL_cleanse(content->data(), content->size());
    return facts;
  }
  if (kind != FileKind::certificate) {
    return Problem{
        fmt::format("{} is {}, expected a key or a certificate", wish.file, describe(kind))};
  }
  const auto view = read_certificate(wish.file);
  if (!view) return view.problem();
  return facts_of(*view);
}

}  // namespace cartstorm::cli
