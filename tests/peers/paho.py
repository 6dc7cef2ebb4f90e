#!/usr/bin/env python3
"""Paho's C++ client (paho_peer.cpp) against the endpoint, by MQTT 3.1.1 and 5.

    tests/peers/paho.py PROGRAM PAHO-PEER

PROGRAM is `cartstorm`. Needs python3-boto3, which makes the job.
"""
import json
import sys

from endpoint import Checks, Process, run, same

check = Checks()
VERSIONS = ("4", "5")
PEER = sys.argv.pop(2) if len(sys.argv) > 2 else sys.exit(__doc__)


def do(endpoint, duty, version):
    run([PEER, duty, f"paho-{version}", version], endpoint.environment("paho-1"))


def publish_numbers(endpoint, topic, count):
    run(["mosquitto_pub", "-h", "127.0.0.1", "-p", endpoint.port("mqtt"), "-t", topic, "-q", "1",
         "-l"], input_text="".join(f"{number}\n" for number in range(count)))


@check
def thousand_messages_come_back_in_order(endpoint):
    for version in VERSIONS:
        do(endpoint, "order", version)


@check
def client_comes_back_by_itself_to_what_it_missed(endpoint):
    for version in VERSIONS:
        peer = Process([PEER, "reconnect", f"paho-{version}", version],
                       endpoint.environment("paho-1"))
        peer.wait_for("^ready$")
        same(endpoint.ask_admin("POST", "/connections/drop")[0], 200, "drop")
        peer.wait_for("^lost$")
        publish_numbers(endpoint, "back/x", 20)
        peer.wait_for("^back$")
        same((peer.end(), peer.text().count("FAILED")), (0, 0), "exit code, failures")


@check
def session_outlives_the_broker(endpoint):
    for version in VERSIONS:
        do(endpoint, "leave-session", version)
        publish_numbers(endpoint, "queue/x", 100)
        endpoint.restart()
        do(endpoint, "find-session", version)


@check
def job_is_carried_out_by_hand(endpoint):
    control = endpoint.aws("iot")
    thing = control.create_thing(thingName="paho-1")
    for version in VERSIONS:
        name = f"reboot-{version}"
        control.create_job(jobId=name, targets=[thing["thingArn"]],
                           document=json.dumps({"operation": "reboot"}))
        do(endpoint, "job", version)
        found = control.describe_job_execution(jobId=name, thingName="paho-1")["execution"]
        same((found["status"], found["statusDetails"]["detailsMap"]),
             ("SUCCEEDED", {"by": "paho"}), name)
        same(control.describe_job(jobId=name)["job"]["status"], "COMPLETED", name)


if __name__ == "__main__":
    check.run(sys.argv)
