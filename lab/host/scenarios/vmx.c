// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * vmx.c - Intel: both address spaces of a tiny guest are seen in every paging
 * mode, by sampling and, where KVM bears it, by trapping, of which nothing stays
 * behind; and two roots of one process are one task.
 *
 * Three ways to load kvm_intel: as it is, without unrestricted guest, and
 * without EPT.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "kmsg.h"
#include "module.h"
#include "options.h"
#include "report.h"
#include "tiny.h"
#include "util.h"

#define KVM_INTEL	"/modules/kvm-intel.ko"
#define BOOT_WARNING	"parse_legacy"	/* the emulator's topology */
#define REFUSAL		"vamp: track_cr3_load"
#define GONE_NS		(5 * NSEC_PER_SEC)
#define TABLE		64

/* The emulator runs 100 million instructions a second, two of them a loop. */
#define LONG_SPIN	26000
#define SHORT_SPIN	(LONG_SPIN / 3)
#define SHARE		75.0		/* percent, of the first */
#define TOLERANCE	8.0
#define SAMPLED_TURNS	1500		/* of 0.7 ms */
#define TRAPPED_TURNS	3000
#define PROCESS_SPIN	20000
#define PROCESS_TURNS	2000		/* of 0.4 ms */
#define RELEASE_SPIN	500
#define RELEASE_TURNS	60000
#define RELEASE_MS	250

struct setup {
	const char *name;
	const char *parameters;
	char ept, unrestricted;	/* Y or N, as kvm_intel then says */
};

static const struct setup setups[] = {
	{ "unrestricted", "unrestricted_guest=1", 'Y', 'Y' },
	{ "restricted", "unrestricted_guest=0", 'Y', 'N' },
	{ "no-ept", "ept=0", 'N', 'N' },
};

static const enum tiny_mode spaces[] = { TINY_LONG, TINY_PAE, TINY_32 };
static const enum tiny_mode processes[] = { TINY_SHARED, TINY_ISOLATED,
					    TINY_ISOLATED_PCID };

static struct vamp_task_info before[TABLE], after[TABLE];
static unsigned int nr_before, nr_after;
static struct json_object *results;

static void result(const struct setup *s, const struct tiny *t,
		   const char *what, struct json_object *o)
{
	json_object_object_add(o, "setup", json_object_new_string(s->name));
	json_object_object_add(o, "mode",
			       json_object_new_string(tiny_name(t->mode)));
	json_object_object_add(o, "tracked", json_object_new_string(what));
	json_object_array_add(results, o);
}

static void add(struct json_object *o, const char *name, uint64_t value)
{
	json_object_object_add(o, name, json_object_new_int64(value));
}

/* A parameter that the processor cannot follow is quietly put right. */
static void expect_parameter(const char *name, char value)
{
	char path[96], text[16];

	snprintf(path, sizeof(path), "/sys/module/kvm_intel/parameters/%s",
		 name);
	if (read_text(path, text, sizeof(text)) || text[0] != value)
		undecided("kvm_intel's %s is not %c here", name, value);
}

static void load_kvm_intel(const struct setup *s)
{
	int fd;

	if (syscall(SYS_delete_module, "kvm_intel", O_NONBLOCK))
		undecided("kvm_intel does not unload: %s", strerror(errno));
	fd = open(KVM_INTEL, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || syscall(SYS_finit_module, fd, s->parameters, 0))
		undecided("kvm_intel does not load with %s: %s", s->parameters,
			  strerror(errno));
	close(fd);
	expect_parameter("ept", s->ept);
	expect_parameter("unrestricted_guest", s->unrestricted);
}

/* The guest runs a turn now and then until the module has made its VM. */
static void start(struct tiny *t, enum tiny_mode mode)
{
	uint64_t deadline = now_ns() + GONE_NS;
	struct vamp_vm_info info;

	tiny_start(t, mode);
	do {
		tiny_go(t, 1);
		tiny_wait(t);
		if (now_ns() > deadline)
			fail("the module does not see the guest (%s)",
			     tiny_name(mode));
		sleep_ms(20);
	} while (!device_vm(getpid(), &info));
}

/* The module forgets it, so that the next one is new. */
static void stop(struct tiny *t)
{
	uint64_t deadline = now_ns() + GONE_NS;
	struct vamp_vm_info info;

	tiny_stop(t);
	while (device_vm(getpid(), &info)) {
		if (now_ns() > deadline)
			fail("the module does not let go of an ended guest");
		sleep_ms(50);
	}
}

static void expect_track(const struct tiny *t, unsigned int track)
{
	struct vamp_vm_info info;

	if (device_vm(getpid(), &info) && info.track != track)
		fail("the guest (%s) is tracked in mode %u, not %u",
		     tiny_name(t->mode), info.track, track);
}

/* What task @id ran between the two lists. */
static uint64_t ran(uint64_t id)
{
	uint64_t ns = 0;

	for (unsigned int i = 0; i < nr_after; i++)
		if (after[i].id == id)
			ns += after[i].exec_ns;
	for (unsigned int i = 0; i < nr_before; i++)
		if (before[i].id == id)
			ns -= before[i].exec_ns;
	return ns;
}

/* Runs @turns and sees that the guest's own two tasks ran, and nobody else. */
static void observe(struct tiny *t, uint32_t turns)
{
	nr_before = device_tasks(getpid(), before, TABLE);
	tiny_go(t, turns);
	tiny_wait(t);
	nr_after = device_tasks(getpid(), after, TABLE);
	for (unsigned int i = 0; i < nr_after; i++)
		if (after[i].id != t->root[0] && after[i].id != t->root[1] &&
		    ran(after[i].id))
			fail("%s: a task %#llx ran that is none of the guest's",
			     tiny_name(t->mode),
			     (unsigned long long)after[i].id);
	for (unsigned int i = 0; i < 2; i++)
		if (!ran(t->root[i]))
			fail("%s: task %#llx was not seen", tiny_name(t->mode),
			     (unsigned long long)t->root[i]);
}

static double first_share(const struct tiny *t)
{
	double first = ran(t->root[0]);

	return 100 * first / (first + ran(t->root[1]));
}

static void expect_share(const struct tiny *t)
{
	double share = first_share(t);

	if (share < SHARE - TOLERANCE || share > SHARE + TOLERANCE)
		fail("%s: the first address space ran %.1f %% of the time, not %.1f",
		     tiny_name(t->mode), share, SHARE);
}

static uint32_t arrivals(const struct tiny *t)
{
	return tiny_arrivals(t, 0) + tiny_arrivals(t, 1);
}

static void expect_few_exits(const struct setup *s, const struct tiny *t,
			     uint64_t exits, uint64_t came)
{
	exits = tiny_exits(t) - exits;
	came = arrivals(t) - came;
	if (s->ept == 'Y' && exits > came / 4)
		fail("%s, %s: %llu exits for %llu changes", s->name,
		     tiny_name(t->mode), (unsigned long long)exits,
		     (unsigned long long)came);
}

/* Without a trap, few of the guest's changes of address space exit. */
static void sample(const struct setup *s, enum tiny_mode mode)
{
	struct json_object *o = json_object_new_object();
	uint64_t exits, came;
	struct tiny t;

	report_live("%s, %s: sampling", s->name, tiny_name(mode));
	start(&t, mode);
	tiny_spin(&t, LONG_SPIN, SHORT_SPIN);
	came = arrivals(&t);
	exits = tiny_exits(&t);
	observe(&t, SAMPLED_TURNS);
	expect_track(&t, s->ept == 'N');	/* then KVM itself traps */
	expect_share(&t);
	expect_few_exits(s, &t, exits, came);
	add(o, "changes", arrivals(&t) - came);
	add(o, "exits", tiny_exits(&t) - exits);
	json_object_object_add(o, "first_percent",
			       json_object_new_double(first_share(&t)));
	result(s, &t, "sampled", o);
	report_step("%s, %s: sampled, the first ran %.1f %% (%.1f)", s->name,
		    tiny_name(mode), first_share(&t), SHARE);
	stop(&t);
}

/* Every change is seen, and no other. */
static void trap(const struct setup *s, enum tiny_mode mode)
{
	struct json_object *o = json_object_new_object();
	struct vamp_counters old, new;
	uint64_t exits, came, seen;
	struct tiny t;

	report_live("%s, %s: trapping", s->name, tiny_name(mode));
	start(&t, mode);
	came = arrivals(&t);
	exits = tiny_exits(&t);
	device_counters(&old);
	observe(&t, TRAPPED_TURNS);
	device_counters(&new);
	expect_track(&t, 1);
	came = arrivals(&t) - came;
	seen = new.task_switches - old.task_switches;
	add(o, "changes", came);
	add(o, "seen", seen);
	add(o, "exits", tiny_exits(&t) - exits);
	result(s, &t, "trapped", o);
	if (seen != came)
		fail("%s, %s: the guest changed %llu times, seen were %llu",
		     s->name, tiny_name(mode), (unsigned long long)came,
		     (unsigned long long)seen);
	report_step("%s, %s: trapped, all of %llu changes seen", s->name,
		    tiny_name(mode), (unsigned long long)came);
	stop(&t);
}

/* Two tasks, whether each has one root or two; after a time to learn. */
static void follow(const struct setup *s, enum tiny_mode mode)
{
	struct json_object *o = json_object_new_object();
	struct tiny t;

	report_live("%s, %s: processes", s->name, tiny_name(mode));
	if (!tiny_possible(mode)) {
		report_step("%s: not on this KVM", tiny_name(mode));
		return;
	}
	start(&t, mode);
	tiny_spin(&t, PROCESS_SPIN, PROCESS_SPIN);
	tiny_go(&t, PROCESS_TURNS);
	tiny_wait(&t);
	observe(&t, PROCESS_TURNS);
	add(o, "tasks", nr_after);
	result(s, &t, "processes", o);
	report_step("%s, %s: two processes, two tasks", s->name,
		    tiny_name(mode));
	stop(&t);
}

/* Without paging there is nothing to see, and nothing goes wrong. */
static void pass_over(const struct setup *s)
{
	struct tiny t;

	start(&t, TINY_REAL);
	tiny_go(&t, TRAPPED_TURNS);
	tiny_wait(&t);
	if (device_tasks(getpid(), after, TABLE))
		fail("%s: a guest without paging has tasks", s->name);
	stop(&t);
}

static void expect_refusals(const struct setup *s, unsigned int vms)
{
	struct vamp_counters c;
	unsigned int said;

	device_counters(&c);
	if (c.trap_refused != vms)
		fail("%s: trapping was refused %llu times, not %u", s->name,
		     (unsigned long long)c.trap_refused, vms);
	said = kmsg_count(REFUSAL);
	if (said != 1)
		fail("%s: the log says %u times why, not once", s->name, said);
	report_step("%s: trapping is refused, the log says why", s->name);
}

/* The module goes while a trap is set; after that nothing exits any more. */
static void release(const struct setup *s)
{
	struct json_object *o = json_object_new_object();
	uint64_t exits, came;
	struct tiny t;

	start(&t, TINY_LONG);
	tiny_spin(&t, RELEASE_SPIN, RELEASE_SPIN);
	tiny_go(&t, RELEASE_TURNS);
	sleep_ms(RELEASE_MS);
	expect_track(&t, 1);
	module_unload();
	exits = tiny_exits(&t);
	came = arrivals(&t);
	sleep_ms(RELEASE_MS);
	came = arrivals(&t) - came;
	exits = tiny_exits(&t) - exits;
	add(o, "changes", came);
	add(o, "exits", exits);
	result(s, &t, "unloaded", o);
	if (came < 1000 || exits > came / 4)
		fail("%s: after unloading %llu exits, %llu changes", s->name,
		     (unsigned long long)exits, (unsigned long long)came);
	report_step("%s: unloaded meanwhile, %llu exits for %llu changes",
		    s->name, (unsigned long long)exits,
		    (unsigned long long)came);
	tiny_wait(&t);
	tiny_stop(&t);
}

static void refused(const struct setup *s)
{
	module_load("track_cr3_load=1");
	for (unsigned int i = 0; i < ARRAY_SIZE(spaces); i++)
		sample(s, spaces[i]);
	pass_over(s);
	expect_refusals(s, ARRAY_SIZE(spaces));
	module_set("track_cr3_load", "0");
	for (unsigned int i = 0; i < ARRAY_SIZE(processes); i++)
		follow(s, processes[i]);
	module_unload();
}

static void allowed(const struct setup *s)
{
	module_load("");
	for (unsigned int i = 0; i < ARRAY_SIZE(spaces); i++)
		sample(s, spaces[i]);
	module_set("track_cr3_load", "1");
	for (unsigned int i = 0; i < ARRAY_SIZE(spaces); i++)
		trap(s, spaces[i]);
	pass_over(s);
	for (unsigned int i = 0; i < ARRAY_SIZE(processes); i++)
		follow(s, processes[i]);
	if (s->ept == 'Y')
		release(s);
	else
		module_unload();
}

static void run(void)
{
	char line[256];

	if (!kmsg_drop(BOOT_WARNING, line, sizeof(line)))
		undecided("the host kernel complains at boot: %s", line);
	results = json_object_new_array();
	json_object_object_add(report_root(), "results", results);
	for (unsigned int i = 0; i < ARRAY_SIZE(setups); i++) {
		load_kvm_intel(&setups[i]);
		if (setups[i].unrestricted == 'Y')
			refused(&setups[i]);
		else
			allowed(&setups[i]);
	}
}

const struct scenario scenario_vmx = {
	.name = "vmx",
	.about =
		"Intel: tiny guests' address spaces, sampled and trapped (Bochs)",
	.limit_s = 900,
	.need = NEED_MODULE,
	.machine = MACHINE_BOCHS,
	.run = run,
};
