#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows[] = {
    {"2.2.1-4 4.3.2-1 4.3.2-2 4.3.3-1 4.3.3-2", "an identifier of its own for each", R"(
      A connects 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 1 one
      B publishes x 2 two
      A> 40 02 00 01
      B publishes x 1 three
      A< 32 [ <x> 00 01 [ ] 'one' ] 34 [ <x> 00 02 [ ] 'two' ] 32 [ <x> 00 03 [ ] 'three' ])"},
    {"3.3.4-9 4.9.0-1 4.9.0-2", "no more under way than the client takes", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 21 00 02 ] <a> ]
      A skips
      A subscribes x 2
      B connects 5 b
      B publishes x 1 1
      B publishes x 2 2
      B publishes x 1 3
      B publishes x 1 4
      A< 32 [ <x> 00 01 [ ] '1' ] 34 [ <x> 00 02 [ ] '2' ]
      A> 40 02 00 01
      A< 32 [ <x> 00 03 [ ] '3' ]
      A> 50 02 00 02
      A< 62 02 00 02
      A> 70 02 00 02
      A< 32 [ <x> 00 04 [ ] '4' ])"},
    {"3.3.4-10 4.9.0-3", "QoS 0 and all other packets go on", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 21 00 01 ] <a> ]
      A skips
      A subscribes x 1
      B connects 5 b
      B publishes x 1 1
      B publishes x 1 2
      B publishes x 0 0
      A< 32 [ <x> 00 01 [ ] '1' ] 30 [ <x> [ ] '0' ]
      A> c0 00 82 [ 00 05 [ ] <y> 00 ]
      A< d0 00 90 [ 00 05 [ ] 00 ]
      A> 40 02 00 01
      A< 32 [ <x> 00 02 [ ] '2' ])"},
    {"4.9.0-2", "a refusal frees a place", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 21 00 01 ] <a> ]
      A skips
      A subscribes x 2
      B connects 5 b
      B publishes x 2 1
      B publishes x 2 2
      A< 34 [ <x> 00 01 [ ] '1' ]
      A> 50 [ 00 01 80 ]
      A< 34 [ <x> 00 02 [ ] '2' ])"},
    {"4.3.2-5", "after PUBACK the identifier is a new message's", R"(
      A connects 5 a
      A subscribes x 0
      B connects 5 b
      B> 32 [ <x> 00 01 [ ] 'hi' ] 3a [ <x> 00 01 [ ] 'hi' ]
      B< 40 02 00 01 40 02 00 01
      A< 30 [ <x> [ ] 'hi' ] 30 [ <x> [ ] 'hi' ])"},
    {"4.3.3-4", "PUBREC is answered by PUBREL", R"(
      A connects 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 2 hi
      A< 34 [ <x> 00 01 [ ] 'hi' ]
      A> 50 02 00 01
      A< 62 02 00 01
      A> 50 02 00 01
      A< 62 02 00 01
      A> 70 02 00 01
      A> 50 02 00 01
      A< 62 [ 00 01 92 ])"},
    {"4.3.3-10", "a repeated PUBLISH is acknowledged and not passed on", R"(
      A connects 5 a
      A subscribes x 0
      B returns 5 b
      B> 34 [ <x> 00 01 [ ] 'hi' ] 3c [ <x> 00 01 [ ] 'hi' ]
      B< 50 02 00 01 50 02 00 01
      A< 30 [ <x> [ ] 'hi' ])"},
    {"4.3.3-10", "... by a server that was killed in between, too", R"(
      A returns 5 a
      A subscribes x 1
      B returns 5 b
      B> 34 [ <x> 00 01 [ ] 'hi' ]
      B< 50 02 00 01
      A< 32 [ <x> 00 01 [ ] 'hi' ]
      A> 40 02 00 01
      restart
      A returns 5 a
      B returns 5 b
      B> 3c [ <x> 00 01 [ ] 'hi' ]
      B< 50 02 00 01
      A<
      B> 62 02 00 01
      B< 70 02 00 01)"},
    {"4.3.3-12", "after PUBCOMP the identifier is a new message's", R"(
      A connects 5 a
      A subscribes x 0
      B connects 5 b
      B> 34 [ <x> 00 01 [ ] 'one' ] 62 02 00 01 3c [ <x> 00 01 [ ] 'two' ]
      B< 50 02 00 01 70 02 00 01 50 02 00 01
      A< 30 [ <x> [ ] 'one' ] 30 [ <x> [ ] 'two' ])"},
    {"3.4.2-1 3.5.2-1 3.6.2-1 3.7.2-1", "reasons that these packets do not have", R"(
      A connects 5 a
      A> 40 [ 00 01 92 ]
      A< e0 [ 81 [ 1f <reason code that this packet does not have> ] ]
      A closed
      B connects 5 b
      B> 50 [ 00 01 01 ]
      B skips
      B closed
      C connects 5 c
      C> 62 [ 00 01 80 ]
      C skips
      C closed
      D connects 5 d
      D> 70 [ 00 01 10 ]
      D skips
      D closed)"},
    {"3.6.2-1 3.7.2-1", "identifiers that nobody knows", R"(
      A connects 5 a
      A> 62 02 00 09
      A< 70 [ 00 09 92 ]
      A> 50 02 00 09
      A< 62 [ 00 09 92 ]
      A> 40 02 00 09 70 02 00 09 50 [ 00 09 80 ]
      A<
      A open)"},
    {"3.6.1-1", "reserved flags of a PUBREL", R"(
      A connects 5 a
      A> 60 02 00 01
      A< e0 [ 81 [ 1f <reserved flags of the fixed header> ] ]
      A closed)"},
    {"4.6.0-5 4.6.0-6", "messages keep the order of their publisher", R"(
      A connects 5 a
      A subscribes x 1
      B connects 5 b
      B> 32 [ <x> 00 01 [ ] '1' ] 32 [ <x> 00 02 [ ] '2' ] 32 [ <x> 00 03 [ ] '3' ]
      B skips
      A< 32 [ <x> 00 01 [ ] '1' ] 32 [ <x> 00 02 [ ] '2' ] 32 [ <x> 00 03 [ ] '3' ])"},
    {"4.13.1-1 4.13.2-1", "an acknowledgement of another QoS", R"(
      A connects 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 1 one
      B publishes x 2 two
      A skips
      A> 50 02 00 01
      A< e0 [ 82 [ 1f <acknowledgement of another QoS> ] ]
      A closed)"},
    {"4.13.1-1", "packets that only servers send, and identifiers of 0", R"(
      A connects 5 a
      A> d0 00
      A< e0 [ 82 [ 1f <packet that only a server sends> ] ]
      A closed
      B connects 5 b
      B> 40 02 00 00
      B< e0 [ 82 [ 1f <packet identifier of zero> ] ]
      B closed)"},
    {"4.13.1-1", "a packet larger than was announced, known from its length alone", R"(
      A connects 5 a
      A> 30 81 80 80 02
      A< e0 [ 95 [ 1f <packet is larger than the server takes> ] ]
      A closed)"},
};

}  // namespace

std::span<const Row> quality_rows_v5() { return rows; }

}  // namespace cartstorm::broker::mqtt::testing
