#!/usr/bin/env python3
"""Measures what a live model costs while it plays at 1x, and while it is paused.

    cargo build --release --bin awslearn
    python3 benches/terminal/playing.py [SECONDS]

Needs Python 3.9 on Linux and nothing else. Each model that `awslearn model` lists is opened alone in a terminal
of 120 x 40 with its first preset: paused for so many seconds, then playing for as many. CPU is what the kernel
counts for the process, as a share of one core; wake-ups are voluntary context switches of its main thread.
"""
import os, shutil, signal, subprocess, sys, tempfile, time

from measure import RELEASE, burst, start, status

TICKS = os.sysconf("SC_CLK_TCK")


def cpu(child):
    with open(f"/proc/{child}/stat") as stat:
        fields = stat.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def stretch(child, master, seconds):
    """CPU in percent of a core, wake-ups a second and bytes a second over a stretch of time."""
    began, spent, woken = time.perf_counter(), cpu(child), status(child, "voluntary_ctxt_switches")
    count = 0
    while (left := began + seconds - time.perf_counter()) > 0:
        count += burst(master, left)[0]
    took = time.perf_counter() - began
    woken = status(child, "voluntary_ctxt_switches") - woken
    return (cpu(child) - spent) / took * 100, woken / took, count / took


def measure(app, model, seconds):
    home = tempfile.mkdtemp(prefix="awslearn-bench-")
    child, master, _ = start([app, "--lang", "en", "model", model], home)
    try:
        burst(master)
        burst(master, 0.5)
        paused = stretch(child, master, seconds)
        os.write(master, b" ")
        playing = stretch(child, master, seconds)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(master)
        shutil.rmtree(home)
    figures = " | ".join(f"{figure:.1f}" for figure in (*paused, *playing))
    print(f"| {model} | {figures} |", flush=True)


def main():
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 10.0
    app = os.path.join(RELEASE, "awslearn")
    listed = subprocess.run([app, "model"], capture_output=True, text=True, check=True).stdout
    models = [line.split()[0] for line in listed.splitlines() if line[:1].strip()]
    print("| | paused: CPU, % | wake-ups/s | bytes/s | playing at 1x: CPU, % | wake-ups/s | bytes/s |")
    print("|---|---:|---:|---:|---:|---:|---:|")
    for model in models:
        measure(app, model, seconds)


if __name__ == "__main__":
    main()
