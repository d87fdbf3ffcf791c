// SPDX-License-Identifier: GPL-2.0-or-later
#include "input.h"

#include <errno.h>
#include <string.h>
#include <time.h>

#include "device.h"
#include "keymap.h"
#include "log.h"
#include "vms.h"

static struct input_counters counters;

static int translate_key(const struct probe_event *e, struct input *input)
{
	int code = -EINVAL;

	if (e->key_kind == PROBE_KEY_QCODE)
		code = keymap_qcode(e->code);
	else if (e->key_kind == PROBE_KEY_NUMBER)
		code = keymap_number(e->code);
	if (code < 0)
		return code;
	input->type = e->down ? VAMP_INPUT_KEY_PRESS : VAMP_INPUT_KEY_RELEASE;
	input->code = (uint32_t)code;
	return 1;
}

static int translate_wheel(const struct probe_event *e, uint32_t bit,
			   uint32_t held, struct input *input)
{
	input->type = VAMP_INPUT_BUTTON_PRESS;
	input->code = held | bit;
	return e->down ? 1 : 0;
}

static int translate_button(const struct probe_event *e, uint32_t *held,
			    struct input *input)
{
	int bit = keymap_button(e->code);

	if (bit < 0)
		return bit;
	if (keymap_is_wheel(e->code))
		return translate_wheel(e, (uint32_t)bit, *held, input);
	if (e->down)
		*held |= (uint32_t)bit;
	else
		*held &= ~(uint32_t)bit;
	input->type =
		e->down ? VAMP_INPUT_BUTTON_PRESS : VAMP_INPUT_BUTTON_RELEASE;
	input->code = *held;
	return e->down || !*held;
}

int input_translate(const struct probe_event *event, uint32_t *held,
		    struct input *input)
{
	/* A lost release must not leave its button held for ever. */
	if (event->lost)
		*held = 0;
	switch (event->kind) {
	case PROBE_KEY:
		return translate_key(event, input);
	case PROBE_BUTTON:
		return translate_button(event, held, input);
	default:
		return -EINVAL;
	}
}

static const char *result_name(int result)
{
	static const char *const name[] = {
		[VAMP_INPUT_IGNORED] = "starts nothing",
		[VAMP_INPUT_STARTED] = "a phase began",
		[VAMP_INPUT_RESTARTED] = "a phase began again",
		[VAMP_INPUT_EXTENDED] = "the phase lasts longer",
		[VAMP_INPUT_REPEATED] = "too soon after the last",
	};

	if (result < 0)
		return strerror(-result);
	return result < VAMP_INPUT_RESULTS ? name[result] : "unknown answer";
}

static void count_sent(int result)
{
	counters.sent++;
	if (result != VAMP_INPUT_IGNORED && result != VAMP_INPUT_REPEATED)
		counters.started++;
}

static void count_result(int result)
{
	switch (-result) {
	case ESRCH:
		counters.unknown_vm++;
		break;
	case EOPNOTSUPP:
		counters.switched_off++;
		break;
	case EBUSY:
		counters.busy++;
		break;
	default:
		if (result < 0)
			counters.failed++;
		else
			count_sent(result);
	}
}

static void count_time(uint64_t since)
{
	struct timespec now;
	uint64_t ns;

	clock_gettime(CLOCK_MONOTONIC, &now);
	ns = (uint64_t)now.tv_sec * 1000000000u + (uint64_t)now.tv_nsec;
	if (ns > since && ns - since > counters.slowest_ns)
		counters.slowest_ns = ns - since;
}

static void send(const struct vm *vm, const struct input *input, int device,
		 uint64_t since)
{
	int result = device_input(device, vm->pidfd, input->type, input->code);

	count_result(result);
	count_time(since);
	log_debug("VM %d: input type %u code %u: %s", vm->pid, input->type,
		  input->code, result_name(result));
}

void input_handle(const struct probe_event *event, void *device)
{
	struct vm *vm = vms_find((pid_t)event->tgid);
	struct input input;
	int what;

	if (!vm) {
		counters.unknown_vm++;
		return;
	}
	what = input_translate(event, &vm->held, &input);
	if (what > 0)
		send(vm, &input, *(int *)device, event->time_ns);
	else if (what < 0)
		counters.invalid++;
	else
		counters.silent++;
}

void input_read_counters(struct input_counters *to)
{
	*to = counters;
}
