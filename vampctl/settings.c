// SPDX-License-Identifier: GPL-2.0-or-later
#include "settings.h"

#include <ctype.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "host.h"

#define NS_MAX	1000000000u

/* docs/parameters.md says more of each; kmod/params.c has the same bounds. */
const struct setting settings[] = {
	{ .name = "kvm_vamp",
	  .sysctl = true,
	  .max = 38,
	  .about = "0 off; 1 to 19 nice of slow vCPUs; above, dynamic" },
	{ .name = "kvm_partial_boost",
	  .sysctl = true,
	  .max = 2,
	  .about =
		  "vCPUs that handle a device's interrupt: 1 slice, 2 nice too" },
	{ .name = "policy",
	  .words = "vamp|vee14",
	  .about = "rules for input, background and weight" },
	{ .name = "load_monitor_enabled",
	  .max = 1,
	  .about = "0: no tracking and no phases" },
	{ .name = "load_period_msec",
	  .at_load = true,
	  .min = 2,
	  .max = 1024,
	  .about = "load epoch; rounded up to a power of two" },
	{ .name = "bg_load_thresh_pct",
	  .min = 1,
	  .max = 100,
	  .about = "percent of a CPU above which a task is background" },
	{ .name = "max_interactive_phase_msec",
	  .min = 100,
	  .max = 60000,
	  .about = "length of a phase after its last input" },
	{ .name = "load_monitor_window",
	  .min = 1000000,
	  .max = NS_MAX,
	  .about = "execution that the dynamic nice looks at, ns" },
	{ .name = "load_prof_enabled",
	  .max = 1,
	  .about = "1: profile phases, and end those that nobody answers" },
	{ .name = "load_prof_period_msec",
	  .min = 10,
	  .max = 10000,
	  .about = "how often" },
	{ .name = "remote_wakeup_track_mode",
	  .max = 15,
	  .about = "sum of 1 on, 2 chains, 4 interrupts, 8 weighted sound" },
	{ .name = "remote_wakeup_latency_ns",
	  .min = 1000,
	  .max = 10000000,
	  .about = "from a wake-up's injection to who was woken" },
	{ .name = "audio_intr_redirect",
	  .max = 1,
	  .about = "kept for its path: no effect" },
	{ .name = "make_room",
	  .max = 1,
	  .about = "1: neighbours' background vCPUs make room" },
	{ .name = "track_cr3_load",
	  .max = 1,
	  .about = "guest tasks: 0 sampled at exits, 1 every change trapped" },
	{ .name = "fast_hold_ns",
	  .min = 1,
	  .max = NS_MAX,
	  .about = "full weight after an interactive task ran" },
	{ .name = "hint_hold_ns",
	  .min = 1,
	  .max = NS_MAX,
	  .about = "full weight after an interrupt or a halt" },
	{ .name = "fast_slice_ns",
	  .or_zero = true,
	  .min = 100000,
	  .max = 100000000,
	  .about = "slice of fast vCPUs; 0: as it is" },
	{ .name = "min_run_ns",
	  .min = 1,
	  .max = NS_MAX,
	  .about = "a shorter interactive run earns no hold" },
};

const size_t settings_count = sizeof(settings) / sizeof(settings[0]);
_Static_assert(sizeof(settings) / sizeof(settings[0]) <= SETTINGS_MAX,
	       "SETTINGS_MAX");

const struct setting *setting_find(const char *name)
{
	for (size_t i = 0; i < settings_count; i++)
		if (!strcmp(settings[i].name, name))
			return &settings[i];
	return NULL;
}

void setting_path(const struct setting *s, char *path, size_t size)
{
	snprintf(path, size, "%s/%s",
		 s->sysctl ? "/proc/sys/kernel" : "/sys/module/vamp/parameters",
		 s->name);
}

static int parse_word(const struct setting *s, const char *text, char *value)
{
	size_t size = strlen(text);
	const char *word = s->words;

	while (word) {
		size_t n = strcspn(word, "|");

		if (n == size && !strncmp(word, text, n)) {
			snprintf(value, SETTING_VALUE, "%s", text);
			return 0;
		}
		word = word[n] ? word + n + 1 : NULL;
	}
	return -EINVAL;
}

/* Decimal, or hexadecimal with 0x; no sign, no leading blanks, no octal. */
static int parse_number(const char *text, unsigned long *number)
{
	int base = !strncmp(text, "0x", 2) ? 16 : 10;
	const char *digits = base == 16 ? text + 2 : text;
	char *end;

	if (!isxdigit((unsigned char)*digits))
		return -EINVAL;
	errno = 0;
	*number = strtoul(digits, &end, base);
	return errno || end == digits || *end ? -EINVAL : 0;
}

int setting_parse(const struct setting *s, const char *text,
		  char value[SETTING_VALUE])
{
	unsigned long n;

	if (s->words)
		return parse_word(s, text, value);
	if (parse_number(text, &n) || n > s->max)
		return -EINVAL;
	if (n < s->min && (n || !s->or_zero))
		return -EINVAL;
	snprintf(value, SETTING_VALUE, "%lu", n);
	return 0;
}

void setting_range(const struct setting *s, char *to, size_t size)
{
	if (s->words)
		snprintf(to, size, "%s", s->words);
	else
		snprintf(to, size, "%s%u..%u", s->or_zero ? "0, " : "", s->min,
			 s->max);
}

int setting_read(const struct setting *s, char value[SETTING_VALUE])
{
	char path[128];

	setting_path(s, path, sizeof(path));
	return host_line(path, value, SETTING_VALUE);
}

int setting_write(const struct setting *s, const char *value)
{
	char path[128];

	setting_path(s, path, sizeof(path));
	return host_write(path, value);
}
