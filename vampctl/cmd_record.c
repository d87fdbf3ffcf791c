// SPDX-License-Identifier: GPL-2.0-or-later
/* cmd_record.c - what the module's core hears of a VM, to a file. */
#include "command.h"

#include <argp.h>
#include <errno.h>
#include <inttypes.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/signalfd.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

#include "device.h"
#include "exit_code.h"
#include "host.h"
#include "order.h"
#include "say.h"
#include "state.h"
#include "told.h"

#define LOOK_MS		50
#define FIRST_MS	5000	/* till the module must have told anything */
#define SECONDS_MAX	86400

struct options {
	const char *vm, *file;
	unsigned long seconds;	/* 0: until it is stopped */
};

struct record {
	const struct options *o;
	struct vamp_vm_info vm;
	char name[STATE_NAME];
	int device, signals;
	struct trace_source *source;
	struct told told;
	unsigned long long started_ms, shown_ms, bytes;
	const char *end;	/* why it is over, or NULL */
};

static unsigned long long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000ull + t.tv_nsec / 1000000;
}

/* ---- options ---- */

static unsigned long seconds(const char *text, struct argp_state *state)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (end == text || *end || *text == '-' || !n || n > SECONDS_MAX)
		argp_error(state, "%s: not a number of seconds from 1 to %d",
			   text, SECONDS_MAX);
	return n;
}

static error_t parse(int key, char *arg, struct argp_state *state)
{
	struct options *o = state->input;

	switch (key) {
	case 'o':
		o->file = arg;
		return 0;
	case 's':
		o->seconds = seconds(arg, state);
		return 0;
	case ARGP_KEY_ARG:
		if (o->vm)
			argp_error(state, "one VM only");
		o->vm = arg;
		return 0;
	case ARGP_KEY_END:
		if (!o->vm)
			argp_error(state, "which VM?");
		if (!o->file)
			argp_error(state, "to which file? -o FILE");
		return 0;
	default:
		return ARGP_ERR_UNKNOWN;
	}
}

/* ---- facts ---- */

static void fact_number(struct record *r, const char *name, unsigned long n)
{
	char text[32];

	snprintf(text, sizeof(text), "%lu", n);
	told_fact(&r->told, name, text);
}

static void fact_time(struct record *r)
{
	time_t now = time(NULL);
	struct tm utc;
	char text[64];

	gmtime_r(&now, &utc);
	strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &utc);
	told_fact(&r->told, "recorded", text);
}

static void fact_cpu(struct record *r)
{
	char text[16384], *model, *end;

	if (host_read("/proc/cpuinfo", text, sizeof(text)) < 0)
		return;
	model = strstr(text, "model name\t: ");
	if (!model)
		return;
	model += strlen("model name\t: ");
	end = strchr(model, '\n');
	if (end)
		*end = '\0';
	told_fact(&r->told, "cpu", model);
}

static void facts(struct record *r)
{
	struct utsname u;
	char text[200];

	fact_time(r);
	told_fact(&r->told, "vm", r->name);
	fact_number(r, "process", r->vm.pid);
	fact_number(r, "vcpus", r->vm.nr_vcpus);
	uname(&u);
	snprintf(text, sizeof(text), "%s %s", u.release, u.version);
	told_fact(&r->told, "kernel", text);
	fact_number(r, "cpus", sysconf(_SC_NPROCESSORS_ONLN));
	fact_cpu(r);
	told_fact(&r->told, "vampctl", VAMPCTL_VERSION);
}

/* ---- recording ---- */

/* What is known so far would not be in the recording: forget it. */
static int renew(struct record *r)
{
	struct vamp_renew ask = { sizeof(ask), VAMP_UAPI_VERSION, r->vm.pid,
				  0 };

	if (!ioctl(r->device, VAMP_IOC_RENEW, &ask))
		return EXIT_CODE_OK;
	if (errno == ESRCH) {
		say("%s: the VM has just ended", r->o->vm);
		return EXIT_CODE_NO_VM;
	}
	if (errno == ENOTTY) {
		say("the module is too old to be recorded: it has no VAMP_IOC_RENEW");
		return EXIT_CODE_NO_MODULE;
	}
	return say_failed(VAMP_DEVICE, -errno);
}

static void show(struct record *r, bool last)
{
	unsigned long long ms = now_ms() - r->started_ms;

	if (!isatty(STDERR_FILENO))
		return;
	fprintf(stderr,
		"\r%6.1f s  %10" PRIu64 " events  %8.1f MiB  %" PRIu64 " lost ",
		ms / 1000.0, r->told.events, r->bytes / 1048576.0,
		order_lost(r->told.order));
	if (last)
		fputc('\n', stderr);
}

/* Once a second: to the disk, so that little is lost with the machine. */
static void each_second(struct record *r)
{
	unsigned long long now = now_ms();

	if (now - r->shown_ms < 1000)
		return;
	r->shown_ms = now;
	r->bytes = pack_flush(r->told.pack);
	if (!r->bytes)
		snprintf(r->told.error, sizeof(r->told.error),
			 "cannot be written: %s", strerror(errno));
	show(r, false);
}

static bool stopped(struct record *r)
{
	struct pollfd p = { .fd = r->signals, .events = POLLIN };

	return poll(&p, 1, LOOK_MS) > 0;
}

/* Why to stop, or NULL. */
static const char *over(struct record *r)
{
	unsigned long long ms = now_ms() - r->started_ms;

	if (r->told.remade)
		return "the VM was made anew (more vCPUs, or another recording)";
	if (kill(r->vm.pid, 0) && errno == ESRCH)
		return "the VM ended";
	if (r->o->seconds && ms >= r->o->seconds * 1000ull)
		return "time is up";
	if (stopped(r))
		return "stopped";
	return NULL;
}

static int failed(const struct record *r)
{
	say("%s: %s", r->o->file, r->told.error);
	return EXIT_CODE_WRITE;
}

static int nothing_told(const struct record *r)
{
	say("%s: the module tells nothing of it: run vampctl in the host's pid namespace, while the VM runs",
	    r->o->vm);
	return EXIT_CODE_REFUSED;
}

static bool nothing_comes(const struct record *r)
{
	return !r->told.making && now_ms() - r->started_ms > FIRST_MS;
}

/* What the buffers hold, to the file. */
static int drain(struct record *r)
{
	int err;

	if (!trace_source_read(r->source, told_take, &r->told, &err))
		return say_failed("tracing", err);
	return *r->told.error ? failed(r) : EXIT_CODE_OK;
}

static int go_on(struct record *r)
{
	int code;

	while (!(r->end = over(r))) {
		code = drain(r);
		if (code)
			return code;
		if (nothing_comes(r))
			return nothing_told(r);
		each_second(r);
	}
	trace_source_stop(r->source);
	code = drain(r);
	if (!code && !r->told.making)
		return nothing_told(r);
	if (!code && !told_end(&r->told))
		return failed(r);
	return code;
}

static void report(const struct record *r)
{
	u64 lost = order_lost(r->told.order);

	printf("%s: %s: %" PRIu64 " events in %.1f s, %llu KiB\n", r->o->file,
	       r->end, r->told.events, (now_ms() - r->started_ms) / 1000.0,
	       (r->bytes + 1023) / 1024);
	if (lost)
		say("%" PRIu64
		    " events were lost: the recording says where, and cannot be verified from there on",
		    lost);
}

static int to_file(struct record *r, struct pack *pack)
{
	int code;

	if (!told_begin(&r->told, pack))
		return failed(r);
	facts(r);
	r->source = trace_source_open(r->vm.pid, &code);
	if (!r->source)
		return code;
	r->started_ms = now_ms();
	code = renew(r);
	if (!code)
		code = go_on(r);
	show(r, true);
	trace_source_close(r->source);
	return code;
}

/* A file without an event is of no use to anybody. */
static int write_file(struct record *r)
{
	struct pack *pack = pack_open(r->o->file);
	int code;

	if (!pack && errno == EEXIST) {
		say("%s: exists already", r->o->file);
		return EXIT_CODE_WRITE;
	}
	if (!pack) {
		say("%s: %s", r->o->file, strerror(errno));
		return EXIT_CODE_WRITE;
	}
	code = to_file(r, pack);
	if (!pack_close(pack, &r->bytes) && !code) {
		say("%s: %s", r->o->file, strerror(errno));
		code = EXIT_CODE_WRITE;
	}
	if (!r->told.events)
		unlink(r->o->file);
	else if (!code)
		report(r);
	told_free(&r->told);
	return code;
}

/* Signals are looked for, they interrupt nothing. */
static int signals(void)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	sigaddset(&set, SIGHUP);
	sigprocmask(SIG_BLOCK, &set, NULL);
	return signalfd(-1, &set, SFD_CLOEXEC);
}

static int can_record(void)
{
	long on;

	if (host_number("/sys/module/vamp/parameters/load_monitor_enabled",
			&on) ||
	    on)
		return EXIT_CODE_OK;
	say("load_monitor_enabled is 0: the module looks at no VM");
	return EXIT_CODE_REFUSED;
}

static int find_vm(struct record *r)
{
	const struct state_vm *vm;
	struct state s;
	int code = EXIT_CODE_OK;
	int err = state_read(r->device, false, &s);

	if (err)
		return say_failed(VAMP_DEVICE, err);
	vm = state_find_or_say(&s, r->o->vm, &code);
	if (vm) {
		r->vm = vm->info;
		memcpy(r->name, vm->name, sizeof(r->name));
	}
	state_free(&s);
	return code;
}

static int record(const struct options *o)
{
	struct record r = { .o = o };
	int code = EXIT_CODE_OK;

	r.device = device_open_or_say(&code);
	if (r.device < 0)
		return code;
	code = can_record();
	if (!code)
		code = find_vm(&r);
	if (!code) {
		r.signals = signals();
		code = write_file(&r);
		close(r.signals);
	}
	device_close(r.device);
	return code;
}

static int run(int argc, char **argv)
{
	static const struct argp_option list[] = {
		{ "output", 'o', "FILE", 0, "Write to FILE, which is new", 0 },
		{ "seconds", 's', "N", 0, "Stop after N seconds", 0 },
		{ 0 },
	};
	static const struct argp argp = {
		.options = list,
		.parser = parse,
		.args_doc = "VM",
		.doc = "Records what vAMP hears of a VM, by name or process id.\vIt begins with what is known of the VM's tasks forgotten: a phase ends, and loads are known again after a second. Ctrl-C ends it.",
	};
	struct options o = { 0 };

	if (argp_parse(&argp, argc, argv, 0, NULL, &o))
		return EXIT_CODE_USAGE;
	return record(&o);
}

const struct command command_record = {
	.name = "record",
	.args = "VM -o FILE",
	.about = "all that vAMP hears of a VM, for replay and report",
	.run = run,
};
