"""What the conformance scripts share: an environment, the sides that are driven, and their comparison."""

import base64
import json
import os
import pathlib
import select
import shutil
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / "target" / "conformance"
MOTO_PORT = 5717
KINESALITE_PORT = 5718
LOCALSTACK_PORT = 5719
KINESIS_MOCK_PORT = 5720
#: The virtual clock of awslearn begins here (seconds since 1970).
START = 1_767_225_600


def in_environment(script):
    """Runs the script again with moto and boto3 at hand."""
    python = HOME / "bin" / "python"
    if not (HOME / "bin" / "moto_server").exists():
        venv.create(HOME, with_pip=True)
        subprocess.run([python, "-m", "pip", "-q", "install", "moto[server]", "boto3"], check=True)
    sys.exit(subprocess.run([python, script, *sys.argv[1:], "--inside"]).returncode)


class Boto:
    """A server that boto3 talks to."""

    account = "123456789012"

    def __init__(self, service, port):
        self.service, self.port = service, port
        self.connect("x")

    def connect(self, key):
        import boto3
        from botocore.config import Config
        self.client = boto3.client(
            self.service, endpoint_url=f"http://127.0.0.1:{self.port}", region_name="us-east-1",
            aws_access_key_id=key, aws_secret_access_key="x",
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}, read_timeout=25))

    def call(self, op, params):
        from botocore import xform_name
        from botocore.exceptions import ClientError, ConnectionClosedError, HTTPClientError
        from botocore.parsers import ResponseParserError
        try:
            return getattr(self.client, xform_name(op))(**params)
        except ConnectionClosedError:
            self.start()
            return {"error": "(the server crashed)"}
        except (HTTPClientError, ResponseParserError) as error:
            return {"error": f"(no answer: {type(error).__name__})"}
        except ClientError as error:
            return {"error": error.response["Error"].get("Code"), "message": error.response["Error"].get("Message")}

    def blob(self, text):
        return text.encode()

    def now(self):
        return time.time()

    def wait(self, seconds):
        time.sleep(seconds)


class Moto(Boto):
    name = "moto"

    def __init__(self, service):
        from moto.server import ThreadedMotoServer
        self.server = ThreadedMotoServer(port=MOTO_PORT)
        self.server.start()
        super().__init__(service, MOTO_PORT)

    def start(self):
        request = urllib.request.Request(f"http://127.0.0.1:{MOTO_PORT}/moto-api/reset", method="POST")
        urllib.request.urlopen(request).read()


class LocalStack(Boto):
    """LocalStack's SQS from PyPI, in an environment of its own: it wants a Python of 3.13."""

    name = "localstack"
    account = "000000000000"
    home = HOME / "localstack"
    #: Its newest releases on PyPI do not start with newer ones of these.
    pins = ["localstack-core[runtime]==2026.3.0", "cbor2<5.8", "pyopenssl<25", "cryptography<45", "service-identity<26"]

    def __init__(self, service):
        super().__init__(service, LOCALSTACK_PORT)
        python = self.home / "bin" / "python"
        if not python.exists():
            subprocess.run([shutil.which("python3.13"), "-m", "venv", self.home], check=True)
            subprocess.run([python, "-m", "pip", "-q", "install", *self.pins], check=True)
        settings = {"SERVICES": service, "SQS_DELAY_RECENTLY_DELETED": "1", "SQS_DELAY_PURGE_RETRY": "1", "SQS_ENABLE_MESSAGE_RETENTION_PERIOD": "1", "SKIP_SSL_CERT_DOWNLOAD": "1", "DISABLE_EVENTS": "1", "FILESYSTEM_ROOT": str(self.home),
                    "GATEWAY_LISTEN": f"127.0.0.1:{LOCALSTACK_PORT}"}
        self.process = subprocess.Popen([python, "-m", "localstack.runtime.main"], env={**os.environ, **settings}, stdout=subprocess.PIPE, text=True)
        while "Ready." not in self.process.stdout.readline():
            pass
        # Nobody reads on: what it says goes nowhere.
        threading.Thread(target=self.process.stdout.read, daemon=True).start()

    @staticmethod
    def is_possible():
        return LocalStack.home.exists() or shutil.which("python3.13") is not None

    def start(self):
        """Each scenario has an account of its own: LocalStack takes a key of twelve digits for one."""
        self.account = f"{int(self.account) + 1:012}"
        self.connect(self.account)

    def stop(self):
        # It lets itself be asked for long.
        self.process.kill()
        self.process.wait()


class NodeServer(Boto):
    """A server from npm; a new one for each scenario."""

    account = "000000000000"
    process = None

    def __init__(self, service, port, package):
        self.package = HOME / "node_modules" / package.split("@")[0]
        if not self.package.exists():
            subprocess.run(["npm", "install", "--silent", "--prefix", HOME, package], check=True)
        super().__init__(service, port)

    def serve(self, *arguments, **settings):
        self.stop()
        self.process = subprocess.Popen(
            ["node", *arguments], cwd=self.package, env={**os.environ, **settings}, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for _ in range(200):
            with socket.socket() as trial:
                if trial.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            time.sleep(0.05)

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


class Kinesalite(NodeServer):
    name = "kinesalite"

    def __init__(self):
        super().__init__("kinesis", KINESALITE_PORT, "kinesalite")

    def start(self):
        self.serve("cli.js", "--port", str(self.port), "--createStreamMs", "10", "--deleteStreamMs", "10", "--updateStreamMs", "10", "--shardLimit", "500")


class KinesisMock(NodeServer):
    name = "kinesis-mock"

    def __init__(self):
        super().__init__("kinesis", KINESIS_MOCK_PORT, "kinesis-local")

    def start(self):
        durations = {f"{what}_DURATION": "10ms" for what in (
            "CREATE_STREAM", "DELETE_STREAM", "MERGE_SHARDS", "SPLIT_SHARD", "UPDATE_SHARD_COUNT", "UPDATE_STREAM_MODE", "REGISTER_STREAM_CONSUMER",
            "DEREGISTER_STREAM_CONSUMER", "START_STREAM_ENCRYPTION", "STOP_STREAM_ENCRYPTION")}
        ports = {"KINESIS_MOCK_PLAIN_PORT": str(self.port), "KINESIS_MOCK_TLS_PORT": str(self.port + 1)}
        self.serve("main.js", SHARD_LIMIT="500", LOG_LEVEL="ERROR", **durations, **ports)


class Awslearn:
    """`awslearn sim`; a new one for each scenario."""

    name = "awslearn"
    account = "000000000000"

    def __init__(self, program, service):
        self.program, self.service = program, service

    def start(self):
        self.time = 0.0
        self.process = subprocess.Popen(
            [self.program, "sim", self.service], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def call(self, op, params):
        line = json.dumps({"t": self.time, "op": op, "params": params})
        self.say(line)
        # A receive that waits is answered when the clock has moved on.
        while not select.select([self.process.stdout], [], [], 0.3 if op == "ReceiveMessage" else 60)[0]:
            self.wait(0.25)
            self.say(json.dumps({"t": self.time}))
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            return {"error": answer["error"]["code"], "message": answer["error"]["message"]}
        return answer["response"]

    def say(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()

    def blob(self, text):
        return base64.b64encode(text.encode()).decode()

    def now(self):
        return START + self.time

    def wait(self, seconds):
        self.time = round(self.time + seconds, 3)


class Blob(str):
    """Text that goes out as a blob."""


class Ago(float):
    """The moment so many seconds ago."""


def run(side, steps, plain, settles=()):
    """What one side answers to each step of a scenario; after an operation in `settles` it waits."""
    side.start()
    saved, answers = {}, []

    def filled(value):
        if isinstance(value, Blob):
            return side.blob(value)
        if isinstance(value, Ago):
            return side.now() - value
        if isinstance(value, str):
            return saved.get(value[1:], value) if value.startswith("$") else value.replace("123456789012", side.account)
        if isinstance(value, dict):
            return {key: filled(item) for key, item in value.items()}
        return [filled(item) for item in value] if isinstance(value, list) else value

    for step in steps:
        if isinstance(step, (int, float)):
            side.wait(step)
            continue
        op, params, *save = step
        answer = side.call(op, filled(params))
        if op in settles:
            side.wait(0.6 if isinstance(side, Awslearn) else 0.1)
        for name, path in (save[0] if save else {}).items():
            found = answer
            for part in path.split("."):
                if isinstance(found, list):
                    found = found[int(part)] if int(part) < len(found) else None
                else:
                    found = (found or {}).get(part)
            if found is not None:
                saved[name] = found
        answers.append((op, params, plain(of_one_account(answer, side.account))))
    return answers


def of_one_account(value, account):
    """An answer as it would be were everybody's account the same."""
    if isinstance(value, dict):
        return {key: of_one_account(item, account) for key, item in value.items()}
    if isinstance(value, list):
        return [of_one_account(item, account) for item in value]
    return value.replace(account, "000000000000") if isinstance(value, str) else value


def compare(others, ours, scenarios, plain, settles=(), known=None):
    """Prints where one of the others answers otherwise than we do, and why as far as `known` says: by side, scenario
    and step (or None for all its steps). Gives how many differences it says nothing of."""
    steps = unknown = 0
    differences = {other.name: 0 for other in others}
    only = next((a.removeprefix("--only=") for a in sys.argv if a.startswith("--only=")), "")
    for name, scenario in scenarios.items():
        if only not in name:
            continue
        mine = run(ours, scenario, plain, settles)
        theirs = {other.name: run(other, scenario, plain, settles) for other in others}
        for number, (op, params, answer) in enumerate(mine):
            steps += 1
            different = {who: answers[number][2] for who, answers in theirs.items() if answers[number][2] != answer}
            different = {who: other for who, other in different.items() if other.get("error") != "UnknownOperationException"}
            if not different:
                continue
            print(f"{name} {number}: {op} {json.dumps(params, ensure_ascii=False)[:200]}")
            for who, other in different.items():
                differences[who] += 1
                why = known and (known.get((who, name, number)) or known.get((who, name, None)))
                unknown += known is not None and why is None
                print(f"    {who:12} {json.dumps(other, ensure_ascii=False, default=str)[:400]}")
                if known is not None:
                    print(f"    {'':12} {why or 'NOT EXPLAINED'}")
            print(f"    {'awslearn':12} {json.dumps(answer, ensure_ascii=False)[:400]}")
    for who, count in differences.items():
        print(f"{who}: {count} of {steps} steps differ; tests/conformance/README.md says who is right")
    return unknown


def program():
    """The program under test: the first argument, else the debug build."""
    return next((a for a in sys.argv[1:] if not a.startswith("--")), str(ROOT / "target/debug/awslearn"))
