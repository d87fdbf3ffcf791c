// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * audio_test.c - who makes sound, who is its client, and what both are spared;
 * the phases that sound starts.
 */
#include "fixture.h"

#define CLIENT		10
#define SECOND		11	/* another client */
#define SERVER		20
#define OTHER		30	/* runs where the server does, between */
#define HOG		40
#define TIMER		0xec	/* vector */
#define PERIOD		(10 * MS)
#define LATENCY		20000ull
#define SETTLE		(500 * MS)
#define EXPIRES		(10000 * MS)
#define SECONDS(n) ((n)*1000 * MS)

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

/* The client on vCPU 0, the server will be on 1, a hog on 2, 3 is idle. */
static struct fix *playing(const struct vamp_policy *policy,
			   enum vamp_track track)
{
	struct fix *f = fix_new(policy, 4, track);

	f->cfg.max_phase_ms = 3600 * 1000;
	fix_run(f, 0, CLIENT);
	fix_run(f, 1, OTHER);
	fix_run(f, 2, HOG);
	fix_pass(f, 100);
	return f;
}

static struct fix *trapped(const struct vamp_policy *policy)
{
	return playing(policy, TRACK_TRAP);
}

/* One period: @client on vCPU 0 wakes the server, which runs for @busy ns. */
static enum vamp_audio_effect sound_of(struct fix *f, u64 client, u64 busy)
{
	enum vamp_audio_effect effect;

	fix_run(f, 0, client);
	fix_pass_ns(f, 5000);
	fix_wake(f, 0, 1);
	fix_pass_ns(f, 5000);
	fix_run(f, 1, SERVER);
	fix_pass_ns(f, 10000);
	effect = fix_access(f, 1);
	fix_pass_ns(f, busy);
	fix_run(f, 1, OTHER);
	fix_pass_ns(f, PERIOD - 20000 - busy);
	return effect;
}

static enum vamp_audio_effect sound(struct fix *f)
{
	return sound_of(f, CLIENT, 100000);
}

/* The task that is current on @v accesses the device @n times, and goes on. */
static enum vamp_audio_effect access_often(struct fix *f, u32 v, u32 n)
{
	enum vamp_audio_effect effect = AUDIO_NOTED;

	while (n--) {
		fix_pass(f, 20);
		effect = fix_access(f, v);
	}
	return effect;
}

static void play_of(struct fix *f, u64 client, u32 periods)
{
	while (periods--)
		sound_of(f, client, 100000);
}

static void play(struct fix *f, u32 periods)
{
	play_of(f, CLIENT, periods);
}

static bool is_server(struct fix *f, u64 id)
{
	return fix_task(f, id)->flags & TASK_SERVER;
}

static bool audio_is(struct fix *f, u64 id)
{
	return vamp_audio_is(f->vm, fix_task(f, id), f->now);
}

static bool is_dominant(struct fix *f, u64 id)
{
	bool flag = fix_task(f, id)->flags & TASK_DOMINANT;

	if (flag)
		assert_int_equal(f->vm->audio.dominant, id);
	return flag;
}

static u32 count_of(struct fix *f, u64 id)
{
	return fix_task(f, id)->audio_count;
}

/* As long as nobody is, in the whole table. */
static void assert_nobody_is_audio(struct fix *f)
{
	u32 i;

	for (i = 0; i < VM_TASKS; i++) {
		const struct vamp_task *k = &f->vm->tasks.task[i];

		assert_int_equal(k->flags & (TASK_SERVER | TASK_DOMINANT), 0);
		assert_int_equal(k->audio_count, 0);
		assert_false(vamp_audio_is(f->vm, k, f->now));
	}
}

/* A phase that sound starts, and its end: finds the dominant client. */
static void output_phase(struct fix *f)
{
	assert_int_equal(fix_output(f), EFFECT_STARTED);
	vamp_phase_end(f->vm);
}

static void flood(struct fix *f, u32 v)
{
	u64 id;

	for (id = 1000; id < 1000 + 2 * VM_TASKS; id++)
		fix_run(f, v, id);
}

/* ---- server and client ---- */

static void both_are_found_across_two_vcpus(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(policies); i++) {
		struct fix *f = playing(policies[i / 2],
					i % 2 ? TRACK_TRAP : TRACK_SAMPLE);

		play(f, 6);
		assert_true(is_server(f, SERVER));
		assert_int_equal(count_of(f, SERVER), 0);
		assert_false(is_server(f, CLIENT));
		assert_in_range(count_of(f, CLIENT), 5, 6);
		assert_false(is_server(f, OTHER));
		assert_int_equal(count_of(f, OTHER) + count_of(f, HOG), 0);
		fix_free(f);
	}
}

static void vee14_takes_one_access_for_a_server_and_vamp_three(void **state)
{
	struct fix *f = trapped(&vamp_policy_vee14);

	(void)state;
	play(f, 1);
	assert_true(is_server(f, SERVER));
	fix_free(f);
	f = trapped(&vamp_policy_vamp);
	play(f, 2);
	assert_false(is_server(f, SERVER));
	play(f, 1);
	assert_true(is_server(f, SERVER));
	fix_free(f);
}

/* One period on vCPU 0 alone: the client runs, then the server. */
static void local_sound(struct fix *f)
{
	fix_run(f, 0, CLIENT);
	fix_pass(f, 9);
	fix_run(f, 0, SERVER);
	fix_pass_ns(f, 100000);
	fix_access(f, 0);
	fix_pass_ns(f, 100000);
}

static void a_client_on_the_same_vcpu_is_found_by_vamp(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 8; i++)
		local_sound(f);
	assert_true(is_server(f, SERVER));
	assert_true(is_dominant(f, CLIENT));
	fix_free(f);
}

/* A player makes its sound itself, and has its turn after a job's. */
static bool is_client_of(u16 server_load)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	bool is;
	u32 i;

	local_sound(f);
	for (i = 0; i < 8; i++) {
		fix_task(f, SERVER)->load = server_load;
		local_sound(f);
	}
	assert_true(is_server(f, SERVER));
	is = is_dominant(f, CLIENT);
	fix_free(f);
	return is;
}

static void who_runs_before_a_busy_server_is_no_client(void **state)
{
	(void)state;
	assert_true(is_client_of(14));
	assert_false(is_client_of(15));
}

/* A server that wakes on its own, on a vCPU where a hog runs else. */
static void who_runs_before_the_server_now_and_then_is_no_client(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 200; i++) {
		fix_run(f, 0, HOG);
		fix_pass(f, 9);
		if (i % 12)
			fix_deliver(f, 0, FIX_DEVICE);
		fix_run(f, 0, SERVER);
		fix_pass_ns(f, 100000);
		fix_access(f, 0);
		assert_false(is_dominant(f, HOG));
	}
	output_phase(f);
	assert_false(is_dominant(f, HOG));
	fix_free(f);
}

static void a_client_on_the_same_vcpu_is_not_found_by_vee14(void **state)
{
	struct fix *f = trapped(&vamp_policy_vee14);
	u32 i;

	(void)state;
	for (i = 0; i < 8; i++)
		local_sound(f);
	assert_nobody_is_audio(f);
	fix_free(f);
}

static void who_ran_before_an_interrupt_is_no_client(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 8; i++) {
		fix_run(f, 0, CLIENT);
		fix_pass(f, 9);
		fix_deliver(f, 0, FIX_DEVICE);
		fix_run(f, 0, SERVER);
		fix_pass_ns(f, 100000);
		fix_access(f, 0);
	}
	assert_true(is_server(f, SERVER));
	assert_int_equal(count_of(f, CLIENT), 0);
	fix_free(f);
}

/* What made it sound again is what woke the vCPU. */
static void who_ran_before_a_halt_is_no_client(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	local_sound(f);
	assert_int_equal(count_of(f, CLIENT), 1);
	for (i = 0; i < 8; i++) {
		fix_halt(f, 0);
		fix_pass(f, 9);
		fix_deliver(f, 0, FIX_DEVICE);
		fix_pass_ns(f, 100000);
		assert_int_equal(fix_access(f, 0), AUDIO_NOTED);
	}
	assert_true(is_server(f, SERVER));
	assert_int_equal(count_of(f, CLIENT), 1);
	fix_free(f);
}

static void where_interrupts_are_not_told_nobody_is_a_local_client(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	f->cfg.wakeup_mode = WAKEUP_ALL & ~WAKEUP_INTERRUPT_RESET;
	for (i = 0; i < 8; i++)
		local_sound(f);
	assert_true(is_server(f, SERVER));
	assert_int_equal(count_of(f, CLIENT), 0);
	fix_free(f);
}

/* The thread of who ran before may be freed, and another's by then. */
static void who_took_the_place_of_the_client_is_none(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i, count = 0;

	(void)state;
	fix_run(f, 0, CLIENT);
	fix_pass(f, 9);
	fix_run(f, 0, SERVER);
	fix_pass(f, 1);
	flood(f, 1);
	assert_null(fix_find(f, CLIENT));
	access_often(f, 0, 4);
	assert_true(is_server(f, SERVER));
	for (i = 0; i < VM_TASKS; i++)
		count += f->vm->tasks.task[i].audio_count;
	assert_int_equal(count, 0);
	fix_free(f);
}

static void a_client_that_was_evicted_is_none(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_wake(f, 0, 1);
	fix_pass_ns(f, 1000);
	fix_run(f, 1, SERVER);
	flood(f, 0);
	fix_pass(f, 1);
	assert_null(fix_find(f, CLIENT));
	assert_int_equal(fix_waker(f, 1), CLIENT);
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	assert_int_equal(f->vm->audio.accesses, 1);
	assert_nobody_is_audio(f);
	fix_free(f);
}

/* Its threads on two vCPUs wake each other, as a game's or a player's do. */
static void a_server_is_no_client_of_itself(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		play_of(f, SERVER, 10);
		assert_int_equal(count_of(f, SERVER), 0);
		assert_false(is_dominant(f, SERVER));
		fix_free(f);
	}
}

static void a_server_that_wakes_itself_is_one_nonetheless(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		play_of(f, SERVER, 10);
		assert_true(is_server(f, SERVER));
		fix_free(f);
	}
}

static void a_server_is_no_client_of_another(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		fix_task(f, CLIENT)->flags |= TASK_SERVER;
		fix_task(f, CLIENT)->audio_seen = f->now;
		fix_task(f, CLIENT)->audio_served = 10;
		play(f, 10);
		assert_true(is_server(f, SERVER));
		assert_int_equal(count_of(f, CLIENT), 0);
		fix_free(f);
	}
}

/* However often it accesses the device then. */
static void vamp_counts_a_wake_up_once_and_vee14_each_access(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;

		fix_wake(f, 0, 1);
		fix_run(f, 1, SERVER);
		access_often(f, 1, 5);
		assert_true(is_server(f, SERVER));
		assert_int_equal(count_of(f, CLIENT), vamp ? 1 : 5);
		fix_free(f);
	}
}

/* Alone on its vCPU the server never arrives: each halt ends in a wake-up. */
static void each_wake_up_of_a_loaded_server_counts(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	fix_run(f, 1, SERVER);
	fix_pass(f, 1);
	for (i = 0; i < 6; i++) {
		fix_halt(f, 1);
		fix_pass(f, 9);
		fix_wake(f, 0, 1);
		fix_pass_ns(f, 10000);
		fix_access(f, 1);
		fix_pass_ns(f, 100000);
	}
	assert_true(is_server(f, SERVER));
	assert_int_equal(count_of(f, CLIENT), 6);
	fix_free(f);
}

static void counts_saturate(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_task(f, CLIENT)->audio_count = 0xfffe;
	play(f, 300);
	assert_int_equal(count_of(f, CLIENT), 0xffff);
	assert_in_range(fix_task(f, SERVER)->audio_served, 6, 255);
	fix_free(f);
}

/* ---- handlers ---- */

static void a_handlers_access_counts_for_nobody(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		u32 n;

		for (n = 0; n < 200; n++) {
			fix_deliver(f, 1, FIX_DEVICE);
			fix_pass_ns(f, 10000);
			assert_int_equal(fix_access(f, 1), AUDIO_HANDLER);
			fix_pass(f, 9);
		}
		assert_int_equal(f->vm->audio.accesses, 0);
		assert_nobody_is_audio(f);
		fix_free(f);
	}
}

/* How often 0xec was raised by the vCPU itself, and then by somebody else. */
static void raise_timer(struct fix *f, u32 own, u32 other)
{
	while (own--)
		vamp_vectors_raised(&f->vm->vectors, TIMER, true);
	while (other--)
		vamp_vectors_raised(&f->vm->vectors, TIMER, false);
}

static enum vamp_audio_effect access_after(struct fix *f, u8 vector)
{
	fix_deliver(f, 1, vector);
	fix_pass_ns(f, 10000);
	return fix_access(f, 1);
}

static void an_access_after_the_vcpus_own_timer_is_the_tasks(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	raise_timer(f, 15, 0);
	assert_int_equal(access_after(f, TIMER), AUDIO_HANDLER);
	fix_pass(f, 9);
	raise_timer(f, 1, 0);
	assert_int_equal(access_after(f, TIMER), AUDIO_NOTED);
	fix_pass(f, 9);
	raise_timer(f, 0, 1);
	assert_int_equal(access_after(f, TIMER), AUDIO_HANDLER);
	fix_free(f);
}

static void a_timer_hides_no_device_that_came_before(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	raise_timer(f, 1000, 0);
	fix_deliver(f, 1, FIX_DEVICE);
	assert_int_equal(access_after(f, TIMER), AUDIO_HANDLER);
	fix_free(f);
}

static void vee14_takes_a_timers_handler_for_any_other(void **state)
{
	struct fix *f = trapped(&vamp_policy_vee14);

	(void)state;
	raise_timer(f, 1000, 0);
	assert_int_equal(access_after(f, TIMER), AUDIO_HANDLER);
	fix_free(f);
}

/* What wakes a task out of the timer's handler is no client of it. */
static void a_timers_wake_up_has_no_client(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 n;

	(void)state;
	raise_timer(f, 1000, 0);
	for (n = 0; n < 8; n++) {
		fix_deliver(f, 1, TIMER);
		fix_run(f, 1, SERVER);
		fix_access(f, 1);
		fix_run(f, 1, OTHER);
		fix_pass(f, 9);
	}
	assert_true(is_server(f, SERVER));
	assert_int_equal(count_of(f, OTHER), 0);
	fix_free(f);
}

static void a_handlers_wake_up_has_no_client(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;
		u32 n;

		for (n = 0; n < 8; n++) {
			fix_deliver(f, 0, FIX_DEVICE);
			fix_wake(f, 0, 1);
			fix_run(f, 1, SERVER);
			fix_access(f, 1);
			fix_run(f, 0, n % 2 ? CLIENT : SECOND);
			fix_run(f, 1, OTHER);
			fix_pass(f, 9);
		}
		assert_int_equal(is_server(f, SERVER), vamp);
		assert_int_equal(count_of(f, CLIENT) + count_of(f, OTHER), 0);
		fix_free(f);
	}
}

/* Its accesses show that it goes on. */
static void a_long_handler_is_one_to_its_last_access(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	fix_deliver(f, 1, FIX_DEVICE);
	for (i = 0; i < 20; i++) {
		fix_pass_ns(f, 2 * LATENCY);
		assert_int_equal(fix_access(f, 1), AUDIO_HANDLER);
		fix_entry(f, 1, OTHER, false);
	}
	fix_pass_ns(f, 2 * LATENCY + 1);
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	fix_free(f);
}

/* A device's interrupt on vCPU 1 whose handler's accesses come @late, or not. */
static void handle(struct fix *f, bool late)
{
	u32 i;

	fix_deliver(f, 1, FIX_DEVICE);
	fix_pass_ns(f, late ? 5 * LATENCY : LATENCY);
	for (i = 0; i < 6; i++) {
		fix_access(f, 1);
		fix_entry(f, 1, OTHER, false);
	}
	fix_pass(f, 9);
}

static void handlers_that_are_late_now_and_then_make_no_server(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 400; i++) {
		handle(f, i % 10 == 9);
		assert_false(audio_is(f, OTHER));
	}
	fix_free(f);
}

/* Its interrupts come while it runs itself: half of the occasions are its own. */
static void a_server_that_runs_all_the_time_is_one(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 6; i++) {
		handle(f, false);
		fix_access(f, 1);
	}
	assert_true(audio_is(f, OTHER));
	fix_free(f);
}

/* As one that is taken for a server by mistake. */
static void who_makes_no_more_sound_is_a_server_no_more(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 3; i++)
		handle(f, true);
	assert_true(audio_is(f, OTHER));
	for (i = 0; i < 40; i++)
		handle(f, false);
	assert_false(audio_is(f, OTHER));
	fix_free(f);
}

/* Three players at once. */
static void several_are_servers_together(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 300; i++) {
		fix_deliver(f, 1, FIX_DEVICE);
		fix_pass_ns(f, LATENCY);
		fix_access(f, 1);
		fix_run(f, 1, 50 + i % 3);
		fix_pass(f, 1);
		fix_access(f, 1);
		fix_pass(f, 9);
	}
	for (i = 0; i < 3; i++)
		assert_true(audio_is(f, 50 + i));
	fix_free(f);
}

static void what_the_host_takes_to_answer_is_not_the_handlers_time(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	fix_deliver(f, 1, FIX_DEVICE);
	for (i = 0; i < 20; i++) {
		fix_pass_ns(f, 2 * LATENCY);
		assert_int_equal(fix_access(f, 1), AUDIO_HANDLER);
		fix_pass_ns(f, 100 * LATENCY);
		fix_entry(f, 1, OTHER, false);
	}
	fix_pass_ns(f, 2 * LATENCY + 1);
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	assert_nobody_is_audio(f);
	fix_free(f);
}

/* ---- modes ---- */

static void in_mode_0_sound_starts_phases_but_nobody_is_audio(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		f->cfg.wakeup_mode = 0;
		play(f, 100);
		assert_int_equal(sound(f), AUDIO_PHASE);
		assert_int_equal(fix_output(f), EFFECT_STARTED);
		play(f, 20);
		assert_nobody_is_audio(f);
		fix_free(f);
	}
}

static void without_the_first_bit_nobody_is_audio_any_more(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		play(f, 10);
		output_phase(f);
		assert_true(vamp_audio_is(f->vm, fix_task(f, SERVER), f->now));
		assert_true(vamp_audio_is(f->vm, fix_task(f, CLIENT), f->now));
		f->cfg.wakeup_mode = WAKEUP_ALL & ~WAKEUP_BASE;
		assert_false(vamp_audio_is(f->vm, fix_task(f, SERVER), f->now));
		assert_false(vamp_audio_is(f->vm, fix_task(f, CLIENT), f->now));
		fix_free(f);
	}
}

/* 12 wake-ups of who was background four times are as 3 of who never was. */
static u64 weighted(const struct vamp_policy *policy, u32 mode)
{
	struct fix *f = trapped(policy);
	u64 dominant;

	f->cfg.wakeup_mode = mode;
	fix_alternate(f, 0, CLIENT, 4, SECOND, 4, 80);
	fix_task(f, CLIENT)->audio_count = 12;
	fix_task(f, CLIENT)->bg_conf = 4;
	fix_task(f, SECOND)->audio_count = 8;
	output_phase(f);
	assert_int_equal(count_of(f, CLIENT) + count_of(f, SECOND), 0);
	dominant = f->vm->audio.dominant;
	assert_true(is_dominant(f, dominant));
	fix_free(f);
	return dominant;
}

static void the_fourth_bit_weighs_counts_by_confidence(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		assert_int_equal(weighted(policies[i], 15), SECOND);
		assert_int_equal(weighted(policies[i], 9), SECOND);
		assert_int_equal(weighted(policies[i], 7), CLIENT);
		assert_int_equal(weighted(policies[i], 1), CLIENT);
	}
}

/* ---- the dominant client ---- */

#define CLIENTS		5

/* All clients run within the window; some are credited. */
static void credit_some(struct fix *f, u32 *count)
{
	u32 i;

	for (i = 0; i < CLIENTS; i++) {
		fix_run(f, 0, CLIENT + i);
		fix_pass(f, 2);
		count[i] = (u32)fix_random(&f->rng, 2) ?
				   (u32)fix_random(&f->rng, 200) :
				   0;
		fix_task(f, CLIENT + i)->audio_count = (u16)count[i];
	}
}

/* Of those that were credited one with the greatest average, else as it was. */
static void assert_dominant(struct fix *f, const u32 *count, const u32 *average,
			    u64 was)
{
	u64 dominant = f->vm->audio.dominant;
	u32 i, most = 0, any = 0;

	for (i = 0; i < CLIENTS; i++) {
		assert_int_equal(fix_task(f, CLIENT + i)->audio_avg,
				 average[i]);
		assert_int_equal(is_dominant(f, CLIENT + i),
				 dominant == CLIENT + i);
		if (count[i])
			most = vamp_max(most, average[i]);
		any += count[i];
	}
	if (!any) {
		assert_int_equal(dominant, was);
		return;
	}
	assert_in_range(dominant, CLIENT, CLIENT + CLIENTS - 1);
	assert_int_not_equal(count[dominant - CLIENT], 0);
	assert_int_equal(average[dominant - CLIENT], most);
}

static void an_average_of_counts_decides_who_is_dominant(void **state)
{
	u32 round, i, seed;

	(void)state;
	for (seed = 0; seed < 6; seed++) {
		struct fix *f = trapped(policies[seed % 2]);
		u32 count[CLIENTS], average[CLIENTS] = { 0 };

		f->rng = seed;
		for (round = 0; round < 40; round++) {
			u64 was = f->vm->audio.dominant;

			credit_some(f, count);
			output_phase(f);
			for (i = 0; i < CLIENTS; i++)
				average[i] = average[i] / 2 + count[i] / 2;
			assert_dominant(f, count, average, was);
		}
		fix_free(f);
	}
}

static void a_server_is_never_dominant(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		play(f, 6);
		fix_task(f, SERVER)->audio_count = 1000;
		output_phase(f);
		assert_true(is_dominant(f, CLIENT));
		assert_false(is_dominant(f, SERVER));
		fix_free(f);
	}
}

static void where_nobody_was_credited_the_last_one_stays(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		play(f, 10);
		output_phase(f);
		assert_true(is_dominant(f, CLIENT));
		output_phase(f);
		assert_true(is_dominant(f, CLIENT));
		fix_free(f);
	}
}

static void who_did_not_run_in_the_window_is_no_candidate(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		fix_run(f, 0, SECOND);
		fix_pass(f, 1100);
		fix_task(f, CLIENT)->audio_count = 100;
		fix_task(f, SECOND)->audio_count = 1;
		output_phase(f);
		assert_true(is_dominant(f, SECOND));
		fix_free(f);
	}
}

static void an_input_decides_nothing_about_clients(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		fix_task(f, CLIENT)->audio_count = 100;
		fix_enter(f);
		assert_false(is_dominant(f, CLIENT));
		assert_int_equal(fix_task(f, CLIENT)->audio_avg, 0);
		fix_free(f);
	}
}

static void counts_survive_an_input_under_vamp_only(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;

		play(f, 6);
		assert_int_equal(fix_enter(f), EFFECT_STARTED);
		assert_int_equal(count_of(f, CLIENT), vamp ? 6 : 0);
		assert_true(is_server(f, SERVER));
		fix_free(f);
	}
}

static void vamp_has_a_first_one_after_eight_wake_ups(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	play(f, 7);
	assert_false(is_dominant(f, CLIENT));
	play(f, 1);
	assert_true(is_dominant(f, CLIENT));
	play_of(f, SECOND, 20);
	assert_false(is_dominant(f, SECOND));
	assert_true(is_dominant(f, CLIENT));
	output_phase(f);
	assert_true(is_dominant(f, SECOND));
	assert_false(is_dominant(f, CLIENT));
	fix_free(f);
}

static void vee14_has_a_first_one_after_an_output_phase(void **state)
{
	struct fix *f = trapped(&vamp_policy_vee14);

	(void)state;
	play(f, 50);
	assert_false(is_dominant(f, CLIENT));
	output_phase(f);
	assert_true(is_dominant(f, CLIENT));
	fix_free(f);
}

/* ---- who is silent, or another ---- */

static void a_server_is_none_when_it_expires_under_vamp(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;
		const struct vamp_task *k;
		u64 seen;

		play(f, 6);
		k = fix_task(f, SERVER);
		seen = k->audio_seen;
		assert_in_range(seen, f->now - PERIOD, f->now);
		assert_true(vamp_audio_is(f->vm, k, seen + EXPIRES));
		assert_int_equal(vamp_audio_is(f->vm, k, seen + EXPIRES + 1),
				 !vamp);
		assert_int_equal(vamp_audio_is(f->vm, k, seen * 1000), !vamp);
		fix_free(f);
	}
}

static void a_client_is_none_when_it_expires_under_vamp(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;
		const struct vamp_task *k;
		u64 seen;

		play(f, 8);
		output_phase(f);
		k = fix_task(f, CLIENT);
		seen = f->now;
		assert_true(vamp_audio_is(f->vm, k, seen + EXPIRES));
		assert_int_equal(vamp_audio_is(f->vm, k, seen + EXPIRES + 1),
				 !vamp);
		fix_free(f);
	}
}

static void another_client_follows_one_that_expired(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	play(f, 8);
	assert_true(is_dominant(f, CLIENT));
	fix_run(f, 0, SECOND);
	fix_pass(f, 10001);
	play_of(f, SECOND, 7);
	assert_false(is_dominant(f, SECOND));
	play_of(f, SECOND, 1);
	assert_true(is_dominant(f, SECOND));
	assert_false(is_dominant(f, CLIENT));
	fix_free(f);
}

static void who_expired_is_judged_as_any_other(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;

		play(f, 10);
		fix_run(f, 1, SERVER);
		fix_pass(f, 9000);
		fix_enter(f);
		assert_int_equal(fix_task(f, SERVER)->why, WHY_MAKES_AUDIO);
		fix_pass(f, 1100);
		fix_enter(f);
		assert_int_equal(fix_background(f, SERVER), vamp);
		fix_free(f);
	}
}

static void assert_forgotten(struct fix *f, u64 id)
{
	const struct vamp_task *k = fix_task(f, id);

	assert_int_equal(k->flags, TASK_USED);
	assert_int_equal(k->audio_count + k->audio_avg + k->audio_served, 0);
	assert_int_equal(k->audio_seen, 0);
	assert_false(vamp_audio_is(f->vm, k, f->now));
}

/* Silent for a whole window: it may be another task's id by now. */
static void who_did_nothing_for_a_window_inherits_nothing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		play(f, 10);
		output_phase(f);
		assert_true(is_server(f, SERVER) && is_dominant(f, CLIENT));
		play(f, 10);
		assert_int_not_equal(count_of(f, CLIENT), 0);
		fix_run(f, 0, SECOND);
		fix_pass(f, 1100);
		fix_run(f, 0, CLIENT);
		fix_run(f, 1, SERVER);
		assert_forgotten(f, CLIENT);
		assert_forgotten(f, SERVER);
		fix_free(f);
	}
}

static void who_was_evicted_inherits_nothing(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		play(f, 10);
		output_phase(f);
		flood(f, 0);
		assert_null(fix_find(f, CLIENT));
		assert_null(fix_find(f, SERVER));
		fix_run(f, 0, CLIENT);
		fix_run(f, 1, SERVER);
		assert_forgotten(f, CLIENT);
		assert_forgotten(f, SERVER);
		fix_free(f);
	}
}

/* ---- never background ---- */

/* All three busy nearly all of the time. */
static void play_hard(struct fix *f, u32 periods)
{
	while (periods--)
		sound_of(f, CLIENT, 9 * MS);
}

static void assert_spared(struct fix *f)
{
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	assert_true(fix_task(f, SERVER)->load > 50);
	assert_true(fix_task(f, CLIENT)->load > 50);
	assert_int_equal(fix_task(f, SERVER)->why, WHY_MAKES_AUDIO);
	assert_int_equal(fix_task(f, CLIENT)->why, WHY_MAKES_AUDIO);
	assert_false(fix_background(f, SERVER));
	assert_false(fix_background(f, CLIENT));
	assert_true(fix_background(f, HOG));
}

static void neither_server_nor_client_is_ever_background(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		play_hard(f, 210);
		assert_int_equal(fix_output(f), EFFECT_STARTED);
		assert_spared(f);
		play_hard(f, 100);
		fix_enter(f);
		assert_spared(f);
		vamp_phase_end(f->vm);
		play_hard(f, 100);
		assert_int_equal(fix_enter(f), EFFECT_STARTED);
		assert_spared(f);
		fix_free(f);
	}
}

/* Task SERVER, not known as such, is background on vCPUs 1 and 3. */
static struct fix *mistaken(const struct vamp_policy *policy)
{
	struct fix *f = trapped(policy);

	fix_run(f, 1, SERVER);
	fix_run(f, 3, SERVER);
	fix_pass(f, 2000);
	fix_enter(f);
	fix_pass(f, 40);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	assert_true(fix_background(f, SERVER));
	assert_int_equal(f->v[1].weight.nice, 13);
	assert_int_equal(f->v[3].weight.nice, 13);
	return f;
}

static void who_is_found_out_in_a_phase_is_background_no_more(void **state)
{
	struct fix *f = mistaken(&vamp_policy_vamp);

	(void)state;
	assert_int_equal(access_often(f, 1, 2), AUDIO_NOTED);
	assert_true(fix_background(f, SERVER));
	assert_int_equal(access_often(f, 1, 1), AUDIO_WEIGHT);
	assert_false(fix_background(f, SERVER));
	assert_int_equal(fix_task(f, SERVER)->why, WHY_MAKES_AUDIO);
	assert_int_equal(fix_weight(f, 1).nice, 0);
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	fix_free(f);
}

static void every_vcpu_is_weighed_anew_then(void **state)
{
	struct fix *f = mistaken(&vamp_policy_vamp);
	u32 i;

	(void)state;
	access_often(f, 1, 3);
	for (i = 0; i < f->vm->nr_vcpus; i++)
		assert_int_equal(f->vm->vcpu[i].settle_by, 0);
	f->now++;
	fix_entry(f, 3, SERVER, false);
	assert_int_equal(f->v[3].weight.nice, 0);
	assert_int_equal(f->v[3].weight.why, WHY_RUNS_INTERACTIVE);
	fix_entry(f, 2, HOG, false);
	assert_int_equal(f->v[2].weight.nice, 13);
	fix_free(f);
}

static void a_client_is_found_out_in_a_phase_too(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_pass(f, 2000);
	fix_enter(f);
	assert_true(fix_background(f, CLIENT));
	play(f, 7);
	assert_true(fix_background(f, CLIENT));
	assert_int_equal(sound(f), AUDIO_WEIGHT);
	assert_false(fix_background(f, CLIENT));
	assert_int_equal(fix_weight(f, 0).nice, 0);
	fix_free(f);
}

static void vee14_finds_nobody_out_before_the_next_phase(void **state)
{
	struct fix *f = mistaken(&vamp_policy_vee14);

	(void)state;
	fix_run(f, 1, OTHER);
	fix_pass(f, 1);
	assert_int_equal(sound(f), AUDIO_NOTED);
	assert_true(is_server(f, SERVER));
	assert_true(fix_background(f, SERVER));
	vamp_phase_end(f->vm);
	fix_enter(f);
	assert_int_equal(fix_task(f, SERVER)->why, WHY_MAKES_AUDIO);
	fix_free(f);
}

static u32 count_background(struct fix *f)
{
	u32 i, n = 0;

	for (i = 0; i < VM_TASKS; i++)
		n += !!(f->vm->tasks.task[i].flags & TASK_BACKGROUND);
	return n;
}

static void the_number_of_background_tasks_stays_right(void **state)
{
	struct fix *f = mistaken(&vamp_policy_vamp);

	(void)state;
	assert_int_equal(f->vm->background, count_background(f));
	access_often(f, 1, 3);
	assert_int_equal(f->vm->background, count_background(f));
	fix_free(f);
}

/* The lock is not held between the steps. */
static void nor_does_it_matter_that_a_classification_is_on(void **state)
{
	struct fix *f = mistaken(&vamp_policy_vamp);

	(void)state;
	fix_pass(f, 1000);
	fix_sync(f);
	vamp_classify_begin(f->vm, f->now);
	access_often(f, 1, 3);
	while (vamp_classify_step(f->vm, 1))
		;
	vamp_classify_end(f->vm);
	assert_false(fix_background(f, SERVER));
	assert_int_equal(f->vm->background, count_background(f));
	fix_free(f);
}

static void who_makes_sound_makes_no_room(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_run(f, 1, SERVER);
	fix_pass(f, 2000);
	assert_true(fix_room(f, f->now + SECONDS(10)));
	vamp_vcpu_ask(&f->vm->vcpu[1], true);
	fix_pass(f, 40);
	assert_int_equal(f->v[1].weight.why, WHY_MAKES_ROOM);
	access_often(f, 1, 3);
	assert_int_equal(fix_weight(f, 1).nice, 0);
	fix_pass(f, 10);
	assert_int_equal(f->v[1].weight.nice, 0);
	fix_free(f);
}

/* ---- phases that sound starts ---- */

static void the_first_access_starts_a_phase_under_vee14(void **state)
{
	struct fix *f = trapped(&vamp_policy_vee14);

	(void)state;
	assert_int_equal(sound(f), AUDIO_PHASE);
	assert_int_equal(f->vm->audio.vcpu, 1);
	fix_free(f);
}

/* The original asks whether the device's interrupt is in service, no more. */
static void vee14_minds_no_interrupt_of_long_ago(void **state)
{
	struct fix *f = trapped(&vamp_policy_vee14);

	(void)state;
	fix_deliver(f, 1, FIX_DEVICE);
	fix_pass(f, 10);
	assert_int_equal(fix_access(f, 1), AUDIO_PHASE);
	fix_free(f);
}

static void sound_that_goes_on_starts_a_phase_under_vamp(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	fix_pass_ns(f, SETTLE - 1);
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	fix_pass_ns(f, 1);
	assert_int_equal(fix_access(f, 1), AUDIO_PHASE);
	assert_int_equal(fix_output(f), EFFECT_STARTED);
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	fix_free(f);
}

static void a_beep_starts_none_however_many_follow(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i, n;

	(void)state;
	for (i = 0; i < 10; i++) {
		for (n = 0; n < 49; n++)
			assert_int_equal(sound(f), AUDIO_NOTED);
		fix_pass(f, 1100);
	}
	fix_free(f);
}

static void a_second_of_silence_ends_a_spell_of_sound(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_access(f, 1);
	fix_pass_ns(f, SECONDS(1));
	assert_int_equal(fix_access(f, 1), AUDIO_PHASE);
	fix_pass_ns(f, SECONDS(1) + 1);
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	fix_pass_ns(f, SETTLE);
	assert_int_equal(fix_access(f, 1), AUDIO_PHASE);
	fix_free(f);
}

static void no_handler_starts_a_phase(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		u32 n;

		for (n = 0; n < 100; n++) {
			fix_run(f, 1, n % 2 ? OTHER : SERVER);
			fix_pass(f, 9);
			fix_deliver(f, 1, FIX_DEVICE);
			fix_pass_ns(f, 1000);
			assert_int_equal(fix_access(f, 1), AUDIO_HANDLER);
		}
		assert_int_equal(f->vm->audio.began, 0);
		fix_free(f);
	}
}

static void no_sound_starts_a_phase_while_kvm_vamp_is_0(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		u32 n;

		f->cfg.kvm_vamp = 0;
		for (n = 0; n < 200; n++)
			assert_int_equal(sound(f), AUDIO_NOTED);
		assert_true(is_server(f, SERVER));
		f->cfg.kvm_vamp = 1;
		assert_int_equal(sound(f), AUDIO_PHASE);
		fix_free(f);
	}
}

static void outside_a_phase_the_policy_of_now_decides(void **state)
{
	struct fix *f = trapped(&vamp_policy_vee14);

	(void)state;
	f->cfg.policy = &vamp_policy_vamp;
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	f->cfg.policy = &vamp_policy_vee14;
	assert_int_equal(fix_access(f, 1), AUDIO_PHASE);
	fix_free(f);
}

static void sound_starts_no_phase_in_one(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		u64 ends;
		u32 n;

		fix_pass(f, 2000);
		fix_enter(f);
		ends = f->vm->phase_ends;
		for (n = 0; n < 100; n++)
			assert_int_not_equal(sound(f), AUDIO_PHASE);
		assert_int_equal(fix_output(f), EFFECT_IGNORED);
		assert_int_equal(f->vm->phase_ends, ends);
		assert_false(f->vm->audio.output);
		fix_free(f);
	}
}

/* Sound that began a phase, which is over in half a second. */
static struct fix *sounding(const struct vamp_policy *policy)
{
	struct fix *f = trapped(policy);

	f->cfg.max_phase_ms = 5000;
	play(f, 100);
	assert_int_equal(fix_output(f), EFFECT_STARTED);
	play(f, 450);
	assert_int_equal(f->vm->phase, PHASE_MIXED);
	return f;
}

/* Ended and begun anew it would forget what is background. */
static void sound_that_goes_on_prolongs_a_phase_under_vamp(void **state)
{
	struct fix *f = sounding(&vamp_policy_vamp);
	u64 ends = f->vm->phase_ends;
	u32 i;

	(void)state;
	for (i = 0; i < 100; i++) {
		play(f, 1);
		assert_int_equal(f->vm->phase, PHASE_MIXED);
		assert_true(fix_background(f, HOG));
		assert_int_equal(fix_output(f), EFFECT_IGNORED);
	}
	assert_int_equal(f->vm->phase_ends, ends + 5000 * MS);
	fix_free(f);
}

static void under_vee14_it_does_not(void **state)
{
	struct fix *f = sounding(&vamp_policy_vee14);

	(void)state;
	play(f, 51);
	assert_int_equal(f->vm->phase, PHASE_NORMAL);
	fix_free(f);
}

static void silence_prolongs_no_phase(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	f->cfg.max_phase_ms = 5000;
	play(f, 100);
	fix_output(f);
	play(f, 390);
	fix_pass(f, 1110);
	assert_int_equal(f->vm->phase, PHASE_NORMAL);
	fix_free(f);
}

static void a_beep_prolongs_no_phase(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	f->cfg.max_phase_ms = 5000;
	fix_enter(f);
	fix_pass(f, 4700);
	play(f, 40);
	assert_int_equal(f->vm->phase, PHASE_NORMAL);
	fix_free(f);
}

static void another_policy_waits_for_the_end_of_the_phase(void **state)
{
	struct fix *f = sounding(&vamp_policy_vamp);

	(void)state;
	f->cfg.policy = &vamp_policy_vee14;
	play(f, 51);
	assert_int_equal(f->vm->phase, PHASE_NORMAL);
	fix_free(f);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			sound_that_goes_on_prolongs_a_phase_under_vamp),
		cmocka_unit_test(under_vee14_it_does_not),
		cmocka_unit_test(silence_prolongs_no_phase),
		cmocka_unit_test(a_beep_prolongs_no_phase),
		cmocka_unit_test(another_policy_waits_for_the_end_of_the_phase),
		cmocka_unit_test(both_are_found_across_two_vcpus),
		cmocka_unit_test(
			vee14_takes_one_access_for_a_server_and_vamp_three),
		cmocka_unit_test(a_client_on_the_same_vcpu_is_found_by_vamp),
		cmocka_unit_test(who_runs_before_a_busy_server_is_no_client),
		cmocka_unit_test(
			who_runs_before_the_server_now_and_then_is_no_client),
		cmocka_unit_test(
			a_client_on_the_same_vcpu_is_not_found_by_vee14),
		cmocka_unit_test(who_ran_before_an_interrupt_is_no_client),
		cmocka_unit_test(who_ran_before_a_halt_is_no_client),
		cmocka_unit_test(
			where_interrupts_are_not_told_nobody_is_a_local_client),
		cmocka_unit_test(who_took_the_place_of_the_client_is_none),
		cmocka_unit_test(a_client_that_was_evicted_is_none),
		cmocka_unit_test(a_server_is_no_client_of_itself),
		cmocka_unit_test(a_server_that_wakes_itself_is_one_nonetheless),
		cmocka_unit_test(a_server_is_no_client_of_another),
		cmocka_unit_test(
			vamp_counts_a_wake_up_once_and_vee14_each_access),
		cmocka_unit_test(each_wake_up_of_a_loaded_server_counts),
		cmocka_unit_test(counts_saturate),
		cmocka_unit_test(a_handlers_access_counts_for_nobody),
		cmocka_unit_test(
			an_access_after_the_vcpus_own_timer_is_the_tasks),
		cmocka_unit_test(a_timer_hides_no_device_that_came_before),
		cmocka_unit_test(vee14_takes_a_timers_handler_for_any_other),
		cmocka_unit_test(a_timers_wake_up_has_no_client),
		cmocka_unit_test(a_handlers_wake_up_has_no_client),
		cmocka_unit_test(a_long_handler_is_one_to_its_last_access),
		cmocka_unit_test(
			what_the_host_takes_to_answer_is_not_the_handlers_time),
		cmocka_unit_test(
			handlers_that_are_late_now_and_then_make_no_server),
		cmocka_unit_test(a_server_that_runs_all_the_time_is_one),
		cmocka_unit_test(who_makes_no_more_sound_is_a_server_no_more),
		cmocka_unit_test(several_are_servers_together),
		cmocka_unit_test(
			in_mode_0_sound_starts_phases_but_nobody_is_audio),
		cmocka_unit_test(
			without_the_first_bit_nobody_is_audio_any_more),
		cmocka_unit_test(the_fourth_bit_weighs_counts_by_confidence),
		cmocka_unit_test(an_average_of_counts_decides_who_is_dominant),
		cmocka_unit_test(a_server_is_never_dominant),
		cmocka_unit_test(where_nobody_was_credited_the_last_one_stays),
		cmocka_unit_test(who_did_not_run_in_the_window_is_no_candidate),
		cmocka_unit_test(an_input_decides_nothing_about_clients),
		cmocka_unit_test(counts_survive_an_input_under_vamp_only),
		cmocka_unit_test(vamp_has_a_first_one_after_eight_wake_ups),
		cmocka_unit_test(vee14_has_a_first_one_after_an_output_phase),
		cmocka_unit_test(a_server_is_none_when_it_expires_under_vamp),
		cmocka_unit_test(a_client_is_none_when_it_expires_under_vamp),
		cmocka_unit_test(another_client_follows_one_that_expired),
		cmocka_unit_test(who_expired_is_judged_as_any_other),
		cmocka_unit_test(who_did_nothing_for_a_window_inherits_nothing),
		cmocka_unit_test(who_was_evicted_inherits_nothing),
		cmocka_unit_test(neither_server_nor_client_is_ever_background),
		cmocka_unit_test(
			who_is_found_out_in_a_phase_is_background_no_more),
		cmocka_unit_test(every_vcpu_is_weighed_anew_then),
		cmocka_unit_test(a_client_is_found_out_in_a_phase_too),
		cmocka_unit_test(vee14_finds_nobody_out_before_the_next_phase),
		cmocka_unit_test(the_number_of_background_tasks_stays_right),
		cmocka_unit_test(
			nor_does_it_matter_that_a_classification_is_on),
		cmocka_unit_test(who_makes_sound_makes_no_room),
		cmocka_unit_test(the_first_access_starts_a_phase_under_vee14),
		cmocka_unit_test(vee14_minds_no_interrupt_of_long_ago),
		cmocka_unit_test(sound_that_goes_on_starts_a_phase_under_vamp),
		cmocka_unit_test(a_beep_starts_none_however_many_follow),
		cmocka_unit_test(a_second_of_silence_ends_a_spell_of_sound),
		cmocka_unit_test(no_handler_starts_a_phase),
		cmocka_unit_test(no_sound_starts_a_phase_while_kvm_vamp_is_0),
		cmocka_unit_test(outside_a_phase_the_policy_of_now_decides),
		cmocka_unit_test(sound_starts_no_phase_in_one),
	};

	return cmocka_run_group_tests_name("audio", tests, NULL, NULL);
}
