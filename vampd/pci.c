// SPDX-License-Identifier: GPL-2.0-or-later
#include "pci.h"

#include <string.h>

#define COUNT(a)	(sizeof(a) / sizeof((a)[0]))
#define ADDRESS_LAST	((1ull << 52) - 1)	/* the widest that x86 has */

enum regions {
	ALL_PORTS,		/* registers in I/O space */
	FIRST_MEMORY,		/* registers in memory */
	LARGEST_MODERN,		/* virtio's, doorbells included */
};

static const struct known {
	uint64_t vendor, device;
	const char *name;
	enum regions regions;
	uint32_t access;
	bool usb;
} known[] = {
	/* Who plays asks them where they are. */
	{ 0x8086, 0x2415, "AC97", ALL_PORTS, VAMP_SOUND_READ, false },
	{ 0x1274, 0x5000, "ES1370", ALL_PORTS, VAMP_SOUND_READ, false },
	{ 0x8086, 0x2668, "HDA", FIRST_MEMORY,
	  VAMP_SOUND_READ | VAMP_SOUND_WRITE, false },
	{ 0x8086, 0x293e, "HDA", FIRST_MEMORY,
	  VAMP_SOUND_READ | VAMP_SOUND_WRITE, false },
	/* Who plays rings their doorbells. */
	{ 0x1af4, 0x1059, "virtio-sound", LARGEST_MODERN, VAMP_SOUND_WRITE,
	  false },
	{ 0x1b36, 0x000d, "usb-audio (xHCI)", FIRST_MEMORY, VAMP_SOUND_WRITE,
	  true },
	{ 0x1033, 0x0194, "usb-audio (xHCI)", FIRST_MEMORY, VAMP_SOUND_WRITE,
	  true },
};

struct search {
	bool usb_audio;
	bool xhci;
	struct ranges *to;
};

static struct json_object *member(struct json_object *o, const char *key,
				  json_type type)
{
	struct json_object *value;

	if (!json_object_is_type(o, json_type_object) ||
	    !json_object_object_get_ex(o, key, &value) ||
	    !json_object_is_type(value, type))
		return NULL;
	return value;
}

/* 0 where there is none: no id, address or size that we want is 0. */
static uint64_t number(struct json_object *o, const char *key)
{
	struct json_object *n = member(o, key, json_type_int);
	int64_t value = n ? json_object_get_int64(n) : 0;

	return value > 0 ? (uint64_t)value : 0;
}

static bool flag(struct json_object *o, const char *key)
{
	struct json_object *b = member(o, key, json_type_boolean);

	return b && json_object_get_boolean(b);
}

static bool is_space(struct json_object *region, const char *space)
{
	struct json_object *type = member(region, "type", json_type_string);

	return type && !strcmp(json_object_get_string(type), space);
}

/* An address that is not set is -1, and too large if it were not negative. */
static bool is_set(struct json_object *region)
{
	uint64_t address = number(region, "address");
	uint64_t size = number(region, "size");

	return address && size && address <= ADDRESS_LAST &&
	       size - 1 <= ADDRESS_LAST - address;
}

static void add(struct json_object *region, const struct known *k,
		struct ranges *to)
{
	uint64_t first = number(region, "address");
	struct vamp_sound_range r = {
		.first = first,
		.last = first + number(region, "size") - 1,
		.space = is_space(region, "io") ? VAMP_SOUND_PIO :
						  VAMP_SOUND_MMIO,
		.access = k->access,
	};

	if (is_set(region))
		ranges_add(to, k->name, &r);
}

static bool is_modern(struct json_object *region)
{
	return flag(region, "prefetch") || flag(region, "mem_type_64");
}

static bool is_first(struct json_object *region)
{
	struct json_object *bar = member(region, "bar", json_type_int);

	return bar && json_object_get_int64(bar) == 0;
}

static void add_ports(struct json_object *regions, const struct known *k,
		      struct ranges *to)
{
	for (size_t i = 0; i < json_object_array_length(regions); i++) {
		struct json_object *r = json_object_array_get_idx(regions, i);

		if (is_space(r, "io"))
			add(r, k, to);
	}
}

/* The one memory region that counts. */
static void add_memory(struct json_object *regions, const struct known *k,
		       struct ranges *to)
{
	struct json_object *best = NULL;

	for (size_t i = 0; i < json_object_array_length(regions); i++) {
		struct json_object *r = json_object_array_get_idx(regions, i);

		if (!is_space(r, "memory"))
			continue;
		if (k->regions == FIRST_MEMORY ? !is_first(r) : !is_modern(r))
			continue;
		if (!best || number(r, "size") > number(best, "size"))
			best = r;
	}
	if (best)
		add(best, k, to);
}

static const struct known *find(struct json_object *device)
{
	struct json_object *id = member(device, "id", json_type_object);

	for (size_t i = 0; id && i < COUNT(known); i++)
		if (number(id, "vendor") == known[i].vendor &&
		    number(id, "device") == known[i].device)
			return &known[i];
	return NULL;
}

static void look_at(struct json_object *device, struct search *s)
{
	struct json_object *regions =
		member(device, "regions", json_type_array);
	const struct known *k = find(device);

	if (!k || (k->usb && !s->usb_audio))
		return;
	s->xhci |= k->usb;
	if (!regions)
		return;
	if (k->regions == ALL_PORTS)
		add_ports(regions, k, s->to);
	else
		add_memory(regions, k, s->to);
}

/* Bridges nest as deeply as the JSON parser allows. */
static void search_bus(struct json_object *bus, struct search *s)
{
	struct json_object *list = member(bus, "devices", json_type_array);

	for (size_t i = 0; list && i < json_object_array_length(list); i++) {
		struct json_object *d = json_object_array_get_idx(list, i);

		look_at(d, s);
		search_bus(member(d, "pci_bridge", json_type_object), s);
	}
}

bool pci_sound(struct json_object *buses, bool usb_audio, struct ranges *to)
{
	struct search s = { .usb_audio = usb_audio, .to = to };

	if (!json_object_is_type(buses, json_type_array))
		return true;
	for (size_t i = 0; i < json_object_array_length(buses); i++)
		search_bus(json_object_array_get_idx(buses, i), &s);
	return !usb_audio || s.xhci;
}
