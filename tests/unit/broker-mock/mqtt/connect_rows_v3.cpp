#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows[] = {
    {"1.5.3-1 3.1.3-4", "a client id with a surrogate (D800)", R"(
      A> 10 [ <MQTT> 04 02 00 00 00 03 ed a0 80 ]
      A closed)"},
    {"1.5.3-1", "an overlong slash in a client id", R"(
      A> 10 [ <MQTT> 04 02 00 00 00 02 c0 af ]
      A closed)"},
    {"1.5.3-1 3.3.2-1", "a topic that is not UTF-8", R"(
      A connects 4 a
      A> 30 [ 00 02 ff fe 'hi' ]
      A closed)"},
    {"1.5.3-2 4.7.3-2", "U+0000 in a topic", R"(
      A connects 4 a
      A> 30 [ 00 03 'a' 00 'b' 'hi' ]
      A closed)"},
    {"1.5.3-3 4.7.3-4", "a byte order mark is a character like others", R"(
      A connects 4 a
      A subscribes x 0
      A> 82 [ 00 01 00 04 ef bb bf 'x' 00 ]
      A< 90 03 00 01 00
      A> 30 [ 00 04 ef bb bf 'x' '1' ]
      A< 30 [ 00 04 ef bb bf 'x' '1' ]
      A> 30 [ <x> '2' ]
      A< 30 [ <x> '2' ])"},
    {"2.2.2-1 2.2.2-2", "reserved flags of a CONNECT", R"(
      A> 11 [ <MQTT> 04 02 00 00 <a> ]
      A closed)"},
    {"2.2.2-1 2.2.2-2", "reserved flags of a PINGREQ", R"(
      A connects 4 a
      A> c1 00
      A closed)"},
    {"2.2.2-2 4.8.0-1", "a packet type that does not exist", R"(
      A connects 4 a
      A> 00 00
      A closed)"},
    {"2.2.2-2 4.8.0-1", "a remaining length of five bytes", R"(
      A connects 4 a
      A> 30 80 80 80 80 01
      A closed)"},
    {"3.1.0-1", "something else than CONNECT comes first", R"(
      A> c0 00
      A closed)"},
    {"3.1.0-2", "a second CONNECT", R"(
      A connects 4 a
      A> 10 [ <MQTT> 04 02 00 00 <a> ]
      A closed)"},
    {"3.1.2-1", "another protocol's name", R"(
      A> 10 [ <MQTX> 04 02 00 00 <a> ]
      A closed)"},
    {"3.1.2-2 3.2.2-5", "a level from before (3.1) and one from the future", R"(
      A> 10 [ <MQIsdp> 03 02 00 00 <a> ]
      A< 20 02 00 01
      A closed
      B> 10 [ <MQTT> 06 02 00 00 <b> ]
      B< 20 02 00 01
      B closed)"},
    {"3.1.2-3 3.1.4-1", "the reserved connect flag", R"(
      A> 10 [ <MQTT> 04 03 00 00 <a> ]
      A<
      A closed)"},
    {"3.1.2-4 3.1.4-3 3.2.2-2 3.2.2-3", "a session that is not clean is resumed", R"(
      A> 10 [ <MQTT> 04 00 00 00 <a> ]
      A< 20 02 00 00
      A subscribes x 1
      A> e0 00
      A closed
      A> 10 [ <MQTT> 04 00 00 00 <a> ]
      A< 20 02 01 00
      B connects 4 b
      B publishes x 0 hi
      A< 30 [ <x> 'hi' ])"},
    {"3.1.2-5 4.1.0-1 4.5.0-1", "QoS 1 and 2 wait for a client that is away", R"(
      A returns 4 a
      A subscribes x 2
      A lost
      B connects 4 b
      B publishes x 1 one
      B publishes x 2 two
      A> 10 [ <MQTT> 04 00 00 00 <a> ]
      A< 20 02 01 00
      A< 32 [ <x> 00 01 'one' ]
      A< 34 [ <x> 00 02 'two' ])"},
    {"3.1.2-6 3.2.2-1", "a clean session forgets all of it", R"(
      A returns 4 a
      A subscribes x 1
      A lost
      A> 10 [ <MQTT> 04 02 00 00 <a> ]
      A< 20 02 00 00
      B connects 4 b
      B publishes x 1 hi
      A<
      A lost
      A> 10 [ <MQTT> 04 00 00 00 <a> ]
      A< 20 02 00 00)"},
    {"3.1.2-7", "retained messages outlive the session of their publisher", R"(
      A connects 4 a
      A> 31 [ <r> 'kept' ]
      A> e0 00
      A closed
      B connects 4 b
      B> 82 [ 00 01 <r> 00 ]
      B< 90 03 00 01 00 31 [ <r> 'kept' ])"},
    {"3.1.2-8 3.1.2-16", "a will, when the connection is lost", R"(
      B connects 4 b
      B subscribes w 1
      A> 10 [ <MQTT> 04 0e 00 00 <a> <w> <gone> ]
      A< 20 02 00 00
      A lost
      B< 32 [ <w> 00 01 'gone' ])"},
    {"3.1.2-8", "a will, after a protocol violation", R"(
      B connects 4 b
      B subscribes w 0
      A> 10 [ <MQTT> 04 06 00 00 <a> <w> <gone> ]
      A< 20 02 00 00
      A> 00 00
      A closed
      B< 30 [ <w> 'gone' ])"},
    {"3.1.2-9 3.1.3-1", "a will flag without a will", R"(
      A> 10 [ <MQTT> 04 06 00 00 <a> ]
      A closed)"},
    {"3.1.2-10 3.14.4-3", "no will after DISCONNECT, nor later", R"(
      B connects 4 b
      B subscribes w 0
      A> 10 [ <MQTT> 04 06 00 00 <a> <w> <gone> ]
      A< 20 02 00 00
      A> e0 00
      A closed
      B<
      A connects 4 a
      A lost
      B<)"},
    {"3.1.2-10", "a will is published once", R"(
      B connects 4 b
      B subscribes w 0
      A> 10 [ <MQTT> 04 04 00 00 <a> <w> <gone> ]
      A< 20 02 00 00
      A lost
      B< 30 [ <w> 'gone' ]
      A returns 4 a
      A lost
      restart
      B connects 4 b
      B subscribes w 0
      +3600s
      B<)"},
    {"3.1.2-11 3.1.2-13", "will QoS without a will", R"(
      A> 10 [ <MQTT> 04 0a 00 00 <a> ]
      A closed)"},
    {"3.1.2-11 3.1.2-15", "will retain without a will", R"(
      A> 10 [ <MQTT> 04 22 00 00 <a> ]
      A closed)"},
    {"3.1.2-12", "no will flag, no will", R"(
      B connects 4 b
      B subscribes # 0
      A connects 4 a
      A lost
      B<)"},
    {"3.1.2-14", "will QoS of 3", R"(
      A> 10 [ <MQTT> 04 1e 00 00 <a> <w> <gone> ]
      A closed)"},
    {"3.1.2-17", "a retained will", R"(
      A> 10 [ <MQTT> 04 26 00 00 <a> <w> <gone> ]
      A< 20 02 00 00
      A lost
      B connects 4 b
      B> 82 [ 00 01 <w> 00 ]
      B< 90 03 00 01 00 31 [ <w> 'gone' ])"},
    {"3.1.2-18", "a user name without its flag", R"(
      A> 10 [ <MQTT> 04 02 00 00 <a> <user> ]
      A closed)"},
    {"3.1.2-19 3.1.3-1", "a user name flag without one", R"(
      A> 10 [ <MQTT> 04 82 00 00 <a> ]
      A closed)"},
    {"3.1.2-20", "a password without its flag", R"(
      A> 10 [ <MQTT> 04 82 00 00 <a> <user> <secret> ]
      A closed)"},
    {"3.1.2-21", "a password flag without one", R"(
      A> 10 [ <MQTT> 04 c2 00 00 <a> <user> ]
      A closed)"},
    {"3.1.2-22", "a password without a user name", R"(
      A> 10 [ <MQTT> 04 42 00 00 <a> <secret> ]
      A closed)"},
    {"3.1.2-24", "one and a half keep alive intervals without a packet", R"(
      A> 10 [ <MQTT> 04 02 00 0a <a> ]
      A< 20 02 00 00
      +10s
      A> c0 00
      A< d0 00
      +14999ms
      A open
      +1ms
      A closed)"},
    {"3.1.2-24", "half a packet is none", R"(
      A> 10 [ <MQTT> 04 02 00 0a <a> ]
      A< 20 02 00 00
      +14s
      A> 30
      +1s
      A closed)"},
    {"3.1.2-24", "a keep alive of zero turns it off", R"(
      A connects 4 a
      +864000s
      A open)"},
    {"3.1.3-2", "state belongs to the client id", R"(
      A returns 4 a
      A subscribes x 1
      A lost
      B> 10 [ <MQTT> 04 00 00 00 <b> ]
      B< 20 02 00 00
      C> 10 [ <MQTT> 04 00 00 00 <a> ]
      C< 20 02 01 00)"},
    {"3.1.3-3", "a CONNECT without a client id", R"(
      A> 10 [ <MQTT> 04 02 00 00 ]
      A closed)"},
    {"3.1.3-5", "23 characters of every kind", R"(
      A> 10 [ <MQTT> 04 02 00 00 <0123456789abcdefghijklm> ]
      A< 20 02 00 00
      B> 10 [ <MQTT> 04 02 00 00 <nopqrstuvwxyzABCDEFGHIJ> ]
      B< 20 02 00 00
      C> 10 [ <MQTT> 04 02 00 00 <KLMNOPQRSTUVWXYZ> ]
      C< 20 02 00 00
      D> 10 [ <MQTT> 04 02 00 00 <d> ]
      D< 20 02 00 00)"},
    {"3.1.3-6 3.1.3-7", "clients without an id get one each", R"(
      A> 10 [ <MQTT> 04 02 00 00 00 00 ]
      A< 20 02 00 00
      B> 10 [ <MQTT> 04 02 00 00 00 00 ]
      B< 20 02 00 00
      A open
      A> c0 00
      A< d0 00)"},
    {"3.1.3-8 3.1.3-9 3.2.2-4", "an empty id in a session that is to last", R"(
      A> 10 [ <MQTT> 04 00 00 00 00 00 ]
      A< 20 02 00 02
      A closed)"},
    {"3.1.3-10", "a will topic that is not UTF-8", R"(
      A> 10 [ <MQTT> 04 06 00 00 <a> 00 01 ff <gone> ]
      A closed)"},
    {"3.1.3-11", "a user name that is not UTF-8", R"(
      A> 10 [ <MQTT> 04 82 00 00 <a> 00 01 ff ]
      A closed)"},
    {"3.1.4-1 3.2.2-6", "a CONNECT that ends too early, one that goes on too long", R"(
      A> 10 [ <MQTT> 04 02 00 ]
      A<
      A closed
      B> 10 [ <MQTT> 04 02 00 00 <b> 00 ]
      B<
      B closed)"},
    {"3.1.4-2", "the same client id connects again", R"(
      A connects 4 a
      B> 10 [ <MQTT> 04 02 00 00 <a> ]
      B< 20 02 00 00
      A closed
      B open)"},
    {"3.1.4-4 3.2.0-1", "CONNACK comes first, also when messages wait", R"(
      A returns 4 a
      A subscribes x 1
      A lost
      B connects 4 b
      B publishes x 1 hi
      A> 10 [ <MQTT> 04 00 00 00 <a> ] c0 00
      A< 20 02 01 00 32 [ <x> 00 01 'hi' ] d0 00)"},
    {"3.1.4-5", "nothing is processed behind a refused CONNECT", R"(
      B connects 4 b
      B subscribes x 0
      A> 10 [ <MQTT> 04 00 00 00 00 00 ] 30 [ <x> 'hi' ]
      A< 20 02 00 02
      A closed
      B<)"},
    {"3.12.4-1", "PINGREQ", R"(
      A connects 4 a
      A> c0 00
      A< d0 00)"},
    {"2.2.2-2 3.14.1-1", "reserved flags of a DISCONNECT; the will is published", R"(
      B connects 4 b
      B subscribes w 0
      A> 10 [ <MQTT> 04 06 00 00 <a> <w> <gone> ]
      A< 20 02 00 00
      A> e1 00
      A closed
      B< 30 [ <w> 'gone' ])"},
    {"4.8.0-1", "AUTH does not exist, nor may a client send what a server sends", R"(
      A connects 4 a
      A> f0 00
      A closed
      B connects 4 b
      B> 20 02 00 00
      B closed)"},
};

}  // namespace

std::span<const Row> connect_rows_v3() { return rows; }

}  // namespace cartstorm::broker::mqtt::testing
