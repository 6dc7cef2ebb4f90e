#!/usr/bin/env python3
"""Starts an endpoint, runs a peer against it, and looks whether the endpoint survived it.

    tests/peers/run_peer.py [--log PATTERN]... PROGRAM COMMAND [ARGUMENT]...

PROGRAM is `cartstorm`. The command finds addresses and credentials in its environment (README.md
lists them). Every PATTERN must be in the endpoint's log at the end. Exit code: 0, or 1 if the peer,
or the endpoint, failed.
"""
import argparse
import os
import re
import signal
import subprocess
import sys

from endpoint import Endpoint, Failed, expect

# Longer than any peer takes, in any build.
PEER_PATIENCE_S = 600


def run_peer(endpoint, command):
    peer = subprocess.Popen(command, env=endpoint.environment(), start_new_session=True)
    try:
        code = peer.wait(PEER_PATIENCE_S)
    except subprocess.TimeoutExpired:
        raise Failed(f"{command[0]} did not end within {PEER_PATIENCE_S} s") from None
    finally:
        if peer.poll() is None:
            os.killpg(peer.pid, signal.SIGKILL)
            peer.wait()
    expect(code == 0, f"{' '.join(command)}: exit code {code}")


def main():
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("--log", action="append", default=[])
    parser.add_argument("program")
    parser.add_argument("command", nargs=argparse.REMAINDER)
    wish = parser.parse_args()
    if not wish.command:
        parser.error("expected a command")
    try:
        with Endpoint(wish.program) as endpoint:
            run_peer(endpoint, wish.command)
            endpoint.stop()
            for pattern in wish.log:
                expect(any(re.search(pattern, line) for line in endpoint.log),
                       f"the endpoint's log has no line like {pattern!r}")
    except Failed as problem:
        sys.exit(f"FAILED: {problem}")
    print("the endpoint survived and ended cleanly")


main()
