// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * refusals.c - what /dev/vamp must refuse, and how.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <vamp/uapi.h>

#include "refusals.h"
#include "report.h"
#include "util.h"

#define NOBODY	65534
#define NO_PID	4000000		/* above what the kernel gives out */

static void expect_error(int fd, unsigned long request, void *arg,
			 const char *what, int error)
{
	if (!ioctl(fd, request, arg))
		fail("/dev/vamp takes %s (expected %s)", what, strerror(error));
	if (errno != error)
		fail("/dev/vamp refuses %s with %s, not %s", what,
		     strerror(errno), strerror(error));
}

static void expect_input(int fd, struct vamp_input in, const char *what,
			 int error)
{
	expect_error(fd, VAMP_IOC_INPUT, &in, what, error);
}

static struct vamp_input good_input(void)
{
	return (struct vamp_input){
		.size = sizeof(struct vamp_input),
		.version = VAMP_UAPI_VERSION,
		.pid = getpid(),
		.pidfd = -1,
	};
}

/* Each type is known; only that there is no such VM is wrong. */
static void check_input_types(int fd)
{
	struct vamp_input in = good_input();

	for (in.type = 0; in.type < VAMP_INPUT_TYPES; in.type++)
		expect_input(fd, in, "an input for no VM", ESRCH);
	expect_input(fd, in, "an unknown type of input", EINVAL);
}

static void check_input(int fd)
{
	const struct vamp_input good = good_input();
	struct vamp_input in = good;

	in.size--;
	expect_input(fd, in, "an input of wrong size", EINVAL);
	in = good;
	in.version++;
	expect_input(fd, in, "an input of another version", EINVAL);
	in = good;
	in.code = 256;
	expect_input(fd, in, "a code above 255", EINVAL);
	in = good;
	in.reserved = 1;
	expect_input(fd, in, "an input's reserved field", EINVAL);
	in = good;
	in.pidfd = 0;
	expect_input(fd, in, "both pid and pidfd", EINVAL);
}

static void check_input_pids(int fd)
{
	struct vamp_input in = good_input();

	in.pid = -1;
	expect_input(fd, in, "neither pid nor pidfd", EINVAL);
	in.pid = NO_PID;
	expect_input(fd, in, "an unknown process", ESRCH);
	in.pid = -1;
	in.pidfd = fd;
	expect_input(fd, in, "a descriptor that is no pidfd", EBADF);
	in.pidfd = 9999;
	expect_input(fd, in, "a descriptor that is not open", EBADF);
}

static void expect_sound(int fd, struct vamp_sound s, const char *what,
			 int error)
{
	expect_error(fd, VAMP_IOC_SOUND, &s, what, error);
}

static struct vamp_sound good_sound(void)
{
	return (struct vamp_sound){
		.size = sizeof(struct vamp_sound),
		.version = VAMP_UAPI_VERSION,
		.pid = getpid(),
		.nr_ranges = 1,
		.range = { { 0xc400, 0xc4ff, VAMP_SOUND_PIO,
			     VAMP_SOUND_READ } },
	};
}

static void check_sound(int fd)
{
	const struct vamp_sound good = good_sound();
	struct vamp_sound s = good;

	expect_sound(fd, s, "a sound device of no VM", ESRCH);
	s.nr_ranges = 0;
	expect_sound(fd, s, "no sound device of no VM", ESRCH);
	s = good;
	s.size--;
	expect_sound(fd, s, "a sound device of wrong size", EINVAL);
	s = good;
	s.version--;
	expect_sound(fd, s, "a sound device of another version", EINVAL);
	s = good;
	s.reserved = 1;
	expect_sound(fd, s, "a sound device's reserved field", EINVAL);
	s = good;
	s.nr_ranges = VAMP_SOUND_RANGES + 1;
	expect_sound(fd, s, "too many sound ranges", EINVAL);
}

static void check_sound_pids(int fd)
{
	struct vamp_sound s = good_sound();

	s.pid = NO_PID;
	expect_sound(fd, s, "an unknown process's sound device", ESRCH);
	s.pid = 0;
	expect_sound(fd, s, "process 0's sound device", ESRCH);
	s.pid = -1;
	expect_sound(fd, s, "process -1's sound device", ESRCH);
}

static void check_sound_ranges(int fd)
{
	const struct vamp_sound_range good = good_sound().range[0];
	struct vamp_sound s = good_sound();
	struct vamp_sound_range *r = &s.range[0];

	r->first = r->last + 1;
	expect_sound(fd, s, "a range that ends before it begins", EINVAL);
	*r = good;
	r->last = 0x10000;
	expect_sound(fd, s, "a port above 65535", EINVAL);
	r->space = VAMP_SOUND_MMIO;
	expect_sound(fd, s, "no VM's memory above 65535", ESRCH);
	r->space++;
	expect_sound(fd, s, "an unknown address space", EINVAL);
	*r = good;
	r->access = 0;
	expect_sound(fd, s, "a range of no access", EINVAL);
	r->access = VAMP_SOUND_READ | VAMP_SOUND_WRITE << 1;
	expect_sound(fd, s, "an unknown access", EINVAL);
}

/* Wrong even if it is the last of all that there may be. */
static void check_last_range(int fd)
{
	struct vamp_sound s = good_sound();

	for (unsigned int i = 0; i < VAMP_SOUND_RANGES; i++)
		s.range[i] = s.range[0];
	s.nr_ranges = VAMP_SOUND_RANGES;
	expect_sound(fd, s, "sound ranges of no VM", ESRCH);
	s.range[VAMP_SOUND_RANGES - 1].first = ~0ull;
	expect_sound(fd, s, "a last range that ends before it begins", EINVAL);
}

static void check_vectors(int fd)
{
	static const unsigned int bad[] = { 1, 31, 256, ~0u };
	static const unsigned int good[] = { 32, 0xfd, 255 };
	struct vamp_sound s = good_sound();

	for (unsigned int i = 0; i < ARRAY_SIZE(bad); i++) {
		s.vector = bad[i];
		expect_sound(fd, s, "a vector out of range", EINVAL);
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(good); i++) {
		s.vector = good[i];
		expect_sound(fd, s, "a vector of no VM", ESRCH);
	}
}

static void check_list(int fd)
{
	struct vamp_list l = {
		.size = sizeof(l),
		.version = VAMP_UAPI_VERSION,
		.capacity = VAMP_LIST_MAX + 1,
		.entry_size = sizeof(struct vamp_vm_info),
	};

	expect_error(fd, VAMP_IOC_VMS, &l, "a list longer than it may be",
		     EINVAL);
	l.capacity = 0;
	if (ioctl(fd, VAMP_IOC_VMS, &l) || l.total)
		fail("/dev/vamp lists %u VMs where there is none", l.total);
	l.entry_size--;
	expect_error(fd, VAMP_IOC_VMS, &l, "a wrong entry size", EINVAL);
	l.entry_size = sizeof(struct vamp_task_info);
	l.pid = getpid();
	expect_error(fd, VAMP_IOC_TASKS, &l, "a list of no VM's tasks", ESRCH);
}

static void check_request(int fd)
{
	struct vamp_input in = good_input();

	expect_error(fd, _IOWR(VAMP_IOC_MAGIC, 0xbf, struct vamp_input), &in,
		     "an unknown request", ENOTTY);
	expect_error(fd, VAMP_IOC_INPUT, NULL, "a bad address", EFAULT);
	expect_error(fd, VAMP_IOC_SOUND, NULL, "a sound at a bad address",
		     EFAULT);
}

/* The number of the first call that is not refused as it must, or 0. */
static int try_unprivileged(int fd)
{
	struct vamp_counters c = {
		.size = sizeof(c),
		.version = VAMP_UAPI_VERSION,
	};
	struct vamp_input in = good_input();
	struct vamp_sound s = good_sound();
	struct vamp_list l = { .size = 0 };
	const struct {
		unsigned long request;
		void *arg;
	} calls[] = {
		{ VAMP_IOC_INPUT, &in },   { VAMP_IOC_SOUND, &s },
		{ VAMP_IOC_VMS, &l },	   { VAMP_IOC_VCPUS, &l },
		{ VAMP_IOC_TASKS, &l },	   { VAMP_IOC_COUNTERS, &c },
	};
	struct vamp_event e;

	for (unsigned int i = 0; i < ARRAY_SIZE(calls); i++)
		if (!ioctl(fd, calls[i].request, calls[i].arg) ||
		    errno != EPERM)
			return i + 1;
	if (read(fd, &e, sizeof(e)) >= 0 || errno != EPERM)
		return ARRAY_SIZE(calls) + 1;
	return open(VAMP_DEVICE, O_RDWR) < 0 ? 0 : ARRAY_SIZE(calls) + 2;
}

/* A descriptor that was passed on gives nothing to whoever has it then. */
static void check_unprivileged(int fd)
{
	int status = 0;
	pid_t pid = fork();

	if (!pid)
		_exit(setuid(NOBODY) ? 100 : try_unprivileged(fd));
	waitpid(pid, &status, 0);
	if (status)
		fail("an unprivileged user may use /dev/vamp (status %#x)",
		     status);
}

static void check_readers(void)
{
	int fd[32];
	unsigned int n = 0;

	while (n < ARRAY_SIZE(fd)) {
		fd[n] = open(VAMP_DEVICE, O_RDWR | O_CLOEXEC);
		if (fd[n] < 0)
			break;
		n++;
	}
	if (n == ARRAY_SIZE(fd) || errno != EBUSY)
		fail("%u readers of /dev/vamp, then %s", n, strerror(errno));
	while (n)
		close(fd[--n]);
}

void refusals_check(void)
{
	int fd = open(VAMP_DEVICE, O_RDWR | O_CLOEXEC);

	if (fd < 0)
		fail(VAMP_DEVICE ": %s", strerror(errno));
	check_input_types(fd);
	check_input(fd);
	check_input_pids(fd);
	check_sound(fd);
	check_sound_pids(fd);
	check_sound_ranges(fd);
	check_last_range(fd);
	check_vectors(fd);
	check_list(fd);
	check_request(fd);
	check_unprivileged(fd);
	close(fd);
	check_readers();
}
