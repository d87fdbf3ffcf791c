// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pair.c - the two desktops that most scenarios use.
 */
#include "desktop.h"
#include "pair.h"
#include "report.h"
#include "util.h"

static void boot(struct pair *p)
{
	uint64_t start = now_ns();

	report_live("VMs boot");
	p->nr_more = 0;
	if (p->desktop)
		vm_start_desktop(&p->a, "A");
	else
		vm_start(&p->a, "A");
	vm_start(&p->b, "B");
	vm_wait(&p->a);
	vm_wait(&p->b);
	report_step("VMs A and B are up after %.1f s",
		    (now_ns() - start) / 1e9);
}

void pair_start(struct pair *p)
{
	p->desktop = false;
	boot(p);
}

void pair_start_desktop(struct pair *p)
{
	p->desktop = true;
	boot(p);
	desktop_start(&p->a);
}

void pair_add(struct pair *p, unsigned int n)
{
	static const char *const names[PAIR_MORE] = { "C", "D" };

	for (unsigned int i = 0; i < n; i++)
		vm_start(&p->more[i], names[i]);
	for (unsigned int i = 0; i < n; i++)
		vm_wait(&p->more[i]);
	p->nr_more = n;
}

const struct vm *pair_vm(const struct pair *p, unsigned int i)
{
	if (i < 2)
		return i ? &p->b : &p->a;
	return i - 2 < p->nr_more ? &p->more[i - 2] : NULL;
}

void pair_power_off(struct pair *p)
{
	vm_check_cpus();
	while (p->nr_more)
		vm_power_off(&p->more[--p->nr_more]);
	vm_power_off(&p->a);
	vm_power_off(&p->b);
	report_step("VMs are off");
}
