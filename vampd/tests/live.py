#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""vampd with the running kernel's uprobes and a stock QEMU; the module is mocked.

Usage: live.py BUILD_DIR. Needs root and a kernel with uprobes and BPF: says
SKIPPED where they are missing. One line for each property; exit code 1 if any
fails.
"""
import json
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
import urllib.request

QEMU = "/usr/bin/qemu-system-x86_64"
MODULES = "/usr/lib/x86_64-linux-gnu/qemu"   # a copied QEMU does not find them
# The capabilities that the service unit leaves it.
SERVICE = ("setpriv", "--bounding-set", "-all,+bpf,+perfmon,+sys_ptrace,+sys_nice,"
           "+dac_read_search,+dac_override,+sys_admin,+setuid,+setgid")
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
VM_NEW, VM_GONE = 1, 2
UAPI = os.path.join(os.path.dirname(os.path.abspath(__file__)), "../../include/vamp/uapi.h")
with open(UAPI) as header:
    VERSION = int(re.search(r"define VAMP_UAPI_VERSION\s+(\d+)", header.read())[1])
SILENT = ("-audiodev", "none,id=a")


def link_of(path):
    """What it links to; "" if it is gone, as a program that starts closes files."""
    try:
        return os.readlink(path)
    except FileNotFoundError:
        return ""


def wait_for(condition, seconds=10, step=0.02):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(step)
    return bool(condition())


class Qmp:
    """A client of the machine protocol, which holds the monitor."""

    def __init__(self, path):
        self.socket = socket.socket(socket.AF_UNIX)
        assert wait_for(lambda: self.socket.connect_ex(path) == 0), path
        self.file = self.socket.makefile("rw")
        assert "QMP" in json.loads(self.file.readline())
        self.do("qmp_capabilities")

    def do(self, command, **arguments):
        self.file.write(json.dumps({"execute": command, "arguments": arguments}))
        self.file.flush()
        while True:
            answer = json.loads(self.file.readline())
            if "event" not in answer:
                return answer.get("return")

    def events(self, *events):
        return self.do("input-send-event",
                       events=[{"type": kind, "data": data} for kind, data in events])

    def end(self):
        self.file.close()
        self.socket.close()


def button(name, down):
    return "btn", {"button": name, "down": down}


def motion(kind="rel"):
    return kind, {"axis": "x", "value": 1}


class Guest:
    """A stock QEMU whose processor halts at once, or runs its firmware."""

    def __init__(self, work, name, binary=QEMU, prefix=(), options=(), modules=MODULES,
                 firmware=False, accel="tcg"):
        self.socket = f"{work}/{name}.sock"
        self.qmp = f"{work}/{name}.qmp"
        bios = () if firmware else ("-bios", f"{work}/halt.bin")
        self.process = subprocess.Popen(
            [*prefix, binary, "-nodefaults", "-accel", accel, "-display", "none", "-m", "16",
             "-name", f"guest={name},debug-threads=on", "-L", "/usr/share/qemu",
             "-L", "/usr/share/seabios", *bios,
             "-monitor", f"unix:{self.socket},server=on,wait=off", *options],
            env=dict(os.environ, QEMU_MODULE_DIR=modules),
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

    def has_device(self):
        """It opens that first; the probes, which take longer, come after it."""
        fds = f"/proc/{self.process.pid}/fd"
        return any(link_of(f"{fds}/{fd}").endswith("/events")
                   for fd in os.listdir(fds))

    def tell(self, kind, pid):
        event = struct.pack("=IIIiQIIII", 48 - 8, VERSION, kind, pid, 0, 0, 0, 0, 0)
        # Opening waits for no reader: if the daemon is gone, that is an error here.
        fifo = os.open(f"{self.mock}/events", os.O_WRONLY | os.O_NONBLOCK)
        os.write(fifo, event)
        os.close(fifo)

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

    def sounds(self, pid):
        """What the module was told of the VM's sound: (vector, ranges) each time."""
        try:
            with open(f"{self.mock}/sounds") as sounds:
                rows = [line.split() for line in sounds]
        except FileNotFoundError:
            return []
        return [(int(vector), ranges) for p, vector, *ranges in rows if int(p) == pid]

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
    subprocess.run(["chmod", "-R", "a+rwX", mock], check=True)
    no_uprobes = ("setpriv", "--bounding-set", "-sys_admin")
    check("--help and --version end with 0",
          exit_code(build, "--help") == exit_code(build, "--version") == 0)
    check("bad usage ends with 64",
          all(exit_code(build, *o) == 64 for o in
              (["--nice", "x"], ["--nice", "39"], ["--nice=-1"], ["--bad"], ["word"],
               ["--sound=x"], ["--sound=x:io:0x2-0x1"], ["--reschedule-vector=x:31"])))
    if not os.path.exists("/dev/vamp"):
        check("no module ends with 69", exit_code(build) == 69)
    check("no permission ends with 77",
          exit_code(build, mock=mock, prefix=NOBODY) == 77
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
    check("a wheel step is one scroll",
          wait_for(lambda: len(d.inputs(a.pid)) == 5)
          and d.inputs(a.pid)[4] in ((4, 0), (4, 1)))
    check("the way to the module takes less than 50 ms",
          d.counter("slowest") < 50000)


def check_movements(check, d, work):
    g = Guest(work, "movements", options=(
        "-usb", "-device", "usb-tablet", "-qmp", f"unix:{work}/movements.qmp,server=on,wait=off"))
    q = Qmp(g.qmp)
    d.add(g.pid)

    def expect(name, events, wanted):
        before = len(d.inputs(g.pid))
        for event in events:
            q.events(event)
            time.sleep(0.07)
        check(name, wait_for(lambda: d.inputs(g.pid)[before:] == wanted, 3))

    for code, name in enumerate(("wheel-up", "wheel-down", "wheel-left", "wheel-right")):
        expect(f"{name} is one scroll", [button(name, True), button(name, False)],
               [(4, code)])
    expect("motion without a button is nothing", [motion("rel"), motion("abs")], [])
    expect("motion with a button held is a drag, by mouse and tablet",
           [button("left", True), motion("rel"), motion("abs"), button("right", True),
            motion("rel"), button("left", False), motion("rel"), button("right", False),
            motion("rel")],
           [(2, 1), (5, 1), (5, 1), (2, 3), (5, 3), (5, 2), (3, 0)])
    q.end()
    g.end()
    d.says(f"VM {g.pid}: gone")


def check_fast_mouse(check, d, work):
    """1000 motions a second by QMP, with keys in between."""
    g = Guest(work, "fast", options=("-qmp", f"unix:{work}/fast.qmp,server=on,wait=off"))
    q = Qmp(g.qmp)
    d.add(g.pid)
    thinned = d.counter("thinned")
    q.events(button("left", True))
    start = time.monotonic()
    for i in range(2000):
        q.events(motion())
        if i % 100 == 0:
            q.events(("key", {"key": {"type": "qcode", "data": "a"}, "down": True}),
                     ("key", {"key": {"type": "qcode", "data": "a"}, "down": False}))
        time.sleep(max(0, start + i / 1000 - time.monotonic()))
    took = time.monotonic() - start
    q.events(button("left", False))
    wait_for(lambda: d.inputs(g.pid)[-1:] == [(3, 0)])
    inputs = d.inputs(g.pid)
    drags = inputs.count((5, 1))
    check(f"of 2000 motions in {took:.1f} s one each 50 ms passes ({drags})",
          took / 0.05 * 0.5 <= drags <= took / 0.05 + 1
          and d.counter("thinned") - thinned == 2000 - drags)
    check("keys and buttons in between all pass",
          len(inputs) - drags == 42 and inputs.count((0, 30)) == 20)
    q.end()
    g.end()
    d.says(f"VM {g.pid}: gone")


def check_touch(check, d, build):
    h = Broken(build)
    d.add(h.pid)
    h.do("touch")
    check("a touch button begins and ends a touch; it is held in between",
          wait_for(lambda: d.inputs(h.pid) == [(6, 0), (5, 128), (7, 0)]))
    time.sleep(0.1)
    h.do("fingers")
    check("fingers begin, move and end; a touch button that is never released "
          "holds nothing",
          wait_for(lambda: d.inputs(h.pid)[3:] == [(6, 0), (5, 0), (7, 0), (6, 0), (7, 0)]))
    h.end()
    d.says(f"VM {h.pid}: gone")


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
              ("unshare", "-m", "sh", "-c", script, "sh", "x"), firmware=True,
              options=(*SILENT, "-device", "AC97,audiodev=a",
                       "-qmp", f"unix:{place}/qmp,server=on,wait=off"))
    d.add(n.pid)
    n.do("sendkey ret")
    check("a binary of another mount namespace is seen",
          not os.path.exists(f"{place}/q")
          and wait_for(lambda: len(d.inputs(n.pid)) == 2))
    check("and so is its monitor", d.says(rf"VM {n.pid} \(container\): AC97 at io"))
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


class Broken:
    """A "QEMU" that calls the function with whatever it likes."""

    def __init__(self, build):
        self.process = subprocess.Popen([f"{build}/tests/broken_qemu"], text=True,
                                        stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self.pid = self.process.pid

    def do(self, command):
        start = time.monotonic()
        self.process.stdin.write(command + "\n")
        self.process.stdin.flush()
        self.process.stdout.readline()
        return time.monotonic() - start

    def end(self):
        self.process.stdin.close()
        self.process.wait()


def cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as f:
        fields = f.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def check_hostile(check, d, build):
    h = Broken(build)
    d.add(h.pid)
    h.do("bad")
    check("garbage is refused",
          d.counter("invalid") == 5 and d.counter("unreadable") == 8
          and not d.inputs(h.pid))
    time.sleep(1.1)
    before = cpu_seconds(d.process.pid)
    took = h.do("drag 300000") + h.do("hover 300000")
    used = cpu_seconds(d.process.pid) - before
    check(f"600,000 motions cost vampd nothing ({used:.2f} s; {took / 0.6:.1f} us each)",
          used < 0.1 and len(d.inputs(h.pid)) <= 4 + took / 0.05)
    time.sleep(1.1)
    passed = len(d.inputs(h.pid))
    lost = d.counter("over rate") + d.counter("ring full")
    start = time.monotonic()
    h.do("flood 200000")
    took = time.monotonic() - start
    time.sleep(0.3)
    passed = len(d.inputs(h.pid)) - passed
    check(f"of a flood at most 1000 a second pass ({passed} in {took:.1f} s)",
          0 < passed <= 1000 * (int(took) + 2))
    check("the rest is counted",
          d.counter("over rate") + passed + d.counter("ring full") == 200000 + lost)
    h.end()


def sound_guest(work, name, *devices, **more):
    """With devices and a QMP monitor."""
    options = [option for device in devices for option in ("-device", device)]
    return Guest(work, name, firmware=True, **more, options=(
        *SILENT, *options, "-qmp", f"unix:{work}/{name}.qmp,server=on,wait=off"))


def regions(guest, vendor, device):
    """The regions of a PCI device, as its QEMU says."""
    q = Qmp(guest.qmp)
    found = [r for bus in q.do("query-pci") for d in bus["devices"]
             if (d["id"]["vendor"], d["id"]["device"]) == (vendor, device)
             for r in d["regions"]]
    q.end()
    return [f"{'io' if r['type'] == 'io' else 'mem'}:{r['address']:#x}-"
            f"{r['address'] + r['size'] - 1:#x}" for r in found if r["address"] > 0]


def told(d, guest):
    """The last that the module was told: ranges without their access, and these."""
    ranges = (d.sounds(guest.pid) or [(0, [])])[-1][1]
    return [r.rpartition(":")[0] for r in ranges], [r.rpartition(":")[2] for r in ranges]


def check_found(check, d, work):
    g = sound_guest(work, "ac97", "AC97,audiodev=a")
    d.add(g.pid)
    check("an AC97 is found", d.says(rf"VM {g.pid} \(ac97\): AC97 at io 0x", 15))
    check("it is where QEMU has it, and reads count",
          told(d, g) == (regions(g, 0x8086, 0x2415), ["1", "1"]))
    before = len(d.sounds(g.pid))
    d.tell(VM_NEW, g.pid)
    check("the module is told again when it announces the VM again",
          wait_for(lambda: len(d.sounds(g.pid)) == before + 1)
          and d.sounds(g.pid)[-1] == d.sounds(g.pid)[-2])
    g.end()


def check_many_devices(check, d, work):
    g = sound_guest(work, "many", "intel-hda", "ES1370,audiodev=a", "sb16,audiodev=a",
                    "gus,iobase=0x260,audiodev=a", "qemu-xhci,id=x",
                    "usb-audio,bus=x.0,audiodev=a")
    d.add(g.pid)
    check("HDA, ES1370, ISA cards and USB sound behind xHCI are found",
          d.says(rf"VM {g.pid} \(many\): sb16 at io 0x220-0x22f; gus at io 0x260-0x26f, "
                 r"io 0x360-0x367; HDA at mem .*ES1370 at io .*usb-audio \(xHCI\) at mem", 15))
    hda, es1370, xhci = (regions(g, *i) for i in
                         ((0x8086, 0x2668), (0x1274, 0x5000), (0x1b36, 0x000d)))
    check("they are where QEMU has them",
          told(d, g)[0][3:] == hda + es1370 + xhci
          and told(d, g)[1] == ["3", "3", "3", "3", "1", "2"])
    g.end()


def check_boot(check, d, work):
    """Stopped before its firmware, which then sets the addresses."""
    g = Guest(work, "boot", firmware=True, options=(
        "-S", *SILENT, "-device", "AC97,audiodev=a",
        "-chardev", f"socket,path={work}/boot,,1.qmp,wait=off,id=m,server=on",
        "-mon", "m,mode=control"))
    start = time.monotonic()
    d.add(g.pid)
    check("before the firmware runs there are no addresses",
          wait_for(lambda: d.sounds(g.pid) == [(0, [])], 3))
    g.do("cont")
    found = d.says(rf"VM {g.pid} \(boot\): AC97 at io 0x", 15)
    took = time.monotonic() - start
    check(f"5 s later they are found ({took:.1f} s)", found and 4.5 < took < 8)
    g.end()


def check_busy(check, d, work):
    g = sound_guest(work, "busy", "AC97,audiodev=a")
    q = Qmp(g.qmp)
    d.add(g.pid)
    check("a monitor that somebody holds is told of once",
          d.says(rf"VM {g.pid} \(busy\): .*another program holds it open"))
    check("and whoever holds it is not disturbed", q.do("query-status")["running"])
    q.end()
    check("once it is free the device is found",
          d.says(rf"VM {g.pid} \(busy\): AC97", 10)
          and len(re.findall(rf"VM {g.pid} .*holds it open", d.text())) == 1)
    g.end()


def check_stranger(check, d, work):
    g = sound_guest(work, "stranger2", "AC97,audiodev=a")
    s = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)",
                          "-qmp", f"unix:{g.qmp},server=on"])
    Qmp(g.qmp).end()
    d.tell(VM_NEW, s.pid)
    check("another process's socket is not asked",
          d.says(rf"VM {s.pid}: .*another process than the VM's listens there")
          and not d.sounds(s.pid))
    s.kill()
    s.wait()
    g.end()


def check_user(check, d, work):
    """A QEMU of another user, in a directory that only that user may enter."""
    place = f"{work}/user"
    os.mkdir(place, 0o700)
    shutil.copy(f"{work}/halt.bin", place)
    os.chown(place, 65534, 65534)
    g = sound_guest(place, "user", "AC97,audiodev=a", prefix=NOBODY)
    d.add(g.pid)
    check("the monitor of another user's QEMU is asked",
          d.says(rf"VM {g.pid} \(user\): AC97 at io 0x", 15))
    g.end()


def check_newer(check, d, build, work):
    """What QEMU has since 8.1 and 8.2, if the lab has fetched such a one."""
    place = os.path.abspath(f"{build}/../emulator/usr")
    if not os.path.exists(f"{place}/bin/qemu-system-x86_64"):
        print("skipped virtio-sound and multi-touch: no newer QEMU in build/emulator")
        return
    g = Guest(work, "newer", f"{place}/bin/qemu-system-x86_64", firmware=True,
              modules=f"{place}/lib/x86_64-linux-gnu/qemu", options=(
                  "-L", f"{place}/share/qemu", "-L", f"{place}/share/seabios", *SILENT,
                  "-device", "virtio-sound-pci,audiodev=a", "-device", "virtio-multitouch-pci",
                  "-qmp", f"unix:{work}/newer.qmp,server=on,wait=off"))
    d.add(g.pid)
    check("a virtio-sound is found by its doorbells",
          d.says(rf"VM {g.pid} \(newer\): virtio-sound at mem 0x", 15)
          and told(d, g) == (regions(g, 0x1af4, 0x1059)[-1:], ["2"]))
    q = Qmp(g.qmp)
    for kind in "begin", "update", "end", "begin", "cancel":
        q.events(("mtt", {"type": kind, "slot": 0, "tracking-id": 0, "axis": "x", "value": 0}))
        time.sleep(0.07)
    check("fingers of a newer QEMU are seen",
          wait_for(lambda: d.inputs(g.pid) == [(6, 0), (5, 0), (7, 0), (6, 0), (7, 0)], 3))
    q.events(button("touch", True))
    q.events(motion("abs"))
    check("and its touch button says nothing beside them", len(d.inputs(g.pid)) == 5)
    q.end()
    g.end()


def check_sound(check, d, build, work):
    check_found(check, d, work)
    check_many_devices(check, d, work)
    check_boot(check, d, work)
    check_busy(check, d, work)
    check_stranger(check, d, work)
    check_user(check, d, work)
    check_newer(check, d, build, work)


def check_by_hand(check, build, work):
    g = sound_guest(work, "by:hand", "AC97,audiodev=a")
    mock = make_mock(work)
    with open(f"{mock}/vms", "w") as vms:
        vms.write(f"{g.pid}\n")
    d = Daemon(build, mock, "--no-config", "--no-discover-sound",
               "--sound=by:hand:io:0x1000-0x10ff:r,mem:0xfe000000-0xfe000fff",
               f"--reschedule-vector={g.pid}:0xfb")
    check("what is set by hand is told, and nothing else",
          wait_for(lambda: d.sounds(g.pid) ==
                   [(0xfb, ["io:0x1000-0x10ff:1", "mem:0xfe000000-0xfe000fff:3"])]))
    check("and nobody is asked", d.counter("answers") == 0)
    d.end()
    g.end()


def has_kvm():
    return os.path.exists("/dev/kvm") and b"kvm support: enabled" in subprocess.run(
        [QEMU, "-accel", "kvm", "-nodefaults", "-display", "none", "-m", "16", "-S",
         "-monitor", "stdio"], input=b"info kvm\nquit\n", stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL, check=False).stdout


def without_symbol(work):
    """A QEMU whose function has another name, as if it were stripped."""
    other = f"{work}/qemu-stripped"
    with open(QEMU, "rb") as f:
        code = f.read()
    with open(other, "wb") as f:
        f.write(code.replace(b"\0qemu_input_event_send_impl\0", b"\0qemu_input_event_send_impX\0"))
    os.chmod(other, 0o755)
    return other


def check_ports(check, d, work):
    """The firmware of a guest reads its keyboard: KVM sees that."""
    if not has_kvm():
        print("skipped input by port reads: no KVM here")
        return
    g = Guest(work, "stripped", without_symbol(work), firmware=True, accel="kvm")
    d.add(g.pid)
    check("a QEMU without the symbol is watched by its ports",
          d.says(rf"VM {g.pid} \(stripped, .*only a keyboard and a PS/2 mouse are seen"))

    def typed():        # the firmware takes its time to set up its keyboard
        g.do("sendkey a")
        time.sleep(0.3)
        return d.inputs(g.pid)[-1:] == [(1, 30)]

    wait_for(typed, 30)
    before = len(d.inputs(g.pid))
    g.do("sendkey ret")
    check("Return is a press and a release with code 28, by port reads",
          wait_for(lambda: d.inputs(g.pid)[before:] == [(0, 28), (1, 28)]))
    g.do("sendkey up")
    check("and a key with a prefix is its code",
          wait_for(lambda: d.inputs(g.pid)[before + 2:] == [(0, 0x48), (1, 0x48)]))
    g.end()
    d.says(f"VM {g.pid}: gone")


def write(path, text):
    with open(path, "w") as f:
        f.write(text)


def scrape(address):
    with urllib.request.urlopen(f"http://{address}/metrics", timeout=10) as answer:
        return answer.read().decode()


def wait_reload(d, pattern):
    before = len(re.findall(pattern, d.text()))
    d.process.send_signal(signal.SIGHUP)
    return wait_for(lambda: len(re.findall(pattern, d.text())) > before)


def check_config(check, build, work):
    good, bad = f"{work}/good.conf", f"{work}/bad.conf"
    write(good, "[vampd]\nnice = 7\n")
    write(bad, "[vampd]\nnice = 7\nnicer = 8\n")
    check("--check-config of a good file ends with 0, of a bad or missing one with 78",
          [exit_code(build, "--check-config", f"--config={f}")
           for f in (good, bad, f"{work}/none")] == [0, 78, 78])
    check("a bad file ends vampd with 78 before it does anything",
          exit_code(build, f"--config={bad}") == 78)


def check_reload(check, build, work):
    conf, address = f"{work}/vampd.conf", f"127.0.0.1:{free_port()}"
    g = Guest(work, "configured")
    mock = make_mock(work)
    write(f"{mock}/vms", f"{g.pid}\n")
    write(conf, f"[vampd]\nnice = 7\n[metrics]\nlisten = {address}\n")
    d = Daemon(build, mock, f"--config={conf}", prefix=SERVICE)
    check("the file's nice is set", d.says("ready, 1 VMs") and
          open(f"{mock}/kvm_vamp").read().startswith("7"))
    text = scrape(address)
    check("metrics are served, with the VM and the module's counters",
          text.endswith("# EOF\n") and "\nvamp_inputs_total 42\n" in text
          and f'vamp_vm_info{{vm="configured",pid="{g.pid}",id="",manager="qemu",input="uprobe"'
          in text)
    keeper = subprocess.run(["pgrep", "-P", str(d.process.pid)], check=False,
                            stdout=subprocess.PIPE, text=True).stdout.split()
    status = open(f"/proc/{keeper[0]}/status").read() if keeper else ""
    check("by a process that is nobody and has no capabilities",
          re.search(r"Uid:\s+65534\s+65534\s+65534", status)
          and re.search(r"CapPrm:\s+0+\n", status) and re.search(r"NoNewPrivs:\s+1", status))
    write(conf, "[vampd]\nnice = 77\n")
    check("a bad file keeps the settings, and says so with its line",
          wait_reload(d, "stays as it was") and f"{conf}:2: nice = 77" in d.text()
          and scrape(address).endswith("# EOF\n"))
    write(conf, '[vampd]\nnice = 9\n[vm "conf*"]\nignore = yes\n')
    check("a good one is taken, and a VM left alone",
          wait_reload(d, "configuration read again") and d.counter("binaries attached") == 0
          and d.says(rf"VM {g.pid} \(configured.*left alone"))
    refused = False
    try:
        scrape(address)
    except OSError:
        refused = True
    check("and metrics are switched off", refused)
    check("SIGTERM ends it with 0 after all that", d.end() == 0)
    g.end()


def free_port():
    with socket.socket() as s:
        s.bind(("127.0.0.1", 0))
        return s.getsockname()[1]


def check_module(check, build, work):
    """The module is unloaded and loaded again."""
    g = Guest(work, "patient")
    mock = make_mock(work)
    write(f"{mock}/vms", f"{g.pid}\n")
    d = Daemon(build, mock)
    d.says("ready, 1 VMs")
    write(f"{mock}/gone", "")
    write(f"{mock}/kvm_vamp", "0\n")
    d.tell(VM_NEW, g.pid)
    check("a module that goes does not end vampd", d.says("the module is gone"))
    g.do("sendkey ret")
    time.sleep(0.2)
    check("its VMs' input is lost meanwhile", not d.inputs(g.pid))
    os.unlink(f"{mock}/gone")
    check("it is used again when it is back", d.says("the module is back, 1 VMs")
          and open(f"{mock}/kvm_vamp").read() == "5\n")
    g.do("sendkey ret")
    check("with its VMs' input", wait_for(lambda: len(d.inputs(g.pid)) == 2))
    d.process.send_signal(signal.SIGUSR2)
    check("it is let go of on demand", d.says("let go, to be unloaded")
          and d.says("(?s)let go.*the module is back"))
    check("and vampd ends as ever", d.end() == 0)
    g.end()


GROUPS = "/sys/fs/cgroup/cpu/vampd-live"


def group_of(pid, tid):
    with open(f"/proc/{pid}/task/{tid}/cgroup") as f:
        return next(line.split(":")[2].strip() for line in f if ":cpu" in line
                    and "cpu" in line.split(":")[1].split(","))


def check_cgroups(check, build, work):
    """libvirt's layout in the running kernel's cgroups, version 1."""
    try:
        os.mkdir(GROUPS)
    except OSError:
        print("skipped CPU cgroups: no version 1 to use")
        return
    g = Guest(work, "groups", options=("-smp", "3", "-accel", "tcg,thread=multi"))
    threads = sorted(int(t) for t in os.listdir(f"/proc/{g.pid}/task")
                     if open(f"/proc/{g.pid}/task/{t}/comm").read().startswith("CPU "))
    for i, tid in enumerate(threads):
        os.mkdir(f"{GROUPS}/vcpu{i}")
        write(f"{GROUPS}/vcpu{i}/tasks", str(tid))
    homes = [f"/vampd-live/vcpu{i}" for i in range(3)]
    ours = ["/vampd-live/vamp"] * 3

    def groups():
        return [group_of(g.pid, t) for t in threads]

    mock = make_mock(work)
    write(f"{mock}/vms", f"{g.pid}\n")
    write(f"{mock}/vcpus", "".join(f"{g.pid} {t}\n" for t in threads))
    d = Daemon(build, mock, prefix=SERVICE)
    check("vCPU threads are moved into one group, with the sum of their weights",
          groups() == homes and d.says(rf"VM {g.pid} \(groups\): .* 3 threads moved into "
                                       "/vampd-live/vamp, weight 3072", 20)
          and groups() == ours and open(f"{GROUPS}/vamp/cpu.shares").read() == "3072\n")
    d.end(signal.SIGKILL)
    check("a vampd that is killed leaves them there", groups() == ours)
    d = Daemon(build, mock, prefix=SERVICE)
    check("the next one puts them back when it starts",
          d.says("3 vCPU threads are back") and groups() == homes
          and not os.path.exists(f"{GROUPS}/vamp"))
    check("and moves them again", d.says("3 threads moved", 20) and groups() == ours)
    check("SIGTERM puts them back", d.end() == 0 and groups() == homes
          and not os.path.exists(f"{GROUPS}/vamp"))
    g.end()
    for home in homes:
        os.rmdir(f"/sys/fs/cgroup/cpu{home}")
    os.rmdir(GROUPS)


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
        check_movements(check, d, work)
        check_fast_mouse(check, d, work)
        d.vms(a.pid)
        check_refusals(check, d, a)
        check_others(check, d, work)
        check_upgrade(check, d, work)
        check_namespace(check, d, work)
        check_overlay(check, d, work)
        check_unseen(check, d)
        check_ports(check, d, work)
        check_hostile(check, d, build)
        check_touch(check, d, build)
        check_sound(check, d, build, work)
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
    third = Daemon(build, mock, "--no-config", "-v")
    check("SIGTERM while it still starts ends it with 0",
          wait_for(third.has_device, step=0.001) and third.end() == 0)


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
        os.chmod(work, 0o755)
        make_firmware(work)
        check_exit_codes(check, build, work)
        check_life(check, build, work)
        check_by_hand(check, build, work)
        check_config(check, build, work)
        check_reload(check, build, work)
        check_module(check, build, work)
        check_cgroups(check, build, work)
    print("FAILED" if check.failed else "PASSED")
    return 1 if check.failed else 0


if __name__ == "__main__":
    sys.exit(main())
