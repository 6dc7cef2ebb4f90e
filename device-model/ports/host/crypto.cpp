// The low-level SHA256_CTX is plain data that fits DigestState and may be copied and forgotten,
// which no EVP_MD_CTX is; OpenSSL 3 marks it as deprecated but keeps it.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "ota/host/crypto.hpp"

#include <openssl/ec.h>
#include <openssl/ecdsa.h>
#include <openssl/obj_mac.h>
#include <openssl/sha.h>

#include <algorithm>
#include <cstring>

#include "openssl_objects.hpp"

namespace ota::host {
namespace {

static_assert(sizeof(SHA256_CTX) <= sizeof(DigestState));

SHA256_CTX& context(DigestState& state) { return *reinterpret_cast<SHA256_CTX*>(state.opaque); }

using CurveKey = std::unique_ptr<EC_KEY, FreeBy<EC_KEY_free>>;
using SignaturePair = std::unique_ptr<ECDSA_SIG, FreeBy<ECDSA_SIG_free>>;

CurveKey curve_key_from(const PublicKey& key) {
  CurveKey result{EC_KEY_new_by_curve_name(NID_X9_62_prime256v1)};
  unsigned char point[65] = {0x04};
  std::memcpy(point + 1, key.data(), key.size());
  // Refuses a point that is not on the curve.
  if (EC_KEY_oct2key(result.get(), point, sizeof point, nullptr) != 1) {
    return nullptr;
  }
  return result;
}

}  // namespace

void OpensslCrypto::digest_begin(DigestState& state) { SHA256_Init(&context(state)); }

Status OpensslCrypto::digest_flash(DigestState& state, Flash& flash, Region region,
                                   std::uint32_t offset, std::uint32_t length) {
  std::byte piece[4096];
  while (length > 0) {
    const std::uint32_t size = std::min<std::uint32_t>(length, sizeof piece);
    const Status status = flash.read(region, offset, MutableBytes{piece, size});
    if (status != Status::ok) {
      return status;
    }
    SHA256_Update(&context(state), piece, size);
    offset += size;
    length -= size;
  }
  return Status::ok;
}

void OpensslCrypto::digest_bytes(DigestState& state, Bytes bytes) {
  SHA256_Update(&context(state), bytes.data(), bytes.size());
}

void OpensslCrypto::digest_end(DigestState& state, Digest& out) {
  SHA256_Final(reinterpret_cast<unsigned char*>(out.data()), &context(state));
}

Status OpensslCrypto::verify(const PublicKey& key, const Digest& message,
                             const Signature& signature) {
  const CurveKey ec_key = curve_key_from(key);
  const SignaturePair pair{ECDSA_SIG_new()};
  BIGNUM* r = BN_bin2bn(raw(signature.data()), 32, nullptr);
  BIGNUM* s = BN_bin2bn(raw(signature.data()) + 32, 32, nullptr);
  ECDSA_SIG_set0(pair.get(), r, s);  // takes ownership of both
  const bool verifies =
      ec_key && ECDSA_do_verify(raw(message.data()), 32, pair.get(), ec_key.get()) == 1;
  return verifies ? Status::ok : Status::rejected;
}

Digest sha256(Bytes bytes) {
  Digest result;
  SHA256(raw(bytes.data()), bytes.size(), reinterpret_cast<unsigned char*>(result.data()));
  return result;
}

}  // namespace ota::host
