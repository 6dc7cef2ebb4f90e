#include <fmt/format.h>
#include <gmock/gmock.h>

#include "support/idle_cart.hpp"

// Everything here carries a signature that verifies with some key; most of it must not be
// installed.
namespace ota::test {
namespace {

using host::CertificateBytes;
using host::Extension;
using ::testing::HasSubstr;

/// An image for the default cart, signed by whom and with what chain the test says.
class SignedButWrong : public IdleCart {
 protected:
  Manifest good_fields() {
    Manifest fields = fields_for(v2, bytes);
    fields.anchor = anchor_of(ca).id;
    return fields;
  }
  void offer_with(const host::PrivateKey& signer, const std::vector<CertificateBytes>& chain) {
    offer(image_with_chain(good_fields(), bytes, signer, chain));
    boot_and_run();
  }
  CertificateBytes signer_valid(std::int64_t from_s, std::int64_t until_s) {
    return host::issue_signer(fields_named("signer", from_s, until_s),
                              host::public_key_of(signer_key(ca)), {ca_name(ca), ca});
  }
  CertificateBytes signer_with(const std::vector<Extension>& extensions) {
    return host::issue(fields_named("signer", signer_from_s, signer_until_s),
                       host::public_key_of(signer_key(ca)), {ca_name(ca), ca}, extensions);
  }
  void expect_installed() {
    EXPECT_EQ(status(), "SUCCEEDED");
    EXPECT_EQ(world.agent.running_version(), v2);
    EXPECT_EQ(world.board.flash.defects(), 0u);
  }

  const host::PrivateKey ca = factory_key();
  const std::vector<std::byte> bytes = image_bytes(v2, 6000);
};

TEST_F(SignedButWrong, AnotherSignerOfTheSameCaIsGood) {
  const host::PrivateKey second = ca_key(77);
  offer_with(second, {host::issue_signer(fields_named("night shift", signer_from_s, signer_until_s),
                                         host::public_key_of(second), {ca_name(ca), ca})});
  expect_installed();
}

TEST_F(SignedButWrong, AnIntermediateIsGood) {
  offer_with(signer_key(ca), chain_of_two(ca));
  expect_installed();
}

/// An intermediate of exactly this size: a comment fills it up, and serials are tried until the
/// signature, whose DER has one of three lengths, fits too.
CertificateBytes intermediate_of_size(const host::PrivateKey& ca, std::size_t size) {
  for (unsigned trial = 0; trial < 4'000; ++trial) {
    host::CertificateFields fields = fields_named("issuing", ca_from_s, ca_until_s);
    fields.serial[15] = static_cast<std::byte>(trial % 8);
    CertificateBytes made =
        host::issue(fields, host::public_key_of(intermediate_key(ca)), {ca_name(ca), ca},
                    {{"basicConstraints", "critical,CA:TRUE"},
                     {"keyUsage", "critical,keyCertSign"},
                     {"nsComment", std::string(300 + trial / 8, 'x')}});
    if (made.size() == size) {
      return made;
    }
  }
  return {};
}

TEST_F(SignedButWrong, AChainOf1024BytesIsGoodAndOneMoreIsTooLarge) {
  for (const std::size_t size : {1024u, 1025u}) {
    World fresh;
    std::vector<CertificateBytes> chain = chain_of_two(ca);
    chain[1] = intermediate_of_size(ca, size - chain[0].size());
    ASSERT_EQ(chain[0].size() + chain[1].size(), size);
    const Image image = image_with_chain(good_fields(), bytes, signer_key(ca), chain);
    fresh.cloud.offer("fw-2-0-0", image);
    fresh.store.object = image.bytes;
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, size == 1024 ? "SUCCEEDED" : "REJECTED");
    EXPECT_EQ(fresh.board.witness.count("manifest reject document_too_large"), size - 1024);
  }
}

TEST_F(SignedButWrong, AChainToAnotherCaThanTheManifestNames) {
  offer_with(signer_key(new_key()), {signer_certificate(new_key())});
  expect_end("FAILED", "untrusted_chain");
}

TEST_F(SignedButWrong, AChainToAnotherInstalledCaThanTheManifestNames) {
  boot_and_run();
  receive("carts/cart-00042/ca/install", install_of(new_key()));
  offer(image_with_chain(good_fields(), bytes, signer_key(new_key()),
                         {signer_certificate(new_key())}));
  world.run();
  expect_end("FAILED", "untrusted_chain");
}

TEST_F(SignedButWrong, AManifestThatTheSignerOfTheChainDidNotSign) {
  offer_with(signer_key(new_key()), {signer_certificate(ca)});
  expect_end("FAILED", "bad_signature");
}

TEST_F(SignedButWrong, AManifestSignedByTheCaItself) {
  offer_with(ca, {ca_certificate(ca)});
  expect_end("FAILED", "wrong_key_use");
}

TEST_F(SignedButWrong, ASignerThatIssuedAnotherSigner) {
  const host::PrivateKey second = ca_key(77);
  offer_with(second, {host::issue_signer(fields_named("second", signer_from_s, signer_until_s),
                                         host::public_key_of(second), {"signer", signer_key(ca)}),
                      signer_certificate(ca)});
  expect_end("FAILED", "wrong_key_use");
}

TEST_F(SignedButWrong, ASignerThatWasMadeForTls) {
  offer_with(signer_key(ca), {signer_with({{"keyUsage", "critical,digitalSignature"},
                                           {"extendedKeyUsage", "serverAuth"}})});
  expect_end("FAILED", "wrong_key_use");
}

TEST_F(SignedButWrong, ACriticalExtensionThatNobodyKnows) {
  offer_with(signer_key(ca), {signer_with({{"keyUsage", "critical,digitalSignature"},
                                           {"extendedKeyUsage", "codeSigning"},
                                           {"1.2.3.4", "critical,DER:0500"}})});
  expect_end("FAILED", "bad_chain");
}

TEST_F(SignedButWrong, AChainThatIsNoCertificate) {
  offer_with(signer_key(ca), {CertificateBytes(300, std::byte{0x30})});
  expect_end("FAILED", "bad_chain");
}

TEST_F(SignedButWrong, EveryDateIsJudgedAtTheTimeOfTheServerAndNoneTwice) {
  constexpr std::int64_t now = 1'750'000'000;  // the cloud's
  struct Row {
    std::int64_t from_s, until_s;
    const char* outcome;
  };
  const Row rows[] = {
      {now, now + 1, "accept none"},
      {now + 1, now + 2, "reject signer_not_yet_valid"},
      {now - 2, now, "reject signer_expired"},
      {now - 2, now - 1, "reject signer_expired"},
  };
  for (const Row& row : rows) {
    World fresh;
    fresh.cloud.offer("fw-2-0-0", image_with_chain(good_fields(), bytes, signer_key(ca),
                                                   {signer_valid(row.from_s, row.until_s)}));
    fresh.store.object = bytes;
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.board.witness.count(fmt::format("manifest {}", row.outcome)), 1u);
  }
}

TEST_F(SignedButWrong, AnIntermediateThatExpiredEndsItsSigners) {
  std::vector<CertificateBytes> chain = chain_of_two(ca);
  chain[1] = host::issue_intermediate(fields_named("issuing", ca_from_s, 1'750'000'000),
                                      host::public_key_of(intermediate_key(ca)), {ca_name(ca), ca});
  offer_with(signer_key(ca), chain);
  expect_end("FAILED", "signer_expired");
}

TEST_F(SignedButWrong, ACaThatExpiredVouchesForNothingNew) {
  boot_and_run();
  receive("carts/cart-00042/ca/install",
          install_of(anchor_of(ca).id,
                     host::make_ca(fields_named(ca_name(ca), ca_from_s, 1'750'000'000), ca)));
  offer(good_image(v2));
  world.cloud.now_s = 1'750'000'000;
  notify();
  world.run();
  expect_end("FAILED", "anchor_expired");
}

TEST_F(SignedButWrong, ASignerThatExpiresWhileItsImageIsOnTheWayStaysJudged) {
  offer(image_with_chain(good_fields(), bytes, signer_key(ca),
                         {signer_valid(signer_from_s, 1'750'000'100)}));
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  world.cloud.now_s = 1'760'000'000;
  world.boot();  // also after a reset: the verdict stands in the journal's phase
  world.run();
  expect_installed();
}

TEST_F(SignedButWrong, AnImageForOtherHardwareLayoutOrAnOlderTimeIsRejectedThoughSigned) {
  struct Row {
    const char* reason;
    std::function<void(Manifest&)> change;
  };
  const Row rows[] = {
      {"wrong_hardware", [](Manifest& m) { m.hardware_mask = 0b0100; }},
      {"wrong_layout", [](Manifest& m) { m.layout = layout_id + 1; }},
      {"older_security_version", [](Manifest& m) { m.security_version = 0; }},
      {"downgrade", [](Manifest& m) { m.version = {v1.value - 1}; }},
      {"unknown_flag", [](Manifest& m) { m.flags = 0x80000000; }},
  };
  for (const Row& row : rows) {
    SCOPED_TRACE(row.reason);
    World fresh;
    Manifest fields = good_fields();
    row.change(fields);
    fresh.cloud.offer("fw-2-0-0",
                      image_with_chain(fields, bytes, signer_key(ca), {signer_certificate(ca)}));
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "REJECTED");
    EXPECT_EQ(fresh.board.witness.count(fmt::format("manifest reject {}", row.reason)), 1u);
    EXPECT_EQ(fresh.store.gets, 0);
    EXPECT_EQ(fresh.board.flash.changes(Region::slot_b), 0u);
  }
}

TEST_F(SignedButWrong, AFieldChangedAfterSigningIsABadSignature) {
  for (const std::size_t offset : {8u, 12u, 48u, 64u, 68u, 72u, 128u, 191u}) {
    World fresh;
    Image image = good_image(v2);
    image.trailer[offset] ^= std::byte{0x08};
    fresh.cloud.offer("fw-2-0-0", image);
    fresh.store.object = image.bytes;
    fresh.boot();
    fresh.run();
    EXPECT_NE(fresh.cloud.executions.back().status, "SUCCEEDED") << offset;
    EXPECT_EQ(fresh.agent.running_version(), v1);
  }
}

TEST_F(SignedButWrong, ADocumentWithoutAProperChainIsRejected) {
  const std::string good = world.cloud.document_for(good_image(v2));
  const std::size_t from = good.find("\"chain\":\"") + 9;
  const std::pair<std::string, const char*> rows[] = {
      {good.substr(0, from - 10) + "}", "malformed_document"},
      {good.substr(0, from) + "\"}", "malformed_document"},
      {good.substr(0, from) + "AAA\"}", "malformed_document"},
      {good.substr(0, from) + "A=AA\"}", "malformed_document"},
      {good.substr(0, from) + std::string(64, 'A') + "AA==" + std::string(64, 'A') + "\"}",
       "malformed_document"},
      {good.substr(0, from) + std::string(60, 'A') + "AA==" + std::string(64, 'A') + "\"}",
       "malformed_document"},
      {good.substr(0, from) + std::string(1368, 'A') + "\"}", "document_too_large"},
      {good.substr(0, from) + std::string(8000, 'A') + "\"}", "document_too_large"},
  };
  for (const auto& [document, reason] : rows) {
    SCOPED_TRACE(document.substr(from - 20));
    World fresh;
    fresh.cloud.offer("fw-2-0-0", good_image(v2)).document = document;
    fresh.boot();
    fresh.run();
    EXPECT_EQ(fresh.cloud.executions.back().status, "REJECTED");
    EXPECT_THAT(fresh.cloud.other_uplinks.back().payload,
                HasSubstr(fmt::format(R"("reason":"{}")", reason)));
    EXPECT_EQ(fresh.overflows, 0);
  }
}

TEST_F(SignedButWrong, AnotherChainUnderTheSameJobIsJudgedAnew) {
  offer(good_image(v2));
  world.boot();
  ASSERT_TRUE(world.run_to(State::downloading));
  world.cloud.executions.back().document = world.cloud.document_for(image_with_chain(
      good_fields(), bytes, signer_key(ca), {signer_valid(signer_from_s, 1'740'000'000)}));
  world.boot();
  world.run();
  EXPECT_EQ(status(), "FAILED");
  EXPECT_THAT(final_report(), HasSubstr("signer_expired"));
  EXPECT_EQ(world.board.witness.count("manifest"), 2u);
}

}  // namespace
}  // namespace ota::test
