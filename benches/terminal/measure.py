#!/usr/bin/env python3
"""Measures the workbook beside a bare ratatui program, both in a pseudo-terminal, in one run.

    cargo build --release --example floor --bin awslearn
    python3 benches/terminal/measure.py [ROUNDS]

Needs Python 3.9 on Linux and nothing else. The two take turns, so that a slow spell of the machine hits
both. First frame: from exec to the last byte of the first burst of output. Key to frame: from
a key to the last byte that it caused. Memory: the peak resident set. Idle: bytes and voluntary context
switches in two seconds. Medians (and the 99th percentile of keys) are printed as a Markdown table.
"""
import fcntl, os, pty, select, shutil, signal, statistics, struct, sys, tempfile, termios, time

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
RELEASE = os.path.join(os.environ.get("CARGO_TARGET_DIR", os.path.join(ROOT, "target")), "release")
QUIET = 0.03


def start(argv, home):
    """The program in a terminal of 120 x 40: its process, the terminal, the instant before exec."""
    master, slave = pty.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, 120, 0, 0))
    began = time.perf_counter()
    child = os.fork()
    if child == 0:
        os.login_tty(slave) if hasattr(os, "login_tty") else take_terminal(slave)
        os.close(master)
        env = {"TERM": "xterm-256color", "LANG": "C.UTF-8", "HOME": home, "PATH": "/usr/bin:/bin"}
        os.execve(argv[0], argv, env)
    os.close(slave)
    return child, master, began


def take_terminal(slave):
    os.setsid()
    fcntl.ioctl(slave, termios.TIOCSCTTY, 0)
    for fd in range(3):
        os.dup2(slave, fd)


def burst(master, patience=10.0):
    """All output until it is quiet: how many bytes, and when the last of them came."""
    count, last, wait = 0, None, patience
    while select.select([master], [], [], wait)[0]:
        data = os.read(master, 1 << 16)
        if not data:
            break
        count, last, wait = count + len(data), time.perf_counter(), QUIET
    return count, last


def status(child, name):
    with open(f"/proc/{child}/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith(name))


def run(argv, home):
    child, master, began = start(argv, home)
    got = {"first frame, ms": [], "key to frame, ms": [], "bytes per key": []}
    count, last = burst(master)
    if last is None:
        sys.exit(f"{argv[0]} shows nothing")
    got["first frame, ms"].append((last - began) * 1000)
    burst(master, 0.2)
    for key in b"j" * 60 + b"k" * 40:
        pressed = time.perf_counter()
        os.write(master, bytes([key]))
        count, last = burst(master, 1.0)
        if last is not None:
            got["key to frame, ms"].append((last - pressed) * 1000)
            got["bytes per key"].append(count)
    got["peak memory, MB"] = [status(child, "VmHWM") / 1024]
    before = status(child, "voluntary_ctxt_switches")
    idle, _ = burst(master, 2.0)
    got["wake-ups in 2 s idle"] = [status(child, "voluntary_ctxt_switches") - before]
    got["bytes in 2 s idle"] = [idle]
    os.write(master, b"q")
    deadline = time.time() + 5
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        if select.select([master], [], [], 0.01)[0]:
            try:
                os.read(master, 1 << 16)
            except OSError:
                pass
        if time.time() > deadline:
            os.kill(child, signal.SIGKILL)
            deadline += 5
    os.close(master)
    return got


def compare(title, programs, rounds):
    all_got = {name: {} for name in programs}
    for turn in range(rounds):
        names = list(programs)
        for name in names if turn % 2 == 0 else reversed(names):
            home = tempfile.mkdtemp(prefix="awslearn-bench-")
            try:
                for what, values in run(programs[name], home).items():
                    all_got[name].setdefault(what, []).extend(values)
            finally:
                shutil.rmtree(home)
    floor, ours = (all_got[name] for name in programs)
    print(f"\n| {title} | {' | '.join(programs)} | ratio |\n|---|---:|---:|---:|")
    for what in floor:
        row(what, statistics.median(floor[what]), statistics.median(ours[what]))
        if what == "key to frame, ms":
            tail = lambda values: sorted(values)[int(len(values) * 0.99)]
            row(what.replace(",", " (99 %),"), tail(floor[what]), tail(ours[what]))


def row(what, floor, ours):
    ratio = f"{ours / floor:.2f}" if floor else "–"
    print(f"| {what} | {floor:.2f} | {ours:.2f} | {ratio} |")


def main():
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 7
    floor, app = os.path.join(RELEASE, "examples", "floor"), os.path.join(RELEASE, "awslearn")
    lesson = os.path.join(ROOT, "lessons", "en", "messaging", "sqs-standard.md")
    open_lesson = [app, "--lang", "en", "open", "sqs-standard"]
    compare("one lesson", {"bare ratatui": [floor, lesson], "awslearn": open_lesson}, rounds)
    with tempfile.TemporaryDirectory(prefix="awslearn-bench-") as book:
        text = open(lesson, encoding="utf-8").read()
        text = text.replace("```model", "```toml").replace("{{#quiz", "{{ #quiz")
        long = os.path.join(book, "long.md")
        with open(long, "w", encoding="utf-8") as out:
            out.write(text * (10_000_000 // len(text.encode()) + 1))
        with open(os.path.join(book, "SUMMARY.md"), "w") as out:
            out.write("# Bench\n\n- [Long](long.md)\n")
        open_long = [app, "--lang", "en", "--course", book, "open", "long"]
        compare("10 MB", {"bare ratatui": [floor, long], "awslearn": open_long}, rounds)


if __name__ == "__main__":
    main()
