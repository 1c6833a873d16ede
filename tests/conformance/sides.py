"""What the conformance scripts share: an environment, the sides that are driven, and their comparison."""

import base64
import json
import pathlib
import subprocess
import sys
import time
import urllib.request
import venv

ROOT = pathlib.Path(__file__).resolve().parents[2]
HOME = ROOT / "target" / "conformance"
MOTO_PORT = 5717
KINESALITE_PORT = 5718
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
        import boto3
        from botocore.config import Config
        self.client = boto3.client(
            service, endpoint_url=f"http://127.0.0.1:{port}", region_name="us-east-1",
            aws_access_key_id="x", aws_secret_access_key="x",
            config=Config(parameter_validation=False, retries={"total_max_attempts": 1}))

    def call(self, op, params):
        from botocore import xform_name
        from botocore.exceptions import ClientError, ConnectionClosedError
        try:
            return getattr(self.client, xform_name(op))(**params)
        except ConnectionClosedError:
            self.start()
            return {"error": "(the server crashed)"}
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


class Kinesalite(Boto):
    """kinesalite from npm; a new one for each scenario."""

    name = "kinesalite"
    account = "000000000000"
    process = None

    def __init__(self):
        if not (HOME / "node_modules" / "kinesalite").exists():
            subprocess.run(["npm", "install", "--silent", "--prefix", HOME, "kinesalite"], check=True)
        super().__init__("kinesis", KINESALITE_PORT)

    def start(self):
        self.stop()
        command = ["node", HOME / "node_modules" / "kinesalite" / "cli.js", "--port", str(KINESALITE_PORT),
                   "--createStreamMs", "10", "--deleteStreamMs", "10", "--updateStreamMs", "10", "--shardLimit", "500"]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        self.process.stdout.readline()

    def stop(self):
        if self.process:
            self.process.terminate()
            self.process.wait()


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
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            return {"error": answer["error"]["code"], "message": answer["error"]["message"]}
        return answer["response"]

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
        answers.append((op, params, plain(answer)))
    return answers


def compare(others, ours, scenarios, plain, settles=()):
    """Prints where one of the others answers otherwise than we do."""
    steps = 0
    differences = {other.name: 0 for other in others}
    for name, scenario in scenarios.items():
        mine = run(ours, scenario, plain, settles)
        theirs = {other.name: run(other, scenario, plain, settles) for other in others}
        for number, (op, params, answer) in enumerate(mine):
            steps += 1
            different = {who: answers[number][2] for who, answers in theirs.items() if answers[number][2] != answer}
            if not different:
                continue
            print(f"{name}: {op} {json.dumps(params, ensure_ascii=False)[:200]}")
            for who, other in different.items():
                differences[who] += 1
                print(f"    {who:10} {json.dumps(other, ensure_ascii=False, default=str)[:400]}")
            print(f"    {'awslearn':10} {json.dumps(answer, ensure_ascii=False)[:400]}")
    for who, count in differences.items():
        print(f"{who}: {count} of {steps} steps differ; tests/conformance/README.md says who is right")


def program():
    """The program under test: the first argument, else the debug build."""
    return next((a for a in sys.argv[1:] if not a.startswith("--")), str(ROOT / "target/debug/awslearn"))
