// Parsing and path validation are OpenSSL's. What stands here is the profile of WIRE.md section 6,
// which is narrower than X.509, and the way from a trust store of bare keys to a certificate store.
#include <openssl/err.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include <algorithm>

#include "openssl_objects.hpp"
#include "ota/bytes.hpp"
#include "ota/host/crypto.hpp"

namespace ota::host {
namespace {

using Time = std::unique_ptr<ASN1_TIME, FreeBy<ASN1_TIME_free>>;
using Store = std::unique_ptr<X509_STORE, FreeBy<X509_STORE_free>>;
using StoreContext = std::unique_ptr<X509_STORE_CTX, FreeBy<X509_STORE_CTX_free>>;

/// Takes one certificate off the front. What would not be written back byte for byte is refused:
/// two encodings of one certificate would have two digests.
Certificate take_certificate(Bytes& der) {
  const unsigned char* at = raw(der.data());
  Certificate result{d2i_X509(nullptr, &at, static_cast<long>(der.size()))};
  if (result == nullptr) {
    return nullptr;
  }
  const auto size = static_cast<std::size_t>(at - raw(der.data()));
  unsigned char* again = nullptr;
  const int again_size = i2d_X509(result.get(), &again);
  const bool is_same =
      again_size == static_cast<int>(size) && std::equal(again, again + size, raw(der.data()));
  OPENSSL_free(again);
  der = der.subspan(size);
  return is_same ? std::move(result) : nullptr;
}

/// The point of a key on the named curve P-256, uncompressed; false for any other key.
bool read_key(const X509* certificate, PublicKey& out) {
  ASN1_OBJECT* algorithm = nullptr;
  const unsigned char* point = nullptr;
  int size = 0;
  X509_ALGOR* identifier = nullptr;
  if (X509_get0_pubkey(certificate) == nullptr ||
      X509_PUBKEY_get0_param(&algorithm, &point, &size, &identifier,
                             X509_get_X509_PUBKEY(certificate)) != 1) {
    return false;
  }
  int kind = V_ASN1_UNDEF;
  const void* curve = nullptr;
  X509_ALGOR_get0(nullptr, &kind, &curve, identifier);
  if (OBJ_obj2nid(algorithm) != NID_X9_62_id_ecPublicKey || kind != V_ASN1_OBJECT ||
      OBJ_obj2nid(static_cast<const ASN1_OBJECT*>(curve)) != NID_X9_62_prime256v1 || size != 65 ||
      point[0] != 0x04) {
    return false;
  }
  std::ranges::copy(std::as_bytes(std::span{point + 1, 64}), out.begin());
  return true;
}

/// OpenSSL reads more critical extensions than a board's library does; what one of them refuses,
/// the other must not install.
bool has_only_known_critical_extensions(const X509* certificate) {
  for (int i = 0; i < X509_get_ext_count(certificate); ++i) {
    X509_EXTENSION* extension = X509_get_ext(certificate, i);
    const int kind = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    if (X509_EXTENSION_get_critical(extension) != 0 && kind != NID_basic_constraints &&
        kind != NID_key_usage) {
      return false;
    }
  }
  return true;
}

bool is_of_profile(X509* certificate, PublicKey& key) {
  X509_check_purpose(certificate, -1, 0);  // reads the extensions
  const std::uint32_t flags = X509_get_extension_flags(certificate);
  return X509_get_version(certificate) == X509_VERSION_3 &&
         X509_get_signature_nid(certificate) == NID_ecdsa_with_SHA256 &&
         (flags & (EXFLAG_INVALID | EXFLAG_CRITICAL)) == 0 &&
         has_only_known_critical_extensions(certificate) && read_key(certificate, key);
}

bool may_issue(X509* certificate) {
  const std::uint32_t flags = X509_get_extension_flags(certificate);
  return (flags & EXFLAG_BCONS) != 0 && (flags & EXFLAG_CA) != 0 && (flags & EXFLAG_KUSAGE) != 0 &&
         (X509_get_key_usage(certificate) & KU_KEY_CERT_SIGN) != 0;
}

bool may_sign_code(X509* certificate) {
  const std::uint32_t flags = X509_get_extension_flags(certificate);
  return (flags & EXFLAG_CA) == 0 && (flags & EXFLAG_KUSAGE) != 0 &&
         (X509_get_key_usage(certificate) & KU_DIGITAL_SIGNATURE) != 0 &&
         (flags & EXFLAG_XKUSAGE) != 0 &&
         (X509_get_extended_key_usage(certificate) & XKU_CODE_SIGN) != 0;
}

bool read_time(const ASN1_TIME* time, UnixTime& out) {
  const Time start{ASN1_TIME_set(nullptr, 0)};
  int days = 0, seconds = 0;
  if (ASN1_TIME_diff(&days, &seconds, start.get(), time) != 1) {
    return false;
  }
  out.s = std::int64_t{days} * 86'400 + seconds;
  return true;
}

/// The certificate that a trusted key stands for: path validation wants one. Its dates are not
/// looked at, and it is trusted for being in the store, so its signature is empty.
Certificate root_for(const Anchor& anchor, const X509_NAME* name) {
  Certificate root{X509_new()};
  const Key key = key_from(anchor.key);
  if (key == nullptr || X509_set_pubkey(root.get(), key.get()) != 1) {
    return nullptr;
  }
  X509_set_version(root.get(), X509_VERSION_3);
  X509_set_subject_name(root.get(), name);
  X509_set_issuer_name(root.get(), name);
  ASN1_TIME_set(X509_getm_notBefore(root.get()), 0);
  ASN1_TIME_set(X509_getm_notAfter(root.get()), 0);
  BASIC_CONSTRAINTS constraints{};
  constraints.ca = 1;
  const std::unique_ptr<ASN1_INTEGER, FreeBy<ASN1_INTEGER_free>> length{ASN1_INTEGER_new()};
  ASN1_INTEGER_set(length.get(), anchor.path_length);
  constraints.pathlen = length.get();
  set_signature(root.get(), {});
  X509_add1_ext_i2d(root.get(), NID_basic_constraints, &constraints, 1, X509V3_ADD_DEFAULT);
  return root;
}

/// True if the certificates, in this order and all of them, lead to the CA.
bool leads_to(const Anchor& anchor, X509* leaf, X509* intermediate) {
  const X509* top = intermediate != nullptr ? intermediate : leaf;
  const X509_NAME* issuer = X509_get_issuer_name(top);
  const Certificate root = root_for(anchor, issuer);
  if (root == nullptr || name_hash(issuer) != anchor.name) {
    return false;
  }
  const Store store{X509_STORE_new()};
  const StoreContext context{X509_STORE_CTX_new()};
  X509_STORE_add_cert(store.get(), root.get());
  const std::unique_ptr<STACK_OF(X509), void (*)(STACK_OF(X509)*)> between{
      sk_X509_new_null(), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }};
  if (intermediate != nullptr) {
    sk_X509_push(between.get(), intermediate);
  }
  X509_STORE_CTX_init(context.get(), store.get(), leaf, between.get());
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_NO_CHECK_TIME);
  const int length = intermediate != nullptr ? 3 : 2;
  return X509_verify_cert(context.get()) == 1 &&
         sk_X509_num(X509_STORE_CTX_get0_chain(context.get())) == length;
}

bool read_dates(const X509* leaf, const X509* intermediate, Signer& signer) {
  if (!read_time(X509_get0_notBefore(leaf), signer.not_before) ||
      !read_time(X509_get0_notAfter(leaf), signer.not_after)) {
    return false;
  }
  if (intermediate == nullptr) {
    return true;
  }
  UnixTime from, until;
  if (!read_time(X509_get0_notBefore(intermediate), from) ||
      !read_time(X509_get0_notAfter(intermediate), until)) {
    return false;
  }
  signer.not_before = std::max(signer.not_before, from);
  signer.not_after = std::min(signer.not_after, until);
  return true;
}

ChainVerdict judge_chain(Bytes chain, const Anchor& anchor, Signer& signer) {
  if (chain.empty() || chain.size() > chain_capacity) {
    return ChainVerdict::malformed;
  }
  PublicKey unused;
  const Certificate leaf = take_certificate(chain);
  const bool is_pair = leaf != nullptr && !chain.empty();
  const Certificate intermediate = is_pair ? take_certificate(chain) : nullptr;
  if (leaf == nullptr || !chain.empty() || is_pair != (intermediate != nullptr) ||
      !is_of_profile(leaf.get(), signer.key) ||
      (is_pair && !is_of_profile(intermediate.get(), unused)) ||
      !read_dates(leaf.get(), intermediate.get(), signer)) {
    return ChainVerdict::malformed;
  }
  if (!may_sign_code(leaf.get()) || (is_pair && !may_issue(intermediate.get()))) {
    return ChainVerdict::wrong_use;
  }
  return leads_to(anchor, leaf.get(), intermediate.get()) ? ChainVerdict::ok
                                                          : ChainVerdict::untrusted;
}

}  // namespace

ChainVerdict OpensslCrypto::check_chain(Bytes chain, const Anchor& anchor, Signer& signer) {
  const ChainVerdict verdict = judge_chain(chain, anchor, signer);
  ERR_clear_error();
  return verdict;
}

Status OpensslCrypto::read_ca(Bytes certificate, Anchor& out) {
  const Certificate ca = take_certificate(certificate);
  const bool is_ca =
      ca != nullptr && certificate.empty() && is_of_profile(ca.get(), out.key) &&
      may_issue(ca.get()) &&
      X509_NAME_cmp(X509_get_subject_name(ca.get()), X509_get_issuer_name(ca.get())) == 0 &&
      X509_verify(ca.get(), X509_get0_pubkey(ca.get())) == 1 &&
      read_time(X509_get0_notAfter(ca.get()), out.not_after);
  ERR_clear_error();
  if (!is_ca) {
    return Status::rejected;
  }
  out.name = name_hash(X509_get_subject_name(ca.get()));
  out.path_length = X509_get_pathlen(ca.get()) == 0 ? 0 : 1;  // -1: any number
  return Status::ok;
}

}  // namespace ota::host
