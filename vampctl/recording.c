// SPDX-License-Identifier: GPL-2.0-or-later
/* recording.c - the file of a recording. */
#include "recording.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <zstd.h>

#include "exit_code.h"
#include "say.h"

#define PIECE		65536
#define LEVEL		3
#define WINDOW_LOG	24	/* of what is read: 16 MiB at most */
#define MAGIC		"\x28\xb5\x2f\xfd"
#define MAGIC_LEN	4

/* ---- reading ---- */

struct unpack {
	int fd;
	bool packed, at_end, in_frame;
	ZSTD_DStream *zstd;
	ZSTD_inBuffer in;
	char piece[PIECE];
};

/* False at the end, or with *@error. */
static bool more(struct unpack *u, const char **error)
{
	size_t held = u->in.size - u->in.pos;
	ssize_t n;

	memmove(u->piece, u->piece + u->in.pos, held);
	do
		n = read(u->fd, u->piece + held, sizeof(u->piece) - held);
	while (n < 0 && errno == EINTR);
	u->in = (ZSTD_inBuffer){ u->piece, held + (n > 0 ? (size_t)n : 0), 0 };
	u->at_end = !n;
	if (n < 0)
		*error = strerror(errno);
	return n > 0;
}

static ssize_t give_plain(struct unpack *u, char *to, size_t size)
{
	size_t n = u->in.size - u->in.pos;

	if (n > size)
		n = size;
	memcpy(to, u->piece + u->in.pos, n);
	u->in.pos += n;
	return (ssize_t)n;
}

/* What was unpacked, 0 if there has to be more to unpack, or -1. */
static ssize_t give_unpacked(struct unpack *u, char *to, size_t size,
			     const char **error)
{
	ZSTD_outBuffer out = { to, size, 0 };
	size_t before = u->in.pos;
	size_t left = ZSTD_decompressStream(u->zstd, &out, &u->in);

	if (ZSTD_isError(left)) {
		*error = "the compressed file is damaged";
		return -1;
	}
	/* Behind a frame it would wait for another, which need not come. */
	if (out.pos || u->in.pos > before)
		u->in_frame = left > 0;
	return (ssize_t)out.pos;
}

static ssize_t give(void *arg, char *to, size_t size, const char **error)
{
	struct unpack *u = arg;
	ssize_t n;

	for (;;) {
		*error = NULL;
		n = u->packed ? give_unpacked(u, to, size, error) :
				give_plain(u, to, size);
		if (n)
			return n;
		if (u->in.pos == u->in.size && !u->at_end && more(u, error))
			continue;
		if (*error)
			return -1;
		if (u->at_end)
			break;
	}
	if (!u->packed || !u->in_frame)
		return 0;
	*error = "the compressed file breaks off";
	return -1;
}

/* The first bytes say whether it is compressed. */
static bool begin(struct unpack *u, const char **error)
{
	u->zstd = ZSTD_createDStream();
	if (!u->zstd) {
		*error = "no memory";
		return false;
	}
	ZSTD_DCtx_setParameter(u->zstd, ZSTD_d_windowLogMax, WINDOW_LOG);
	while (u->in.size < MAGIC_LEN && more(u, error))
		;
	u->packed =
		u->in.size >= MAGIC_LEN && !memcmp(u->piece, MAGIC, MAGIC_LEN);
	return !*error;
}

int recording_bad(const struct recording *r, const char *text)
{
	say("%s:%llu: %s", r->path, (unsigned long long)r->stream.line, text);
	return EXIT_CODE_DATA;
}

int recording_open(struct recording *r, const char *path)
{
	const char *error = NULL;

	*r = (struct recording){ .path = path };
	r->unpack = calloc(1, sizeof(*r->unpack));
	if (!r->unpack)
		return say_failed(path, -ENOMEM);
	r->unpack->fd = STDIN_FILENO;
	if (strcmp(path, "-"))
		r->unpack->fd = open(path, O_RDONLY | O_CLOEXEC);
	if (r->unpack->fd < 0 || !begin(r->unpack, &error)) {
		say("%s: %s", path, error ? error : strerror(errno));
		return EXIT_CODE_NO_INPUT;
	}
	if (!stream_open(&r->stream, give, r->unpack))
		return recording_bad(r, r->stream.error);
	return EXIT_CODE_OK;
}

void recording_close(struct recording *r)
{
	stream_free(&r->stream);
	if (!r->unpack)
		return;
	if (r->unpack->fd > STDIN_FILENO)
		close(r->unpack->fd);
	ZSTD_freeDStream(r->unpack->zstd);
	free(r->unpack);
	r->unpack = NULL;
}

/* ---- writing ---- */

struct pack {
	FILE *file;
	ZSTD_CStream *zstd;
	unsigned long long bytes;
};

static void pack_free(struct pack *p)
{
	ZSTD_freeCStream(p->zstd);
	free(p);
}

/* A recording tells what a guest did: it is its owner's alone. */
struct pack *pack_open(const char *path)
{
	struct pack *p = calloc(1, sizeof(*p));
	int fd = -1, err;

	if (!p)
		return NULL;
	p->zstd = ZSTD_createCStream();
	if (!p->zstd)
		errno = ENOMEM;
	else
		fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd >= 0)
		p->file = fdopen(fd, "w");
	if (p->file) {
		ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_compressionLevel, LEVEL);
		ZSTD_CCtx_setParameter(p->zstd, ZSTD_c_checksumFlag, 1);
		return p;
	}
	err = errno;
	pack_free(p);
	errno = err;
	return NULL;
}

static bool pass(struct pack *p, ZSTD_inBuffer *in, ZSTD_EndDirective how)
{
	static char piece[PIECE];
	size_t left;

	do {
		ZSTD_outBuffer out = { piece, sizeof(piece), 0 };

		left = ZSTD_compressStream2(p->zstd, &out, in, how);
		if (ZSTD_isError(left)) {
			errno = EIO;
			return false;
		}
		if (fwrite(piece, 1, out.pos, p->file) != out.pos)
			return false;
		p->bytes += out.pos;
	} while (in->pos < in->size || (how != ZSTD_e_continue && left));
	return true;
}

bool pack_write(struct pack *p, const char *text, size_t len)
{
	ZSTD_inBuffer in = { text, len, 0 };

	return pass(p, &in, ZSTD_e_continue);
}

unsigned long long pack_flush(struct pack *p)
{
	ZSTD_inBuffer in = { NULL, 0, 0 };

	if (!pass(p, &in, ZSTD_e_flush) || fflush(p->file))
		return 0;
	return p->bytes;
}

bool pack_close(struct pack *p, unsigned long long *bytes)
{
	ZSTD_inBuffer in = { NULL, 0, 0 };
	bool good = pass(p, &in, ZSTD_e_end) && !fflush(p->file) &&
		    (!fsync(fileno(p->file)) || errno == EINVAL);
	int err = errno;

	*bytes = p->bytes;
	if (fclose(p->file) && good) {
		err = errno;
		good = false;
	}
	pack_free(p);
	errno = err;
	return good;
}
