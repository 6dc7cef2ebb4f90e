#!/usr/bin/env python3
"""A rollout from keys to the last cart: `cartstorm` for keys, image and steering, boto3 for the
registry and the upload, mosquitto's clients as carts.

    tests/peers/rollout.py PROGRAM [CHECK]...

PROGRAM is `cartstorm`. Server time is moved by the admin API, so that a soak costs nothing; by no more
than what signatures allow.
"""
import base64
import hashlib
import json
import sys
import urllib.request

from endpoint import Checks, expect, run, same
from mosquitto import collect, leave_session, plain, tls

check = Checks()
NAME = "fw-2-0-0"
BUCKET, KEY = "firmware", "2.0.0.bin"
URL = "${aws:iot:s3-presigned-url-v2:https://s3.us-east-1.amazonaws.com/firmware/2.0.0.bin}"
CARTS = [f"cart-{number:04}" for number in range(12)]
REASON = ["--reason", "a test", "--person", "ann"]


def given_image(endpoint):
    """Keys, a signed image and its upload; gives its job document."""
    folder = endpoint.folder
    endpoint.cartstorm("keys", "ca", "--name", "Fleet", "-o", folder / "ca")
    endpoint.cartstorm("keys", "signer", "--ca", folder / "ca", "--name", "Release",
                       "-o", folder / "release")
    image, trailer = folder / "fw.bin", folder / "fw.trailer"
    endpoint.cartstorm("image", "build", "--size", "64KiB", "--seed", "7", "-o", image)
    endpoint.cartstorm("image", "sign", image, "--version", "2.0.0", "--security-version", "2",
                       "--hardware", "2,3", "--layout", "1", "--days", "90", "--signer",
                       folder / "release", "--ca-cert", folder / "ca.cert.pem", "-o", trailer)
    s3 = endpoint.aws("s3")
    s3.create_bucket(Bucket=BUCKET)
    s3.put_object(Bucket=BUCKET, Key=KEY, Body=image.read_bytes())
    return json.loads("\n".join(
        endpoint.cartstorm("image", "document", trailer, "--url", URL)))


def given_fleet(endpoint):
    """Twelve things with attributes, which have said what they run."""
    registry = endpoint.aws("iot")
    for number, cart in enumerate(CARTS):
        registry.create_thing(thingName=cart, attributePayload={"attributes": {
            "hardware_revision": str(2 + number % 2), "region": "eu"}})
    for cart in CARTS:
        heartbeat(endpoint, cart, "1.8.0")


def heartbeat(endpoint, cart, version):
    say(endpoint, cart, "heartbeat", {"version": version, "slot": "a", "state": "idle",
                                      "secver": 1, "anchors": []})


def say(endpoint, cart, what, message):
    run(["mosquitto_pub", *plain(endpoint), "-i", cart, "-q", "1", "-t", f"carts/{cart}/{what}",
         "-m", json.dumps(message)])


def request_file(endpoint, document, **more):
    wish = {"name": NAME, "version": "2.0.0", "base": "1.8.0",
            "image": {"bucket": BUCKET, "key": KEY}, "manifest": document["manifest"],
            "chain": document["chain"], "person": "ann",
            "plan": {"rules": {"ratio": "off"},
                     "stages": [{"name": "canary", "carts": 3, "soak": "4m"},
                                {"name": "full", "percent": 100, "soak": "4m"}]}, **more}
    file = endpoint.folder / "rollout.json"
    file.write_text(json.dumps(wish))
    return file


def rollout(endpoint, verb, *arguments, codes=(0,)):
    return "\n".join(endpoint.cartstorm("rollout", verb, *arguments, "--data", endpoint.data,
                                        codes=codes))


def status(endpoint):
    """The one rollout, without the times of looks."""
    (line,) = json.loads(rollout(endpoint, "status", "--json"))
    return line


def states(endpoint):
    return {stage["stage"]: stage["state"] for stage in status(endpoint)["stages"]}


def move_clock(endpoint, offset):
    same(endpoint.ask_admin("POST", "/clock", {"offset": offset})[0], 200, "clock")
    # Whatever is due by then has happened before the answer to a call, even to one that only looks.
    endpoint.aws("iot").list_jobs()


def carts_of(endpoint, stage):
    summaries = endpoint.aws("iot").list_job_executions_for_job(jobId=f"{NAME}-{stage}")
    return sorted(one["thingArn"].rsplit("/", 1)[1] for one in summaries["executionSummaries"])


def ask(endpoint, cart, call, request):
    """A request of Jobs over mutual TLS; its reply."""
    topic = f"$aws/things/{cart}/jobs/{call}"
    lines = run(["mosquitto_rr", *tls(endpoint, cart), "-V", "mqttv5", "-i", cart, "-q", "1",
                 "-t", topic, "-e", topic + "/accepted", "-m",
                 json.dumps({**request, "clientToken": call})])
    reply = json.loads("\n".join(lines))
    same(reply["clientToken"], call, "client token")
    return reply


def fetch(url, first, last):
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    wish = urllib.request.Request(url, headers={"Range": f"bytes={first}-{last}"})
    with opener.open(wish, timeout=60) as answer:
        same(answer.status, 206, "status of a range")
        return answer.read()


def update(endpoint, cart, between=lambda: None):
    """What a cart does with its next job. `between`: while it is under way."""
    execution = ask(endpoint, cart, "start-next", {"statusDetails": {"state": "downloading"}})[
        "execution"]
    between()
    # Every delivery has a fresh URL, which leads to where the endpoint is now.
    execution = ask(endpoint, cart, f"{execution['jobId']}/get", {})["execution"]
    document = execution["jobDocument"]
    half = document["size"] // 2
    image = fetch(document["url"], 0, half - 1) + fetch(document["url"], half, document["size"] - 1)
    same(hashlib.sha256(image).hexdigest(), document["sha256"], "digest of what was fetched")
    verify(endpoint, image, document)
    ask(endpoint, cart, f"{execution['jobId']}/update",
        {"status": "SUCCEEDED", "expectedVersion": execution["versionNumber"],
         "statusDetails": {"version": "2.0.0"}})
    heartbeat(endpoint, cart, "2.0.0")


def verify(endpoint, image, document):
    """The manifest of the document holds for the image that its URL leads to."""
    manifest, chain = (base64.b64decode(document[one]) for one in ("manifest", "chain"))
    trailer, file = endpoint.folder / "got.trailer", endpoint.folder / "got.bin"
    trailer.write_bytes(manifest + len(chain).to_bytes(2, "little") + chain)
    file.write_bytes(image)
    endpoint.cartstorm("image", "verify", file, "--trailer", trailer, "--ca",
                       endpoint.folder / "ca.cert.pem", "--hardware", "3", "--running", "1.8.0")


@check
def carts_take_it_stage_by_stage_across_kill_9(endpoint):
    document = given_image(endpoint)
    given_fleet(endpoint)
    rollout(endpoint, "create", request_file(endpoint, document))
    same(states(endpoint), {"canary": "running"}, "stages")
    canary = carts_of(endpoint, "canary")
    same(len(canary), 3, "carts of the canary")

    def crash(offset="0s"):
        before, text = status(endpoint), rollout(endpoint, "status").splitlines()
        endpoint.restart()
        same(status(endpoint), before, "status after kill -9 and a new start")
        # The first line counts who is connected.
        same(rollout(endpoint, "status").splitlines()[1:], text[1:], "the same as text")
        # Server time is the machine's again, and never runs backwards.
        move_clock(endpoint, offset)

    update(endpoint, canary[0], between=crash)
    for cart in canary[1:]:
        update(endpoint, cart)
    # One that sleeps when the next stage begins is told when it wakes.
    sleeper = next(cart for cart in CARTS if cart not in canary)
    session = [tls(endpoint, sleeper), sleeper, f"$aws/things/{sleeper}/jobs/notify-next"]
    leave_session(*session, "-q", "1")
    move_clock(endpoint, "5m")
    same(states(endpoint), {"canary": "complete", "full": "running"}, "stages")
    crash("5m")
    session[0] = tls(endpoint, sleeper)
    told = json.loads(collect(*session, 1, "-q", "1")[0])["execution"]
    same((told["jobId"], told["status"]), (f"{NAME}-full", "QUEUED"), "notify-next")
    for cart in carts_of(endpoint, "full"):
        update(endpoint, cart)
    move_clock(endpoint, "11m")
    same(states(endpoint), {"canary": "complete", "full": "complete"}, "stages")
    crash("11m")
    versions = endpoint.ask_admin("GET", "/status")[1]["versions"]
    same(versions["2.0.0"], len(CARTS), "carts that run it")


@check
def people_pause_resume_release_and_abort(endpoint):
    document = given_image(endpoint)
    given_fleet(endpoint)
    rollout(endpoint, "create", request_file(endpoint, document))
    canary = carts_of(endpoint, "canary")
    rollout(endpoint, "pause", NAME, *REASON)
    line = status(endpoint)
    same((line["state"], line["actor"], line["reason"]), ("paused", "ann", "a test"), "pause")
    expect("a test" in rollout(endpoint, "status", NAME), "the text says why")
    rollout(endpoint, "pause", NAME, *REASON, codes=(1,))
    rollout(endpoint, "resume", NAME, *REASON)

    # Every cart of the canary rolls back: a rule holds it.
    for number, cart in enumerate(canary):
        say(endpoint, cart, "rollback", {"occurrence": f"{number:016x}", "target": "2.0.0",
                                         "running": "1.8.0", "reason": "attempts_spent",
                                         "attempt": f"{number:016x}"})
    move_clock(endpoint, "2m")
    line = status(endpoint)
    same((line["state"], line["hold"]), ("held", 1), "held by carts")
    same(line["rules"]["devices"]["verdict"], "hold", "rule")
    counted = endpoint.ask_admin("GET", "/status")[1]["rollbacks"]["2.0.0"]
    same(counted, {"occurrences": 3, "things": 3}, "rollbacks")
    endpoint.restart()
    same(status(endpoint)["hold"], 1, "hold after kill -9")
    move_clock(endpoint, "3m")
    rollout(endpoint, "release", NAME, "--hold", "7", *REASON, codes=(1,))
    rollout(endpoint, "release", NAME, "--hold", "1", *REASON)
    line = status(endpoint)
    same((line["state"], line["hold"], line["actor"]), ("released", 0, "ann"), "release")
    rollout(endpoint, "release", NAME, "--hold", "1", *REASON, codes=(1,))
    rollout(endpoint, "abort", NAME, *REASON)
    same(status(endpoint)["state"], "aborted", "abort")
    rollout(endpoint, "resume", NAME, *REASON, codes=(1,))
    job = endpoint.aws("iot").describe_job(jobId=f"{NAME}-canary")["job"]
    same(job["status"], "CANCELED", "job")


@check
def what_cannot_be_is_refused_with_a_reason(endpoint):
    document = given_image(endpoint)
    given_fleet(endpoint)

    def refused(code, text, verb, *arguments):
        found = rollout(endpoint, verb, *arguments, codes=(code,))
        expect(text in found, f"{verb}: expected {text!r}, found {found!r}")

    wish = request_file(endpoint, document, image={"bucket": BUCKET, "key": "none"})
    refused(1, "there is no object firmware/none", "create", wish)
    refused(2, "version: expected a version", "create",
            request_file(endpoint, document, version="two"))
    refused(1, "is not [a-zA-Z0-9_-]{1,32}", "create", request_file(endpoint, document, name="a.b"))
    wish.write_text("{")
    refused(2, "not JSON", "create", wish)
    refused(2, "cannot be read", "create", endpoint.folder / "none.json")
    refused(1, "there is no rollout", "status", "nobody")
    refused(1, "", "abort", "nobody", *REASON)
    same(json.loads(rollout(endpoint, "status", "--json")), [], "rollouts")
    # Without the token nobody steers; looking is free on this machine.
    same(endpoint.ask_admin("POST", "/rollout/create", {}, has_token=False)[0], 401, "no token")
    same(endpoint.ask_admin("GET", "/status", has_token=False)[0], 200, "status")
    rollout(endpoint, "create", request_file(endpoint, document))
    refused(1, "", "create", request_file(endpoint, document))
    endpoint.stop()
    refused(3, "no endpoint answers", "status")
    endpoint.start()


if __name__ == "__main__":
    check.run(sys.argv)
