// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * pci.c - finding a sound device in sysfs.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "pci.h"

#define DEVICES	"/sys/bus/pci/devices"

static const struct kind {
	const char *name;
	unsigned int class;	/* without the interface */
	int bar;
	bool is_io;
} kinds[] = {
	{ "ac97", 0x0401, 1, true },	/* bus master registers */
	{ "hda", 0x0403, 0, false },
};

static unsigned long read_number(const char *device, const char *file)
{
	char path[512], text[32] = "";
	FILE *f;

	snprintf(path, sizeof(path), DEVICES "/%s/%s", device, file);
	f = fopen(path, "re");
	if (!f)
		return 0;
	if (!fgets(text, sizeof(text), f))
		text[0] = 0;
	fclose(f);
	return strtoul(text, NULL, 0);
}

static void enable(const char *device)
{
	char path[512];
	FILE *f;

	snprintf(path, sizeof(path), DEVICES "/%s/enable", device);
	f = fopen(path, "we");
	if (!f)
		return;
	fputs("1", f);
	fclose(f);
}

/* Line @number of the file "resource": first, last and flags of a BAR. */
static int read_bar(const char *device, int number, struct pci_bar *bar)
{
	unsigned long long first, last, flags;
	char path[512];
	FILE *f;
	int n = 0;

	snprintf(path, sizeof(path), DEVICES "/%s/resource", device);
	f = fopen(path, "re");
	if (!f)
		return -1;
	for (int i = 0; i <= number; i++)
		n = fscanf(f, "%llx %llx %llx", &first, &last, &flags);
	fclose(f);
	if (n != 3 || !first)
		return -1;
	bar->first = first;
	bar->last = last;
	snprintf(bar->path, sizeof(bar->path), DEVICES "/%.32s/resource%d",
		 device, number);
	return 0;
}

static const struct kind *kind_of(const char *name)
{
	for (unsigned int i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (!strcmp(kinds[i].name, name))
			return &kinds[i];
	return NULL;
}

int pci_find(const char *device, struct pci_bar *bar)
{
	const struct kind *k = kind_of(device);
	DIR *dir = opendir(DEVICES);
	struct dirent *e;
	int found = -1;

	while (k && dir && found && (e = readdir(dir))) {
		if (e->d_name[0] == '.' ||
		    read_number(e->d_name, "class") >> 8 != k->class)
			continue;
		enable(e->d_name);
		bar->is_io = k->is_io;
		found = read_bar(e->d_name, k->bar, bar);
	}
	if (dir)
		closedir(dir);
	return found;
}

volatile uint8_t *pci_map(const struct pci_bar *bar)
{
	int fd = open(bar->path, O_RDWR | O_SYNC | O_CLOEXEC);
	void *map;

	if (fd < 0)
		return NULL;
	map = mmap(NULL, bar->last - bar->first + 1, PROT_READ | PROT_WRITE,
		   MAP_SHARED, fd, 0);
	close(fd);
	return map == MAP_FAILED ? NULL : map;
}
