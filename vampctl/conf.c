// SPDX-License-Identifier: GPL-2.0-or-later
#include "conf.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "host.h"
#include "say.h"

#define TEXT_MAX	65536
#define BLANKS		" \t"
#define OPTIONS		"options"
#define MODULE		"vamp"
#define PREFIX		"kernel."

/* ---- what the files say ---- */

static const struct change *find(const struct changes *c, bool sysctl,
				 const char *name, size_t size)
{
	for (size_t i = 0; i < c->count; i++) {
		const struct setting *s = c->change[i].setting;

		if (s->sysctl == sysctl && strlen(s->name) == size &&
		    !strncmp(s->name, name, size))
			return &c->change[i];
	}
	return NULL;
}

/* Which changes a file has got, by their places in struct changes. */
struct seen {
	bool it[SETTINGS_MAX];
};

static void mark(struct seen *seen, const struct changes *c,
		 const struct change *one)
{
	seen->it[one - c->change] = true;
}

/* The word at *@s, behind blanks; moves *@s behind it. */
static size_t next_word(const char **s, const char **word)
{
	size_t size;

	*s += strspn(*s, BLANKS);
	*word = *s;
	size = strcspn(*s, BLANKS);
	*s += size;
	return size;
}

static bool is_word(const char *word, size_t size, const char *text)
{
	return strlen(text) == size && !strncmp(word, text, size);
}

/* What follows "options vamp", or NULL if @line is not that. */
static const char *our_options(const char *line)
{
	const char *word;
	size_t size = next_word(&line, &word);

	if (!is_word(word, size, OPTIONS))
		return NULL;
	size = next_word(&line, &word);
	return is_word(word, size, MODULE) ? line : NULL;
}

static void edit_options(FILE *to, const char *rest, const struct changes *c,
			 struct seen *seen)
{
	const char *word;
	size_t size;

	fprintf(to, OPTIONS " " MODULE);
	while ((size = next_word(&rest, &word))) {
		size_t name = strcspn(word, "= \t");
		const struct change *one = find(c, false, word, name);

		if (one) {
			fprintf(to, " %s=%s", one->setting->name, one->value);
			mark(seen, c, one);
		} else {
			fprintf(to, " %.*s", (int)size, word);
		}
	}
	fputc('\n', to);
}

static void add_options(FILE *to, const struct changes *c,
			const struct seen *seen)
{
	bool any = false;

	for (size_t i = 0; i < c->count; i++) {
		if (c->change[i].setting->sysctl || seen->it[i])
			continue;
		fprintf(to, "%s %s=%s", any ? "" : OPTIONS " " MODULE,
			c->change[i].setting->name, c->change[i].value);
		any = true;
	}
	if (any)
		fputc('\n', to);
}

static void edit_option_line(FILE *to, const char *line,
			     const struct changes *c, struct seen *seen)
{
	const char *rest = our_options(line);

	if (rest)
		edit_options(to, rest, c, seen);
	else
		fprintf(to, "%s\n", line);
}

/* "kernel.NAME = VALUE", also with slashes and a dash before, as sysctl has. */
static const struct change *our_sysctl(const char *line,
				       const struct changes *c)
{
	line += strspn(line, BLANKS);
	line += *line == '-';
	line += strspn(line, BLANKS);
	if (strncmp(line, PREFIX, strlen(PREFIX)) &&
	    strncmp(line, "kernel/", strlen(PREFIX)))
		return NULL;
	line += strlen(PREFIX);
	return find(c, true, line, strcspn(line, "= \t"));
}

static void edit_sysctl_line(FILE *to, const char *line,
			     const struct changes *c, struct seen *seen)
{
	const struct change *one = our_sysctl(line, c);

	if (!one) {
		fprintf(to, "%s\n", line);
		return;
	}
	fprintf(to, PREFIX "%s = %s\n", one->setting->name, one->value);
	mark(seen, c, one);
}

static void add_sysctls(FILE *to, const struct changes *c,
			const struct seen *seen)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->change[i].setting->sysctl && !seen->it[i])
			fprintf(to, PREFIX "%s = %s\n",
				c->change[i].setting->name, c->change[i].value);
}

typedef void edit_line(FILE *to, const char *line, const struct changes *c,
		       struct seen *seen);

static void edit_lines(FILE *to, char *old, const struct changes *c,
		       struct seen *seen, edit_line *edit)
{
	char *line;

	while (*old) {
		line = strsep(&old, "\n");
		edit(to, line, c, seen);
		if (!old)
			break;
	}
}

void conf_edit_modprobe(FILE *to, char *old, const struct changes *c)
{
	struct seen seen = { { false } };

	edit_lines(to, old, c, &seen, edit_option_line);
	add_options(to, c, &seen);
}

void conf_edit_sysctl(FILE *to, char *old, const struct changes *c)
{
	struct seen seen = { { false } };

	edit_lines(to, old, c, &seen, edit_sysctl_line);
	add_sysctls(to, c, &seen);
}

/* ---- the files ---- */

static bool concerns(const struct changes *c, bool sysctl)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->change[i].setting->sysctl == sysctl)
			return true;
	return false;
}

/* The old text; "" if there is none. 0 or -errno. */
static int read_old(struct conf *f, char *text)
{
	ssize_t n = host_read(f->path, text, TEXT_MAX);

	f->existed = n >= 0;
	if (n == -ENOENT) {
		text[0] = '\0';
		return 0;
	}
	if (n < 0)
		return (int)n;
	return n == TEXT_MAX - 1 || strlen(text) != (size_t)n ? -EFBIG : 0;
}

/* Flushed to the disk before it gets its name. */
static int finish(FILE *to)
{
	int err = 0;

	if (fflush(to) || fsync(fileno(to)) || fchmod(fileno(to), 0644))
		err = -errno;
	if (fclose(to) && !err)
		err = -errno;
	return err;
}

/* modprobe and sysctl read what ends in .conf alone: not this. */
static FILE *open_temporary(struct conf *f)
{
	int fd;

	snprintf(f->temporary, sizeof(f->temporary), "%s.XXXXXX", f->real);
	fd = mkostemp(f->temporary, O_CLOEXEC);
	f->prepared = fd >= 0;
	return fd < 0 ? NULL : fdopen(fd, "w");
}

static int prepare(struct conf *f, const struct changes *c, bool sysctl)
{
	static char old[TEXT_MAX];
	FILE *to;
	int err = host_path(f->real, sizeof(f->real), "%s", f->path);

	if (!err)
		err = read_old(f, old);
	if (err)
		return err;
	to = open_temporary(f);
	if (!to)
		return -errno;
	(sysctl ? conf_edit_sysctl : conf_edit_modprobe)(to, old, c);
	return finish(to);
}

static int say_which(const struct conf *f, int err)
{
	if (err == -EACCES || err == -EPERM)
		say("%s: cannot be written: no permission; run vampctl as root",
		    f->path);
	else if (err == -EFBIG)
		say("%s: is no text, or longer than 64 KiB; edit it by hand",
		    f->path);
	else
		say("%s: cannot be written: %s", f->path, strerror(-err));
	return err;
}

int conf_prepare(struct conf files[2], const struct changes *c)
{
	static const char *const paths[2] = { CONF_MODPROBE, CONF_SYSCTL };
	int err;

	for (int i = 0; i < 2; i++)
		files[i] = (struct conf){ .path = paths[i] };
	for (int i = 0; i < 2; i++) {
		if (!concerns(c, i))
			continue;
		err = prepare(&files[i], c, i);
		if (!err)
			continue;
		conf_discard(files);
		return say_which(&files[i], err);
	}
	return 0;
}

/* What was at ->real, if anything, is at ->temporary afterwards. */
static int place(struct conf *f)
{
	unsigned int flags = f->existed ? RENAME_EXCHANGE : RENAME_NOREPLACE;

	if (renameat2(AT_FDCWD, f->temporary, AT_FDCWD, f->real, flags))
		return -errno;
	f->placed = true;
	f->prepared = f->existed;
	return 0;
}

static void displace(struct conf *f)
{
	if (!f->placed)
		return;
	f->placed = false;
	if (!f->existed)
		unlink(f->real);
	else if (renameat2(AT_FDCWD, f->temporary, AT_FDCWD, f->real,
			   RENAME_EXCHANGE))
		say("%s: could not be put back: %s; the old text is in %s",
		    f->path, strerror(errno), f->temporary);
}

static void sync_folder(const struct conf *f)
{
	char folder[512];
	int fd;

	snprintf(folder, sizeof(folder), "%.*s",
		 (int)(strrchr(f->real, '/') - f->real), f->real);
	fd = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return;
	fsync(fd);
	close(fd);
}

int conf_place(struct conf files[2])
{
	for (int i = 0; i < 2; i++) {
		int err = files[i].prepared ? place(&files[i]) : 0;

		if (!err)
			continue;
		say_which(&files[i], err);
		displace(&files[0]);
		return err;
	}
	for (int i = 0; i < 2; i++)
		if (files[i].placed)
			sync_folder(&files[i]);
	return 0;
}

void conf_discard(struct conf files[2])
{
	for (int i = 0; i < 2; i++) {
		if (files[i].prepared)
			unlink(files[i].temporary);
		files[i].prepared = false;
	}
}
