#include "sim/hardware/crypto_memo.hpp"

#include <gtest/gtest.h>

#include "ota/host/certificates.hpp"
#include "ota/host/crypto.hpp"
#include "ota/trust.hpp"

namespace cartstorm::sim {
namespace {

constexpr ota::FlashGeometry geometry{256, 4096, 3 * 4096};

struct Nobody final : FlashListener {
  void on(const FlashCall&) override {}
};

class ACryptoMemo : public testing::Test {
 protected:
  ACryptoMemo() {
    for (std::size_t i = 0; i < content.size(); ++i) {
      content[i] = static_cast<std::byte>(i * 7 + i / 256);
    }
    arena.add(content);
    model.bind(0, flash, supply, nobody);
    EXPECT_EQ(model.program(ota::Region::slot_a, 0, content), ota::Status::ok);
  }
  ota::Digest digest(ota::Crypto& crypto, std::uint32_t length, std::uint32_t step) {
    ota::DigestState state;
    crypto.digest_begin(state);
    for (std::uint32_t at = 0; at < length; at += step) {
      EXPECT_EQ(
          crypto.digest_flash(state, model, ota::Region::slot_a, at, std::min(step, length - at)),
          ota::Status::ok);
    }
    ota::Digest out;
    crypto.digest_end(state, out);
    return out;
  }

  std::vector<std::byte> content = std::vector<std::byte>(8192);
  Arena arena;
  CartFlash flash{geometry};
  Supply supply;
  Nobody nobody;
  FlashModel model{arena, FlashTiming{}, 1};
  ota::host::OpensslCrypto real;
  CryptoMemo memo{real, model};
};

TEST_F(ACryptoMemo, ComputesADigestOnceAndEqualsTheRealOne) {
  const auto expected = digest(real, 8192, 4096);
  EXPECT_EQ(digest(memo, 8192, 4096), expected);
  EXPECT_EQ(digest(memo, 8192, 1024), expected);
  EXPECT_EQ(memo.digests_computed(), 1U);
  EXPECT_EQ(memo.digests_remembered(), 1U);
}

TEST_F(ACryptoMemo, HashesForRealOnceASingleBitDeviates) {
  const auto before = digest(memo, 8192, 4096);
  const std::byte flipped = content[5000] ^ std::byte{0x10};
  flash.image.overwrite(ota::Region::slot_a, 5000, {&flipped, 1});
  const auto after = digest(memo, 8192, 4096);
  EXPECT_NE(after, before);
  EXPECT_EQ(after, digest(real, 8192, 4096));
}

TEST_F(ACryptoMemo, SeesADeviationThatComesWhileTheDigestRuns) {
  ota::DigestState state;
  memo.digest_begin(state);
  ASSERT_EQ(memo.digest_flash(state, model, ota::Region::slot_a, 0, 4096), ota::Status::ok);
  const std::byte flipped = content[4096] ^ std::byte{1};
  flash.image.overwrite(ota::Region::slot_a, 4096, {&flipped, 1});
  ASSERT_EQ(memo.digest_flash(state, model, ota::Region::slot_a, 4096, 4096), ota::Status::ok);
  ota::Digest out;
  memo.digest_end(state, out);
  EXPECT_EQ(out, digest(real, 8192, 4096));
}

TEST_F(ACryptoMemo, HashesBytesBehindAPieceOfTheArena) {
  const std::vector<std::byte> tail(10, std::byte{1});
  ota::Digest outs[2];
  ota::Crypto* cryptos[] = {&memo, &real};
  for (int i = 0; i < 2; ++i) {
    ota::DigestState state;
    cryptos[i]->digest_begin(state);
    ASSERT_EQ(cryptos[i]->digest_flash(state, model, ota::Region::slot_a, 0, 4096),
              ota::Status::ok);
    cryptos[i]->digest_bytes(state, tail);
    cryptos[i]->digest_end(state, outs[i]);
  }
  EXPECT_EQ(outs[0], outs[1]);
}

TEST_F(ACryptoMemo, ChargesTheTimeOfReadingWhetherOrNotItRemembers) {
  const std::int64_t start = supply.now_us;
  static_cast<void>(digest(memo, 8192, 4096));
  const std::int64_t first = supply.now_us - start;
  static_cast<void>(digest(memo, 8192, 4096));
  EXPECT_EQ(supply.now_us - start, 2 * first);
  EXPECT_EQ(first, 400);
}

TEST_F(ACryptoMemo, RemembersVerdictsPerKeyDigestAndSignature) {
  ota::host::PrivateKey private_key{};
  private_key[31] = std::byte{9};
  const auto public_key = ota::host::public_key_of(private_key);
  const auto message = ota::host::sha256(content);
  auto signature = ota::host::sign_p256(private_key, message);
  EXPECT_EQ(memo.verify(public_key, message, signature), ota::Status::ok);
  EXPECT_EQ(memo.verify(public_key, message, signature), ota::Status::ok);
  EXPECT_EQ(memo.signatures_computed(), 1U);
  signature[40] ^= std::byte{1};
  EXPECT_EQ(memo.verify(public_key, message, signature), ota::Status::rejected);
  EXPECT_EQ(memo.signatures_computed(), 2U);
}

/// A CA and a signer below it.
class ARememberedChain : public ACryptoMemo {
 protected:
  ARememberedChain() {
    ca_key[31] = std::byte{9};
    signer_key[31] = std::byte{10};
    ota::host::CertificateFields fields;
    fields.name = "ca";
    fields.not_after = {2'000'000'000};
    certificate = ota::host::make_ca(fields, ca_key);
    EXPECT_EQ(ota::read_anchor(real, certificate, anchor), ota::Status::ok);
    fields.name = "signer";
    chain = ota::host::issue_signer(fields, ota::host::public_key_of(signer_key), {"ca", ca_key});
  }
  ota::host::PrivateKey ca_key{}, signer_key{};
  ota::host::CertificateBytes certificate, chain;
  ota::Anchor anchor;
  ota::Signer signer;
};

TEST_F(ARememberedChain, IsJudgedOncePerContentAndCa) {
  for (int i = 0; i < 3; ++i) {
    signer = {};
    EXPECT_EQ(memo.check_chain(chain, anchor, signer), ota::ChainVerdict::ok);
    EXPECT_EQ(signer.key, ota::host::public_key_of(signer_key));
    EXPECT_EQ(signer.not_after, ota::UnixTime{2'000'000'000});
  }
  EXPECT_EQ(memo.certificates_computed(), 1U);
  ota::Anchor other = anchor;
  other.path_length ^= 1;
  EXPECT_EQ(memo.check_chain(chain, other, signer), ota::ChainVerdict::ok);
  EXPECT_EQ(memo.certificates_computed(), 2U);
  chain[chain.size() - 1] ^= std::byte{1};
  EXPECT_EQ(memo.check_chain(chain, anchor, signer), ota::ChainVerdict::untrusted);
  EXPECT_EQ(memo.certificates_computed(), 3U);
}

TEST_F(ARememberedChain, ManyDamagedOnesAreAllJudgedForReal) {
  for (std::size_t i = 0; i < 40; ++i) {
    ota::host::CertificateBytes damaged = chain;
    damaged[60 + i] ^= std::byte{0x20};
    EXPECT_NE(memo.check_chain(damaged, anchor, signer), ota::ChainVerdict::ok);
  }
  EXPECT_EQ(memo.check_chain(chain, anchor, signer), ota::ChainVerdict::ok);
}

TEST_F(ARememberedChain, ACaIsReadOncePerCertificate) {
  ota::Anchor read;
  EXPECT_EQ(ota::read_anchor(memo, certificate, read), ota::Status::ok);
  EXPECT_EQ(ota::read_anchor(memo, certificate, read), ota::Status::ok);
  EXPECT_EQ(read, anchor);
  EXPECT_EQ(memo.certificates_computed(), 1U);
  certificate[100] ^= std::byte{1};
  EXPECT_EQ(ota::read_anchor(memo, certificate, read), ota::Status::rejected);
}

}  // namespace
}  // namespace cartstorm::sim
