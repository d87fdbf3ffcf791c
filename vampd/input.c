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

static int say(struct input *input, uint32_t type, uint32_t code)
{
	input->type = type;
	input->code = code;
	return 1;
}

static int translate_key(const struct probe_event *e, struct input *input)
{
	int code = -EINVAL;

	if (e->key_kind == PROBE_KEY_QCODE)
		code = keymap_qcode(e->code);
	else if (e->key_kind == PROBE_KEY_NUMBER)
		code = keymap_number(e->code);
	if (code < 0)
		return code;
	return say(input,
		   e->down ? VAMP_INPUT_KEY_PRESS : VAMP_INPUT_KEY_RELEASE,
		   (uint32_t)code);
}

static int translate_touch_button(const struct probe_event *e,
				  struct input *input)
{
	return say(input,
		   e->down ? VAMP_INPUT_TOUCH_BEGIN : VAMP_INPUT_TOUCH_END, 0);
}

static int translate_button(const struct probe_event *e, struct input *input)
{
	uint32_t held = keymap_held(e->held);
	int wheel = keymap_wheel(e->code);

	if (!keymap_is_button(e->code))
		return -EINVAL;
	if (wheel >= 0)
		return e->down ?
			       say(input, VAMP_INPUT_SCROLL, (uint32_t)wheel) :
			       0;
	if (e->code == PROBE_TOUCH)
		return translate_touch_button(e, input);
	if (e->down)
		return say(input, VAMP_INPUT_BUTTON_PRESS, held);
	return held ? 0 : say(input, VAMP_INPUT_BUTTON_RELEASE, 0);
}

static int translate_motion(const struct probe_event *e, struct input *input)
{
	uint32_t held = keymap_held(e->held);

	return held ? say(input, VAMP_INPUT_DRAG, held) : 0;
}

/* A finger moves: it is down, whatever buttons are. */
static int translate_touch(const struct probe_event *e, struct input *input)
{
	switch (e->code) {
	case PROBE_TOUCH_BEGIN:
		return say(input, VAMP_INPUT_TOUCH_BEGIN, 0);
	case PROBE_TOUCH_END:
	case PROBE_TOUCH_CANCEL:
		return say(input, VAMP_INPUT_TOUCH_END, 0);
	case PROBE_TOUCH_UPDATE:
	case PROBE_TOUCH_DATA:
		return say(input, VAMP_INPUT_DRAG, keymap_held(e->held));
	default:
		return -EINVAL;
	}
}

int input_translate(const struct probe_event *event, struct input *input)
{
	switch (event->kind) {
	case PROBE_KEY:
		return translate_key(event, input);
	case PROBE_BUTTON:
		return translate_button(event, input);
	case PROBE_RELATIVE:
	case PROBE_ABSOLUTE:
		return translate_motion(event, input);
	case PROBE_MULTITOUCH:
		return translate_touch(event, input);
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

static void send(struct vm *vm, const struct input *input, int device,
		 uint64_t since)
{
	int result = device_input(device, vm->pidfd, input->type, input->code);

	count_result(result);
	vm->counts.inputs += result >= 0;
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
	what = input_translate(event, &input);
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
