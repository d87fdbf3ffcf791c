// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * libvirt.c - vAMP as its packages install it, on a Debian host whose VM libvirt
 * runs: doctor says what is wrong before vampd has mended it and that all is well
 * then, keys through libvirt begin phases, what status, top, record, replay and
 * report show, and that nothing stays slowed when vampd is killed, again and again.
 */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/param.h>

#include "command.h"
#include "device.h"
#include "domain.h"
#include "extension.h"
#include "guest.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "vampctl.h"
#include "weight.h"

#define NAME		"desk"
#define KILLS		20
#define RESTORED_MS	2000	/* after vampd was killed */
#define DEATH_MS	10000
#define MENDED_MS	30000
#define SETTLE_MS	1500
#define TOP_MS		1500	/* it looks once a second */
#define RECORDING	"/run/lab/desk.vamp"
#define RECORD_S	12
#define DROP_IN		"/run/systemd/system/vampd.service.d"
#define SANITIZED	"build/vampd-asan/vampd"

static const struct weight base;	/* all vCPUs have nice 0 */

static void expect_up(void)
{
	char state[128];

	if (command_run("systemctl is-system-running --wait", state,
			sizeof(state))) {
		command_run("systemctl --failed --plain --no-legend", state,
			    sizeof(state));
		fail("the host's systemd has a failed unit: %s", state);
	}
	report_step("systemd and libvirt are up");
}

/* The package's own daemon, in its own sandbox. */
static void expect_installed(void)
{
	command_must("dpkg-query -W vamp vamp-dkms", NULL, 0);
	command_must("dkms status vamp | grep -q installed", NULL, 0);
	command_must("systemctl unmask vampd && systemctl enable --now vampd",
		     NULL, 0);
	command_must("systemctl is-active vampd", NULL, 0);
	command_must("modinfo -n vamp | grep /updates/dkms/", NULL, 0);
	command_must("vampctl status", NULL, 0);
	command_must("systemctl stop vampd", NULL, 0);
	report_step("vampd runs as its package has it");
}

/*
 * From here on it is built with AddressSanitizer, which the sandbox must allow. Who
 * is killed is started again at once.
 */
static void sanitize(void)
{
	char command[512];

	snprintf(command, sizeof(command),
		 "mkdir -p " DROP_IN
		 " && printf '%%s\n' '[Service]' 'ExecStart=' "
		 "\"ExecStart=$PWD/" SANITIZED " --foreground\" "
		 "'SystemCallFilter=' 'MemoryDenyWriteExecute=no' "
		 ">" DROP_IN "/asan.conf");
	command_must(command, NULL, 0);
	command_must("printf '%s\n' '[Unit]' 'StartLimitIntervalSec=0' "
		     "'[Service]' 'RestartSec=1' >" DROP_IN "/soon.conf && "
		     "systemctl daemon-reload",
		     NULL, 0);
}

/* As the package has it again. */
static void sanitize_no_more(void)
{
	command_must("systemctl stop vampd && rm " DROP_IN "/asan.conf && "
		     "systemctl daemon-reload && systemctl start vampd",
		     NULL, 0);
}

static void expect_sick(void)
{
	int status = command_run("vampctl doctor >/run/lab/doctor-before.txt",
				 NULL, 0);

	if (command_run("grep -q vcpu-cgroups /run/lab/doctor-before.txt", NULL,
			0))
		fail("doctor says nothing of vCPUs' cgroups (status %d)",
		     status);
	if (status != 1)
		fail("doctor ends with status %d, not 1", status);
	report_step("doctor: each vCPU has a CPU cgroup of its own");
}

static void expect_well(void)
{
	uint64_t deadline = now_ns() + MENDED_MS * NSEC_PER_MSEC;
	char said[256];

	command_must("systemctl start vampd", NULL, 0);
	while (command_run("vampctl doctor >/run/lab/doctor-after.txt", said,
			   sizeof(said))) {
		if (now_ns() < deadline)
			continue;
		command_run(
			"grep -v '^ok' /run/lab/doctor-after.txt | head -n 1",
			said, sizeof(said));
		fail("doctor is not content: %s", said);
	}
	report_step("vampd has mended it; doctor: all is well");
}

static void await_phase(const struct vm *vm)
{
	uint64_t deadline = now_ns() + PHASE_BEGIN_MS * NSEC_PER_MSEC;
	struct vamp_vm_info info = { .phase = 0 };

	domain_press(vm);
	while (device_vm(vm->pid, &info) && info.phase != VAMP_PHASE_MIXED)
		if (now_ns() > deadline)
			fail("a key through libvirt begins no MIXED phase "
			     "(phase %u, load %u)",
			     info.phase, info.vm_load);
}

static void slow_phase(struct vm *vm)
{
	stage_phase_end(vm);
	sleep_ms(SETTLE_MS);
	await_phase(vm);
	weight_expect_slow(&base, vm, PHASE_BEGIN_MS);
}

/* What people see, and what programs read. */
static void show(struct vm *vm)
{
	command_must("tmux -f /dev/null new-session -d -x 112 -y 26 "
		     "'vampctl top'",
		     NULL, 0);
	slow_phase(vm);
	command_must("vampctl status | tee /run/lab/status.txt", NULL, 0);
	command_must("grep -q throttled /run/lab/status.txt", NULL, 0);
	command_must("vampctl status --json >/run/lab/status.json", NULL, 0);
	slow_phase(vm);
	sleep_ms(TOP_MS);
	command_must("tmux capture-pane -e -p >/run/lab/top.txt", NULL, 0);
	command_must("grep -q throttled /run/lab/top.txt", NULL, 0);
	command_must("grep -q ' hog (' /run/lab/top.txt", NULL, 0);
	command_must("tmux kill-server", NULL, 0);
	report_step(
		"a key through libvirt begins a phase; status and top show it");
}

static void record(struct vm *vm)
{
	stage_phase_end(vm);
	vampctl_record_begin("vampctl", NAME, RECORDING, RECORD_S);
	slow_phase(vm);
	vampctl_record_end("vampctl", RECORDING);
	command_must("vampctl report " RECORDING " -o /run/lab/report.html",
		     NULL, 0);
	report_step(
		"recorded; the replay decides the same, and report draws it");
}

/* In ms: until all vCPUs have their weights, and until vampd is gone. */
struct death {
	unsigned int restored, gone;
};

static unsigned int ms_since(uint64_t start)
{
	return (now_ns() - start) / NSEC_PER_MSEC;
}

static void await_restored(const struct vm *vm, uint64_t start)
{
	while (!weight_is_base(&base, vm))
		if (ms_since(start) > RESTORED_MS)
			fail("vampd was killed, but vCPUs of VM %s have nice %d and %d after %u ms",
			     vm->name, weight_nice(vm->vcpu[0]),
			     weight_nice(vm->vcpu[1]), RESTORED_MS);
}

static void await_death(pid_t pid, uint64_t start)
{
	while (!kill(pid, 0)) {
		if (ms_since(start) > DEATH_MS)
			fail("vampd (%d) does not die", pid);
		sleep_ms(2);
	}
}

static struct death kill_daemon(struct vm *vm)
{
	struct death d;
	uint64_t start;
	char text[32];
	pid_t pid;

	slow_phase(vm);
	command_must("systemctl show -P MainPID vampd", text, sizeof(text));
	pid = atoi(text);
	start = now_ns();
	kill(pid, SIGKILL);
	await_restored(vm, start);
	d.restored = ms_since(start);
	await_death(pid, start);
	d.gone = ms_since(start);
	command_must("for i in $(seq 300); do systemctl -q is-active vampd && "
		     "exit 0; sleep 0.1; done; exit 1",
		     NULL, 0);
	return d;
}

static void kill_daemons(struct vm *vm)
{
	struct death d, worst = { 0 };

	for (unsigned int i = 1; i <= KILLS; i++) {
		d = kill_daemon(vm);
		worst.restored = MAX(worst.restored, d.restored);
		worst.gone = MAX(worst.gone, d.gone);
		report_live("vampd was killed %u times", i);
	}
	report_step(
		"vampd was killed %u times: nothing was slowed for longer than %u ms, and it took up to %u ms to die",
		KILLS, worst.restored, worst.gone);
}

/* What it moved is where libvirt had it. */
static void expect_restored(const char *before)
{
	char after[512];

	command_must("systemctl stop vampd", NULL, 0);
	command_must("cat /proc/$(cat /run/libvirt/qemu/" NAME
		     ".pid)/task/*/cgroup | sort | tr '\\n' ' '",
		     after, sizeof(after));
	if (strcmp(before, after))
		fail("cgroups of the VM's threads are not as before: %s",
		     after);
	report_step("vampd has stopped: cgroups are as libvirt had them");
}

static void expect_clean(void)
{
	char line[512];

	command_must("journalctl -b -u vampd -o cat >/run/lab/vampd.txt", NULL,
		     0);
	if (!command_run("grep -m 1 -E 'Sanitizer|runtime error|core dumped' "
			 "/run/lab/vampd.txt",
			 line, sizeof(line)))
		fail("vampd: %s", line);
	report_step("vampd made no error and lost no memory");
}

static void explain(struct json_object *root)
{
	(void)root;
	command_run("journalctl -b -u vampd -o cat | tail -n 40", NULL, 0);
}

static void run(void)
{
	char cgroups[512];
	struct vm vm;

	report_on_failure(explain);
	expect_up();
	expect_installed();
	sanitize();
	report_live("libvirt starts a VM");
	domain_start(&vm, NAME);
	report_step("libvirt has started a VM");
	guest_tell(&vm, "hogs 2");
	guest_app(&vm, 1000);
	command_must("cat /proc/$(cat /run/libvirt/qemu/" NAME
		     ".pid)/task/*/cgroup | sort | tr '\\n' ' '",
		     cgroups, sizeof(cgroups));
	expect_sick();
	expect_well();
	stage_known(&vm);
	extension_start(&vm, "");
	report_step("the guest extension runs, by libvirt's channel");
	show(&vm);
	record(&vm);
	kill_daemons(&vm);
	sanitize_no_more();
	expect_restored(cgroups);
	expect_clean();
	domain_end(&vm);
	command_must("dpkg -P vamp vamp-dkms && ! lsmod | grep -q '^vamp '",
		     NULL, 0);
	report_step("packages are purged");
}

const struct scenario scenario_libvirt = {
	.name = "libvirt",
	.about = "packages, a VM of libvirt's, and what vampctl shows",
	.limit_s = 1500,
	.need = NEED_LIBVIRT,
	.run = run,
};
