#include <algorithm>

#include "kit.hpp"
#include "ota/host/crypto.hpp"
#include "ota/trust.hpp"
#include "tests/unit/device-model/support/images.hpp"

// A trailer as it may stand in a slot, and its chain as certificates: nobody gets a key accepted
// that we did not certify, and nothing but our CAs is read as one of them.
namespace ota::fuzz {
namespace {

using test::factory_key;

bool is_certified(const PublicKey& key) {
  static const std::vector<PublicKey> signers = {
      host::public_key_of(test::signer_key(factory_key())),
      host::public_key_of(test::signer_key(test::new_key()))};
  return std::ranges::find(signers, key) != signers.end();
}

void check_chain(Bytes chain) {
  static const Anchor anchors[] = {test::anchor_of(factory_key()),
                                   test::anchor_of(test::new_key())};
  host::OpensslCrypto crypto;
  for (const Anchor& anchor : anchors) {
    Signer signer;
    if (crypto.check_chain(chain, anchor, signer) == ChainVerdict::ok) {
      require(is_certified(signer.key), "only a certified key may sign");
      require(signer.not_before < signer.not_after, "a chain is valid for some time");
    }
  }
}

}  // namespace

void run(Bytes input) {
  static const std::vector<PublicKey> cas = {host::public_key_of(factory_key()),
                                             host::public_key_of(test::new_key())};
  if (is_trailer(input)) {
    std::array<std::byte, trailer_head_bytes> head;
    std::ranges::copy(input.first(trailer_head_bytes), head.begin());
    require(trailer_size(head) == input.size(), "a trailer is as long as its head says");
    check_chain(chain_of(input));
  }
  check_chain(input);
  host::OpensslCrypto crypto;
  Anchor anchor;
  if (read_anchor(crypto, input, anchor) == Status::ok) {
    require(std::ranges::find(cas, anchor.key) != cas.end(), "a CA has signed itself");
    require(anchor.id == anchor_id_of(crypto, anchor.key), "an anchor is named after its key");
    require(anchor.path_length <= 1, "a path length is 0 or 1");
  }
}

}  // namespace ota::fuzz
