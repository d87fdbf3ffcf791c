// SPDX-License-Identifier: GPL-2.0-only
/*
 * threads.bpf.c - the threads of all processes, the CPUs each may run on and its nice.
 *
 * each_thread runs for each thread when the agent reads the iterator, and writes a
 * record for those of processes. What is used of kernel structures is declared as
 * in roots.bpf.c.
 */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "threads_record.h"

#define KERNEL_TYPE	__attribute__((preserve_access_index))
#define KERNEL_THREAD	0x00200000	/* PF_KTHREAD */
#define NICE_0		120		/* as a static priority */

/* Of x86-64; a 32-bit program's are others, and it is never seen to wait. */
#define WAIT4		61
#define WAITID		247

struct seq_file;

struct cpumask {
	unsigned long bits[THREADS_CPU_WORDS];
} KERNEL_TYPE;

struct task_struct {
	int pid, tgid;
	unsigned int flags;
	int static_prio;
	__u64 start_boottime;
	struct task_struct *real_parent;
	struct cpumask cpus_mask;
} KERNEL_TYPE;

struct pt_regs {
	unsigned long orig_ax;		/* system call, or -1 */
} KERNEL_TYPE;

struct bpf_iter_meta {
	struct seq_file *seq;
} KERNEL_TYPE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} KERNEL_TYPE;

static __always_inline int waits(struct task_struct *task)
{
	struct pt_regs *regs = (struct pt_regs *)bpf_task_pt_regs(task);

	return regs->orig_ax == WAIT4 || regs->orig_ax == WAITID;
}

/* A kernel for few CPUs has a shorter mask, one for many a longer one. */
SEC("iter/task")
int each_thread(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task;
	struct threads_record r = {};
	__u32 size;

	if (!task || task->flags & KERNEL_THREAD)
		return 0;
	r.tid = task->pid;
	r.tgid = task->tgid;
	r.ppid = task->real_parent->tgid;
	r.start = task->start_boottime;
	r.waits = waits(task);
	r.nice = task->static_prio - NICE_0;
	size = bpf_core_field_size(task->cpus_mask);
	if (size > sizeof(r.cpus))
		size = sizeof(r.cpus);
	bpf_probe_read_kernel(r.cpus, size, &task->cpus_mask);
	bpf_seq_write(seq, &r, sizeof(r));
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
