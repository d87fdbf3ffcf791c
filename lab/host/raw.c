// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * raw.c - what guests without QEMU share.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>

#include "raw.h"
#include "report.h"

#define CPUID_MAX	100

void raw_must(int result, const char *what)
{
	if (result < 0)
		fail("raw guest: %s: %s", what, strerror(errno));
}

int raw_open(void)
{
	int fd = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	raw_must(fd, "/dev/kvm");
	return fd;
}

struct kvm_cpuid2 *raw_cpuid(int kvm)
{
	struct kvm_cpuid2 *c;

	c = calloc(1, sizeof(*c) + CPUID_MAX * sizeof(c->entries[0]));
	c->nent = CPUID_MAX;
	raw_must(ioctl(kvm, KVM_GET_SUPPORTED_CPUID, c), "CPUID");
	return c;
}

void raw_set_cpuid(int kvm, int vcpu)
{
	struct kvm_cpuid2 *c = raw_cpuid(kvm);

	raw_must(ioctl(vcpu, KVM_SET_CPUID2, c), "setting CPUID");
	free(c);
}

struct kvm_segment raw_segment(unsigned int selector, unsigned int type,
			       bool wide)
{
	return (struct kvm_segment){
		.limit = 0xffffffff,
		.selector = selector,
		.type = type,
		.present = 1,
		.db = !wide,
		.s = 1,
		.l = wide,
		.g = 1,
	};
}
