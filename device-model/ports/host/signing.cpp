// EC_GROUP and BIGNUM arithmetic are not deprecated; OpenSSL 3.0 has no option for deterministic
// nonces, which is why RFC 6979 is written out here.
#include "ota/host/signing.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/hmac.h>
#include <openssl/obj_mac.h>

#include <algorithm>
#include <vector>

#include "openssl_objects.hpp"
#include "ota/bytes.hpp"
#include "ota/host/crypto.hpp"

namespace ota::host {
namespace {

using Number = std::unique_ptr<BIGNUM, FreeBy<BN_clear_free>>;
using Workspace = std::unique_ptr<BN_CTX, FreeBy<BN_CTX_free>>;
using Group = std::unique_ptr<EC_GROUP, FreeBy<EC_GROUP_free>>;
using Point = std::unique_ptr<EC_POINT, FreeBy<EC_POINT_free>>;
using Block = std::array<std::byte, 32>;

Number number(std::span<const std::byte, 32> bytes) {
  return Number{BN_bin2bn(reinterpret_cast<const unsigned char*>(bytes.data()), 32, nullptr)};
}

Block big_endian(const BIGNUM* value) {
  Block result;
  BN_bn2binpad(value, reinterpret_cast<unsigned char*>(result.data()), 32);
  return result;
}

Block hmac(const Block& key, std::initializer_list<Bytes> parts) {
  std::vector<unsigned char> message;
  for (const Bytes part : parts) {
    for (const std::byte b : part) {
      message.push_back(std::to_integer<unsigned char>(b));
    }
  }
  Block result;
  HMAC(EVP_sha256(), key.data(), 32, message.data(), message.size(),
       reinterpret_cast<unsigned char*>(result.data()), nullptr);
  return result;
}

/// The nonce generator of RFC 6979 section 3.2, steps b to h, for a 256-bit order.
class NonceSource {
 public:
  NonceSource(const Block& key, const Block& reduced_digest) {
    k_.fill(std::byte{0});
    v_.fill(std::byte{1});
    for (const std::byte round : {std::byte{0}, std::byte{1}}) {
      k_ = hmac(k_, {v_, Bytes{&round, 1}, key, reduced_digest});
      v_ = hmac(k_, {v_});
    }
  }
  Block next() {
    if (has_started_) {
      const std::byte zero{0};
      k_ = hmac(k_, {v_, Bytes{&zero, 1}});
      v_ = hmac(k_, {v_});
    }
    has_started_ = true;
    v_ = hmac(k_, {v_});
    return v_;
  }

 private:
  Block k_;
  Block v_;
  bool has_started_ = false;
};

Point multiply(const EC_GROUP* group, const BIGNUM* scalar, BN_CTX* workspace) {
  Point result{EC_POINT_new(group)};
  EC_POINT_mul(group, result.get(), scalar, nullptr, nullptr, workspace);
  return result;
}

/// One try with one nonce; false when r or s is zero and another nonce is due.
bool try_sign(const EC_GROUP* group, const BIGNUM* d, const BIGNUM* z, const BIGNUM* k,
              Signature& out) {
  const BIGNUM* n = EC_GROUP_get0_order(group);
  const Workspace workspace{BN_CTX_new()};
  const Point point = multiply(group, k, workspace.get());
  const Number x{BN_new()}, r{BN_new()}, s{BN_new()}, inverse{BN_new()};
  EC_POINT_get_affine_coordinates(group, point.get(), x.get(), nullptr, workspace.get());
  BN_nnmod(r.get(), x.get(), n, workspace.get());
  BN_mod_inverse(inverse.get(), k, n, workspace.get());
  BN_mod_mul(s.get(), r.get(), d, n, workspace.get());
  BN_mod_add(s.get(), s.get(), z, n, workspace.get());
  BN_mod_mul(s.get(), s.get(), inverse.get(), n, workspace.get());
  if (BN_is_zero(r.get()) || BN_is_zero(s.get())) {
    return false;
  }
  std::ranges::copy(big_endian(r.get()), out.begin());
  std::ranges::copy(big_endian(s.get()), out.begin() + 32);
  return true;
}

}  // namespace

Signature sign_p256(const PrivateKey& key, const Digest& message) {
  const Group group{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
  const BIGNUM* n = EC_GROUP_get0_order(group.get());
  const Workspace workspace{BN_CTX_new()};
  const Number d = number(key);
  const Number z = number(message);
  BN_nnmod(z.get(), z.get(), n, workspace.get());
  NonceSource nonces{key, big_endian(z.get())};
  for (;;) {
    const Number k = number(nonces.next());
    Signature result;
    if (!BN_is_zero(k.get()) && BN_cmp(k.get(), n) < 0 &&
        try_sign(group.get(), d.get(), z.get(), k.get(), result)) {
      return result;
    }
  }
}

PublicKey public_key_of(const PrivateKey& key) {
  const Group group{EC_GROUP_new_by_curve_name(NID_X9_62_prime256v1)};
  const Workspace workspace{BN_CTX_new()};
  const Point point = multiply(group.get(), number(key).get(), workspace.get());
  const Number x{BN_new()}, y{BN_new()};
  EC_POINT_get_affine_coordinates(group.get(), point.get(), x.get(), y.get(), workspace.get());
  PublicKey result;
  std::ranges::copy(big_endian(x.get()), result.begin());
  std::ranges::copy(big_endian(y.get()), result.begin() + 32);
  return result;
}

AnchorId anchor_id_of(const PublicKey& key) {
  const Digest digest = sha256(key);
  return {read_big_endian(std::span{digest}.first<8>())};
}

std::array<std::byte, manifest_bytes> encode_manifest(Manifest fields, const PrivateKey& signer) {
  std::array<std::byte, manifest_bytes> result;
  encode(fields, result);
  fields.signature = sign_p256(signer, sha256(std::span{result}.first(manifest_signed_bytes)));
  encode(fields, result);
  return result;
}

}  // namespace ota::host
