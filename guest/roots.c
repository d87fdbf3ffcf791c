// SPDX-License-Identifier: GPL-2.0-or-later
#include "roots.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <vamp/channel.h>

#include "direct_map.h"
#include "files.h"
#include "log.h"
#include "roots_record.h"

/* Generated. */
#include "roots.skel.h"

#define PAGE_SHIFT	12
#define PHYSICAL_END	(1ull << 44)	/* 16 TiB */
#define AT_ONCE		64

static struct roots_bpf *skel;
static struct bpf_link *link_to_tasks;
static uint64_t base;		/* of the direct map */
static bool pti;
static char why[256];

/* libbpf says much, and ends its lines itself. */
static int libbpf_line(enum libbpf_print_level level, const char *fmt,
		       va_list ap)
{
	char text[512];
	int n;

	if (level == LIBBPF_DEBUG || !log_is_verbose())
		return 0;
	n = vsnprintf(text, sizeof(text), fmt, ap);
	if (n > 0)
		log_debug("%.*s", (int)strcspn(text, "\n"), text);
	return n;
}

static int look(uint64_t address, uint64_t *value)
{
	struct roots_look l = { .address = address };
	int fd = bpf_program__fd(skel->progs.look), err;

	LIBBPF_OPTS(bpf_test_run_opts, run, .ctx_in = &l,
		    .ctx_size_in = sizeof(l));

	err = bpf_prog_test_run_opts(fd, &run);
	*value = l.value;
	return err ? err : (int)l.error;
}

static int compare(const void *a, const void *b)
{
	const struct root *x = a, *y = b;

	if (x->id != y->id)
		return x->id < y->id ? -1 : 1;
	return (x->pid > y->pid) - (x->pid < y->pid);
}

/* What is told more than once, thread by thread, counts once. */
static void sort(struct roots *r)
{
	size_t kept = 0;

	if (r->count)
		qsort(r->root, r->count, sizeof(r->root[0]), compare);
	for (size_t i = 0; i < r->count; i++)
		if (!i || compare(&r->root[kept - 1], &r->root[i]))
			r->root[kept++] = r->root[i];
	r->count = kept;
}

static int append(struct roots *r, const struct roots_record *record)
{
	struct root *to;

	if (r->count == ROOTS_MAX)
		return 0;
	if (r->count == r->room) {
		size_t room = r->room ? 2 * r->room : 512;
		struct root *more = realloc(r->root, room * sizeof(*more));

		if (!more)
			return -ENOMEM;
		r->root = more;
		r->room = room;
	}
	to = &r->root[r->count++];
	to->id = record->root;
	to->pid = (pid_t)record->pid;
	memcpy(to->name, record->comm, sizeof(to->name));
	to->name[sizeof(to->name) - 1] = '\0';
	log_clean(to->name);
	return 0;
}

/* Records come whole, but a read may end between two of them. */
static int read_records(int fd, struct roots *r)
{
	struct roots_record records[AT_ONCE];
	ssize_t n;
	int err = 0;

	while (!err && (n = read(fd, records, sizeof(records))) != 0) {
		if (n < 0 && (errno == EINTR || errno == EAGAIN))
			continue;
		if (n < 0)
			return -errno;
		for (size_t i = 0; i < (size_t)n / sizeof(records[0]); i++)
			err = append(r, &records[i]);
	}
	return err;
}

/* All roots, by virtual address. */
static int read_virtual(struct roots *r)
{
	int fd, err;

	r->count = 0;
	fd = bpf_iter_create(bpf_link__fd(link_to_tasks));
	if (fd < 0)
		return fd;
	err = read_records(fd, r);
	close(fd);
	if (err)
		r->count = 0;
	return err;
}

/* What is below the direct map is no root. */
static void to_ids(struct roots *r)
{
	size_t kept = 0;

	for (size_t i = 0; i < r->count; i++) {
		struct root *to = &r->root[kept];

		*to = r->root[i];
		to->id = (to->id - base) >> PAGE_SHIFT;
		kept += to->id <= VAMP_CHANNEL_ID_MAX;
	}
	r->count = kept;
}

int roots_read(struct roots *r)
{
	int err = skel ? read_virtual(r) : -ENOSYS;

	if (err) {
		r->count = 0;
		return err;
	}
	to_ids(r);
	sort(r);
	return 0;
}

void roots_free(struct roots *r)
{
	free(r->root);
	*r = (struct roots){ .root = NULL };
}

const struct root *roots_find(const struct roots *r, uint64_t id)
{
	size_t low = 0, high = r->count;

	while (low < high) {
		size_t middle = low + (high - low) / 2;

		if (r->root[middle].id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return low < r->count && r->root[low].id == id ? &r->root[low] : NULL;
}

uint64_t roots_normal(uint64_t id)
{
	return pti ? id & ~1ull : id;
}

bool roots_pti(void)
{
	return pti;
}

/* A process's root may be freed while it is looked at: another one will do. */
static int find_base(void)
{
	struct roots r = { .root = NULL };
	int err = read_virtual(&r);

	if (!err)
		err = -ENOENT;
	for (size_t i = 0; i < r.count && i < 8 && err; i++)
		err = direct_map_find(look, r.root[i].id, PHYSICAL_END, &base);
	roots_free(&r);
	return err;
}

static int load(void)
{
	skel = roots_bpf__open_and_load();
	if (!skel)
		return -errno;
	link_to_tasks = bpf_program__attach_iter(skel->progs.each_task, NULL);
	return link_to_tasks ? 0 : -errno;
}

static const char *remedy(int err)
{
	switch (-err) {
	case EPERM:
	case EACCES:
		return "run it as root (it needs CAP_BPF and CAP_PERFMON), and "
		       "not under kernel lockdown for confidentiality";
	case ENOENT:
	case ESRCH:
		return "the kernel needs BTF (CONFIG_DEBUG_INFO_BTF)";
	default:
		return "it needs Linux 6.1 or later with CONFIG_BPF_SYSCALL";
	}
}

static int failed(int err, const char *what, const char *what_to_do)
{
	snprintf(why, sizeof(why), "%s: %s; %s", what, strerror(-err),
		 what_to_do);
	roots_close();
	return err;
}

int roots_open(void)
{
	int err;

	why[0] = '\0';
	libbpf_set_print(libbpf_line);
	pti = files_cpu_flag("pti");
	err = load();
	if (err)
		return failed(err, "BPF program", remedy(err));
	err = find_base();
	if (err)
		return failed(
			-ENOENT, "where the kernel maps memory",
			err == -ENOTUNIQ ?
				"more than one place fits; start it again" :
				"is the guest's memory encrypted?");
	return 0;
}

void roots_close(void)
{
	bpf_link__destroy(link_to_tasks);
	roots_bpf__destroy(skel);
	link_to_tasks = NULL;
	skel = NULL;
}

const char *roots_why(void)
{
	return why;
}
