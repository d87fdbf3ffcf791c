// SPDX-License-Identifier: GPL-2.0-or-later
/* test_direct_map.c - page tables made by hand, in a memory of a few words. */
#include "test.h"

#include <errno.h>
#include <string.h>

#include "direct_map.h"

#define GIB		(1ull << 30)
#define END		(1ull << 44)
#define PRESENT		1ull
#define LARGE		0x80ull
#define NO_EXECUTE	(1ull << 63)

static struct word {
	uint64_t address, value;
} memory[64];
static size_t words;
static unsigned int reads;

static int reset(void **state)
{
	(void)state;
	words = reads = 0;
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
 * Tables that map the root, at physical @root, to physical @to, in a direct map
 * at @base: of @levels, down to level @last. Table N is at physical N * 4 KiB.
 */
static void make_tables(uint64_t base, uint64_t root, uint64_t to, int levels,
			int last)
{
	uint64_t table = base + root, address = base + root;

	for (int level = levels; level >= last; level--) {
		unsigned int shift = 12 + 9 * (unsigned int)(level - 1);
		uint64_t entry = PRESENT | NO_EXECUTE;
		uint64_t next = (uint64_t)level << 12;

		if (level == last)
			entry |= (to & ~((1ull << shift) - 1)) |
				 (level > 1 ? LARGE : 0);
		else
			entry |= next;
		put(table + (address >> shift & 511) * 8, entry);
		table = base + next;
	}
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
		cmocka_unit_test_setup(tables_that_lead_elsewhere_are_refused,
				       reset),
		cmocka_unit_test_setup(a_search_that_finds_nothing_ends, reset),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
