// SPDX-License-Identifier: GPL-2.0-or-later
#include "irqs.h"

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "files.h"

struct found {
	unsigned int *number;
	size_t count, room;
};

static void add(struct found *f, unsigned int number)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->number[i] == number)
			return;
	if (f->count < f->room)
		f->number[f->count++] = number;
}

/* True if @name is a number, and nothing else. */
static bool is_number(const char *name, unsigned int *number)
{
	char *end;
	unsigned long n;

	if (*name < '0' || *name > '9')
		return false;
	errno = 0;
	n = strtoul(name, &end, 10);
	*number = (unsigned int)n;
	return !errno && !*end && n <= INT_MAX;
}

/* Calls @fn with the path of each entry of a directory. */
static void each_entry(const char *dir, void (*fn)(const char *path, void *arg),
		       void *arg)
{
	DIR *d = files_dir(dir);
	struct dirent *entry;
	char path[PATH_MAX];

	while (d && (entry = readdir(d)))
		if (entry->d_name[0] != '.' &&
		    snprintf(path, sizeof(path), "%s/%s", dir, entry->d_name) <
			    (int)sizeof(path))
			fn(path, arg);
	if (d)
		closedir(d);
}

static const char *last_part(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? slash + 1 : path;
}

/* ---- interrupts of a device ---- */

static void add_entry(const char *path, void *found)
{
	unsigned int number;

	if (is_number(last_part(path), &number))
		add(found, number);
}

/* A PCI device's own: message-signalled ones, or its line. */
static bool add_own(const char *device, struct found *f)
{
	char path[PATH_MAX + 16], text[32];
	unsigned int number;

	snprintf(path, sizeof(path), "%s/msi_irqs", device);
	if (files_exist(path)) {
		each_entry(path, add_entry, f);
		return true;
	}
	snprintf(path, sizeof(path), "%s/irq", device);
	if (files_line(path, text, sizeof(text)) || !is_number(text, &number) ||
	    !number)
		return false;
	add(f, number);
	return true;
}

/*
 * Of a device, or what it is a part of: a disk is a part of a virtio device,
 * which is a part of a PCI device, which has the interrupts.
 */
static void add_device(const char *link, void *found)
{
	char real[PATH_MAX], path[PATH_MAX], root[PATH_MAX];
	size_t skip;
	char *end;

	if (files_path(path, sizeof(path), "%s", link) ||
	    files_path(root, sizeof(root), "/sys") || !realpath(path, real) ||
	    !realpath(root, path))
		return;
	/* Below the guest's root again. */
	skip = strlen(path);
	if (strncmp(real, path, skip))
		return;
	memmove(real + 4, real + skip, strlen(real + skip) + 1);
	memcpy(real, "/sys", 4);
	while (strncmp(real, "/sys/devices/", 13) == 0) {
		if (add_own(real, found))
			return;
		end = strrchr(real, '/');
		*end = '\0';
	}
}

static void add_class(const char *path, void *found)
{
	char device[PATH_MAX + 16];

	snprintf(device, sizeof(device), "%s/device", path);
	if (files_exist(device))
		add_device(device, found);
}

/* ---- interrupts by name ---- */

struct wanted {
	struct found *found;
	const char *name;
};

/* A driver's devices are links in its directory. */
static void add_of_driver(const char *bus, void *arg)
{
	const struct wanted *w = arg;
	char path[PATH_MAX];

	if (snprintf(path, sizeof(path), "%s/drivers/%s", bus, w->name) <
	    (int)sizeof(path))
		each_entry(path, add_device, w->found);
}

/* Names of one interrupt, separated by commas; some go on after ':' or '-'. */
static bool has_name(const char *names, const char *name)
{
	size_t n = strlen(name);

	for (;;) {
		if (!strncmp(names, name, n) && strchr(",:-", names[n]))
			return true;
		names = strchr(names, ',');
		if (!names)
			return false;
		names++;
	}
}

static void add_if_named(const char *path, void *arg)
{
	const struct wanted *w = arg;
	char file[PATH_MAX + 16], names[512];

	snprintf(file, sizeof(file), "%s/actions", path);
	if (!files_line(file, names, sizeof(names)) && has_name(names, w->name))
		add_entry(path, w->found);
}

static void find(const char *choice, struct found *f)
{
	struct wanted w = { f, choice };
	unsigned int number;

	if (is_number(choice, &number)) {
		add(f, number);
	} else if (!strcmp(choice, "block")) {
		each_entry("/sys/block", add_class, f);
	} else if (!strcmp(choice, "sound")) {
		each_entry("/sys/class/sound", add_class, f);
	} else if (!strchr(choice, '/')) {
		each_entry("/sys/bus", add_of_driver, &w);
		each_entry("/sys/kernel/irq", add_if_named, &w);
	}
}

static int compare(const void *a, const void *b)
{
	unsigned int x = *(const unsigned int *)a, y = *(const unsigned int *)b;

	return (x > y) - (x < y);
}

static bool is_there(unsigned int number)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", number);
	return files_exist(path);
}

/* A device tells of numbers that are not in use. */
static void drop_unused(struct found *f, size_t from)
{
	size_t kept = from;

	for (size_t i = from; i < f->count; i++)
		if (is_there(f->number[i]))
			f->number[kept++] = f->number[i];
	f->count = kept;
}

size_t irqs_find(const char *const *choices, size_t count,
		 unsigned int *numbers, size_t room,
		 void (*none)(const char *choice))
{
	struct found all = { numbers, 0, room };

	for (size_t i = 0; i < count; i++) {
		unsigned int of_one[IRQS_MAX];
		struct found f = { of_one, 0, IRQS_MAX };

		find(choices[i], &f);
		drop_unused(&f, 0);
		for (size_t k = 0; k < f.count; k++)
			add(&all, of_one[k]);
		if (!f.count && none)
			none(choices[i]);
	}
	qsort(numbers, all.count, sizeof(*numbers), compare);
	return all.count;
}

/* ---- where they go ---- */

static int read_cpus(unsigned int number, struct vamp_cpus *cpus)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", number);
	return files_cpus(path, cpus);
}

static int write_cpus(unsigned int number, const struct vamp_cpus *cpus)
{
	char path[64], list[VAMP_CHANNEL_LINE];

	snprintf(path, sizeof(path), "/proc/irq/%u/smp_affinity_list", number);
	if (vamp_cpus_print(cpus, list, sizeof(list)) < 0)
		return -EMSGSIZE;
	return files_write(path, list);
}

static struct pin *pin_of(struct pins *pins, unsigned int number)
{
	for (size_t i = 0; i < pins->count; i++)
		if (pins->pin[i].number == number)
			return &pins->pin[i];
	return NULL;
}

static bool is_ours(const struct pin *p, const struct vamp_cpus *now)
{
	return vamp_cpus_equal(now, &p->given) ||
	       vamp_cpus_equal(now, &p->before) ||
	       vamp_cpus_equal(now, &p->original);
}

static void plan_one(struct pins *pins, unsigned int number,
		     const struct vamp_cpus *cpus)
{
	struct pin *p = pin_of(pins, number);
	struct vamp_cpus now;

	if (read_cpus(number, &now) || (p && !is_ours(p, &now)))
		return;
	if (!p) {
		if (pins->count == IRQS_MAX)
			return;
		p = &pins->pin[pins->count++];
		*p = (struct pin){ number, now, now, now };
	}
	if (vamp_cpus_equal(&p->given, cpus))
		return;
	p->before = p->given;
	p->given = *cpus;
}

void irqs_plan(struct pins *pins, const unsigned int *numbers, size_t count,
	       const struct vamp_cpus *cpus)
{
	for (size_t i = 0; i < count; i++)
		plan_one(pins, numbers[i], cpus);
}

/* Those that the kernel manages itself it lets nobody move. */
size_t irqs_apply(const struct pins *pins)
{
	size_t refused = 0;

	for (size_t i = 0; i < pins->count; i++) {
		const struct pin *p = &pins->pin[i];
		struct vamp_cpus now;

		if (read_cpus(p->number, &now) || !is_ours(p, &now) ||
		    vamp_cpus_equal(&now, &p->given))
			continue;
		refused += write_cpus(p->number, &p->given) != 0;
	}
	return refused;
}

size_t irqs_restore(const struct pins *pins)
{
	size_t refused = 0;

	for (size_t i = 0; i < pins->count; i++) {
		const struct pin *p = &pins->pin[i];
		struct vamp_cpus now;

		if (read_cpus(p->number, &now) || !is_ours(p, &now) ||
		    vamp_cpus_equal(&now, &p->original))
			continue;
		refused += write_cpus(p->number, &p->original) != 0;
	}
	return refused;
}
