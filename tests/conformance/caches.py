#!/usr/bin/env python3
"""Drives a real redis-server and memcached and `awslearn sim` with the same commands.

Usage: tests/conformance/caches.py [path of awslearn]     (default: target/debug/awslearn)
Needs Debian's redis-server and memcached (installs them when it may). Not part of `cargo test`.

Three parts: random commands whose replies must be the same; hash slots of random keys; and the hit ratio of
each eviction policy on the same traces, which must lie within two percentage points.
"""

import concurrent.futures
import json
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

from cache_commands import UNORDERED, Commands

ROOT = pathlib.Path(__file__).resolve().parents[2]
AWSLEARN = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target" / "debug" / "awslearn")
PORT, MEMCACHED_PORT = 17379, 17211
# When the model's time begins.
WORLD_START = 1_767_225_600


def need(program, package):
    if not shutil.which(program):
        subprocess.run(["apt-get", "install", "-y", "-qq", package], check=True, stdout=subprocess.DEVNULL)


class Server:
    """A server that ends with the block, whatever happens in it."""

    def __init__(self, *command):
        self.command = command

    def __enter__(self):
        self.process = subprocess.Popen(self.command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL)
        return self

    def __exit__(self, *_):
        self.process.kill()
        self.process.wait()


class Redis:
    """A client that speaks just enough of the protocol."""

    def __init__(self, port):
        deadline = time.time() + 10
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
                break
            except OSError:
                if time.time() > deadline:
                    raise
                time.sleep(0.05)
        self.file = self.socket.makefile("rb")

    def send(self, *words):
        words = [word.encode() if isinstance(word, str) else word for word in words]
        out = b"*%d\r\n" % len(words)
        for word in words:
            out += b"$%d\r\n%s\r\n" % (len(word), word)
        self.socket.sendall(out)

    def read(self):
        line = self.file.readline().rstrip(b"\r\n")
        kind, rest = line[:1], line[1:]
        if kind == b"+":
            return rest.decode()
        if kind == b"-":
            return ("error", rest.decode())
        if kind == b":":
            return int(rest)
        if kind == b"$":
            if rest == b"-1":
                return None
            data = self.file.read(int(rest) + 2)[:-2]
            return data.decode("utf-8", "replace")
        return [self.read() for _ in range(int(rest))] if rest != b"-1" else None

    def call(self, *words):
        self.send(*words)
        return self.read()

    def calls(self, lines):
        for words in lines:
            self.send(*words)
        return [self.read() for _ in lines]


class Sim:
    """A conversation with `awslearn sim`."""

    def __init__(self, service):
        self.process = subprocess.Popen([AWSLEARN, "sim", service], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def call(self, *words, t=0):
        line = json.dumps({"t": t, "op": words[0], "params": {"args": list(words[1:])}})
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        return self.reply(json.loads(self.process.stdout.readline()))

    def calls(self, lines):
        """Many calls at once: the time of each and its words."""
        text = "".join(json.dumps({"t": t, "op": w[0], "params": {"args": list(w[1:])}}) + "\n"
                       for t, w in lines)
        out = subprocess.run(self.process.args, input=text, capture_output=True, text=True).stdout
        return [self.reply(json.loads(line)) for line in out.splitlines()]

    @staticmethod
    def reply(answer):
        return ("error", answer["error"]["message"]) if "error" in answer else answer["response"]


def bare(reply):
    """A reply as both sides write it: an error without its prefix."""
    if isinstance(reply, tuple):
        return ("error", bare(reply[1]))
    if isinstance(reply, list):
        # Within an array an error is its text.
        return [bare(item[1] if isinstance(item, tuple) else item) for item in reply]
    if isinstance(reply, str):
        return reply.removeprefix("ERR ")
    return reply


def compared(words, reply):
    """What of a reply must be the same."""
    reply = bare(reply)
    if words[0].upper() == "EXEC" and isinstance(reply, list):
        return [sorted(map(repr, part)) if isinstance(part, list) else part for part in reply]
    if words[0].upper() in UNORDERED and isinstance(reply, list):
        return sorted(repr(item) for part in reply for item in (part if isinstance(part, list) else [part]))
    return reply


def same(words, theirs, ours):
    if words[0].upper() in ("TTL", "EXPIRETIME") and isinstance(theirs, int) and isinstance(ours, int):
        # The server's clock goes on between the commands.
        return abs(theirs - ours) <= 1
    return compared(words, theirs) == compared(words, ours)


# So many commands run on one set of keys; after the first reply that differs the rest says nothing.
ROUND = 60


def commands(real, count, seed):
    made, sim, different, rounds = Commands(random.Random(seed)), Sim("elasticache"), {}, []
    for _ in range(count // ROUND):
        lines = [["DISCARD"], ["UNWATCH"], ["FLUSHALL"]] + [made.next() for _ in range(ROUND)]
        since = round(time.time() - WORLD_START, 3)
        rounds.append((lines, real.calls(lines), since))
    ours = iter(sim.calls([(since, words) for lines, _, since in rounds for words in lines]))
    for lines, theirs, _ in rounds:
        replies = [(words, reply, next(ours)) for words, reply in zip(lines, theirs)]
        first = next((case for case in replies if not same(*case)), None)
        if first:
            different.setdefault(first[0][0].upper(), []).append(first)
    total = sum(map(len, different.values()))
    print(f"commands: {count} in {len(rounds)} rounds, {total} rounds differ")
    for name, cases in sorted(different.items()):
        words, theirs, ours = cases[0]
        print(f"  {name} ({len(cases)}): {words}\n    server {str(theirs)[:200]!r}\n    model  {str(ours)[:200]!r}")
    return total


def slots(real, count, seed):
    r, sim = random.Random(seed), Sim("elasticache")
    wrong = 0
    for _ in range(count):
        key = "".join(r.choice("abc{}:0한") for _ in range(r.randint(0, 12)))
        if real.call("CLUSTER", "KEYSLOT", key) != sim.call("CLUSTER KEYSLOT", key):
            wrong += 1
            print("  slot of", repr(key), "differs")
    print(f"slots: {count - wrong} of {count} agree")
    return wrong


def zipf(r, keys):
    weights = [1 / (rank + 1) for rank in range(keys)]
    return lambda: r.choices(range(keys), weights)[0]


def traces(seed, length=30_000, keys=2_000):
    """The same traces for both: which key each request asks for."""
    r = random.Random(seed)
    draw = zipf(r, keys)
    yield "zipf", [draw() for _ in range(length)]
    yield "scan", [n % keys for n in range(length)]
    mixed = []
    while len(mixed) < length:
        mixed += [draw() for _ in range(400)] + [keys + (len(mixed) + n) % keys for n in range(100)]
    yield "mixed", mixed[:length]


VALUE = "v" * 200
BUDGET = 400_000
# How long a trace takes: a server's LRU clock ticks once a second.
SECONDS = 20


def hit_ratio_real(policy, trace, port):
    """Cache-aside against a fresh server: the hit ratio, and how many keys it holds at the end."""
    with Server("redis-server", "--port", str(port), "--save", "", "--appendonly", "no"):
        client = Redis(port)
        used = lambda: int(dict(line.split(":", 1) for line in client.call("INFO", "memory").splitlines()
                                if ":" in line)["used_memory"])
        client.call("CONFIG", "SET", "maxmemory-policy", policy)
        client.call("CONFIG", "SET", "maxmemory", str(used() + BUDGET))
        # Counters of use decay with the minute, which the model's traces do not cross.
        if time.time() % 60 > 58 - SECONDS:
            time.sleep(60 - time.time() % 60)
        hits, begin = 0, time.time()
        for number, key in enumerate(trace):
            # The trace takes as long here as in the model.
            ahead = begin + number * SECONDS / len(trace) - time.time()
            if ahead > 0.01:
                time.sleep(ahead)
            if client.call("GET", f"key:{key:05}") is not None:
                hits += 1
            else:
                client.call("SET", f"key:{key:05}", VALUE, "EX", "100000")
        return hits / len(trace), client.call("DBSIZE")


def hit_ratio_model(policy, trace, keys):
    """The same in the model, with room for as many keys: maxmemory counts keys and values there, while a
    server's counts its tables and buffers too."""
    sim = Sim("elasticache")
    sim.call("SET", "key:00000", VALUE, "EX", "100000")
    each = sim.call("MEMORY USAGE", "key:00000")
    sim.call("FLUSHALL")
    sim.call("CONFIG SET", "maxmemory-policy", policy)
    sim.call("CONFIG SET", "maxmemory", str(each * keys))
    hits = 0
    for number, key in enumerate(trace):
        t = round(number * SECONDS / len(trace), 3)
        if sim.call("GET", f"key:{key:05}", t=t) is not None:
            hits += 1
        else:
            sim.call("SET", f"key:{key:05}", VALUE, "EX", "100000", t=t)
    return hits / len(trace)


def eviction():
    """Each policy on each trace; the servers run side by side, since they mostly wait."""
    policies = ["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-lru", "volatile-ttl"]
    cases = [(name, policy, trace) for name, trace in traces(5) for policy in policies]
    with concurrent.futures.ThreadPoolExecutor(5) as pool:
        reals = list(pool.map(lambda case: hit_ratio_real(*case[1][1:], PORT + 10 + case[0]), enumerate(cases)))
    wrong = 0
    for (name, policy, trace), (real, keys) in zip(cases, reals):
        model = hit_ratio_model(policy, trace, keys)
        verdict = "ok" if abs(real - model) <= 0.02 else "DIFFERS"
        wrong += verdict != "ok"
        print(f"  {name:6} {policy:15} {keys:5} keys  server {real:6.2%}  model {model:6.2%}  {verdict}", flush=True)
    return wrong


def memcached():
    with Server("memcached", "-p", str(MEMCACHED_PORT), "-u", "nobody", "-l", "127.0.0.1"):
        deadline = time.time() + 10
        while True:
            try:
                connection = socket.create_connection(("127.0.0.1", MEMCACHED_PORT), timeout=10)
                break
            except OSError:
                if time.time() > deadline:
                    raise
                time.sleep(0.05)
        file, sim, r, wrong = connection.makefile("rb"), Sim("memcached"), random.Random(3), 0

        def ask(words):
            name, *args = words
            if name in ("set", "add", "replace", "append", "prepend"):
                key, flags, exptime, value = args
                connection.sendall(f"{name} {key} {flags} {exptime} {len(value.encode())}\r\n{value}\r\n".encode())
            else:
                connection.sendall((" ".join(words) + "\r\n").encode())
            line = file.readline().rstrip().decode()
            if name == "get":
                if line == "END":
                    return None
                if not line.startswith("VALUE "):
                    return ("error", line)
                value = file.readline().rstrip(b"\r\n").decode()
                file.readline()
                return value
            if line.split(" ")[0] in ("ERROR", "CLIENT_ERROR", "SERVER_ERROR"):
                return ("error", line)
            return int(line) if line.isdigit() else line

        total = 3000
        for _ in range(total):
            key, value = r.choice("abcd"), r.choice(["1", "10", "x", "hello"])
            exptime = r.choice(["0", "0", "100", "-1", "2678400"])
            words = r.choice([
                ["set", key, "0", exptime, value], ["add", key, "0", "0", value],
                ["replace", key, "0", "0", value], ["append", key, "0", "0", value],
                ["prepend", key, "0", "0", value], ["get", key], ["delete", key],
                ["incr", key, r.choice(["1", "x"])], ["decr", key, "3"], ["touch", key, "100"],
                ["get", "k" * r.choice([250, 251])],
            ])
            theirs, ours = ask(words), sim.call(*words)
            if theirs != ours:
                wrong += 1
                if wrong <= 10:
                    print(f"  {words}: server {theirs!r}, model {ours!r}")
    print(f"memcached: {total - wrong} of {total} replies agree")
    return wrong


def main():
    need("redis-server", "redis-server")
    need("memcached", "memcached")
    with Server("redis-server", "--port", str(PORT), "--save", "", "--appendonly", "no"):
        wrong = commands(Redis(PORT), 300_000, 1)
    with tempfile.TemporaryDirectory() as folder:
        with Server("redis-server", "--port", str(PORT + 2), "--cluster-enabled", "yes", "--save", "",
                    "--dir", folder):
            wrong += slots(Redis(PORT + 2), 2_000, 2)
    wrong += memcached()
    print("hit ratios:")
    wrong += eviction()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
