// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * With a /proc and a cgroup tree of its own, of libvirt's layouts in both
 * versions; and with the running kernel's version 1, if there is one to use.
 */
#include "test.h"

#include <errno.h>
#include <ftw.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "device.h"
#include "homes.h"
#include "log.h"
#include "mend.h"
#include "paths.h"

#define PID	4711
#define TID	5000
#define SCOPE	"/machine.slice/machine-qemu\\x2d1\\x2ddesk.scope"
#define V1	"/machine/desk.libvirt-qemu"
#define V2	SCOPE "/libvirt"

static char dir[] = "/tmp/vampd-mend-XXXXXX";
static char proc[64], cgroup[64], run[64];
static sd_event *loop;
static int vcpus;
static bool is_v2;
static const char *parent;		/* of the groups vcpuN */

int device_list_vcpus(int fd, pid_t pid, pid_t *tids, size_t room)
{
	(void)fd;
	(void)pid;
	assert_true((size_t)vcpus <= room);
	for (int i = 0; i < vcpus; i++)
		tids[i] = TID + i;
	return vcpus;
}

static int stays;		/* a thread that cannot be moved into ours */

int __real_cgroup_move(const struct cgroup_tree *tree, pid_t tid,
		       const char *group);
int __wrap_cgroup_move(const struct cgroup_tree *tree, pid_t tid,
		       const char *group);

int __wrap_cgroup_move(const struct cgroup_tree *tree, pid_t tid,
		       const char *group)
{
	if (tid == stays && cgroup_is_ours(group))
		return -EOPNOTSUPP;
	return __real_cgroup_move(tree, tid, group);
}

static void put(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fputs(text, f);
	fclose(f);
}

static char *read_text(const char *path)
{
	static char text[256];
	FILE *f = fopen(path, "r");
	size_t n = 0;

	if (f) {
		n = fread(text, 1, sizeof(text) - 1, f);
		fclose(f);
	}
	text[n] = '\0';
	return text;
}

static void make_path(const char *path)
{
	char copy[1024];

	snprintf(copy, sizeof(copy), "%s", path);
	for (char *p = copy + 1; *p; p++)
		if (*p == '/') {
			*p = '\0';
			mkdir(copy, 0755);
			*p = '/';
		}
	mkdir(copy, 0755);
}

/* A file of the group NAME beside the vCPUs'. */
static const char *file_of(const char *name, const char *file)
{
	static char path[1024];

	snprintf(path, sizeof(path), "%s%s%s/%s/%s", cgroup,
		 is_v2 ? "" : "/cpu,cpuacct", parent, name, file);
	return path;
}

static void make_group(const char *name)
{
	make_path(file_of(name, ""));
	put(file_of(name, is_v2 ? "cgroup.threads" : "tasks"), "");
	put(file_of(name, is_v2 ? "cpu.weight" : "cpu.shares"),
	    is_v2 ? "100\n" : "1024\n");
	if (!is_v2) {
		put(file_of(name, "cpu.cfs_quota_us"), "-1\n");
		return;
	}
	put(file_of(name, "cpu.max"), "max 100000\n");
	put(file_of(name, "cgroup.type"), "threaded\n");
	put(file_of(name, "cpuset.mems"), "\n");
}

static void put_thread(int i, const char *group)
{
	char path[256], text[1024];

	snprintf(path, sizeof(path), "%s/%d/task/%d", proc, PID, TID + i);
	make_path(path);
	snprintf(path, sizeof(path), "%s/%d/task/%d/cgroup", proc, PID,
		 TID + i);
	if (is_v2)
		snprintf(text, sizeof(text), "0::%s%s\n", parent, group);
	else
		snprintf(
			text, sizeof(text),
			"12:pids:/x\n4:cpu,cpuacct:%s%s\n3:cpuset:%s/vcpu9\n0::/y\n",
			parent, group, parent);
	put(path, text);
	snprintf(path, sizeof(path), "%s/%d/task/%d/stat", proc, PID, TID + i);
	snprintf(
		text, sizeof(text),
		"%d (CPU %d) KVM) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 %d 0 0\n",
		TID + i, i, 1000 + i);
	put(path, text);
}

/* What was written to the groups' lists happens, as the kernel would do it. */
static void kernel_moves(void)
{
	for (int g = -1; g < vcpus; g++) {
		char name[16], group[32], list[256];
		char *at = list;
		int tid, n;

		snprintf(name, sizeof(name), g < 0 ? "vamp" : "vcpu%d", g);
		snprintf(group, sizeof(group), "/%s", name);
		snprintf(list, sizeof(list), "%s",
			 read_text(file_of(name, is_v2 ? "cgroup.threads" :
							 "tasks")));
		for (; sscanf(at, "%d\n%n", &tid, &n) == 1; at += n)
			put_thread(tid - TID, group);
		if (*list)
			put(file_of(name, is_v2 ? "cgroup.threads" : "tasks"),
			    "");
	}
}

/* Libvirt's layout for @count vCPUs; ours has files, as the kernel makes them. */
static void make_tree(bool v2, const char *where, int count)
{
	char path[256];

	is_v2 = v2;
	parent = where;
	vcpus = count;
	make_path(cgroup);
	snprintf(path, sizeof(path), "%s/%s", cgroup,
		 v2 ? "cgroup.controllers" : "cpu,cpuacct");
	if (v2) {
		put(path, "cpu\n");
	} else {
		make_path(path);
		strcat(path, "/tasks");
		put(path, "");
	}
	make_group("emulator");
	make_group("vamp");
	put(file_of("vamp", v2 ? "cpu.weight" : "cpu.shares"), "");
	put(file_of("vamp", v2 ? "cgroup.type" : "cpu.shares"), "");
	for (int i = 0; i < count; i++) {
		char name[16], group[16];

		snprintf(name, sizeof(name), "vcpu%d", i);
		make_group(name);
		snprintf(group, sizeof(group), "/%.8s", name);
		put_thread(i, group);
	}
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static void remove_trees(void)
{
	nftw(proc, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	nftw(cgroup, remove_one, 8, FTW_DEPTH | FTW_PHYS);
	nftw(run, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* Each thread's group, as the kernel shows it. */
static bool all_in(const char *format)
{
	for (int i = 0; i < vcpus; i++) {
		char path[256], name[32], wanted[512];

		snprintf(path, sizeof(path), "%s/%d/task/%d/cgroup", proc, PID,
			 TID + i);
		snprintf(name, sizeof(name), format, i);
		snprintf(wanted, sizeof(wanted), "%s:%s/%s\n",
			 is_v2 ? ":" : "cpu,cpuacct", parent, name);
		if (!strstr(read_text(path), wanted))
			return false;
	}
	return true;
}

static struct mend *look(bool allowed)
{
	struct mend *m = mend_new(PID, " (desk)", allowed);

	mend_look(m);
	kernel_moves();
	return m;
}

static void mend_and_restore(bool v2, const char *where)
{
	struct mend *m;

	make_tree(v2, where, 4);
	m = look(true);
	assert_true(all_in("vamp"));
	assert_string_equal(
		read_text(file_of("vamp", v2 ? "cpu.weight" : "cpu.shares")),
		v2 ? "400" : "4096");
	mend_look(m);
	assert_int_equal(mend_verdict(m), CGROUP_MENDED);
	assert_string_equal(
		read_text(file_of("vamp", v2 ? "cgroup.threads" : "tasks")),
		"");
	mend_restore_all();
	kernel_moves();
	assert_true(all_in("vcpu%d"));
	assert_int_equal(homes_count(), 0);
	mend_free(m);
}

static void version_1_is_mended_and_restored(void **state)
{
	(void)state;
	mend_and_restore(false, V1);
}

static void version_1_below_systemd_is_mended_and_restored(void **state)
{
	(void)state;
	mend_and_restore(false, SCOPE);
}

static void version_2_is_mended_and_restored(void **state)
{
	(void)state;
	mend_and_restore(true, V2);
	assert_string_equal(read_text(file_of("vamp", "cgroup.type")),
			    "threaded");
}

static void a_crash_is_put_right_at_the_next_start(void **state)
{
	struct mend *m;

	(void)state;
	make_tree(true, V2, 3);
	m = look(true);
	mend_free(m);
	homes_clear();
	assert_true(all_in("vamp"));
	assert_int_equal(homes_load(), 0);
	assert_int_equal(homes_count(), 3);
	mend_restore_all();
	kernel_moves();
	assert_true(all_in("vcpu%d"));
	homes_load();
	assert_int_equal(homes_count(), 0);
}

/* A thread's id that was given to another, and one that has moved since. */
static void only_the_same_threads_are_put_back(void **state)
{
	char path[256];
	struct mend *m;

	(void)state;
	make_tree(true, V2, 3);
	m = look(true);
	mend_free(m);
	homes_clear();
	snprintf(path, sizeof(path), "%s/%d/task/%d/stat", proc, PID, TID);
	put(path, "1 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 77 0 0\n");
	put_thread(1, "/emulator");
	homes_load();
	mend_restore_all();
	assert_string_equal(read_text(file_of("vcpu0", "cgroup.threads")), "");
	assert_string_equal(read_text(file_of("vcpu1", "cgroup.threads")), "");
	assert_string_equal(read_text(file_of("vcpu2", "cgroup.threads")),
			    "5002\n");
}

static void without_the_file_threads_are_known_by_their_names(void **state)
{
	struct mend *m;
	char path[256];

	(void)state;
	make_tree(true, V2, 2);
	for (int i = 0; i < 2; i++) {
		put_thread(i, "/vamp");
		snprintf(path, sizeof(path), "%s/%d/task/%d/comm", proc, PID,
			 TID + i);
		put(path, i ? "CPU 0/KVM\n" : "CPU 1/KVM\n");
	}
	m = look(true);
	assert_int_equal(homes_count(), 2);
	mend_restore_all();
	mend_free(m);
	kernel_moves();
	snprintf(path, sizeof(path), "%s/%d/task/%d/cgroup", proc, PID, TID);
	assert_non_null(strstr(read_text(path), "/vcpu1\n"));
}

static void a_quota_is_left_and_one_set_later_brings_them_back(void **state)
{
	struct mend *m;

	(void)state;
	make_tree(true, V2, 2);
	put(file_of("vcpu1", "cpu.max"), "20000 100000\n");
	m = look(true);
	assert_true(all_in("vcpu%d"));
	assert_int_equal(mend_verdict(m), CGROUP_SPLIT);
	put(file_of("vcpu1", "cpu.max"), "max 100000\n");
	mend_look(m);
	kernel_moves();
	assert_true(all_in("vamp"));
	put(file_of("vcpu0", "cpu.max"), "20000 100000\n");
	mend_look(m);
	kernel_moves();
	assert_true(all_in("vcpu%d"));
	mend_free(m);
}

static void a_quota_of_version_1_is_left(void **state)
{
	struct mend *m;

	(void)state;
	make_tree(false, V1, 2);
	put(file_of("vcpu0", "cpu.cfs_quota_us"), "25000\n");
	m = look(true);
	assert_int_equal(mend_verdict(m), CGROUP_SPLIT);
	assert_true(all_in("vcpu%d"));
	mend_free(m);
}

static void a_tree_that_cannot_be_written_is_left_as_it_is(void **state)
{
	struct mend_counters before, after;
	struct mend *m;

	(void)state;
	make_tree(true, V2, 3);
	unlink(file_of("vamp", "cgroup.threads"));
	mend_read_counters(&before);
	m = look(true);
	mend_read_counters(&after);
	assert_int_equal(after.failed, before.failed + 1);
	assert_int_equal(mend_verdict(m), CGROUP_SPLIT);
	mend_free(m);
}

/* Of three the last cannot go: the others come back. */
static void nothing_stays_half_done(void **state)
{
	struct mend *m;

	(void)state;
	make_tree(true, V2, 3);
	stays = TID + 2;
	m = look(true);
	stays = 0;
	assert_int_equal(mend_verdict(m), CGROUP_SPLIT);
	assert_true(all_in("vcpu%d"));
	assert_string_equal(read_text(file_of("vcpu0", "cgroup.threads")), "");
	assert_int_equal(homes_find(PID, TID) != NULL, 0);
	mend_free(m);
}

static void without_a_place_to_remember_nothing_is_moved(void **state)
{
	struct mend *m;

	(void)state;
	make_tree(true, V2, 3);
	paths.state = "/proc/nowhere";
	m = look(true);
	paths.state = run;
	assert_true(all_in("vcpu%d"));
	assert_int_equal(mend_verdict(m), CGROUP_SPLIT);
	mend_free(m);
}

/* In version 2 a group whose parent does not hand on "cpu" has no weight. */
static void groups_without_the_controller_are_no_groups(void **state)
{
	struct mend *m;

	(void)state;
	make_tree(true, V2, 2);
	unlink(file_of("vcpu0", "cpu.weight"));
	unlink(file_of("vcpu1", "cpu.weight"));
	put(file_of("..", "cpu.weight"), "100\n");
	m = look(true);
	assert_int_equal(mend_verdict(m), CGROUP_SHARED);
	mend_free(m);
}

static void groups_out_of_sight_are_left(void **state)
{
	struct mend *m;

	(void)state;
	make_tree(true, V2, 1);
	parent = "/../..";
	put_thread(0, "/x");
	m = look(true);
	assert_int_equal(mend_verdict(m), CGROUP_UNKNOWN);
	mend_free(m);
	parent = V2;
}

static void lines_of_the_file_that_make_no_sense_are_left_out(void **state)
{
	char path[128];

	(void)state;
	make_path(run);
	snprintf(path, sizeof(path), "%s/" HOMES_FILE, run);
	put(path, "1 2 3 /a/vcpu0\n"
		  "1 2 3 /a/vcpu1\n"
		  "x\n\n1 3\n"
		  "1 4 0 /a/vcpu0\n"
		  "1 -5 3 /a/vcpu0\n"
		  "1 6 3 a/vcpu0\n"
		  "1 7 3 /a/../vcpu0\n"
		  "1 8 3 /a/emulator\n"
		  "1 9 3 /a b/vcpu10\n");
	assert_int_equal(homes_load(), 0);
	assert_int_equal(homes_count(), 2);
	assert_string_equal(homes_get(1)->group, "/a b/vcpu10");
	homes_clear();
}

static int real_tids[3];
static int pipe_of_threads[2];

static void *real_thread(void *number)
{
	char c;

	real_tids[(long)number] = (int)syscall(SYS_gettid);
	while (read(pipe_of_threads[0], &c, 1) < 0)
		;
	return NULL;
}

#define REAL	"/sys/fs/cgroup/cpu/vampd-test"

static bool is_in(int tid, const char *group)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/task/%d/cgroup", tid);
	return strstr(read_text(path), group);
}

static void make_real(int tid, long i)
{
	char path[128], text[16];

	snprintf(path, sizeof(path), REAL "/vcpu%ld", i);
	assert_int_equal(mkdir(path, 0755), 0);
	strcat(path, "/tasks");
	snprintf(text, sizeof(text), "%d", tid);
	put(path, text);
}

static void real_groups(struct cgroup_thread *t)
{
	struct cgroup_tree tree = { REAL, CGROUP_V1 };
	struct cgroup_plan p;
	char group[CGROUP_PATH];

	for (int i = 0; i < 3; i++) {
		assert_int_equal(cgroup_of_thread(getpid(), real_tids[i], &tree,
						  group),
				 0);
		t[i] = (struct cgroup_thread){ .tid = real_tids[i] };
		strcpy(t[i].group, group);
		strcpy(t[i].home, group);
		t[i].has_home = !cgroup_read(&tree, group, &t[i].settings);
		assert_true(t[i].has_home);
	}
	cgroup_plan(t, 3, true, &p);
	assert_int_equal(p.verdict, CGROUP_MEND);
	assert_int_equal(p.settings.weight, 3 * 1024);
	assert_int_equal(cgroup_make(&tree, p.target, &p.settings), 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(cgroup_move(&tree, t[i].tid, p.target), 0);
		assert_true(is_in(t[i].tid, "/vampd-test/vamp\n"));
	}
	assert_int_equal(cgroup_remove(&tree, p.target), -EBUSY);
	for (int i = 0; i < 3; i++)
		assert_int_equal(cgroup_move(&tree, t[i].tid, t[i].home), 0);
	assert_int_equal(cgroup_remove(&tree, p.target), 0);
	assert_false(cgroup_exists(&tree, p.target));
}

static void end_real(pthread_t *threads)
{
	close(pipe_of_threads[1]);
	for (int i = 0; i < 3; i++)
		pthread_join(threads[i], NULL);
	for (int i = 0; i < 3; i++) {
		char path[128];

		snprintf(path, sizeof(path), REAL "/vcpu%d", i);
		rmdir(path);
	}
	rmdir(REAL);
}

static void the_kernel_s_version_1_does_as_planned(void **state)
{
	static struct cgroup_thread t[3];
	pthread_t threads[3];

	(void)state;
	if (mkdir(REAL, 0755)) {
		print_message("no cgroup of version 1 to use\n");
		skip();
	}
	paths.proc = "/proc";
	paths.cgroup = "/sys/fs/cgroup";
	assert_int_equal(pipe(pipe_of_threads), 0);
	for (long i = 0; i < 3; i++) {
		pthread_create(&threads[i], NULL, real_thread, (void *)i);
		while (!*(volatile int *)&real_tids[i])
			sched_yield();
		make_real(real_tids[i], i);
	}
	real_groups(t);
	end_real(threads);
}

static int set_up(void **state)
{
	(void)state;
	paths.proc = proc;
	paths.cgroup = cgroup;
	paths.state = run;
	homes_clear();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	homes_clear();
	remove_trees();
	return 0;
}

static int set_up_all(void **state)
{
	(void)state;
	log_init(false);
	assert_non_null(mkdtemp(dir));
	snprintf(proc, sizeof(proc), "%s/proc", dir);
	snprintf(cgroup, sizeof(cgroup), "%s/cgroup", dir);
	snprintf(run, sizeof(run), "%s/run", dir);
	sd_event_new(&loop);
	mend_init(loop, -1);
	return 0;
}

static int tear_down_all(void **state)
{
	(void)state;
	sd_event_unref(loop);
	return rmdir(dir);
}

#define TEST(f)	cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(version_1_is_mended_and_restored),
		TEST(version_1_below_systemd_is_mended_and_restored),
		TEST(version_2_is_mended_and_restored),
		TEST(a_crash_is_put_right_at_the_next_start),
		TEST(only_the_same_threads_are_put_back),
		TEST(without_the_file_threads_are_known_by_their_names),
		TEST(a_quota_is_left_and_one_set_later_brings_them_back),
		TEST(a_quota_of_version_1_is_left),
		TEST(a_tree_that_cannot_be_written_is_left_as_it_is),
		TEST(nothing_stays_half_done),
		TEST(without_a_place_to_remember_nothing_is_moved),
		TEST(groups_without_the_controller_are_no_groups),
		TEST(groups_out_of_sight_are_left),
		TEST(lines_of_the_file_that_make_no_sense_are_left_out),
		TEST(the_kernel_s_version_1_does_as_planned),
	};

	return cmocka_run_group_tests(tests, set_up_all, tear_down_all);
}
