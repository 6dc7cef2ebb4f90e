#include <gtest/gtest.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "../support/images.hpp"
#include "ota/host/crypto.hpp"
#include "ota/trust.hpp"

namespace ota::test {
namespace {

using host::CertificateBytes;
using host::Extension;

const Extension ca_constraints{"basicConstraints", "critical,CA:TRUE"};
const Extension signs_certificates{"keyUsage", "critical,keyCertSign"};
const Extension signs_data{"keyUsage", "critical,digitalSignature"};
const Extension signs_code{"extendedKeyUsage", "codeSigning"};

CertificateBytes joined(std::initializer_list<CertificateBytes> parts) {
  CertificateBytes whole;
  for (const CertificateBytes& part : parts) {
    whole.insert(whole.end(), part.begin(), part.end());
  }
  return whole;
}

class ChainToTheFactoryCa : public ::testing::Test {
 protected:
  ChainVerdict judge(const CertificateBytes& chain) { return judge(chain, ca); }
  ChainVerdict judge(const CertificateBytes& chain, const Anchor& anchor) {
    return crypto.check_chain(chain, anchor, signer);
  }
  /// A certificate for the signer's key, directly below the CA.
  CertificateBytes leaf(const std::vector<Extension>& extensions) {
    return host::issue(fields_named("signer", signer_from_s, signer_until_s),
                       host::public_key_of(signer_key(factory_key())),
                       {ca_name(factory_key()), factory_key()}, extensions);
  }
  /// A chain of two whose intermediate has these extensions.
  CertificateBytes below(const std::vector<Extension>& extensions) {
    return joined({chain_of_two(factory_key())[0],
                   host::issue(fields_named("issuing", ca_from_s, ca_until_s),
                               host::public_key_of(intermediate_key(factory_key())),
                               {ca_name(factory_key()), factory_key()}, extensions)});
  }

  host::OpensslCrypto crypto;
  const Anchor ca = anchor_of(factory_key());
  Signer signer;
};

TEST_F(ChainToTheFactoryCa, ASignerDirectlyBelowIsGood) {
  EXPECT_EQ(judge(signer_certificate(factory_key())), ChainVerdict::ok);
  EXPECT_EQ(signer.key, host::public_key_of(signer_key(factory_key())));
  EXPECT_EQ(signer.not_before, UnixTime{1'700'000'000});
  EXPECT_EQ(signer.not_after, UnixTime{1'800'000'000});
}

TEST_F(ChainToTheFactoryCa, AnIntermediateBetweenIsGoodAndNarrowsTheDates) {
  const host::PrivateKey between = intermediate_key(factory_key());
  const CertificateBytes issuing = host::issue_intermediate(
      fields_named("issuing", 1'710'000'000, 1'790'000'000), host::public_key_of(between),
      {ca_name(factory_key()), factory_key()});
  EXPECT_EQ(judge(joined({chain_of_two(factory_key())[0], issuing})), ChainVerdict::ok);
  EXPECT_EQ(signer.not_before, UnixTime{1'710'000'000});
  EXPECT_EQ(signer.not_after, UnixTime{1'790'000'000});
}

TEST_F(ChainToTheFactoryCa, DatesAreToldAndNeverJudged) {
  const CertificateBytes old = host::issue_signer(fields_named("signer", 1'000, 2'000),
                                                  host::public_key_of(signer_key(factory_key())),
                                                  {ca_name(factory_key()), factory_key()});
  EXPECT_EQ(judge(old), ChainVerdict::ok);
  EXPECT_EQ(signer.not_after, UnixTime{2'000});
  const CertificateBytes late = host::issue_signer(
      fields_named("signer", 4'000'000'000, 253'402'300'799),
      host::public_key_of(signer_key(factory_key())), {ca_name(factory_key()), factory_key()});
  EXPECT_EQ(judge(late), ChainVerdict::ok);
  EXPECT_EQ(signer.not_before, UnixTime{4'000'000'000});
  EXPECT_EQ(signer.not_after, UnixTime{253'402'300'799});
}

TEST_F(ChainToTheFactoryCa, AnotherCaIsNotTrustedWhateverItsNameIs) {
  EXPECT_EQ(judge(signer_certificate(new_key())), ChainVerdict::untrusted);
  EXPECT_EQ(judge(signer_certificate(factory_key()), anchor_of(new_key())),
            ChainVerdict::untrusted);
  // The name of our CA, the key of another.
  const CertificateBytes forged = host::issue_signer(
      fields_named("signer", signer_from_s, signer_until_s),
      host::public_key_of(signer_key(new_key())), {ca_name(factory_key()), new_key()});
  EXPECT_EQ(judge(forged), ChainVerdict::untrusted);
  // The key of our CA under another name.
  const CertificateBytes renamed =
      host::issue_signer(fields_named("signer", signer_from_s, signer_until_s),
                         host::public_key_of(signer_key(factory_key())), {"ca-9", factory_key()});
  EXPECT_EQ(judge(renamed), ChainVerdict::untrusted);
  Anchor broken = ca;
  broken.key.fill(std::byte{1});  // no point of the curve
  EXPECT_EQ(judge(signer_certificate(factory_key()), broken), ChainVerdict::untrusted);
}

TEST_F(ChainToTheFactoryCa, ALeafIsNoIntermediate) {
  const host::PrivateKey first = signer_key(factory_key()), second = signer_key(new_key());
  const CertificateBytes below_a_leaf =
      host::issue_signer(fields_named("second", signer_from_s, signer_until_s),
                         host::public_key_of(second), {"signer", first});
  EXPECT_EQ(judge(joined({below_a_leaf, signer_certificate(factory_key())})),
            ChainVerdict::wrong_use);
}

TEST_F(ChainToTheFactoryCa, EveryCertificateOfAChainIsUsedAndInOrder) {
  const auto two = chain_of_two(factory_key());
  EXPECT_EQ(judge(joined({two[0], two[1]})), ChainVerdict::ok);
  EXPECT_EQ(judge(two[0]), ChainVerdict::untrusted);
  EXPECT_EQ(judge(joined({two[1], two[0]})), ChainVerdict::wrong_use);
  EXPECT_EQ(judge(two[1]), ChainVerdict::wrong_use);
  EXPECT_EQ(judge(joined({signer_certificate(factory_key()), two[1]})), ChainVerdict::untrusted);
  EXPECT_EQ(judge(joined({two[0], two[1], two[1]})), ChainVerdict::malformed);
  EXPECT_EQ(judge(joined({signer_certificate(factory_key()), ca_certificate(factory_key())})),
            ChainVerdict::untrusted);
}

TEST_F(ChainToTheFactoryCa, ASignerMustBeMadeForCode) {
  const std::vector<Extension> rows[] = {
      {},
      {signs_data},
      {signs_code},
      {{"keyUsage", "critical,keyAgreement"}, signs_code},
      {signs_data, {"extendedKeyUsage", "serverAuth,clientAuth"}},
      {signs_data, {"extendedKeyUsage", "anyExtendedKeyUsage"}},
      {ca_constraints, {"keyUsage", "critical,digitalSignature,keyCertSign"}, signs_code},
  };
  for (const auto& extensions : rows) {
    EXPECT_EQ(judge(leaf(extensions)), ChainVerdict::wrong_use) << &extensions - rows;
  }
  EXPECT_EQ(judge(leaf({signs_data, signs_code})), ChainVerdict::ok);
  EXPECT_EQ(judge(leaf({signs_data, {"extendedKeyUsage", "clientAuth,codeSigning"}})),
            ChainVerdict::ok);
}

TEST_F(ChainToTheFactoryCa, AnIntermediateMustBeMadeForCertificates) {
  const std::vector<Extension> rows[] = {
      {},
      {ca_constraints},
      {signs_certificates},
      {{"basicConstraints", "critical,CA:FALSE"}, signs_certificates},
      {ca_constraints, {"keyUsage", "critical,digitalSignature,cRLSign"}},
  };
  for (const auto& extensions : rows) {
    EXPECT_EQ(judge(below(extensions)), ChainVerdict::wrong_use) << &extensions - rows;
  }
  EXPECT_EQ(judge(below({ca_constraints, signs_certificates})), ChainVerdict::ok);
}

TEST_F(ChainToTheFactoryCa, ACaWithPathLengthZeroAllowsNoIntermediate) {
  Anchor strict = ca;
  strict.path_length = 0;
  const auto two = chain_of_two(factory_key());
  EXPECT_EQ(judge(joined({two[0], two[1]}), strict), ChainVerdict::untrusted);
  EXPECT_EQ(judge(signer_certificate(factory_key()), strict), ChainVerdict::ok);
}

TEST_F(ChainToTheFactoryCa, OnlyTwoExtensionsMayBeCritical) {
  const Extension unknown{"1.2.3.4", "critical,DER:0500"};
  const Extension harmless{"1.2.3.4", "DER:0500"};
  const Extension names{"nameConstraints", "critical,permitted;DNS:example.com"};
  EXPECT_EQ(judge(leaf({signs_data, signs_code, unknown})), ChainVerdict::malformed);
  EXPECT_EQ(judge(leaf({signs_data, signs_code, harmless})), ChainVerdict::ok);
  EXPECT_EQ(judge(below({ca_constraints, signs_certificates, unknown})), ChainVerdict::malformed);
  EXPECT_EQ(judge(below({ca_constraints, signs_certificates, names})), ChainVerdict::malformed);
  EXPECT_EQ(judge(below({ca_constraints, signs_certificates, harmless})), ChainVerdict::ok);
  // As BearSSL has it, which does not read this one.
  EXPECT_EQ(judge(leaf({signs_data, {"extendedKeyUsage", "critical,codeSigning"}})),
            ChainVerdict::malformed);
}

TEST_F(ChainToTheFactoryCa, EverySingleBitCounts) {
  const CertificateBytes good = signer_certificate(factory_key());
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; bit += 1 + static_cast<int>(i % 3)) {
      CertificateBytes changed = good;
      changed[i] ^= std::byte{1} << bit;
      EXPECT_NE(judge(changed), ChainVerdict::ok) << "byte " << i << " bit " << bit;
    }
  }
}

TEST_F(ChainToTheFactoryCa, EveryOtherLengthIsRefused) {
  const auto two = chain_of_two(factory_key());
  const CertificateBytes good = joined({two[0], two[1]});
  for (std::size_t size = 0; size < good.size(); ++size) {
    const CertificateBytes cut{good.begin(), good.begin() + static_cast<std::ptrdiff_t>(size)};
    EXPECT_NE(judge(cut), ChainVerdict::ok) << size;
  }
  CertificateBytes longer = good;
  longer.push_back(std::byte{0});
  EXPECT_EQ(judge(longer), ChainVerdict::malformed);
  EXPECT_EQ(judge(CertificateBytes(1025, std::byte{0x30})), ChainVerdict::malformed);
}

/// A certificate of OpenSSL's own making: another curve, another digest.
CertificateBytes foreign_certificate(int curve, const EVP_MD* digest) {
  const std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> key{EVP_EC_gen(OBJ_nid2sn(curve)),
                                                                EVP_PKEY_free};
  const std::unique_ptr<X509, decltype(&X509_free)> made{X509_new(), X509_free};
  X509_set_version(made.get(), X509_VERSION_3);
  X509_set_pubkey(made.get(), key.get());
  ASN1_TIME_set(X509_getm_notBefore(made.get()), 0);
  ASN1_TIME_set(X509_getm_notAfter(made.get()), 2'000'000'000);
  X509_sign(made.get(), key.get(), digest);
  unsigned char* der = nullptr;
  const int size = i2d_X509(made.get(), &der);
  const auto bytes = std::as_bytes(std::span{der, static_cast<std::size_t>(size)});
  CertificateBytes result{bytes.begin(), bytes.end()};
  OPENSSL_free(der);
  return result;
}

TEST_F(ChainToTheFactoryCa, OnlyP256AndSha256AreKnown) {
  EXPECT_EQ(judge(foreign_certificate(NID_X9_62_prime256v1, EVP_sha256())),
            ChainVerdict::wrong_use);  // of the profile, but made for nothing
  EXPECT_EQ(judge(foreign_certificate(NID_X9_62_prime256v1, EVP_sha384())),
            ChainVerdict::malformed);
  EXPECT_EQ(judge(foreign_certificate(NID_secp384r1, EVP_sha256())), ChainVerdict::malformed);
}

class CaCertificate : public ChainToTheFactoryCa {};

TEST_F(CaCertificate, GivesKeyNameEndAndPathLength) {
  Anchor anchor;
  ASSERT_EQ(read_anchor(crypto, ca_certificate(factory_key()), anchor), Status::ok);
  EXPECT_EQ(anchor.key, host::public_key_of(factory_key()));
  EXPECT_EQ(anchor.id, host::anchor_id_of(anchor.key));
  EXPECT_EQ(anchor.not_after, UnixTime{2'000'000'000});
  EXPECT_EQ(anchor.path_length, 1);
  EXPECT_NE(anchor.name, anchor_of(new_key()).name);
}

TEST_F(CaCertificate, MustBeACaThatSignedItself) {
  Anchor anchor;
  const auto of = [&](const std::vector<Extension>& extensions, const std::string& issuer,
                      const host::PrivateKey& key) {
    return host::issue(fields_named("ca-1", ca_from_s, ca_until_s),
                       host::public_key_of(factory_key()), {issuer, key}, extensions);
  };
  const std::vector<Extension> good{ca_constraints, signs_certificates};
  EXPECT_EQ(read_anchor(crypto, of(good, "ca-1", factory_key()), anchor), Status::ok);
  EXPECT_EQ(read_anchor(crypto, of(good, "ca-1", new_key()), anchor), Status::rejected);
  EXPECT_EQ(read_anchor(crypto, of(good, "ca-2", factory_key()), anchor), Status::rejected);
  EXPECT_EQ(read_anchor(crypto, of({ca_constraints}, "ca-1", factory_key()), anchor),
            Status::rejected);
  EXPECT_EQ(read_anchor(crypto, of({signs_certificates}, "ca-1", factory_key()), anchor),
            Status::rejected);
  EXPECT_EQ(read_anchor(crypto, signer_certificate(factory_key()), anchor), Status::rejected);
  EXPECT_EQ(read_anchor(crypto, chain_of_two(factory_key())[1], anchor), Status::rejected);
}

TEST_F(CaCertificate, PathLengthZeroIsKept) {
  Anchor anchor;
  const auto strict =
      host::issue(fields_named("ca-1", ca_from_s, ca_until_s), host::public_key_of(factory_key()),
                  {"ca-1", factory_key()},
                  {{"basicConstraints", "critical,CA:TRUE,pathlen:0"}, signs_certificates});
  ASSERT_EQ(read_anchor(crypto, strict, anchor), Status::ok);
  EXPECT_EQ(anchor.path_length, 0);
}

TEST_F(CaCertificate, MayHave768Bytes) {
  Anchor anchor;
  const auto of = [&](std::size_t filling) {
    return host::issue(
        fields_named("ca-1", ca_from_s, ca_until_s), host::public_key_of(factory_key()),
        {"ca-1", factory_key()},
        {ca_constraints, signs_certificates, {"nsComment", std::string(filling, 'x')}});
  };
  const CertificateBytes small = of(100);
  const CertificateBytes large = of(700);
  EXPECT_LE(small.size(), 768u);
  EXPECT_GT(large.size(), 768u);
  EXPECT_EQ(read_anchor(crypto, small, anchor), Status::ok);
  EXPECT_EQ(read_anchor(crypto, large, anchor), Status::rejected);
}

}  // namespace
}  // namespace ota::test
