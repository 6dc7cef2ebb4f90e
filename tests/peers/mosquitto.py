#!/usr/bin/env python3
"""mosquitto_pub, mosquitto_sub and mosquitto_rr against the endpoint, over TLS and plain.

    tests/peers/mosquitto.py PROGRAM [CHECK]...

PROGRAM is `cartstorm`. Needs Debian's mosquitto-clients. Every check has an endpoint of its own.
"""
import itertools
import signal
import sys

from endpoint import Checks, Process, expect, run, same

check = Checks()
VERSIONS = ("mqttv311", "mqttv5")
_names = itertools.count(1)


def tls(endpoint, thing="peer-1"):
    """How a thing is reached and reaches the endpoint over mutual TLS."""
    certificate, key = endpoint.device(thing)
    return ["-h", "localhost", "-p", endpoint.port("mqtts"), "--cafile", endpoint.ca,
            "--cert", certificate, "--key", key]


def plain(endpoint):
    return ["-h", "127.0.0.1", "-p", endpoint.port("mqtt")]


def publish(way, topic, message, *options, codes=(0,)):
    payload = ["-m", message] if message is not None else ["-n"]
    return run(["mosquitto_pub", *way, "-i", f"pub-{next(_names)}", "-t", topic, *payload,
                *options], codes=codes)


def publish_lines(way, topic, lines, *options):
    """One message per line, over one connection."""
    run(["mosquitto_pub", *way, "-i", f"pub-{next(_names)}", "-t", topic, "-l", *options],
        input_text="".join(line + "\n" for line in lines))


def subscriber(way, topic, *options, form="%t %p"):
    """A subscriber that is subscribed; it says one line per message, in `form`."""
    process = Process(["stdbuf", "-oL", "mosquitto_sub", *way, "-d", "-t", topic,
                       "-F", "got " + form, *options])
    process.wait_for(r"^Subscribed")
    return process


def received(process):
    return [line[4:] for line in process.lines if line.startswith("got ")]


def next_message(process):
    return process.wait_for(r"^got (.*)$").group(1)


def leave_session(way, client, topic, *options):
    """A session that outlives its client: subscribe, then leave."""
    run(["mosquitto_sub", *way, "-i", client, "-c", "-t", topic, "-E", *options])


def collect(way, client, topic, count, *options, form="%p"):
    """What a session has kept: `count` messages, after which the client leaves."""
    return [line[4:] for line in
            run(["mosquitto_sub", *way, "-i", client, "-c", "-t", topic, "-C", count, "-F",
                 "got " + form, *options]) if line.startswith("got ")]


@check
def every_quality_reaches_every_protocol(endpoint):
    ways = {"tls": tls(endpoint), "plain": plain(endpoint)}
    for (name, way), version, quality in itertools.product(ways.items(), VERSIONS, "012"):
        listener = subscriber(way, "lab/+/x", "-V", version, "-q", quality, "-C", "3",
                              form="%t %q %r %p")
        for (other, out), other_version in zip(ways.items(), VERSIONS):
            publish(out, f"lab/{other}/x", "hello", "-V", other_version, "-q", quality)
        publish(way, "lab/end/x", "", "-q", "0")
        same(listener.end(), 0, "exit code of mosquitto_sub")
        same(sorted(received(listener)),
             sorted([f"lab/tls/x {quality} 0 hello", f"lab/plain/x {quality} 0 hello",
                     "lab/end/x 0 0 "]), f"{name}, {version}, quality of service {quality}")


@check
def thousand_messages_of_each_quality_arrive_once_and_in_order(endpoint):
    for quality in "12":
        listener = subscriber(tls(endpoint), "line", "-q", quality, "-C", "1000", form="%p")
        lines = [f"{quality}-{number}" for number in range(1000)]
        publish_lines(tls(endpoint, "peer-2"), "line", lines, "-q", quality)
        same(listener.end(), 0, "exit code of mosquitto_sub")
        same(received(listener), lines, f"messages of quality of service {quality}")


@check
def large_payload_is_whole(endpoint):
    blob = endpoint.folder / "blob"
    blob.write_bytes(bytes(range(256)) * 900)
    listener = subscriber(plain(endpoint), "blob", "-C", "1", form="%x")
    run(["mosquitto_pub", *tls(endpoint), "-t", "blob", "-f", blob, "-q", "1"])
    same(listener.end(), 0, "exit code of mosquitto_sub")
    same(received(listener), [blob.read_bytes().hex()], "payload")


@check
def client_without_certificate_is_refused(endpoint):
    way = ["-h", "localhost", "-p", endpoint.port("mqtts"), "--cafile", endpoint.ca]
    publish(way, "lab/x", "no", "-q", "1", codes=range(1, 256))
    endpoint.wait_for_log("handshake: peer did not return a certificate")


@check
def certificate_of_another_ca_is_refused(endpoint):
    certificate, key = endpoint.foreign_device("peer-1")
    way = ["-h", "localhost", "-p", endpoint.port("mqtts"), "--cafile", endpoint.ca,
           "--cert", certificate, "--key", key]
    publish(way, "lab/x", "no", "-q", "1", codes=range(1, 256))
    endpoint.wait_for_log(r"handshake: certificate verify failed \(unable to get local issuer")


@check
def client_that_trusts_another_ca_leaves_a_reason_in_the_log(endpoint):
    endpoint.foreign_device("peer-1")
    way = tls(endpoint)
    way[way.index("--cafile") + 1] = endpoint.folder / "foreign" / "tls" / "ca.cert.pem"
    publish(way, "lab/x", "no", "-q", "1", codes=range(1, 256))
    endpoint.wait_for_log("handshake: .*alert unknown ca")


@check
def server_certificate_of_chaos_is_refused_by_clients(endpoint):
    for which, reason in (("expired", "certificate expired"), ("wrong_name", ""),
                          ("unknown_ca", "unknown ca")):
        same(endpoint.ask_admin("POST", "/chaos", {"certificate": which})[0], 200, "chaos")
        publish(tls(endpoint), "lab/x", "no", "-q", "1", codes=range(1, 256))
        endpoint.wait_for_log(f"handshake: .*{reason}")
    same(endpoint.ask_admin("POST", "/chaos", {})[0], 200, "chaos")
    publish(tls(endpoint), "lab/x", "yes", "-q", "1")


def handshake(endpoint, *options):
    """What openssl, a TLS client that says what it sees, prints of a handshake."""
    certificate, key = endpoint.device("peer-1")
    lines = run(["openssl", "s_client", "-connect", f"localhost:{endpoint.port('mqtts')}",
                 "-servername", "localhost", "-verify_hostname", "localhost",
                 "-verify_return_error", "-CAfile", endpoint.ca, "-cert", certificate, "-key", key,
                 *options], codes=range(256))
    return "\n".join(lines)


@check
def both_versions_of_tls_any_alpn_and_resumption_are_spoken(endpoint):
    for option, name in (("-tls1_2", "TLSv1.2"), ("-tls1_3", "TLSv1.3")):
        expect(f"New, {name}, Cipher" in handshake(endpoint, option), f"{name} is spoken")
    text = handshake(endpoint, "-tls1_1", "-cipher", "DEFAULT@SECLEVEL=0")
    expect("Cipher is (NONE)" in text, f"TLS 1.1 is refused, found:\n{text}")
    for offered, taken in (("x-amzn-mqtt-ca", "ALPN protocol: x-amzn-mqtt-ca"),
                           ("mqtt", "ALPN protocol: mqtt"), ("else", "No ALPN negotiated")):
        expect(taken in handshake(endpoint, "-alpn", offered), f"ALPN {offered}")
    session = endpoint.folder / "session"
    handshake(endpoint, "-tls1_2", "-sess_out", session)
    text = handshake(endpoint, "-tls1_2", "-sess_in", session)
    expect("Reused, TLSv1.2" in text, f"the session is resumed, found:\n{text}")


@check
def retained_messages_outlive_the_broker_until_they_are_cleared(endpoint):
    publish(plain(endpoint), "state/a", "1", "-r", "-q", "1")
    publish(plain(endpoint), "state/a", "2", "-r", "-q", "1")
    publish(plain(endpoint), "state/b", "3", "-r", "-q", "2")
    publish(plain(endpoint), "state/c", "4", "-r", "-q", "1")
    publish(plain(endpoint), "state/c", None, "-r", "-q", "1")
    for _ in range(2):
        for version in VERSIONS:
            listener = subscriber(plain(endpoint), "state/#", "-q", "1", "-V", version, "-C", "3",
                                  form="%t %r %p")
            same(sorted(next_message(listener) for _ in range(2)),
                 ["state/a 1 2", "state/b 1 3"], "retained messages")
            publish(plain(endpoint), "state/live", "5", "-q", "1")
            same(next_message(listener), "state/live 0 5", "live message")
        endpoint.restart()


@check
def will_is_published_when_the_client_is_killed_and_not_when_it_leaves(endpoint):
    watcher = subscriber(plain(endpoint), "wills/#", "-q", "1", form="%t %q %p")
    for version in VERSIONS:
        will = ["-V", version, "--will-qos", "1", "--will-payload", "gone"]
        run(["mosquitto_sub", *tls(endpoint), "-t", "none", "-E", "-i", "peer-1",
             "--will-topic", "wills/polite", *will])
        victim = subscriber(tls(endpoint, "peer-2"), "none", "-i", "peer-2",
                            "--will-topic", "wills/victim", *will)
        victim.kill()
        same(next_message(watcher), "wills/victim 1 gone", f"first will, {version}")
        publish(plain(endpoint), "wills/end", "end", "-q", "1")
        same(next_message(watcher), "wills/end 1 end", "next message")
    # mosquitto_sub that is told to end says goodbye with reason 0x04: with will message.
    leaving = subscriber(tls(endpoint), "none", "-V", "mqttv5", "-i", "peer-1",
                         "--will-topic", "wills/wanted", "--will-payload", "gone")
    leaving.signal(signal.SIGTERM)
    same(next_message(watcher), "wills/wanted 0 gone", "will that a leaving client asks for")


@check
def will_waits_for_its_delay_and_survives_the_broker(endpoint):
    # Server time is moved, so nobody waits.
    victim = subscriber(
        plain(endpoint), "none", "-i", "late", "-V", "mqttv5", "-c", "-x", "7200",
        "--will-topic", "wills/late", "--will-payload", "gone", "--will-qos", "1", "--will-retain",
        "-D", "will", "will-delay-interval", "3600")
    victim.kill()
    endpoint.wait_for_log("late: gone: connection_lost")
    endpoint.restart()
    watcher = subscriber(plain(endpoint), "wills/#", "-q", "1")
    publish(plain(endpoint), "wills/early", "not yet", "-q", "1")
    same(next_message(watcher), "wills/early not yet", "before the delay is over")
    same(endpoint.ask_admin("POST", "/clock", {"offset": "3601s"})[0], 200, "clock")
    same(next_message(watcher), "wills/late gone", "after the delay")


@check
def session_keeps_what_was_acknowledged_across_kill_9(endpoint):
    lives = {"mqttv311": [], "mqttv5": ["-x", "3600"]}
    for version, life in lives.items():
        leave_session(tls(endpoint), f"peer-1-{version}", "queue/#", "-V", version, "-q", "2",
                      *life)
    for quality in "12":
        publish_lines(plain(endpoint), f"queue/{quality}",
                      [f"{number}" for number in range(200)], "-q", quality)
    publish(plain(endpoint), "queue/0", "not kept", "-q", "0")
    endpoint.restart()
    for version, life in lives.items():
        kept = collect(tls(endpoint), f"peer-1-{version}", "queue/#", 400, "-V", version, "-q", "2",
                       *life, form="%q %p")
        for quality in "12":
            same([line[2:] for line in kept if line[0] == quality],
                 [f"{number}" for number in range(200)],
                 f"{version}: what was queued with quality of service {quality}")


@check
def session_ends_when_its_time_is_over(endpoint):
    for client, life in (("brief", "600"), ("long", "7200")):
        leave_session(plain(endpoint), client, "queue/#", "-V", "mqttv5", "-q", "1", "-x", life)
    publish(plain(endpoint), "queue/1", "kept", "-q", "1")
    same(endpoint.ask_admin("POST", "/clock", {"offset": "1h"})[0], 200, "clock")
    same(collect(plain(endpoint), "long", "queue/#", 1, "-V", "mqttv5", "-q", "1", "-x", "1"),
         ["kept"], "session of two hours, after one")
    listener = subscriber(plain(endpoint), "queue/#", "-i", "brief", "-c", "-V", "mqttv5", "-q",
                          "1", "-x", "1", form="%p")
    publish(plain(endpoint), "queue/2", "new", "-q", "1")
    same(next_message(listener), "new", "session of ten minutes, after an hour")


@check
def messages_expire_in_a_queue_and_say_what_is_left(endpoint):
    leave_session(plain(endpoint), "late", "news", "-V", "mqttv5", "-q", "1", "-x", "90000")
    for text, life in (("brief", "60"), ("long", "7200")):
        publish(plain(endpoint), "news", text, "-q", "1", "-V", "mqttv5", "-D", "publish",
                "message-expiry-interval", life)
    publish(plain(endpoint), "news", "for ever", "-q", "1")
    same(endpoint.ask_admin("POST", "/clock", {"offset": "1h"})[0], 200, "clock")
    found = collect(plain(endpoint), "late", "news", 2, "-V", "mqttv5", "-q", "1", "-x", "1",
                    form="%p/%E")
    same([line.split("/")[0] for line in found], ["long", "for ever"], "messages after an hour")
    left = int(found[0].split("/")[1])
    expect(3300 <= left <= 3600, f"an hour of two is left, found {left} s")


@check
def properties_of_mqtt_5_arrive_as_they_were_sent(endpoint):
    listener = subscriber(tls(endpoint), "props", "-V", "mqttv5", "-C", "1",
                          "-D", "subscribe", "subscription-identifier", "77",
                          form="%C|%R|%D|%P|%F|%S|%p")
    old = subscriber(plain(endpoint), "props", "-V", "mqttv311", "-C", "1", form="%p")
    properties = [("content-type", "text/plain"), ("response-topic", "answers"),
                  ("correlation-data", "c-1"), ("payload-format-indicator", "1"),
                  ("user-property", "line", "7"), ("user-property", "line", "8")]
    publish(plain(endpoint), "props", "caf\u00e9", "-V", "mqttv5",
            *[word for one in properties for word in ("-D", "publish", *one)])
    line = next_message(listener)
    same(line.split("|"), ["text/plain", "answers", "c-1", "line:7 line:8", "1", "77",
                           "caf\u00e9"], "properties")
    same(next_message(old), "caf\u00e9", "the same message without properties")


@check
def request_finds_its_response(endpoint):
    responder = subscriber(plain(endpoint), "ask", "-V", "mqttv5", form="%R %D")
    asking = Process(["stdbuf", "-oL", "mosquitto_rr", *tls(endpoint), "-V", "mqttv5", "-t", "ask",
                      "-e", "answers/1", "-m", "what?", "-D", "publish", "correlation-data", "c-9",
                      "-F", "got %p %D"])
    topic, correlation = next_message(responder).split(" ")
    same((topic, correlation), ("answers/1", "c-9"), "request")
    publish(plain(endpoint), topic, "42", "-V", "mqttv5", "-D", "publish", "correlation-data",
            correlation)
    same(asking.wait_for("^got (.*)$").group(1), "42 c-9", "response")
    same(asking.end(), 0, "exit code of mosquitto_rr")


@check
def shared_subscription_gives_every_message_to_one_member(endpoint):
    everybody = subscriber(plain(endpoint), "work/#", "-q", "1", "-C", "200")
    members = [subscriber(plain(endpoint), "$share/crew/work/#", "-q", "1", "-V", "mqttv5",
                          form="%p") for _ in range(3)]
    lines = [f"{number}" for number in range(200)]
    publish_lines(tls(endpoint), "work/x", lines, "-q", "1")
    same(everybody.end(), 0, "exit code of mosquitto_sub")
    # What the members got was sent before this.
    for member in members:
        member.signal(signal.SIGTERM)
        member.end()
    shares = [received(member) for member in members]
    same(sorted(itertools.chain(*shares), key=int), lines, "all shares together")
    expect(all(shares), f"every member works, found {[len(share) for share in shares]}")


@check
def wildcards_see_no_topic_that_begins_with_a_dollar(endpoint):
    everything = [subscriber(plain(endpoint), topic, "-q", "1") for topic in ("#", "+/events/#")]
    events = subscriber(plain(endpoint), "$aws/events/presence/#", "-q", "1")
    publish(tls(endpoint), "lab/events/x", "marker", "-q", "1")
    event = next_message(events)
    expect(event.startswith("$aws/events/presence/connected/pub-"), f"an event, found {event}")
    for listener in everything:
        same(next_message(listener), "lab/events/x marker", "first message of a wildcard")
    publish(tls(endpoint), "$aws/events/presence/connected/x", "forged", "-q", "1",
            codes=range(256))
    endpoint.wait_for_log("reserved topic")


@check
def second_client_of_a_name_takes_over(endpoint):
    first = subscriber(tls(endpoint), "lab", "-V", "mqttv5", "-i", "peer-1", "-q", "1")
    # One connection only: mosquitto_sub would come back for ever.
    second = Process(["stdbuf", "-oL", "mosquitto_pub", *tls(endpoint), "-V", "mqttv5", "-i",
                      "peer-1", "-t", "lab/second", "-m", "here", "-q", "1"])
    same(second.end(), 0, "exit code of the second")
    endpoint.wait_for_log("peer-1: gone: taken_over")
    first.wait_for(r"Received DISCONNECT \(142\)")  # 0x8E: session taken over
    first.kill()


@check
def nobody_is_late_because_the_clock_is_set(endpoint):
    listener = subscriber(tls(endpoint), "lab", "-i", "peer-1", "-k", "60", "-q", "1", form="%p")
    for offset in ("2h", "-1h", "1h"):
        same(endpoint.ask_admin("POST", "/clock", {"offset": offset})[0], 200, "clock")
        publish(plain(endpoint), "lab", offset, "-q", "1")
        same(next_message(listener), offset, "message after the clock was set")
    lost = [line for line in endpoint.process.lines if "peer-1: gone" in line]
    same(lost, [], "connections that ended")


@check
def everybody_is_told_when_the_broker_stops(endpoint):
    new = subscriber(tls(endpoint), "lab", "-V", "mqttv5", "-q", "1")
    old = subscriber(plain(endpoint), "lab", "-V", "mqttv311", "-q", "1")
    endpoint.restart(kills=False)
    new.wait_for(r"Received DISCONNECT \(139\)")  # 0x8B: server shutting down
    for client in (new, old):
        client.kill()


if __name__ == "__main__":
    check.run(sys.argv)
