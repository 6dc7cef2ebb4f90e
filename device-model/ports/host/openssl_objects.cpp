#include "openssl_objects.hpp"

#include <openssl/err.h>

#include <algorithm>

#include "ota/bytes.hpp"
#include "ota/host/crypto.hpp"

namespace ota::host {

Key key_from(const PublicKey& key) {
  // SubjectPublicKeyInfo of an uncompressed P-256 point is this head and the point.
  constexpr unsigned char head[] = {0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48,
                                    0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48,
                                    0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00, 0x04};
  unsigned char encoded[sizeof head + 64];
  std::copy(std::begin(head), std::end(head), encoded);
  std::copy_n(raw(key.data()), key.size(), encoded + sizeof head);
  const unsigned char* at = encoded;
  Key result{d2i_PUBKEY(nullptr, &at, sizeof encoded)};
  ERR_clear_error();
  return result;
}

void set_signature(X509* certificate, Bytes signature) {
  // OpenSSL has getters only; the objects behind them are not constant.
  const ASN1_BIT_STRING* bits = nullptr;
  const X509_ALGOR* outer = nullptr;
  X509_get0_signature(&bits, &outer, certificate);
  for (const X509_ALGOR* algorithm : {outer, X509_get0_tbs_sigalg(certificate)}) {
    X509_ALGOR_set0(const_cast<X509_ALGOR*>(algorithm), OBJ_nid2obj(NID_ecdsa_with_SHA256),
                    V_ASN1_UNDEF, nullptr);
  }
  auto* target = const_cast<ASN1_BIT_STRING*>(bits);
  ASN1_STRING_set(target, signature.data(), static_cast<int>(signature.size()));
  target->flags &= ~(ASN1_STRING_FLAG_BITS_LEFT | 0x07);
  target->flags |= ASN1_STRING_FLAG_BITS_LEFT;  // with none of them unused
}

std::uint64_t name_hash(const X509_NAME* name) {
  const unsigned char* der = nullptr;
  std::size_t size = 0;
  if (X509_NAME_get0_der(name, &der, &size) != 1) {
    return 0;
  }
  const Digest digest = sha256(std::as_bytes(std::span{der, size}));
  return read_big_endian(std::span{digest}.first<8>());
}

}  // namespace ota::host
