/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * invariant.h - what holds of a VM whatever the core was told.
 */
#ifndef VAMP_TESTS_FUZZ_INVARIANT_H
#define VAMP_TESTS_FUZZ_INVARIANT_H

#include "core/vm.h"

/* All of it: lists and counts agree, indices are in range. Slow. */
void invariant_vm(const struct vamp_vm *vm);

/* What can be seen at a glance, of the VM and of @v. */
void invariant_vcpu(const struct vamp_vm *vm, const struct vamp_vcpu *v);

/* @w was just decided for @v. */
void invariant_weight(const struct vamp_vm *vm, const struct vamp_vcpu *v,
		      struct vamp_weight w);

/* No ring of @vm says that more ran in an epoch than an epoch is long. */
void invariant_loads(const struct vamp_vm *vm);

#endif /* VAMP_TESTS_FUZZ_INVARIANT_H */
