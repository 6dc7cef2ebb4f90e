#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows[] = {
    {"2.3.1-1", "a PUBLISH with identifier 0", R"(
      A connects 4 a
      A> 32 [ <x> 00 00 'hi' ]
      A closed)"},
    {"2.3.1-4 4.3.2-1", "every message under way has an identifier of its own", R"(
      A connects 4 a
      A subscribes x 2
      B connects 4 b
      B publishes x 1 one
      B publishes x 1 two
      B publishes x 2 three
      A< 32 [ <x> 00 01 'one' ] 32 [ <x> 00 02 'two' ] 34 [ <x> 00 03 'three' ])"},
    {"2.3.1-5 3.3.1-2 4.3.1-1", "QoS 0 has no identifier and is no duplicate", R"(
      A connects 4 a
      A subscribes x 2
      B connects 4 b
      B publishes x 0 hi
      A< 30 [ <x> 'hi' ])"},
    {"3.3.1-2", "a duplicate with QoS 0", R"(
      A connects 4 a
      A> 38 [ <x> 'hi' ]
      A closed)"},
    {"2.3.1-6 3.3.4-1 4.3.2-2", "PUBACK repeats the identifier", R"(
      A connects 4 a
      A> 32 [ <x> 12 34 'hi' ]
      A< 40 02 12 34)"},
    {"2.3.1-6 3.3.4-1 4.3.3-2", "PUBREC and PUBCOMP repeat it", R"(
      A connects 4 a
      A> 34 [ <x> 12 34 'hi' ]
      A< 50 02 12 34
      A> 62 02 12 34
      A< 70 02 12 34)"},
    {"3.3.1-1 4.4.0-1", "sent again with the same identifiers, as duplicates", R"(
      A returns 4 a
      A subscribes x 2
      B connects 4 b
      B publishes x 1 one
      B publishes x 2 two
      A< 32 [ <x> 00 01 'one' ] 34 [ <x> 00 02 'two' ]
      A lost
      A returns 4 a
      A< 3a [ <x> 00 01 'one' ] 3c [ <x> 00 02 'two' ])"},
    {"3.3.1-3", "a duplicate of its publisher is none for the subscriber", R"(
      A connects 4 a
      A subscribes x 1
      B connects 4 b
      B> 3a [ <x> 00 07 'hi' ]
      B< 40 02 00 07
      A< 32 [ <x> 00 01 'hi' ])"},
    {"3.3.1-4", "both QoS bits", R"(
      A connects 4 a
      A> 36 [ <x> 00 01 'hi' ]
      A closed)"},
    {"3.3.1-5 3.3.1-6 3.3.1-8", "the last retained message and its QoS", R"(
      A connects 4 a
      A> 33 [ <r> 00 01 'old' ]
      A< 40 02 00 01
      A> 33 [ <r> 00 02 'new' ]
      A< 40 02 00 02
      B connects 4 b
      B> 82 [ 00 01 <r> 02 ]
      B< 90 03 00 01 02 33 [ <r> 00 01 'new' ])"},
    {"3.3.1-7", "a retained QoS 0 message replaces another", R"(
      A connects 4 a
      A> 33 [ <r> 00 01 'old' ]
      A< 40 02 00 01
      A> 31 [ <r> 'new' ]
      B connects 4 b
      B> 82 [ 00 01 <#> 02 ]
      B< 90 03 00 01 02 31 [ <r> 'new' ])"},
    {"3.3.1-9", "to who is there already it is not a retained one", R"(
      B connects 4 b
      B subscribes r 0
      A connects 4 a
      A> 31 [ <r> 'new' ]
      B< 30 [ <r> 'new' ])"},
    {"3.3.1-10 3.3.1-11", "an empty one clears the topic and is passed on", R"(
      B connects 4 b
      B subscribes r 0
      A connects 4 a
      A> 31 [ <r> 'old' ]
      B< 30 [ <r> 'old' ]
      A> 31 [ <r> ]
      B< 30 [ <r> ]
      C connects 4 c
      C> 82 [ 00 01 <r> 00 ]
      C< 90 03 00 01 00)"},
    {"3.3.1-12", "without the flag nothing is kept and nothing is cleared", R"(
      A connects 4 a
      A> 31 [ <r> 'kept' ]
      A> 30 [ <r> 'live' ]
      A> 30 [ <r> ]
      A> 30 [ <s> 'live' ]
      B connects 4 b
      B> 82 [ 00 01 <#> 00 ]
      B< 90 03 00 01 00 31 [ <r> 'kept' ])"},
    {"3.3.2-2 4.7.1-1", "wildcards in a topic name", R"(
      A connects 4 a
      A> 30 [ <a/+> 'hi' ]
      A closed
      B connects 4 b
      B> 30 [ <a/#> 'hi' ]
      B closed)"},
    {"4.7.3-1", "a topic name of no characters", R"(
      A connects 4 a
      A> 30 [ 00 00 'hi' ]
      A closed)"},
    {"3.3.2-3", "the name that arrives is the one that was published", R"(
      A connects 4 a
      A subscribes +/b 0
      B connects 4 b
      B publishes a/b 0 hi
      A< 30 [ <a/b> 'hi' ])"},
    {"4.7.3-3", "a topic of 65,535 bytes", R"(
      A connects 4 a
      A> 82 [ 00 01 ff ff 61*65535 00 ]
      A< 90 03 00 01 00
      B connects 4 b
      B> 30 [ ff ff 61*65535 'hi' ]
      A< 30 [ ff ff 61*65535 'hi' ])"},
    {"3.6.1-1 2.2.2-1", "reserved flags of a PUBREL", R"(
      A connects 4 a
      A> 34 [ <x> 00 01 'hi' ]
      A< 50 02 00 01
      A> 60 02 00 01
      A closed)"},
    {"4.3.2-1", "acknowledged only by its PUBACK", R"(
      A returns 4 a
      A subscribes x 1
      B connects 4 b
      B publishes x 1 one
      B publishes x 1 two
      A< 32 [ <x> 00 01 'one' ] 32 [ <x> 00 02 'two' ]
      A> 40 02 00 02
      A lost
      A returns 4 a
      A< 3a [ <x> 00 01 'one' ])"},
    {"4.3.2-2", "after PUBACK the identifier is a new message's", R"(
      A connects 4 a
      A subscribes x 0
      B connects 4 b
      B> 32 [ <x> 00 01 'hi' ]
      B< 40 02 00 01
      B> 3a [ <x> 00 01 'hi' ]
      B< 40 02 00 01
      A< 30 [ <x> 'hi' ] 30 [ <x> 'hi' ])"},
    {"4.3.3-1", "PUBREC is answered by PUBREL, and PUBLISH is not sent again", R"(
      A returns 4 a
      A subscribes x 2
      B connects 4 b
      B publishes x 2 hi
      A< 34 [ <x> 00 01 'hi' ]
      A> 50 02 00 01
      A< 62 02 00 01
      A lost
      A returns 4 a
      A< 62 02 00 01
      A> 70 02 00 01
      A lost
      A returns 4 a
      A<)"},
    {"4.3.3-2", "a repeated PUBLISH is acknowledged and not passed on", R"(
      A connects 4 a
      A subscribes x 0
      B returns 4 b
      B> 34 [ <x> 00 01 'hi' ]
      B< 50 02 00 01
      B> 3c [ <x> 00 01 'hi' ]
      B< 50 02 00 01
      A< 30 [ <x> 'hi' ]
      B lost
      B returns 4 b
      B> 3c [ <x> 00 01 'hi' ]
      B< 50 02 00 01
      A<
      B> 62 02 00 01
      B< 70 02 00 01
      B> 34 [ <x> 00 01 'again' ]
      B< 50 02 00 01
      A< 30 [ <x> 'again' ])"},
    {"4.3.3-2", "a PUBREL for nothing is answered all the same", R"(
      A connects 4 a
      A> 62 02 00 09
      A< 70 02 00 09)"},
    {"4.6.0-1", "sent again in the order of the first time", R"(
      A returns 4 a
      A subscribes x 2
      B connects 4 b
      B publishes x 2 one
      B publishes x 1 two
      B publishes x 2 three
      A skips
      A lost
      A returns 4 a
      A< 3c [ <x> 00 01 'one' ] 3a [ <x> 00 02 'two' ] 3c [ <x> 00 03 'three' ])"},
    {"4.6.0-5 4.6.0-6", "messages keep the order of their publisher", R"(
      A connects 4 a
      A subscribes x 1
      B connects 4 b
      B> 32 [ <x> 00 01 '1' ] 32 [ <x> 00 02 '2' ] 32 [ <x> 00 03 '3' ]
      B skips
      A< 32 [ <x> 00 01 '1' ] 32 [ <x> 00 02 '2' ] 32 [ <x> 00 03 '3' ])"},
    {"4.8.0-1", "an acknowledgement of another QoS", R"(
      A connects 4 a
      A subscribes x 2
      B connects 4 b
      B publishes x 2 hi
      A< 34 [ <x> 00 01 'hi' ]
      A> 40 02 00 01
      A closed)"},
    {"4.1.0-2", "a clean session lasts as long as its link", R"(
      A connects 4 a
      A subscribes x 1
      +31536000s
      B connects 4 b
      B publishes x 1 hi
      A< 32 [ <x> 00 01 'hi' ])"},
};

}  // namespace

std::span<const Row> publish_rows_v3() { return rows; }

}  // namespace cartstorm::broker::mqtt::testing
