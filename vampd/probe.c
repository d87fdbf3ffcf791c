// SPDX-License-Identifier: GPL-2.0-or-later
#include "probe.h"

#include <bpf/bpf.h>
#include <bpf/libbpf.h>
#include <errno.h>
#include <linux/perf_event.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "log.h"
#include "paths.h"
#include "ps2.h"

/* Generated; it needs the type of the program's counters. */
#include "input.skel.h"

static struct input_bpf *skel;
static struct ring_buffer *ring;
static struct bpf_link *ports;	/* attached while any VM needs it */
static unsigned int by_ports;	/* VMs */
static bool can_ports;
static probe_handler *handle;
static void *handle_context;

/* libbpf ends its lines itself and says much; we say what matters. */
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

static int on_record(void *context, void *data, size_t size)
{
	(void)context;
	if (size >= sizeof(struct probe_event))
		handle(data, handle_context);
	return 0;
}

/*
 * A kernel that is locked down lets no program read its memory: then there are
 * no ports, but the rest.
 */
static int load_skeleton(bool with_ports)
{
	int err;

	skel = input_bpf__open();
	if (!skel)
		return -errno;
	bpf_program__set_autoload(skel->progs.port_access, with_ports);
	err = input_bpf__load(skel);
	if (!err) {
		can_ports = with_ports;
		return 0;
	}
	input_bpf__destroy(skel);
	skel = NULL;
	return err;
}

static int load(void)
{
	int err = load_skeleton(true);

	if (err)
		err = load_skeleton(false);
	if (err)
		return err;
	ring = ring_buffer__new(bpf_map__fd(skel->maps.events), on_record, NULL,
				NULL);
	return ring ? 0 : -errno;
}

static int uprobe_type(void)
{
	FILE *f = fopen(paths.uprobe, "re");
	int type;

	if (!f)
		return -ENOSYS;
	if (fscanf(f, "%d", &type) != 1)
		type = -ENOSYS;
	fclose(f);
	return type;
}

/*
 * Asks for a uprobe in a file that is not there: the kernel looks at our
 * permission first, so ENOENT means that we have it.
 */
static int check_uprobes(void)
{
	static const char nowhere[] = "/proc/self/nowhere";
	struct perf_event_attr attr = {
		.size = sizeof(attr),
		.config1 = (uintptr_t)nowhere,
	};
	int type = uprobe_type();

	if (type < 0)
		return type;
	attr.type = (uint32_t)type;
	if (syscall(SYS_perf_event_open, &attr, -1, 0, -1, 0) >= 0)
		return -ENOTSUP;
	return errno == ENOENT ? 0 : -errno;
}

int probe_open(probe_handler *handler, void *context)
{
	int err = check_uprobes();

	libbpf_set_print(libbpf_line);
	handle = handler;
	handle_context = context;
	if (err)
		return err;
	err = load();
	if (err)
		probe_close();
	return err;
}

void probe_close(void)
{
	bpf_link__destroy(ports);
	ports = NULL;
	by_ports = 0;
	ring_buffer__free(ring);
	input_bpf__destroy(skel);
	ring = NULL;
	skel = NULL;
}

int probe_fd(void)
{
	return ring_buffer__epoll_fd(ring);
}

int probe_dispatch(void)
{
	return ring_buffer__consume(ring);
}

/*
 * By the open file, not by its name: the name may be of another mount
 * namespace, of a file that an upgrade has replaced, or of one put there since
 * the symbol was looked up.
 */
struct bpf_link *probe_attach(int fd, uint64_t offset, uint64_t id)
{
	LIBBPF_OPTS(bpf_uprobe_opts, opts, .bpf_cookie = id);
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return bpf_program__attach_uprobe_opts(skel->progs.input_event, -1,
					       path, offset, &opts);
}

void probe_detach(struct bpf_link *link)
{
	bpf_link__destroy(link);
}

int probe_watch(pid_t pid, uint64_t id)
{
	struct probe_vm vm = { .binary = id };
	uint32_t key = (uint32_t)pid;

	return bpf_map__update_elem(skel->maps.vms, &key, sizeof(key), &vm,
				    sizeof(vm), BPF_ANY);
}

/* KVM keeps its event as long as it is attached: no longer than needed. */
static int attach_ports(void)
{
	if (!can_ports)
		return -EOPNOTSUPP;
	if (!ports)
		ports = bpf_program__attach_raw_tracepoint(
			skel->progs.port_access, "kvm_pio");
	return ports ? 0 : -errno;
}

static void detach_ports(void)
{
	if (by_ports)
		return;
	bpf_link__destroy(ports);
	ports = NULL;
}

int probe_watch_ports(pid_t pid)
{
	uint32_t key = (uint32_t)pid;
	struct ps2 fresh = { .commanded = 0 };
	int err = attach_ports();

	if (!err)
		err = probe_watch(pid, PROBE_NO_BINARY);
	if (!err)
		err = bpf_map__update_elem(skel->maps.ports, &key, sizeof(key),
					   &fresh, sizeof(fresh), BPF_ANY);
	if (!err)
		by_ports++;
	detach_ports();
	return err;
}

void probe_unwatch(pid_t pid)
{
	uint32_t key = (uint32_t)pid;

	bpf_map__delete_elem(skel->maps.vms, &key, sizeof(key), 0);
	if (bpf_map__delete_elem(skel->maps.ports, &key, sizeof(key), 0))
		return;
	by_ports--;
	detach_ports();
}

void probe_read_counters(struct probe_counters *counters)
{
	*counters = skel->bss->counters;
}
