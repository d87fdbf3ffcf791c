// SPDX-License-Identifier: GPL-2.0-or-later
#include "report.h"

#include <errno.h>
#include <png.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "exit_code.h"
#include "picture.h"
#include "say.h"

#define PATH_SIZE	4096
#define RED		0xff0000

/* ---- a picture ---- */

static png_byte *bytes_of(const struct surface *f)
{
	png_byte *bytes = malloc((size_t)f->width * f->height * 3), *to = bytes;
	uint32_t x, y, pixel;

	for (y = 0; bytes && y < f->height; y++)
		for (x = 0; x < f->width; x++) {
			pixel = surface_pixel(f, x, y);
			*to++ = pixel >> 16 & 0xff;
			*to++ = pixel >> 8 & 0xff;
			*to++ = pixel & 0xff;
		}
	return bytes;
}

int report_picture(const char *path, const struct surface *f)
{
	png_image image = { .version = PNG_IMAGE_VERSION,
			    .width = f->width,
			    .height = f->height,
			    .format = PNG_FORMAT_RGB };
	png_byte *bytes = bytes_of(f);
	int good;

	if (!bytes) {
		say("out of memory");
		return EXIT_CODE_SOFTWARE;
	}
	good = png_image_write_to_file(&image, path, 0, bytes, 0, NULL);
	free(bytes);
	if (good)
		return EXIT_CODE_OK;
	say("%s: %s", path, image.message);
	return EXIT_CODE_WRITE;
}

static int write_named(const char *folder, const char *name,
		       const struct surface *f)
{
	char path[PATH_SIZE];

	if (snprintf(path, sizeof(path), "%s/%s", folder, name) >= PATH_SIZE) {
		say("%s: the name is too long", folder);
		return EXIT_CODE_WRITE;
	}
	return report_picture(path, f);
}

/* ---- the difference ---- */

/* Grey and pale where they agree. */
static uint32_t mark(uint32_t a, uint32_t b)
{
	uint32_t grey = ((a >> 16 & 0xff) + (a >> 8 & 0xff) + (a & 0xff)) / 3;

	return a == b ? (0xc0 + grey / 4) * 0x010101 : RED;
}

static int write_marked(const char *folder, const struct surface *a,
			const struct surface *b)
{
	struct surface marked = { a->width, a->height, a->width, NULL };
	uint32_t *pixels, x, y;
	int code;

	if (a->width != b->width || a->height != b->height)
		return EXIT_CODE_OK;
	pixels = malloc((size_t)a->width * a->height * 4);
	if (!pixels) {
		say("out of memory");
		return EXIT_CODE_SOFTWARE;
	}
	for (y = 0; y < a->height; y++)
		for (x = 0; x < a->width; x++)
			pixels[(size_t)y * a->width + x] = mark(
				surface_pixel(a, x, y), surface_pixel(b, x, y));
	marked.pixels = pixels;
	code = write_named(folder, "difference.png", &marked);
	free(pixels);
	return code;
}

static int write_seen(const char *folder, const struct snapshot *s,
		      const struct surface *now, const struct surface *expected)
{
	struct surface seen;
	int code;

	if (!picture_seen(s, now, &seen)) {
		say("out of memory");
		return EXIT_CODE_SOFTWARE;
	}
	code = write_named(folder, "seen.png", &seen);
	if (!code && expected)
		code = write_marked(folder, expected, &seen);
	picture_free((uint32_t *)seen.pixels);
	return code;
}

static int write_all(const char *folder, const struct snapshot *s,
		     const struct surface *now)
{
	struct surface expected;
	bool known = picture_of(s, now, &expected);
	int code = EXIT_CODE_OK;

	if (known)
		code = write_named(folder, "expected.png", &expected);
	else
		say("there is no expected.png: the trace does not say how wide and high its screen was");
	if (!code)
		code = write_seen(folder, s, now, known ? &expected : NULL);
	if (!code)
		code = write_named(folder, "screen.png", now);
	if (known)
		picture_free((uint32_t *)expected.pixels);
	return code;
}

/* ---- */

/* Old pictures must not be taken for those of now. */
static int ready(const char *folder)
{
	static const char *const names[] = { "expected.png", "seen.png",
					     "difference.png", "screen.png" };
	char path[PATH_SIZE];
	size_t i;

	if (mkdir(folder, 0700) && errno != EEXIST) {
		say("%s: %s", folder, strerror(errno));
		return EXIT_CODE_WRITE;
	}
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		snprintf(path, sizeof(path), "%s/%s", folder, names[i]);
		if (remove(path) && errno != ENOENT) {
			say("%s: %s", path, strerror(errno));
			return EXIT_CODE_WRITE;
		}
	}
	return EXIT_CODE_OK;
}

static void say_difference(const char *path, const struct replay *r,
			   const char *folder)
{
	const struct result *x = &r->result[r->results - 1];
	const struct snapshot *s = replay_snapshot(r);
	const char *what =
		s->whole ? "synchronisation point" : "snapshot before a press";

	if (!x->match.placed) {
		say("%s: event %zu, %s: no display has the recorded size (pictures in %s)",
		    path, x->event + 1, what, folder);
		return;
	}
	say("%s: event %zu, %s: after %.1f s %u of %u samples differ, %u may, %u was the least (pictures in %s)",
	    path, x->event + 1, what, (double)x->wait_us / 1e6, x->match.differ,
	    x->match.nr, x->match.allowed, x->least, folder);
}

static const struct surface *any_surface(const struct screen *screen,
					 uint32_t wanted)
{
	uint32_t i;

	if (wanted < screen->nr && surface_there(&screen->surface[wanted]))
		return &screen->surface[wanted];
	for (i = 0; i < screen->nr; i++)
		if (surface_there(&screen->surface[i]))
			return &screen->surface[i];
	return NULL;
}

int report_difference(const char *path, const struct replay *r,
		      const struct screen *screen, const char *folder)
{
	const struct result *x = &r->result[r->results - 1];
	const struct surface *now = any_surface(screen, x->match.surface);
	int code;

	say_difference(path, r, folder);
	if (!now) {
		say("there are no pictures: the server shows none");
		return EXIT_CODE_DIFFERS;
	}
	code = ready(folder);
	if (!code)
		code = write_all(folder, replay_snapshot(r), now);
	return code ? code : EXIT_CODE_DIFFERS;
}
