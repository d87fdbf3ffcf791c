// SPDX-License-Identifier: GPL-2.0-or-later
#include "listener.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <linux/netlink.h>
#include <linux/sock_diag.h>
#include <linux/unix_diag.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "paths.h"

#define SOCKETS_MAX	4096	/* of one process */
#define DUMP_BYTES	(32u << 10)

/* The sockets of a process, by inode, and what is looked for among them. */
struct search {
	const char *name;
	uint64_t *inode;
	size_t count;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path) + 1];
	uint32_t file;		/* of the path: its inode */
	bool found;
};

/* ---- a process's sockets ---- */

static void add_socket(struct search *s, const char *directory,
		       const char *entry)
{
	char path[PATH_MAX], text[64];
	unsigned long inode;
	ssize_t n;

	snprintf(path, sizeof(path), "%s/%s", directory, entry);
	n = readlink(path, text, sizeof(text) - 1);
	text[n > 0 ? n : 0] = '\0';
	if (s->count < SOCKETS_MAX && sscanf(text, "socket:[%lu]", &inode) == 1)
		s->inode[s->count++] = inode;
}

static int list_sockets(struct search *s, pid_t pid)
{
	char path[PATH_MAX / 2];
	struct dirent *e;
	DIR *dir;

	snprintf(path, sizeof(path), "%s/%d/fd", paths.proc, pid);
	dir = opendir(path);
	if (!dir)
		return -errno;
	while ((e = readdir(dir)))
		add_socket(s, path, e->d_name);
	closedir(dir);
	return 0;
}

static bool has_socket(const struct search *s, uint64_t inode)
{
	for (size_t i = 0; i < s->count; i++)
		if (s->inode[i] == inode)
			return true;
	return false;
}

/* ---- where they listen ---- */

static bool ends_in(const char *path, const char *name)
{
	const char *slash = strrchr(path, '/');

	return slash && !strcmp(slash + 1, name);
}

static void take_attribute(struct search *s, const struct nlattr *a,
			   size_t size)
{
	const void *data = (const char *)a + NLA_HDRLEN;
	const struct unix_diag_vfs *vfs = data;

	if (a->nla_type == UNIX_DIAG_NAME && size < sizeof(s->path)) {
		memcpy(s->path, data, size);
		s->path[size] = '\0';
	} else if (a->nla_type == UNIX_DIAG_VFS && size >= sizeof(*vfs)) {
		s->file = vfs->udiag_vfs_ino;
	}
}

/* One listening socket. */
static void take_socket(struct search *s, const struct nlmsghdr *h)
{
	const struct unix_diag_msg *m = NLMSG_DATA(h);
	size_t left, at = NLMSG_ALIGN(sizeof(*m));

	if (s->found || h->nlmsg_len < NLMSG_LENGTH(sizeof(*m)) ||
	    !has_socket(s, m->udiag_ino))
		return;
	s->path[0] = '\0';
	s->file = 0;
	left = NLMSG_PAYLOAD(h, 0);
	while (at + NLA_HDRLEN <= left) {
		const struct nlattr *a = (const void *)((const char *)m + at);

		if (a->nla_len < NLA_HDRLEN || a->nla_len > left - at)
			break;
		take_attribute(s, a, a->nla_len - NLA_HDRLEN);
		at += NLA_ALIGN(a->nla_len);
	}
	s->found = s->file && s->path[0] == '/' && ends_in(s->path, s->name);
}

static int ask_for_listeners(int fd)
{
	struct {
		struct nlmsghdr head;
		struct unix_diag_req ask;
	} m = {
		.head = { .nlmsg_len = sizeof(m),
			  .nlmsg_type = SOCK_DIAG_BY_FAMILY,
			  .nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP },
		.ask = { .sdiag_family = AF_UNIX,
			 .udiag_states = 1u << TCP_LISTEN,
			 .udiag_show = UDIAG_SHOW_NAME | UDIAG_SHOW_VFS },
	};

	return send(fd, &m, sizeof(m), 0) == sizeof(m) ? 0 : -errno;
}

/* 1 more follows, 0 that was all, or -errno. */
static int take_part(struct search *s, int fd, char *buffer)
{
	ssize_t n = recv(fd, buffer, DUMP_BYTES, 0);
	const struct nlmsghdr *h = (const void *)buffer;
	size_t left = n > 0 ? (size_t)n : 0;

	if (n <= 0)
		return n ? -errno : -EPROTO;
	for (; NLMSG_OK(h, left); h = NLMSG_NEXT(h, left)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return 0;
		if (h->nlmsg_type == NLMSG_ERROR)
			return -EPROTO;
		take_socket(s, h);
	}
	return 1;
}

static int dump(struct search *s, int fd)
{
	char *buffer = malloc(DUMP_BYTES);
	int more = buffer ? ask_for_listeners(fd) : -ENOMEM;

	if (!more)
		more = 1;
	while (more > 0)
		more = take_part(s, fd, buffer);
	free(buffer);
	return more;
}

static int search_listeners(struct search *s)
{
	int fd = socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, NETLINK_SOCK_DIAG);
	int err;

	if (fd < 0)
		return -errno;
	err = dump(s, fd);
	close(fd);
	if (err)
		return err;
	return s->found ? 0 : -ENOENT;
}

/* ---- the connection ---- */

/*
 * What is there now may not be what was listened on. Devices are not compared: btrfs
 * and overlayfs show programs another one than the kernel's sockets have.
 */
static int open_found(const struct search *s)
{
	int file = open(s->path, O_PATH | O_CLOEXEC | O_NOFOLLOW);
	struct stat st;
	int err = 0;

	if (file < 0)
		return -errno;
	if (fstat(file, &st))
		err = -errno;
	else if ((uint32_t)st.st_ino != s->file)
		err = -ESTALE;
	if (!err)
		return file;
	close(file);
	return err;
}

static int connect_found(const struct search *s)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	int file = open_found(s), fd, err = 0;

	if (file < 0)
		return file;
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	snprintf(to.sun_path, sizeof(to.sun_path), "/proc/self/fd/%d", file);
	if (fd < 0 || connect(fd, (struct sockaddr *)&to, sizeof(to)))
		err = errno == EAGAIN ? -EBUSY : -errno;
	close(file);
	if (!err)
		return fd;
	if (fd >= 0)
		close(fd);
	return err;
}

int listener_connect(pid_t pid, const char *name)
{
	struct search s = { .name = name };
	int err;

	s.inode = calloc(SOCKETS_MAX, sizeof(*s.inode));
	if (!s.inode)
		return -ENOMEM;
	err = list_sockets(&s, pid);
	if (!err)
		err = search_listeners(&s);
	free(s.inode);
	return err ? err : connect_found(&s);
}
