/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * weight.h - the nice of a VM's vCPU threads, as the kernel has it.
 */
#ifndef LAB_WEIGHT_H
#define LAB_WEIGHT_H

#include <stdbool.h>

#include "vm.h"

/* What the administrator has set, for each vCPU. */
struct weight {
	int base[VM_VCPUS_MAX];
};

int weight_nice(pid_t tid);

/* As an administrator would. */
void weight_renice(pid_t tid, int nice);

/* Set every vCPU's nice, and remember it. */
void weight_set(struct weight *w, const struct vm *vm, const int *nice);

/* Is every vCPU at its administrator's nice right now? */
bool weight_is_base(const struct weight *w, const struct vm *vm);

/* Every vCPU gets there within @ms and stays; ends with FAILED if not. */
void weight_expect_base(const struct weight *w, const struct vm *vm,
			unsigned int ms, const char *when);

/* A vCPU that is slowed, which must happen within @ms. */
unsigned int weight_expect_slow(const struct weight *w, const struct vm *vm,
				unsigned int ms);

#endif
