#include "device-model/src/wire.hpp"
#include "json_grammar.hpp"
#include "kit.hpp"
#include "ota/host/crypto.hpp"
#include "tests/unit/device-model/support/images.hpp"

// The messages that change what a cart trusts.
namespace ota::fuzz {

void run(Bytes input) {
  static const AnchorId known[] = {test::anchor_of(test::factory_key()).id,
                                   test::anchor_of(test::new_key()).id};
  host::OpensslCrypto crypto;
  Anchor anchor;
  AnchorId removed;
  const bool installs = read_anchor_install(crypto, text_of(input), anchor);
  const bool removes = read_anchor_removal(text_of(input), removed);
  constexpr int deepest = 200;
  require((!installs && !removes) || is_json_object(text_of(input), deepest),
          "what changes the trust is JSON");
  if (!installs) {
    return;
  }
  require(anchor.id == known[0] || anchor.id == known[1], "a CA has signed itself");
  require(anchor.id == anchor_id_of(crypto, anchor.key), "an anchor is named after its key");
  TrustStore trust;
  AnchorId pushed_out;
  require(trust.install(anchor, {}, pushed_out), "an empty store takes a CA");
  require(!trust.install(anchor, {}, pushed_out), "a repetition changes nothing");
  require(!trust.remove(anchor.id), "the last CA stays");
}

}  // namespace ota::fuzz
