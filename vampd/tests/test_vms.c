// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "binaries.h"
#include "fake_guest.h"
#include "fake_mend.h"
#include "fake_probe.h"
#include "fake_sound.h"
#include "log.h"
#include "paths.h"
#include "vms.h"

/* Children are VMs: their executable is the test's, which has the function. */
__attribute__((used, noinline)) void qemu_input_event_send_impl(void);
void qemu_input_event_send_impl(void)
{
}

static struct sd_event *loop;
static struct config config;
static struct config_vm rule;	/* of all VMs, once it is set */

static pid_t start(void)
{
	pid_t pid = fork();

	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		pause();
		_exit(0);
	}
	assert_true(pid > 0);
	return pid;
}

static void stop(pid_t pid)
{
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
}

static void added_vm_is_found_and_its_binary_attached(void **state)
{
	pid_t pid = start();

	(void)state;
	vms_add(pid);
	assert_non_null(vms_find(pid));
	assert_null(vms_find(pid + 1));
	assert_int_equal(attached, 1);
	assert_int_equal(last_binary, binary_id(vms_find(pid)->binary));
	vms_clear();
	assert_int_equal(attached, 0);
	assert_int_equal(watched, 0);
	stop(pid);
}

static void adding_twice_is_adding_once(void **state)
{
	pid_t pid = start();

	(void)state;
	vms_add(pid);
	vms_add(pid);
	assert_int_equal(vms_count(), 1);
	assert_int_equal(watched, 1);
	assert_int_equal(with_sound, 1);
	vms_clear();
	stop(pid);
}

static void module_is_told_of_sound_again_when_it_announces_again(void **state)
{
	pid_t pid = start();

	(void)state;
	vms_add(pid);
	announced = 0;
	vms_add(pid);
	vms_sync(&pid, 1);
	assert_int_equal(announced, 2);
	vms_clear();
	assert_int_equal(with_sound, 0);
	stop(pid);
}

static void ended_process_is_forgotten_and_its_binary_detached(void **state)
{
	pid_t a = start(), b = start();

	(void)state;
	vms_add(a);
	vms_add(b);
	stop(a);
	sd_event_run(loop, 1000000);
	assert_null(vms_find(a));
	assert_int_equal(attached, 1);
	stop(b);
	sd_event_run(loop, 1000000);
	assert_int_equal(vms_count(), 0);
	assert_int_equal(attached, 0);
	assert_int_equal(with_sound, 0);
}

static void process_that_is_gone_already_is_not_added(void **state)
{
	pid_t pid = start();

	(void)state;
	stop(pid);
	vms_add(pid);
	vms_add(0);
	vms_add(-1);
	assert_int_equal(vms_count(), 0);
}

/* A zombie stands for the id's earlier owner. */
static void sync_drops_adds_and_keeps(void **state)
{
	pid_t pid[4] = { start(), start(), start(), start() };
	pid_t now[] = { pid[3], pid[1], pid[1], pid[2] };
	struct vm *kept;

	(void)state;
	vms_add(pid[0]);
	vms_add(pid[1]);
	kept = vms_find(pid[1]);
	vms_sync(now, 4);
	assert_int_equal(vms_count(), 3);
	assert_null(vms_find(pid[0]));
	assert_ptr_equal(vms_find(pid[1]), kept);
	assert_non_null(vms_find(pid[2]));
	assert_non_null(vms_find(pid[3]));
	vms_sync(now, 0);
	assert_int_equal(vms_count(), 0);
	for (int i = 0; i < 4; i++)
		stop(pid[i]);
}

static void new_owner_of_an_id_starts_fresh(void **state)
{
	pid_t pid = start();

	(void)state;
	vms_add(pid);
	kill(pid, SIGKILL);
	waitid(P_PID, (id_t)pid, NULL, WEXITED | WNOWAIT);
	vms_add(pid);
	assert_null(vms_find(pid));
	waitpid(pid, NULL, 0);
}

static void unreadable_executable_is_known_but_not_watched(void **state)
{
	pid_t pid = start();

	(void)state;
	paths.proc = "/nonexistent";
	vms_add(pid);
	paths.proc = "/proc";
	assert_non_null(vms_find(pid));
	assert_int_equal(attached, 0);
	vms_clear();
	assert_int_equal(watched, 0);
	stop(pid);
}

/* proc is a mock here: what runs has the function, what it shows has not. */
static void executable_is_looked_up_under_the_given_proc(void **state)
{
	char dir[] = "/tmp/vampd-test-XXXXXX", sub[64], exe[80];
	pid_t pid = start();

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(sub, sizeof(sub), "%s/%d", dir, pid);
	snprintf(exe, sizeof(exe), "%s/exe", sub);
	assert_int_equal(mkdir(sub, 0700), 0);
	assert_int_equal(symlink("/bin/sleep", exe), 0);
	paths.proc = dir;
	vms_add(pid);
	paths.proc = "/proc";
	assert_int_equal(binary_error(vms_find(pid)->binary), -ENOENT);
	assert_int_equal(attached, 0);
	vms_clear();
	unlink(exe);
	rmdir(sub);
	rmdir(dir);
	stop(pid);
}

/* A child whose command line names it. */
static pid_t start_named(const char *name)
{
	int started[2];
	pid_t pid;
	char c;

	assert_int_equal(pipe2(started, O_CLOEXEC), 0);
	pid = fork();
	if (!pid) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		execl("/proc/self/exe", "q", "-name", name, NULL);
		_exit(1);
	}
	close(started[1]);
	assert_int_equal(read(started[0], &c, 1), 0);
	close(started[0]);
	return pid;
}

static void use_rule(const char *pattern)
{
	snprintf(rule.pattern, sizeof(rule.pattern), "%s", pattern);
	config.vm = &rule;
	config.vms = 1;
}

static void forget_rule(void)
{
	rule = (struct config_vm){ .ignore = false };
	config.vm = NULL;
	config.vms = 0;
}

static void vms_have_their_names(void **state)
{
	pid_t pid = start_named("guest=desk");

	(void)state;
	vms_add(pid);
	assert_string_equal(vms_find(pid)->name.text, "desk");
	vms_clear();
	stop(pid);
}

static void ignored_vm_is_known_and_left_alone(void **state)
{
	pid_t pid = start_named("desk");

	(void)state;
	rule.ignore = true;
	use_rule("de*");
	vms_add(pid);
	vms_add(pid);
	assert_int_equal(vms_count(), 1);
	assert_true(vms_find(pid)->ignored);
	assert_int_equal(watched + with_sound + with_mend + attached, 0);
	vms_clear();
	forget_rule();
	stop(pid);
}

static void new_configuration_takes_up_and_leaves_vms(void **state)
{
	pid_t pid = start_named("desk");

	(void)state;
	vms_add(pid);
	rule.ignore = true;
	use_rule("desk");
	vms_reconfigure();
	assert_int_equal(watched + with_sound + with_mend + attached, 0);
	assert_int_equal(withdrawn, 1);
	/* What was moved goes home first. */
	assert_false(last_allowed);
	assert_int_equal(looks, 1);
	rule.ignore = false;
	vms_reconfigure();
	assert_int_equal(watched, 1);
	assert_int_equal(with_sound, 1);
	assert_int_equal(with_mend, 1);
	assert_int_equal(with_guest, 1);
	vms_clear();
	forget_rule();
	stop(pid);
}

static void exceptions_of_a_vm_reach_sound_and_cgroups(void **state)
{
	pid_t pid = start_named("desk");

	(void)state;
	vms_add(pid);
	assert_int_equal(last_vector, 0);
	assert_true(last_allowed);
	rule.vector = 0xfb;
	rule.mend_is_set = true;
	use_rule("desk");
	vms_reconfigure();
	assert_int_equal(last_vector, 0xfb);
	assert_false(last_allowed);
	assert_int_equal(with_sound, 1);
	vms_clear();
	forget_rule();
	stop(pid);
}

static void only_guests_that_may_are_talked_to(void **state)
{
	pid_t pid = start_named("desk");

	(void)state;
	vms_add(pid);
	assert_int_equal(with_guest, 1);
	rule.talk_is_set = true;
	use_rule("desk");
	vms_reconfigure();
	assert_int_equal(with_guest, 0);
	rule.talk = true;
	vms_reconfigure();
	assert_int_equal(with_guest, 1);
	vms_clear();
	assert_int_equal(with_guest, 0);
	forget_rule();
	stop(pid);
}

static void without_the_function_ports_are_read(void **state)
{
	pid_t pid = start();

	(void)state;
	refuse = EPERM;
	no_ports = 0;
	vms_add(pid);
	assert_int_equal(vms_find(pid)->input, VM_INPUT_PORTS);
	assert_int_equal(vms_count_input(VM_INPUT_PORTS), 1);
	config.ports = false;
	vms_reconfigure();
	assert_int_equal(vms_find(pid)->input, VM_INPUT_NONE);
	config.ports = true;
	vms_reconfigure();
	assert_int_equal(vms_find(pid)->input, VM_INPUT_PORTS);
	vms_clear();
	assert_int_equal(watched, 0);
	forget_fake();
	stop(pid);
}

/* As QEMU's cpr-exec does: the same process, another program. */
static void program_that_a_vm_begins_later_is_followed(void **state)
{
	int go[2];
	uint64_t before;
	pid_t pid;

	(void)state;
	assert_int_equal(pipe(go), 0);
	pid = fork();
	if (!pid) {
		char c;

		prctl(PR_SET_PDEATHSIG, SIGKILL);
		close(go[1]);
		if (!read(go[0], &c, 1))
			execl("/bin/sleep", "sleep", "1000", NULL);
		_exit(1);
	}
	close(go[0]);
	vms_add(pid);
	before = binary_id(vms_find(pid)->binary);
	vms_add(pid);
	assert_int_equal(binary_id(vms_find(pid)->binary), before);
	close(go[1]);
	while (binary_id(vms_find(pid)->binary) == before) {
		sched_yield();
		vms_add(pid);
	}
	assert_int_equal(binary_error(vms_find(pid)->binary), -ENOENT);
	assert_int_equal(attached + watched, 0);
	vms_clear();
	stop(pid);
}

static int set_up(void **state)
{
	(void)state;
	log_init(false);
	forget_fake();
	sd_event_new(&loop);
	config_default(&config);
	vms_init(loop, &config);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	sd_event_unref(loop);
	return 0;
}

int main(int argc, char **argv)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(vms_have_their_names),
		cmocka_unit_test(ignored_vm_is_known_and_left_alone),
		cmocka_unit_test(new_configuration_takes_up_and_leaves_vms),
		cmocka_unit_test(exceptions_of_a_vm_reach_sound_and_cgroups),
		cmocka_unit_test(only_guests_that_may_are_talked_to),
		cmocka_unit_test(without_the_function_ports_are_read),
		cmocka_unit_test(program_that_a_vm_begins_later_is_followed),
		cmocka_unit_test(added_vm_is_found_and_its_binary_attached),
		cmocka_unit_test(adding_twice_is_adding_once),
		cmocka_unit_test(
			module_is_told_of_sound_again_when_it_announces_again),
		cmocka_unit_test(
			ended_process_is_forgotten_and_its_binary_detached),
		cmocka_unit_test(process_that_is_gone_already_is_not_added),
		cmocka_unit_test(sync_drops_adds_and_keeps),
		cmocka_unit_test(new_owner_of_an_id_starts_fresh),
		cmocka_unit_test(executable_is_looked_up_under_the_given_proc),
		cmocka_unit_test(
			unreadable_executable_is_known_but_not_watched),
	};

	(void)argv;
	if (argc > 1)
		return pause();		/* a VM, started by its name */
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
