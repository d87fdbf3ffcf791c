// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * guest-systemd.c - the guest extension as a service of a guest with systemd: udev
 * starts it, it places background tasks of a unit that has its own cpuset, and
 * whatever ends it, systemd's tree of cgroups and all threads are as they were.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "daemon.h"
#include "extension.h"
#include "guest.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "stage.h"
#include "util.h"
#include "vm.h"

#define AGENT		"vamp-guest.service"
#define CAPPED		"capped.service"
#define LAST_WORDS	"journalctl -b -o short-monotonic | tail -n 24 >/dev/ttyS0"
#define PLACED_MS	5000
#define RESTORED_MS	3000
#define SYSTEMD_MS	12000	/* systemd makes a sandbox first: seconds, emulated */
#define UP_MS		60000
#define SETTLE_MS	1500

/* Its first words, or the scenario's end. */
static void shell(struct vm *vm, const char *command, char *said, size_t size)
{
	char text[192];
	int status = guest_shell(vm, command, text, sizeof(text));

	if (status)
		fail("%s: status %#x in VM %s: %s", command, status, vm->name,
		     text);
	if (said)
		snprintf(said, size, "%s", text);
}

static void await_agent(struct vm *vm, const char *when)
{
	uint64_t deadline = now_ns() + UP_MS * NSEC_PER_MSEC;
	char state[192];

	while (guest_shell(vm, "systemctl is-active " AGENT, state,
			   sizeof(state))) {
		if (now_ns() > deadline)
			fail("%s: vamp-guest is %s", when, state);
		sleep_ms(500);
	}
}

/* It has come up when nothing is left to start. */
static void boot(struct vm *vm)
{
	uint64_t start = now_ns();
	char state[192];

	report_live("Debian boots in a VM");
	vm_start_systemd(vm, "A");
	vm_wait_systemd(vm);
	if (guest_shell(vm, "systemctl is-system-running --wait", state,
			sizeof(state))) {
		guest_shell(vm,
			    "systemctl --failed --plain --no-legend | head -1",
			    state, sizeof(state));
		fail("the guest's systemd has a failed unit: %s", state);
	}
	report_step("the guest's systemd is up after %.0f s",
		    (now_ns() - start) / 1e9);
}

static void await_placed(struct vm *vm, const char *when)
{
	uint64_t deadline = now_ns() + PLACED_MS * NSEC_PER_MSEC;
	char what[256];

	while (extension_same(vm, what, sizeof(what)))
		if (now_ns() > deadline)
			fail("%s: nothing is placed in VM %s", when, vm->name);
	/* Of threads, not of cgroups. */
	if (!strstr(what, "/task/"))
		fail("%s: something else changed in VM %s: %s", when, vm->name,
		     what);
}

/* Its journal goes to its console, which the report has. */
static _Noreturn void not_restored(struct vm *vm, const char *when,
				   unsigned int ms, const char *what)
{
	guest_shell(vm, LAST_WORDS, NULL, 0);
	fail("%s: not as before in VM %s after %u ms: %s", when, vm->name, ms,
	     what);
}

static void await_restored_in(struct vm *vm, unsigned int ms, const char *when)
{
	uint64_t start = now_ns(), took;
	char what[256];

	do {
		took = (now_ns() - start) / NSEC_PER_MSEC;
		if (extension_same(vm, what, sizeof(what)))
			break;
		if (took > ms)
			not_restored(vm, when, ms, what);
	} while (true);
	report_step("%s: all is as before after %u ms", when,
		    (unsigned int)took);
}

static void await_restored(struct vm *vm, const char *when)
{
	await_restored_in(vm, RESTORED_MS, when);
}

static void placed(struct vm *vm, const char *when)
{
	stage_phase_end(vm);
	sleep_ms(SETTLE_MS);
	stage_phase(vm);
	await_placed(vm, when);
}

/* Its cpuset has the fast CPU alone: it stays there. */
static void expect_capped(struct vm *vm)
{
	char cpus[192];

	shell(vm,
	      "grep Cpus_allowed_list: /proc/$(systemctl show -P MainPID " CAPPED
	      ")/status",
	      cpus, sizeof(cpus));
	if (strcmp(cpus, "Cpus_allowed_list:\t0"))
		fail("a task of a cpuset with CPU 0 alone has %s", cpus);
}

static void phase_ends(struct vm *vm)
{
	placed(vm, "the phase ends");
	expect_capped(vm);
	stage_phase_end(vm);
	await_restored(vm, "the phase ends");
}

static void send_kill(struct vm *vm, const char *whom, const char *when)
{
	char command[96];

	placed(vm, when);
	snprintf(command, sizeof(command),
		 "systemctl kill --kill-whom=%s -s KILL " AGENT, whom);
	shell(vm, command, NULL, 0);
}

/* Its keeper puts back what it left, and systemd starts it again. */
static void kill_agent(struct vm *vm)
{
	send_kill(vm, "main", "the agent is killed");
	await_restored(vm, "the agent is killed");
	await_agent(vm, "the agent is killed");
}

/* The keeper too: systemd does it. */
static void kill_all(struct vm *vm)
{
	send_kill(vm, "all", "all of the service is killed");
	await_restored_in(vm, SYSTEMD_MS, "all of the service is killed");
	await_agent(vm, "all of the service is killed");
}

/* The new one may place once more, if it is there before the phase is over. */
static void restart_agent(struct vm *vm)
{
	placed(vm, "the service restarts");
	shell(vm, "systemctl restart " AGENT, NULL, 0);
	await_agent(vm, "the service restarts");
	stage_phase_end(vm);
	await_restored(vm, "the service restarts");
}

static void lose_daemon(struct vm *vm)
{
	placed(vm, "vampd is killed");
	daemon_kill();
	await_restored(vm, "vampd is killed");
	daemon_start();
	daemon_wait(vm);
}

static void expect_restarts(struct vm *vm, int times)
{
	char text[192];

	shell(vm, "systemctl show -P NRestarts " AGENT, text, sizeof(text));
	if (atoi(text) != times)
		fail("systemd started vamp-guest again %s times, not %d", text,
		     times);
	shell(vm, "vamp-guest doctor", text, sizeof(text));
	report_step("vamp-guest doctor: %s", text);
}

static void run(void)
{
	struct vm vm;

	module_load("");
	module_set_nice(MODULE_NICE);
	daemon_start();
	boot(&vm);
	stage_known(&vm);
	daemon_wait(&vm);
	await_agent(&vm, "after boot");
	report_step("udev has started vamp-guest");
	stage_phase_end(&vm);
	shell(&vm,
	      "systemd-run -q --unit=" CAPPED
	      " -p AllowedCPUs=0 sh -c 'while :; do :; done'",
	      NULL, 0);
	guest_tell(&vm, "hogs 3");
	guest_app(&vm, 1000);
	guest_tell(&vm, "keep");
	phase_ends(&vm);
	kill_agent(&vm);
	kill_all(&vm);
	expect_restarts(&vm, 2);
	restart_agent(&vm);
	lose_daemon(&vm);
	phase_ends(&vm);
	daemon_stop();
	module_unload();
	vm_power_off(&vm);
}

const struct scenario scenario_guest_systemd = {
	.name = "guest-systemd",
	.about = "the guest extension as a service of a Debian guest",
	.limit_s = 900,
	.need = NEED_SYSTEMD,
	.run = run,
};
