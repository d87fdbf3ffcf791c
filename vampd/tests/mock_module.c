// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * mock_module.c - preloaded into vampd in place of the kernel module.
 *
 * In the directory $VAMP_MOCK: `events` is a FIFO that stands for the device's
 * read(); `vms` lists the processes of the VMs, one a line; each input is
 * appended to `inputs` as "PID TYPE CODE", what is said of sound to `sounds` as
 * "PID VECTOR [SPACE:FIRST-LAST:ACCESS]..."; an errno in `answer` makes inputs
 * fail; `kvm_vamp` and `policy` are the settings. While `gone` exists the module
 * is not loaded. `vcpus` lists the threads of all VMs' vCPUs, "PID TID" a line.
 */
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <vamp/uapi.h>

int open(const char *path, int flags, ...);
ssize_t read(int fd, void *to, size_t size);
int ioctl(int fd, unsigned long request, ...);

static void mocked(char *to, size_t size, const char *name)
{
	snprintf(to, size, "%s/%s", getenv("VAMP_MOCK"), name);
}

static FILE *mock_file(const char *name, const char *mode)
{
	char path[512];

	mocked(path, sizeof(path), name);
	return fopen(path, mode);
}

static const char *name_of(const char *path)
{
	if (!strcmp(path, VAMP_DEVICE))
		return "events";
	if (!strcmp(path, "/proc/sys/kernel/kvm_vamp"))
		return "kvm_vamp";
	if (!strcmp(path, "/sys/module/vamp/parameters/policy"))
		return "policy";
	return NULL;
}

static bool is_gone(void)
{
	char path[512];

	mocked(path, sizeof(path), "gone");
	return !access(path, F_OK);
}

static bool is_device(int fd)
{
	struct stat a, b;
	char path[512];

	mocked(path, sizeof(path), "events");
	return !fstat(fd, &a) && !stat(path, &b) && a.st_ino == b.st_ino &&
	       a.st_dev == b.st_dev;
}

ssize_t read(int fd, void *to, size_t size)
{
	ssize_t (*real)(int, void *, size_t) = dlsym(RTLD_NEXT, "read");

	if (is_gone() && is_device(fd)) {
		errno = ENODEV;
		return -1;
	}
	return real(fd, to, size);
}

int open(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...) = dlsym(RTLD_NEXT, "open");
	const char *name = name_of(path);
	char other[512];
	va_list ap;
	int mode;

	va_start(ap, flags);
	mode = flags & O_CREAT ? va_arg(ap, int) : 0;
	va_end(ap);
	if (!name)
		return real(path, flags, mode);
	if (is_gone()) {
		errno = ENOENT;
		return -1;
	}
	mocked(other, sizeof(other), name);
	return real(other, flags, mode);
}

static int list(struct vamp_list *l)
{
	struct vamp_vm_info *infos = (void *)(unsigned long)l->entries;
	FILE *f = mock_file("vms", "r");
	int pid;

	l->count = 0;
	while (f && l->count < l->capacity && fscanf(f, "%d", &pid) == 1)
		infos[l->count++] =
			(struct vamp_vm_info){ .pid = pid, .nr_vcpus = 1 };
	if (f)
		fclose(f);
	return 0;
}

static int vcpus(struct vamp_list *l)
{
	struct vamp_vcpu_info *infos = (void *)(unsigned long)l->entries;
	FILE *f = mock_file("vcpus", "r");
	int pid, tid;

	l->count = 0;
	while (f && l->count < l->capacity &&
	       fscanf(f, "%d %d", &pid, &tid) == 2)
		if (pid == l->pid)
			infos[l->count++] =
				(struct vamp_vcpu_info){ .tid = tid };
	if (f)
		fclose(f);
	return 0;
}

static int counters(struct vamp_counters *c)
{
	c->inputs = 42;
	return 0;
}

static int pid_of(int pidfd)
{
	char path[64], line[128];
	int pid = -1;
	FILE *f;

	snprintf(path, sizeof(path), "/proc/self/fdinfo/%d", pidfd);
	f = fopen(path, "r");
	while (f && fgets(line, sizeof(line), f))
		sscanf(line, "Pid: %d", &pid);
	if (f)
		fclose(f);
	return pid;
}

static int input(struct vamp_input *in)
{
	FILE *f = mock_file("answer", "r");
	int err = 0;

	if (f) {
		if (fscanf(f, "%d", &err) != 1)
			err = EIO;
		fclose(f);
	}
	f = mock_file("inputs", "a");
	fprintf(f, "%d %u %u\n", pid_of(in->pidfd), in->type, in->code);
	fclose(f);
	in->result = VAMP_INPUT_STARTED;
	errno = err;
	return err ? -1 : 0;
}

static int sound(const struct vamp_sound *s)
{
	FILE *f = mock_file("sounds", "a");

	fprintf(f, "%d %u", s->pid, s->vector);
	for (unsigned int i = 0; i < s->nr_ranges; i++)
		fprintf(f, " %s:%#llx-%#llx:%u",
			s->range[i].space == VAMP_SOUND_PIO ? "io" : "mem",
			s->range[i].first, s->range[i].last,
			s->range[i].access);
	fputc('\n', f);
	fclose(f);
	return 0;
}

int ioctl(int fd, unsigned long request, ...)
{
	int (*real)(int, unsigned long, ...) = dlsym(RTLD_NEXT, "ioctl");
	va_list ap;
	void *arg;

	va_start(ap, request);
	arg = va_arg(ap, void *);
	va_end(ap);
	if (fd < 0) {
		errno = EBADF;
		return -1;
	}
	if (request == VAMP_IOC_ATTEND)
		return 0;
	if (request == VAMP_IOC_VMS)
		return list(arg);
	if (request == VAMP_IOC_INPUT)
		return input(arg);
	if (request == VAMP_IOC_SOUND)
		return sound(arg);
	if (request == VAMP_IOC_VCPUS)
		return vcpus(arg);
	if (request == VAMP_IOC_COUNTERS)
		return counters(arg);
	return real(fd, request, arg);
}
