// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * root_test.c - ids of address spaces, and guests with two roots for each.
 */
#include "fixture.h"

#include "root.h"

#define PAGE		0x1000ull
#define NO_FLUSH	(1ull << 63)
#define LAM		(3ull << 61)
#define VCPUS		4
#define PROCESSES	12
#define GUESTS		300
#define LOOKS		6000

/* A guest that is looked at. */
struct guest {
	struct vamp_roots roots;
	u64 user_cr3[VCPUS];
	bool pcid;
	u64 rng;
};

static void look(struct guest *g, u32 vcpu, u64 cr3, bool user)
{
	struct vamp_look l = { .cr3 = cr3, .pcid = g->pcid, .user = user };

	vamp_roots_learn(&g->roots, &g->user_cr3[vcpu], &l);
}

static u64 id(const struct guest *g, u64 cr3)
{
	return vamp_root_id(&g->roots, cr3, false);
}

/* The user's half of the kernel's CR3 under page-table isolation. */
static u64 user_half(const struct guest *g, u64 cr3)
{
	return cr3 | ROOT_PAIR | (g->pcid ? ROOT_PAIR_PCID : 0);
}

/* @n timer ticks in process @cr3 of a guest with isolation. */
static void isolated_ticks(struct guest *g, u64 cr3, u32 n)
{
	while (n--) {
		look(g, 0, user_half(g, cr3), true);
		look(g, 0, cr3, false);
	}
}

static void plain_ticks(struct guest *g, u64 cr3, u32 n)
{
	while (n--) {
		look(g, 0, cr3, true);
		look(g, 0, cr3, false);
	}
}

static void an_id_is_the_page_frame_of_the_root(void **state)
{
	struct guest g = { .pcid = true };

	(void)state;
	assert_int_equal(id(&g, 0x12345000), 0x12345);
	assert_int_equal(id(&g, 0x12345fff), 0x12345);
	assert_int_equal(id(&g, 0x12345000 | NO_FLUSH | LAM), 0x12345);
	assert_int_equal(id(&g, 0x000ffffffffff018ull), 0xffffffffffull);
	assert_int_equal(id(&g, 0), 0);
}

static void roots_in_one_page_differ_under_pae_only(void **state)
{
	struct vamp_roots r = { 0 };
	u64 a = vamp_root_id(&r, 0x12345020, true);
	u64 b = vamp_root_id(&r, 0x12345040, true);

	(void)state;
	assert_int_not_equal(a, b);
	assert_int_not_equal(a, vamp_root_id(&r, 0x12345000, true));
	assert_int_equal(a, vamp_root_id(&r, 0x12345038, true));
	assert_int_equal(vamp_root_id(&r, 0x12345000, true), 0x12345);
	assert_int_equal(vamp_root_id(&r, 0x12345020, false), 0x12345);
}

static void check_isolated(bool pcid)
{
	struct guest g = { .pcid = pcid };
	u64 a = 0x40000 | (pcid ? 1 : 0), b = 0x42000 | (pcid ? 2 : 0);

	isolated_ticks(&g, a, ROOT_SURE);
	assert_int_not_equal(id(&g, a), id(&g, user_half(&g, a)));
	isolated_ticks(&g, b, 1);
	assert_int_equal(g.roots.state, ROOTS_PAIRED);
	assert_int_equal(id(&g, user_half(&g, a)), id(&g, a));
	assert_int_equal(id(&g, user_half(&g, b)), id(&g, b));
	assert_int_not_equal(id(&g, a), id(&g, b));
	assert_true(vamp_roots_learning(&g.roots));
}

static void two_roots_become_one_task(void **state)
{
	(void)state;
	check_isolated(false);
	check_isolated(true);
}

static void looks_between_two_roots_do_no_harm(void **state)
{
	struct guest g = { .rng = 7 };
	u32 i;

	(void)state;
	for (i = 0; i < 400; i++) {
		u64 cr3 = 0x40000 + 2 * PAGE * fix_random(&g.rng, 5);

		look(&g, 0, user_half(&g, cr3), true);
		if (fix_random(&g.rng, 30) == 0)
			look(&g, 0, user_half(&g, cr3), false);
		look(&g, 0, cr3, false);
		look(&g, 0, 0x2000, false);
	}
	assert_int_equal(g.roots.state, ROOTS_PAIRED);
}

static void user_code_on_an_even_root_decides_for_good(void **state)
{
	struct guest g = { 0 };

	(void)state;
	isolated_ticks(&g, 0x40000, ROOT_SURE);
	isolated_ticks(&g, 0x42000, 1);
	assert_int_equal(id(&g, 0x41000), 0x40);
	look(&g, 1, 0x50000, true);
	assert_int_equal(id(&g, 0x41000), 0x41);
	assert_false(vamp_roots_learning(&g.roots));
	isolated_ticks(&g, 0x40000, 1000);
	isolated_ticks(&g, 0x42000, 1000);
	assert_int_equal(id(&g, 0x41000), 0x41);
}

static void with_pcid_its_own_bit_must_agree(void **state)
{
	struct guest g = { .pcid = true };

	(void)state;
	look(&g, 0, 0x41000 | 1, true);
	assert_int_equal(g.roots.state, ROOTS_SINGLE);
}

/* Its user roots lie anywhere, though their PCIDs have the bit. */
static void roots_that_lie_anywhere_are_not_joined(void **state)
{
	struct guest g = { .pcid = true };

	(void)state;
	look(&g, 0, 0x41000 | 0x801, true);
	look(&g, 0, 0x93000 | 1, false);
	assert_int_equal(g.roots.state, ROOTS_UNDECIDED);
	look(&g, 0, 0x52000 | 0x802, true);
	assert_int_equal(g.roots.state, ROOTS_SINGLE);
}

static void processes_that_all_have_odd_roots_stay_apart(void **state)
{
	struct guest g = { 0 };

	(void)state;
	plain_ticks(&g, 0x41000, 3);
	plain_ticks(&g, 0x43000, 3);
	assert_int_equal(g.roots.state, ROOTS_UNDECIDED);
	plain_ticks(&g, 0x45000, 10);
	assert_int_equal(g.roots.state, ROOTS_SINGLE);
}

/* It halts on a root of the kernel's own, just below. */
static void one_process_above_the_idle_root_stays_apart(void **state)
{
	struct guest g = { 0 };

	(void)state;
	isolated_ticks(&g, 0x40000, 10000);
	assert_int_equal(g.roots.state, ROOTS_UNDECIDED);
	assert_int_not_equal(id(&g, 0x40000), id(&g, 0x41000));
}

static void what_was_decided_can_be_taken_back(void **state)
{
	struct guest g = { 0 };

	(void)state;
	isolated_ticks(&g, 0x40000, ROOT_SURE);
	isolated_ticks(&g, 0x42000, 1);
	plain_ticks(&g, 0x41000, ROOT_SURE / ROOT_AGAINST);
	assert_int_equal(g.roots.state, ROOTS_SINGLE);
}

/* Looks at other vCPUs in between say nothing about this one. */
static void each_vcpu_is_followed_for_itself(void **state)
{
	struct guest g = { 0 };
	u32 i;

	(void)state;
	for (i = 0; i < 1000; i++) {
		look(&g, 0, 0x41000, true);
		look(&g, 1, 0x40000, false);
		look(&g, 2, 0x43000, true);
		look(&g, 1, 0x42000, false);
	}
	assert_int_equal(g.roots.state, ROOTS_UNDECIDED);
}

/* Roots next to each other, as a guest's allocator would give them out. */
static void make_processes(struct guest *g, u64 *cr3, u32 n)
{
	bool odd_only = fix_random(&g->rng, 2);
	u32 i;

	for (i = 0; i < n; i++)
		cr3[i] = 0x40000 + PAGE * (odd_only ? 2 * i + 1 : i);
}

/*
 * A guest without isolation, and without PCID: processes, the kernel on their
 * behalf, and an idle loop that borrows a root or has one of its own.
 */
static void live(struct guest *g, u64 idle, u32 n)
{
	u64 cr3[PROCESSES], now[VCPUS] = { 0 };
	u32 i, v;

	make_processes(g, cr3, n);
	for (i = 0; i < LOOKS; i++) {
		v = (u32)fix_random(&g->rng, VCPUS);
		if (!now[v] || fix_random(&g->rng, 4) == 0)
			now[v] = cr3[fix_random(&g->rng, n)];
		look(g, v, now[v], fix_random(&g->rng, 2));
		if (idle && fix_random(&g->rng, 3) == 0)
			look(g, v, idle, false);
		assert_int_not_equal(g->roots.state, ROOTS_PAIRED);
	}
}

static void a_guest_without_isolation_is_never_joined(void **state)
{
	u64 seed;

	(void)state;
	for (seed = 1; seed <= GUESTS; seed++) {
		struct guest g = { .rng = seed };
		u32 n = 1 + (u32)fix_random(&g.rng, PROCESSES);

		live(&g, seed % 2 ? 0x40000 : 0, n);
	}
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(an_id_is_the_page_frame_of_the_root),
		cmocka_unit_test(roots_in_one_page_differ_under_pae_only),
		cmocka_unit_test(two_roots_become_one_task),
		cmocka_unit_test(looks_between_two_roots_do_no_harm),
		cmocka_unit_test(user_code_on_an_even_root_decides_for_good),
		cmocka_unit_test(with_pcid_its_own_bit_must_agree),
		cmocka_unit_test(roots_that_lie_anywhere_are_not_joined),
		cmocka_unit_test(processes_that_all_have_odd_roots_stay_apart),
		cmocka_unit_test(one_process_above_the_idle_root_stays_apart),
		cmocka_unit_test(what_was_decided_can_be_taken_back),
		cmocka_unit_test(each_vcpu_is_followed_for_itself),
		cmocka_unit_test(a_guest_without_isolation_is_never_joined),
	};

	return cmocka_run_group_tests_name("root", tests, NULL, NULL);
}
