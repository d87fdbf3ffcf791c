// SPDX-License-Identifier: GPL-2.0-or-later
#include "trace_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "exit_code.h"
#include "say.h"
#include "spiceplay.h"
#include "vplay.h"

static const char *const names[] = {
	[FORMAT_VPLAY] = "vplay",
	[FORMAT_SPICEPLAY] = "spiceplay",
};

const char *format_name(enum trace_format format)
{
	return names[format];
}

bool format_find(const char *name, enum trace_format *format)
{
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(names[i], name)) {
			*format = (enum trace_format)i;
			return true;
		}
	return false;
}

bool trace_parse(struct trace *t, const uint8_t *bytes, size_t size,
		 enum trace_format *format, struct fault *f)
{
	*f = (struct fault){ 0 };
	*format = vplay_is(bytes, size) ? FORMAT_VPLAY : FORMAT_SPICEPLAY;
	if (*format == FORMAT_VPLAY)
		return vplay_read(t, bytes, size, f);
	return spiceplay_read(t, (const char *)bytes, size, f);
}

/* ---- reading ---- */

/* All of a file; NULL with errno. */
static uint8_t *read_all(FILE *from, size_t *size)
{
	size_t room = 1 << 16, n;
	uint8_t *bytes = malloc(room), *more;

	for (*size = 0; bytes; *size += n) {
		if (*size == room) {
			room *= 2;
			more = room > TRACE_FILE_MAX ? NULL :
						       realloc(bytes, room);
			if (!more)
				errno = EFBIG;
			if (!more)
				break;
			bytes = more;
		}
		n = fread(bytes + *size, 1, room - *size, from);
		if (!n && !ferror(from))
			return bytes;
		if (!n)
			break;
	}
	free(bytes);
	return NULL;
}

static uint8_t *read_path(const char *path, size_t *size)
{
	FILE *from = strcmp(path, "-") ? fopen(path, "re") : stdin;
	uint8_t *bytes;
	int err;

	if (!from)
		return NULL;
	bytes = read_all(from, size);
	err = errno;
	if (from != stdin)
		fclose(from);
	errno = err;
	return bytes;
}

static void say_fault(const char *path, enum trace_format format,
		      const struct fault *f)
{
	if (format == FORMAT_SPICEPLAY)
		say("%s:%zu: %s", path, f->line, f->text);
	else
		say("%s: at byte %zu: %s", path, f->offset, f->text);
}

int trace_load(struct trace *t, const char *path, bool partial,
	       enum trace_format *format)
{
	size_t size;
	uint8_t *bytes = read_path(path, &size);
	struct fault f;
	bool good;

	if (!bytes) {
		say("%s: %s", path, strerror(errno));
		return EXIT_CODE_NO_INPUT;
	}
	good = trace_parse(t, bytes, size, format, &f);
	free(bytes);
	if (good)
		return EXIT_CODE_OK;
	say_fault(path, *format, &f);
	return partial && t->nr ? EXIT_CODE_OK : EXIT_CODE_DATA;
}

/* ---- writing ---- */

static int cannot(const char *path)
{
	say("%s: %s", path, strerror(errno));
	return EXIT_CODE_WRITE;
}

static int write_to(const struct trace *t, FILE *to, const char *path,
		    enum trace_format format)
{
	struct fault f = { 0 };
	bool good = format == FORMAT_VPLAY ? vplay_write(t, to, &f) :
					     spiceplay_write(t, to, &f);

	if (ferror(to) || (good && fflush(to)))
		return cannot(path);
	if (good)
		return EXIT_CODE_OK;
	say("%s: %s", path, f.text);
	return EXIT_CODE_DATA;
}

/* A file is readable for its owner only: it tells what was typed. */
int trace_save(const struct trace *t, const char *path,
	       enum trace_format format)
{
	int code, fd;
	FILE *to;

	if (!strcmp(path, "-"))
		return write_to(t, stdout, "standard output", format);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0)
		return cannot(path);
	to = fdopen(fd, "w");
	code = to ? write_to(t, to, path, format) : cannot(path);
	if (!to)
		close(fd);
	else if (fclose(to) && !code)
		code = cannot(path);
	if (code)
		unlink(path);
	return code;
}
