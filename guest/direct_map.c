// SPDX-License-Identifier: GPL-2.0-or-later
#include "direct_map.h"

#include <errno.h>
#include <stdbool.h>

#define STEP		(1ull << 30)
#define PAGE_BITS	12
#define INDEX_BITS	9
#define INDEX_MASK	((1u << INDEX_BITS) - 1)
#define PRESENT		(1ull << 0)
#define LARGE		(1ull << 7)
#define FRAME		0x000ffffffffff000ull

/* Kernel addresses begin here with four levels of tables, below it with five. */
#define FOUR_LEVELS	0xffff800000000000ull

/* The lowest place of the direct map, which is where it is if not random. */
static uint64_t lowest(uint64_t root)
{
	return root >= FOUR_LEVELS ? 0xffff888000000000ull :
				     0xff11000000000000ull;
}

static unsigned int shift_of(int level)
{
	return PAGE_BITS + INDEX_BITS * (unsigned int)(level - 1);
}

/* A page's frame, whose lower bits are other things in a large page's entry. */
static uint64_t page_at(uint64_t entry, uint64_t address, unsigned int shift)
{
	uint64_t inside = (1ull << shift) - 1;

	return (entry & FRAME & ~inside) | (address & inside);
}

/* True if @root's own tables map it to the physical address that @base implies. */
static bool leads_back(direct_map_reader *read, uint64_t root, uint64_t base)
{
	uint64_t table = root, entry;

	for (int level = root >= FOUR_LEVELS ? 4 : 5; level; level--) {
		unsigned int shift = shift_of(level);
		uint64_t index = root >> shift & INDEX_MASK;

		if (read(table + index * sizeof(entry), &entry) ||
		    !(entry & PRESENT))
			return false;
		if (level == 1 || (level <= 3 && entry & LARGE))
			return page_at(entry, root, shift) == root - base;
		table = base + (entry & FRAME);
	}
	return false;
}

int direct_map_find(direct_map_reader *read, uint64_t root, uint64_t end,
		    uint64_t *base)
{
	for (*base = root & ~(STEP - 1); *base >= lowest(root); *base -= STEP) {
		if (root - *base >= end)
			break;
		if (leads_back(read, root, *base))
			return 0;
	}
	return -ENOENT;
}
