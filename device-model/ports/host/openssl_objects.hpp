#pragma once
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <memory>

#include "ota/types.hpp"

// What the files of this port share when they talk to OpenSSL.
namespace ota::host {

template <auto function>
struct FreeBy {
  template <typename T>
  void operator()(T* object) const {
    function(object);
  }
};
using Certificate = std::unique_ptr<X509, FreeBy<X509_free>>;
using Key = std::unique_ptr<EVP_PKEY, FreeBy<EVP_PKEY_free>>;

inline const unsigned char* raw(const std::byte* bytes) {
  return reinterpret_cast<const unsigned char*>(bytes);
}

/// The P-256 key with this point; nullptr if the point is not on the curve.
Key key_from(const PublicKey&);

/// Puts a signature made elsewhere (ECDSA-Sig-Value, DER) and its algorithm into a certificate.
void set_signature(X509*, Bytes signature);

/// First 8 bytes of SHA-256 over the DER of a name (chain.hpp, Anchor::name).
std::uint64_t name_hash(const X509_NAME*);

}  // namespace ota::host
