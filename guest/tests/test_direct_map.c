// SPDX-License-Identifier: GPL-2.0-or-later
/* test_direct_map.c - page tables made by hand, in a memory of a few words. */
#include "test.h"

#include <errno.h>
#include <string.h>

#include "direct_map.h"

#define GIB		(1ull << 30)
#define END		(1ull << 44)
#define TABLE		0x63ull
#define PAGE		(0x163ull | 1ull << 63)
#define LARGE		0x80ull

static struct word {
	uint64_t address, value;
} memory[64];
static size_t words;
static uint64_t tables;
static unsigned int reads;

static int reset(void **state)
{
	(void)state;
	words = tables = reads = 0;
	return 0;
}

static int read_word(uint64_t address, uint64_t *value)
{
	reads++;
	for (size_t i = 0; i < words; i++)
		if (memory[i].address == address) {
			*value = memory[i].value;
			return 0;
		}
	return -EFAULT;
}

static void put(uint64_t address, uint64_t value)
{
	memory[words++] = (struct word){ address, value };
}

/*
 * Has the tables below @root map a page at physical @physical to @to: in a direct
 * map at @base, with @levels, down to level @last. New tables come from 0x1000 on.
 */
static void map(uint64_t base, uint64_t root, uint64_t physical, uint64_t to,
		int levels, int last)
{
	uint64_t table = base + root, address = base + physical, place, entry;

	for (int level = levels; level >= last; level--) {
		unsigned int shift = 12 + 9 * (unsigned int)(level - 1);

		place = table + (address >> shift & 511) * 8;
		if (read_word(place, &entry)) {
			entry = level > last ? TABLE | ++tables << 12 :
					       PAGE | (to >> shift << shift);
			if (level == last && level > 1)
				entry |= LARGE;
			put(place, entry);
		}
		table = base + (entry & ~0xfffull);
	}
}

/* The root, which is mapped to @to, and the tables of that mapping. */
static void make_tables(uint64_t base, uint64_t root, uint64_t to, int levels,
			int last)
{
	map(base, root, root, to, levels, last);
	for (int i = 1; i <= levels - last; i++)
		map(base, root, (uint64_t)i << 12, (uint64_t)i << 12, levels,
		    last);
}

static void expect_base(uint64_t base, uint64_t root)
{
	uint64_t found = 0;

	assert_int_equal(direct_map_find(read_word, base + root, END, &found),
			 0);
	assert_true(found == base);
}

static void it_is_found_wherever_it_is(void **state)
{
	static const uint64_t bases[] = { 0xffff888000000000,
					  0xffff888000000000 + 77 * GIB,
					  0xffffa1f3c0000000 };
	static const uint64_t roots[] = { 0x6000, 0x3fffe000, 5 * GIB + 0x8000,
					  0xfffffff000 };

	(void)state;
	for (size_t i = 0; i < sizeof(bases) / sizeof(bases[0]); i++)
		for (size_t k = 0; k < sizeof(roots) / sizeof(roots[0]); k++) {
			reset(NULL);
			make_tables(bases[i], roots[k], roots[k], 4, 3);
			expect_base(bases[i], roots[k]);
		}
}

static void pages_of_all_sizes_are_followed(void **state)
{
	(void)state;
	for (int last = 1; last <= 3; last++) {
		reset(NULL);
		make_tables(0xffff9a0040000000, 3 * GIB + 0x123456000,
			    3 * GIB + 0x123456000, 4, last);
		expect_base(0xffff9a0040000000, 3 * GIB + 0x123456000);
	}
}

static void five_levels_are_followed(void **state)
{
	(void)state;
	make_tables(0xff11000000000000 + 9 * GIB, 2 * GIB + 0x7000,
		    2 * GIB + 0x7000, 5, 2);
	expect_base(0xff11000000000000 + 9 * GIB, 2 * GIB + 0x7000);
}

/* A wrong guess reads anything; here words, one of which even looks like an entry. */
static void what_is_no_table_does_not_mislead(void **state)
{
	static const uint64_t garbage[] = { 0x81,
					    0xe3,
					    0x1e3,
					    0x8000000000000081,
					    0x80000000000021e3,
					    0x80f00000000001e3,
					    0x80000000400001e3 };
	const uint64_t base = 0xffff888000000000, root = 2 * GIB + 0x7000;
	uint64_t wrong = base + 2 * GIB + 0x1000;

	(void)state;
	for (size_t i = 0; i < sizeof(garbage) / sizeof(garbage[0]); i++) {
		reset(NULL);
		make_tables(base, root, root, 4, 3);
		put(wrong + ((base + root) >> 30 & 511) * 8, garbage[i]);
		expect_base(base, root);
	}
}

/* An entry of another kernel's tables, of a guest in this guest, say. */
static void where_two_guesses_fit_neither_is_taken(void **state)
{
	const uint64_t base = 0xffff888000000000, root = 2 * GIB + 0x7000;
	uint64_t found;

	(void)state;
	make_tables(base, root, root, 4, 3);
	put(base + 2 * GIB + 0x1000 + ((base + root) >> 30 & 511) * 8,
	    PAGE | LARGE);
	assert_int_equal(direct_map_find(read_word, base + root, END, &found),
			 -ENOTUNIQ);
}

/* As with encrypted memory, where addresses in tables have other bits set. */
static void tables_that_lead_elsewhere_are_refused(void **state)
{
	uint64_t base;

	(void)state;
	make_tables(0xffff888000000000, 0x6000, 7 * GIB, 4, 3);
	assert_int_equal(direct_map_find(read_word, 0xffff888000006000, END,
					 &base),
			 -ENOENT);
}

static void a_search_that_finds_nothing_ends(void **state)
{
	uint64_t base;

	(void)state;
	assert_int_equal(direct_map_find(read_word, 0xffffc88000006000, END,
					 &base),
			 -ENOENT);
	assert_in_range(reads, 1, END / GIB);
	reads = 0;
	assert_int_equal(direct_map_find(read_word, 0xffff888000006000, END,
					 &base),
			 -ENOENT);
	assert_int_equal(reads, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(it_is_found_wherever_it_is, reset),
		cmocka_unit_test_setup(pages_of_all_sizes_are_followed, reset),
		cmocka_unit_test_setup(five_levels_are_followed, reset),
		cmocka_unit_test_setup(what_is_no_table_does_not_mislead,
				       reset),
		cmocka_unit_test_setup(where_two_guesses_fit_neither_is_taken,
				       reset),
		cmocka_unit_test_setup(tables_that_lead_elsewhere_are_refused,
				       reset),
		cmocka_unit_test_setup(a_search_that_finds_nothing_ends, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
