// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * 200 VMs, each a process with a /proc entry and cgroups of the test's making;
 * some have a monitor that hangs, floods or answers. What vampd takes must grow
 * with their number and not with time, and go when they do.
 */
#include "test.h"

#include <dirent.h>
#include <ftw.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "collect.h"
#include "device.h"
#include "fake_probe.h"
#include "guest.h"
#include "homes.h"
#include "input.h"
#include "log.h"
#include "mend.h"
#include "module.h"
#include "paths.h"
#include "slow.h"
#include "sound.h"
#include "vms.h"

#define VMS	200
#define FEW	50
#define VCPUS	4
#define ROUNDS	20

/* What is one more VM allowed to take? */
#define FDS_A_VM	1
#define BYTES_A_VM	(16u << 10)

/* Of the sanitizer's own heap, for which mallinfo() says nothing. */
size_t __sanitizer_get_current_allocated_bytes(void);

__attribute__((used, noinline)) void qemu_input_event_send_impl(void);
void qemu_input_event_send_impl(void)
{
}

/* Every 20th VM has a monitor, of these kinds in turn. */
enum monitor {
	HANGS,
	FLOODS,
	ANSWERS,
	MONITORS
};

static char dir[] = "/tmp/vampd-many-XXXXXX";
static char proc[64], cgroup[64], run[64];
static sd_event *loop;
static struct config config;
static pid_t pids[VMS];
static bool told[VMS];		/* of its sound device */
static int device = 3;

/* The module: it counts what it is asked. */
static struct {
	int vcpus, sounds, vms, counters;
} asked;

static int index_of(pid_t pid)
{
	for (int i = 0; i < VMS; i++)
		if (pids[i] == pid)
			return i;
	return -1;
}

int device_list_vcpus(int fd, pid_t pid, pid_t *tids, size_t room)
{
	(void)fd;
	assert_true(room >= VCPUS);
	asked.vcpus++;
	for (int i = 0; i < VCPUS; i++)
		tids[i] = pid * 10 + i;
	return VCPUS;
}

int device_read_vcpus(int fd, pid_t pid, struct vamp_vcpu_info *to, size_t room)
{
	(void)fd;
	(void)pid;
	(void)room;
	asked.vcpus++;
	to[0] = (struct vamp_vcpu_info){ .nice_delta = 5 };
	return 1;
}

int device_read_vms(int fd, struct vamp_vm_info *to, size_t room)
{
	(void)fd;
	(void)room;
	asked.vms++;
	to[0] = (struct vamp_vm_info){ .pid = pids[0], .nr_vcpus = VCPUS };
	return 1;
}

int device_counters(int fd, struct vamp_counters *to)
{
	(void)fd;
	asked.counters++;
	memset(to, 0, sizeof(*to));
	return 0;
}

int device_read_tasks(int fd, pid_t pid, struct vamp_task_info *to, size_t room)
{
	(void)fd;
	(void)pid;
	(void)to;
	(void)room;
	return 0;
}

int device_place(int fd, pid_t pid, const struct vamp_cpus *slow,
		 const struct vamp_cpus *fast)
{
	(void)fd;
	(void)pid;
	(void)slow;
	(void)fast;
	return 0;
}

int device_output(int fd, pid_t pid)
{
	(void)fd;
	(void)pid;
	return 0;
}

int device_sound(int fd, pid_t pid, uint32_t vector,
		 const struct vamp_sound_range *ranges, uint32_t count)
{
	(void)fd;
	(void)vector;
	(void)ranges;
	asked.sounds++;
	told[index_of(pid)] |= count > 0;
	return 0;
}

void input_read_counters(struct input_counters *to)
{
	memset(to, 0, sizeof(*to));
}

void probe_read_counters(struct probe_counters *to)
{
	memset(to, 0, sizeof(*to));
}

uint64_t module_returns(void)
{
	return 0;
}

static bool has_monitor(int i)
{
	return i % 20 == 0;
}

static enum monitor kind_of(int i)
{
	return (enum monitor)(i / 20 % MONITORS);
}

#define GREETING "{\"QMP\":{}}\n"
#define DONE	"{\"return\":{}}\n"
#define AC97                                                        \
	"{\"return\":[{\"devices\":[{\"id\":{\"vendor\":32902,"     \
	"\"device\":9237},\"regions\":[{\"bar\":0,\"type\":\"io\"," \
	"\"address\":49152,\"size\":1024}]}]}]}\n"
#define EVENT	"{\"event\":\"X\",\"data\":[{},{},{},{},{},{},{},{}]}\n"

static bool say(int fd, const char *text)
{
	return send(fd, text, strlen(text), MSG_NOSIGNAL) > 0;
}

static void serve(int fd, enum monitor kind)
{
	char heard[256];

	if (kind == HANGS) {
		while (recv(fd, heard, sizeof(heard), 0) > 0)
			;
		return;
	}
	say(fd, GREETING);
	if (recv(fd, heard, sizeof(heard), 0) <= 0)
		return;
	while (kind == FLOODS && say(fd, EVENT))
		;
	say(fd, DONE);
	if (recv(fd, heard, sizeof(heard), 0) > 0)
		say(fd, AC97);
}

static void path_of_monitor(int i, char *path, size_t size)
{
	snprintf(path, size, "%s/run/m%d", dir, i);
}

/* A VM's process. */
static void __attribute__((noreturn)) be_vm(int i, int ready)
{
	struct sockaddr_un at = { .sun_family = AF_UNIX };
	int fd = -1;

	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (has_monitor(i)) {
		path_of_monitor(i, at.sun_path, sizeof(at.sun_path));
		fd = socket(AF_UNIX, SOCK_STREAM, 0);
		if (bind(fd, (struct sockaddr *)&at, sizeof(at)) ||
		    listen(fd, 4))
			_exit(1);
	}
	close(ready);
	while (fd >= 0) {
		int client = accept(fd, NULL, NULL);

		serve(client, kind_of(i));
		close(client);
	}
	for (;;)
		pause();
}

static void put(const char *path, const char *text, size_t size)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	fwrite(text, 1, size, f);
	fclose(f);
}

#define PUT(text, ...) \
	do { \
		char path_[256]; \
		snprintf(path_, sizeof(path_), __VA_ARGS__); \
		put(path_, text, strlen(text)); \
	} while (0)

#define MAKE(...) \
	do { \
		char path_[256]; \
		snprintf(path_, sizeof(path_), __VA_ARGS__); \
		mkdir(path_, 0755); \
	} while (0)

/* The group of a vCPU, as libvirt makes it, and the thread in it. */
static void make_vcpu(pid_t pid, int v)
{
	int tid = pid * 10 + v;
	char text[256];

	MAKE("%s/s/%d/vcpu%d", cgroup, pid, v);
	PUT("100\n", "%s/s/%d/vcpu%d/cpu.weight", cgroup, pid, v);
	PUT("threaded\n", "%s/s/%d/vcpu%d/cgroup.type", cgroup, pid, v);
	PUT("", "%s/s/%d/vcpu%d/cgroup.threads", cgroup, pid, v);
	MAKE("%s/%d/task/%d", proc, pid, tid);
	snprintf(text, sizeof(text), "0::/s/%d/vcpu%d\n", pid, v);
	PUT(text, "%s/%d/task/%d/cgroup", proc, pid, tid);
	PUT("1 (x) S 1 1 1 0 -1 0 0 0 0 0 0 0 0 0 20 0 9 0 77 0 0\n",
	    "%s/%d/task/%d/stat", proc, pid, tid);
}

static void make_links(pid_t pid)
{
	static const char *const links[][2] = { { "exe", "/proc/self/exe" },
						{ "root", "/" },
						{ "cwd", "/" } };
	char path[256];

	for (int i = 0; i < 3; i++) {
		snprintf(path, sizeof(path), "%s/%d/%s", proc, pid,
			 links[i][0]);
		assert_int_equal(symlink(links[i][1], path), 0);
	}
}

static void make_cmdline(int i, pid_t pid)
{
	char text[256], path[128], monitor[100];
	size_t used;

	used = (size_t)snprintf(text, sizeof(text), "qemu%c-name%cguest=vm%d",
				0, 0, i) +
	       1;
	if (has_monitor(i)) {
		path_of_monitor(i, monitor, sizeof(monitor));
		used += (size_t)snprintf(text + used, sizeof(text) - used,
					 "-qmp%cunix:%s,server=on", 0,
					 monitor) +
			1;
	}
	snprintf(path, sizeof(path), "%s/%d/cmdline", proc, pid);
	put(path, text, used);
}

static void make_vm(int i)
{
	int ready[2];
	char c;

	assert_int_equal(pipe(ready), 0);
	pids[i] = fork();
	if (!pids[i]) {
		close(ready[0]);
		be_vm(i, ready[1]);
	}
	close(ready[1]);
	assert_int_equal(read(ready[0], &c, 1), 0);
	close(ready[0]);
	MAKE("%s/%d", proc, pids[i]);
	MAKE("%s/%d/task", proc, pids[i]);
	make_links(pids[i]);
	make_cmdline(i, pids[i]);
	MAKE("%s/s/%d", cgroup, pids[i]);
	for (int v = 0; v < VCPUS; v++)
		make_vcpu(pids[i], v);
	MAKE("%s/s/%d/vamp", cgroup, pids[i]);
	PUT("", "%s/s/%d/vamp/cgroup.type", cgroup, pids[i]);
	PUT("", "%s/s/%d/vamp/cpu.weight", cgroup, pids[i]);
	PUT("", "%s/s/%d/vamp/cgroup.threads", cgroup, pids[i]);
}

static size_t open_files(void)
{
	DIR *d = opendir("/proc/self/fd");
	size_t n = 0;

	while (readdir(d))
		n++;
	closedir(d);
	return n;
}

static size_t heap(void)
{
	return __sanitizer_get_current_allocated_bytes();
}

static void settle(void)
{
	while (sd_event_run(loop, 0) > 0)
		;
}

static bool all_good_are_told(void)
{
	for (int i = 0; i < VMS; i++)
		if (has_monitor(i) && kind_of(i) == ANSWERS && !told[i])
			return false;
	return true;
}

/* All that is done again and again while VMs run. */
static void do_round(void)
{
	pid_t copy[VMS];
	size_t size;
	char *text;

	memcpy(copy, pids, sizeof(copy));
	vms_sync(copy, VMS);
	for (size_t i = 0; vms_get(i); i++)
		mend_look(vms_get(i)->mend);
	vms_reconfigure();
	assert_int_equal(collect_metrics(&device, &text, &size), 0);
	assert_true(size < VMS * 4096);
	free(text);
}

static void costs_grow_with_the_number_of_vms(void **state)
{
	size_t fds = open_files(), bytes = heap(), fds_few, bytes_few;

	(void)state;
	for (int i = 0; i < FEW; i++)
		vms_add(pids[i]);
	fds_few = open_files() - fds;
	bytes_few = heap() - bytes;
	for (int i = FEW; i < VMS; i++)
		vms_add(pids[i]);
	assert_int_equal(vms_count(), VMS);
	assert_int_equal(attached, 1);
	assert_int_equal(watched, VMS);
	assert_true(fds_few <= FEW * FDS_A_VM + 2);
	assert_true(open_files() - fds <= VMS * FDS_A_VM + 2);
	assert_true(bytes_few <= FEW * BYTES_A_VM);
	assert_true(heap() - bytes <= VMS * BYTES_A_VM);
	print_message("%d VMs: %zu KiB of heap, %zu files\n", VMS,
		      (heap() - bytes) >> 10, open_files() - fds);
}

static void bad_monitors_keep_no_other_waiting(void **state)
{
	(void)state;
	while (!all_good_are_told())
		sd_event_run(loop, UINT64_MAX);
	for (int i = 0; i < VMS; i++)
		assert_int_equal(told[i],
				 has_monitor(i) && kind_of(i) == ANSWERS);
}

static void each_vm_s_vcpus_are_looked_at_and_moved(void **state)
{
	struct mend_counters c;

	(void)state;
	do_round();
	mend_read_counters(&c);
	assert_int_equal(c.moved, VMS * VCPUS);
	assert_int_equal(homes_count(), VMS * VCPUS);
}

/* The trees stay as they were made: so each round moves all again. */
static void nothing_grows_with_time(void **state)
{
	struct rusage before, after;
	size_t fds, bytes;

	(void)state;
	do_round();
	settle();
	fds = open_files();
	bytes = heap();
	asked.vcpus = asked.vms = asked.counters = 0;
	getrusage(RUSAGE_SELF, &before);
	for (int i = 0; i < ROUNDS; i++)
		do_round();
	getrusage(RUSAGE_SELF, &after);
	assert_int_equal(homes_count(), VMS * VCPUS);
	assert_int_equal(asked.vcpus, 2 * VMS * ROUNDS);
	assert_int_equal(asked.vms, ROUNDS);
	assert_int_equal(asked.counters, ROUNDS);
	assert_true(open_files() <= fds);
	assert_true(heap() <= bytes + BYTES_A_VM);
	print_message(
		"a round of %d VMs: %ld us of CPU; %ld MiB resident, the sanitizer's included\n",
		VMS,
		((after.ru_utime.tv_sec - before.ru_utime.tv_sec +
		  after.ru_stime.tv_sec - before.ru_stime.tv_sec) *
			 1000000 +
		 after.ru_utime.tv_usec - before.ru_utime.tv_usec +
		 after.ru_stime.tv_usec - before.ru_stime.tv_usec) /
			ROUNDS,
		after.ru_maxrss >> 10);
}

static void everything_goes_with_the_vms(void **state)
{
	size_t fds, bytes;

	(void)state;
	vms_clear();
	homes_clear();
	fds = open_files();
	bytes = heap();
	for (int i = 0; i < VMS; i++)
		vms_add(pids[i]);
	vms_sync(pids, 0);
	homes_clear();
	assert_int_equal(vms_count(), 0);
	assert_int_equal(attached + watched, 0);
	assert_int_equal(open_files(), fds);
	assert_true(heap() <= bytes + BYTES_A_VM);
}

static int remove_one(const char *path, const struct stat *st, int type,
		      struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static int set_up(void **state)
{
	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(proc, sizeof(proc), "%s/proc", dir);
	snprintf(cgroup, sizeof(cgroup), "%s/cgroup", dir);
	snprintf(run, sizeof(run), "%s/run", dir);
	mkdir(proc, 0755);
	mkdir(cgroup, 0755);
	mkdir(run, 0755);
	MAKE("%s/s", cgroup);
	PUT("cpu\n", "%s/cgroup.controllers", cgroup);
	for (int i = 0; i < VMS; i++)
		make_vm(i);
	paths.proc = proc;
	paths.cgroup = cgroup;
	paths.state = run;
	config_default(&config);
	sd_event_new(&loop);
	vms_init(loop, &config);
	sound_init(loop, device, true);
	mend_init(loop, device);
	slow_init(loop, device);
	guests_init(loop, device);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	slow_end();
	sd_event_unref(loop);
	for (int i = 0; i < VMS; i++) {
		kill(pids[i], SIGKILL);
		waitpid(pids[i], NULL, 0);
	}
	return nftw(dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(costs_grow_with_the_number_of_vms),
		cmocka_unit_test(bad_monitors_keep_no_other_waiting),
		cmocka_unit_test(each_vm_s_vcpus_are_looked_at_and_moved),
		cmocka_unit_test(nothing_grows_with_time),
		cmocka_unit_test(everything_goes_with_the_vms),
	};

	/* One line for each VM and round would hide what is said. */
	if (!getenv("VAMPD_TEST_LOG"))
		assert_non_null(freopen("/dev/null", "w", stderr));
	log_init(false);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
