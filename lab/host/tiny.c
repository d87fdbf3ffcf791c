// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * tiny.c - the tiny guest's machine: memory, page tables, registers, thread.
 */
#include <errno.h>
#include <linux/kvm.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "raw.h"
#include "report.h"
#include "tiny.h"
#include "util.h"
#include "vm.h"

#define TSS_ADDRESS	0xfffbd000	/* for KVM's own use */
#define LIMIT_S		120		/* for a number of turns */
#define PAGE		0x1000ull
#define PRESENT		7ull		/* writable, for user code as well */
#define TABLES		4		/* levels at most, a page each */
#define CPUID_1_PCID	(1u << 17)

/* With interrupts on: with them off Bochs 2.7 holds even the host's back. */
#define FLAGS		0x202
#define CR0_REAL	0x10ull
#define CR4_PCIDE	0x20000ull
#define EFER_SCE	0x1ull
#define MSR_STAR	0xc0000081
#define MSR_LSTAR	0xc0000082
#define USER_PCID	0x800ull

static const struct kind {
	const char *name;
	const uint8_t *code, *end;
	unsigned int levels;	/* of page tables */
	uint64_t user;		/* bits that CR3 has more in user code */
	uint64_t first;		/* where the tables begin, from TINY_TABLES */
	bool pcid;
} kinds[TINY_MODES] = {
	[TINY_LONG] = { "long", tiny_long, tiny_long_end, 4 },
	[TINY_PAE] = { "pae", tiny_32, tiny_32_end, 3 },
	[TINY_32] = { "32-bit", tiny_32, tiny_32_end, 2 },
	[TINY_REAL] = { "real", tiny_real, tiny_real_end, 0 },
	[TINY_SHARED] = { "shared", tiny_process, tiny_process_end, 4, 0,
			  PAGE },
	[TINY_ISOLATED] = { "isolated", tiny_process, tiny_process_end, 4,
			    PAGE },
	[TINY_ISOLATED_PCID] = { "isolated-pcid", tiny_process,
				 tiny_process_end, 4, PAGE | USER_PCID, 0,
				 true },
};

const char *tiny_name(enum tiny_mode mode)
{
	return kinds[mode].name;
}

static bool has_processes(const struct tiny *t)
{
	return kinds[t->mode].code == tiny_process;
}

/* The k-th entry of the table at @table; 32-bit paging has short ones. */
static void set_entry(struct tiny *t, uint64_t table, unsigned int k,
		      uint64_t value)
{
	uint32_t narrow = value;

	if (kinds[t->mode].levels == 2)
		memcpy(t->memory + table + k * sizeof(narrow), &narrow,
		       sizeof(narrow));
	else
		memcpy(t->memory + table + k * sizeof(value), &value,
		       sizeof(value));
}

/* The lowest table: the guest's memory, with @data at TINY_DATA. */
static void fill_lowest(struct tiny *t, uint64_t table, uint64_t data)
{
	uint64_t page;

	for (page = 0; page < TINY_BYTES; page += PAGE)
		set_entry(t, table, page / PAGE,
			  (page == TINY_DATA ? data : page) | PRESENT);
}

/*
 * One address space, its root at @root and the tables below it at @tables.
 * PAE's root has but a present bit.
 */
static void make_space(struct tiny *t, uint64_t root, uint64_t tables,
		       uint64_t data)
{
	unsigned int level, levels = kinds[t->mode].levels;
	uint64_t table = root;

	for (level = levels; level > 1; level--) {
		set_entry(t, table, 0,
			  tables | (level == 3 && levels == 3 ? 1 : PRESENT));
		table = tables;
		tables += PAGE;
	}
	fill_lowest(t, table, data);
}

/* Where root @i is: two pages each, as two halves want them; PAE's in one. */
static uint64_t root_address(const struct tiny *t, unsigned int i)
{
	return TINY_TABLES + kinds[t->mode].first +
	       i * (t->mode == TINY_PAE ? 0x20 : 2 * PAGE);
}

/* Two PAE roots in one page differ in bits that no page frame has. */
static uint64_t name_of(const struct tiny *t, uint64_t root)
{
	return root / PAGE | (t->mode == TINY_PAE ? (root & 0xfe0) << 35 : 0);
}

/* A user's half is a copy of the kernel's root, with the same tables below. */
static void make_tables(struct tiny *t)
{
	uint64_t tables = TINY_TABLES + 4 * TABLES * PAGE, root;
	unsigned int i;

	if (!kinds[t->mode].levels)
		return;
	for (i = 0; i < 2; i++) {
		root = root_address(t, i);
		make_space(t, root, tables, TINY_PAGES + i * PAGE);
		if (kinds[t->mode].user & PAGE)
			memcpy(t->memory + (root | PAGE), t->memory + root,
			       PAGE);
		t->root[i] = name_of(t, root);
		tables += TABLES * PAGE;
	}
}

bool tiny_possible(enum tiny_mode mode)
{
	int kvm = raw_open();
	struct kvm_cpuid2 *c = raw_cpuid(kvm);
	bool pcid = false;

	for (unsigned int i = 0; i < c->nent; i++)
		if (c->entries[i].function == 1)
			pcid = c->entries[i].ecx & CPUID_1_PCID;
	free(c);
	close(kvm);
	return pcid || !kinds[mode].pcid;
}

static void set_segments(const struct tiny *t, struct kvm_sregs *s)
{
	bool wide = kinds[t->mode].levels == 4;

	if (t->mode == TINY_REAL) {
		s->cs.base = 0;
		s->cs.selector = 0;
		return;
	}
	s->cs = raw_segment(8, 11, wide);
	s->ds = raw_segment(16, 3, false);
	s->es = s->fs = s->gs = s->ss = s->ds;
}

static uint64_t cr3_of(const struct tiny *t, unsigned int i)
{
	return root_address(t, i) | (kinds[t->mode].pcid ? i + 1 : 0);
}

static void set_sregs(struct tiny *t)
{
	struct kvm_sregs s;

	raw_must(ioctl(t->vcpu, KVM_GET_SREGS, &s), "reading registers");
	set_segments(t, &s);
	s.cr0 = t->mode == TINY_REAL ? CR0_REAL : RAW_CR0;
	if (kinds[t->mode].levels > 2)
		s.cr4 |= RAW_CR4_PAE;
	if (kinds[t->mode].pcid)
		s.cr4 |= CR4_PCIDE;
	if (kinds[t->mode].levels == 4)
		s.efer |= RAW_EFER_LONG | EFER_SCE;
	s.cr3 = t->mode == TINY_REAL ? 0 : cr3_of(t, 0);
	raw_must(ioctl(t->vcpu, KVM_SET_SREGS, &s), "setting system registers");
}

static void set_regs(struct tiny *t)
{
	struct kvm_regs r = {
		.rip = TINY_CODE,
		.rflags = FLAGS,
		.rsi = cr3_of(t, 0),
		.rdx = cr3_of(t, 1),
		.rdi = kinds[t->mode].user,
		.rcx = TINY_CODE + (tiny_process_user - tiny_process),
		.r11 = FLAGS,
	};

	raw_must(ioctl(t->vcpu, KVM_SET_REGS, &r), "setting registers");
}

/* Selectors of SYSCALL and SYSRET, and the kernel's address. */
static void set_msrs(struct tiny *t)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry[2];
	} m = {
		.head.nmsrs = 2,
		.entry = { { .index = MSR_STAR, .data = 0x0013000800000000 },
			   { .index = MSR_LSTAR,
			     .data = TINY_CODE +
				     (tiny_process_kernel - tiny_process) } },
	};

	if (has_processes(t))
		raw_must(ioctl(t->vcpu, KVM_SET_MSRS, &m), "setting MSRs");
}

static void make_memory(struct tiny *t)
{
	struct kvm_userspace_memory_region region = {
		.memory_size = TINY_BYTES,
	};
	const struct kind *k = &kinds[t->mode];

	t->memory = mmap(NULL, TINY_BYTES, PROT_READ | PROT_WRITE,
			 MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (t->memory == MAP_FAILED)
		fail("tiny guest: no memory");
	memcpy(t->memory + TINY_CODE, k->code, k->end - k->code);
	make_tables(t);
	region.userspace_addr = (uintptr_t)t->memory;
	raw_must(ioctl(t->vm, KVM_SET_TSS_ADDR, TSS_ADDRESS), "TSS");
	raw_must(ioctl(t->vm, KVM_SET_USER_MEMORY_REGION, &region), "memory");
}

static void make_vcpu(struct tiny *t)
{
	int size = ioctl(t->kvm, KVM_GET_VCPU_MMAP_SIZE, 0);

	raw_must(t->vcpu = ioctl(t->vm, KVM_CREATE_VCPU, 0), "vCPU");
	t->run = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED, t->vcpu,
		      0);
	if (t->run == MAP_FAILED)
		fail("tiny guest: the vCPU cannot be mapped");
	raw_set_cpuid(t->kvm, t->vcpu);
	set_sregs(t);
	set_regs(t);
	set_msrs(t);
}

/* True when the guest waits; an exit that should not be ends it too. */
static bool idles(struct tiny *t)
{
	if (ioctl(t->vcpu, KVM_RUN, 0)) {
		if (errno != EINTR)
			t->lost = KVM_EXIT_UNKNOWN + 1;
		return t->lost;
	}
	if (t->run->exit_reason != KVM_EXIT_IO) {
		t->lost = t->run->exit_reason + 1;
		return true;
	}
	return t->run->io.port == TINY_IDLE;
}

static void *run_vcpu(void *arg)
{
	struct tiny *t = arg;

	vm_stay_on_lab_cpus();
	for (;;) {
		sem_wait(&t->go);
		if (t->end)
			return NULL;
		while (!idles(t))
			;
		sem_post(&t->done);
	}
}

void tiny_start(struct tiny *t, enum tiny_mode mode)
{
	memset(t, 0, sizeof(*t));
	t->mode = mode;
	t->kvm = raw_open();
	raw_must(t->vm = ioctl(t->kvm, KVM_CREATE_VM, 0), "VM");
	make_memory(t);
	make_vcpu(t);
	tiny_spin(t, 1, 1);
	sem_init(&t->go, 0, 0);
	sem_init(&t->done, 0, 0);
	if (pthread_create(&t->thread, NULL, run_vcpu, t))
		fail("tiny guest: no thread");
}

static volatile uint32_t *word(const struct tiny *t, uint64_t address)
{
	return (volatile uint32_t *)(t->memory + address);
}

void tiny_spin(struct tiny *t, uint32_t first, uint32_t second)
{
	word(t, TINY_SPIN)[0] = first;
	word(t, TINY_SPIN)[1] = second;
}

void tiny_go(struct tiny *t, uint32_t turns)
{
	*word(t, TINY_LEFT) = turns;
	sem_post(&t->go);
}

void tiny_wait(struct tiny *t)
{
	struct timespec limit;

	clock_gettime(CLOCK_REALTIME, &limit);
	limit.tv_sec += LIMIT_S;
	while (sem_timedwait(&t->done, &limit))
		if (errno != EINTR)
			fail("the tiny guest (%s) hangs with %u turns left",
			     tiny_name(t->mode), *word(t, TINY_LEFT));
	if (t->lost)
		fail("the tiny guest (%s) ends with KVM's exit %u",
		     tiny_name(t->mode), t->lost - 1);
}

uint32_t tiny_arrivals(const struct tiny *t, unsigned int i)
{
	return *word(t,
		     t->mode == TINY_REAL ? TINY_DATA : TINY_PAGES + i * PAGE);
}

uint64_t tiny_exits(const struct tiny *t)
{
	char path[96], text[32];

	snprintf(path, sizeof(path), "/sys/kernel/debug/kvm/%d-%d/exits",
		 getpid(), t->vm);
	if (read_text(path, text, sizeof(text)))
		undecided("%s: %s", path, strerror(errno));
	return strtoull(text, NULL, 10);
}

void tiny_stop(struct tiny *t)
{
	t->end = true;
	sem_post(&t->go);
	pthread_join(t->thread, NULL);
	munmap(t->run, ioctl(t->kvm, KVM_GET_VCPU_MMAP_SIZE, 0));
	close(t->vcpu);
	close(t->vm);
	close(t->kvm);
	munmap(t->memory, TINY_BYTES);
}
