// SPDX-License-Identifier: GPL-2.0-only
/*
 * roots.bpf.c - which process has which page-table root.
 *
 * each_task runs for each thread when the agent reads the iterator: it writes a
 * record for each process. look reads eight bytes of kernel memory, for the agent
 * to find where physical memory is mapped (direct_map.h).
 *
 * The few members of kernel structures that are used are declared here; libbpf
 * finds where the running kernel has them.
 */
#include <linux/bpf.h>
#include <linux/types.h>

#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

#include "roots_record.h"

#define KERNEL_TYPE	__attribute__((preserve_access_index))

struct seq_file;

struct mm_struct {
	void *pgd;
} KERNEL_TYPE;

struct task_struct {
	int tgid;
	char comm[ROOTS_COMM];
	struct mm_struct *mm;
	struct task_struct *group_leader;
} KERNEL_TYPE;

struct bpf_iter_meta {
	struct seq_file *seq;
} KERNEL_TYPE;

struct bpf_iter__task {
	struct bpf_iter_meta *meta;
	struct task_struct *task;
} KERNEL_TYPE;

/*
 * Of the threads of a process its first counts; where that has ended and the
 * process goes on, each of the others is told of.
 */
SEC("iter/task")
int each_task(struct bpf_iter__task *ctx)
{
	struct seq_file *seq = ctx->meta->seq;
	struct task_struct *task = ctx->task, *leader;
	struct roots_record r = {};

	if (!task || !task->mm)
		return 0;
	leader = task->group_leader;
	if (task != leader && leader->mm)
		return 0;
	r.root = (__u64)task->mm->pgd;
	r.pid = task->tgid;
	bpf_probe_read_kernel_str(r.comm, sizeof(r.comm), leader->comm);
	bpf_seq_write(seq, &r, sizeof(r));
	return 0;
}

SEC("syscall")
int look(struct roots_look *l)
{
	__u64 value = 0;

	l->error = bpf_probe_read_kernel(&value, sizeof(value),
					 (const void *)l->address);
	l->value = value;
	return 0;
}

char LICENSE[] SEC("license") = "GPL";
