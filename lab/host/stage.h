/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * stage.h - module, daemon and VMs together, as most scenarios need them.
 */
#ifndef LAB_STAGE_H
#define LAB_STAGE_H

#include "pair.h"
#include "vm.h"

/* How long a phase may take to begin, and to end by itself. */
#define PHASE_BEGIN_MS	3000
#define PHASE_END_MS	9000

/*
 * Module loaded, daemon running, two VMs with @hogs background processes each,
 * keys of VM A arrive; kvm_vamp is MODULE_NICE.
 */
void stage_up(struct pair *p, unsigned int hogs);

/* The same, but VM A has a real desktop, and @jobs ("jobs NAME...") as its background. */
void stage_up_desktop(struct pair *p, const char *jobs, unsigned int hogs);

/* Everything ends in good order. */
void stage_down(struct pair *p);

/* Until the module knows the VM. */
void stage_known(const struct vm *vm);

/* Press Enter, and see a phase of the VM begin that finds it MIXED. */
void stage_phase(struct vm *vm);

/* Until the VM is in no phase. */
void stage_phase_end(const struct vm *vm);

/* VMs that the module still holds come down to @n. */
void stage_expect_vms(unsigned int n);

#endif
