// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The rules on facts that are well but for one; and what is gathered from a tree
 * that stands for a host.
 */
#include "test.h"

#include <errno.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>

#include "doctor.h"
#include "exit_code.h"
#include "tree.h"

#define VMS	2
#define VCPUS	2

static struct facts facts;
static struct fact_vm vms[VMS];
static struct fact_vcpu vcpus[VMS][VCPUS];
static struct findings found;

static void make_vcpu(struct fact_vcpu *v, uint32_t vm, uint32_t id)
{
	*v = (struct fact_vcpu){
		.id = id,
		.tid = (pid_t)(100 * (vm + 1) + id),
		.policy = { 0, SCHED_OTHER },
		.cpus = { 0, 4 },
		.cgroup.version = 2,
	};
	snprintf(v->cgroup.path, sizeof(v->cgroup.path), "/vm%u", vm);
}

/* A host on which nothing is wrong. */
static int all_is_well(void **state)
{
	(void)state;
	facts = (struct facts){
		.kernel = "6.12.1-amd64",
		.kvm_vamp = { 0, 13 },
		.load_monitor = { 0, 1 },
		.avic = { -ENOENT, 0 },
		.ipiv = { -ENOENT, 0 },
		.autogroup = { 0, 1 },
		.online = { 0, 4 },
		.uprobes = { 0, 1 },
		.vampd = { 0, 55 },
		.interval_ms = 1000,
		.vm = vms,
		.vms = VMS,
	};
	for (uint32_t i = 0; i < VMS; i++) {
		vms[i] = (struct fact_vm){
			.info = { .pid = (int)(100 * (i + 1)), .nr_tasks = 9 },
			.vcpu = vcpus[i],
			.vcpus = VCPUS,
		};
		snprintf(vms[i].name, sizeof(vms[i].name), "vm%u", i);
		for (uint32_t k = 0; k < VCPUS; k++)
			make_vcpu(&vcpus[i][k], i, k);
	}
	return 0;
}

static int forget(void **state)
{
	(void)state;
	findings_free(&found);
	return 0;
}

static const struct finding *judge(const char *rule)
{
	findings_free(&found);
	doctor_judge(&facts, &found);
	for (size_t i = 0; i < found.count; i++)
		if (!strcmp(found.finding[i].rule, rule))
			return &found.finding[i];
	return NULL;
}

/* @rule, and no other, is a problem, with a remedy; of one VM if @vm. */
static void is_the_problem(const char *rule, pid_t vm)
{
	const struct finding *f = judge(rule);

	assert_non_null(f);
	assert_int_equal(f->level, LEVEL_PROBLEM);
	assert_int_equal(f->vm, vm);
	assert_true(f->text[0] && f->remedy[0]);
	for (size_t i = 0; i < found.count; i++)
		if (strcmp(found.finding[i].rule, rule))
			assert_true(found.finding[i].level < LEVEL_UNKNOWN);
	assert_int_equal(doctor_exit_code(&found), EXIT_CODE_PROBLEMS);
}

static void is_level(const char *rule, enum level level, int code)
{
	const struct finding *f = judge(rule);

	assert_non_null(f);
	assert_int_equal(f->level, level);
	assert_int_equal(doctor_exit_code(&found), code);
}

static void nothing_wrong_is_all_good(void **state)
{
	(void)state;
	judge("module");
	assert_int_equal(found.count, 18);
	for (size_t i = 0; i < found.count; i++)
		assert_int_equal(found.finding[i].level, LEVEL_GOOD);
	assert_int_equal(doctor_exit_code(&found), EXIT_CODE_OK);
}

static void missing_module_is_a_problem_and_the_rest_unknown(void **state)
{
	(void)state;
	facts.device_err = -ENOENT;
	facts.vms = 0;
	is_level("module", LEVEL_PROBLEM, EXIT_CODE_PROBLEMS);
	is_level("vcpu-cgroups", LEVEL_UNKNOWN, EXIT_CODE_PROBLEMS);
	facts.device_err = -EPROTO;
	is_level("module", LEVEL_PROBLEM, EXIT_CODE_PROBLEMS);
	assert_non_null(strstr(judge("module")->text, "version"));
}

static void kernels_outside_the_tested_range_are_a_problem(void **state)
{
	static const char *const bad[] = { "5.19.0", "6.0.1", "7.4.0-rc1",
					   "10.1" };
	static const char *const between[] = { "6.2.0", "6.11.0", "7.0.0" };
	static const char *const good[] = { "6.1.0-56-amd64", "6.12.117+deb12",
					    "7.3.0" };

	(void)state;
	for (size_t i = 0; i < 4; i++) {
		strcpy(facts.kernel, bad[i]);
		is_the_problem("kernel", 0);
	}
	for (size_t i = 0; i < 3; i++) {
		strcpy(facts.kernel, between[i]);
		is_level("kernel", LEVEL_NOTE, EXIT_CODE_OK);
		strcpy(facts.kernel, good[i]);
		is_level("kernel", LEVEL_GOOD, EXIT_CODE_OK);
	}
	facts.kernel[0] = '\0';
	is_level("kernel", LEVEL_UNKNOWN, EXIT_CODE_UNKNOWN);
}

static void switches_that_are_off_are_problems(void **state)
{
	(void)state;
	facts.kvm_vamp.value = 0;
	is_the_problem("switched-off", 0);
	facts.kvm_vamp.err = -EACCES;
	is_level("switched-off", LEVEL_UNKNOWN, EXIT_CODE_UNKNOWN);
	facts.kvm_vamp = (struct fact){ 0, 5 };
	facts.load_monitor.value = 0;
	is_the_problem("monitor-off", 0);
}

static void daemon_that_does_not_run_is_a_problem(void **state)
{
	(void)state;
	facts.vampd.value = 0;
	is_the_problem("vampd", 0);
	facts.vampd.err = -EACCES;
	is_level("vampd", LEVEL_UNKNOWN, EXIT_CODE_UNKNOWN);
}

static void input_that_cannot_be_seen_is_a_problem(void **state)
{
	(void)state;
	vms[1].symbol_err = -ENOENT;
	is_the_problem("symbol", 200);
	vms[1].symbol_err = -EACCES;
	is_level("symbol", LEVEL_UNKNOWN, EXIT_CODE_UNKNOWN);
	vms[1].symbol_err = -ESRCH;
	is_level("symbol", LEVEL_GOOD, EXIT_CODE_OK);
	facts.uprobes.value = 0;
	is_the_problem("uprobes", 0);
}

static void interrupts_that_are_not_seen_are_a_problem(void **state)
{
	(void)state;
	facts.avic = (struct fact){ 0, 1 };
	is_the_problem("ipi-virtualization", 0);
	facts.avic = (struct fact){ 0, 0 };
	facts.ipiv = (struct fact){ 0, 1 };
	is_the_problem("ipi-virtualization", 0);
}

static void split_vcpus(int version, const char *parent)
{
	for (int i = 0; i < VCPUS; i++) {
		struct cgroup *g = &vcpus[0][i].cgroup;

		g->version = version;
		snprintf(g->path, sizeof(g->path), "%s/vcpu%d", parent, i);
	}
}

static void vcpus_in_cgroups_of_their_own_are_a_problem(void **state)
{
	(void)state;
	split_vcpus(2, "/m\\x2d1.scope/libvirt");
	is_the_problem("vcpu-cgroups", 100);
	assert_non_null(strstr(
		judge("vcpu-cgroups")->remedy,
		"echo -cpu > '/sys/fs/cgroup/unified/m\\x2d1.scope/libvirt/cgroup.subtree_control'"));
	split_vcpus(1, "/m.scope");
	is_the_problem("vcpu-cgroups", 100);
	assert_non_null(strstr(judge("vcpu-cgroups")->remedy,
			       "'/sys/fs/cgroup/cpu/m.scope/tasks'"));
}

/* Who may make cgroups must not write the administrator's commands. */
static void remedy_has_no_path_that_ends_its_quotes(void **state)
{
	(void)state;
	split_vcpus(2, "/a'; reboot; '");
	is_the_problem("vcpu-cgroups", 100);
	assert_null(strstr(judge("vcpu-cgroups")->remedy, "reboot"));
}

static void cgroup_that_cannot_be_told_is_unknown(void **state)
{
	(void)state;
	vcpus[0][0].cgroup_err = -EPROTO;
	is_level("vcpu-cgroups", LEVEL_UNKNOWN, EXIT_CODE_UNKNOWN);
	/* A thread that has just ended is nobody's problem. */
	vcpus[0][0].cgroup_err = vcpus[0][1].cgroup_err = -ESRCH;
	is_level("vcpu-cgroups", LEVEL_GOOD, EXIT_CODE_OK);
}

static void vm_without_a_group_of_its_own_is_a_problem(void **state)
{
	(void)state;
	facts.autogroup.value = 0;
	for (int i = 0; i < VCPUS; i++)
		strcpy(vcpus[0][i].cgroup.path, "/");
	is_the_problem("vm-cgroup", 100);
	facts.autogroup.value = 1;
	is_level("autogroup", LEVEL_PROBLEM, EXIT_CODE_PROBLEMS);
}

static void group_shared_with_another_vm_is_a_problem(void **state)
{
	(void)state;
	for (int i = 0; i < VCPUS; i++)
		strcpy(vcpus[1][i].cgroup.path, "/vm0");
	is_the_problem("vm-cgroup", 100);
	assert_non_null(strstr(judge("vm-cgroup")->text, "vm1 (200)"));
}

static void group_shared_with_other_processes_is_noted(void **state)
{
	(void)state;
	vms[0].others.value = 3;
	is_level("vm-cgroup", LEVEL_NOTE, EXIT_CODE_OK);
}

static void hidden_address_spaces_are_a_problem(void **state)
{
	(void)state;
	vms[1].info.nr_tasks = 0;
	is_level("hidden-cr3", LEVEL_GOOD, EXIT_CODE_OK);
	facts.counters.cr3_hidden = 5;
	is_the_problem("hidden-cr3", 200);
}

static void threads_that_are_left_alone_are_a_problem(void **state)
{
	(void)state;
	vcpus[0][1].policy.value = SCHED_FIFO;
	is_the_problem("scheduling-class", 100);
	vcpus[0][1].policy.value = SCHED_OTHER;
	vcpus[0][1].left_alone = true;
	is_the_problem("scheduling-class", 100);
}

static void pinned_thread_is_a_problem_where_there_are_more_cpus(void **state)
{
	(void)state;
	vcpus[1][0].cpus.value = 1;
	is_the_problem("pinned", 200);
	facts.online.value = 1;
	is_level("pinned", LEVEL_GOOD, EXIT_CODE_OK);
}

static void refused_trap_is_a_problem_if_it_was_asked_for(void **state)
{
	(void)state;
	facts.counters.trap_refused = 1;
	is_level("trap-refused", LEVEL_GOOD, EXIT_CODE_OK);
	facts.track_cr3.value = 1;
	vms[0].info.track = 1;
	is_the_problem("trap-refused", 200);
}

/* A table that is merely full is as it should be. */
static void table_replaced_within_a_phase_is_a_problem(void **state)
{
	(void)state;
	vms[0].info.nr_tasks = 1024;
	vms[0].info.tasks_evicted = 100000;
	is_level("table-overflow", LEVEL_GOOD, EXIT_CODE_OK);
	vms[0].evicted = 204;
	is_level("table-overflow", LEVEL_GOOD, EXIT_CODE_OK);
	vms[0].evicted = 205;
	is_the_problem("table-overflow", 100);
}

static void refused_vm_is_a_problem(void **state)
{
	(void)state;
	facts.counters.vms_refused = 1;
	is_the_problem("vms-refused", 0);
}

static void host_without_vms_is_well(void **state)
{
	(void)state;
	facts.vms = 0;
	is_level("no-vm", LEVEL_NOTE, EXIT_CODE_OK);
	assert_null(judge("symbol"));
}

/* ---- gathering ---- */

#define STAT(policy)	\
	" (CPU 0/KVM) S 1 1 1 0 -1 0 0 0 0 0 1 1 0 0 20 0 1 0 1 1 1 1 1 1 1 1 0 0 " \
	"0 0 0 0 0 0 17 3 0 " policy " 0 0 0\n"

static int make_host(void **state)
{
	tree_make(state);
	tree_put("vm 100 0 0 0 0 7 0 9\n"
		 "vcpu 100 0 101 0 0 8 0 -1 0 0 0\n"
		 "vcpu 100 1 102 0 0 8 0 -1 0 1 0\n"
		 "cr3_hidden 3\n",
		 "/dev/vamp");
	tree_put("6.1.0\n", "/proc/sys/kernel/osrelease");
	tree_put("13\n", "/proc/sys/kernel/kvm_vamp");
	tree_put("Y\n", "/sys/module/kvm_amd/parameters/avic");
	tree_put("0-7\n", "/sys/devices/system/cpu/online");
	tree_put("4:cpu:/vm\n", "/proc/100/task/101/cgroup");
	tree_put("4:cpu:/vm\n", "/proc/100/task/102/cgroup");
	tree_put("100\n5\n", "/sys/fs/cgroup/cpu/vm/cgroup.procs");
	tree_put("101" STAT("0"), "/proc/100/task/101/stat");
	tree_put("102" STAT("1"), "/proc/100/task/102/stat");
	tree_put("x\nCpus_allowed_list:\t2\n", "/proc/100/task/101/status");
	tree_link("/bin/sh", "/proc/100/exe");
	return 0;
}

static int remove_host(void **state)
{
	facts_free(&facts);
	return tree_remove(state);
}

static void facts_are_those_of_the_host(void **state)
{
	const struct fact_vcpu *v;

	(void)state;
	assert_int_equal(facts_gather(&facts, 0), 0);
	assert_int_equal(facts.device_err, 0);
	assert_string_equal(facts.kernel, "6.1.0");
	assert_int_equal(facts.kvm_vamp.value, 13);
	assert_int_equal(facts.avic.value, 1);
	assert_int_equal(facts.ipiv.err, -ENOENT);
	assert_int_equal(facts.online.value, 8);
	assert_int_equal(facts.counters.cr3_hidden, 3);
	assert_int_equal(facts.vms, 1);
	assert_int_equal(facts.vm[0].symbol_err, -ENOENT);
	assert_int_equal(facts.vm[0].others.value, 1);
	assert_int_equal(facts.vm[0].evicted, 0);
	assert_int_equal(facts.vm[0].vcpus, 2);
	v = facts.vm[0].vcpu;
	assert_string_equal(v[0].cgroup.path, "/vm");
	assert_int_equal(v[0].policy.value, SCHED_OTHER);
	assert_int_equal(v[0].cpus.value, 1);
	assert_int_equal(v[1].policy.value, SCHED_FIFO);
	assert_int_equal(v[1].cpus.err, -ENOENT);
	assert_true(v[1].left_alone);
}

static void module_of_another_version_is_a_fact(void **state)
{
	(void)state;
	tree_put("version 2\n", "/dev/vamp");
	assert_int_equal(facts_gather(&facts, 0), 0);
	assert_int_equal(facts.device_err, -EPROTO);
	assert_int_equal(facts.vms, 0);
}

#define RULE(name)	cmocka_unit_test_setup_teardown(name, all_is_well, forget)
#define HOST(name) cmocka_unit_test_setup_teardown(name, make_host, remove_host)

int main(void)
{
	const struct CMUnitTest tests[] = {
		RULE(nothing_wrong_is_all_good),
		RULE(missing_module_is_a_problem_and_the_rest_unknown),
		RULE(kernels_outside_the_tested_range_are_a_problem),
		RULE(switches_that_are_off_are_problems),
		RULE(daemon_that_does_not_run_is_a_problem),
		RULE(input_that_cannot_be_seen_is_a_problem),
		RULE(interrupts_that_are_not_seen_are_a_problem),
		RULE(vcpus_in_cgroups_of_their_own_are_a_problem),
		RULE(remedy_has_no_path_that_ends_its_quotes),
		RULE(cgroup_that_cannot_be_told_is_unknown),
		RULE(vm_without_a_group_of_its_own_is_a_problem),
		RULE(group_shared_with_another_vm_is_a_problem),
		RULE(group_shared_with_other_processes_is_noted),
		RULE(hidden_address_spaces_are_a_problem),
		RULE(threads_that_are_left_alone_are_a_problem),
		RULE(pinned_thread_is_a_problem_where_there_are_more_cpus),
		RULE(refused_trap_is_a_problem_if_it_was_asked_for),
		RULE(table_replaced_within_a_phase_is_a_problem),
		RULE(refused_vm_is_a_problem),
		RULE(host_without_vms_is_well),
		HOST(facts_are_those_of_the_host),
		HOST(module_of_another_version_is_a_fact),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
