#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows[] = {
    {"2.2.1-3", "SUBSCRIBE with identifier 0", R"(
      A connects 5 a
      A> 82 [ 00 00 [ ] <x> 00 ]
      A< e0 [ 82 [ 1f <packet identifier of zero> ] ]
      A closed)"},
    {"2.2.1-6 3.8.4-1 3.8.4-2 3.8.4-6 3.8.4-7", "SUBACK repeats the identifier and grants", R"(
      A connects 5 a
      A> 82 [ 12 34 [ ] <x> 02 ]
      A< 90 [ 12 34 [ ] 02 ])"},
    {"2.2.1-6 3.10.4-4 3.10.4-5 3.11.3-1 3.11.3-2", "UNSUBACK, in the order of the filters", R"(
      A connects 5 a
      A subscribes x 0
      A> a2 [ 12 34 [ ] <y> <x> ]
      A< b0 [ 12 34 [ ] 11 00 ])"},
    {"3.3.1-10", "retain handling 1: only if the subscription is new", R"(
      A connects 5 a
      A> 31 [ <r> [ ] 'kept' ]
      A> 82 [ 00 01 [ ] <r> 10 ]
      A< 90 [ 00 01 [ ] 00 ] 31 [ <r> [ ] 'kept' ]
      A> 82 [ 00 02 [ ] <r> 10 ]
      A< 90 [ 00 02 [ ] 00 ])"},
    {"3.3.1-11", "retain handling 2: never", R"(
      A connects 5 a
      A> 31 [ <r> [ ] 'kept' ]
      A> 82 [ 00 01 [ ] <r> 20 ]
      A< 90 [ 00 01 [ ] 00 ])"},
    {"3.3.1-12 3.3.1-13", "retain as published, or not", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <r> 00 ]
      A skips
      B connects 5 b
      B> 82 [ 00 01 [ ] <r> 08 ]
      B skips
      C connects 5 c
      C> 31 [ <r> [ ] 'one' ]
      A< 30 [ <r> [ ] 'one' ]
      B< 31 [ <r> [ ] 'one' ]
      C> 30 [ <r> [ ] 'two' ]
      A< 30 [ <r> [ ] 'two' ]
      B< 30 [ <r> [ ] 'two' ])"},
    {"3.8.1-1", "reserved flags of a SUBSCRIBE", R"(
      A connects 5 a
      A> 80 [ 00 01 [ ] <x> 00 ]
      A< e0 [ 81 [ 1f <reserved flags of the fixed header> ] ]
      A closed)"},
    {"3.8.3-1", "a filter that is not UTF-8", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] 00 01 ff 00 ]
      A< e0 [ 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"3.8.3-2", "a SUBSCRIBE without filters", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] ]
      A< e0 [ 82 [ 1f <SUBSCRIBE without a topic filter> ] ]
      A closed)"},
    {"3.8.3-3", "no local", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <x> 04 ]
      A skips
      B connects 5 b
      B subscribes x 0
      A publishes x 0 mine
      B publishes x 0 yours
      A< 30 [ <x> [ ] 'yours' ]
      B< 30 [ <x> [ ] 'mine' ] 30 [ <x> [ ] 'yours' ])"},
    {"3.8.3-4", "no local on a shared filter", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <$share/g/x> 04 ]
      A< e0 [ 82 [ 1f <no local on a shared filter> ] ]
      A closed)"},
    {"3.8.3-5", "reserved bits, QoS 3, retain handling 3", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <x> 40 ]
      A< e0 [ 81 [ 1f <reserved bits of subscription options> ] ]
      A closed
      B connects 5 b
      B> 82 [ 00 01 [ ] <x> 03 ]
      B< e0 [ 81 [ 1f <subscription with QoS 3> ] ]
      B closed
      C connects 5 c
      C> 82 [ 00 01 [ ] <x> 30 ]
      C< e0 [ 82 [ 1f <retain handling of 3> ] ]
      C closed)"},
    {"3.8.4-3 3.8.4-4", "the same filter again replaces the subscription", R"(
      A connects 5 a
      A> 31 [ <r> [ ] 'kept' ]
      A> 82 [ 00 01 [ 0b 01 ] <r> 02 ]
      A< 90 [ 00 01 [ ] 02 ] 31 [ <r> [ 0b 01 ] 'kept' ]
      A> 82 [ 00 02 [ 0b 02 ] <r> 00 ]
      A< 90 [ 00 02 [ ] 00 ] 31 [ <r> [ 0b 02 ] 'kept' ]
      B connects 5 b
      B publishes r 2 live
      A< 30 [ <r> [ 0b 02 ] 'live' ])"},
    {"3.8.4-5 3.9.3-1 3.9.3-2", "several filters, one SUBACK in their order", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <a> 02 <b> 00 <c> 01 ]
      A< 90 [ 00 01 [ ] 02 00 01 ])"},
    {"3.8.4-8", "QoS is the lower of published and granted", R"(
      A connects 5 a
      A subscribes x 1
      B connects 5 b
      B publishes x 0 zero
      B publishes x 2 two
      A< 30 [ <x> [ ] 'zero' ] 32 [ <x> 00 01 [ ] 'two' ])"},
    {"3.10.1-1", "reserved flags of an UNSUBSCRIBE", R"(
      A connects 5 a
      A> a0 [ 00 01 [ ] <x> ]
      A< e0 [ 81 [ 1f <reserved flags of the fixed header> ] ]
      A closed)"},
    {"3.10.3-1", "a filter to leave that is not UTF-8", R"(
      A connects 5 a
      A> a2 [ 00 01 [ ] 00 01 ff ]
      A< e0 [ 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"3.10.3-2", "an UNSUBSCRIBE without filters", R"(
      A connects 5 a
      A> a2 [ 00 01 [ ] ]
      A< e0 [ 82 [ 1f <UNSUBSCRIBE without a topic filter> ] ]
      A closed)"},
    {"3.10.4-1 3.10.4-2", "filters are compared character by character", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <a/b> 00 <a/+> 00 <$share/g/a/b> 00 ]
      A skips
      A> a2 [ 00 02 [ ] <a/+> <$share/h/a/b> <a/B> ]
      A< b0 [ 00 02 [ ] 00 11 11 ]
      B connects 5 b
      B publishes a/c 0 no
      A<
      B publishes a/b 0 yes
      A< 30 [ <a/b> [ ] 'yes' ] 30 [ <a/b> [ ] 'yes' ])"},
    {"3.10.4-3", "what was under way is carried through", R"(
      A connects 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 2 hi
      A< 34 [ <x> 00 01 [ ] 'hi' ]
      A> a2 [ 00 01 [ ] <x> ]
      A< b0 [ 00 01 [ ] 00 ]
      A> 50 02 00 01
      A< 62 02 00 01
      A> 70 02 00 01
      A<)"},
    {"3.10.4-6", "several filters, one UNSUBACK", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <a> 00 <b> 00 ]
      A skips
      A> a2 [ 00 02 [ ] <a> <b> ]
      A< b0 [ 00 02 [ ] 00 00 ]
      B connects 5 b
      B publishes a 0 no
      B publishes b 0 no
      A<)"},
    {"4.7.1-1", "the multi-level wildcard stands alone and last", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <a#> 00 ]
      A< e0 [ 81 [ 1f <topic filter is not valid> ] ]
      A closed
      B connects 5 b
      B> 82 [ 00 01 [ ] <#/b> 00 ]
      B< e0 [ 81 [ 1f <topic filter is not valid> ] ]
      B closed)"},
    {"4.7.1-2", "the single-level wildcard is a whole level", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <a+> 00 ]
      A< e0 [ 81 [ 1f <topic filter is not valid> ] ]
      A closed
      B connects 5 b
      B subscribes +/b/+ 0
      C connects 5 c
      C publishes a/b/c 0 1
      C publishes /b/ 0 2
      C publishes a/b 0 3
      B< 30 [ <a/b/c> [ ] '1' ] 30 [ </b/> [ ] '2' ])"},
    {"4.7.2-1", "names with a dollar need it said", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <#> 00 <+/x> 00 <$share/g/#> 00 ]
      A skips
      B connects 5 b
      B subscribes $other/# 0
      C connects 5 c
      C publishes $other/x 0 hi
      A<
      B< 30 [ <$other/x> [ ] 'hi' ])"},
    {"4.7.3-1 4.7.3-2", "a filter of no characters, one with U+0000", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <> 00 ]
      A< e0 [ 81 [ 1f <topic filter is not valid> ] ]
      A closed
      B connects 5 b
      B> 82 [ 00 01 [ ] 00 01 00 00 ]
      B< e0 [ 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      B closed)"},
    {"4.8.2-1 4.8.2-2", "share names that are none", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <$share//x> 00 ]
      A< e0 [ 81 [ 1f <topic filter is not valid> ] ]
      A closed
      B connects 5 b
      B> 82 [ 00 01 [ ] <$share/g+/x> 00 ]
      B< e0 [ 81 [ 1f <topic filter is not valid> ] ]
      B closed
      C connects 5 c
      C> 82 [ 00 01 [ ] <$share/g> 00 ]
      C< e0 [ 81 [ 1f <topic filter is not valid> ] ]
      C closed
      D connects 5 d
      D> 82 [ 00 01 [ ] <$share/g/> 00 ]
      D< e0 [ 81 [ 1f <topic filter is not valid> ] ]
      D closed)"},
    {"4.8.2-3", "members take turns, each with its own QoS, without retained messages", R"(
      R connects 5 r
      R> 31 [ <x> [ ] 'kept' ]
      A connects 5 a
      A subscribes $share/g/x 1
      B connects 5 b
      B subscribes $share/g/x 0
      C connects 5 c
      C publishes x 2 1
      C publishes x 2 2
      C publishes x 2 3
      A< 32 [ <x> 00 01 [ ] '1' ] 32 [ <x> 00 02 [ ] '3' ]
      B< 30 [ <x> [ ] '2' ])"},
    {"4.8.2-4 4.8.2-5", "what a member has under way is its own, also when it is away", R"(
      A returns 5 a
      A subscribes $share/g/x 2
      C connects 5 c
      C publishes x 2 1
      A< 34 [ <x> 00 01 [ ] '1' ]
      A lost
      B connects 5 b
      B subscribes $share/g/x 2
      C publishes x 2 2
      B< 34 [ <x> 00 01 [ ] '2' ]
      A returns 5 a
      A< 3c [ <x> 00 01 [ ] '1' ]
      A lost
      +1000s
      B<)"},
    {"4.8.2-6", "a refusal does not move a message to another member", R"(
      A connects 5 a
      A subscribes $share/g/x 1
      B connects 5 b
      B subscribes $share/g/x 1
      C connects 5 c
      C publishes x 1 1
      A< 32 [ <x> 00 01 [ ] '1' ]
      A> 40 [ 00 01 80 ]
      A lost
      B<)"},
    {"3.9.3-2 3.3.4-3", "a subscription identifier of 0, and two of them", R"(
      A connects 5 a
      A> 82 [ 00 01 [ 0b 00 ] <x> 00 ]
      A< e0 [ 82 [ 1f <property must not be zero> ] ]
      A closed
      B connects 5 b
      B> 82 [ 00 01 [ 0b 01 0b 02 ] <x> 00 ]
      B< e0 [ 82 [ 1f <property comes twice> ] ]
      B closed)"},
    {"3.3.4-3 3.3.4-4", "identifiers of messages that wait outlive the server", R"(
      A returns 5 a
      A> 82 [ 00 01 [ 0b 07 ] <x/+> 01 ] 82 [ 00 02 [ 0b 09 ] <x/#> 01 ]
      A skips
      A lost
      B connects 5 b
      B publishes x/1 1 hi
      restart
      A returns 5 a
      A< 32 [ <x/1> 00 01 [ 0b 07 0b 09 ] 'hi' ])"},
    {"3.8.4-1 3.3.4-3", "subscriptions of a session outlive the server", R"(
      A returns 5 a
      A> 82 [ 00 01 [ 0b 07 ] <x/+> 09 <$share/g/y> 01 ]
      A skips
      restart
      B connects 5 b
      B> 33 [ <x/1> 00 01 [ ] 'hi' ] 32 [ <y> 00 02 [ ] 'ho' ]
      B< 40 02 00 01 40 02 00 02
      A returns 5 a
      A< 33 [ <x/1> 00 01 [ 0b 07 ] 'hi' ] 32 [ <y> 00 02 [ 0b 07 ] 'ho' ])"},
};

}  // namespace

std::span<const Row> subscribe_rows_v5() { return rows; }

}  // namespace cartstorm::broker::mqtt::testing
