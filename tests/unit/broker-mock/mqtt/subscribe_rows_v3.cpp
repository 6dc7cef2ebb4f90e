#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows[] = {
    {"2.3.1-1", "SUBSCRIBE and UNSUBSCRIBE with identifier 0", R"(
      A connects 4 a
      A> 82 [ 00 00 <x> 00 ]
      A closed
      B connects 4 b
      B> a2 [ 00 00 <x> ]
      B closed)"},
    {"2.3.1-7 3.8.4-1 3.8.4-2 3.8.4-5", "SUBACK repeats the identifier and grants", R"(
      A connects 4 a
      A> 82 [ 12 34 <x> 02 ]
      A< 90 03 12 34 02)"},
    {"2.3.1-7 3.10.4-4 3.10.4-5", "UNSUBACK repeats it, whether or not there was one", R"(
      A connects 4 a
      A subscribes x 0
      A> a2 [ 12 34 <x> ]
      A< b0 02 12 34
      A> a2 [ 12 35 <x> ]
      A< b0 02 12 35)"},
    {"3.3.5-1", "overlapping filters: one copy with the highest QoS", R"(
      A connects 4 a
      A> 82 [ 00 01 <a/b> 00 <a/+> 02 <#> 01 ]
      A< 90 05 00 01 00 02 01
      B connects 4 b
      B publishes a/b 2 hi
      A< 34 [ <a/b> 00 01 'hi' ])"},
    {"3.8.1-1 2.2.2-1", "reserved flags of a SUBSCRIBE", R"(
      A connects 4 a
      A> 80 [ 00 01 <x> 00 ]
      A closed)"},
    {"3.8.3-1", "a filter that is not UTF-8", R"(
      A connects 4 a
      A> 82 [ 00 01 00 01 ff 00 ]
      A closed)"},
    {"3.8.3-3", "a SUBSCRIBE without filters", R"(
      A connects 4 a
      A> 82 [ 00 01 ]
      A closed)"},
    {"3.8.3-4", "reserved bits and QoS 3", R"(
      A connects 4 a
      A> 82 [ 00 01 <x> 04 ]
      A closed
      B connects 4 b
      B> 82 [ 00 01 <x> 03 ]
      B closed)"},
    {"3.8.4-3", "the same filter again replaces the subscription, retained messages come again", R"(
      A connects 4 a
      A> 31 [ <r> 'kept' ]
      A> 82 [ 00 01 <r> 02 ]
      A< 90 03 00 01 02 31 [ <r> 'kept' ]
      A> 82 [ 00 02 <r> 00 ]
      A< 90 03 00 02 00 31 [ <r> 'kept' ]
      B connects 4 b
      B publishes r 2 live
      A< 30 [ <r> 'live' ])"},
    {"3.8.4-4 3.9.3-1", "several filters, one SUBACK in their order", R"(
      A connects 4 a
      A> 82 [ 00 01 <a> 02 <b> 00 <c> 01 ]
      A< 90 05 00 01 02 00 01
      B connects 4 b
      B publishes b 1 hi
      A< 30 [ <b> 'hi' ])"},
    {"3.8.4-6", "QoS is the lower of published and granted", R"(
      A connects 4 a
      A subscribes x 1
      B connects 4 b
      B publishes x 0 zero
      B publishes x 1 one
      B publishes x 2 two
      A< 30 [ <x> 'zero' ] 32 [ <x> 00 01 'one' ] 32 [ <x> 00 02 'two' ])"},
    {"3.10.1-1 2.2.2-1", "reserved flags of an UNSUBSCRIBE", R"(
      A connects 4 a
      A> a0 [ 00 01 <x> ]
      A closed)"},
    {"3.10.3-1", "a filter to leave that is not UTF-8", R"(
      A connects 4 a
      A> a2 [ 00 01 00 01 ff ]
      A closed)"},
    {"3.10.3-2", "an UNSUBSCRIBE without filters", R"(
      A connects 4 a
      A> a2 [ 00 01 ]
      A closed)"},
    {"3.10.4-1 3.10.4-2", "filters are compared byte for byte", R"(
      A connects 4 a
      A> 82 [ 00 01 <a/b> 00 <a/+> 00 <A/B> 00 ]
      A skips
      A> a2 [ 00 02 <a/+> ]
      A< b0 02 00 02
      B connects 4 b
      B publishes a/c 0 no
      A<
      B publishes a/b 0 yes
      A< 30 [ <a/b> 'yes' ]
      B publishes A/B 0 yes
      A< 30 [ <A/B> 'yes' ])"},
    {"3.10.4-3", "what was under way is carried through", R"(
      A returns 4 a
      A subscribes x 2
      B connects 4 b
      B publishes x 2 hi
      A< 34 [ <x> 00 01 'hi' ]
      A> a2 [ 00 01 <x> ]
      A< b0 02 00 01
      A lost
      A returns 4 a
      A< 3c [ <x> 00 01 'hi' ]
      A> 50 02 00 01
      A< 62 02 00 01
      A> 70 02 00 01
      A<)"},
    {"3.10.4-6", "several filters, one UNSUBACK", R"(
      A connects 4 a
      A> 82 [ 00 01 <a> 00 <b> 00 ]
      A skips
      A> a2 [ 00 02 <a> <b> <c> ]
      A< b0 02 00 02
      B connects 4 b
      B publishes a 0 no
      B publishes b 0 no
      A<)"},
    {"4.7.1-2", "the multi-level wildcard stands alone and last", R"(
      A connects 4 a
      A> 82 [ 00 01 <a#> 00 ]
      A closed
      B connects 4 b
      B> 82 [ 00 01 <a/#/b> 00 ]
      B closed)"},
    {"4.7.1-2", "what it matches", R"(
      A connects 4 a
      A subscribes a/# 0
      B connects 4 b
      B publishes a 0 1
      B publishes a/ 0 2
      B publishes a/b/c 0 3
      B publishes ab 0 4
      A< 30 [ <a> '1' ] 30 [ <a/> '2' ] 30 [ <a/b/c> '3' ])"},
    {"4.7.1-3", "the single-level wildcard is a whole level", R"(
      A connects 4 a
      A> 82 [ 00 01 <a+> 00 ]
      A closed
      B connects 4 b
      B> 82 [ 00 01 <a/+b/c> 00 ]
      B closed)"},
    {"4.7.1-3", "what it matches", R"(
      A connects 4 a
      A subscribes +/+ 0
      B connects 4 b
      B publishes a 0 1
      B publishes /a 0 2
      B publishes a/b 0 3
      B publishes a/b/c 0 4
      A< 30 [ </a> '2' ] 30 [ <a/b> '3' ])"},
    {"4.7.2-1", "names with a dollar need it said", R"(
      A connects 4 a
      A> 82 [ 00 01 <#> 00 <+/x> 00 ]
      A skips
      B connects 4 b
      B subscribes $other/# 0
      C connects 4 c
      C publishes $other/x 0 hi
      A<
      B< 30 [ <$other/x> 'hi' ])"},
    {"4.7.2-1", "retained ones too", R"(
      C connects 4 c
      C> 31 [ <$other/x> 'hi' ]
      A connects 4 a
      A> 82 [ 00 01 <#> 00 <+/x> 00 ]
      A< 90 04 00 01 00 00
      A> 82 [ 00 02 <$other/+> 00 ]
      A< 90 03 00 02 00 31 [ <$other/x> 'hi' ])"},
    {"4.7.3-1", "a filter of no characters", R"(
      A connects 4 a
      A> 82 [ 00 01 00 00 00 ]
      A closed)"},
    {"4.7.3-2", "U+0000 in a filter", R"(
      A connects 4 a
      A> 82 [ 00 01 00 02 'a' 00 00 ]
      A closed)"},
    {"4.7.3-4", "no normalization: case and composition matter", R"(
      A connects 4 a
      A> 82 [ 00 01 00 02 c3 a9 00 ]
      A skips
      B connects 4 b
      B> 30 [ 00 03 'e' cc 81 'no' ]
      A<
      B> 30 [ 00 02 c3 a9 'yes' ]
      A< 30 [ 00 02 c3 a9 'yes' ])"},
};

}  // namespace

std::span<const Row> subscribe_rows_v3() { return rows; }

}  // namespace cartstorm::broker::mqtt::testing
