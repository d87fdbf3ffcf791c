// SPDX-License-Identifier: GPL-2.0-or-later
#include "state.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "files.h"

#define LOCK_FILE	STATE_DIR "/lock"
#define BOOT_FILE	"/proc/sys/kernel/random/boot_id"
#define FORMAT		"vamp-guest 2"
#define LIST		2048	/* longest list of CPUs */
#define LOCK_TRIES	100
#define LOCK_PAUSE_NS	10000000

int state_init(void)
{
	char path[PATH_MAX];

	if (files_path(path, sizeof(path), STATE_DIR))
		return -ENAMETOOLONG;
	return mkdir(path, 0755) && errno != EEXIST ? -errno : 0;
}

static int open_lock(void)
{
	return files_open(LOCK_FILE, O_RDWR | O_CREAT | O_NOFOLLOW);
}

int state_lock(void)
{
	int fd = open_lock();

	if (fd < 0)
		return fd;
	if (!flock(fd, LOCK_EX | LOCK_NB))
		return 0;
	close(fd);
	return -errno;
}

int state_lock_soon(void)
{
	struct timespec pause = { .tv_nsec = LOCK_PAUSE_NS };
	int err = state_lock();

	for (int i = 0; i < LOCK_TRIES && err == -EWOULDBLOCK; i++) {
		nanosleep(&pause, NULL);
		err = state_lock();
	}
	return err;
}

bool state_is_locked(void)
{
	int fd = files_open(LOCK_FILE, O_RDONLY);
	bool locked;

	if (fd < 0)
		return false;
	locked = flock(fd, LOCK_SH | LOCK_NB) && errno == EWOULDBLOCK;
	close(fd);
	return locked;
}

/* ---- writing ---- */

static void put_cpus(FILE *f, const struct vamp_cpus *cpus)
{
	char list[LIST] = "";

	vamp_cpus_print(cpus, list, sizeof(list));
	fprintf(f, " %s", list[0] ? list : "-");
}

static void put_record(FILE *f, const struct record *r)
{
	fprintf(f, "task %d %d %" PRIu64 " %d %d %d", r->tid, r->tgid, r->start,
		r->left_alone, r->nice, r->niced);
	put_cpus(f, &r->original);
	put_cpus(f, &r->given);
	put_cpus(f, &r->before);
	fputc('\n', f);
}

static void put_pin(FILE *f, const struct pin *p)
{
	fprintf(f, "irq %u", p->number);
	put_cpus(f, &p->original);
	put_cpus(f, &p->given);
	put_cpus(f, &p->before);
	fputc('\n', f);
}

static void boot_id(char *text, size_t size)
{
	if (files_line(BOOT_FILE, text, size))
		snprintf(text, size, "unknown");
}

static void put_all(FILE *f, const struct book *b, const struct pins *p)
{
	char boot[64];

	boot_id(boot, sizeof(boot));
	fprintf(f, FORMAT " %s\n", boot);
	for (size_t i = 0; i < b->count; i++)
		put_record(f, &b->record[i]);
	for (size_t i = 0; i < p->count; i++)
		put_pin(f, &p->pin[i]);
	fputs("end\n", f);
}

int state_write(const struct book *b, const struct pins *p)
{
	char *text = NULL;
	size_t size = 0;
	FILE *f = open_memstream(&text, &size);
	int err;

	if (!f)
		return -ENOMEM;
	put_all(f, b, p);
	err = ferror(f) ? -ENOMEM : 0;
	if (fclose(f))
		err = -ENOMEM;
	if (!err)
		err = files_replace(STATE_FILE, text, size);
	free(text);
	return err;
}

/* ---- reading ---- */

static int get_cpus(char **rest, struct vamp_cpus *cpus)
{
	const char *list = strsep(rest, " ");

	if (!list)
		return -EBADMSG;
	return vamp_cpus_parse(cpus, strcmp(list, "-") ? list : "") ? -EBADMSG :
								      0;
}

static int get_record(char *rest, struct book *b)
{
	struct vamp_cpus original;
	struct record *r;
	struct task t;
	int left_alone, niced, n;

	if (sscanf(rest, "%d %d %" SCNu64 " %d %d %d %n", &t.tid, &t.tgid,
		   &t.start, &left_alone, &t.nice, &niced, &n) != 6)
		return -EBADMSG;
	rest += n;
	if (get_cpus(&rest, &original))
		return -EBADMSG;
	r = book_add(b, &t, &original);
	if (!r)
		return -ENOMEM;
	r->left_alone = left_alone;
	r->niced = niced;
	return get_cpus(&rest, &r->given) || get_cpus(&rest, &r->before) ?
		       -EBADMSG :
		       0;
}

static int get_pin(char *rest, struct pins *pins)
{
	struct pin p = { .number = 0 };
	int n;

	if (sscanf(rest, "%u %n", &p.number, &n) != 1 ||
	    pins->count == IRQS_MAX)
		return -EBADMSG;
	rest += n;
	if (get_cpus(&rest, &p.original) || get_cpus(&rest, &p.given) ||
	    get_cpus(&rest, &p.before))
		return -EBADMSG;
	pins->pin[pins->count++] = p;
	return 0;
}

static int get_line(char *line, struct book *b, struct pins *p)
{
	const char *kind = strsep(&line, " ");

	if (line && !strcmp(kind, "task"))
		return get_record(line, b);
	if (line && !strcmp(kind, "irq"))
		return get_pin(line, p);
	return -EBADMSG;
}

static int get_lines(char *text, struct book *b, struct pins *p)
{
	char *line;
	int err = 0;

	while (!err && (line = strsep(&text, "\n"))) {
		if (!strcmp(line, "end"))
			return 0;
		err = get_line(line, b, p);
	}
	return err ? err : -EBADMSG;
}

static bool is_of_this_boot(const char *line)
{
	char boot[64], expected[128];

	boot_id(boot, sizeof(boot));
	snprintf(expected, sizeof(expected), FORMAT " %s", boot);
	return !strcmp(line, expected);
}

int state_read(struct book *b, struct pins *p)
{
	char *text = files_read_all(STATE_FILE), *rest = text;
	int err;

	book_clear(b);
	p->count = 0;
	if (!text)
		return -errno;
	err = is_of_this_boot(strsep(&rest, "\n")) ? 0 : -ENOENT;
	if (!err)
		err = rest ? get_lines(rest, b, p) : -EBADMSG;
	free(text);
	return err;
}

int state_remove(void)
{
	files_remove(STATE_LIST);
	return files_remove(STATE_FILE);
}
