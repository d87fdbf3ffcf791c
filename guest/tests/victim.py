#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""A process that is placed: does what a line says, and answers with a number. It
ends with its input.

    thread [CPUS]   another thread, on its own choice of CPUs: its id
    child           a child, which waits: its id
    pin TID CPUS    other CPUs for a thread of anybody's: 0
    name NAME       its name, from now on: 0
"""
import os
import sys
import threading


def cpus_of(text):
    return {int(cpu) for cpu in text.split(",")}


def wait_in_thread(cpus, started, forever):
    if cpus:
        os.sched_setaffinity(0, cpus_of(cpus))
    started.set()
    forever.wait()


def start_thread(cpus, forever):
    started = threading.Event()
    thread = threading.Thread(target=wait_in_thread, args=(cpus, started, forever),
                              daemon=True)
    thread.start()
    started.wait()
    return thread.native_id


def start_child(children):
    reader, writer = os.pipe()
    pid = os.fork()
    if not pid:
        for end in [writer, *children]:
            os.close(end)
        os.read(reader, 1)
        os._exit(0)
    os.close(reader)
    children.append(writer)     # closed when this process ends: so does the child
    return pid


def answer(words, forever, children):
    if words[0] == "thread":
        return start_thread(words[1] if len(words) > 1 else "", forever)
    if words[0] == "child":
        return start_child(children)
    if words[0] == "pin":
        os.sched_setaffinity(int(words[1]), cpus_of(words[2]))
    if words[0] == "name":
        with open("/proc/self/comm", "w") as comm:
            comm.write(words[1])
    return 0


def main():
    forever, children = threading.Event(), []
    for line in sys.stdin:
        print(answer(line.split(), forever, children), flush=True)


if __name__ == "__main__":
    main()
