// SPDX-License-Identifier: GPL-2.0-or-later
#include "words.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/reason.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

static const char *const phases[] = { "normal", "non-mixed", "mixed" };
static const char *const policies[] = { "vee14", "vamp" };
static const char *const tracks[] = { "sampled", "trapped" };
static const char *const results[VAMP_INPUT_RESULTS] = {
	"ignored", "started", "restarted", "extended", "repeated",
};
static const char *const inputs[VAMP_INPUT_TYPES] = {
	"key-press", "key-release", "button-press", "button-release",
	"scroll",    "drag",	    "touch-begin",  "touch-end",
};

static const char *word(const char *const *words, size_t count, uint32_t i)
{
	return i < count ? words[i] : "?";
}

const char *word_phase(uint32_t phase)
{
	return word(phases, COUNT(phases), phase);
}

const char *word_policy(uint32_t policy)
{
	return word(policies, COUNT(policies), policy);
}

const char *word_track(uint32_t track)
{
	return word(tracks, COUNT(tracks), track);
}

const char *word_result(uint32_t result)
{
	return word(results, COUNT(results), result);
}

const char *word_reason(uint32_t reason)
{
	return vamp_why_text((enum vamp_why)reason);
}

const char *word_input(uint32_t type)
{
	return word(inputs, COUNT(inputs), type);
}

int word_input_type(const char *name)
{
	for (size_t i = 0; i < COUNT(inputs); i++)
		if (!strcmp(inputs[i], name))
			return (int)i;
	return -1;
}

const char *word_class(uint32_t flags)
{
	if (flags & VAMP_TASK_SERVER)
		return "sound-server";
	if (flags & VAMP_TASK_DOMINANT)
		return "sound-client";
	if (flags & VAMP_TASK_SYSTEM)
		return "system";
	if (flags & VAMP_TASK_BACKGROUND)
		return "background";
	return flags & VAMP_TASK_FOREGROUND ? "foreground" : "other";
}

void word_time(char *to, size_t size, uint64_t ns)
{
	uint64_t tenths = ns / 100000000, s = tenths / 10;

	if (s < 60)
		snprintf(to, size, "%" PRIu64 ".%" PRIu64 "s", s, tenths % 10);
	else if (s < 3600)
		snprintf(to, size, "%" PRIu64 "m%02" PRIu64 "s", s / 60,
			 s % 60);
	else
		snprintf(to, size, "%" PRIu64 "h%02" PRIu64 "m", s / 3600,
			 s / 60 % 60);
}
