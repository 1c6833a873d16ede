#!/usr/bin/env python3
"""Drives a real redis-server and memcached and `awslearn sim` with the same commands.

Usage: tests/conformance/caches.py [path of awslearn]     (default: target/debug/awslearn)
Needs Debian's redis-server and memcached (installs them when it may). Not part of `cargo test`.

Three parts: random commands whose replies must be the same; hash slots of random keys; and the hit ratio of
each eviction policy on the same traces, which must lie within two percentage points.
"""

import json
import pathlib
import random
import shutil
import socket
import subprocess
import sys
import tempfile
import time

ROOT = pathlib.Path(__file__).resolve().parents[2]
AWSLEARN = sys.argv[1] if len(sys.argv) > 1 else str(ROOT / "target" / "debug" / "awslearn")
PORT, MEMCACHED_PORT = 17379, 17211


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


class Sim:
    """A conversation with `awslearn sim`."""

    def __init__(self, service):
        self.process = subprocess.Popen([AWSLEARN, "sim", service], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)

    def call(self, *words, t=0):
        line = json.dumps({"t": t, "op": words[0], "params": {"args": list(words[1:])}})
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            return ("error", answer["error"]["message"])
        return answer["response"]

    def calls(self, lines):
        """Many calls at once: the time of each and its words."""
        text = "".join(json.dumps({"t": t, "op": w[0], "params": {"args": list(w[1:])}}) + "\n"
                       for t, w in lines)
        out = subprocess.run(self.process.args, input=text, capture_output=True, text=True).stdout
        return [json.loads(line).get("response") for line in out.splitlines()]


KEYS = ["a", "b", "c", "list", "hash", "set", "z", "n"]
VALUES = ["1", "-7", "x", "hello world", "", "3.5", "9223372036854775807", "한글"]


def random_command(r):
    key, other, value = r.choice(KEYS), r.choice(KEYS), r.choice(VALUES)
    number = r.choice(["0", "1", "-1", "2", "-2", "5", "100", "x", "1.5"])
    return r.choice([
        ["SET", key, value], ["SET", key, value, r.choice(["NX", "XX", "KEEPTTL", "GET", "EX", "BAD"])],
        ["SET", key, value, r.choice(["EX", "PX"]), r.choice(["1000", "0", "-5", "x"])],
        ["GET", key], ["GETDEL", key], ["GETSET", key, value], ["GETEX", key], ["GETEX", key, "PERSIST"],
        ["DEL", key, other], ["EXISTS", key, other, key], ["TYPE", key], ["STRLEN", key],
        ["APPEND", key, value], ["INCR", key], ["DECR", key], ["INCRBY", key, number],
        ["DECRBY", key, number], ["INCRBYFLOAT", key, number],
        ["GETRANGE", key, number, number], ["SETRANGE", key, r.choice(["0", "3", "-1", "x"]), value],
        ["MSET", key, value, other, value], ["MSETNX", key, value, other, value], ["MGET", key, other],
        ["MSET", key], ["SETNX", key, value], ["SETEX", key, r.choice(["100", "0", "x"]), value],
        ["EXPIRE", key, r.choice(["100", "-1", "x"]), *r.choice([[], ["NX"], ["XX"], ["GT"], ["LT"], ["NX", "GT"], ["?"]])],
        ["TTL", key], ["PERSIST", key], ["RENAME", key, other], ["RENAMENX", key, other],
        ["LPUSH", key, value, "t"], ["RPUSH", key, value], ["LPOP", key], ["RPOP", key, number],
        ["LLEN", key], ["LRANGE", key, number, number], ["LINDEX", key, number],
        ["LREM", key, number, value], ["LTRIM", key, number, number],
        ["HSET", key, "f", value, "g", value], ["HSET", key, "f"], ["HGET", key, "f"], ["HMGET", key, "f", "no"],
        ["HGETALL", key], ["HDEL", key, "f", "no"], ["HEXISTS", key, "f"], ["HLEN", key], ["HKEYS", key],
        ["HVALS", key], ["HINCRBY", key, "f", number], ["HSETNX", key, "h", value],
        ["SADD", key, "1", "2"], ["SREM", key, "1"], ["SISMEMBER", key, "1"], ["SCARD", key], ["SMEMBERS", key],
        ["ZADD", key, number, "m", "2", "n"], ["ZADD", key, *r.choice([["NX"], ["XX"], ["GT"], ["CH"], ["NX", "XX"]]), "3", "m"],
        ["ZADD", key, "INCR", number, "m"], ["ZSCORE", key, "m"], ["ZINCRBY", key, number, "m"],
        ["ZREM", key, "m"], ["ZCARD", key], ["ZRANK", key, "n"], ["ZREVRANK", key, "n"],
        ["ZRANGE", key, number, number], ["ZRANGE", key, "0", "-1", "WITHSCORES"],
        ["ZRANGE", key, "0", "-1", "REV"], ["ZRANGEBYSCORE", key, "-inf", "(3"], ["ZCOUNT", key, "1", "+inf"],
        ["ZREVRANGE", key, "0", "1"], ["DBSIZE"], ["PING"], ["ECHO", value], ["GET"], ["FLUSHALL"] if r.random() < 0.05 else ["PING", value],
    ])


def bare(reply):
    """A reply as both sides write it: an error without its prefix."""
    if isinstance(reply, tuple):
        text = reply[1]
        return ("error", text[4:] if text.startswith("ERR ") else text)
    return reply


def commands(real, count, seed):
    r, sim, different = random.Random(seed), Sim("elasticache"), {}
    real.call("FLUSHALL")
    for _ in range(count):
        words = random_command(r)
        theirs, ours = bare(real.call(*words)), bare(sim.call(*words))
        if words[0] == "SMEMBERS" and isinstance(theirs, list) and isinstance(ours, list):
            theirs, ours = sorted(theirs), sorted(ours)
        if theirs != ours:
            different.setdefault(words[0], []).append((words, theirs, ours))
            # From here on the two would hold different keys.
            real.call("FLUSHALL")
            sim.call("FLUSHALL")
    total = sum(map(len, different.values()))
    print(f"commands: {count - total} of {count} replies agree")
    for name, cases in sorted(different.items()):
        words, theirs, ours = cases[0]
        print(f"  {name} ({len(cases)}): {words}\n    server {theirs!r}\n    model  {ours!r}")
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
BUDGET = 200_000


def hit_ratio_real(policy, trace):
    """Cache-aside against a fresh server, spread over enough seconds for its LRU clock to tell uses apart."""
    with Server("redis-server", "--port", str(PORT + 1), "--save", "", "--appendonly", "no"):
        client = Redis(PORT + 1)
        used = lambda: int(dict(line.split(":", 1) for line in client.call("INFO", "memory").splitlines()
                                if ":" in line)["used_memory"])
        client.call("CONFIG", "SET", "maxmemory-policy", policy)
        client.call("CONFIG", "SET", "maxmemory", str(used() + BUDGET))
        hits, begin = 0, time.time()
        for number, key in enumerate(trace):
            # A server's clock ticks once a second; the trace takes as long here as in the model.
            ahead = begin + number * SECONDS / len(trace) - time.time()
            if ahead > 0.01:
                time.sleep(ahead)
            if client.call("GET", f"key:{key}") is not None:
                hits += 1
            else:
                client.call("SET", f"key:{key}", VALUE, "EX", "100000")
    return hits / len(trace)


SECONDS = 20


def hit_ratio_model(policy, trace):
    sim = Sim("elasticache")
    sim.call("CONFIG SET", "maxmemory-policy", policy)
    sim.call("CONFIG SET", "maxmemory", str(BUDGET))
    hits = 0
    for number, key in enumerate(trace):
        t = round(number * SECONDS / len(trace), 3)
        if sim.call("GET", f"key:{key}", t=t) is not None:
            hits += 1
        else:
            sim.call("SET", f"key:{key}", VALUE, "EX", "100000", t=t)
    return hits / len(trace)


def eviction():
    wrong = 0
    for name, trace in traces(5):
        for policy in ["allkeys-lru", "allkeys-lfu", "allkeys-random", "volatile-ttl"]:
            real, model = hit_ratio_real(policy, trace), hit_ratio_model(policy, trace)
            verdict = "ok" if abs(real - model) <= 0.02 else "DIFFERS"
            wrong += verdict != "ok"
            print(f"  {name:6} {policy:15} server {real:6.2%}  model {model:6.2%}  {verdict}")
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
        wrong = commands(Redis(PORT), 20_000, 1)
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
