#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-2.0-or-later
"""vampctl as a whole, with a directory for the host and a text for the module.

Usage: cli.py PROGRAM. One line for each property; exit code 1 if any fails.
"""
import json
import os
import subprocess
import sys
import tempfile

OK, PROBLEMS, UNKNOWN, DIFFERS = 0, 1, 2, 3
DATA, NO_INPUT = 65, 66
USAGE, NO_VM, NO_MODULE, WRITE, REFUSED, NO_PERMISSION = 64, 68, 69, 73, 75, 77
NOBODY = ("setpriv", "--reuid=65534", "--regid=65534", "--clear-groups")
RECORDINGS = os.path.join(os.path.dirname(__file__), "recordings")
PARAMETERS = "sys/module/vamp/parameters"

DEVICE = """\
vm 100 2 187 1200000000 3800000000 0 0 2
vcpu 100 0 101 0 13 9 400000000 7 99 0 5000000
vcpu 100 1 102 0 0 10 300000000 -1 60 0 1000000
task 100 5 9 97 1 7
task 100 6 0 50 2 0
thread 100 0 5 97 1
thread 100 1 6 50 1
vm 200 0 0 0 0 0 0 1
vcpu 200 0 201 0 0 8 0 -3 1 0 0
"""


class Host:
    """A tree in which all is well, but for what a test does to it."""

    def __init__(self, program, directory):
        self.program = program
        self.root = directory
        os.chmod(directory, 0o755)
        self.put("dev/vamp", DEVICE)
        self.put("proc/sys/kernel/osrelease", "6.12.0\n")
        self.put("proc/sys/kernel/kvm_vamp", "13\n")
        self.put("sys/bus/event_source/devices/uprobe/type", "9\n")
        self.put("sys/devices/system/cpu/online", "0-3\n")
        self.put(f"{PARAMETERS}/policy", "vamp\n")
        self.put(f"{PARAMETERS}/load_monitor_enabled", "1\n")
        self.put(f"{PARAMETERS}/track_cr3_load", "0\n")
        self.put("etc/modprobe.d/other.conf", "")
        self.put("etc/sysctl.d/other.conf", "")
        self.put("proc/50/comm", "vampd\n")
        self.link("proc/50/fd/3", "/dev/vamp")
        self.vm(100, "desk", (101, 102))
        self.vm(200, "mill", (201,))

    def put(self, path, text):
        path = f"{self.root}/{path}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)

    def link(self, path, target):
        path = f"{self.root}/{path}"
        os.makedirs(os.path.dirname(path), exist_ok=True)
        os.symlink(target, path)

    def text(self, path):
        with open(f"{self.root}/{path}", encoding="utf-8") as file:
            return file.read()

    def vm(self, pid, name, tids):
        self.put(f"proc/{pid}/cmdline", f"qemu\0-name\0guest={name},debug-threads=on\0")
        self.link(f"proc/{pid}/exe", os.path.abspath(self.program))
        for tid in tids:
            task = f"proc/{pid}/task/{tid}"
            self.put(f"{task}/cgroup", f"3:cpu,cpuacct:/{name}\n0::/x\n")
            self.put(f"{task}/status", "Name:\tq\nCpus_allowed_list:\t0-3\n")
            self.put(f"{task}/stat", f"{tid} (CPU) S" + " 0" * 49 + "\n")

    def run(self, *args, prefix=()):
        result = subprocess.run(
            [*prefix, self.program, f"--root={self.root}", *args], text=True,
            capture_output=True, timeout=60, check=False)
        assert "Sanitizer" not in result.stderr, result.stderr
        return result

    def json(self, *args):
        result = self.run(*args)
        assert not result.stderr, result.stderr
        return result.returncode, json.loads(result.stdout)


def one_line(result, code, *parts):
    """The error is one line that has these parts, and nothing was printed."""
    assert result.returncode == code, (result.returncode, result.stderr)
    assert result.stderr.count("\n") == 1, result.stderr
    assert not result.stdout, result.stdout
    for part in parts:
        assert part in result.stderr, result.stderr


def usage(result, part):
    assert result.returncode == USAGE, (result.returncode, result.stderr)
    assert part in result.stderr, result.stderr


def status_says_what_is_throttled_since_when_and_why(host):
    out = host.run("status").stdout
    assert "kvm_vamp    13\n" in out and "process 50" in out
    assert "desk (process 100): mixed phase since 1.2s by input, 3.8s left" in out
    assert "vCPU 0   nice 0+13, throttled since 0.4s: runs nothing but background" in out
    assert "vCPU 1   nice 0, not throttled since 0.3s" in out
    assert "mill (process 200): no interactive phase" in out


def status_json_has_its_documented_form(host):
    code, o = host.json("status", "--json")
    assert code == OK and o["format"] == 1
    assert o["host"] == {"kernel": "6.12.0", "kvm_vamp": 13, "policy": "vamp", "vampd": 50}
    vm = o["vms"][0]
    assert list(vm) == ["pid", "name", "phase", "phase_ns", "phase_left_ns",
                        "started_by_sound", "policy", "tracking", "load", "waited",
                        "task_count", "tasks_evicted", "memory_bytes", "vcpus"]
    assert (vm["pid"], vm["name"], vm["phase"]) == (100, "desk", "mixed")
    assert vm["vcpus"][0] == {
        "id": 0, "tid": 101, "nice": 0, "nice_added": 13, "throttled": True,
        "since_ns": 400000000, "reason": 9, "why": "runs nothing but background",
        "left_alone": False, "load": 99, "exec_ns": 0, "run_delay_ns": 5000000,
        "task": 0, "woken_by": 7}
    assert vm["vcpus"][1]["woken_by"] is None
    assert o["vms"][1]["vcpus"][0]["woken_by"] == "interrupt"


def names_alone_are_for_completion(host):
    assert host.run("status", "--names").stdout == "desk\nmill\n"
    names = host.run("get", "--names").stdout.split()
    assert "kvm_vamp" in names and "policy" in names


def top_prints_one_look(host):
    out = host.run("top", "--once").stdout
    lines = out.splitlines()
    assert lines[1].startswith("VM / VCPU / GUEST TASK"), out
    assert lines[2].startswith("desk (100)"), out
    assert lines[3].startswith("  vCPU 0") and "woken by 0x7" in lines[3], out
    assert lines[4].startswith("   *0x5 -") and "background" in lines[4], out
    assert "mill" not in host.run("top", "--once", "desk").stdout


def top_observes_while_switched_off(host):
    host.put("proc/sys/kernel/kvm_vamp", "0\n")
    result = host.run("top", "--once")
    assert result.returncode == OK and "off, observing" in result.stdout


def top_json_is_one_line_a_look(host):
    result = host.run("top", "--json", "-n", "2", "-d", "0.1")
    lines = result.stdout.splitlines()
    assert len(lines) == 2
    tasks = json.loads(lines[1])["vms"][0]["tasks"]
    assert tasks[0] == {
        "id": 5, "name": None, "pid": None, "class": "background", "running": True, "load": 97,
        "load_and_waiting": 97, "exec_ns": 0, "confidence": 7, "reason": 1,
        "why": "load above the threshold",
        "threads": [{"vcpu": 0, "load": 97, "running": True}]}


def top_without_terminal_asks_for_batch(host):
    one_line(host.run("top"), USAGE, "--batch")


def doctor_is_content_with_a_good_host(host):
    code, o = host.json("doctor", "--json")
    bad = [f for f in o["findings"] if f["level"] not in ("ok", "note")]
    # The program that stands for QEMU has not the function that vampd probes.
    assert {f["rule"] for f in bad} == {"symbol"}, bad
    assert code == PROBLEMS


def doctor_names_vm_and_remedy(host):
    host.put("proc/100/task/101/cgroup", "3:cpu,cpuacct:/desk/vcpu0\n")
    host.put("proc/100/task/102/cgroup", "3:cpu,cpuacct:/desk/vcpu1\n")
    code, o = host.json("doctor", "--json", "--quiet")
    found = [f for f in o["findings"] if f["rule"] == "vcpu-cgroups"]
    assert code == PROBLEMS and len(found) == 1
    assert found[0]["vm"] == {"pid": 100, "name": "desk"}
    assert "/sys/fs/cgroup/cpu/desk/tasks" in found[0]["remedy"]
    assert "ok" not in {f["level"] for f in o["findings"]}
    assert "-> " in host.run("doctor").stdout


def doctor_without_vms_is_well(host):
    host.put("dev/vamp", "\n")
    assert host.run("doctor").returncode == OK


def doctor_that_cannot_see_says_so(host):
    host.put("dev/vamp", "\n")
    os.unlink(f"{host.root}/{PARAMETERS}/load_monitor_enabled")
    result = host.run("doctor", "--quiet")
    assert result.returncode == UNKNOWN, result.stdout
    assert "unknown" in result.stdout


def doctor_finds_the_module_missing(host):
    os.unlink(f"{host.root}/dev/vamp")
    result = host.run("doctor")
    assert result.returncode == PROBLEMS
    assert "modprobe vamp" in result.stdout


def missing_module_is_one_line(host):
    os.unlink(f"{host.root}/dev/vamp")
    for command in (("status",), ("top", "--once"), ("input", "desk")):
        one_line(host.run(*command), NO_MODULE, "modprobe vamp")
    os.unlink(f"{host.root}/{PARAMETERS}/policy")
    one_line(host.run("get", "policy"), NO_MODULE, "not loaded")
    one_line(host.run("set", "policy=vee14"), NO_MODULE, "not loaded")


def other_version_is_one_line(host):
    host.put("dev/vamp", "version 2\n")
    one_line(host.run("status"), NO_MODULE, "version")


def ordinary_user_gets_one_line(host):
    os.chmod(f"{host.root}/dev/vamp", 0o600)
    for command in (("status",), ("top", "--once"), ("doctor",), ("doctor", "--json"),
                    ("input", "desk"), ("status", "--json")):
        one_line(host.run(*command, prefix=NOBODY), NO_PERMISSION, "root")
    os.chmod(f"{host.root}/proc/sys/kernel/kvm_vamp", 0o644)
    one_line(host.run("set", "kvm_vamp=5", prefix=NOBODY), NO_PERMISSION, "root")
    one_line(host.run("set", "--save", "kvm_vamp=5", prefix=NOBODY), NO_PERMISSION, "root")
    assert host.run("get", "kvm_vamp", prefix=NOBODY).stdout == "kvm_vamp=13\n"


def get_prints_what_set_takes(host):
    assert host.run("get", "policy", "kvm_vamp").stdout == "policy=vamp\nkvm_vamp=13\n"
    code, o = host.json("get", "--json", "policy", "kvm_vamp")
    assert code == OK and o == {"format": 1, "settings": {"policy": "vamp", "kvm_vamp": 13}}
    assert "0..38" in host.run("get", "--about", "kvm_vamp").stdout
    usage(host.run("get", "nonsense"), "nonsense")


def set_checks_all_before_it_writes(host):
    usage(host.run("set", "kvm_vamp=5", "policy=nonsense"), "vamp|vee14")
    usage(host.run("set", "kvm_vamp=39"), "0..38")
    usage(host.run("set", "load_period_msec=64"), "--save")
    usage(host.run("set"), "NAME=VALUE")
    assert host.text("proc/sys/kernel/kvm_vamp") == "13\n"


def set_that_fails_puts_back(host):
    os.unlink(f"{host.root}/{PARAMETERS}/policy")
    host.link(f"{PARAMETERS}/policy", "/dev/full")
    result = host.run("set", "--save", "kvm_vamp=5", "policy=vee14")
    one_line(result, 71, "policy", "cannot be written")
    assert host.text("proc/sys/kernel/kvm_vamp") == "13\n"
    assert os.listdir(f"{host.root}/etc/sysctl.d") == ["other.conf"]
    assert os.listdir(f"{host.root}/etc/modprobe.d") == ["other.conf"]


def set_saves_for_the_next_boot(host):
    host.put(f"{PARAMETERS}/load_period_msec", "32\n")
    result = host.run("set", "kvm_vamp=5", "load_period_msec=64", "policy=vee14", "--save")
    assert (result.returncode, result.stderr) == (OK, "")
    assert host.text("proc/sys/kernel/kvm_vamp").startswith("5")
    assert host.text(f"{PARAMETERS}/policy").startswith("vee14")
    assert host.text(f"{PARAMETERS}/load_period_msec") == "32\n"
    assert host.text("etc/sysctl.d/60-vamp.conf") == "kernel.kvm_vamp = 5\n"
    assert host.text("etc/modprobe.d/vamp.conf") == \
        "options vamp load_period_msec=64 policy=vee14\n"


def set_that_cannot_save_sets_nothing(host):
    os.unlink(f"{host.root}/etc/sysctl.d/other.conf")
    os.rmdir(f"{host.root}/etc/sysctl.d")
    result = host.run("set", "--save", "kvm_vamp=5")
    one_line(result, WRITE, "60-vamp.conf")
    assert host.text("proc/sys/kernel/kvm_vamp") == "13\n"


def input_reaches_the_vm_by_name_or_process(host):
    assert host.run("input", "desk").stdout == "desk: started\n"
    host.run("input", "200", "button-press", "--code=1")
    code, o = host.json("input", "desk", "scroll", "--json")
    assert code == OK and o == {"format": 1, "pid": 100, "name": "desk",
                                "result": "started"}
    said = [x for x in host.text("dev/vamp").splitlines() if x.startswith("#")]
    assert said == ["# 100 0 28", "# 200 2 1", "# 100 4 0"], said


def input_that_is_refused_says_why(host):
    host.put("dev/vamp", DEVICE + "input 95 0\n")
    one_line(host.run("input", "desk"), REFUSED, "off")
    host.put("dev/vamp", DEVICE + "input 16 0\n")
    one_line(host.run("input", "desk"), REFUSED, "busy")
    one_line(host.run("input", "nobody"), NO_VM, "nobody")
    usage(host.run("input", "desk", "sneeze"), "sneeze")
    usage(host.run("input", "desk", "--code=256"), "255")
    usage(host.run("input"), "which VM")


def recorded(name, change=None):
    """The text of a recording, a line changed: from OLD to NEW, or cut there."""
    text = subprocess.run(["zstd", "-dc", f"{RECORDINGS}/{name}.zst"], check=True,
                          capture_output=True, text=True).stdout
    if change:
        assert text.count(change[0]) >= 1, change
        text = text.replace(*change, 1)
    return text


def replay_is_what_the_module_did(host):
    for name in ("phase", "neighbour"):
        result = host.run("replay", "--verify", f"{RECORDINGS}/{name}.zst")
        assert result.returncode == OK, result.stdout + result.stderr
        assert "the replay gives the same" in result.stdout


def verify_shows_the_first_difference(host):
    host.put("other", recorded("phase", ("\nphase - 0 0 0 c6 258", "\nphase - 0 0 0 c6 514")))
    result = host.run("replay", "--verify", f"{host.root}/other")
    assert result.returncode == DIFFERS, result.stdout
    module, replay = result.stdout.splitlines()[-2:]
    assert module.startswith("module:") and module.endswith("198 %, 2 background")
    assert replay.startswith("replay:") and replay.endswith("198 %, 1 background")
    assert "end" in result.stdout.splitlines()[-3]


def verify_ends_where_events_were_lost(host):
    text = recorded("phase", ("\nend\n", "\nlost - 0 0 0 5\nend\n"))
    host.put("other", text)
    result = host.run("replay", "--verify", f"{host.root}/other")
    assert result.returncode == UNKNOWN and "lost" in result.stderr


def replay_says_what_other_parameters_lead_to(host):
    path = f"{RECORDINGS}/phase.zst"
    out = host.run("replay", path).stdout
    assert "classified MIXED: load 198 %, 1 background" in out
    assert "nice +13: runs nothing but background" in out and " > |" not in out
    out = host.run("replay", path, "--set", "max_interactive_phase_msec=1000").stdout
    assert "with max_interactive_phase_msec=1000" in out and " > | the phase ends" in out
    assert out == host.run("replay", path, "-s", "max_interactive_phase_msec=1000").stdout
    same = host.run("replay", path, "--policy", "vamp").stdout
    assert " > |" not in same and " < |" not in same


def replay_refuses_what_cannot_be(host):
    path = f"{RECORDINGS}/phase.zst"
    usage(host.run("replay", path, "--set", "kvm_vamp=39"), "is not 0 to 38")
    usage(host.run("replay", path, "--set", "color=1"), "no such parameter")
    usage(host.run("replay", path, "--policy", "vee15"), "no such policy")
    usage(host.run("replay", path, "--verify", "--policy", "vamp"), "--verify")
    usage(host.run("replay"), "which FILE")
    one_line(host.run("replay", "/none/there"), NO_INPUT, "/none/there")
    host.put("text", "hello\n")
    one_line(host.run("replay", f"{host.root}/text"), DATA, "text:1:", "not a stream")
    host.put("cut", recorded("phase")[:20000])
    result = host.run("replay", f"{host.root}/cut")
    assert result.returncode == DATA and "breaks off" in result.stderr


def report_is_one_page(host):
    page = f"{host.root}/page.html"
    result = host.run("report", f"{RECORDINGS}/phase.zst", "-o", page)
    assert result.returncode == OK and "MIXED" in result.stdout, result.stderr
    text = host.text("page.html")
    assert text.count("<svg") == 2 and "http" not in text and text.endswith("</html>\n")
    usage(host.run("report", f"{RECORDINGS}/phase.zst", "-o", page, "--phase", "2"),
          "there is no phase 2")
    assert os.listdir(host.root).count("page.html.new") == 0


def record_says_why_it_cannot(host):
    usage(host.run("record", "desk"), "-o FILE")
    usage(host.run("record", "desk", "-o", "x", "--seconds", "0"), "seconds")
    one_line(host.run("record", "nobody", "-o", f"{host.root}/x"), NO_VM, "nobody")
    host.put("old", "")
    one_line(host.run("record", "desk", "-o", f"{host.root}/old"), WRITE, "exists")
    host.put(f"{PARAMETERS}/load_monitor_enabled", "0\n")
    one_line(host.run("record", "desk", "-o", f"{host.root}/x"), REFUSED, "load_monitor")
    assert not os.path.exists(f"{host.root}/x")


def full_output_is_an_error(host):
    with open("/dev/full", "w", encoding="utf-8") as full:
        result = subprocess.run([host.program, f"--root={host.root}", "status"],
                                stdout=full, stderr=subprocess.PIPE, text=True,
                                check=False)
    assert result.returncode == WRITE, result


def unknown_command_is_a_usage_error(host):
    usage(host.run("nonsense"), "nonsense")
    usage(host.run(), "which command")


TESTS = (
    status_says_what_is_throttled_since_when_and_why,
    status_json_has_its_documented_form,
    names_alone_are_for_completion,
    top_prints_one_look,
    top_observes_while_switched_off,
    top_json_is_one_line_a_look,
    top_without_terminal_asks_for_batch,
    doctor_is_content_with_a_good_host,
    doctor_names_vm_and_remedy,
    doctor_without_vms_is_well,
    doctor_that_cannot_see_says_so,
    doctor_finds_the_module_missing,
    missing_module_is_one_line,
    other_version_is_one_line,
    ordinary_user_gets_one_line,
    get_prints_what_set_takes,
    set_checks_all_before_it_writes,
    set_that_fails_puts_back,
    set_saves_for_the_next_boot,
    set_that_cannot_save_sets_nothing,
    input_reaches_the_vm_by_name_or_process,
    input_that_is_refused_says_why,
    replay_is_what_the_module_did,
    verify_shows_the_first_difference,
    verify_ends_where_events_were_lost,
    replay_says_what_other_parameters_lead_to,
    replay_refuses_what_cannot_be,
    report_is_one_page,
    record_says_why_it_cannot,
    full_output_is_an_error,
    unknown_command_is_a_usage_error,
)


def main():
    failed = 0
    for test in TESTS:
        with tempfile.TemporaryDirectory() as directory:
            try:
                test(Host(sys.argv[1], directory))
                print("ok", test.__name__, flush=True)
            except AssertionError as error:
                failed += 1
                print("FAILED", test.__name__, repr(error), flush=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
