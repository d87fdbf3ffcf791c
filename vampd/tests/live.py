#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""vampd with the running kernel's uprobes and a stock QEMU; the module is mocked.

Usage: live.py BUILD_DIR. Needs root and a kernel with uprobes and BPF: says
SKIPPED where they are missing. One line for each property; exit code 1 if any
fails.
"""
import os
import re
import shutil
import signal
import socket
import struct
import subprocess
import sys
import tempfile
import time

QEMU = "/usr/bin/qemu-system-x86_64"
MODULES = "/usr/lib/x86_64-linux-gnu/qemu"   # a copied QEMU does not find them
# The capabilities that the service unit leaves it.
SERVICE = ("setpriv", "--bounding-set", "-all,+bpf,+perfmon,+sys_ptrace,+sys_nice,"
           "+dac_read_search,+sys_admin")
VM_NEW, VM_GONE = 1, 2


def wait_for(condition, seconds=10):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.02)
    return bool(condition())


class Guest:
    """A stock QEMU whose processor halts at once."""

    def __init__(self, work, name, binary=QEMU, prefix=()):
        self.socket = f"{work}/{name}.sock"
        self.process = subprocess.Popen(
            [*prefix, binary, "-nodefaults", "-accel", "tcg", "-display", "none", "-m", "16",
             "-L", "/usr/share/qemu", "-bios", f"{work}/halt.bin",
             "-monitor", f"unix:{self.socket},server=on,wait=off"],
            env=dict(os.environ, QEMU_MODULE_DIR=MODULES),
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.pid = self.process.pid
        self.monitor = socket.socket(socket.AF_UNIX)
        assert wait_for(lambda: self.monitor.connect_ex(self.socket) == 0), name
        self.until_prompt()

    def until_prompt(self):
        text = b""
        while not text.endswith(b"(qemu) "):
            more = self.monitor.recv(65536)
            assert more, "monitor closed"
            text += more

    def do(self, *commands):
        for command in commands:
            self.monitor.sendall(command.encode() + b"\n")
            self.until_prompt()

    def end(self):
        self.process.kill()
        self.process.wait()
        self.monitor.close()


class Daemon:
    """vampd with the mock preloaded."""

    def __init__(self, build, mock, *options, prefix=()):
        self.mock = mock
        self.log = open(f"{mock}/log", "w+")
        env = dict(os.environ, VAMP_MOCK=mock,
                   LD_PRELOAD=f"{build}/tests/mock_module.so")
        env.pop("JOURNAL_STREAM", None)
        self.process = subprocess.Popen([*prefix, f"{build}/vampd", *options],
                                        env=env, stderr=self.log)

    def text(self):
        with open(f"{self.mock}/log") as log:
            return log.read()

    def says(self, pattern, seconds=10):
        return wait_for(lambda: re.search(pattern, self.text()), seconds)

    def tell(self, kind, pid):
        event = struct.pack("=IIIiQIIII", 48 - 8, 1, kind, pid, 0, 0, 0, 0, 0)
        with open(f"{self.mock}/events", "wb", buffering=0) as fifo:
            fifo.write(event)

    def vms(self, *pids):
        with open(f"{self.mock}/vms", "w") as vms:
            vms.write("".join(f"{p}\n" for p in pids))

    def add(self, pid):
        self.tell(VM_NEW, pid)
        return self.says(rf"VM {pid} .*input")

    def inputs(self, pid):
        try:
            with open(f"{self.mock}/inputs") as inputs:
                rows = [line.split() for line in inputs]
        except FileNotFoundError:
            return []
        return [(int(t), int(c)) for p, t, c in rows if int(p) == pid]

    def counter(self, name):
        before = self.text().count("ring full")
        self.process.send_signal(signal.SIGUSR1)
        wait_for(lambda: self.text().count("ring full") > before)
        return int(re.findall(rf"{name} (\d+)", self.text())[-1])

    def end(self, how=signal.SIGTERM):
        self.process.send_signal(how)
        return self.process.wait(10)


class Checks:
    def __init__(self):
        self.failed = 0

    def __call__(self, name, good):
        print(f"{'ok' if good else 'FAILED':7}{name}", flush=True)
        self.failed += not good


def make_mock(work):
    mock = tempfile.mkdtemp(dir=work)
    os.mkfifo(f"{mock}/events")
    for name, text in ("vms", ""), ("kvm_vamp", "0\n"), ("policy", "vamp\n"):
        with open(f"{mock}/{name}", "w") as f:
            f.write(text)
    return mock


def make_firmware(work):
    code = bytearray(b"\xf4" * 65536)
    code[0xfff0:0xfff4] = b"\xfa\xf4\xeb\xfd"     # cli; hlt; jmp to the hlt
    with open(f"{work}/halt.bin", "wb") as f:
        f.write(code)


def exit_code(build, *options, mock=None, prefix=()):
    env = dict(os.environ)
    if mock:
        env.update(VAMP_MOCK=mock, LD_PRELOAD=f"{build}/tests/mock_module.so")
    return subprocess.run([*prefix, f"{build}/vampd", *options], env=env,
                          stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
                          timeout=20, check=False).returncode


def check_exit_codes(check, build, work):
    mock = make_mock(work)
    os.chmod(work, 0o755)
    subprocess.run(["chmod", "-R", "a+rwX", mock], check=True)
    nobody = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
    no_uprobes = ("setpriv", "--bounding-set", "-sys_admin")
    check("--help and --version end with 0",
          exit_code(build, "--help") == exit_code(build, "--version") == 0)
    check("bad usage ends with 64",
          all(exit_code(build, *o) == 64 for o in
              (["--nice", "x"], ["--nice", "39"], ["--nice=-1"], ["--bad"], ["word"])))
    if not os.path.exists("/dev/vamp"):
        check("no module ends with 69", exit_code(build) == 69)
    check("no permission ends with 77",
          exit_code(build, mock=mock, prefix=nobody) == 77
          and exit_code(build, mock=mock, prefix=no_uprobes) == 77)


def check_input(check, d, a):
    a.do("sendkey ret")
    check("Return is a press and a release with code 28",
          wait_for(lambda: d.inputs(a.pid) == [(0, 28), (1, 28)]))
    a.do("mouse_button 1", "mouse_button 0")
    check("a click is a press of the left button and a release of all",
          wait_for(lambda: d.inputs(a.pid)[2:] == [(2, 1), (3, 0)]))
    before = d.counter("other kind")
    a.do(*["mouse_move 1 1"] * 20)
    check("motion stays in the kernel",
          d.counter("other kind") > before and len(d.inputs(a.pid)) == 4)
    a.do("mouse_move 0 0 1")
    check("a wheel step is one press",
          wait_for(lambda: len(d.inputs(a.pid)) == 5)
          and d.inputs(a.pid)[4][0] == 2 and d.inputs(a.pid)[4][1] in (8, 16))
    check("the way to the module takes less than 50 ms",
          d.counter("slowest") < 50000)


def check_refusals(check, d, a):
    for err, name in (3, "VM unknown"), (95, "switched off"), (16, "busy"):
        with open(f"{d.mock}/answer", "w") as f:
            f.write(str(err))
        before = d.counter(name)
        a.do("sendkey ret")
        check(f"refused inputs are counted: {name}",
              wait_for(lambda: d.counter(name) == before + 2, 3))
    os.unlink(f"{d.mock}/answer")


def check_others(check, d, work):
    c = Guest(work, "stranger")
    c.do("sendkey ret")
    time.sleep(0.3)
    check("a QEMU that is no VM of the module is not heard", not d.inputs(c.pid))
    d.add(c.pid)
    c.do("sendkey a")
    check("once it is one, it is",
          wait_for(lambda: d.inputs(c.pid) == [(0, 30), (1, 30)]))
    check("one binary has one probe", d.counter("binaries attached") == 1)
    c.end()
    check("a VM whose process ends is forgotten", d.says(f"VM {c.pid}: gone"))


def check_upgrade(check, d, work):
    copy = f"{work}/qemu-other"
    shutil.copy(QEMU, copy)
    b = Guest(work, "upgraded", copy)
    os.unlink(copy)
    d.add(b.pid)
    check("a replaced binary has a probe of its own",
          d.counter("binaries attached") == 2)
    b.do("sendkey kp_enter")
    check("and its input is seen",
          wait_for(lambda: d.inputs(b.pid) == [(0, 28), (1, 28)]))
    b.end()
    d.says(f"VM {b.pid}: gone")
    check("its probe goes with its last VM", d.counter("binaries attached") == 1)


def check_namespace(check, d, work):
    """The binary is visible in the VM's mount namespace only."""
    place = f"{work}/private"
    os.mkdir(place)
    script = f'mount -t tmpfs t {place} && cp {QEMU} {place}/q && shift && exec "$@"'
    n = Guest(work, "container", f"{place}/q",
              ("unshare", "-m", "sh", "-c", script, "sh", "x"))
    d.add(n.pid)
    n.do("sendkey ret")
    check("a binary of another mount namespace is seen",
          not os.path.exists(f"{place}/q")
          and wait_for(lambda: len(d.inputs(n.pid)) == 2))
    n.end()
    d.says(f"VM {n.pid}: gone")


def mount_overlay(work, lower, name):
    for part in "umw":
        os.makedirs(f"{work}/ov/{name}{part}")
    return not subprocess.run(
        ["mount", "-t", "overlay", "o", "-o",
         f"lowerdir={lower},upperdir={work}/ov/{name}u,workdir={work}/ov/{name}w",
         f"{work}/ov/{name}m"], stderr=subprocess.DEVNULL, check=False).returncode


def unmount(place):
    """Waits for the last user, a probe that is being detached."""
    return wait_for(lambda: not os.path.ismount(place) or not subprocess.run(
        ["umount", place], stderr=subprocess.DEVNULL, check=False).returncode)


def check_overlay(check, d, work):
    """Two overlay mounts of one file: two inodes to stat, one to the kernel."""
    lower = f"{work}/lower"
    os.mkdir(lower)
    os.mkdir(f"{work}/ov")
    shutil.copy(QEMU, f"{lower}/q")
    subprocess.run(["mount", "-t", "tmpfs", "t", f"{work}/ov"], check=True)
    guests = []
    if all([mount_overlay(work, lower, name) for name in "12"]):
        guests = [Guest(work, f"overlay{n}", f"{work}/ov/{n}m/q") for n in "12"]
        for g in guests:
            d.add(g.pid)
        for g in guests:
            g.do("sendkey ret")
        time.sleep(0.3)
        check("two overlays of one binary: each input is seen once",
              all(d.inputs(g.pid) == [(0, 28), (1, 28)] for g in guests))
    else:
        print("skipped two overlays of one binary: no overlayfs")
    for g in guests:
        g.end()
        d.says(f"VM {g.pid}: gone")
    check("nothing keeps the mounts busy",
          all([unmount(f"{work}/ov/{m}") for m in ("1m", "2m", "")]))


def check_unseen(check, d):
    s = subprocess.Popen(["sleep", "1000"])
    d.add(s.pid)
    d.tell(VM_NEW, s.pid)
    time.sleep(0.2)
    check("a program without the function is told of once",
          d.text().count(f"VM {s.pid} ") == 1
          and re.search(rf"VM {s.pid} .*cannot be seen", d.text()))
    s.kill()
    s.wait()


def check_hostile(check, d, build):
    h = subprocess.Popen([f"{build}/tests/broken_qemu"], stdin=subprocess.PIPE,
                         stdout=subprocess.PIPE, text=True)

    def do(command):
        h.stdin.write(command + "\n")
        h.stdin.flush()
        h.stdout.readline()

    d.add(h.pid)
    do("bad")
    check("garbage is refused",
          d.counter("invalid") == 4 and d.counter("unreadable") == 7
          and not d.inputs(h.pid))
    time.sleep(1.1)
    start = time.monotonic()
    do("flood 200000")
    took = time.monotonic() - start
    time.sleep(0.3)
    passed = len(d.inputs(h.pid))
    check(f"of a flood at most 1000 a second pass ({passed} in {took:.1f} s)",
          0 < passed <= 1000 * (int(took) + 2))
    check("the rest is counted",
          d.counter("over rate") + passed + d.counter("ring full") == 200000)
    h.stdin.close()
    h.wait()


def check_life(check, build, work):
    mock = make_mock(work)
    a = Guest(work, "first")
    with open(f"{mock}/vms", "w") as vms:
        vms.write(f"{a.pid}\n")
    d = Daemon(build, mock, "--foreground", prefix=SERVICE)
    try:
        check("ready", d.says("ready, 1 VMs"))
        with open(f"{mock}/kvm_vamp") as f:
            check("kvm_vamp is set where it was 0", f.read() == "5\n")
        check("nice is -10",
              os.getpriority(os.PRIO_PROCESS, d.process.pid) == -10)
        check_input(check, d, a)
        d.vms(a.pid)
        check_refusals(check, d, a)
        check_others(check, d, work)
        check_upgrade(check, d, work)
        check_namespace(check, d, work)
        check_overlay(check, d, work)
        check_unseen(check, d)
        check_hostile(check, d, build)
        before = len(d.inputs(a.pid))
        a.do("sendkey ret")
        check("after all that input still arrives",
              wait_for(lambda: len(d.inputs(a.pid)) == before + 2))
        d.vms()
        d.tell(VM_GONE, a.pid)
        check("a VM that the module drops is forgotten, and its probe",
              d.says(f"VM {a.pid}: gone")
              and d.counter("binaries attached") == 0)
    finally:
        check("SIGTERM ends it with 0", d.end() == 0)
        if check.failed:
            print(d.text())
        a.end()
    second = Daemon(build, mock, "--no-config", "-v")
    check("it starts again", second.says("ready, 0 VMs"))
    check("SIGINT ends it with 0", second.end(signal.SIGINT) == 0)


def why_not():
    if os.geteuid():
        return "not root"
    if not os.path.exists("/sys/bus/event_source/devices/uprobe"):
        return "no uprobes in this kernel"
    return None if os.path.exists(QEMU) else f"no {QEMU}"


def main():
    build = os.path.abspath(sys.argv[1])
    reason = why_not()
    if reason:
        print(f"SKIPPED live test of vampd: {reason}")
        return 0
    check = Checks()
    with tempfile.TemporaryDirectory(prefix="vampd-live-") as work:
        make_firmware(work)
        check_exit_codes(check, build, work)
        check_life(check, build, work)
    print("FAILED" if check.failed else "PASSED")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
