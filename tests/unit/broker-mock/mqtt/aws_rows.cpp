#include "rows.hpp"

// Expectations: reference/aws-iot-jobs-and-s3.md, sections 4.2 to 4.5.

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows_v3[] = {
    {"", "QoS 2 gets no answer in 3.1.1", R"(
      A connects 4 a
      A> 82 [ 00 01 <x> 02 ]
      A<
      A> 34 [ <x> 00 01 'hi' ]
      A<
      A> c0 00
      A< d0 00)"},
    {"", "eight filters at once, not nine", R"(
      A connects 4 a
      A> 82 [ 00 01 <a> 00 <b> 00 <c> 00 <d> 00 <e> 00 <f> 00 <g> 00 <h> 00 ]
      A< 90 [ 00 01 00*8 ]
      A> 82 [ 00 01 <a> 00 <b> 00 <c> 00 <d> 00 <e> 00 <f> 00 <g> 00 <h> 00 <i> 00 ]
      A closed)"},
    {"", "seven slashes, not eight; a rule's prefix is not counted", R"(
      A connects 4 a
      A> 30 [ <1/2/3/4/5/6/7/8> 'hi' ]
      A> 30 [ <$aws/rules/r/1/2/3/4/5/6/7/8> 'hi' ]
      A> c0 00
      A< d0 00
      A> 30 [ <1/2/3/4/5/6/7/8/9> 'hi' ]
      A closed)"},
    {"", "a topic of 256 bytes, not of 257", R"(
      A connects 4 a
      A> 30 [ 01 00 61*256 'hi' ]
      A> c0 00
      A< d0 00
      A> 82 [ 00 01 01 01 61*257 00 ]
      A closed)"},
    {"", "a payload of 128 KiB, not a byte more", R"(
      A connects 4 a
      A> 30 [ <x> 61*131072 ] c0 00
      A< d0 00
      A> 30 [ <x> 61*131073 ]
      A closed)"},
    {"", "client ids: 128 bytes, not 129, no dollar in front", R"(
      A> 10 [ <MQTT> 04 02 00 00 00 80 61*128 ]
      A< 20 02 00 00
      B> 10 [ <MQTT> 04 02 00 00 00 81 61*129 ]
      B< 20 02 00 02
      B closed
      C> 10 [ <MQTT> 04 02 00 00 <$c> ]
      C< 20 02 00 02
      C closed)"},
    {"", "keep alive: 0 means 20 minutes, 1 means 30 seconds", R"(
      A> 10 [ <MQTT> 04 02 00 00 <a> ]
      A< 20 02 00 00
      B> 10 [ <MQTT> 04 02 00 01 <b> ]
      B< 20 02 00 00
      +44999ms
      B open
      +1ms
      B closed
      +1754s
      A open
      +1s
      A closed)"},
    {"", "a/# does not match a, and wildcards get no retained messages", R"(
      B connects 4 b
      B> 31 [ <a/b> 'kept' ]
      A connects 4 a
      A> 82 [ 00 01 <a/#> 00 <a/b> 00 ]
      A< 90 [ 00 01 00 00 ] 31 [ <a/b> 'kept' ]
      B> 30 [ <a> 'no' ]
      A<)"},
    {"", "a session lasts an hour", R"(
      A> 10 [ <MQTT> 04 00 00 00 <a> ]
      A< 20 02 00 00
      A lost
      +3599s
      A> 10 [ <MQTT> 04 00 00 00 <a> ]
      A< 20 02 01 00
      A lost
      +3600s
      A> 10 [ <MQTT> 04 00 00 00 <a> ]
      A< 20 02 00 00)"},
};

constexpr Row rows_v5[] = {
    {"3.2.2-9 3.2.2-22", "what the server announces", R"(
      A> 10 [ <MQTT> 05 02 04 b0 [ ] <a> ]
      A< 20 [ 00 00 [ 21 00 64 24 01 27 00 03 02 00 22 00 08 ] ])"},
    {"3.1.2-22 3.2.2-21", "its own keep alive and session expiry", R"(
      A> 10 [ <MQTT> 05 00 00 00 [ 11 ff ff ff ff ] <a> ]
      A< 20 [ 00 00 [ 11 00 00 0e 10 21 00 64 24 01 27 00 03 02 00 22 00 08 13 04 b0 ] ]
      +1799s
      A open
      +1s
      A skips
      A closed)"},
    {"3.2.2-10", "a subscription of QoS 2 is granted QoS 1", R"(
      A connects 5 a
      A> 82 [ 00 01 [ ] <x> 02 ]
      A< 90 [ 00 01 [ ] 01 ])"},
    {"3.2.2-11", "a message of QoS 2", R"(
      A connects 5 a
      A> 34 [ <x> 00 01 [ ] 'hi' ]
      A< e0 [ 9b [ 1f <QoS is not served> ] ]
      A closed)"},
    {"3.2.2-12", "a will of QoS 2", R"(
      A> 10 [ <MQTT> 05 16 00 00 [ ] <a> [ ] <w> <gone> ]
      A< 20 [ 00 9b [ 1f <QoS of the will is not served> ] ]
      A closed)"},
    {"3.1.3-8", "a client id with a dollar in front", R"(
      A> 10 [ <MQTT> 05 02 00 00 [ ] <$a> ]
      A< 20 [ 00 85 [ 1f <client identifier is not valid> ] ]
      A closed)"},
    {"3.2.2-15", "a packet larger than was announced", R"(
      A connects 5 a
      A> 30 81 84 0c
      A< e0 [ 95 [ 1f <packet is larger than the server takes> ] ]
      A closed)"},
};

}  // namespace

std::span<const Row> aws_rows_v3() { return rows_v3; }
std::span<const Row> aws_rows_v5() { return rows_v5; }

}  // namespace cartstorm::broker::mqtt::testing
