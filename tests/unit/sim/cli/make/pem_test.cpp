#include "sim/cli/make/pem.hpp"

#include <gmock/gmock.h>

#include "sim/cli/make/certificate.hpp"
#include "sim/cli/make/recognise.hpp"

namespace cartstorm::cli {
namespace {

using ::testing::HasSubstr;

ota::Bytes bytes_of(const std::string& text) { return std::as_bytes(std::span{text}); }

/// A dashed line, in two parts so that this file holds no key.
std::string begin(const std::string& label) {
  return "-----BEG"
         "IN " +
         label + "-----\n";
}

struct MadeCa : ::testing::Test {
  Outcome<Secret> secret = new_secret();
  ota::host::CertificateBytes der =
      ota::host::make_ca({"Fleet", new_serial(), {1'000}, {2'000'000'000}}, secret->key());
};

TEST_F(MadeCa, KeyComesBackFromItsText) {
  const auto again = parse_secret(secret_pem(*secret));
  ASSERT_TRUE(again);
  EXPECT_EQ(again->key(), secret->key());
}

TEST_F(MadeCa, CertificateComesBackFromTextAndBytes) {
  const std::string pem = certificate_pem(der);
  EXPECT_EQ(*parse_certificate(bytes_of(pem)), der);
  EXPECT_EQ(*parse_certificate(der), der);
  EXPECT_EQ(parse_certificate(bytes_of(pem + pem)).problem().text,
            "holds several certificates, expected one");
}

TEST_F(MadeCa, IsSeenAsACart) {
  const auto view = view_certificate(der);
  ASSERT_TRUE(view);
  EXPECT_EQ(view->role, Role::ca);
  EXPECT_EQ(view->common_name, "Fleet");
  EXPECT_EQ(view->subject, "CN=Fleet");
  EXPECT_EQ(view->not_before, ota::UnixTime{1'000});
  EXPECT_EQ(view->not_after, ota::UnixTime{2'000'000'000});
  EXPECT_EQ(view->anchor.id, ota::host::anchor_id_of(ota::host::public_key_of(secret->key())));
}

TEST_F(MadeCa, RolesAreTold) {
  const ota::host::CertificateFields fields{"Below", new_serial(), {1'000}, {2'000}};
  const auto other = new_secret();
  const ota::PublicKey key = ota::host::public_key_of(other->key());
  const ota::host::Issuer by{"Fleet", secret->key()};
  EXPECT_EQ(view_certificate(ota::host::issue_signer(fields, key, by))->role, Role::signer);
  EXPECT_EQ(view_certificate(ota::host::issue_intermediate(fields, key, by))->role,
            Role::intermediate);
  EXPECT_EQ(view_certificate(ota::host::issue(fields, key, by, {}))->role, Role::none);
}

TEST_F(MadeCa, EveryCutOfItsTextIsAProblemAndNoCrash) {
  const std::string key = secret_pem(*secret);
  const std::string certificate = certificate_pem(der);
  const std::string end = "-----END";
  for (std::size_t size = 0; size < key.find(end); ++size) {
    EXPECT_FALSE(parse_secret(key.substr(0, size))) << size;
  }
  for (std::size_t size = 0; size < certificate.find(end); ++size) {
    EXPECT_FALSE(parse_certificate(bytes_of(certificate.substr(0, size)))) << size;
  }
  for (std::size_t size = 0; size < der.size(); ++size) {
    EXPECT_FALSE(parse_certificate(ota::Bytes{der}.first(size))) << size;
  }
}

TEST(ParseSecret, SaysWhatItFoundInstead) {
  EXPECT_EQ(parse_secret("hello").problem().text, "is not PEM, expected a private key");
  EXPECT_EQ(parse_secret(begin("CERTIFICATE")).problem().text,
            "holds \"CERTIFICATE\", expected a private key");
  EXPECT_THAT(parse_secret(begin("ENCRYPTED PRIVATE KEY") + "AAAA\n").problem().text,
              HasSubstr("is encrypted"));
}

TEST(Recognise, GoesByTheFirstBytes) {
  const auto kind = [](const std::string& text) { return recognise(bytes_of(text)); };
  EXPECT_EQ(kind("CSM1"), FileKind::trailer);
  EXPECT_EQ(kind("CPT1"), FileKind::patch);
  EXPECT_EQ(kind("\x7f"
                 "ELF"),
            FileKind::elf);
  EXPECT_EQ(kind(":10000000FF"), FileKind::hex_text);
  EXPECT_EQ(kind("S00600004844521B"), FileKind::hex_text);
  EXPECT_EQ(kind("PK\x03\x04"), FileKind::archive);
  EXPECT_EQ(kind("remarks\n" + begin("EC PRIVATE KEY")), FileKind::private_key);
  EXPECT_EQ(kind(begin("CERTIFICATE")), FileKind::certificate);
  EXPECT_EQ(kind(begin("PUBLIC KEY")), FileKind::other_pem);
  EXPECT_EQ(kind(":no hex"), FileKind::raw_bytes);
  EXPECT_EQ(kind("x"), FileKind::raw_bytes);
  EXPECT_EQ(kind("CTFLASH1"), FileKind::flash);
  EXPECT_EQ(kind(std::string("SQLite format 3\0", 16)), FileKind::database);
  EXPECT_EQ(kind("SQLite format 3"), FileKind::raw_bytes);
}

}  // namespace
}  // namespace cartstorm::cli
