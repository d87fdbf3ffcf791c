// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * replay.c - drives the core with a recorded stream of events and prints what it
 * decides.
 *
 *   replay [-c CUTS] [STREAM]
 *
 * README.md describes the stream and the output. CUTS gets the numbers of the
 * events at which the core settled an account that it might have left open: it
 * is free to choose them, and the oracle needs to know.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "policy.h"
#include "vm.h"

#define FORMAT		"vamp-stream 1"
#define TIME_MAX	(1ull << 62)
#define EXIT_BAD_STREAM	2
#define MAX_FIELDS	7

/* Which of its fields an event has a use for. */
enum field {
	HAS_VCPU = 1 << 0,
	HAS_NOW = 1 << 1,
	HAS_TIMES = 1 << 2,	/* run delay and CPU time of the vCPU's thread */
	HAS_TASK = 1 << 3,
	HAS_ARG = 1 << 4,
	HAS_OBSERVED = HAS_VCPU | HAS_NOW | HAS_TIMES,
};

struct event {
	u32 vcpu;
	u64 task;
	u32 arg;
	struct vamp_observed o;
};

/* What was last said of a vCPU, and the clocks of its thread. */
struct seat {
	u64 run_delay, cpu_time;
	s8 nice;
	u8 why;
};

struct replay {
	struct vamp_config cfg;
	struct vamp_vm *vm;
	struct seat *seat;
	u64 now, seq;
	enum {
		NOT,
		BEGUN,
		JUDGED
	} classifying;
	/* as last said */
	u64 system;
	u8 phase;
	bool wakes[WAKER_VECTORS];
	/* the stream */
	FILE *stream;
	const char *name;
	unsigned long line;
	FILE *cuts;
};

typedef void (*op_fn)(struct replay *r, const struct event *e);

static void __attribute__((noreturn, format(printf, 2, 3)))
bad(const struct replay *r, const char *format, ...)
{
	va_list args;

	fflush(stdout);
	fprintf(stderr, "replay: %s:%lu: ", r->name, r->line);
	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
	exit(EXIT_BAD_STREAM);
}

static void *allocate(size_t size)
{
	void *mem = calloc(1, size);

	if (!mem) {
		perror("replay");
		exit(1);
	}
	return mem;
}

/* What the core says. */

/* The vectors that wake tasks, as far as is known, if that changed. */
static void say_vectors(struct replay *r)
{
	bool changed = false;
	u32 i;

	for (i = 0; i < WAKER_VECTORS; i++) {
		bool wakes = vamp_vectors_wakes(&r->vm->vectors, (u8)i);

		changed |= wakes != r->wakes[i];
		r->wakes[i] = wakes;
	}
	if (!changed)
		return;
	printf("%llu vectors", (unsigned long long)r->seq);
	for (i = 0; i < WAKER_VECTORS; i++)
		if (r->wakes[i])
			printf(" %02x", i);
	putchar('\n');
}

static void say_state(struct replay *r)
{
	const struct vamp_vm *vm = r->vm;

	if (vm->phase != r->phase)
		printf("%llu phase %u\n", (unsigned long long)r->seq,
		       vm->phase);
	if (vm->system_task != r->system && vm->system_task == SYSTEM_NONE)
		printf("%llu system none\n", (unsigned long long)r->seq);
	else if (vm->system_task != r->system)
		printf("%llu system %llx\n", (unsigned long long)r->seq,
		       (unsigned long long)vm->system_task);
	r->phase = vm->phase;
	r->system = vm->system_task;
	say_vectors(r);
}

static void say_weight(struct replay *r, u32 vcpu, struct vamp_weight w)
{
	struct seat *seat = &r->seat[vcpu];

	if (w.nice == seat->nice && w.why == seat->why)
		return;
	seat->nice = w.nice;
	seat->why = w.why;
	say_state(r);
	printf("%llu weight vcpu=%u nice=%d why=%s\n",
	       (unsigned long long)r->seq, vcpu, w.nice, vamp_why_text(w.why));
}

static void say_weights(struct replay *r)
{
	u32 i;

	for (i = 0; i < r->vm->nr_vcpus; i++)
		say_weight(r, i, vamp_vcpu_weight(r->vm, &r->vm->vcpu[i]));
}

/* What is said of a task in a list: nothing, its id (1), or a number. */
typedef u32 (*tell_fn)(const struct vamp_vm *vm, const struct vamp_task *k);

static u32 background(const struct vamp_vm *vm, const struct vamp_task *k)
{
	(void)vm;
	return !!(k->flags & TASK_BACKGROUND);
}

static u32 makes_audio(const struct vamp_vm *vm, const struct vamp_task *k)
{
	return vamp_audio_is(vm, k, vm->classify_time);
}

static u32 load(const struct vamp_vm *vm, const struct vamp_task *k)
{
	(void)vm;
	return k->load;
}

static u32 confidence(const struct vamp_vm *vm, const struct vamp_task *k)
{
	(void)vm;
	return k->bg_conf;
}

static u32 wakes_server(const struct vamp_vm *vm, const struct vamp_task *k)
{
	(void)vm;
	return k->audio_avg;
}

static int by_id(const void *a, const void *b)
{
	const struct vamp_task *x = *(const struct vamp_task *const *)a;
	const struct vamp_task *y = *(const struct vamp_task *const *)b;

	return (x->id > y->id) - (x->id < y->id);
}

/* All tasks of which there is something to tell, by id. */
static void say_tasks(const struct vamp_vm *vm, const char *what, bool numbers,
		      tell_fn tell)
{
	const struct vamp_task *found[VM_TASKS];
	size_t i, n = 0;

	for (i = 0; i < vm->tasks.nr_tasks; i++)
		if (vm->tasks.task[i].flags & TASK_USED &&
		    tell(vm, &vm->tasks.task[i]))
			found[n++] = &vm->tasks.task[i];
	qsort(found, n, sizeof(found[0]), by_id);
	printf(" %s=[", what);
	for (i = 0; i < n; i++) {
		printf("%s%llx", i ? "," : "",
		       (unsigned long long)found[i]->id);
		if (numbers)
			printf(":%u", tell(vm, found[i]));
	}
	putchar(']');
}

static void say_classified(const struct replay *r)
{
	const struct vamp_vm *vm = r->vm;
	u32 i;

	printf("%llu classified phase=%u load=%u", (unsigned long long)r->seq,
	       vm->phase, vm->vm_load);
	say_tasks(vm, "background", false, background);
	say_tasks(vm, "audio", false, makes_audio);
	printf(" vcpus=[");
	for (i = 0; i < vm->nr_vcpus; i++)
		printf("%s%u+%u", i ? "," : "", vm->vcpu[i].avg,
		       vm->vcpu[i].potential);
	putchar(']');
	say_tasks(vm, "loads", true, load);
	say_tasks(vm, "confidence", true, confidence);
	say_tasks(vm, "clients", true, wakes_server);
	if (vm->tasks.used)
		printf(" oldest=%llx",
		       (unsigned long long)vm->tasks.task[vm->tasks.oldest].id);
	putchar('\n');
}

/* The operations. */

static void op_config(struct replay *r, const struct event *e)
{
	u32 vamp = e->arg & 0xff, mode = e->arg >> 8 & 0xff;
	u32 threshold = e->arg >> 16;

	if (vamp > CONFIG_VAMP_MAX)
		bad(r, "kvm_vamp is not 0..%u: %u", CONFIG_VAMP_MAX, vamp);
	if (mode > WAKEUP_ALL)
		bad(r, "no such mode of tracking wake-ups: %u", mode);
	if (!threshold || threshold > 100)
		bad(r, "the threshold is not 1..100 percent: %u", threshold);
	if (!e->task || e->task > 60000)
		bad(r, "a phase does not last 1..60000 ms: %llu",
		    (unsigned long long)e->task);
	r->cfg.kvm_vamp = vamp;
	r->cfg.wakeup_mode = mode;
	r->cfg.bg_load_thresh_pct = threshold;
	r->cfg.max_phase_ms = (u32)e->task;
}

static void op_make(struct replay *r, const struct event *e)
{
	u32 nr_vcpus = e->arg & 0xffff, track = e->arg >> 16;

	if (r->vm)
		bad(r, "the VM is made twice");
	if (!nr_vcpus || nr_vcpus > VM_VCPUS_MAX)
		bad(r, "a VM has 1..%u vCPUs, not %u", VM_VCPUS_MAX, nr_vcpus);
	if (track > TRACK_TRAP)
		bad(r, "no such way of tracking: %u", track);
	r->seat = allocate(nr_vcpus * sizeof(r->seat[0]));
	r->vm = vamp_vm_init(allocate(vamp_vm_size(nr_vcpus)), nr_vcpus,
			     &r->cfg, track, r->now);
	r->phase = r->vm->phase;
	r->system = r->vm->system_task;
}

static struct vamp_vcpu *vcpu_of(const struct replay *r, const struct event *e)
{
	return &r->vm->vcpu[e->vcpu];
}

/* Notes that @v was settled, if it was. */
static void note_cut(struct replay *r, const struct vamp_vcpu *was,
		     const struct vamp_vcpu *v)
{
	if (r->cuts &&
	    (was->acct_time != v->acct_time ||
	     was->acct_delay != v->acct_delay || was->acct_cpu != v->acct_cpu))
		fprintf(r->cuts, "%llu\n", (unsigned long long)r->seq);
}

static void op_entry(struct replay *r, const struct event *e)
{
	struct vamp_vcpu *v = vcpu_of(r, e);
	struct vamp_observed o = e->o;
	struct vamp_vcpu was = *v;

	if (e->arg > 3)
		bad(r, "an entry has no such flags: %u", e->arg);
	o.halted = e->arg & 1;
	say_weight(r, e->vcpu, vamp_vcpu_entry(r->vm, v, &o));
	r->vm->track = e->arg & 2 ? TRACK_TRAP : TRACK_SAMPLE;
	note_cut(r, &was, v);
}

static void op_exit(struct replay *r, const struct event *e)
{
	say_weight(r, e->vcpu, vamp_vcpu_exit(r->vm, vcpu_of(r, e), &e->o));
}

static void op_halt(struct replay *r, const struct event *e)
{
	say_weight(r, e->vcpu, vamp_vcpu_halt(r->vm, vcpu_of(r, e)));
}

static void op_pause(struct replay *r, const struct event *e)
{
	vamp_vcpu_pause(r->vm, vcpu_of(r, e));
}

static void op_sync(struct replay *r, const struct event *e)
{
	vamp_vcpu_sync(r->vm, vcpu_of(r, e), &e->o);
}

static void op_ipi(struct replay *r, const struct event *e)
{
	if (e->arg >> 8 >= r->vm->nr_vcpus)
		bad(r, "there is no vCPU %u", e->arg >> 8);
	vamp_waker_ipi(r->vm, vcpu_of(r, e), &r->vm->vcpu[e->arg >> 8],
		       e->arg & 0xff, &e->o);
}

static void op_inject(struct replay *r, const struct event *e)
{
	if (e->arg > 0xff)
		bad(r, "there is no vector %u", e->arg);
	vamp_waker_inject(r->vm, vcpu_of(r, e), (u8)e->arg, &e->o);
}

static void op_intr(struct replay *r, const struct event *e)
{
	struct vamp_vcpu *v = vcpu_of(r, e);
	const struct vamp_vcpu *source = NULL;
	struct vamp_vcpu was = *v;

	if (e->arg > r->vm->nr_vcpus)
		bad(r, "there is no vCPU %u", e->arg - 1);
	if (e->arg)
		source = &r->vm->vcpu[e->arg - 1];
	say_weight(r, e->vcpu, vamp_vcpu_interrupt(r->vm, v, source, r->now));
	note_cut(r, &was, v);
}

static void op_audio(struct replay *r, const struct event *e)
{
	static const char *const texts[] = {
		[AUDIO_HANDLER] = "handler",
		[AUDIO_PHASE] = "phase",
		[AUDIO_WEIGHT] = "weight",
	};
	enum vamp_audio_effect effect;

	effect = vamp_audio_access(r->vm, vcpu_of(r, e), &e->o);
	if (effect != AUDIO_NOTED)
		printf("%llu audio %s\n", (unsigned long long)r->seq,
		       texts[effect]);
}

static void say_effect(const struct replay *r, const char *what,
		       enum vamp_input_effect effect)
{
	static const char *const texts[EFFECT_COUNT] = {
		[EFFECT_STARTED] = "started",
		[EFFECT_RESTARTED] = "restarted",
		[EFFECT_EXTENDED] = "extended",
		[EFFECT_REPEATED] = "repeated",
	};

	if (effect != EFFECT_IGNORED)
		printf("%llu %s %s\n", (unsigned long long)r->seq, what,
		       texts[effect]);
}

static void op_input(struct replay *r, const struct event *e)
{
	bool classify;

	if (e->arg >> 16 >= INPUT_KINDS)
		bad(r, "there is no input of kind %u", e->arg >> 16);
	say_effect(r, "input",
		   vamp_input(r->vm, r->now, e->arg >> 16, e->arg & 0xffff,
			      &classify));
}

static void op_output(struct replay *r, const struct event *e)
{
	(void)e;
	say_effect(r, "output", vamp_output(r->vm, r->now));
}

static void op_begin(struct replay *r, const struct event *e)
{
	(void)e;
	r->classifying = BEGUN;
	vamp_classify_begin(r->vm, r->now);
}

static void op_step(struct replay *r, const struct event *e)
{
	(void)e;
	if (r->classifying != BEGUN)
		bad(r, "a step of no classification");
	r->classifying = JUDGED;
	while (vamp_classify_step(r->vm, 256))
		;
}

static void op_end(struct replay *r, const struct event *e)
{
	(void)e;
	if (r->classifying != JUDGED)
		bad(r, "the end of no classification");
	r->classifying = NOT;
	vamp_classify_end(r->vm);
	say_state(r);
	say_classified(r);
	say_weights(r);
}

static void op_over(struct replay *r, const struct event *e)
{
	(void)e;
	vamp_phase_end(r->vm);
	say_weights(r);
}

static void op_profile(struct replay *r, const struct event *e)
{
	(void)e;
	vamp_profile(r->vm, r->now);
	printf("%llu profile reactive=%u\n", (unsigned long long)r->seq,
	       r->vm->reactive_load);
}

static const struct op {
	const char *name;
	enum field fields;
	op_fn fn;
} ops[] = {
	{ "entry", HAS_OBSERVED | HAS_TASK | HAS_ARG, op_entry },
	{ "exit", HAS_OBSERVED | HAS_TASK, op_exit },
	{ "halt", HAS_VCPU, op_halt },
	{ "inject", HAS_OBSERVED | HAS_ARG, op_inject },
	{ "ipi", HAS_OBSERVED | HAS_ARG, op_ipi },
	{ "intr", HAS_VCPU | HAS_NOW | HAS_ARG, op_intr },
	{ "audio", HAS_OBSERVED, op_audio },
	{ "sync", HAS_OBSERVED, op_sync },
	{ "pause", HAS_VCPU, op_pause },
	{ "input", HAS_NOW | HAS_ARG, op_input },
	{ "output", HAS_NOW, op_output },
	{ "begin", HAS_NOW, op_begin },
	{ "step", 0, op_step },
	{ "end", 0, op_end },
	{ "over", 0, op_over },
	{ "profile", HAS_NOW, op_profile },
	{ "config", HAS_TASK | HAS_ARG, op_config },
	{ "make", HAS_NOW | HAS_ARG, op_make },
};

/* The stream. */

static const struct op *find_op(const struct replay *r, const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(ops) / sizeof(ops[0]); i++)
		if (!strcmp(ops[i].name, name))
			return &ops[i];
	bad(r, "there is no event '%s'", name);
}

static u64 number(const struct replay *r, const char *text, int base, u64 max)
{
	char *end;
	u64 n;

	errno = 0;
	n = strtoull(text, &end, base);
	if (errno || end == text || *end || *text == '-' || *text == '+' ||
	    n > max)
		bad(r, "not a number from 0 to %llu: '%s'",
		    (unsigned long long)max, text);
	return n;
}

/* A clock that was @before; what is written is how much it went on. */
static u64 clock_at(const struct replay *r, const char *text, u64 before)
{
	char *end;
	long long d;
	u64 after;

	errno = 0;
	d = strtoll(text, &end, 10);
	after = before + (u64)d;
	if (errno || end == text || *end)
		bad(r, "not a difference of times: '%s'", text);
	if (d > (long long)TIME_MAX || d < -(long long)TIME_MAX ||
	    after > TIME_MAX)
		bad(r, "the clock leaves its range: %llu %+lld",
		    (unsigned long long)before, d);
	return after;
}

/* Splits @line at its blanks; missing fields are "0". */
static void split(const struct replay *r, char *line, char *field[MAX_FIELDS])
{
	static char zero[] = "0";
	char *rest = NULL, *word;
	int n = 0;

	for (word = strtok_r(line, " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest)) {
		if (n == MAX_FIELDS)
			bad(r, "more than %d fields", MAX_FIELDS);
		field[n++] = word;
	}
	if (!n)
		bad(r, "an empty line");
	while (n < MAX_FIELDS)
		field[n++] = zero;
}

static void expect_zero(const struct replay *r, const struct op *op,
			enum field has, const char *text, const char *none)
{
	if (!(op->fields & has) && strcmp(text, none))
		bad(r, "%s has no use for '%s'", op->name, text);
}

static void read_vcpu(const struct replay *r, const struct op *op,
		      const char *text, struct event *e)
{
	if (!(op->fields & HAS_VCPU)) {
		if (strcmp(text, "0") && strcmp(text, "-"))
			bad(r, "%s is of no vCPU, not '%s'", op->name, text);
		return;
	}
	e->vcpu = (u32)number(r, text, 10, ~0u);
	if (e->vcpu >= r->vm->nr_vcpus)
		bad(r, "there is no vCPU %u", e->vcpu);
}

static void read_times(struct replay *r, const struct op *op,
		       char *const field[], struct event *e)
{
	struct seat *seat;

	expect_zero(r, op, HAS_NOW, field[2], "0");
	expect_zero(r, op, HAS_TIMES, field[3], "0");
	expect_zero(r, op, HAS_TIMES, field[4], "0");
	r->now = clock_at(r, field[2], r->now);
	e->o.now = r->now;
	if (!(op->fields & HAS_TIMES))
		return;
	seat = &r->seat[e->vcpu];
	seat->run_delay = clock_at(r, field[3], seat->run_delay);
	seat->cpu_time = clock_at(r, field[4], seat->cpu_time);
	e->o.run_delay = seat->run_delay;
	e->o.cpu_time = seat->cpu_time;
}

static void read_event(struct replay *r, char *line)
{
	char *field[MAX_FIELDS];
	struct event e = { 0 };
	const struct op *op;

	split(r, line, field);
	op = find_op(r, field[0]);
	if (!r->vm && op->fn != op_make && op->fn != op_config)
		bad(r, "%s before the VM is made", op->name);
	read_vcpu(r, op, field[1], &e);
	read_times(r, op, field, &e);
	expect_zero(r, op, HAS_TASK, field[5], "0");
	e.task = TASK_NO_ID;
	if (strcmp(field[5], "-"))
		e.task = number(r, field[5], 16, SYSTEM_NONE - 2);
	e.o.task_id = e.task;
	expect_zero(r, op, HAS_ARG, field[6], "0");
	e.arg = (u32)number(r, field[6], 10, ~0u);
	op->fn(r, &e);
	if (r->vm)
		say_state(r);
}

/* One line without its end; NULL at the end of the stream. */
static char *read_line(struct replay *r)
{
	static char *text;
	static size_t size;
	ssize_t len;

	r->line++;
	len = getline(&text, &size, r->stream);
	if (len < 0) {
		if (ferror(r->stream))
			bad(r, "cannot be read");
		free(text);
		text = NULL;
		size = 0;
		return NULL;
	}
	if (text[len - 1] != '\n')
		bad(r, "the stream breaks off");
	text[len - 1] = '\0';
	if (strlen(text) != (size_t)len - 1)
		bad(r, "not text");
	return text;
}

static void read_setting(struct replay *r, char *word)
{
	char *value = strchr(word, '=');

	if (!value)
		bad(r, "not NAME=VALUE: '%s'", word);
	*value++ = '\0';
	if (!strcmp(word, "policy")) {
		r->cfg.policy = vamp_policy_find(value, strlen(value));
		if (!r->cfg.policy)
			bad(r, "there is no policy '%s'", value);
	} else if (!strcmp(word, "wakeup_latency_ns")) {
		r->cfg.wakeup_latency_ns = (u32)number(r, value, 10, ~0u);
	} else if (!strcmp(word, "load_period_ms")) {
		r->cfg.load_period_ms =
			(u32)number(r, value, 10, LOAD_PERIOD_MAX_MS);
	} else if (!strcmp(word, "load_window_ns")) {
		r->cfg.load_window_ns = (u32)number(r, value, 10, ~0u);
	} else if (!strcmp(word, "tick_ns")) {
		r->cfg.tick_ns = (u32)number(r, value, 10, ~0u);
	} else {
		bad(r, "there is no setting '%s'", word);
	}
}

static void read_header(struct replay *r)
{
	char *line = read_line(r);
	char *rest, *word;

	if (!line || strncmp(line, FORMAT " ", strlen(FORMAT) + 1))
		bad(r, "not a stream of this format: no '" FORMAT "'");
	for (word = strtok_r(line + strlen(FORMAT), " ", &rest); word;
	     word = strtok_r(NULL, " ", &rest))
		read_setting(r, word);
	if (!r->cfg.load_window_ns)
		bad(r, "load_window_ns is 0");
}

static void replay(struct replay *r)
{
	char *line;

	read_header(r);
	for (line = read_line(r); line; line = read_line(r)) {
		read_event(r, line);
		r->seq++;
	}
	if (!r->vm)
		bad(r, "the VM is never made");
	printf("%llu tasks=%u evicted=%llu\n", (unsigned long long)r->seq,
	       r->vm->tasks.used, (unsigned long long)r->vm->tasks.evicted);
	free(r->vm);
	free(r->seat);
}

static FILE *open_file(const char *path, const char *mode)
{
	FILE *file = fopen(path, mode);

	if (!file) {
		fprintf(stderr, "replay: %s: %s\n", path, strerror(errno));
		exit(1);
	}
	return file;
}

static void __attribute__((noreturn)) usage(void)
{
	fputs("usage: replay [-c CUTS] [STREAM]\n", stderr);
	exit(64);
}

int main(int argc, char **argv)
{
	struct replay r = {
		.cfg = { VAMP_CONFIG_DEFAULTS },
		.stream = stdin,
		.name = "stdin",
	};
	int c;

	r.cfg.policy = &vamp_policy_vee14;
	while ((c = getopt(argc, argv, "c:")) != -1) {
		if (c != 'c' || r.cuts)
			usage();
		r.cuts = open_file(optarg, "w");
	}
	if (argc - optind > 1)
		usage();
	if (optind < argc) {
		r.name = argv[optind];
		r.stream = open_file(r.name, "r");
	}
	replay(&r);
	fclose(r.stream);
	if ((r.cuts && fclose(r.cuts)) || fflush(stdout)) {
		perror("replay");
		return 1;
	}
	return 0;
}
