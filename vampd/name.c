// SPDX-License-Identifier: GPL-2.0-or-later
#include "name.h"

#include <errno.h>
#include <fcntl.h>
#include <fnmatch.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pieces.h"

#define BYTES_MAX	(1u << 20)	/* a longer command line is no QEMU's */

/* Bytes of the character that @s begins with; 0: no valid UTF-8. */
static size_t utf8_size(const unsigned char *s)
{
	size_t size = *s < 0x80 ? 1 :
		      *s < 0xc2 ? 0 :
		      *s < 0xe0 ? 2 :
		      *s < 0xf0 ? 3 :
		      *s < 0xf5 ? 4 :
				  0;

	for (size_t i = 1; i < size; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) ||
	    (*s == 0xf0 && s[1] < 0x90) || (*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return size;
}

/* C0, DEL and C1. */
static bool is_control(const unsigned char *s)
{
	return *s < ' ' || *s == 0x7f || (*s == 0xc2 && s[1] < 0xa0);
}

/* Each byte that is nothing becomes '?'; cut between two characters. */
static void clean(char *to, size_t room, const char *from)
{
	const unsigned char *s = (const unsigned char *)from;
	size_t used = 0, size;

	for (; *s; s += size ? size : 1) {
		size = utf8_size(s);
		if (used + (size ? size : 1) >= room)
			break;
		if (!size || is_control(s)) {
			to[used++] = '?';
		} else {
			memcpy(to + used, s, size);
			used += size;
		}
	}
	to[used] = '\0';
}

/* The last one counts, as for QEMU. */
static void take_name(const char *s, struct vm_name *n)
{
	const char *implied = "guest";
	struct piece p;

	while ((s = piece_next(s, implied, &p))) {
		implied = NULL;
		if (!strcmp(p.key, "guest"))
			clean(n->text, sizeof(n->text), p.value);
	}
}

static void take_id(const char *s, struct vm_name *n)
{
	size_t size = strlen(s);

	if (size && size < sizeof(n->id) && strspn(s, "0123456789") == size)
		strcpy(n->id, s);
}

/* Where libvirt keeps a domain's sockets, of the system or of a user. */
static bool is_libvirt_s(const char *argument)
{
	const char *p = strstr(argument, "/libvirt/qemu/");

	return p && strstr(p, "/domain-");
}

/* True: @value was the option's. */
static bool take(const char *option, const char *value, struct vm_name *n)
{
	if (!strcmp(option, "name"))
		take_name(value, n);
	else if (!strcmp(option, "id"))
		take_id(value, n);
	else
		return false;
	return true;
}

static void take_all(const char *at, const char *end, struct vm_name *n)
{
	while (at < end) {
		const char *value = at + strlen(at) + 1;

		if (is_libvirt_s(at))
			n->source = NAME_LIBVIRT;
		if (*at == '-' && value < end &&
		    take(at + 1 + (at[1] == '-'), value, n))
			value += strlen(value) + 1;
		at = value;
	}
}

static void choose(pid_t pid, struct vm_name *n)
{
	if (n->source != NAME_LIBVIRT && n->id[0])
		n->source = NAME_PROXMOX;
	else
		n->id[0] = '\0';
	if (n->source == NAME_PROCESS && n->text[0])
		n->source = NAME_QEMU;
	if (!n->text[0] && n->source != NAME_PROXMOX)
		n->source = NAME_PROCESS;
	if (!n->text[0])
		snprintf(n->text, sizeof(n->text), "%.15s", n->id);
	if (!n->text[0])
		snprintf(n->text, sizeof(n->text), "%d", pid);
}

/* What follows the last NUL is no argument. */
void name_parse(pid_t pid, const char *bytes, size_t size, struct vm_name *n)
{
	const char *last = size ? memrchr(bytes, '\0', size) : NULL;

	*n = (struct vm_name){ .source = NAME_PROCESS };
	if (last)
		take_all(bytes, last + 1, n);
	choose(pid, n);
}

static ssize_t read_all(const char *path, char *to, size_t room)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	size_t used = 0;
	ssize_t n = 0;

	if (fd < 0)
		return -errno;
	while (used < room && (n = read(fd, to + used, room - used)) > 0)
		used += (size_t)n;
	if (n < 0)
		n = -errno;
	close(fd);
	return n < 0 ? n : (ssize_t)used;
}

int name_read(const char *proc, pid_t pid, struct vm_name *n)
{
	char *bytes = malloc(BYTES_MAX);
	char path[PATH_MAX];
	ssize_t size = -ENOMEM;

	snprintf(path, sizeof(path), "%s/%d/cmdline", proc, pid);
	if (bytes)
		size = read_all(path, bytes, BYTES_MAX);
	name_parse(pid, bytes, size > 0 ? (size_t)size : 0, n);
	free(bytes);
	return size < 0 ? (int)size : 0;
}

const char *name_source(enum name_source source)
{
	static const char *const text[NAME_SOURCES] = {
		[NAME_PROCESS] = "process",
		[NAME_QEMU] = "qemu",
		[NAME_LIBVIRT] = "libvirt",
		[NAME_PROXMOX] = "proxmox",
	};

	return source < NAME_SOURCES ? text[source] : "unknown";
}

bool name_matches(const struct vm_name *n, const char *pattern)
{
	if (n->id[0] && !strcmp(n->id, pattern))
		return true;
	return n->source != NAME_PROCESS && !fnmatch(pattern, n->text, 0);
}
