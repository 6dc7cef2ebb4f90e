#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows[] = {
    {"1.5.4-3 4.7.3-4", "a byte order mark is a character like others", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] 00 04 ef bb bf 'x' 00 ]
      A< 90 [ 00 01 [ ] 00 ]
      A> 30 [ <x> [ ] 'no' ]
      A<
      A> 30 [ 00 04 ef bb bf 'x' [ ] 'yes' ]
      A< 30 [ 00 04 ef bb bf 'x' [ ] 'yes' ])"},
    {"1.5.4-1 3.3.2-1", "a topic that is not UTF-8", R"(
      A connects 5 a
      A> 30 [ 00 01 ff [ ] 'hi' ]
      A< e0 [ 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"1.5.4-2 4.7.3-2", "U+0000 in a topic", R"(
      A connects 5 a
      A> 30 [ 00 02 'a' 00 [ ] 'hi' ]
      A< e0 [ 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"2.2.1-2 3.3.1-2 4.3.1-1 2.2.2-1", "QoS 0 has no identifier and is no duplicate", R"(
      A connects 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 0 hi
      A< 30 [ <x> [ ] 'hi' ])"},
    {"3.3.1-2", "a duplicate with QoS 0", R"(
      A connects 5 a
      A> 38 [ <x> [ ] 'hi' ]
      A< e0 [ 81 [ 1f <duplicate flag with QoS 0> ] ]
      A closed)"},
    {"2.2.1-3", "a PUBLISH with identifier 0", R"(
      A connects 5 a
      A> 32 [ <x> 00 00 [ ] 'hi' ]
      A< e0 [ 82 [ 1f <packet identifier of zero> ] ]
      A closed)"},
    {"3.3.1-3", "a duplicate of its publisher is none for the subscriber", R"(
      A connects 5 a
      A subscribes x 1
      B connects 5 b
      B> 3a [ <x> 00 07 [ ] 'hi' ]
      B< 40 02 00 07
      A< 32 [ <x> 00 01 [ ] 'hi' ])"},
    {"3.3.1-4", "both QoS bits", R"(
      A connects 5 a
      A> 36 [ <x> 00 01 [ ] 'hi' ]
      A< e0 [ 81 [ 1f <PUBLISH with QoS 3> ] ]
      A closed)"},
    {"3.3.1-5 3.3.1-9", "the last retained message", R"(
      A connects 5 a
      A> 31 [ <r> [ ] 'old' ] 33 [ <r> 00 01 [ ] 'new' ]
      A skips
      B connects 5 b
      B> 82 [ 00 01 [ ] <+> 02 ]
      B< 90 [ 00 01 [ ] 02 ] 33 [ <r> 00 01 [ ] 'new' ])"},
    {"3.3.1-6 3.3.1-7", "an empty one clears the topic and is passed on", R"(
      B connects 5 b
      B subscribes r 0
      A connects 5 a
      A> 31 [ <r> [ ] 'old' ] 31 [ <r> [ ] ]
      B< 30 [ <r> [ ] 'old' ] 30 [ <r> [ ] ]
      C connects 5 c
      C> 82 [ 00 01 [ ] <r> 00 ]
      C< 90 [ 00 01 [ ] 00 ])"},
    {"3.3.1-8", "without the flag nothing is kept and nothing is cleared", R"(
      A connects 5 a
      A> 31 [ <r> [ ] 'kept' ] 30 [ <r> [ ] ] 30 [ <s> [ ] 'live' ]
      B connects 5 b
      B> 82 [ 00 01 [ ] <#> 00 ]
      B< 90 [ 00 01 [ ] 00 ] 31 [ <r> [ ] 'kept' ])"},
    {"3.3.1-5", "a retained message outlives the server", R"(
      A connects 5 a
      A> 31 [ <r> [ 03 <text> ] 'kept' ] 31 [ <s> [ ] 'gone' ] 31 [ <s> [ ] ]
      restart
      B connects 5 b
      B> 82 [ 00 01 [ ] <#> 00 ]
      B< 90 [ 00 01 [ ] 00 ] 31 [ <r> [ 03 <text> ] 'kept' ])"},
    {"3.3.2-2 4.7.0-1", "wildcards in a topic name", R"(
      A connects 5 a
      A> 30 [ <a/+> [ ] 'hi' ]
      A< e0 [ 90 [ 1f <wildcard in a topic name> ] ]
      A closed)"},
    {"4.7.3-1", "a topic name of no characters", R"(
      A connects 5 a
      A> 30 [ <> [ ] 'hi' ]
      A< e0 [ 82 [ 1f <PUBLISH without a topic> ] ]
      A closed)"},
    {"4.7.3-3", "a topic of 65,535 bytes", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] ff ff 61*65535 00 ]
      A< 90 [ 00 01 [ ] 00 ]
      A> 30 [ ff ff 61*65535 [ ] 'hi' ]
      A< 30 [ ff ff 61*65535 [ ] 'hi' ])"},
    {"3.3.2-3", "the name that arrives is the one that was published", R"(
      A connects 5 a
      A subscribes +/b 0
      B connects 5 b
      B publishes a/b 0 hi
      A< 30 [ <a/b> [ ] 'hi' ])"},
    {"3.3.2-4 3.3.2-15 3.3.2-16 3.3.2-17 3.3.2-18 3.3.2-20", "what is passed on, as it came", R"(
      A connects 5 a
      A subscribes x 0
      C connects 4 c
      C subscribes x 0
      B connects 5 b
      B> 30 [ <x> [ 26 <k> <2> 09 <id> 08 <r/s> 26 <k> <1> 03 <text> 01 01 ] 'hi' ]
      A< 30 [ <x> [ 26 <k> <2> 09 <id> 08 <r/s> 26 <k> <1> 03 <text> 01 01 ] 'hi' ]
      C< 30 [ <x> 'hi' ])"},
    {"3.3.2-6 3.3.2-18", "the expiry of a message that did not wait; others around it keep order",
     R"(
      A connects 5 a
      A subscribes x 0
      B connects 5 b
      B> 30 [ <x> [ 26 <k> <1> 02 00 00 00 0a 26 <j> <2> ] 'hi' ]
      A< 30 [ <x> [ 02 00 00 00 0a 26 <k> <1> 26 <j> <2> ] 'hi' ])"},
    {"3.3.2-8 3.3.2-9 3.2.2-17", "alias 0, and one above the maximum", R"(
      A connects 5 a
      A> 30 [ <x> [ 23 00 00 ] 'hi' ]
      A< e0 [ 94 [ 1f <topic alias of zero> ] ]
      A closed
      C connects 5 c
      C> 30 [ <> [ 23 00 00 ] 'hi' ]
      C< e0 [ 94 [ 1f <topic alias of zero> ] ]
      C closed
      B connects 5 b
      B> 30 [ <x> [ 23 00 41 ] 'hi' ]
      B< e0 [ 94 [ 1f <topic alias above the maximum> ] ]
      B closed)"},
    {"3.3.2-12", "aliases up to the maximum, and their change", R"(
      A connects 5 a
      A subscribes # 0
      B connects 5 b
      B> 30 [ <x> [ 23 00 01 ] '1' ] 30 [ <y> [ 23 00 40 ] '2' ] 30 [ <> [ 23 00 01 ] '3' ]
      B> 30 [ <z> [ 23 00 01 ] '4' ] 30 [ <> [ 23 00 01 ] '5' ] 30 [ <> [ 23 00 40 ] '6' ]
      A< 30 [ <x> [ ] '1' ] 30 [ <y> [ ] '2' ] 30 [ <x> [ ] '3' ]
      A< 30 [ <z> [ ] '4' ] 30 [ <z> [ ] '5' ] 30 [ <y> [ ] '6' ])"},
    {"3.3.2-13", "a response topic that is not UTF-8", R"(
      A connects 5 a
      A> 30 [ <x> [ 08 00 01 ff ] 'hi' ]
      A< e0 [ 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"3.3.2-14", "a response topic with a wildcard", R"(
      A connects 5 a
      A> 30 [ <x> [ 08 <r/+> ] 'hi' ]
      A< e0 [ 81 [ 1f <response topic is no topic name> ] ]
      A closed)"},
    {"3.3.2-19", "a content type that is not UTF-8", R"(
      A connects 5 a
      A> 30 [ <x> [ 03 00 01 ff ] 'hi' ]
      A< e0 [ 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"3.3.4-1 2.2.1-5 4.3.2-4", "PUBACK repeats the identifier; nobody is there to hear it", R"(
      A connects 5 a
      A> 32 [ <x> 12 34 [ ] 'hi' ]
      A< 40 [ 12 34 10 ])"},
    {"3.3.4-1 2.2.1-5 4.3.3-8 4.3.3-11", "PUBREC and PUBCOMP repeat it", R"(
      A connects 5 a
      A> 34 [ <x> 12 34 [ ] 'hi' ]
      A< 50 [ 12 34 10 ]
      A> 62 02 12 34
      A< 70 02 12 34)"},
    {"3.3.4-2 3.3.4-3 3.3.4-4", "overlapping filters: one copy, the highest QoS, all identifiers",
     R"(
      A connects 5 a
      A> 82 [ 00 01 [ 0b 01 ] <a/b> 00 ] 82 [ 00 02 [ 0b ff 7f ] <a/+> 02 ] 82 [ 00 03 [ ] <#> 01 ]
      A skips
      B connects 5 b
      B publishes a/b 2 hi
      A< 34 [ <a/b> 00 01 [ 0b ff 7f 0b 01 ] 'hi' ])"},
    {"3.3.4-5 4.8.2-3", "a shared filter beside one of one's own: a copy each, with its identifier",
     R"(
      A connects 5 a
      A> 82 [ 00 01 [ 0b 01 ] <x> 02 ] 82 [ 00 02 [ 0b 02 ] <$share/g/x> 01 ]
      A skips
      B connects 5 b
      B publishes x 2 hi
      A< 34 [ <x> 00 01 [ 0b 01 ] 'hi' ] 32 [ <x> 00 02 [ 0b 02 ] 'hi' ])"},
    {"3.3.4-6", "a subscription identifier from a client", R"(
      A connects 5 a
      A> 30 [ <x> [ 0b 01 ] 'hi' ]
      A< e0 [ 82 [ 1f <subscription identifier from a client> ] ]
      A closed)"},
};

}  // namespace

std::span<const Row> publish_rows_v5() { return rows; }

}  // namespace cartstorm::broker::mqtt::testing
