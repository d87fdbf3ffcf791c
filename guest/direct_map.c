// SPDX-License-Identifier: GPL-2.0-or-later
#include "direct_map.h"

#include <errno.h>
#include <stdbool.h>

#define STEP		(1ull << 30)
#define PAGE_BITS	12
#define INDEX_BITS	9
#define INDEX_MASK	((1u << INDEX_BITS) - 1)
#define FRAME		0x000ffffffffff000ull
#define LARGE		(1ull << 7)
#define LEVELS		5

/*
 * What the kernel's own entries have: present, writable, accessed; pages dirty and
 * not executable, too. Bits above the frame are clear otherwise. Most words that
 * are no entries, which a wrong guess reads, are told by that.
 */
#define TABLE_BITS	0x23ull
#define PAGE_BITS_SET	(0x63ull | 1ull << 63)
#define UNUSED_BITS	(0x7ffull << 52)

/* Kernel addresses begin here with four levels of tables, below it with five. */
#define FOUR_LEVELS	0xffff800000000000ull

/* One guess, and what it leads to. */
struct walk {
	direct_map_reader *read;
	uint64_t root, base;
	uint64_t table[LEVELS];		/* physical: those that were followed */
	int tables;
};

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

static bool is_entry(uint64_t entry, uint64_t bits)
{
	return (entry & bits) == bits && !(entry & UNUSED_BITS);
}

/* The page of an entry; large ones are aligned, but for a bit that is no address. */
static bool is_page(uint64_t entry, uint64_t address, unsigned int shift,
		    uint64_t *physical)
{
	uint64_t inside = (1ull << shift) - 1, page = entry & FRAME;

	if (shift > PAGE_BITS)
		page &= ~(1ull << PAGE_BITS);
	*physical = page | (address & inside);
	return is_entry(entry, PAGE_BITS_SET) && !(page & inside);
}

/* From a virtual address to the physical one, as the processor does it. */
static bool translate(struct walk *w, uint64_t address, uint64_t *physical)
{
	uint64_t table = w->root, entry;

	w->tables = 0;
	for (int level = w->root >= FOUR_LEVELS ? 4 : 5; level; level--) {
		unsigned int shift = shift_of(level);

		if (w->read(table + (address >> shift & INDEX_MASK) *
					    sizeof(entry),
			    &entry))
			return false;
		if (level == 1 || (level <= 3 && entry & LARGE))
			return is_page(entry, address, shift, physical);
		if (!is_entry(entry, TABLE_BITS))
			return false;
		w->table[w->tables++] = entry & FRAME;
		table = w->base + (entry & FRAME);
	}
	return false;
}

static bool is_mapped_to(struct walk *w, uint64_t physical)
{
	uint64_t found;

	return translate(w, w->base + physical, &found) && found == physical;
}

/* True if the tables map the root, and each other, to where the guess has them. */
static bool leads_back(struct walk *w)
{
	struct walk first;

	if (!is_mapped_to(w, w->root - w->base))
		return false;
	first = *w;
	for (int i = 0; i < first.tables; i++)
		if (!is_mapped_to(w, first.table[i]))
			return false;
	return true;
}

int direct_map_find(direct_map_reader *read, uint64_t root, uint64_t end,
		    uint64_t *base)
{
	struct walk w = { .read = read, .root = root };
	int err = -ENOENT;

	for (w.base = root & ~(STEP - 1); w.base >= lowest(root);
	     w.base -= STEP) {
		if (root - w.base >= end)
			break;
		if (!leads_back(&w))
			continue;
		if (!err)
			return -ENOTUNIQ;
		*base = w.base;
		err = 0;
	}
	return err;
}
