// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * waker_test.c - who woke whom: sent, injected, entered, arrived; modes, chains,
 * interrupt handlers, halts, and how the vector that wakes is learned.
 */
#include "fixture.h"

#define LATENCY		20000ull
#define RESCHEDULE	WAKER_RESCHEDULE
#define VCPUS		5
#define PROBE		4	/* the vCPU by which local wakers are seen */

static const struct vamp_policy *const policies[] = {
	&vamp_policy_vee14,
	&vamp_policy_vamp,
};

/* vCPU n runs task n + 1. */
static struct fix *running(const struct vamp_policy *policy,
			   enum vamp_track track)
{
	struct fix *f = fix_new(policy, VCPUS, track);
	u32 v;

	for (v = 0; v < VCPUS; v++)
		fix_run(f, v, v + 1);
	fix_pass(f, 100);
	return f;
}

static struct fix *trapped(const struct vamp_policy *policy)
{
	return running(policy, TRACK_TRAP);
}

static u16 state_of(const struct fix *f, u32 v)
{
	return f->vm->vcpu[v].waker.state;
}

/* Whom @v would be said to wake others for; spoils vCPU PROBE's state. */
static u64 local_waker(struct fix *f, u32 v)
{
	const struct vamp_waker *w = &f->vm->vcpu[PROBE].waker;

	fix_ipi(f, v, PROBE, RESCHEDULE);
	return w->state & WAKER_REMOTE ? w->remote : FIX_NOBODY;
}

static bool interrupted(struct fix *f, u32 v)
{
	struct vamp_observed o = fix_observe(f, v);

	return vamp_waker_interrupted(f->vm, &f->vm->vcpu[v], &o);
}

/* The task on @from wakes @id on @to, which is current @ns later. */
static u64 wake_after(struct fix *f, u32 from, u32 to, u64 id, u64 ns)
{
	fix_wake(f, from, to);
	fix_pass_ns(f, ns);
	fix_run(f, to, id);
	return fix_waker(f, to);
}

static u64 wake(struct fix *f, u32 from, u32 to, u64 id)
{
	return wake_after(f, from, to, id, 1000);
}

/* ---- 1: the local waker ---- */

static void who_is_current_is_the_local_waker(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		assert_int_equal(local_waker(f, 0), 1);
		fix_run(f, 0, 7);
		assert_int_equal(local_waker(f, 0), 7);
		fix_deliver(f, 0, FIX_DEVICE);
		fix_run(f, 0, 8);
		assert_int_equal(local_waker(f, 0), 8);
		fix_free(f);
	}
}

/* ---- 2: sent ---- */

static void who_sends_is_remote_waker_once_it_has_arrived(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		fix_ipi(f, 0, 1, RESCHEDULE);
		assert_int_equal(f->vm->vcpu[1].waker.remote, 1);
		assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
		fix_deliver(f, 1, RESCHEDULE);
		assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
		fix_run(f, 1, 7);
		assert_int_equal(fix_waker(f, 1), 1);
		fix_free(f);
	}
}

static void who_arrives_before_the_injection_was_not_woken(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_ipi(f, 0, 1, RESCHEDULE);
	fix_run(f, 1, 7);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_deliver(f, 1, RESCHEDULE);
	fix_run(f, 1, 8);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_free(f);
}

/* Its change of address space is the exit before the injection. */
static void who_made_the_vcpu_exit_was_not_woken(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_ipi(f, 0, 1, RESCHEDULE);
	fix_inject(f, 1, RESCHEDULE);
	fix_entry(f, 1, 7, false);
	f->v[1].id = 7;
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_run(f, 1, 8);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_free(f);
}

static void other_vectors_name_no_waker(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_ipi(f, 0, 1, FIX_CALL);
	fix_deliver(f, 1, FIX_CALL);
	fix_run(f, 1, 7);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_free(f);
}

static void the_latest_sender_is_the_remote_waker(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_ipi(f, 0, 1, RESCHEDULE);
	assert_int_equal(wake(f, 2, 1, 7), 3);
	fix_free(f);
}

static void a_handler_is_woken_by_nobody_under_vee14(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vee14 = policies[i] == &vamp_policy_vee14;

		fix_deliver(f, 1, FIX_DEVICE);
		assert_int_equal(wake(f, 0, 1, 7), vee14 ? FIX_NOBODY : 1);
		fix_free(f);
	}
}

static void where_the_task_is_not_known_nobody_wakes(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	vamp_vcpu_pause(f->vm, &f->vm->vcpu[0]);
	fix_ipi(f, 0, 1, RESCHEDULE);
	assert_int_equal(state_of(f, 1), 0);
	vamp_vcpu_pause(f->vm, &f->vm->vcpu[1]);
	fix_ipi(f, 2, 1, RESCHEDULE);
	assert_int_equal(state_of(f, 1), 0);
	fix_free(f);
}

/* ---- 3: injected ---- */

static void without_a_sender_an_injection_wakes_nobody(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_deliver(f, 1, RESCHEDULE);
	fix_run(f, 1, 7);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_free(f);
}

static void another_at_the_same_entry_does_not_hide_it(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_ipi(f, 0, 1, RESCHEDULE);
	fix_ipi(f, 2, 1, FIX_CALL);
	fix_inject(f, 1, RESCHEDULE);
	fix_deliver(f, 1, FIX_CALL);
	fix_run(f, 1, 7);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_free(f);
}

/* The guest cannot have acted on it before its entry. */
static void the_clock_starts_at_the_entry(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_ipi(f, 0, 1, RESCHEDULE);
	fix_inject(f, 1, RESCHEDULE);
	f->now += MS;
	fix_entry(f, 1, 2, false);
	fix_pass_ns(f, LATENCY);
	fix_run(f, 1, 7);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_free(f);
}

/* No exit is needed for it, nor an entry. */
static void what_is_posted_to_a_running_vcpu_wakes_at_once(void **state)
{
	static const enum vamp_track tracks[] = { TRACK_TRAP, TRACK_SAMPLE };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(tracks); i++) {
		struct fix *f = running(&vamp_policy_vamp, tracks[i]);
		struct vamp_observed o = fix_observe(f, 1);

		assert_true(f->vm->vcpu[1].in_guest);
		fix_ipi(f, 0, 1, RESCHEDULE);
		vamp_waker_inject(f->vm, &f->vm->vcpu[1], RESCHEDULE, &o);
		f->now += LATENCY / 2;
		fix_run(f, 1, 7);
		fix_pass_ns(f, 1);
		assert_int_equal(fix_waker(f, 1), 1);
		assert_int_equal(f->vm->vectors.hits[RESCHEDULE], 1);
		fix_free(f);
	}
}

static void only_the_vector_that_wakes_starts_the_clock(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_ipi(f, 0, 1, RESCHEDULE);
	fix_ipi(f, 2, 1, FIX_CALL);
	fix_deliver(f, 1, FIX_CALL);
	fix_run(f, 1, 7);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_deliver(f, 1, RESCHEDULE);
	fix_run(f, 1, 8);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_free(f);
}

static void another_vector_does_not_start_the_clock_again(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_wake(f, 0, 1);
	fix_pass_ns(f, LATENCY);
	fix_ipi(f, 2, 1, FIX_CALL);
	fix_deliver(f, 1, FIX_CALL);
	fix_pass_ns(f, 1);
	fix_run(f, 1, 7);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_free(f);
}

/* ---- 4: arrived in time ---- */

static void who_arrives_within_the_latency_was_woken(void **state)
{
	static const u32 latencies[] = { 1000, 20000, 10000000 };
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(latencies); i++) {
		struct fix *f = trapped(policies[i % 2]);
		u64 at = latencies[i / 2];

		f->cfg.wakeup_latency_ns = latencies[i / 2];
		assert_int_equal(wake_after(f, 0, 1, 7, 0), 1);
		fix_run(f, 1, 6);
		assert_int_equal(wake_after(f, 0, 1, 8, at), 1);
		fix_run(f, 1, 6);
		assert_int_equal(wake_after(f, 0, 1, 9, at + 1), FIX_NOBODY);
		fix_free(f);
	}
}

static void waiting_for_a_cpu_is_not_latency(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_wake(f, 0, 1);
	fix_pass_ns(f, LATENCY / 2);
	fix_wait(f, 1);
	fix_pass(f, 300);
	fix_run(f, 1, 2);
	fix_pass_ns(f, LATENCY / 2);
	fix_run(f, 1, 7);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_free(f);
}

static void nor_is_what_it_waited_before_the_injection(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_wait(f, 1);
	fix_pass(f, 300);
	fix_run(f, 1, 2);
	assert_int_equal(wake_after(f, 0, 1, 7, LATENCY), 1);
	fix_run(f, 1, 6);
	assert_int_equal(wake_after(f, 0, 1, 8, LATENCY + 1), FIX_NOBODY);
	fix_free(f);
}

static void the_first_look_after_the_injection_counts(void **state)
{
	struct fix *f = running(&vamp_policy_vamp, TRACK_SAMPLE);

	(void)state;
	fix_wake(f, 0, 1);
	fix_run(f, 1, 7);
	fix_pass(f, 4);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_free(f);
}

static u64 sampled_after(u64 ns)
{
	struct fix *f = running(&vamp_policy_vamp, TRACK_SAMPLE);
	u64 waker;

	fix_wake(f, 0, 1);
	fix_pass_ns(f, ns);
	fix_run(f, 1, 7);
	fix_pass(f, 4);
	waker = fix_waker(f, 1);
	fix_free(f);
	return waker;
}

static void a_later_one_if_the_last_without_it_was_in_time(void **state)
{
	(void)state;
	assert_int_equal(sampled_after(1), 1);
	assert_int_equal(sampled_after(LATENCY), 1);
	assert_int_equal(sampled_after(LATENCY + 1), FIX_NOBODY);
}

/* The one that runs was woken, too: that is not what it is about. */
static void who_takes_over_from_who_was_woken_is_known_under_vamp(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	assert_int_equal(wake(f, 0, 1, 7), 1);
	assert_int_equal(wake(f, 2, 1, 8), 3);
	fix_free(f);
}

/* ---- 5: gone ---- */

static void who_comes_next_has_no_remote_waker(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		assert_int_equal(wake(f, 0, 1, 7), 1);
		fix_run(f, 1, 8);
		assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
		assert_int_equal(state_of(f, 1), 0);
		assert_int_equal(local_waker(f, 1), 8);
		fix_free(f);
	}
}

static void who_is_late_ends_it_for_all(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	assert_int_equal(wake_after(f, 0, 1, 7, LATENCY + 1), FIX_NOBODY);
	assert_int_equal(state_of(f, 1), 0);
	fix_free(f);
}

/* What another thread runs has times of its own. */
static void what_was_sent_before_a_pause_wakes_nobody(void **state)
{
	static const enum vamp_track tracks[] = { TRACK_TRAP, TRACK_SAMPLE };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(tracks); i++) {
		struct fix *f = running(&vamp_policy_vamp, tracks[i]);

		fix_wake(f, 0, 1);
		vamp_vcpu_pause(f->vm, &f->vm->vcpu[1]);
		f->v[1].run_delay = 5000 * MS;
		f->now += 1000 * MS;
		fix_entry(f, 1, 7, false);
		assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
		fix_free(f);
	}
}

/* ---- modes ---- */

/* A bit of everything, on vCPUs 0 to 3. */
static void busy_life(struct fix *f, u32 steps)
{
	static const u8 vectors[] = { RESCHEDULE, FIX_CALL, FIX_DEVICE };

	while (steps--) {
		u32 v = (u32)fix_random(&f->rng, 4);
		u8 vector = vectors[fix_random(&f->rng, 3)];

		if (vector != FIX_DEVICE)
			fix_ipi(f, (u32)fix_random(&f->rng, 4), v, vector);
		fix_deliver(f, v, vector);
		fix_pass_ns(f, fix_random(&f->rng, 30000));
		fix_run(f, v, 1 + fix_random(&f->rng, 9));
		fix_access(f, v);
		if (fix_random(&f->rng, 4) == 0)
			fix_halt(f, v);
	}
}

static void assert_untouched(struct fix *f)
{
	static const struct vamp_waker none;
	static const struct vamp_vectors fresh;
	u32 i;

	assert_memory_equal(&f->vm->vectors, &fresh, sizeof(fresh));
	for (i = 0; i < VCPUS; i++) {
		struct vamp_waker w = f->vm->vcpu[i].waker;

		w.state &= (u16)~WAKER_HALTED;
		assert_memory_equal(&w, &none, sizeof(w));
	}
	for (i = 0; i < VM_TASKS; i++) {
		const struct vamp_task *k = &f->vm->tasks.task[i];

		assert_int_equal(k->audio_count + k->audio_served, 0);
		assert_int_equal(k->flags & (TASK_SERVER | TASK_DOMINANT), 0);
	}
}

static void without_the_first_bit_nothing_has_an_effect(void **state)
{
	u32 mode;

	(void)state;
	for (mode = 0; mode <= WAKEUP_ALL; mode += 2) {
		struct fix *f = trapped(policies[mode / 2 % 2]);

		f->cfg.wakeup_mode = mode;
		busy_life(f, 200);
		assert_untouched(f);
		fix_free(f);
	}
}

static void the_first_bit_alone_tracks_one_step(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	f->cfg.wakeup_mode = WAKEUP_BASE;
	assert_int_equal(wake(f, 0, 1, 7), 1);
	assert_int_equal(wake(f, 1, 2, 8), 7);
	fix_free(f);
}

static void without_the_third_bit_no_interrupt_matters(void **state)
{
	static const u32 modes[] = { 1, 3, 9, 11 };
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(modes); i++) {
		struct fix *f = trapped(policies[i % 2]);

		f->cfg.wakeup_mode = modes[i];
		fix_deliver(f, 0, FIX_DEVICE);
		assert_false(interrupted(f, 0));
		fix_wake(f, 0, 1);
		fix_deliver(f, 1, FIX_DEVICE);
		fix_run(f, 1, 7);
		assert_int_equal(fix_waker(f, 1), 1);
		fix_free(f);
	}
}

static void the_third_bit_alone_lets_handlers_wake(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	f->cfg.wakeup_mode = WAKEUP_BASE | WAKEUP_INTERRUPT_RESET;
	fix_deliver(f, 0, FIX_DEVICE);
	assert_int_equal(wake(f, 0, 1, 7), WAKER_ID_INTERRUPT);
	assert_int_equal(wake(f, 1, 2, 8), 7);
	fix_free(f);
}

/* It is about who makes sound, and nobody does. */
static void the_fourth_bit_does_not_change_who_woke_whom(void **state)
{
	u32 mode, v;

	(void)state;
	for (mode = 1; mode < 8; mode += 2) {
		struct fix *a = trapped(&vamp_policy_vamp);
		struct fix *b = trapped(&vamp_policy_vamp);

		a->cfg.wakeup_mode = mode;
		b->cfg.wakeup_mode = mode | WAKEUP_WEIGHTED_AUDIO;
		busy_life(a, 100);
		busy_life(b, 100);
		for (v = 0; v < VCPUS; v++)
			assert_memory_equal(&a->vm->vcpu[v].waker,
					    &b->vm->vcpu[v].waker,
					    sizeof(struct vamp_waker));
		fix_free(a);
		fix_free(b);
	}
}

/* ---- chains ---- */

static void a_chain_leads_back_to_who_began(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i / 2]);
		bool chains = i % 2;

		f->cfg.wakeup_mode =
			chains ? WAKEUP_ALL : WAKEUP_ALL & ~WAKEUP_TRANSITIVE;
		assert_int_equal(wake(f, 0, 1, 7), 1);
		assert_int_equal(local_waker(f, 1), chains ? 1 : 7);
		assert_int_equal(wake(f, 1, 2, 8), chains ? 1 : 7);
		assert_int_equal(wake(f, 2, 3, 9), chains ? 1 : 8);
		fix_free(f);
	}
}

static void a_chain_ends_with_the_task_that_was_woken(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	wake(f, 0, 1, 7);
	fix_run(f, 1, 6);
	assert_int_equal(wake(f, 1, 2, 8), 6);
	fix_free(f);
}

/* Who will be woken next does not matter to who acts now. */
static void a_chain_lasts_while_others_are_sent_to(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		assert_int_equal(wake(f, 0, 1, 7), 1);
		fix_ipi(f, 3, 1, RESCHEDULE);
		assert_int_equal(wake(f, 1, 2, 8), 1);
		fix_free(f);
	}
}

static void a_chain_that_a_handler_began_begins_with_whom_it_woke(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_deliver(f, 0, FIX_DEVICE);
	assert_int_equal(wake(f, 0, 1, 7), WAKER_ID_INTERRUPT);
	assert_int_equal(wake(f, 1, 2, 8), 7);
	assert_int_equal(wake(f, 2, 3, 9), 7);
	fix_free(f);
}

/* Task 1 woke 7; it is evicted by a flood on its vCPU before 7 wakes 8. */
static void an_id_that_was_evicted_does_no_harm(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u64 id;

	(void)state;
	assert_int_equal(wake(f, 0, 1, 7), 1);
	for (id = 1000; id < 1000 + 2 * VM_TASKS; id++)
		fix_run(f, 0, id);
	assert_null(fix_find(f, 1));
	fix_pass(f, 1);
	assert_int_equal(fix_access(f, 1), AUDIO_NOTED);
	assert_null(fix_find(f, 1));
	assert_int_equal(wake(f, 1, 2, 8), 1);
	assert_int_equal(fix_access(f, 2), AUDIO_NOTED);
	assert_null(fix_find(f, 1));
	fix_free(f);
}

/* ---- interrupt handlers ---- */

static void a_handler_between_forgets_the_remote_waker_under_vee14(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;

		fix_wake(f, 0, 1);
		fix_deliver(f, 1, FIX_DEVICE);
		fix_run(f, 1, 7);
		assert_int_equal(fix_waker(f, 1), vamp ? 1 : FIX_NOBODY);
		fix_run(f, 1, 6);
		fix_ipi(f, 0, 1, RESCHEDULE);
		fix_deliver(f, 1, FIX_DEVICE);
		fix_deliver(f, 1, RESCHEDULE);
		fix_run(f, 1, 8);
		assert_int_equal(fix_waker(f, 1), vamp ? 1 : FIX_NOBODY);
		fix_free(f);
	}
}

static void vee14_has_a_handler_act_until_another_task_arrives(void **state)
{
	struct fix *f = trapped(&vamp_policy_vee14);

	(void)state;
	fix_deliver(f, 0, FIX_DEVICE);
	fix_pass(f, 10000);
	assert_true(interrupted(f, 0));
	assert_int_equal(local_waker(f, 0), WAKER_ID_INTERRUPT);
	fix_run(f, 0, 7);
	assert_false(interrupted(f, 0));
	assert_int_equal(local_waker(f, 0), 7);
	fix_free(f);
}

static void vamp_has_a_handler_act_for_twice_the_latency(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_deliver(f, 0, FIX_DEVICE);
	assert_int_equal(local_waker(f, 0), WAKER_ID_INTERRUPT);
	fix_pass_ns(f, 2 * LATENCY);
	assert_true(interrupted(f, 0));
	assert_int_equal(local_waker(f, 0), WAKER_ID_INTERRUPT);
	fix_pass_ns(f, 1);
	assert_false(interrupted(f, 0));
	assert_int_equal(local_waker(f, 0), 1);
	fix_free(f);
}

static void a_handler_that_waits_for_a_cpu_does_not_end(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_deliver(f, 0, FIX_DEVICE);
	fix_wait(f, 0);
	fix_pass(f, 300);
	fix_run(f, 0, 1);
	fix_pass_ns(f, 2 * LATENCY);
	assert_true(interrupted(f, 0));
	fix_pass_ns(f, 1);
	assert_false(interrupted(f, 0));
	fix_free(f);
}

static bool preempted_after(u64 ns)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	bool preempted;

	fix_deliver(f, 0, FIX_DEVICE);
	fix_pass_ns(f, ns);
	fix_run(f, 0, 7);
	preempted = state_of(f, 0) & WAKER_PREEMPTED;
	assert_false(interrupted(f, 0));
	fix_run(f, 0, 8);
	assert_int_equal(state_of(f, 0), 0);
	fix_free(f);
	return preempted;
}

static void who_arrives_as_a_handler_acts_was_preempting(void **state)
{
	(void)state;
	assert_true(preempted_after(0));
	assert_true(preempted_after(2 * LATENCY));
	assert_false(preempted_after(2 * LATENCY + 1));
}

static void what_vcpus_send_each_other_is_no_interrupt(void **state)
{
	static const u8 vectors[] = { FIX_CALL, 0xfc, 0xcf, 0xee, RESCHEDULE };
	size_t i;

	(void)state;
	for (i = 0; i < 2 * ARRAY_SIZE(vectors); i++) {
		struct fix *f = trapped(policies[i % 2]);

		fix_ipi(f, 2, 3, vectors[i / 2]);
		fix_deliver(f, 0, vectors[i / 2]);
		assert_false(interrupted(f, 0));
		assert_int_equal(local_waker(f, 0), 1);
		fix_free(f);
	}
}

/* Until a vCPU sends it, it may be a device's. */
static void a_vector_that_no_vcpu_sent_is_an_interrupt(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_deliver(f, 0, FIX_CALL);
	assert_true(interrupted(f, 0));
	fix_ipi(f, 1, 0, FIX_CALL);
	fix_run(f, 0, 7);
	fix_deliver(f, 0, FIX_CALL);
	assert_false(interrupted(f, 0));
	fix_free(f);
}

/* ---- halts ---- */

static void what_was_sent_before_a_halt_wakes_after_it(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		fix_ipi(f, 0, 1, RESCHEDULE);
		fix_halt(f, 1);
		fix_pass(f, 5);
		fix_deliver(f, 1, RESCHEDULE);
		fix_run(f, 1, 7);
		assert_int_equal(fix_waker(f, 1), 1);
		fix_free(f);
	}
}

static void what_was_acted_upon_before_a_halt_does_not(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		fix_wake(f, 0, 1);
		fix_halt(f, 1);
		fix_deliver(f, 1, RESCHEDULE);
		fix_run(f, 1, 7);
		assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
		fix_free(f);
	}
}

static void what_was_sent_to_who_was_woken_wakes_after_it_too(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	assert_int_equal(wake(f, 0, 1, 7), 1);
	fix_ipi(f, 2, 1, RESCHEDULE);
	fix_halt(f, 1);
	fix_deliver(f, 1, RESCHEDULE);
	fix_run(f, 1, 8);
	assert_int_equal(fix_waker(f, 1), 3);
	fix_free(f);
}

static void a_halt_ends_a_handler(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		fix_deliver(f, 0, FIX_DEVICE);
		fix_halt(f, 0);
		assert_false(interrupted(f, 0));
		fix_free(f);
	}
}

static void a_halt_ends_who_was_woken(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	assert_int_equal(wake(f, 0, 1, 7), 1);
	fix_halt(f, 1);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_free(f);
}

/* It does not arrive then: the address space was never another's. */
static void who_is_loaded_on_an_idle_vcpu_is_known_under_vamp(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);
		bool vamp = policies[i] == &vamp_policy_vamp;

		fix_halt(f, 1);
		fix_pass(f, 5);
		fix_wake(f, 0, 1);
		assert_int_equal(fix_waker(f, 1), vamp ? 1 : FIX_NOBODY);
		fix_free(f);
	}
}

static void who_is_loaded_on_a_busy_vcpu_is_not(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_wake(f, 0, 1);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_halt(f, 1);
	fix_wake(f, 0, 1);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_pass(f, 1);
	fix_wake(f, 2, 1);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_free(f);
}

static void who_is_loaded_as_a_device_wakes_the_vcpu_is_not(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_halt(f, 1);
	fix_deliver(f, 1, FIX_DEVICE);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	fix_free(f);
}

/* ---- the vectors that wake ---- */

#define WINDOWS		0x2f
#define CALL_SINGLE	WAKER_CALL_SINGLE

/* A vCPU sends @vector to another, where somebody arrives after @ns. */
static void try(struct fix *f, u8 vector, u64 ns)
{
	fix_run(f, 1, 6);
	fix_ipi(f, 0, 1, vector);
	fix_deliver(f, 1, vector);
	f->now += ns;
	fix_run(f, 1, 7);
}

static void hit(struct fix *f, u8 vector, u32 n)
{
	while (n--)
		try(f, vector, 1000);
}

static void miss(struct fix *f, u8 vector, u32 n)
{
	while (n--)
		try(f, vector, LATENCY + 1);
}

static bool wakes(const struct fix *f, u8 vector)
{
	return vamp_vectors_wakes(&f->vm->vectors, vector);
}

static void linux_is_presumed(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 v;

	(void)state;
	for (v = 0; v < WAKER_VECTORS; v++)
		assert_int_equal(wakes(f, (u8)v), v == 0xfd || v == 0xfb);
	assert_int_equal(vamp_vectors_main(&f->vm->vectors), 0xfd);
	assert_int_equal(f->vm->vectors.fixed, 0);
	fix_free(f);
}

static void both_of_linuxs_vectors_wake(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(policies); i++) {
		struct fix *f = trapped(policies[i]);

		hit(f, CALL_SINGLE, 1);
		assert_int_equal(fix_waker(f, 1), 1);
		hit(f, RESCHEDULE, 1);
		assert_int_equal(fix_waker(f, 1), 1);
		fix_free(f);
	}
}

/* How many are enough is not said here, but a few are not. */
static void others_are_learned_after_enough_hits(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	hit(f, WINDOWS, 10);
	assert_false(wakes(f, WINDOWS));
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	hit(f, WINDOWS, 190);
	assert_true(wakes(f, WINDOWS));
	assert_int_equal(fix_waker(f, 1), 1);
	assert_int_equal(vamp_vectors_main(&f->vm->vectors), WINDOWS);
	assert_true(wakes(f, RESCHEDULE));
	fix_free(f);
}

/* Whether it is one of Linux's, too. */
static void a_hit_in_four_is_often_enough(void **state)
{
	static const u8 vectors[] = { WINDOWS, RESCHEDULE, CALL_SINGLE };
	size_t i;
	u32 n;

	(void)state;
	for (i = 0; i < ARRAY_SIZE(vectors); i++) {
		struct fix *f = trapped(&vamp_policy_vamp);

		for (n = 0; n < 2500; n++) {
			hit(f, vectors[i], 1);
			miss(f, vectors[i], 3);
			assert_true(n < 60 || wakes(f, vectors[i]));
		}
		fix_free(f);
	}
}

static void one_that_mostly_misses_is_never_learned(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		miss(f, WINDOWS, 10);
		assert_false(wakes(f, WINDOWS));
		hit(f, WINDOWS, 1);
		assert_false(wakes(f, WINDOWS));
	}
	fix_free(f);
}

static void linuxs_are_given_up_when_they_always_miss(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	miss(f, RESCHEDULE, 10);
	assert_true(wakes(f, RESCHEDULE));
	miss(f, RESCHEDULE, 500);
	assert_false(wakes(f, RESCHEDULE));
	assert_true(wakes(f, CALL_SINGLE));
	fix_free(f);
}

/* The first of two that nobody arrived between was a miss. */
static void one_that_is_injected_again_missed(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	const struct vamp_vectors *x = &f->vm->vectors;
	u32 i;

	(void)state;
	for (i = 0; i < 50; i++) {
		fix_run(f, 1, 6);
		fix_ipi(f, 0, 1, WINDOWS);
		fix_deliver(f, 1, WINDOWS);
		fix_pass_ns(f, 1000);
		fix_ipi(f, 0, 1, WINDOWS);
		fix_deliver(f, 1, WINDOWS);
		fix_run(f, 1, 7);
		assert_int_equal(x->hits[WINDOWS], i + 1);
		assert_int_equal(x->tries[WINDOWS], 2 * i + 3);
	}
	fix_free(f);
}

static void a_device_between_is_no_miss(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	fix_ipi(f, 0, 1, WINDOWS);
	fix_deliver(f, 1, WINDOWS);
	fix_deliver(f, 1, FIX_DEVICE);
	fix_run(f, 1, 7);
	assert_int_equal(f->vm->vectors.hits[WINDOWS], 1);
	assert_int_equal(f->vm->vectors.tries[WINDOWS], 2);
	fix_free(f);
}

static void one_that_is_set_by_hand_is_the_only_one(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 v;

	(void)state;
	vamp_vectors_set(&f->vm->vectors, 0x40);
	hit(f, WINDOWS, 500);
	hit(f, RESCHEDULE, 1);
	assert_int_equal(fix_waker(f, 1), FIX_NOBODY);
	for (v = 0; v < WAKER_VECTORS; v++)
		assert_int_equal(wakes(f, (u8)v), v == 0x40);
	assert_int_equal(vamp_vectors_main(&f->vm->vectors), 0x40);
	miss(f, 0x40, 500);
	hit(f, 0x40, 1);
	assert_int_equal(fix_waker(f, 1), 1);
	fix_free(f);
}

static void one_that_is_set_by_hand_is_no_devices(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	vamp_vectors_set(&f->vm->vectors, 0x40);
	fix_deliver(f, 1, 0x40);
	assert_false(interrupted(f, 1));
	fix_free(f);
}

static void taken_back_all_are_learned_anew(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);

	(void)state;
	hit(f, WINDOWS, 200);
	vamp_vectors_set(&f->vm->vectors, 0x40);
	vamp_vectors_set(&f->vm->vectors, 0);
	assert_true(wakes(f, RESCHEDULE));
	assert_false(wakes(f, WINDOWS) || wakes(f, 0x40));
	hit(f, WINDOWS, 200);
	assert_true(wakes(f, WINDOWS));
	fix_free(f);
}

/* Hits and misses in proportion 3:1 until the counters would overflow. */
static void counters_halve_rather_than_overflow(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	const struct vamp_vectors *x = &f->vm->vectors;
	u32 i, was = 0, halved = 0;

	(void)state;
	for (i = 0; i < 15000; i++) {
		try(f, WINDOWS, i % 4 ? 1000 : LATENCY + 1);
		halved += x->tries[WINDOWS] < was;
		was = x->tries[WINDOWS];
		assert_in_range(was, 1, 4095);
		assert_in_range(x->hits[WINDOWS], 0, was);
	}
	assert_in_range(halved, 3, 20);
	assert_in_range(x->hits[WINDOWS] * 100 / was, 73, 77);
	assert_true(wakes(f, WINDOWS));
	fix_free(f);
}

/* What wakes tasks in one may be something else in the other. */
static void a_guest_that_boots_into_another_is_learned_anew(void **state)
{
	struct fix *f = trapped(&vamp_policy_vamp);
	u32 i;

	(void)state;
	hit(f, RESCHEDULE, 10000);
	for (i = 0; wakes(f, RESCHEDULE); i++) {
		assert_in_range(i, 0, 40000);
		miss(f, RESCHEDULE, 1);
	}
	hit(f, WINDOWS, 200);
	assert_true(wakes(f, WINDOWS));
	fix_free(f);
}

/* ---- a model of the whole ---- */

/* For vee14 just the original's: a local and a remote waker, a time, a bit. */
struct model {
	u64 task, local, remote, since, handler, woken_by;
	bool timed, valid, handles;
};

struct pair {
	struct fix *f;
	struct model m[VCPUS];
};

static bool is_vee14(const struct pair *p)
{
	return p->f->cfg.policy == &vamp_policy_vee14;
}

static u64 active(const struct fix *f, u32 v)
{
	return f->now - f->v[v].run_delay;
}

static u64 acts(const struct pair *p, u32 v)
{
	const struct model *m = &p->m[v];
	u64 ends = m->handler + 2 * LATENCY;

	if (m->handles && (is_vee14(p) || active(p->f, v) <= ends))
		return WAKER_ID_INTERRUPT;
	return m->local;
}

static u64 woken_by(const struct pair *p, const struct model *m)
{
	if (!m->valid)
		return FIX_NOBODY;
	if (!is_vee14(p))
		return m->woken_by;
	return m->timed ? m->remote : FIX_NOBODY;
}

static void model_woken(const struct pair *p, struct model *m)
{
	m->valid = true;
	m->woken_by = m->remote;
	if (m->remote != WAKER_ID_INTERRUPT &&
	    p->f->cfg.wakeup_mode & WAKEUP_TRANSITIVE)
		m->local = m->remote;
	if (!is_vee14(p))
		m->remote = FIX_NOBODY;
}

/* vee14: a departure forgets who was sent for next, too. */
static void model_arrive(struct pair *p, u32 v, u64 id)
{
	struct model *m = &p->m[v];

	if (m->task == id)
		return;
	if (m->valid && is_vee14(p))
		m->remote = FIX_NOBODY;
	m->valid = false;
	m->handles = false;
	m->task = id;
	m->local = id;
	if (m->remote == FIX_NOBODY || !m->timed)
		return;
	if (active(p->f, v) <= m->since + LATENCY)
		model_woken(p, m);
	else
		m->remote = FIX_NOBODY;
}

static void model_ipi(struct pair *p, u32 from, u32 to)
{
	struct model *m = &p->m[to];

	if (m->handles && is_vee14(p))
		return;
	m->remote = acts(p, from);
	m->timed = false;
}

static void model_inject(struct pair *p, u32 v, u8 vector)
{
	struct model *m = &p->m[v];

	if (vector == RESCHEDULE && m->remote != FIX_NOBODY && !m->timed) {
		m->since = active(p->f, v);
		m->timed = true;
	}
	if (vector != FIX_DEVICE ||
	    !(p->f->cfg.wakeup_mode & WAKEUP_INTERRUPT_RESET))
		return;
	m->handles = true;
	m->handler = active(p->f, v);
	if (!is_vee14(p))
		return;
	m->remote = FIX_NOBODY;
	m->timed = false;
}

static void some_time(struct fix *f)
{
	static const u64 times[] = { 0,	      1,	   5000,
				     LATENCY, LATENCY + 1, 2 * LATENCY };

	fix_pass_ns(f, times[fix_random(&f->rng, ARRAY_SIZE(times))]);
}

static void wait_a_while(struct fix *f, u32 v)
{
	fix_wait(f, v);
	fix_pass_ns(f, fix_random(&f->rng, 50000));
	fix_run(f, v, f->v[v].id);
}

static void model_step(struct pair *p)
{
	u32 from = (u32)fix_random(&p->f->rng, VCPUS);
	u32 to = (from + 1 + (u32)fix_random(&p->f->rng, VCPUS - 1)) % VCPUS;
	u64 id = 1 + fix_random(&p->f->rng, 12);
	static const u8 vectors[] = { RESCHEDULE, RESCHEDULE, FIX_DEVICE };
	u8 vector = vectors[fix_random(&p->f->rng, 3)];

	switch (fix_random(&p->f->rng, 7)) {
	case 0:
		wait_a_while(p->f, to);
		break;
	case 1:
	case 2:
		fix_ipi(p->f, from, to, RESCHEDULE);
		model_ipi(p, from, to);
		break;
	case 3:
	case 4:
		fix_deliver(p->f, to, vector);
		model_inject(p, to, vector);
		break;
	default:
		fix_run(p->f, to, id);
		model_arrive(p, to, id);
	}
	some_time(p->f);
}

static void assert_as_modelled(struct pair *p)
{
	u32 v;

	for (v = 0; v < VCPUS; v++) {
		assert_int_equal(fix_waker(p->f, v), woken_by(p, &p->m[v]));
		assert_int_equal(interrupted(p->f, v),
				 acts(p, v) == WAKER_ID_INTERRUPT);
	}
}

/* The vector is not learned here, but known to be sent by vCPUs. */
static void any_life_follows_the_five_steps(void **state)
{
	u32 seed, i;

	(void)state;
	for (seed = 1; seed <= 32; seed++) {
		struct pair p = { .f = trapped(policies[seed % 2]) };

		vamp_vectors_set(&p.f->vm->vectors, RESCHEDULE);
		p.f->vm->vectors.tries[RESCHEDULE] = 1;
		p.f->rng = seed;
		p.f->cfg.wakeup_mode = WAKEUP_BASE | (seed / 2 % 8) * 2;
		for (i = 0; i < VCPUS; i++)
			p.m[i] = (struct model){ .task = i + 1,
						 .local = i + 1,
						 .remote = FIX_NOBODY };
		for (i = 0; i < 600; i++) {
			model_step(&p);
			assert_as_modelled(&p);
		}
		fix_free(p.f);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(who_is_current_is_the_local_waker),
		cmocka_unit_test(who_sends_is_remote_waker_once_it_has_arrived),
		cmocka_unit_test(
			who_arrives_before_the_injection_was_not_woken),
		cmocka_unit_test(who_made_the_vcpu_exit_was_not_woken),
		cmocka_unit_test(other_vectors_name_no_waker),
		cmocka_unit_test(the_latest_sender_is_the_remote_waker),
		cmocka_unit_test(a_handler_is_woken_by_nobody_under_vee14),
		cmocka_unit_test(where_the_task_is_not_known_nobody_wakes),
		cmocka_unit_test(without_a_sender_an_injection_wakes_nobody),
		cmocka_unit_test(another_at_the_same_entry_does_not_hide_it),
		cmocka_unit_test(the_clock_starts_at_the_entry),
		cmocka_unit_test(
			what_is_posted_to_a_running_vcpu_wakes_at_once),
		cmocka_unit_test(only_the_vector_that_wakes_starts_the_clock),
		cmocka_unit_test(another_vector_does_not_start_the_clock_again),
		cmocka_unit_test(who_arrives_within_the_latency_was_woken),
		cmocka_unit_test(waiting_for_a_cpu_is_not_latency),
		cmocka_unit_test(nor_is_what_it_waited_before_the_injection),
		cmocka_unit_test(the_first_look_after_the_injection_counts),
		cmocka_unit_test(
			a_later_one_if_the_last_without_it_was_in_time),
		cmocka_unit_test(
			who_takes_over_from_who_was_woken_is_known_under_vamp),
		cmocka_unit_test(who_comes_next_has_no_remote_waker),
		cmocka_unit_test(who_is_late_ends_it_for_all),
		cmocka_unit_test(what_was_sent_before_a_pause_wakes_nobody),
		cmocka_unit_test(without_the_first_bit_nothing_has_an_effect),
		cmocka_unit_test(the_first_bit_alone_tracks_one_step),
		cmocka_unit_test(without_the_third_bit_no_interrupt_matters),
		cmocka_unit_test(the_third_bit_alone_lets_handlers_wake),
		cmocka_unit_test(the_fourth_bit_does_not_change_who_woke_whom),
		cmocka_unit_test(a_chain_leads_back_to_who_began),
		cmocka_unit_test(a_chain_ends_with_the_task_that_was_woken),
		cmocka_unit_test(a_chain_lasts_while_others_are_sent_to),
		cmocka_unit_test(
			a_chain_that_a_handler_began_begins_with_whom_it_woke),
		cmocka_unit_test(an_id_that_was_evicted_does_no_harm),
		cmocka_unit_test(
			a_handler_between_forgets_the_remote_waker_under_vee14),
		cmocka_unit_test(
			vee14_has_a_handler_act_until_another_task_arrives),
		cmocka_unit_test(vamp_has_a_handler_act_for_twice_the_latency),
		cmocka_unit_test(a_handler_that_waits_for_a_cpu_does_not_end),
		cmocka_unit_test(who_arrives_as_a_handler_acts_was_preempting),
		cmocka_unit_test(what_vcpus_send_each_other_is_no_interrupt),
		cmocka_unit_test(a_vector_that_no_vcpu_sent_is_an_interrupt),
		cmocka_unit_test(what_was_sent_before_a_halt_wakes_after_it),
		cmocka_unit_test(what_was_acted_upon_before_a_halt_does_not),
		cmocka_unit_test(
			what_was_sent_to_who_was_woken_wakes_after_it_too),
		cmocka_unit_test(a_halt_ends_a_handler),
		cmocka_unit_test(a_halt_ends_who_was_woken),
		cmocka_unit_test(
			who_is_loaded_on_an_idle_vcpu_is_known_under_vamp),
		cmocka_unit_test(who_is_loaded_on_a_busy_vcpu_is_not),
		cmocka_unit_test(
			who_is_loaded_as_a_device_wakes_the_vcpu_is_not),
		cmocka_unit_test(linux_is_presumed),
		cmocka_unit_test(both_of_linuxs_vectors_wake),
		cmocka_unit_test(others_are_learned_after_enough_hits),
		cmocka_unit_test(a_hit_in_four_is_often_enough),
		cmocka_unit_test(one_that_mostly_misses_is_never_learned),
		cmocka_unit_test(linuxs_are_given_up_when_they_always_miss),
		cmocka_unit_test(one_that_is_injected_again_missed),
		cmocka_unit_test(a_device_between_is_no_miss),
		cmocka_unit_test(one_that_is_set_by_hand_is_the_only_one),
		cmocka_unit_test(one_that_is_set_by_hand_is_no_devices),
		cmocka_unit_test(taken_back_all_are_learned_anew),
		cmocka_unit_test(counters_halve_rather_than_overflow),
		cmocka_unit_test(
			a_guest_that_boots_into_another_is_learned_anew),
		cmocka_unit_test(any_life_follows_the_five_steps),
	};

	return cmocka_run_group_tests_name("waker", tests, NULL, NULL);
}
