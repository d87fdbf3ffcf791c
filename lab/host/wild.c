// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * wild.c - the hostile guest's machine.
 *
 * A million roots need no four gigabytes: one host buffer that is full of copies
 * of the same root shows at many guest addresses.
 */
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cgroup.h"
#include "raw.h"
#include "report.h"
#include "vm.h"
#include "wild.h"

#define PAGE		0x1000ull
#define PRESENT		3ull		/* and writable */
#define LARGE		0x80ull		/* a page of 2 MiB */
#define TSS_ADDRESS	0xfffbd000	/* for KVM's own use */
#define FLAGS		0x2		/* interrupts off */
#define VCPUS		2
#define BUFFER_PAGES	512		/* copies of the root */
#define MSR_APIC_BASE	0x1b
#define X2APIC		0xc00		/* enabled, in that mode */

static const struct {
	const char *name;
	const uint8_t *code, *end;
} kinds[WILD_MODES] = {
	[WILD_SPACES] = { "address spaces", wild_spaces, wild_spaces_end },
	[WILD_IPIS] = { "interrupts", wild_ipis, wild_ipis_end },
	[WILD_SOUND] = { "sound", wild_sound, wild_sound_end },
};

const char *wild_name(enum wild_mode mode)
{
	return kinds[mode].name;
}

static void add_memory(int vm, unsigned int slot, uint64_t at, void *memory,
		       uint64_t size)
{
	struct kvm_userspace_memory_region r = {
		.slot = slot,
		.guest_phys_addr = at,
		.memory_size = size,
		.userspace_addr = (uintptr_t)memory,
	};

	raw_must(ioctl(vm, KVM_SET_USER_MEMORY_REGION, &r), "memory");
}

static void add_roots(int vm)
{
	uint64_t bytes = BUFFER_PAGES * PAGE;
	uint64_t *root = mmap(NULL, bytes, PROT_READ | PROT_WRITE,
			      MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (root == MAP_FAILED)
		fail("raw guest: no memory");
	for (unsigned int i = 0; i < BUFFER_PAGES; i++)
		root[i * PAGE / sizeof(*root)] = WILD_TABLES | PRESENT;
	for (unsigned int i = 0; i < WILD_ROOTS / BUFFER_PAGES; i++)
		add_memory(vm, i + 1, WILD_FIRST_ROOT + i * bytes, root, bytes);
}

/* The PDPT and the directory: the first 2 MiB as they are. */
static void make_tables(uint8_t *memory)
{
	uint64_t *pdpt = (uint64_t *)(memory + WILD_TABLES);
	uint64_t *directory = (uint64_t *)(memory + WILD_TABLES + PAGE);

	pdpt[0] = (WILD_TABLES + PAGE) | PRESENT;
	directory[0] = PRESENT | LARGE;
}

static void set_registers(int vcpu, bool idle)
{
	struct kvm_regs r = {
		.rip = WILD_CODE + (idle ? PAGE / 2 : 0),
		.rflags = FLAGS,
		.r8 = WILD_FIRST_ROOT,
		.r9 = WILD_FIRST_ROOT + WILD_ROOTS * PAGE,
	};
	struct kvm_sregs s;

	raw_must(ioctl(vcpu, KVM_GET_SREGS, &s), "reading registers");
	s.cs = raw_segment(8, 11, true);
	s.ds = raw_segment(16, 3, false);
	s.es = s.fs = s.gs = s.ss = s.ds;
	s.cr0 = RAW_CR0;
	s.cr3 = WILD_FIRST_ROOT;
	s.cr4 |= RAW_CR4_PAE;
	s.efer |= RAW_EFER_LONG;
	s.apic_base |= X2APIC;
	raw_must(ioctl(vcpu, KVM_SET_SREGS, &s), "setting system registers");
	raw_must(ioctl(vcpu, KVM_SET_REGS, &r), "setting registers");
}

/* The boot processor alone would run: all others wait to be started. */
static void set_runnable(int vcpu)
{
	struct kvm_mp_state state = { .mp_state = KVM_MP_STATE_RUNNABLE };

	raw_must(ioctl(vcpu, KVM_SET_MP_STATE, &state), "starting a vCPU");
}

static void *run_vcpu(void *arg)
{
	int vcpu = (int)(intptr_t)arg;

	while (!ioctl(vcpu, KVM_RUN, 0) || errno == EINTR)
		;
	_exit(1);
}

static void become_guest(struct wild *w)
{
	pthread_t thread;
	int kvm, vm, vcpu;

	vm_stay_on_lab_cpus();
	if (cgroup_join(WILD_CGROUP))
		fail("raw guest: no cgroup");
	kvm = raw_open();
	raw_must(vm = ioctl(kvm, KVM_CREATE_VM, 0), "VM");
	raw_must(ioctl(vm, KVM_SET_TSS_ADDR, TSS_ADDRESS), "TSS");
	raw_must(ioctl(vm, KVM_CREATE_IRQCHIP, 0), "interrupt controller");
	add_memory(vm, 0, 0, w->memory, WILD_BYTES);
	add_roots(vm);
	for (long i = 0; i < VCPUS; i++) {
		raw_must(vcpu = ioctl(vm, KVM_CREATE_VCPU, i), "vCPU");
		raw_set_cpuid(kvm, vcpu);
		set_registers(vcpu, i > 0);
		set_runnable(vcpu);
		if (pthread_create(&thread, NULL, run_vcpu,
				   (void *)(intptr_t)vcpu))
			fail("raw guest: no thread");
	}
	for (;;)
		pause();
}

void wild_start(struct wild *w, enum wild_mode mode)
{
	w->mode = mode;
	w->memory = mmap(NULL, WILD_BYTES, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (w->memory == MAP_FAILED)
		fail("raw guest: no memory");
	make_tables(w->memory);
	memcpy(w->memory + WILD_CODE, kinds[mode].code,
	       kinds[mode].end - kinds[mode].code);
	memcpy(w->memory + WILD_CODE + PAGE / 2, wild_idle,
	       wild_idle_end - wild_idle);
	cgroup_create(WILD_CGROUP);
	w->pid = fork();
	if (!w->pid)
		become_guest(w);
}

uint64_t wild_count(const struct wild *w)
{
	if (waitpid(w->pid, NULL, WNOHANG))
		fail("the hostile guest (%s) has ended", wild_name(w->mode));
	return *(volatile uint64_t *)(w->memory + WILD_COUNT);
}

void wild_stop(struct wild *w)
{
	kill(w->pid, SIGKILL);
	waitpid(w->pid, NULL, 0);
	cgroup_remove(WILD_CGROUP);
	munmap(w->memory, WILD_BYTES);
}
