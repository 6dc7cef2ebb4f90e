"""A `cartstorm broker` of one's own: a fresh folder, free ports, certificates; and whoever talks to it.

Nothing here sleeps. A wait ends with the event that it waits for; its limit only bounds a hang.
"""
import atexit
import collections
import json
import os
import pathlib
import re
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
import urllib.error
import urllib.request

# A sanitizer build on a busy machine must fit.
PATIENCE_S = 120
# Who is told to end removes what it made, like any other failure.
signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))


class Failed(Exception):
    """What was expected did not happen."""


def expect(condition, message):
    if not condition:
        raise Failed(message)


def same(found, wanted, what):
    expect(found == wanted, f"{what}: expected {wanted!r}, found {found!r}")


_started = []


@atexit.register
def _leave_nothing_behind():
    """Whoever a check did not wait for, or could not because it failed."""
    for process in _started:
        if process.poll() is None:
            process.kill()
            process.wait()


class Process:
    """A program whose lines are kept and can be waited for."""

    def __init__(self, arguments, environment=None, input_text=None):
        self.name = pathlib.Path(arguments[0]).name
        self.lines = []
        self._seen = 0
        self._news = threading.Condition()
        self._ends = 2  # of streams
        try:
            self._process = subprocess.Popen(
                [str(one) for one in arguments], env=environment, text=True, errors="replace",
                stdin=subprocess.PIPE if input_text is not None else subprocess.DEVNULL,
                stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        except OSError as problem:
            raise Failed(f"{arguments[0]} is not there: {problem}") from None
        _started.append(self._process)
        for stream in (self._process.stdout, self._process.stderr):
            threading.Thread(target=self._read, args=(stream,), daemon=True).start()
        if input_text is not None:
            self._process.stdin.write(input_text)
            self._process.stdin.close()

    def _read(self, stream):
        for line in stream:
            with self._news:
                self.lines.append(line.rstrip("\n"))
                self._news.notify_all()
        with self._news:
            self._ends -= 1
            self._news.notify_all()

    def wait_for(self, pattern, patience_s=PATIENCE_S):
        """The match in the next line that fits; lines before it count as seen."""
        deadline = time.monotonic() + patience_s
        with self._news:
            while True:
                while self._seen < len(self.lines):
                    found = re.search(pattern, self.lines[self._seen])
                    self._seen += 1
                    if found:
                        return found
                left = deadline - time.monotonic()
                if self._ends == 0 or left <= 0:
                    state = "it ended" if self._ends == 0 else f"{patience_s} s passed"
                    raise Failed(f"{self.name}: no line like {pattern!r}; {state}; it said:\n"
                                 + self.text())
                self._news.wait(left)

    def end(self, patience_s=PATIENCE_S):
        """Its exit code, once it has ended and all that it said is here."""
        try:
            code = self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()
            raise Failed(f"{self.name} did not end within {patience_s} s; it said:\n"
                         + self.text()) from None
        with self._news:
            self._news.wait_for(lambda: self._ends == 0, patience_s)
        return code

    def signal(self, which):
        self._process.send_signal(which)

    def kill(self):
        if self.is_alive():
            self._process.kill()
        self._process.wait()

    def is_alive(self):
        return self._process.poll() is None

    def text(self):
        return "\n".join(self.lines)


def run(arguments, environment=None, codes=(0,), input_text=None):
    """All lines of a program that must end with one of `codes`."""
    process = Process(arguments, environment, input_text)
    code = process.end()
    expect(code in codes, f"{' '.join(map(str, arguments))}: exit code {code}, expected "
           f"{codes}; it said:\n{process.text()}")
    return process.lines


class Endpoint:
    """`with Endpoint(program) as endpoint:` A failure inside prints the broker's log."""

    def __init__(self, program, *options):
        self.program = pathlib.Path(program).resolve()
        self.options = options
        self.folder = pathlib.Path(tempfile.mkdtemp(prefix="cartstorm-peer-"))
        self.data = self.folder / "endpoint"
        self.addresses = {}
        self.log = []  # of earlier lives
        self.process = None

    def __enter__(self):
        try:
            self.start()
        except BaseException:
            self._show_log()
            self._clean()
            raise
        return self

    def __exit__(self, kind, problem, trace):
        try:
            if kind is None:
                self.stop()
        except BaseException:
            self._show_log()
            raise
        else:
            if kind is not None:
                self._show_log()
        finally:
            self._clean()
        return False

    def _clean(self):
        if self.process:
            self.process.kill()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _show_log(self):
        lines = self.log + (self.process.lines if self.process else [])
        print("--- the broker's log, the last lines", file=sys.stderr)
        print("\n".join(lines[-80:]), file=sys.stderr)

    def start(self):
        ports = [word for name in ("mqtts", "mqtt", "http", "https", "admin")
                 for word in (f"--{name}-port", "0")]
        self.process = Process([self.program, "broker", "--data", self.data, "--json", *ports,
                                *self.options])
        self.addresses = json.loads(self.process.wait_for(r"^\{.*\}$").group())

    def stop(self):
        """Ends as an operator ends it, and must say so with exit code 0."""
        if self.process is None:
            return
        expect(self.process.is_alive(), "the broker died")
        self.process.signal(signal.SIGTERM)
        same(self.process.end(), 0, "exit code of the broker after SIGTERM")
        self.log += self.process.lines
        self.process = None

    def restart(self, kills=True):
        """Another process on the same folder; ports are new. By default after kill -9."""
        if kills:
            expect(self.process.is_alive(), "the broker died")
            self.process.kill()
            self.log += self.process.lines
        else:
            self.stop()
        self.start()

    def port(self, name):
        return int(self.addresses[name].rsplit(":", 1)[1])

    def wait_for_log(self, pattern):
        return self.process.wait_for(pattern)

    def secrets(self):
        return json.loads((self.data / "secrets.json").read_text())

    @property
    def ca(self):
        return self.data / "tls" / "ca.cert.pem"

    def cartstorm(self, *arguments, codes=(0,)):
        """All lines of a command of the same program."""
        return run([self.program, *arguments], codes=codes)

    def device(self, thing):
        """(certificate, key) of a thing, made when first asked for."""
        return self._make_device(self.data, self.folder / thing)

    def _make_device(self, data, name):
        certificate, key = (name.with_name(f"{name.name}.{one}.pem") for one in ("cert", "key"))
        if not certificate.exists():
            self.cartstorm("keys", "device", "--data", data, "--name", name.name, "-o", name)
        return certificate, key

    def foreign_device(self, thing):
        """(certificate, key) of the same name by a CA that the broker has never heard of."""
        tls = self.folder / "foreign" / "tls"
        if not tls.exists():
            with Endpoint(self.program) as other:
                tls.parent.mkdir()
                shutil.copytree(other.data / "tls", tls)
        return self._make_device(tls.parent, self.folder / "foreign" / thing)

    def environment(self, thing="peer-1"):
        """What a peer of any language needs to know."""
        certificate, key = self.device(thing)
        foreign_certificate, foreign_key = self.foreign_device(thing)
        secrets = self.secrets()
        http = "http://localhost:%d" % self.port("http")
        return dict(
            os.environ, CARTSTORM_HTTP=http, CARTSTORM_MQTTS_HOST="localhost",
            CARTSTORM_HTTPS="https://localhost:%d" % self.port("https"),
            CARTSTORM_MQTTS_PORT=str(self.port("mqtts")), CARTSTORM_MQTT_PORT=str(self.port("mqtt")),
            CARTSTORM_THING=thing, CARTSTORM_CA=str(self.ca), CARTSTORM_CERT=str(certificate),
            CARTSTORM_KEY=str(key), CARTSTORM_FOREIGN_CA=str(self.folder / "foreign/tls/ca.cert.pem"),
            CARTSTORM_FOREIGN_CERT=str(foreign_certificate), CARTSTORM_FOREIGN_KEY=str(foreign_key),
            CARTSTORM_ADMIN="http://" + self.addresses["admin"],
            CARTSTORM_ADMIN_TOKEN=secrets["admin_token"], CARTSTORM_DATA=str(self.data),
            AWS_ACCESS_KEY_ID=secrets["access_key"], AWS_SECRET_ACCESS_KEY=secrets["secret_key"],
            AWS_REGION="us-east-1", AWS_DEFAULT_REGION="us-east-1", AWS_EC2_METADATA_DISABLED="true",
            NO_PROXY="localhost,127.0.0.1", no_proxy="localhost,127.0.0.1")

    def aws(self, service):
        """A boto3 client of this endpoint."""
        import boto3  # Debian's; peers that do not need it run without it
        from botocore.config import Config
        secrets = self.secrets()
        return boto3.client(
            service, endpoint_url="http://localhost:%d" % self.port("http"), region_name="us-east-1",
            aws_access_key_id=secrets["access_key"], aws_secret_access_key=secrets["secret_key"],
            config=Config(signature_version="s3v4" if service == "s3" else None,
                          retries={"max_attempts": 1, "mode": "standard"}))

    def ask_admin(self, method, target, body=None, has_token=True):
        """(status, JSON or text) of the admin API."""
        headers = {"Authorization": "Bearer " + self.secrets()["admin_token"]} if has_token else {}
        request = urllib.request.Request(
            f"http://{self.addresses['admin']}{target}", method=method, headers=headers,
            data=None if body is None else json.dumps(body).encode())
        opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        try:
            with opener.open(request, timeout=PATIENCE_S) as answer:
                status, kind, text = answer.status, answer.headers, answer.read().decode()
        except urllib.error.HTTPError as error:
            status, kind, text = error.code, error.headers, error.read().decode()
        is_json = kind.get_content_type() == "application/json"
        return status, json.loads(text) if is_json else text


class Checks:
    """Collects the checks of a peer, in the order in which they are written, and runs them."""

    def __init__(self):
        self._checks = []

    def __call__(self, function):
        self._checks.append(function)
        return function

    def run(self, arguments, *options):
        """`PROGRAM [NAME]...`: all checks, or those named, each with an endpoint of its own."""
        if len(arguments) < 2:
            sys.exit(f"Usage: {arguments[0]} PROGRAM [CHECK]...")
        wanted = arguments[2:]
        unknown = set(wanted) - {one.__name__ for one in self._checks}
        if unknown:
            sys.exit(f"no check {', '.join(sorted(unknown))}")
        counts = collections.Counter()
        for one in self._checks:
            if wanted and one.__name__ not in wanted:
                continue
            try:
                with Endpoint(arguments[1], *options) as endpoint:
                    one(endpoint)
                    expect(endpoint.process.is_alive(), "the broker died")
                print(f"ok      {one.__name__}", flush=True)
                counts["ok"] += 1
            except Exception as problem:  # of boto3 too: the other checks still tell something
                text = str(problem) if isinstance(problem, Failed) else traceback.format_exc()
                print(f"FAILED  {one.__name__}: {text}", flush=True)
                counts["failed"] += 1
        print(f"{counts['ok']} checks passed, {counts['failed']} failed")
        sys.exit(1 if counts["failed"] or not counts["ok"] else 0)
