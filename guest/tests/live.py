#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""vamp-guest with real threads, a host made of a socket, and real sound servers.

Usage: live.py BUILD_DIR. Needs root and two CPUs. All checks run twice: on a build
with sanitizers, which gets page-table roots from a file; and on the agent itself,
which gets them from the running kernel by BPF, and is SKIPPED where that is not
allowed. A directory stands for the guest, whose /proc has links to the processes
of this test alone: no other process of the machine is touched. One line for each
property; exit code 1 if any fails.
"""
import contextlib
import json
import os
import pty
import pwd
import re
import select
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import termios
import threading
import time
import tty
import wave

VICTIM = os.path.join(os.path.dirname(os.path.abspath(__file__)), "victim.py")
STATE, LIST = "run/vamp-guest/state", "run/vamp-guest/slow_tasks"
PHASE = 7
OWN_NICE = os.getpriority(os.PRIO_PROCESS, 0)
# The capabilities that the service unit leaves it.
SERVICE = ("setpriv", "--bounding-set",
           "-all,+bpf,+perfmon,+sys_nice,+dac_override")
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


def cpus_of(tid):
    try:
        return os.sched_getaffinity(tid)
    except ProcessLookupError:
        return None


def nice_of(tid):
    return os.getpriority(os.PRIO_PROCESS, tid)


class Checks:
    def __init__(self, variant):
        self.variant = variant
        self.failed = 0

    def __call__(self, name, good):
        self.failed += not good
        print(f"{'ok' if good else 'FAILED':7}{name} ({self.variant})", flush=True)


class Tree:
    """The directory that stands for the guest."""

    def __init__(self, work, cpus=2):
        self.path = tempfile.mkdtemp(prefix="tree-", dir=work)
        os.chmod(self.path, 0o755)
        self.cpus(cpus)
        self.write("proc/sys/kernel/random/boot_id", "0a1b\n")
        self.write("proc/stat", "cpu0 0 0 0 0 0 0 0\n")
        os.symlink("/proc/self", self("proc/self"))
        os.makedirs(self("run/user"))
        self.ids = {}

    def __call__(self, path):
        return os.path.join(self.path, path)

    def write(self, path, text):
        os.makedirs(os.path.dirname(self(path)), exist_ok=True)
        with open(self(path), "w") as file:
            file.write(text)

    def read(self, path):
        try:
            with open(self(path)) as file:
                return file.read()
        except FileNotFoundError:
            return None

    def cpus(self, count):
        """APIC ids with gaps, so that they are told from CPUs."""
        self.write("sys/devices/system/cpu/online", f"0-{count - 1}\n")
        self.write("proc/cpuinfo", "".join(
            f"processor\t: {i}\ninitial apicid\t: {4 * i}\nflags\t\t: fpu\n\n"
            for i in range(count)))

    def show(self, pid, name):
        """The guest has that process from now on."""
        os.symlink(f"/proc/{pid}", self(f"proc/{pid}"))
        self.name(pid, name)

    def name(self, pid, name):
        self.ids[pid] = 0x1000 + pid, name
        self.write("roots", "".join(f"{i} {p} {n}\n"
                                    for p, (i, n) in sorted(self.ids.items(),
                                                            key=lambda x: x[1])))


class Victim:
    """A process that does as it is told (victim.py), and its children."""

    def __init__(self, tree, cpus=None):
        self.tree = tree
        self.process = subprocess.Popen(
            [sys.executable, VICTIM], stdin=subprocess.PIPE,
            stdout=subprocess.PIPE, text=True,
            preexec_fn=lambda: os.sched_setaffinity(0, cpus or {0, 1}))
        self.pid = self.process.pid
        tree.show(self.pid, "victim")
        self.tids = [self.pid]
        self.do("ready")

    def do(self, *words):
        self.process.stdin.write(" ".join(str(word) for word in words) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())

    def thread(self, cpus=""):
        self.tids.append(self.do("thread", cpus))
        return self.tids[-1]

    def child(self):
        pid = self.do("child")
        self.tree.show(pid, "child")
        self.tids.append(pid)
        return pid

    def cpus(self):
        return [cpus_of(tid) for tid in self.tids]

    def nice(self):
        return {nice_of(tid) for tid in self.tids if cpus_of(tid)}

    def end(self):
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


class Host:
    """The host's end: what it hears, message by message."""

    def __init__(self, path):
        self.path = path
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(path)
        self.listener.listen()
        self.end = None
        self.begin_life()

    def begin_life(self):
        self.heard, self.rest = [], b""
        self.lock, self.mute = threading.Lock(), threading.Event()

    def live(self):
        """A host says something all the time."""
        threading.Thread(target=self.ping_on, args=(self.mute,), daemon=True).start()

    def ping_on(self, mute):
        while not mute.wait(0.5):
            with contextlib.suppress(OSError):
                self.say("ping", number=0)

    def accept(self):
        self.listener.settimeout(60)
        self.end, _ = self.listener.accept()
        self.begin_life()
        self.live()

    def close(self):
        self.mute.set()
        with self.lock:
            self.end.close()

    def send_raw(self, data):
        self.end.sendall(data)

    def receive(self):
        return self.end.recv(65536)

    def fileno(self):
        return self.end.fileno()

    def say(self, kind, **fields):
        with self.lock:
            self.send_raw(json.dumps({"v": 1, "type": kind, **fields}).encode()
                          + b"\n")

    def begin(self, *tasks, number=PHASE, ms=30000, **more):
        self.say("phase", number=number, state="begin", ms=ms, **more)
        self.say("background", number=number,
                 tasks=[{"id": i, "load": load} for i, load in tasks])

    def finish(self, number=PHASE):
        self.say("phase", number=number, state="end")

    def listen(self):
        while select.select([self], [], [], 0)[0]:
            data = self.receive()
            if not data:
                break
            *lines, self.rest = (self.rest + data).split(b"\n")
            self.heard += [json.loads(line) for line in lines if line]

    def all(self, kind):
        self.listen()
        return [m for m in self.heard if m["type"] == kind]

    def last(self, kind):
        return (self.all(kind) or [{}])[-1]

    def hears(self, kind, seconds=60, **fields):
        fields["type"] = kind
        return wait_for(lambda: fields.items() <= self.last(kind).items(), seconds)

    def answers(self, number):
        """To a ping: what came before it has been dealt with."""
        self.say("ping", number=number)
        return wait_for(lambda: {"v": 1, "type": "pong", "number": number}
                        in self.all("pong"))

    def id_of(self, pid):
        for m in reversed(self.all("names")):
            for task in m.get("tasks", []):
                if task["pid"] == pid:
                    return task["id"]
        return None

    def knows(self, pid):
        return wait_for(lambda: self.id_of(pid) is not None)


class PtyHost(Host):
    """The same on a character device, as a virtio port is one."""

    def __init__(self):
        self.master, slave = pty.openpty()
        tty.setraw(slave, termios.TCSANOW)
        self.path = os.ttyname(slave)
        self.slave = slave
        self.begin_life()
        self.live()

    def send_raw(self, data):
        os.write(self.master, data)

    def receive(self):
        return os.read(self.master, 65536)

    def fileno(self):
        return self.master

    def close(self):
        self.mute.set()
        with self.lock:
            os.close(self.slave)
            os.close(self.master)


class Agent:
    """vamp-guest run."""

    def __init__(self, program, tree, host, *options):
        self.program, self.tree = program, tree
        self.log = tree(f"log-{time.monotonic_ns()}")
        with open(self.log, "wb") as log:
            self.process = subprocess.Popen(
                [*SERVICE, program, "--root", tree.path, "run", "--port", host,
                 "-v", *options],
                env={**os.environ, "VAMP_TEST_ROOTS": tree("roots")}, stderr=log)

    def text(self):
        with open(self.log) as log:
            return log.read()

    def says(self, text):
        return wait_for(lambda: text in self.text())

    def keeper(self):
        path = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        with open(path) as children:
            return [int(pid) for pid in children.read().split()]

    def kill(self):
        self.process.kill()
        self.process.wait()

    def end(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        return self.process.wait(60)


class Bench:
    """A guest with a background process, another one, an agent and its host."""

    def __init__(self, check, program, work):
        self.check, self.program, self.work = check, program, work

    @contextlib.contextmanager
    def run(self, *options, cpus=2, host=None, prepare=None):
        self.tree = Tree(self.work, cpus)
        self.host = host or Host(self.tree("host"))
        self.batch = Victim(self.tree)
        self.batch.thread()
        self.batch.thread("0")
        self.batch.thread("1")
        self.other = Victim(self.tree)
        self.other.thread("1")
        if prepare:
            prepare(self.tree)
        self.before = self.cpus()
        self.agent = Agent(self.program, self.tree, self.host.path, "-p", "100",
                           *options)
        failed = self.check.failed
        try:
            if not host:
                self.host.accept()
            yield self
        finally:
            if self.check.failed > failed:
                print(self.agent.text())
            if self.agent.process.poll() is None:
                self.check("SIGTERM ends it with 0, and all is put back",
                           self.agent.end() == 0 and self.is_back())
            self.batch.end()
            self.other.end()

    def command(self, *words, program=()):
        return subprocess.run(
            [*program, self.program, "--root", self.tree.path, *words],
            env={**os.environ, "VAMP_TEST_ROOTS": self.tree("roots")},
            capture_output=True, text=True)

    def id(self, victim=None):
        victim = victim or self.batch
        assert self.host.knows(victim.pid), self.agent.text()
        return self.host.id_of(victim.pid)

    def cpus(self):
        return self.batch.cpus() + self.other.cpus()

    def place(self, load=100, **more):
        self.host.begin((self.id(), load), **more)
        return self.host.hears("placement", slow="4", fast="0")

    def is_placed(self):
        return (all(c == {1} for c in self.batch.cpus()) and
                all(c == {0} for c in self.other.cpus()))

    def is_back(self):
        return wait_for(lambda: self.cpus() == self.before and
                        self.batch.nice() | self.other.nice() <= {OWN_NICE} and
                        self.tree.read(STATE) is None)

    def is_niced(self):
        """Background is niced, and nobody is moved."""
        return (self.cpus() == self.before and
                self.batch.nice() == {18} and self.other.nice() == {OWN_NICE})

    def is_niced_and_slow(self):
        """Background is, all else is as it was."""
        return (all(c == {1} for c in self.batch.cpus()) and
                self.other.cpus() == self.before[-len(self.other.tids):] and
                self.batch.nice() == {18} and self.other.nice() == {OWN_NICE})


def check_greeting(b):
    with b.run():
        ok = b.host.hears("hello", vcpus="0,4", pti=False)
        b.check("it says who it is, and its vCPUs by their APIC ids",
                ok and b.host.last("hello")["program"].startswith("vamp-guest"))
        b.check("it reports no sound and no placement",
                b.host.hears("audio", on=False)
                and b.host.hears("placement", slow="", fast=""))
        b.check("it tells address space, id and name of a process",
                b.host.knows(b.batch.pid))
        b.check("it answers a ping", b.host.answers(41))
        count = len(b.host.all("hello"))
        b.host.say("hello", program="vampd 1")
        b.check("it greets a host that greets",
                wait_for(lambda: len(b.host.all("hello")) > count))


def check_greedy(b):
    with b.run():
        b.host.hears("hello")
        for _ in range(20):
            b.host.say("hello", program="vampd 1")
        b.host.answers(5)
        b.check("a host that greets again and again gets few answers",
                len(b.host.all("hello")) < 10)
        count = len(b.host.all("hello"))
        b.check("and the last one in the end", wait_for(
            lambda: len(b.host.all("hello")) > count))


def check_placement(b):
    with b.run("-m", "static"):
        b.check("a placement is reported, by vCPUs", b.place(150))
        b.check("threads of the background process are on slow CPUs, others on "
                "fast ones", b.is_placed())
        b.check("list tells process and load",
                b.command("list").stdout == f"{b.batch.pid}\t150\n")
        b.check("list --names tells its name, too",
                b.command("list", "--names").stdout
                == f"{b.batch.pid}\t150\tpython3\n")
        for victim in b.batch, b.other:
            victim.thread()
            victim.child()
        b.check("threads and children born later are on their side", b.is_placed())
        b.batch.do("pin", b.other.pid, "1")
        b.host.begin((b.id(b.other), 100))
        b.check("another list, other sides", b.host.answers(1)
                and b.batch.cpus() == [{0}] * 6
                and b.other.cpus() == [{1}, {1}, {1}, {0}])
        b.host.finish()
        b.before = (b.before[:4] + [{0, 1}, {0, 1}]
                    + [{1}, {1}, {0, 1}, {0, 1}])
        b.check("at a phase's end all have what they had, those born since what "
                "their parents had, and who was changed by others what that gave",
                b.is_back())
        b.check("nothing is listed any more",
                b.command("list").stdout == ""
                and b.host.hears("placement", slow="", fast=""))
        b.host.begin((1, 100))
        b.check("an address space of no process places nothing",
                b.host.answers(2) and b.cpus() == b.before)
        b.host.finish()
        b.host.say("background", number=PHASE, tasks=[{"id": b.id(), "load": 1}])
        b.check("a list outside a phase places nothing",
                b.host.answers(3) and b.cpus() == b.before)
        b.place()


def check_loss(b):
    with b.run():
        b.place()
        b.host.close()
        b.check("a host that hangs up: all is put back", b.is_back())
        b.host.accept()
        b.check("and greeted when it is there again", b.host.hears("hello"))
        b.place()
        b.host.mute.set()
        b.check("a host that says nothing in a phase: all is put back",
                b.is_back() and b.agent.says("says nothing"))
    host, second = PtyHost(), PtyHost()
    link = b.tree("port-link")
    os.symlink(host.path, link)
    host.path = link
    with b.run(host=host):
        b.check("a character device will do", b.place() and b.is_placed())
        host.close()
        b.check("a device that hangs up: all is put back", b.is_back())
        os.unlink(link)
        os.symlink(second.path, link)
        b.check("another that takes its name is used instead",
                second.hears("hello"))
    second.close()


def check_kill(b):
    with b.run():
        b.place()
        b.agent.kill()
        b.check("kill -9: the keeper puts all back", b.is_back())
    with b.run():
        b.place()
        b.check("another agent is refused", b.command("run").returncode == 75)
        b.check("restore leaves a running agent alone",
                b.command("restore").returncode == 75 and b.is_placed())
        keeper = b.agent.keeper()[0]
        os.kill(keeper, signal.SIGKILL)
        b.check("a keeper that is killed is replaced", wait_for(
            lambda: b.agent.keeper() not in ([], [keeper])))
        os.kill(b.agent.process.pid, signal.SIGSTOP)
        os.kill(b.agent.keeper()[0], signal.SIGKILL)
        b.agent.kill()
        b.check("killed with its keeper: the file says what was",
                b.tree.read(STATE) and b.is_placed())
        b.check("doctor sees that",
                wait_for(lambda: "was killed" in b.command("doctor").stdout))
        b.batch.thread()
        b.before.insert(4, {0, 1})
        b.check("restore puts all back", b.command("restore").returncode == 0
                and b.is_back())
        b.check("list says that no agent runs",
                b.command("list").returncode == 69)
    with b.run():
        b.place()
        os.kill(b.agent.process.pid, signal.SIGSTOP)
        os.kill(b.agent.keeper()[0], signal.SIGKILL)
        b.agent.kill()
        b.agent = Agent(b.program, b.tree, b.host.path)
        b.check("the next agent puts all back when it starts",
                b.agent.says("ready") and b.is_back())


def check_hostile(b):
    with b.run():
        b.host.hears("hello")
        b.host.send_raw(b"\0\xff{]\n[[[[[[[[[[\n" + b"x" * 100000 + b"\n")
        b.check("what is not understood is answered once",
                b.host.hears("error") and len(b.host.all("error")) == 1)
        for i in range(1, 400):
            b.host.say("ping", number=i)
        b.check("a flood is slowed, and nothing of it lost",
                b.host.answers(1000) and {m["number"] for m in b.host.all("pong")}
                >= {*range(1, 400), 1000})
        b.agent.process.send_signal(signal.SIGUSR1)
        b.check("SIGUSR1 logs what was counted",
                b.agent.says("channel: lines") and "delayed 0," not in b.agent.text())
        b.check("and places as before", b.place() and b.is_placed())
        b.host.finish()
        b.check("and puts back", b.is_back())


def check_modes(b):
    with b.run("-m", "dynamic"):
        b.place()
        b.batch.end()
        b.check("dynamic: when no background process is left, all is put back",
                wait_for(lambda: b.other.cpus() == b.before[4:]))
        b.before = b.cpus()
    with b.run("-m", "load", "-f", "1", cpus=4):
        b.host.begin((b.id(), 101))
        b.check("load: as many slow ones as the load needs",
                b.host.hears("placement", slow="8,12", fast="0,4"))
    with b.run("-m", "dynamic-load", "-f", "1", cpus=4):
        b.host.begin((b.id(), 100))
        ok = b.host.hears("placement", fast="0")
        b.tree.write("proc/stat", "cpu0 1000 0 0 0 0 0 0\ncpu1 0 0 0 0 0 0 0\n")
        b.check("dynamic-load: fast ones grow when they are loaded",
                ok and b.host.hears("placement", slow="8,12", fast="0,4"))
        b.host.begin((b.id(), 100), number=PHASE + 1)
        b.check("until the next phase", b.host.hears("placement", fast="0"))
    with b.run("-f", "1", cpus=4):
        b.host.begin((b.id(), 100))
        ok = b.host.hears("placement", slow="4,8,12", fast="0")
        b.host.say("audio", on=True)
        b.check("two are fast while the host hears sound",
                ok and b.host.hears("placement", slow="8,12", fast="0,4"))


def check_spare(b):
    with b.run():
        b.host.begin((b.id(), 100), waited=24)
        b.check("while the host has CPUs to spare background is niced, and nobody is "
                "moved", wait_for(b.is_niced))
        b.batch.child()
        b.before = b.cpus()
        b.check("so is what it starts, and the host hears that all are fast",
                b.host.hears("placement", slow="", fast="0,4") and wait_for(b.is_niced))
        b.host.begin((b.id(), 100), waited=35)
        b.check("once it has none, others are on fast CPUs, and nobody is niced",
                b.host.hears("placement", slow="4", fast="0") and
                wait_for(lambda: b.is_placed() and b.batch.nice() == {OWN_NICE}))
        b.host.begin((b.id(), 100), waited=25)
        b.check("in between it stays so", b.host.answers(2) and b.is_placed())
        b.host.begin((b.id(), 100), waited=0)
        ok = wait_for(b.is_niced)
        b.batch.thread()
        b.before = b.before[:5] + [{0, 1}] + b.before[5:]
        b.agent.kill()
        b.check("when the agent is killed all have the nice that they had",
                ok and b.is_back())


def check_display(b):
    def draws(tree):
        b.other.do("name", "Xorg")
        tree.name(b.other.pid, "Xorg")

    with b.run(prepare=draws):
        b.host.begin((b.id(), 50), (b.id(b.other), 50))
        b.check("who draws the screen is not slow, whatever the host says",
                b.host.hears("placement", slow="4", fast="0") and wait_for(b.is_placed))


def check_apart(b):
    def autogroups(tree):
        tree.write("proc/sys/kernel/sched_autogroup_enabled", "1\n")

    with b.run(prepare=autogroups):
        b.host.begin((b.id(), 100), waited=0)
        b.check("where it would not yield outside its group, background is slow, too",
                wait_for(b.is_niced_and_slow))


def check_irqs(b):
    def prepare(tree):
        tree.write("proc/irq/24/smp_affinity_list", "0-1\n")

    with b.run("-i", "24", "-i", "nothing", prepare=prepare):
        b.check("a choice that means no interrupt is logged",
                b.agent.says("-i nothing: no such"))
        b.place()
        b.check("an interrupt is on fast CPUs",
                wait_for(lambda: b.tree.read("proc/irq/24/smp_affinity_list")
                         == "0"))
        b.agent.kill()
        b.check("and back where it was", b.is_back()
                and b.tree.read("proc/irq/24/smp_affinity_list") == "0-1")


def check_absent_port(b):
    def said():
        return b.command("doctor", "-q", "--port", "/nowhere").stdout
    port = "sys/class/virtio-ports/vport1p{}/name"
    b.check("doctor sees that the VM has no port at all",
            "nor any other" in said()
            and "-> give the VM a virtio-serial port with the name "
                "org.vamp.guest.0" in said())
    b.tree.write(port.format(1), "org.qemu.guest_agent.0\n")
    b.check("doctor sees that the VM has other ports",
            "no such port, but others" in said())
    b.tree.write(port.format(2), "org.vamp.guest.0\n")
    b.check("doctor sees that udev made no link to the port",
            "vport1p2 has the name" in said() and "start udev" in said())
    shutil.rmtree(b.tree("sys/class/virtio-ports"))


def check_usage(b):
    with b.run():
        def code(*words, program=()):
            return b.command(*words, program=program).returncode
        b.check("bad usage ends with 64", [
            code("run", *words) for words in
            (["-f", "0"], ["-f", "9"], ["-m", "fast"], ["-p", "1"], ["--what"],
             ["file"])] == [64] * 6
            and code() == 64 and code("dance") == 64 and code("keep", "x") == 64)
        b.check("help and version end with 0",
                code("--help") == code("run", "--help") == code("--version") == 0)
        doctor = b.command("doctor", "--port", b.host.path)
        b.check("doctor finds what is wrong, and says what to do",
                doctor.returncode in (0, 1) and "agent: runs" in doctor.stdout)
        doctor = b.command("doctor", "-q", "--port", "/nowhere")
        b.check("doctor ends with 1 if there are problems",
                doctor.returncode == 1 and "no such port" in doctor.stdout
                and "ok " not in doctor.stdout)
        check_absent_port(b)
    shutil.rmtree(b.tree("run/vamp-guest"))
    result = b.command("run", program=NOBODY)
    b.check("without permission it ends with 77, and says what to do",
            result.returncode == 77 and "as root" in result.stderr)


# ---- sound ----

def make_silence(path, seconds):
    with wave.open(path, "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(48000)
        file.writeframes(bytes(48000 * 4 * seconds))


class Desk:
    """A user's sound server, without a desktop."""

    def __init__(self, tree, uid):
        self.uid = uid
        self.home = tree(pwd.getpwuid(uid).pw_dir.lstrip("/"))
        self.runtime = tree(f"run/user/{uid}")
        for path in (self.home, self.runtime):
            os.makedirs(path, mode=0o700)
            os.chown(path, uid, uid)
        self.path = os.path.join(self.home, "silence.wav")
        make_silence(self.path, 60)
        os.chmod(self.path, 0o644)
        self.processes = []

    def environment(self):
        kept = {k: v for k, v in os.environ.items()
                if not k.startswith(("DBUS", "PULSE", "PIPEWIRE", "XDG", "DISPLAY"))}
        return {**kept, "XDG_RUNTIME_DIR": self.runtime, "HOME": self.home}

    def start(self, *command):
        self.processes.append(subprocess.Popen(
            ["setpriv", f"--reuid={self.uid}", f"--regid={self.uid}",
             "--clear-groups", *command],
            env=self.environment(), cwd=self.home, start_new_session=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL))
        return self.processes[-1]

    def do(self, *command):
        process = self.start(*command)
        return wait_for(lambda: process.poll() is not None) and process.returncode

    def end(self):
        for process in reversed(self.processes):
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGTERM)
            process.wait()


def check_playing(b, desk, name, play):
    """A server that runs already: what is heard of a client of it."""
    b.check(f"{name}: it is asked", b.agent.says(f"{name} is asked"))
    b.check(f"{name}: no sound at first", b.host.hears("audio", on=False))
    player = desk.start(*play, desk.path)
    b.check(f"{name}: sound is heard when a client plays",
            b.host.hears("audio", on=True))
    player.terminate()
    b.check(f"{name}: and when it ends", b.host.hears("audio", on=False))
    player = desk.start(*play, desk.path)
    b.host.hears("audio", on=True)
    server = desk.processes[0]
    os.killpg(server.pid, signal.SIGKILL)
    b.check(f"{name}: a server that is killed makes no sound",
            b.host.hears("audio", on=False))
    b.check(f"{name}: and the agent goes on", b.host.answers(77))


def check_pulse(b):
    if not shutil.which("pulseaudio") or not shutil.which("paplay"):
        print("SKIPPED PulseAudio: no pulseaudio, pulseaudio-utils")
        return
    desks = []

    def prepare(tree):
        desk = Desk(tree, 65534)
        desks.append(desk)
        desk.start("pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1",
                   "-L", "module-null-sink", "-L", "module-native-protocol-unix",
                   "-L", "module-suspend-on-idle timeout=1")
        wait_for(lambda: os.path.exists(os.path.join(desk.runtime, "pulse/native")))

    try:
        with b.run(prepare=prepare):
            check_playing(b, desks[0], "PulseAudio", ["paplay"])
    finally:
        desks[0].end()


def start_pipewire(tree):
    desk = Desk(tree, 65534)
    sink = ("{ factory.name=support.null-audio-sink node.name=sink "
            "media.class=Audio/Sink object.linger=true }")
    desk.start("pipewire")
    wait_for(lambda: os.path.exists(os.path.join(desk.runtime, "pipewire-0")))
    desk.start("dbus-run-session", "--", "wireplumber")
    wait_for(lambda: desk.do("pw-cli", "create-node", "adapter", sink) == 0)
    wait_for(lambda: desk.do("wpctl", "inspect", "@DEFAULT_AUDIO_SINK@") == 0)
    return desk


def check_pipewire(b):
    if not all(shutil.which(tool) for tool in
               ("pipewire", "wireplumber", "pw-cat", "dbus-run-session")):
        print("SKIPPED PipeWire: no pipewire, pipewire-bin, wireplumber")
        return
    desks = []
    try:
        with b.run(prepare=lambda tree: desks.append(start_pipewire(tree))):
            check_playing(b, desks[0], "PipeWire", ["pw-cat", "-p"])
    finally:
        desks[0].end()


def check_card(b):
    status = "proc/asound/card0/pcm0p/sub0/status"
    with b.run(prepare=lambda tree: tree.write(status, "closed\n")):
        b.host.hears("audio", on=False)
        b.tree.write(status, "state: RUNNING\n")
        b.check("without a server a card that plays is sound",
                b.host.hears("audio", on=True))
        b.tree.write(status, "state: PAUSED\n")
        b.check("and one that is paused is not", b.host.hears("audio", on=False))


def has_bpf(program, work):
    result = subprocess.run([program, "--root", Tree(work).path, "doctor"],
                            capture_output=True, text=True)
    found = re.search(r"^\w+ +processes: (.*)$", result.stdout, re.M)
    if found and found[0].startswith("ok"):
        return True
    print(f"SKIPPED the agent itself: {found and found[1]}")
    return False


def check_all(variant, program, work):
    check = Checks(variant)
    b = Bench(check, program, work)
    check_greeting(b)
    check_greedy(b)
    check_placement(b)
    check_loss(b)
    check_kill(b)
    check_hostile(b)
    check_modes(b)
    check_spare(b)
    check_apart(b)
    check_display(b)
    check_irqs(b)
    check_usage(b)
    check_card(b)
    check_pulse(b)
    check_pipewire(b)
    return check.failed > 0


def why_not():
    if os.geteuid():
        return "not root"
    if os.sched_getaffinity(0) < {0, 1}:
        return "CPUs 0 and 1 are not both here"
    return None


def main():
    build = os.path.abspath(sys.argv[1])
    reason = why_not()
    if reason:
        print(f"SKIPPED live test of vamp-guest: {reason}")
        return 0
    with tempfile.TemporaryDirectory(prefix="vamp-guest-live-") as work:
        os.chmod(work, 0o755)
        failed = check_all("sanitizers", f"{build}/tests/vamp-guest", work)
        if has_bpf(f"{build}/vamp-guest", work):
            failed |= check_all("BPF", f"{build}/vamp-guest", work)
    print("FAILED" if failed else "PASSED")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
