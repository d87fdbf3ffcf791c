// SPDX-License-Identifier: GPL-2.0-or-later
#include "test.h"

#include <stdlib.h>
#include <string.h>

#include "pci.h"

#define INTEL		0x8086
#define ENSONIQ		0x1274
#define VIRTIO		0x1af4
#define QEMU		0x1b36
#define READ		VAMP_SOUND_READ
#define WRITE		VAMP_SOUND_WRITE

/* As QEMU 7.2 says it: an AC97 beside a bridge. */
static const char recorded[] =
	"[{\"bus\": 0, \"devices\": [{\"irq_pin\": 0, \"bus\": 0, \"qdev_id\": \"\", "
	"\"slot\": 0, \"class_info\": {\"class\": 1536, \"desc\": \"Host bridge\"}, "
	"\"id\": {\"device\": 4663, \"subsystem-vendor\": 6900, \"vendor\": 32902, "
	"\"subsystem\": 4352}, \"function\": 0, \"regions\": []}, {\"irq_pin\": 1, "
	"\"bus\": 0, \"qdev_id\": \"\", \"irq\": 10, \"slot\": 2, \"class_info\": "
	"{\"class\": 1025, \"desc\": \"Audio controller\"}, \"id\": {\"device\": 9237, "
	"\"subsystem-vendor\": 6900, \"vendor\": 32902, \"subsystem\": 4352}, "
	"\"function\": 0, \"regions\": [{\"bar\": 0, \"size\": 1024, \"address\": 49152, "
	"\"type\": \"io\"}, {\"bar\": 1, \"size\": 256, \"address\": 50176, \"type\": "
	"\"io\"}]}]}]";

/* A list of buses being built, and where the next device and region go. */
static struct json_object *buses, *devices, *regions;

static struct ranges found;

static void put(struct json_object *o, const char *key, int64_t n)
{
	json_object_object_add(o, key, json_object_new_int64(n));
}

static struct json_object *new_list(struct json_object *in, const char *key)
{
	struct json_object *list = json_object_new_array();

	json_object_object_add(in, key, list);
	return list;
}

static void bus(void)
{
	struct json_object *b = json_object_new_object();

	if (!buses)
		buses = json_object_new_array();
	json_object_array_add(buses, b);
	devices = new_list(b, "devices");
}

static struct json_object *device(int vendor, int number)
{
	struct json_object *d = json_object_new_object();
	struct json_object *id = json_object_new_object();

	if (!devices)
		bus();
	put(id, "vendor", vendor);
	put(id, "device", number);
	json_object_object_add(d, "id", id);
	regions = new_list(d, "regions");
	json_object_array_add(devices, d);
	return d;
}

/* What comes next is behind it. */
static void bridge(void)
{
	struct json_object *b = json_object_new_object();

	json_object_object_add(device(QEMU, 1), "pci_bridge", b);
	devices = new_list(b, "devices");
}

static struct json_object *region(const char *type, int bar, int64_t address,
				  int64_t size)
{
	struct json_object *r = json_object_new_object();

	json_object_object_add(r, "type", json_object_new_string(type));
	put(r, "bar", bar);
	put(r, "address", address);
	put(r, "size", size);
	json_object_array_add(regions, r);
	return r;
}

static void io(int bar, int64_t address, int64_t size)
{
	region("io", bar, address, size);
}

static void mem(int bar, int64_t address, int64_t size, bool wide)
{
	struct json_object *r = region("memory", bar, address, size);

	json_object_object_add(r, "prefetch", json_object_new_boolean(wide));
	json_object_object_add(r, "mem_type_64", json_object_new_boolean(wide));
}

static bool find(bool usb_audio)
{
	bool all;

	found = (struct ranges){ .count = 0 };
	all = pci_sound(buses, usb_audio, &found);
	json_object_put(buses);
	buses = devices = regions = NULL;
	return all;
}

static bool find_text(const char *json)
{
	buses = json_tokener_parse(json);
	return find(false);
}

static void expect(uint32_t i, uint64_t first, uint64_t last, uint32_t space,
		   uint32_t access)
{
	assert_true(i < found.count);
	assert_int_equal(found.range[i].first, first);
	assert_int_equal(found.range[i].last, last);
	assert_int_equal(found.range[i].space, space);
	assert_int_equal(found.range[i].access, access);
}

static void ac97_is_both_port_regions_reads_only(void **state)
{
	(void)state;
	assert_true(find_text(recorded));
	assert_int_equal(found.count, 2);
	expect(0, 0xc000, 0xc3ff, VAMP_SOUND_PIO, READ);
	expect(1, 0xc400, 0xc4ff, VAMP_SOUND_PIO, READ);
	assert_string_equal(found.device[0], "AC97");
}

static void es1370_is_its_ports(void **state)
{
	(void)state;
	device(ENSONIQ, 0x5000);
	io(0, 0xc000, 0x100);
	find(false);
	assert_int_equal(found.count, 1);
	expect(0, 0xc000, 0xc0ff, VAMP_SOUND_PIO, READ);
}

static void hda_is_its_first_memory_region(void **state)
{
	(void)state;
	device(INTEL, 0x2668);
	mem(2, 0x1000, 0x8000, true);
	mem(0, 0xfebf0000, 0x4000, false);
	device(INTEL, 0x293e);
	mem(0, 0xfebf4000, 0x4000, false);
	find(false);
	assert_int_equal(found.count, 2);
	expect(0, 0xfebf0000, 0xfebf3fff, VAMP_SOUND_MMIO, READ | WRITE);
	expect(1, 0xfebf4000, 0xfebf7fff, VAMP_SOUND_MMIO, READ | WRITE);
}

static void virtio_sound_is_its_largest_modern_region_writes_only(void **state)
{
	(void)state;
	device(VIRTIO, 0x1059);
	io(0, 0xc000, 64);
	mem(1, 0xfebf0000, 0x10000, false);
	mem(2, 0x1000, 0x1000, true);
	mem(4, 0xfe000000, 0x4000, true);
	find(false);
	assert_int_equal(found.count, 1);
	expect(0, 0xfe000000, 0xfe003fff, VAMP_SOUND_MMIO, WRITE);
}

static void behind_bridges_is_found_too(void **state)
{
	(void)state;
	bridge();
	bridge();
	device(INTEL, 0x2415);
	io(0, 0xd000, 0x100);
	bus();
	device(INTEL, 0x2415);
	io(0, 0xe000, 0x100);
	find(false);
	assert_int_equal(found.count, 2);
	expect(0, 0xd000, 0xd0ff, VAMP_SOUND_PIO, READ);
	expect(1, 0xe000, 0xe0ff, VAMP_SOUND_PIO, READ);
}

static void addresses_that_are_not_set_are_none(void **state)
{
	(void)state;
	device(INTEL, 0x2415);
	io(0, -1, 0x400);
	io(1, 0, 0x100);
	device(INTEL, 0x2668);
	mem(0, -1, 0x4000, false);
	device(INTEL, 0x293e);
	json_object_object_del(region("memory", 0, 1, 0x4000), "address");
	device(VIRTIO, 0x1059);
	mem(4, -1, 0x4000, true);
	find(false);
	assert_int_equal(found.count, 0);
}

static void an_address_may_be_said_as_unsigned(void **state)
{
	struct json_object *all_ones = json_object_new_uint64(UINT64_MAX);

	(void)state;
	device(INTEL, 0x2668);
	json_object_object_add(region("memory", 0, 1, 0x4000), "address",
			       all_ones);
	find(false);
	assert_int_equal(found.count, 0);
}

static void regions_that_cannot_be_are_none(void **state)
{
	struct json_object *text = json_object_new_string("50176");

	(void)state;
	device(INTEL, 0x2415);
	io(0, 0xffff, 0x400);
	io(1, 0xc400, 0);
	io(2, 0xc400, -256);
	io(3, 0xc400, INT64_MAX);
	json_object_object_add(region("io", 4, 1, 0x100), "address", text);
	device(INTEL, 0x2668);
	mem(0, 1ll << 52, 0x4000, false);
	find(false);
	assert_int_equal(found.count, 0);
}

static void add_xhci(void)
{
	device(QEMU, 0x000d);
	mem(0, 0xfebf0000, 0x4000, true);
}

static void add_ehci(void)
{
	device(INTEL, 0x24cd);
	mem(0, 0xfebf8000, 0x1000, false);
}

static void usb_audio_is_the_doorbells_of_xhci(void **state)
{
	(void)state;
	add_ehci();
	add_xhci();
	assert_true(find(true));
	assert_int_equal(found.count, 1);
	expect(0, 0xfebf0000, 0xfebf3fff, VAMP_SOUND_MMIO, WRITE);
}

static void without_usb_audio_xhci_is_no_sound(void **state)
{
	(void)state;
	add_xhci();
	assert_true(find(false));
	assert_int_equal(found.count, 0);
}

static void usb_audio_elsewhere_cannot_be_seen(void **state)
{
	(void)state;
	add_ehci();
	assert_false(find(true));
	assert_int_equal(found.count, 0);
}

static void more_than_the_module_takes_are_left_out(void **state)
{
	(void)state;
	for (int i = 0; i < 10; i++) {
		device(INTEL, 0x2415);
		io(0, 0x1000 * (i + 1), 0x400);
	}
	find(false);
	assert_int_equal(found.count, VAMP_SOUND_RANGES);
	assert_int_equal(found.left_out, 2);
}

static void what_is_no_list_of_devices_is_empty(void **state)
{
	static const char *const text[] = {
		"{}",
		"[]",
		"7",
		"[1, null, \"x\", [], {}]",
		"[{\"devices\": 3}]",
		"[{\"devices\": [7, {}, {\"id\": 5}, {\"id\": {}}]}]",
		"[{\"devices\": [{\"pci_bridge\": []}, {\"pci_bridge\": {}}]}]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(text) / sizeof(text[0]); i++) {
		assert_true(find_text(text[i]));
		assert_int_equal(found.count, 0);
	}
}

/* Any outcome but a crash will do; the sanitizers judge. */
static void damaged_lists_do_no_harm(void **state)
{
	static const char odd[] = "0123456789-{}[],:\"etn ";
	char text[sizeof(recorded)];

	(void)state;
	srand(1);
	for (int round = 0; round < 3000; round++) {
		size_t at = (size_t)rand() % (sizeof(text) - 1);

		memcpy(text, recorded, sizeof(text));
		text[at] = odd[(size_t)rand() % (sizeof(odd) - 1)];
		find_text(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(ac97_is_both_port_regions_reads_only),
		cmocka_unit_test(es1370_is_its_ports),
		cmocka_unit_test(hda_is_its_first_memory_region),
		cmocka_unit_test(
			virtio_sound_is_its_largest_modern_region_writes_only),
		cmocka_unit_test(behind_bridges_is_found_too),
		cmocka_unit_test(addresses_that_are_not_set_are_none),
		cmocka_unit_test(an_address_may_be_said_as_unsigned),
		cmocka_unit_test(regions_that_cannot_be_are_none),
		cmocka_unit_test(usb_audio_is_the_doorbells_of_xhci),
		cmocka_unit_test(without_usb_audio_xhci_is_no_sound),
		cmocka_unit_test(usb_audio_elsewhere_cannot_be_seen),
		cmocka_unit_test(more_than_the_module_takes_are_left_out),
		cmocka_unit_test(what_is_no_list_of_devices_is_empty),
		cmocka_unit_test(damaged_lists_do_no_harm),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
