#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows[] = {
    {"3.1.4-5 3.2.2-22 4.12.0-6 2.2.2-1 3.1.2-28", "a success, and what the server announces", R"(
      A> 10 [ <MQTT> 05 02 00 3c [ ] <a> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      +89999ms
      A open
      +1ms
      A< e0 [ 8d [ 1f <nothing received in one and a half keep alive intervals> ] ]
      A closed)"},
    {"1.5.4-1 3.1.3-4 4.13.1-1", "a client id with a surrogate", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ ] 00 03 ed a0 80 ]
      A< 20 [ 00 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"1.5.4-2", "U+0000 in a user property", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 26 00 01 00 <v> ] <a> ]
      A< 20 [ 00 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"1.5.7-1", "a user property whose value is not UTF-8", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 26 <k> 00 01 ff ] <a> ]
      A< 20 [ 00 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"1.5.5-1", "a property length of more bytes than needed", R"(
      A> 10 [ <MQTT> 05 02 00 00 80 00 <a> ]
      A< 20 [ 00 81 [ 1f <variable byte integer is longer than needed> ] ]
      A closed)"},
    {"1.5.5-1", "a remaining length of more bytes than needed", R"(
      A connects 5 a
      A> c0 80 00
      A closed
      A skips)"},
    {"2.1.3-1 4.13.1-1", "reserved flags", R"(
      A> 11 [ <MQTT> 05 02 00 00 [ ] <a> ]
      A closed
      B connects 5 b
      B> c1 00
      B< e0 [ 81 [ 1f <reserved flags of the fixed header> ] ]
      B closed)"},
    {"3.1.0-1 3.14.0-1", "something else than CONNECT comes first: no DISCONNECT without CONNACK",
     R"(
      A> c0 00
      A<
      A closed)"},
    {"3.1.0-2 3.2.0-2 4.13.2-1", "a second CONNECT", R"(
      A connects 5 a
      A> 10 [ <MQTT> 05 02 00 00 [ ] <a> ]
      A< e0 [ 82 [ 1f <second CONNECT> ] ]
      A closed)"},
    {"3.1.2-1 3.1.2-2", "another protocol, another version", R"(
      A> 10 [ <HTTP> 05 02 00 00 [ ] <a> ]
      A<
      A closed
      B> 10 [ <MQTT> 07 02 00 00 [ ] <b> ]
      B< 20 02 00 01
      B closed)"},
    {"3.1.2-3 3.2.2-6 3.2.2-7 3.2.2-8", "the reserved connect flag", R"(
      A> 10 [ <MQTT> 05 03 00 00 [ ] <a> ]
      A< 20 [ 00 81 [ 1f <reserved flag of CONNECT> ] ]
      A closed)"},
    {"3.1.2-9", "a will flag without a will", R"(
      A> 10 [ <MQTT> 05 06 00 00 [ ] <a> ]
      A< 20 [ 00 81 [ 1f <packet ends too early> ] ]
      A closed)"},
    {"3.1.2-11 3.1.2-13", "will QoS, will retain without a will", R"(
      A> 10 [ <MQTT> 05 0a 00 00 [ ] <a> ]
      A< 20 [ 00 81 [ 1f <will QoS or retain without a will> ] ]
      A closed
      B> 10 [ <MQTT> 05 22 00 00 [ ] <b> ]
      B< 20 [ 00 81 [ 1f <will QoS or retain without a will> ] ]
      B closed)"},
    {"3.1.2-12", "will QoS of 3", R"(
      A> 10 [ <MQTT> 05 1e 00 00 [ ] <a> [ ] <w> <gone> ]
      A< 20 [ 00 81 [ 1f <will QoS of 3> ] ]
      A closed)"},
    {"3.1.2-16 3.1.2-18", "user name or password without a flag", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ ] <a> <user> ]
      A< 20 [ 00 81 [ 1f <packet has bytes behind its end> ] ]
      A closed)"},
    {"3.1.2-17 3.1.2-19", "flags without a user name, without a password", R"(
      A> 10 [ <MQTT> 05 82 00 00 [ ] <a> ]
      A< 20 [ 00 81 [ 1f <packet ends too early> ] ]
      A closed
      B> 10 [ <MQTT> 05 42 00 00 [ ] <b> ]
      B< 20 [ 00 81 [ 1f <packet ends too early> ] ]
      B closed)"},
    {"3.1.2-19", "a password needs no user name here", R"(
      A> 10 [ <MQTT> 05 42 00 00 [ ] <a> <secret> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      A open)"},
    {"3.1.2-22", "half a packet does not keep a connection alive", R"(
      A> 10 [ <MQTT> 05 02 00 02 [ ] <a> ]
      A skips
      +2s
      A> 30
      +1s
      A< e0 [ 8d [ 1f <nothing received in one and a half keep alive intervals> ] ]
      A closed)"},
    {"3.1.2-24 3.1.2-25", "a message larger than the client takes counts as sent", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 27 00 00 00 14 21 00 01 ] <a> ]
      A skips
      A subscribes x 1
      B connects 5 b
      B publishes x 1 far_too_long_for_this_client
      B publishes x 0 far_too_long_for_this_client
      A<
      B publishes x 1 fits
      A< 32 [ <x> 00 02 [ ] 'fits' ])"},
    {"3.1.2-24 3.14.2-3 3.2.2-19", "nor is a reason string sent that would not fit", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 27 00 00 00 15 ] <a> ]
      A skips
      A> 10 [ <MQTT> 05 02 00 00 [ ] <a> ]
      A< e0 [ 82 [ 1f <second CONNECT> ] ]
      A closed
      B> 10 [ <MQTT> 05 02 00 00 [ 27 00 00 00 14 ] <b> ]
      B skips
      B> 10 [ <MQTT> 05 02 00 00 [ ] <b> ]
      B< e0 [ 82 [ ] ]
      B closed)"},
    {"3.1.2-24 3.2.2-19 3.14.0-1",
     "a refusal that fits without its text, a CONNACK that does not fit", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 27 00 00 00 08 15 <method> ] <a> ]
      A< 20 [ 00 8c [ ] ]
      A closed
      B> 10 [ <MQTT> 05 02 00 00 [ 27 00 00 00 08 ] <b> ]
      B<
      B closed)"},
    {"3.1.2-24", "a SUBACK that does not fit", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 27 00 00 00 10 ] <a> ]
      A skips
      A> 82 [ 00 01 [ ] <a> 00 <b> 00 <c> 00 <d> 00 <e> 00 <f> 00 \
              <g> 00 <h> 00 <i> 00 <j> 00 <k> 00 <l> 00 ]
      A< e0 [ 95 [ ] ]
      A closed)"},
    {"3.1.2-26 3.3.2-11 3.1.2-27", "aliases only as far as the client allows", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 22 00 01 ] <a> ]
      A skips
      A subscribes # 0
      C connects 5 c
      C subscribes # 0
      B connects 5 b
      B publishes x 0 1
      B publishes y 0 2
      B publishes x 0 3
      A< 30 [ <x> [ 23 00 01 ] '1' ] 30 [ <y> [ ] '2' ] 30 [ <> [ 23 00 01 ] '3' ]
      C< 30 [ <x> [ ] '1' ] 30 [ <y> [ ] '2' ] 30 [ <x> [ ] '3' ])"},
    {"3.1.3-1", "will before user name before password", R"(
      B connects 5 b
      B subscribes w 0
      A> 10 [ <MQTT> 05 c6 00 00 [ ] <a> [ ] <w> <gone> <user> <secret> ]
      A skips
      A lost
      B< 30 [ <w> [ ] 'gone' ])"},
    {"3.1.3-3", "a CONNECT without a client id", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ ] ]
      A< 20 [ 00 81 [ 1f <packet ends too early> ] ]
      A closed)"},
    {"3.1.3-5", "all the characters that an id may have", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ ] <0123456789abcdefghijklm> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      B> 10 [ <MQTT> 05 02 00 00 [ ] <nopqrstuvwxyzABCDEFGHIJ> ]
      B< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      C> 10 [ <MQTT> 05 02 00 00 [ ] <KLMNOPQRSTUVWXYZ> ]
      C< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ])"},
    {"3.1.3-6 3.1.3-7 3.2.2-16", "a client without an id is told its own", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ ] 00 00 ]
      A< 20 23 00 00 20 27 00 40 00 00 12 00 15 'auto-'
      A skips)"},
    {"3.1.3-11", "a will topic that is not UTF-8", R"(
      A> 10 [ <MQTT> 05 06 00 00 [ ] <a> [ ] 00 01 ff <gone> ]
      A< 20 [ 00 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"3.1.3-12", "a user name that is not UTF-8", R"(
      A> 10 [ <MQTT> 05 82 00 00 [ ] <a> 00 01 ff ]
      A< 20 [ 00 81 [ 1f <text is not UTF-8, or has U+0000> ] ]
      A closed)"},
    {"3.1.4-1 3.1.4-2", "a CONNECT that ends too early; one of another shape", R"(
      A> 10 [ <MQTT> 05 02 00 ]
      A< 20 [ 00 81 [ 1f <packet ends too early> ] ]
      A closed
      B> 10 [ <MQTT> 05 02 00 00 [ 21 00 00 ] <b> ]
      B< 20 [ 00 82 [ 1f <property must not be zero> ] ]
      B closed)"},
    {"3.1.4-2", "a property twice, one of another packet, a flag of 2", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 11 00 00 00 01 11 00 00 00 01 ] <a> ]
      A< 20 [ 00 82 [ 1f <property comes twice> ] ]
      A closed
      B> 10 [ <MQTT> 05 02 00 00 [ 23 00 01 ] <b> ]
      B< 20 [ 00 81 [ 1f <property does not belong into this packet> ] ]
      B closed
      C> 10 [ <MQTT> 05 02 00 00 [ 17 02 ] <c> ]
      C< 20 [ 00 82 [ 1f <property is neither 0 nor 1> ] ]
      C closed)"},
    {"3.1.4-3 3.14.2-2", "the same client id connects again", R"(
      A connects 5 a
      B> 10 [ <MQTT> 05 02 00 00 [ ] <a> ]
      B< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      A< e0 [ 8e [ 1f <the same client id connected again> ] ]
      A closed
      B open)"},
    {"3.1.4-6", "nothing is processed behind a refused CONNECT", R"(
      B connects 5 b
      B subscribes x 0
      A> 10 [ <MQTT> 05 02 00 00 [ 15 <method> ] <a> ] 30 [ <x> [ ] 'hi' ]
      A< 20 [ 00 8c [ 1f <no authentication method is served> ] ]
      A closed
      B<)"},
    {"3.2.0-1 3.2.2-1", "CONNACK comes first, also when messages wait", R"(
      A returns 5 a
      A subscribes x 1
      A lost
      B connects 5 b
      B publishes x 1 hi
      A> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 ] <a> ] c0 00
      A< 20 [ 01 00 [ 27 00 40 00 00 22 00 40 ] ] 32 [ <x> 00 01 [ ] 'hi' ] d0 00)"},
    {"3.12.4-1", "PINGREQ", R"(
      A connects 5 a
      A> c0 00
      A< d0 00)"},
    {"4.12.0-1", "an authentication method", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 15 <GS2-KRB5> 16 <token> ] <a> ]
      A< 20 [ 00 8c [ 1f <no authentication method is served> ] ]
      A closed)"},
    {"4.12.0-1 4.13.1-1", "authentication data without a method", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ 16 <token> ] <a> ]
      A< 20 [ 00 82 [ 1f <authentication data without a method> ] ]
      A closed)"},
    {"4.12.0-7 3.15.1-1 4.12.1-2", "AUTH without a method in CONNECT", R"(
      A connects 5 a
      A> f0 [ 19 [ 15 <method> ] ]
      A< e0 [ 82 [ 1f <AUTH without an authentication method> ] ]
      A closed
      B connects 5 b
      B> f1 [ 19 [ 15 <method> ] ]
      B skips
      B closed)"},
};

}  // namespace

std::span<const Row> connect_rows_v5() { return rows; }

}  // namespace cartstorm::broker::mqtt::testing
