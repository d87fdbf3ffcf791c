// SPDX-License-Identifier: GPL-2.0-or-later
/* telling.c - decisions and events for people. */
#include "telling.h"

#include <stdio.h>
#include <string.h>

static const char *const effects[EFFECT_COUNT] = {
	[EFFECT_IGNORED] = "ignored",
	[EFFECT_STARTED] = "a phase begins",
	[EFFECT_RESTARTED] = "the phase begins anew",
	[EFFECT_EXTENDED] = "the phase lasts longer",
	[EFFECT_REPEATED] = "too soon after the last",
};

static const char *phase_name(u8 phase)
{
	static const char *const names[] = {
		[PHASE_NORMAL] = "none",
		[PHASE_NON_MIXED] = "NON_MIXED",
		[PHASE_MIXED] = "MIXED",
	};

	return phase < 3 ? names[phase] : "?";
}

static void weight(char *to, size_t size, const struct decision *d)
{
	char what[32] = "full weight";

	if (d->weight.nice)
		snprintf(what, sizeof(what), "nice %+d", d->weight.nice);
	if (d->weight.slice_ns)
		snprintf(to, size, "vCPU %u: %s, slice %u us: %s", d->vcpu,
			 what, d->weight.slice_ns / 1000,
			 vamp_why_text(d->weight.why));
	else
		snprintf(to, size, "vCPU %u: %s: %s", d->vcpu, what,
			 vamp_why_text(d->weight.why));
}

static void audio(char *to, size_t size, u32 effect)
{
	static const char *const texts[] = {
		[AUDIO_PHASE] = "asks for a phase",
		[AUDIO_WEIGHT] = "its task is background no more",
	};

	snprintf(to, size, "sound: %s", texts[effect]);
}

bool tell_decision(char *to, size_t size, const struct player *p,
		   const struct decision *d)
{
	switch (d->kind) {
	case DECIDED_WEIGHT:
		weight(to, size, d);
		return true;
	case DECIDED_CLASSES:
		snprintf(to, size, "classified %s: load %u %%, %u background",
			 phase_name(p->vm->phase), p->vm->vm_load,
			 p->vm->background);
		return true;
	case DECIDED_OVER:
		snprintf(to, size, "the phase ends");
		return true;
	case DECIDED_INPUT:
		snprintf(to, size, "input: %s", effects[d->effect]);
		return true;
	case DECIDED_OUTPUT:
		snprintf(to, size, "sound: %s", effects[d->effect]);
		return d->effect != EFFECT_IGNORED;
	case DECIDED_AUDIO:
		if (d->effect != AUDIO_PHASE && d->effect != AUDIO_WEIGHT)
			return false;
		audio(to, size, d->effect);
		return true;
	case DECIDED_PROFILE:
		snprintf(to, size, "profile: reactive load %u %%%s",
			 p->vm->reactive_load,
			 d->effect ? ", quiet: the phase should end" : "");
		return true;
	}
	return false;
}

void tell_task(char *to, size_t size, const struct player *p,
	       const struct vamp_task *k)
{
	const char *class = "interactive";

	if (k->flags & TASK_BACKGROUND)
		class = "background";
	else if (k->id == p->vm->system_task)
		class = "system";
	else if (vamp_audio_is(p->vm, k, p->vm->classify_time))
		class = "audio";
	snprintf(to, size, "  task %llx %3u %% %s: %s",
		 (unsigned long long)k->id, k->load, class,
		 vamp_why_text(k->why));
}

void tell_input(char *to, size_t size, u32 kind, u32 code)
{
	static const char *const names[INPUT_KINDS] = {
		[INPUT_KEY_PRESS] = "pressed",
		[INPUT_KEY_RELEASE] = "released",
		[INPUT_BUTTON_PRESS] = "button pressed",
		[INPUT_BUTTON_RELEASE] = "button released",
		[INPUT_SCROLL] = "scrolled",
		[INPUT_DRAG] = "dragged",
		[INPUT_TOUCH_BEGIN] = "touched",
		[INPUT_TOUCH_END] = "touch ended",
	};

	if (kind >= INPUT_KINDS)
		snprintf(to, size, "input of kind %u", kind);
	else if (kind > INPUT_KEY_RELEASE)
		snprintf(to, size, "%s", names[kind]);
	else if (code == INPUT_ENTER)
		snprintf(to, size, "Enter %s", names[kind]);
	else
		snprintf(to, size, "key %u %s", code, names[kind]);
}

static void gave(char *to, size_t size, const struct event *e)
{
	snprintf(to, size, "vCPU %u weighs nice %d, slice %llu ns: %s", e->vcpu,
		 (s8)(e->arg >> 8), (unsigned long long)e->o.task_id,
		 vamp_why_text(e->arg & 0xff));
}

static void class(char *to, size_t size, const struct event *e)
{
	snprintf(to, size, "task %llx, load %u %%, confidence %u: %s",
		 (unsigned long long)e->o.task_id, e->arg >> 16,
		 e->arg >> 8 & 0xff, vamp_why_text(e->arg & 0xff));
}

static void plain(char *to, size_t size, const struct event *e)
{
	u32 fields = op_fields(e->op, FORMAT);
	int n = snprintf(to, size, "%s", op_kinds[e->op].name);

	if (fields & HAS_VCPU)
		n += snprintf(to + n, size - n, " vcpu=%u", e->vcpu);
	if (fields & HAS_NOW)
		n += snprintf(to + n, size - n, " now=%llu",
			      (unsigned long long)e->o.now);
	if (fields & HAS_TASK)
		n += snprintf(to + n, size - n, " task=%llx",
			      (unsigned long long)e->o.task_id);
	if (fields & HAS_ARG)
		snprintf(to + n, size - n, " arg=%u", e->arg);
}

void tell_event(char *to, size_t size, const struct event *e)
{
	switch (e->op) {
	case OP_GAVE:
		gave(to, size, e);
		break;
	case OP_CLASS:
		class(to, size, e);
		break;
	case OP_PHASE:
		snprintf(to, size, "phase %s, load %llu %%, %u background",
			 phase_name((u8)e->arg),
			 (unsigned long long)e->o.task_id, e->arg >> 8);
		break;
	default:
		plain(to, size, e);
	}
}
