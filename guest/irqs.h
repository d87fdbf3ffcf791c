/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * irqs.h - interrupts that are kept on the fast CPUs: which, and what their CPUs
 * were.
 */
#ifndef VAMP_GUEST_IRQS_H
#define VAMP_GUEST_IRQS_H

#include <stdbool.h>
#include <stddef.h>

#include <vamp/channel.h>

#define IRQS_MAX	128	/* more are left alone */
#define IRQS_CHOICES	16	/* of -i */

/* An interrupt that was given other CPUs. */
struct pin {
	unsigned int number;
	struct vamp_cpus original, given, before;
};

struct pins {
	struct pin pin[IRQS_MAX];
	size_t count;
};

/*
 * Numbers of the interrupts that @choices mean: each is a number, "block" or
 * "sound" (the devices of all disks or sound cards), a driver, or the name that
 * an interrupt has in /proc/interrupts. Sorted, each once, at most @room: how
 * many. Each choice that means none is passed to @none, if not NULL.
 */
size_t irqs_find(const char *const *choices, size_t count,
		 unsigned int *numbers, size_t room,
		 void (*none)(const char *choice));

/*
 * Records in @pins what each had, and that it will be given @cpus; those whose
 * CPUs cannot be read, and those that somebody else changed since, are left out.
 */
void irqs_plan(struct pins *pins, const unsigned int *numbers, size_t count,
	       const struct vamp_cpus *cpus);

/* Gives them what irqs_plan() recorded. How many the kernel refuses to move. */
size_t irqs_apply(const struct pins *pins);

/* Puts all back that have what they were given: how many could not be. */
size_t irqs_restore(const struct pins *pins);

#endif /* VAMP_GUEST_IRQS_H */
