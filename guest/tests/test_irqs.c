// SPDX-License-Identifier: GPL-2.0-or-later
/* test_irqs.c - interrupts by number, driver, name and kind of device. */
#include "test.h"

#include <stdio.h>
#include <string.h>

#include "irqs.h"
#include "tree.h"

static struct pins pins;
static const char *unmeant;

static void give_irq(unsigned int number, const char *actions, const char *cpus)
{
	char path[64], text[64];

	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", number);
	snprintf(text, sizeof(text), "%s\n", cpus);
	tree_write(path, text);
	snprintf(path, sizeof(path), "/sys/kernel/irq/%u/actions", number);
	snprintf(text, sizeof(text), "%s\n", actions);
	tree_write(path, text);
}

/* A virtio disk and a network card with MSI, a sound card with a line, a timer. */
static int make(void **state)
{
	int err = tree_make(state);

	if (err)
		return err;
	memset(&pins, 0, sizeof(pins));
	unmeant = NULL;
	tree_write("/sys/devices/pci0/0000:00:04.0/msi_irqs/24", "");
	tree_write("/sys/devices/pci0/0000:00:04.0/msi_irqs/25", "");
	tree_write("/sys/devices/pci0/0000:00:04.0/irq", "11\n");
	tree_write("/sys/devices/pci0/0000:00:04.0/virtio0/block/vda/size", "");
	tree_write("/sys/devices/pci0/0000:00:05.0/msi_irqs/26", "");
	tree_write("/sys/devices/pci0/0000:00:05.0/irq", "11\n");
	tree_write("/sys/devices/pci0/0000:00:06.0/irq", "10\n");
	tree_write("/sys/devices/pci0/0000:00:06.0/sound/card0/id", "");
	tree_write("/sys/devices/virtual/block/loop0/size", "");
	tree_link("/sys/devices/pci0/0000:00:04.0/virtio0/block/vda/device",
		  "/sys/devices/pci0/0000:00:04.0/virtio0");
	tree_link("/sys/devices/pci0/0000:00:06.0/sound/card0/device",
		  "/sys/devices/pci0/0000:00:06.0");
	tree_link("/sys/block/vda",
		  "/sys/devices/pci0/0000:00:04.0/virtio0/block/vda");
	tree_link("/sys/block/loop0", "/sys/devices/virtual/block/loop0");
	tree_link("/sys/class/sound/card0",
		  "/sys/devices/pci0/0000:00:06.0/sound/card0");
	tree_write("/sys/bus/pci/drivers/virtio-pci/bind", "");
	tree_link("/sys/bus/pci/drivers/virtio-pci/0000:00:04.0",
		  "/sys/devices/pci0/0000:00:04.0");
	tree_link("/sys/bus/pci/drivers/virtio-pci/0000:00:05.0",
		  "/sys/devices/pci0/0000:00:05.0");
	tree_link("/sys/bus/virtio/drivers/virtio_blk/virtio0",
		  "/sys/devices/pci0/0000:00:04.0/virtio0");
	give_irq(10, "snd_intel8x0,uhci_hcd:usb1", "0-3");
	give_irq(24, "virtio0-config", "0-3");
	give_irq(25, "virtio0-req.0", "2");
	give_irq(26, "virtio1-input.0", "0-3");
	give_irq(0, "timer", "0");
	return 0;
}

static void none(const char *choice)
{
	unmeant = choice;
}

/* A choice, and the numbers that it means, each followed by a space. */
static void expect_irqs(const char *choice, const char *expected)
{
	unsigned int numbers[IRQS_MAX];
	size_t n = irqs_find(&choice, 1, numbers, IRQS_MAX, none);
	char text[256] = "";

	for (size_t i = 0; i < n; i++)
		sprintf(text + strlen(text), "%u ", numbers[i]);
	assert_string_equal(text, expected);
	assert_true((unmeant == choice) == !n);
}

static void a_choice_means_what_the_guest_has(void **state)
{
	(void)state;
	expect_irqs("25", "25 ");
	expect_irqs("block", "24 25 ");
	expect_irqs("sound", "10 ");
	expect_irqs("virtio-pci", "24 25 26 ");
	expect_irqs("virtio_blk", "24 25 ");
	expect_irqs("virtio1", "26 ");
	expect_irqs("uhci_hcd", "10 ");
	expect_irqs("virtio0-req.0", "25 ");
}

static void a_choice_that_means_none_is_told(void **state)
{
	static const char *const none_there[] = {
		"11", "99",   "4294967296",   "-1",	     "snd", "virtio",
		"",   "ahci", "../../../etc", "pci/drivers", "25x",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(none_there) / sizeof(none_there[0]); i++)
		expect_irqs(none_there[i], "");
}

static void each_is_there_once_and_in_order(void **state)
{
	static const char *const choices[] = { "26", "block", "virtio-pci",
					       "10" };
	unsigned int numbers[IRQS_MAX];

	(void)state;
	assert_int_equal(irqs_find(choices, 4, numbers, IRQS_MAX, none), 4);
	assert_int_equal(numbers[0], 10);
	assert_int_equal(numbers[3], 26);
	assert_int_equal(irqs_find(choices, 4, numbers, 2, none), 2);
}

static void pin(const char *fast)
{
	static const unsigned int numbers[] = { 10, 24, 25 };
	struct vamp_cpus cpus = cpus_of(fast);

	irqs_plan(&pins, numbers, 3, &cpus);
	assert_int_equal(irqs_apply(&pins), 0);
}

static void expect_irq(unsigned int number, const char *cpus)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", number);
	assert_string_equal(tree_read(path), cpus);
}

static void all_come_back_after_several_changes(void **state)
{
	(void)state;
	pin("0");
	expect_irq(25, "0");
	pin("0-1");
	expect_irq(25, "0-1");
	expect_irq(26, "0-3\n");
	assert_int_equal(irqs_restore(&pins), 0);
	expect_irq(10, "0-3");
	expect_irq(24, "0-3");
	expect_irq(25, "2");
}

static void who_was_moved_by_somebody_else_stays_there(void **state)
{
	(void)state;
	pin("0-1");
	give_irq(24, "virtio0-config", "3");
	pin("0");
	expect_irq(24, "3\n");
	assert_int_equal(irqs_restore(&pins), 0);
	expect_irq(24, "3\n");
}

/* What is recorded but was never done, as the agent was killed, is harmless. */
static void what_was_not_done_is_not_undone(void **state)
{
	static const unsigned int number = 24;
	struct vamp_cpus cpus = cpus_of("0");

	(void)state;
	irqs_plan(&pins, &number, 1, &cpus);
	assert_int_equal(irqs_restore(&pins), 0);
	expect_irq(24, "0-3\n");
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, make, tree_remove)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_choice_means_what_the_guest_has),
		TEST(a_choice_that_means_none_is_told),
		TEST(each_is_there_once_and_in_order),
		TEST(all_come_back_after_several_changes),
		TEST(who_was_moved_by_somebody_else_stays_there),
		TEST(what_was_not_done_is_not_undone),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
