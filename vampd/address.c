// SPDX-License-Identifier: GPL-2.0-or-later
#include "address.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

static int parse_port(const char *s, in_port_t *port)
{
	unsigned long n;
	char *end;

	if (*s < '0' || *s > '9')
		return -EINVAL;
	n = strtoul(s, &end, 10);
	if (*end || !n || n > UINT16_MAX)
		return -EINVAL;
	*port = htons((uint16_t)n);
	return 0;
}

static int parse_v6(const char *host, const char *port, struct address *a)
{
	struct sockaddr_in6 *to = (struct sockaddr_in6 *)&a->socket;

	to->sin6_family = AF_INET6;
	a->size = sizeof(*to);
	if (inet_pton(AF_INET6, host, &to->sin6_addr) != 1)
		return -EINVAL;
	return parse_port(port, &to->sin6_port);
}

static int parse_v4(const char *host, const char *port, struct address *a)
{
	struct sockaddr_in *to = (struct sockaddr_in *)&a->socket;

	to->sin_family = AF_INET;
	a->size = sizeof(*to);
	if (inet_pton(AF_INET, host, &to->sin_addr) != 1)
		return -EINVAL;
	return parse_port(port, &to->sin_port);
}

int address_parse(const char *text, struct address *a)
{
	const char *colon = strrchr(text, ':');
	char host[INET6_ADDRSTRLEN + 2] = "";
	size_t size = colon ? (size_t)(colon - text) : 0;

	memset(a, 0, sizeof(*a));
	if (!size || size >= sizeof(host))
		return -EINVAL;
	memcpy(host, text, size);
	if (host[0] != '[')
		return parse_v4(host, colon + 1, a);
	if (host[size - 1] != ']')
		return -EINVAL;
	host[size - 1] = '\0';
	return parse_v6(host + 1, colon + 1, a);
}

bool address_is_loopback(const struct address *a)
{
	const struct sockaddr_in *v4 = (const struct sockaddr_in *)&a->socket;
	const struct sockaddr_in6 *v6 = (const struct sockaddr_in6 *)&a->socket;

	if (a->socket.ss_family == AF_INET)
		return ntohl(v4->sin_addr.s_addr) >> 24 == 127;
	return IN6_IS_ADDR_LOOPBACK(&v6->sin6_addr);
}
