#include "rows.hpp"

namespace cartstorm::broker::mqtt::testing {
namespace {

constexpr Row rows[] = {
    {"3.1.2-4 3.1.4-4 3.2.2-2", "clean start discards the session", R"(
      A returns 5 a
      A subscribes x 1
      A lost
      A> 10 [ <MQTT> 05 02 00 00 [ 11 00 00 03 e8 ] <a> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      B connects 5 b
      B publishes x 1 hi
      A<)"},
    {"3.1.2-5 3.1.2-6 3.2.2-3 3.1.3-2", "a session is resumed, by its client alone", R"(
      A> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 ] <a> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      A subscribes x 1
      A lost
      C> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 ] <c> ]
      C< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      A> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 ] <a> ]
      A< 20 [ 01 00 [ 27 00 40 00 00 22 00 40 ] ]
      B connects 5 b
      B publishes x 1 hi
      A< 32 [ <x> 00 01 [ ] 'hi' ])"},
    {"3.1.2-23 4.1.0-2 4.5.0-1", "a session lasts exactly its expiry", R"(
      B connects 5 b
      A returns 5 a
      A subscribes x 1
      A lost
      +999s
      B publishes x 1 kept
      A returns 5 a
      A< 32 [ <x> 00 01 [ ] 'kept' ]
      A> 40 02 00 01
      A lost
      +1000s
      A> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 ] <a> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ])"},
    {"4.1.0-1", "... and for as long as there is a link", R"(
      B connects 5 b
      A returns 5 a
      A subscribes x 1
      A lost
      +500s
      A returns 5 a
      +2000s
      B publishes x 1 hi
      A< 32 [ <x> 00 01 [ ] 'hi' ])"},
    {"4.1.0-2", "an expiry of zero ends with the link", R"(
      A> 10 [ <MQTT> 05 00 00 00 [ ] <a> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      A subscribes x 1
      A lost
      A> 10 [ <MQTT> 05 00 00 00 [ ] <a> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ])"},
    {"4.1.0-2", "DISCONNECT changes the expiry", R"(
      A returns 5 a
      A> e0 [ 00 [ 11 00 00 00 00 ] ]
      A closed
      A> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 ] <a> ]
      A< 20 [ 00 00 [ 27 00 40 00 00 22 00 40 ] ]
      A> e0 [ 00 [ 11 00 00 07 d0 ] ]
      A closed
      +1500s
      A> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 ] <a> ]
      A< 20 [ 01 00 [ 27 00 40 00 00 22 00 40 ] ])"},
    {"3.14.2-1 4.13.1-1", "... but not from zero", R"(
      A connects 5 a
      A> e0 [ 00 [ 11 00 00 00 01 ] ]
      A< e0 [ 82 [ 1f <session expiry of zero cannot be raised> ] ]
      A closed)"},
    {"3.1.2-7 3.1.2-8 3.1.2-14", "a will without a delay", R"(
      B connects 5 b
      B subscribes w 1
      A> 10 [ <MQTT> 05 0e 00 00 [ ] <a> [ ] <w> <gone> ]
      A skips
      A lost
      B< 32 [ <w> 00 01 [ ] 'gone' ])"},
    {"3.1.2-8", "a will waits for its delay", R"(
      B connects 5 b
      B subscribes w 0
      A> 10 [ <MQTT> 05 06 00 00 [ 11 00 00 03 e8 ] <a> [ 18 00 00 00 0a ] <w> <gone> ]
      A skips
      A lost
      +9999ms
      B<
      +1ms
      B< 30 [ <w> [ ] 'gone' ])"},
    {"3.1.2-8", "a session that ends sooner takes its will along", R"(
      B connects 5 b
      B subscribes w 0
      A> 10 [ <MQTT> 05 06 00 00 [ 11 00 00 00 05 ] <a> [ 18 00 00 00 0a ] <w> <gone> ]
      A skips
      A lost
      +4999ms
      B<
      +1ms
      B< 30 [ <w> [ ] 'gone' ]
      +10s
      B<)"},
    {"3.1.2-8", "a clean start ends the old session, and so its delay", R"(
      B connects 5 b
      B subscribes w 0
      A> 10 [ <MQTT> 05 06 00 00 [ 11 00 00 03 e8 ] <a> [ 18 00 00 00 0a ] <w> <gone> ]
      A skips
      A lost
      A connects 5 a
      B< 30 [ <w> [ ] 'gone' ])"},
    {"3.1.3-9", "who is back within the delay was never away", R"(
      B connects 5 b
      B subscribes w 0
      A> 10 [ <MQTT> 05 06 00 00 [ 11 00 00 03 e8 ] <a> [ 18 00 00 00 0a ] <w> <gone> ]
      A skips
      A lost
      +9s
      A returns 5 a
      +60s
      B<)"},
    {"3.1.2-8 3.1.3-9", "a delay outlives the server", R"(
      A> 10 [ <MQTT> 05 06 00 00 [ 11 00 00 03 e8 ] <a> [ 18 00 00 00 0a ] <w> <gone> ]
      A skips
      A lost
      +5s
      restart
      B connects 5 b
      B subscribes w 0
      +4s
      B<
      +1s
      B< 30 [ <w> [ ] 'gone' ])"},
    {"3.1.2-8", "a will of a client that was connected when the server was killed", R"(
      B returns 5 b
      B subscribes w 1
      A> 10 [ <MQTT> 05 0e 00 00 [ ] <a> [ ] <w> <gone> ]
      A skips
      restart
      B returns 5 b
      B< 32 [ <w> 00 01 [ ] 'gone' ])"},
    {"3.1.2-10 3.14.4-3", "no will after DISCONNECT", R"(
      B connects 5 b
      B subscribes w 0
      A> 10 [ <MQTT> 05 06 00 00 [ 11 00 00 03 e8 ] <a> [ 18 00 00 00 0a ] <w> <gone> ]
      A skips
      A> e0 00
      A closed
      +2000s
      B<)"},
    {"3.1.2-8 3.14.2-1", "DISCONNECT with will", R"(
      B connects 5 b
      B subscribes w 0
      A> 10 [ <MQTT> 05 06 00 00 [ ] <a> [ ] <w> <gone> ]
      A skips
      A> e0 [ 04 ]
      A closed
      B< 30 [ <w> [ ] 'gone' ])"},
    {"3.1.2-15", "a retained will", R"(
      A> 10 [ <MQTT> 05 26 00 00 [ ] <a> [ ] <w> <gone> ]
      A skips
      A lost
      B connects 5 b
      B> 82 [ 00 01 [ ] <w> 00 ]
      B< 90 [ 00 01 [ ] 00 ] 31 [ <w> [ ] 'gone' ])"},
    {"3.1.2-9 3.1.3-10", "the properties of a will, in their order", R"(
      B connects 5 b
      B subscribes w 0
      A> 10 [ <MQTT> 05 06 00 00 [ ] <a> \
              [ 26 <k> <2> 01 01 18 00 00 00 00 26 <k> <1> 02 00 00 00 09 03 <text> \
                08 <r> 09 <id> ] <w> <gone> ]
      A skips
      A lost
      B< 30 [ <w> [ 02 00 00 00 09 26 <k> <2> 01 01 26 <k> <1> 03 <text> \
                08 <r> 09 <id> ] 'gone' ])"},
    {"3.14.1-1", "reserved flags of a DISCONNECT", R"(
      A connects 5 a
      A> e1 00
      A< e0 [ 81 [ 1f <reserved flags of the fixed header> ] ]
      A closed)"},
    {"3.14.2-1", "a reason that only servers have", R"(
      A connects 5 a
      A> e0 [ 8e [ ] ]
      A< e0 [ 81 [ 1f <reason code that a client does not send> ] ]
      A closed)"},
    {"3.14.4-1 3.14.4-2", "after a DISCONNECT the server sends nothing and closes", R"(
      A connects 5 a
      A subscribes x 0
      A> 00 00 c0 00
      A< e0 [ 81 [ 1f <packet type 0> ] ]
      A closed
      B connects 5 b
      B publishes x 0 hi
      A<)"},
    {"4.4.0-1 3.3.1-1 4.3.2-3 4.3.3-3", "unacknowledged messages are sent again", R"(
      A returns 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 1 one
      B publishes x 2 two
      A< 32 [ <x> 00 01 [ ] 'one' ] 34 [ <x> 00 02 [ ] 'two' ]
      +3600s
      A<
      A lost
      A returns 5 a
      A< 3a [ <x> 00 01 [ ] 'one' ] 3c [ <x> 00 02 [ ] 'two' ])"},
    {"4.4.0-1 3.3.1-1", "... by a server that was killed in between, too", R"(
      A returns 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 1 one
      B publishes x 2 two
      A skips
      restart
      A returns 5 a
      A< 3a [ <x> 00 01 [ ] 'one' ] 3c [ <x> 00 02 [ ] 'two' ])"},
    {"3.3.1-1 4.3.2-2", "what waited behind them was never sent, and is no duplicate", R"(
      A> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 21 00 01 ] <a> ]
      A skips
      A subscribes x 1
      B connects 5 b
      B publishes x 1 one
      B publishes x 1 two
      A< 32 [ <x> 00 01 [ ] 'one' ]
      A lost
      A> 10 [ <MQTT> 05 00 00 00 [ 11 00 00 03 e8 21 00 01 ] <a> ]
      A< 20 [ 01 00 [ 27 00 40 00 00 22 00 40 ] ] 3a [ <x> 00 01 [ ] 'one' ]
      A> 40 02 00 01
      A< 32 [ <x> 00 02 [ ] 'two' ])"},
    {"4.3.3-5 4.3.3-6", "a release is sent again, the message is not", R"(
      A returns 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 2 hi
      A< 34 [ <x> 00 01 [ ] 'hi' ]
      A> 50 02 00 01
      A< 62 02 00 01
      restart
      A returns 5 a
      A< 62 02 00 01
      A> 70 02 00 01
      A lost
      A returns 5 a
      A<)"},
    {"4.4.0-2 4.8.2-6", "a failed acknowledgement is one", R"(
      A returns 5 a
      A subscribes x 2
      B connects 5 b
      B publishes x 1 one
      B publishes x 2 two
      A skips
      A> 40 [ 00 01 87 ] 50 [ 00 02 97 ]
      A<
      A lost
      A returns 5 a
      A<)"},
    {"3.3.2-5", "a message that expired waiting is deleted", R"(
      A returns 5 a
      A subscribes x 1
      A lost
      B connects 5 b
      B> 32 [ <x> 00 01 [ 02 00 00 00 05 ] 'short' ] 32 [ <x> 00 02 [ 02 00 00 00 09 ] 'long' ]
      B skips
      +5s
      A returns 5 a
      A< 32 [ <x> 00 02 [ 02 00 00 00 04 ] 'long' ])"},
    {"4.3.3-7", "but not one whose delivery has begun", R"(
      A returns 5 a
      A subscribes x 2
      B connects 5 b
      B> 34 [ <x> 00 01 [ 02 00 00 00 05 ] 'hi' ]
      B skips
      A< 34 [ <x> 00 01 [ 02 00 00 00 05 ] 'hi' ]
      A lost
      +9s
      A returns 5 a
      A< 3c [ <x> 00 01 [ 02 00 00 00 00 ] 'hi' ])"},
    {"4.3.3-13", "the exchange of an expired message goes on", R"(
      A connects 5 a
      A> 34 [ <x> 00 01 [ 02 00 00 00 01 ] 'hi' ]
      A< 50 [ 00 01 10 ]
      +5s
      A> 62 02 00 01
      A< 70 02 00 01)"},
    {"3.3.2-6", "a retained message tells what is left", R"(
      B connects 5 b
      B> 31 [ <r> [ 02 00 00 00 0a ] 'hi' ]
      +4500ms
      A connects 5 a
      A> 82 [ 00 01 [ ] <r> 00 ]
      A< 90 [ 00 01 [ ] 00 ] 31 [ <r> [ 02 00 00 00 06 ] 'hi' ]
      +6s
      A> 82 [ 00 02 [ ] <r> 00 ]
      A< 90 [ 00 02 [ ] 00 ])"},
    {"3.3.2-7", "aliases do not outlive their link", R"(
      A returns 5 a
      A> 30 [ <x> [ 23 00 01 ] 'hi' ]
      A lost
      A returns 5 a
      A> 30 [ <> [ 23 00 01 ] 'hi' ]
      A< e0 [ 82 [ 1f <topic alias stands for no topic yet> ] ]
      A closed)"},
};

}  // namespace

std::span<const Row> session_rows_v5() { return rows; }

}  // namespace cartstorm::broker::mqtt::testing
