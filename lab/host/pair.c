// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pair.c - the two desktops that most scenarios use.
 */
#include "pair.h"
#include "report.h"
#include "util.h"

void pair_start(struct pair *p)
{
	uint64_t start = now_ns();

	report_live("VMs boot");
	vm_start(&p->a, "A");
	vm_start(&p->b, "B");
	vm_wait(&p->a);
	vm_wait(&p->b);
	report_step("VMs A and B are up after %.1f s",
		    (now_ns() - start) / 1e9);
}

void pair_power_off(struct pair *p)
{
	vm_check_cpus();
	vm_power_off(&p->a);
	vm_power_off(&p->b);
	report_step("VMs are off");
}
