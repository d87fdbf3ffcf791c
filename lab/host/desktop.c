// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * desktop.c - the real desktop of a VM, as its screen shows it.
 */
#include <stdio.h>

#include "desktop.h"
#include "guest.h"
#include "report.h"
#include "util.h"

#define UP_NS		(300 * NSEC_PER_SEC)
#define SHOWN_NS	(300 * NSEC_PER_SEC)	/* a browser has a quarter of a CPU */
#define PICTURE		"/run/lab/now.ppm"
#define SAMPLES		65536
#define CHANGED		2000	/* of them, when a window has come */

/* Some of the screen's bytes; how many differ from those before. */
static unsigned int look(struct vm *vm, unsigned char *before)
{
	unsigned int changed = 0;
	long size;
	FILE *f;

	vm_screen(vm, "now");
	f = fopen(PICTURE, "re");
	if (!f || fseek(f, 0, SEEK_END))
		fail(PICTURE " is no picture");
	size = ftell(f);
	if (size < SAMPLES)
		fail(PICTURE " is empty");
	for (unsigned int i = 0; i < SAMPLES; i++) {
		int c;

		fseek(f, (long)((double)i * size / SAMPLES), SEEK_SET);
		c = getc(f);
		changed += before[i] != c;
		before[i] = c;
	}
	fclose(f);
	return changed;
}

void desktop_start(struct vm *vm)
{
	uint64_t start = now_ns();
	char answer[64];

	report_live("the desktop starts");
	guest_ask_long(vm, "desktop", "OK", answer, sizeof(answer),
		       now_ns() + UP_NS);
	report_step("the desktop is up after %.0f s", (now_ns() - start) / 1e9);
}

void desktop_expect_window(struct vm *vm, const char *key, const char *name)
{
	static unsigned char screen[SAMPLES];
	uint64_t start = now_ns();

	look(vm, screen);
	vm_press(vm, key);
	report_live("%s starts", name);
	while (look(vm, screen) < CHANGED) {
		if (now_ns() - start > SHOWN_NS)
			fail("%s shows no window", name);
		sleep_ms(500);
	}
	sleep_ms(2000);
	vm_screen(vm, name);
	report_step("%s is on the screen after %.0f s", name,
		    (now_ns() - start) / 1e9);
}
