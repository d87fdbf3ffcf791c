// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * doctor_rules.c - one function for each condition that makes vAMP ineffective.
 * A rule says what it finds wrong and stays silent otherwise.
 */
#include "doctor.h"

#include <errno.h>
#include <sched.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exit_code.h"

#define KERNEL_OLDEST	601	/* MAJOR * 100 + MINOR */
#define KERNEL_NEWEST	703
#define TABLE_TASKS	1024	/* of a VM, as the module has it */

/* A table that is replaced in less than this forgets tasks within a phase. */
#define TURNOVER_MS	5000

/* What a rule works with. */
struct look {
	const struct facts *f;
	const char *rule;
	const struct fact_vm *vm;	/* NULL: of the host */
	struct findings *found;
};

/* ---- findings ---- */

static struct finding *new_finding(struct findings *found)
{
	struct finding *more;

	if (found->count == found->room) {
		size_t room = found->room ? 2 * found->room : 32;

		more = reallocarray(found->finding, room, sizeof(*more));
		if (!more) {
			found->no_memory = true;
			return NULL;
		}
		found->finding = more;
		found->room = room;
	}
	return &found->finding[found->count++];
}

__attribute__((format(printf, 4, 5))) static void find(const struct look *l,
						       enum level level,
						       const char *remedy,
						       const char *format, ...)
{
	struct finding *n = new_finding(l->found);
	va_list ap;

	if (!n)
		return;
	*n = (struct finding){ .level = level, .rule = l->rule };
	if (l->vm) {
		n->vm = l->vm->info.pid;
		memcpy(n->name, l->vm->name, sizeof(n->name));
	}
	va_start(ap, format);
	vsnprintf(n->text, sizeof(n->text), format, ap);
	va_end(ap);
	snprintf(n->remedy, sizeof(n->remedy), "%s", remedy);
}

void findings_free(struct findings *found)
{
	free(found->finding);
	*found = (struct findings){ .count = 0 };
}

/* ---- of the host ---- */

static void module(const struct look *l)
{
	if (l->f->device_err == -ENOENT)
		find(l, LEVEL_PROBLEM, "modprobe vamp",
		     "the module is not loaded");
	else if (l->f->device_err)
		find(l, LEVEL_PROBLEM,
		     "load the module that came with this vampctl: systemctl stop vampd; rmmod vamp; modprobe vamp",
		     "the module is of another version than vampctl");
}

static void kernel(const struct look *l)
{
	int major, minor, both;

	if (sscanf(l->f->kernel, "%d.%d", &major, &minor) != 2) {
		find(l, LEVEL_UNKNOWN, "", "the kernel's release is unknown");
		return;
	}
	both = major * 100 + minor;
	if (both < KERNEL_OLDEST || both > KERNEL_NEWEST)
		find(l, LEVEL_PROBLEM, "boot a kernel from 6.1 to 7.3",
		     "Linux %s is not supported: vAMP is for 6.1 to 7.3",
		     l->f->kernel);
	else if (both != 601 && both != 612 && both != 703)
		find(l, LEVEL_NOTE, "",
		     "Linux %s lies between kernels that were tested (6.1, 6.12, 7.3) but is none of them",
		     l->f->kernel);
}

static void switched_off(const struct look *l)
{
	if (l->f->kvm_vamp.err)
		find(l, LEVEL_UNKNOWN, "", "kernel.kvm_vamp cannot be read: %s",
		     strerror(-l->f->kvm_vamp.err));
	else if (!l->f->kvm_vamp.value)
		find(l, LEVEL_PROBLEM, "vampctl set kvm_vamp=5",
		     "kvm_vamp is 0: nothing is ever throttled");
}

static void monitor_off(const struct look *l)
{
	if (l->f->load_monitor.err)
		find(l, LEVEL_UNKNOWN, "",
		     "load_monitor_enabled cannot be read: %s",
		     strerror(-l->f->load_monitor.err));
	else if (!l->f->load_monitor.value)
		find(l, LEVEL_PROBLEM, "vampctl set load_monitor_enabled=1",
		     "load_monitor_enabled is 0: guest tasks are not tracked");
}

static void daemon_runs(const struct look *l)
{
	if (l->f->vampd.err)
		find(l, LEVEL_UNKNOWN, "run vampctl as root",
		     "whether vampd runs cannot be told: %s",
		     strerror(-l->f->vampd.err));
	else if (!l->f->vampd.value)
		find(l, LEVEL_PROBLEM, "systemctl enable --now vampd",
		     "vampd does not run: nobody tells the module of users' input");
}

static void uprobes(const struct look *l)
{
	if (!l->f->uprobes.value)
		find(l, LEVEL_PROBLEM,
		     "boot a kernel with CONFIG_UPROBE_EVENTS, or have another program report input to /dev/vamp",
		     "the kernel has no uprobes: vampd cannot see users' input");
}

static void ipi_virtualization(const struct look *l)
{
	static const char text[] =
		"the processor delivers interrupts between vCPUs itself (%s): the module does not see who wakes whom";

	if (!l->f->avic.err && l->f->avic.value)
		find(l, LEVEL_PROBLEM,
		     "stop all VMs, then: modprobe -r kvm_amd; modprobe kvm_amd avic=0",
		     text, "avic of kvm_amd");
	if (!l->f->ipiv.err && l->f->ipiv.value)
		find(l, LEVEL_PROBLEM,
		     "stop all VMs, then: modprobe -r kvm_intel; modprobe kvm_intel enable_ipiv=0",
		     text, "enable_ipiv of kvm_intel");
}

static void vms_refused(const struct look *l)
{
	if (l->f->counters.vms_refused)
		find(l, LEVEL_PROBLEM,
		     "run fewer VMs on this host, none with more than 255 vCPUs, or free memory; then restart those VMs",
		     "%llu requests to take a VM in were refused since the module was loaded: too many VMs or vCPUs, or no memory",
		     l->f->counters.vms_refused);
}

static void any_vm(const struct look *l)
{
	if (!l->f->vms)
		find(l, LEVEL_NOTE, "",
		     "no VM runs now: what depends on VMs was not looked at");
}

/* ---- of a VM ---- */

static void symbol(const struct look *l)
{
	switch (-l->vm->symbol_err) {
	case 0:
	case ESRCH:
		break;
	case ENOENT:
	case ENOEXEC:
	case EFBIG:
		find(l, LEVEL_PROBLEM,
		     "run a QEMU that is not stripped of its dynamic symbols, or have another program report input to /dev/vamp",
		     "its program has no function qemu_input_event_send_impl: vampd cannot see its input");
		break;
	default:
		find(l, LEVEL_UNKNOWN, "", "its program cannot be read: %s",
		     strerror(-l->vm->symbol_err));
	}
}

/* The first vCPU whose cgroup is known, or NULL. */
static const struct fact_vcpu *first_known(const struct fact_vm *vm)
{
	for (size_t i = 0; i < vm->vcpus; i++)
		if (!vm->vcpu[i].cgroup_err)
			return &vm->vcpu[i];
	return NULL;
}

/* A thread may end while it is looked at. */
static bool cgroup_unknown(const struct fact_vcpu *v)
{
	return v->cgroup_err && v->cgroup_err != -ESRCH;
}

/* Paths that a shell reads as they are when they are in single quotes. */
static bool is_plain(const char *path)
{
	for (; *path; path++)
		if (*path <= ' ' || *path > '~' || *path == '\'')
			return false;
	return true;
}

static void merge_remedy(const struct cgroup *g, char *to, size_t size)
{
	struct cgroup parent;

	cgroup_parent(g, &parent);
	if (!is_plain(parent.path))
		snprintf(to, size,
			 "put all vCPU threads of the VM into one CPU cgroup");
	else if (g->version == 2)
		snprintf(
			to, size,
			"echo -cpu > '%s%s/cgroup.subtree_control' (until the VM's next start)",
			cgroup_mount(g), parent.path);
	else
		snprintf(
			to, size,
			"write the id of each vCPU thread into '%s%s/tasks' (until the VM's next start)",
			cgroup_mount(g), parent.path);
}

static void vcpu_cgroups(const struct look *l)
{
	const struct fact_vcpu *first = first_known(l->vm);
	char remedy[FINDING_TEXT];

	for (size_t i = 0; i < l->vm->vcpus; i++) {
		const struct fact_vcpu *v = &l->vm->vcpu[i];

		if (cgroup_unknown(v)) {
			find(l, LEVEL_UNKNOWN, "",
			     "the CPU cgroup of vCPU %u cannot be told: %s",
			     v->id, strerror(-v->cgroup_err));
			return;
		}
		if (v->cgroup_err || cgroup_same(&first->cgroup, &v->cgroup))
			continue;
		merge_remedy(&v->cgroup, remedy, sizeof(remedy));
		find(l, LEVEL_PROBLEM, remedy,
		     "its vCPUs are in several CPU cgroups (vCPU %u in %s, vCPU %u in %s): nice has no effect between them",
		     first->id, first->cgroup.path, v->id, v->cgroup.path);
		return;
	}
}

/* Another VM that has a vCPU in the same group. */
static const struct fact_vm *sharer(const struct look *l,
				    const struct cgroup *g)
{
	for (size_t i = 0; i < l->f->vms; i++) {
		const struct fact_vm *vm = &l->f->vm[i];

		if (vm == l->vm)
			continue;
		for (size_t k = 0; k < vm->vcpus; k++)
			if (!vm->vcpu[k].cgroup_err &&
			    cgroup_same(&vm->vcpu[k].cgroup, g))
				return vm;
	}
	return NULL;
}

#define OWN_GROUP							\
	"start each VM in a cgroup of its own: systemd-run --scope -p CPUWeight=100 qemu..."

static void vm_cgroup(const struct look *l)
{
	const struct fact_vcpu *v = first_known(l->vm);
	const struct fact_vm *other;

	if (!v)
		return;
	if (cgroup_is_root(&v->cgroup)) {
		find(l, LEVEL_PROBLEM, OWN_GROUP,
		     "it has no CPU cgroup of its own: a throttled vCPU loses its share to everything else on the host");
		return;
	}
	other = sharer(l, &v->cgroup);
	if (other)
		find(l, LEVEL_PROBLEM, OWN_GROUP,
		     "it shares the CPU cgroup %s with VM %s (%d): a throttled vCPU loses its share to that",
		     v->cgroup.path, other->name, other->info.pid);
	else if (!l->vm->others.err && l->vm->others.value)
		find(l, LEVEL_NOTE, OWN_GROUP,
		     "%ld other processes are in its CPU cgroup %s: while they are busy, a throttled vCPU loses its share to them",
		     l->vm->others.value, v->cgroup.path);
}

/* Threads in groups of their own do not get an autogroup. */
static void autogroup(const struct look *l)
{
	const struct fact_vcpu *v = first_known(l->vm);

	if (v && cgroup_is_root(&v->cgroup) && !l->f->autogroup.err &&
	    l->f->autogroup.value)
		find(l, LEVEL_PROBLEM,
		     "sysctl kernel.sched_autogroup_enabled=0, and give the VM a cgroup of its own",
		     "autogroup puts it into one group with all that was started in its session");
}

static void hidden_cr3(const struct look *l)
{
	if (!l->vm->info.nr_tasks && l->f->counters.cr3_hidden)
		find(l, LEVEL_PROBLEM,
		     "none for an encrypted guest (SEV-ES, SEV-SNP): run it without, or leave it without vAMP",
		     "its address spaces cannot be read: it has no guest tasks and never a slow vCPU");
}

static void scheduling_class(const struct look *l)
{
	for (size_t i = 0; i < l->vm->vcpus; i++) {
		const struct fact_vcpu *v = &l->vm->vcpu[i];

		if (v->policy.err && v->policy.err != -ESRCH &&
		    v->policy.err != -ENOENT)
			find(l, LEVEL_UNKNOWN, "",
			     "the scheduling policy of vCPU %u cannot be told: %s",
			     v->id, strerror(-v->policy.err));
		else if (!v->policy.err && v->policy.value != SCHED_OTHER)
			find(l, LEVEL_PROBLEM,
			     "take vcpusched out of the VM's configuration, or: chrt --other --pid 0 THREAD",
			     "vCPU %u (thread %d) is not SCHED_OTHER: vAMP leaves it alone",
			     v->id, v->tid);
		else if (v->left_alone)
			find(l, LEVEL_PROBLEM, "restart the VM",
			     "vCPU %u (thread %d) is left alone: its thread was not SCHED_OTHER, or runs another vCPU too",
			     v->id, v->tid);
	}
}

static void pinned(const struct look *l)
{
	for (size_t i = 0; i < l->vm->vcpus; i++) {
		const struct fact_vcpu *v = &l->vm->vcpu[i];

		if (v->cpus.err || v->cpus.value != 1 || l->f->online.err ||
		    l->f->online.value < 2)
			continue;
		find(l, LEVEL_PROBLEM,
		     "take vcpupin out of the VM's configuration, or give the thread more CPUs: taskset",
		     "vCPU %u (thread %d) is pinned to one CPU: it cannot move to where its VM's share goes",
		     v->id, v->tid);
	}
}

static void trap_refused(const struct look *l)
{
	if (!l->f->track_cr3.err && l->f->track_cr3.value &&
	    !l->vm->info.track && l->f->counters.trap_refused)
		find(l, LEVEL_PROBLEM,
		     "vampctl set track_cr3_load=0; on Intel, or load kvm_intel with unrestricted_guest=0",
		     "track_cr3_load is 1, but its changes of address space cannot be trapped: they are sampled");
}

static void table_overflow(const struct look *l)
{
	uint64_t evicted = l->vm->evicted;

	if (l->f->interval_ms &&
	    evicted * TURNOVER_MS >= (uint64_t)TABLE_TASKS * l->f->interval_ms)
		find(l, LEVEL_PROBLEM,
		     "none here: the guest starts too many processes; look what does so",
		     "its table of guest tasks overflows: %llu were forgotten in %u ms, and their history with them",
		     (unsigned long long)evicted, l->f->interval_ms);
}

/* ---- all of them ---- */

enum scope {
	OF_HOST,	/* can be told without the module */
	OF_MODULE,	/* cannot */
	OF_VM,		/* cannot; for each VM */
};

static const struct rule {
	const char *name;
	enum scope scope;
	const char *good;	/* said when it finds nothing */
	void (*look)(const struct look *l);
} rules[] = {
	{ "module", OF_HOST, "the module is loaded", module },
	{ "kernel", OF_HOST, "the kernel was tested", kernel },
	{ "switched-off", OF_MODULE, "kvm_vamp is set", switched_off },
	{ "monitor-off", OF_MODULE, "guest tasks are tracked", monitor_off },
	{ "vampd", OF_MODULE, "vampd runs", daemon_runs },
	{ "uprobes", OF_HOST, "the kernel has uprobes", uprobes },
	{ "ipi-virtualization", OF_HOST, "interrupts between vCPUs are seen",
	  ipi_virtualization },
	{ "vms-refused", OF_MODULE, "no VM was refused", vms_refused },
	{ "no-vm", OF_MODULE, "VMs run", any_vm },
	{ "symbol", OF_VM, "VMs' input can be seen", symbol },
	{ "vcpu-cgroups", OF_VM, "each VM's vCPUs share a CPU cgroup",
	  vcpu_cgroups },
	{ "vm-cgroup", OF_VM, "each VM has a CPU cgroup of its own",
	  vm_cgroup },
	{ "autogroup", OF_VM, "autogroup has no part in VMs", autogroup },
	{ "hidden-cr3", OF_VM, "address spaces can be read", hidden_cr3 },
	{ "scheduling-class", OF_VM, "vCPU threads are SCHED_OTHER",
	  scheduling_class },
	{ "pinned", OF_VM, "no vCPU is pinned to one CPU", pinned },
	{ "trap-refused", OF_VM, "tracking is as it was set", trap_refused },
	{ "table-overflow", OF_VM, "tables of guest tasks are large enough",
	  table_overflow },
};

static void look_at_vms(const struct rule *r, struct look *l)
{
	for (size_t i = 0; i < l->f->vms; i++) {
		l->vm = &l->f->vm[i];
		r->look(l);
	}
	l->vm = NULL;
}

static void apply(const struct rule *r, const struct facts *f,
		  struct findings *found)
{
	struct look l = { .f = f, .rule = r->name, .found = found };
	size_t before = found->count;

	if (r->scope != OF_HOST && f->device_err) {
		find(&l, LEVEL_UNKNOWN, "",
		     "cannot be told without the module");
		return;
	}
	if (r->scope == OF_VM)
		look_at_vms(r, &l);
	else
		r->look(&l);
	if (found->count != before || (r->scope == OF_VM && !f->vms))
		return;
	find(&l, LEVEL_GOOD, "", "%s", r->good);
}

void doctor_judge(const struct facts *f, struct findings *found)
{
	*found = (struct findings){ .count = 0 };
	for (size_t i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		apply(&rules[i], f, found);
}

int doctor_exit_code(const struct findings *found)
{
	enum level worst = LEVEL_GOOD;

	if (found->no_memory)
		return EXIT_CODE_SOFTWARE;
	for (size_t i = 0; i < found->count; i++)
		if (found->finding[i].level > worst)
			worst = found->finding[i].level;
	if (worst == LEVEL_PROBLEM)
		return EXIT_CODE_PROBLEMS;
	return worst == LEVEL_UNKNOWN ? EXIT_CODE_UNKNOWN : EXIT_CODE_OK;
}

const char *doctor_level(enum level level)
{
	static const char *const words[LEVELS] = { "ok", "note", "unknown",
						   "problem" };

	return words[level];
}
