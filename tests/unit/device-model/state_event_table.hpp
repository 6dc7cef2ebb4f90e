#pragma once
#include <string_view>

namespace ota::test {

/// What every event does in every state, one line per pair:
///
///     event   next state   commands   flash
///
/// A dot: the state stays. A dash: nothing. Publishes are named by the last part of their topic; a
/// describe request is `ask`. Flash names what was changed: slot a, slot b, boot record r, journal
/// j, counters c, trust t. An event that a section does not name is ignored there: `. - -`.
/// "asking" sections hold what answers do while a describe request is open.
inline constexpr std::string_view state_event_table = R"(
[starting]
started idle - -

[idle]
link_up . heartbeat+ask -
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
opted_out . consent -
deadline . heartbeat+ask -

[offered]
link_up . heartbeat+ask -
update_accepted downloading GET rjc
InvalidTopic . ask -
InvalidJson . ask -
InvalidRequest . ask -
InvalidStateTransition . ask -
ResourceNotFound . ask -
VersionMismatch . update -
TerminalStateReached . ask -
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
opted_out reporting consent+update j

[precheck]
link_up . heartbeat+ask -
notify_none . ask -
notify_other . ask -
notify_malformed . ask -
ca_install offered ack+update t
ca_install_again . ack+request -
ca_remove_last . ack -
opted_out reporting consent+update j
deadline . request -

[downloading]
link_up . heartbeat+ask -
notify_none . ask -
notify_other . ask -
notify_malformed . ask -
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
http_200 . go_on -
http_206 . go_on -
http_206_elsewhere backing_off stop j
http_0 backing_off stop j
http_403 . next -
http_404 backing_off stop j
http_412 backing_off stop j
http_416 backing_off stop j
http_503 backing_off stop j
http_ended backing_off stop j
http_broke backing_off stop j
opted_out reporting consent+stop+update j
deadline backing_off stop j

[backing_off]
link_up . heartbeat+ask -
notify_none . ask -
notify_other . ask -
notify_malformed . ask -
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
opted_out reporting consent+update j
deadline . ask -

[verifying]
link_up . heartbeat+ask -
InvalidTopic . ask -
InvalidJson . ask -
InvalidRequest . ask -
InvalidStateTransition . ask -
ResourceNotFound . ask -
TerminalStateReached . ask -
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
opted_out reporting consent+update j
continue . go_on -

[staged]
link_up . heartbeat+ask -
describe_none idle - j
describe_other offered update j
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
opted_out reporting consent+update j
free . ask -

[trial]
link_up . heartbeat+ask -
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
self_test_failed . reboot r
deadline . reboot -

[reporting]
link_up . heartbeat+ask -
update_accepted idle - j
InvalidTopic . ask -
InvalidJson . ask -
InvalidRequest . ask -
InvalidStateTransition . ask -
ResourceNotFound . ask -
VersionMismatch . update -
TerminalStateReached . ask -
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
opted_out . consent -

[recovery]
link_up . heartbeat+ask -
ca_install . ack t
ca_install_again . ack -
ca_remove_last . ack -
opted_out . consent -
deadline . heartbeat+ask -

[idle asking]
describe_ours offered update j
describe_other offered update j

[offered asking]
describe_none idle - j
describe_ours . update -
describe_other . update j

[precheck asking]
describe_none idle - j
describe_ours offered update j
describe_other offered update j

[downloading asking]
describe_none idle stop j
describe_other offered stop+update j

[backing_off asking]
describe_none idle - j
describe_other offered update j

[verifying asking]
describe_none idle - j
describe_other offered update j

[staged asking]
describe_none idle - j
describe_other offered update j

[trial asking]
describe_none . reboot r
describe_other . reboot r

[reporting asking]
describe_none idle - j
describe_ours . update -
describe_other offered update j

[recovery asking]
describe_ours offered update j
describe_other offered update j
)";

}  // namespace ota::test
