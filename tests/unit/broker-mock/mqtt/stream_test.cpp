#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <string>

#include "dialogue.hpp"
#include "notation.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr ServerTime start{1'710'072'000'000};

/// A client's whole life, of either protocol.
std::string life(bool is_v5) {
  return is_v5
             ? bytes_of(
                   R"(10 [ <MQTT> 05 06 00 3c [ 11 00 00 03 e8 22 00 02 ] <a> [ 18 00 00 00 00 ] <w> <gone> ])"
                   R"( 82 [ 00 01 [ 0b 05 ] <x/#> 02 <$share/g/y> 01 ])"
                   R"( 33 [ <x/1> 00 02 [ 26 <k> <v> 02 00 00 00 05 ] 61*300 ])"
                   R"( 34 [ <x/2> 00 03 [ 23 00 01 ] 'two' ] 62 02 00 03 40 02 00 01 50 02 00 02)"
                   R"( 30 [ <> [ 23 00 01 ] 'three' ] c0 00 a2 [ 00 04 [ ] <x/#> <z> ] 70 02 00 02)"
                   R"( 82 [ 00 05 [ ] <x/+> 01 ] e0 [ 04 [ 11 00 00 00 05 ] ])")
             : bytes_of(
                   R"(10 [ <MQTT> 04 c6 00 3c <a> <w> <gone> <user> <secret> ] 82 [ 00 01 <x/#> 02 <y> 01 ])"
                   R"( 33 [ <x/1> 00 02 61*300 ] 34 [ <x/2> 00 03 'two' ] 62 02 00 03 40 02 00 01)"
                   R"( 50 02 00 02 c0 00 a2 [ 00 04 <x/#> <z> ] 70 02 00 02 82 [ 00 05 <x/+> 01 ] e0 00)");
}

struct Heard {
  std::string sent, why, witness;
  bool is_open = true;
  auto operator<=>(const Heard&) const = default;
};

/// Feeds a stream in the given pieces beside a witness, who must not be harmed by it.
Heard feed(std::string_view bytes, const std::vector<std::size_t>& pieces) {
  MemoryStore store;
  NotedWire wire;
  Application application;
  Settings settings;
  settings.limits.max_packet_bytes = 4096;
  Broker broker{settings, store, wire, application};
  const LinkId witness{0}, link{1};
  broker.opened(witness, {}, start);
  broker.received(witness, bytes_of("10 [ <MQTT> 04 02 00 00 <witness> ] 82 [ 00 01 <#> 00 ]"),
                  start);
  broker.opened(link, {}, start);
  for (const std::size_t piece : pieces) {
    broker.received(link, bytes.substr(0, piece), start);
    bytes.remove_prefix(std::min(piece, bytes.size()));
  }
  broker.received(link, bytes, start);
  broker.received(witness, bytes_of("c0 00"), start);
  const auto& noted = wire.links[link];
  return {noted.sent, noted.why, wire.links[witness].sent, noted.is_open};
}

std::vector<std::size_t> some_pieces() {
  return *rc::gen::container<std::vector<std::size_t>>(rc::gen::inRange<std::size_t>(0, 40));
}

void check_harmless(const Heard& heard) {
  RC_ASSERT(heard.is_open == heard.why.empty());
  RC_ASSERT(std::string_view{heard.witness}.ends_with(bytes_of("d0 00")));
}

// 3.1.1 and 5: 6.0.0-2
RC_GTEST_PROP(MqttStream, CutsInThePiecesChangeNothing, ()) {
  const std::string bytes = life(*rc::gen::arbitrary<bool>());
  RC_ASSERT(feed(bytes, some_pieces()) == feed(bytes, {}));
}

TEST(MqttStream, OneByteAtATime) {
  for (const bool is_v5 : {false, true}) {
    const std::string bytes = life(is_v5);
    const Heard heard = feed(bytes, std::vector<std::size_t>(bytes.size(), 1));
    EXPECT_EQ(heard, feed(bytes, {}));
    EXPECT_FALSE(heard.is_open);
    EXPECT_EQ(heard.why, "client disconnected");
  }
}

RC_GTEST_PROP(MqttStream, RandomBytesAreSurvivedOrEndWithAReason, ()) {
  const std::string bytes = *rc::gen::resize(400, rc::gen::arbitrary<std::string>());
  const Heard heard = feed(bytes, some_pieces());
  check_harmless(heard);
  RC_ASSERT(heard == feed(bytes, {}));
}

RC_GTEST_PROP(MqttStream, RandomBytesBehindAConnectToo, ()) {
  const bool is_v5 = *rc::gen::arbitrary<bool>();
  const std::string connect =
      bytes_of(is_v5 ? "10 [ <MQTT> 05 02 00 00 [ ] <a> ]" : "10 [ <MQTT> 04 02 00 00 <a> ]");
  const std::string bytes = connect + *rc::gen::resize(400, rc::gen::arbitrary<std::string>());
  check_harmless(feed(bytes, some_pieces()));
}

RC_GTEST_PROP(MqttStream, DamagedLivesAreSurvivedOrEndWithAReason, ()) {
  const bool is_v5 = *rc::gen::arbitrary<bool>();
  std::string bytes = life(is_v5);
  const auto damages = *rc::gen::inRange(1, 4);
  for (int i = 0; i < damages; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, bytes.size());
    switch (*rc::gen::inRange(0, 3)) {
      case 0:
        bytes[at] = *rc::gen::arbitrary<char>();
        break;
      case 1:
        bytes.erase(at, 1);
        break;
      default:
        bytes.insert(at, 1, *rc::gen::arbitrary<char>());
    }
  }
  const Heard heard = feed(bytes, some_pieces());
  check_harmless(heard);
  RC_ASSERT(heard == feed(bytes, {}));
}

}  // namespace
}  // namespace cartstorm::broker::mqtt::testing
