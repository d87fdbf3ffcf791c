// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * replay.c - drives the core with a recorded stream of events and prints what it
 * decided.
 *
 *   replay [-c CUTS] [STREAM]
 *
 * README.md describes the stream and the output; replay/ reads and plays it. CUTS
 * gets the numbers of the events at which the core settled an account that it
 * might have left open: it is free to choose them, and the oracle needs to know.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "replay/player.h"
#include "replay/stream.h"

#define EXIT_BAD_STREAM	2

struct replay {
	struct stream stream;
	struct player player;
	/* as last said */
	u64 system;
	u8 phase;
	bool wakes[WAKER_VECTORS];
	const char *name;
	FILE *cuts;
};

/* ---- what the core says ---- */

/* The vectors that wake tasks, as far as is known, if that changed. */
static void say_vectors(struct replay *r, const struct player *p)
{
	bool changed = false;
	u32 i;

	for (i = 0; i < WAKER_VECTORS; i++) {
		bool wakes = vamp_vectors_wakes(&p->vm->vectors, (u8)i);

		changed |= wakes != r->wakes[i];
		r->wakes[i] = wakes;
	}
	if (!changed)
		return;
	printf("%llu vectors", (unsigned long long)p->seq);
	for (i = 0; i < WAKER_VECTORS; i++)
		if (r->wakes[i])
			printf(" %02x", i);
	putchar('\n');
}

static void say_state(struct replay *r, const struct player *p)
{
	const struct vamp_vm *vm = p->vm;

	if (vm->phase != r->phase)
		printf("%llu phase %u\n", (unsigned long long)p->seq,
		       vm->phase);
	if (vm->system_task != r->system && vm->system_task == SYSTEM_NONE)
		printf("%llu system none\n", (unsigned long long)p->seq);
	else if (vm->system_task != r->system)
		printf("%llu system %llx\n", (unsigned long long)p->seq,
		       (unsigned long long)vm->system_task);
	r->phase = vm->phase;
	r->system = vm->system_task;
	say_vectors(r, p);
}

static void say_weight(const struct player *p, const struct decision *d)
{
	printf("%llu weight vcpu=%u nice=%d why=%s\n",
	       (unsigned long long)p->seq, d->vcpu, d->weight.nice,
	       vamp_why_text(d->weight.why));
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

static void say_classified(const struct player *p)
{
	const struct vamp_vm *vm = p->vm;
	u32 i;

	printf("%llu classified phase=%u load=%u", (unsigned long long)p->seq,
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

static void say_effect(const struct player *p, const char *what, u32 effect)
{
	static const char *const texts[EFFECT_COUNT] = {
		[EFFECT_STARTED] = "started",
		[EFFECT_RESTARTED] = "restarted",
		[EFFECT_EXTENDED] = "extended",
		[EFFECT_REPEATED] = "repeated",
	};

	if (effect != EFFECT_IGNORED)
		printf("%llu %s %s\n", (unsigned long long)p->seq, what,
		       texts[effect]);
}

static void say_audio(const struct player *p, u32 effect)
{
	static const char *const texts[] = {
		[AUDIO_HANDLER] = "handler",
		[AUDIO_PHASE] = "phase",
		[AUDIO_WEIGHT] = "weight",
	};

	if (effect != AUDIO_NOTED)
		printf("%llu audio %s\n", (unsigned long long)p->seq,
		       texts[effect]);
}

static void say(void *arg, const struct player *p, const struct decision *d)
{
	switch (d->kind) {
	case DECIDED_WEIGHT:
		say_state(arg, p);
		say_weight(p, d);
		break;
	case DECIDED_CLASSES:
		say_state(arg, p);
		say_classified(p);
		break;
	case DECIDED_INPUT:
		say_effect(p, "input", d->effect);
		break;
	case DECIDED_OUTPUT:
		say_effect(p, "output", d->effect);
		break;
	case DECIDED_AUDIO:
		say_audio(p, d->effect);
		break;
	case DECIDED_PROFILE:
		printf("%llu profile reactive=%u\n", (unsigned long long)p->seq,
		       p->vm->reactive_load);
		break;
	case DECIDED_OVER:
		break;
	}
}

/* ---- the stream ---- */

static void __attribute__((noreturn))
bad(const struct replay *r, const char *text)
{
	fflush(stdout);
	fprintf(stderr, "replay: %s:%llu: %s\n", r->name,
		(unsigned long long)r->stream.line, text);
	exit(EXIT_BAD_STREAM);
}

/* Notes that a vCPU was settled, if it was. */
static void note_cut(const struct replay *r, u64 seq,
		     const struct vamp_vcpu *was, const struct vamp_vcpu *v)
{
	if (r->cuts &&
	    (was->acct_time != v->acct_time ||
	     was->acct_delay != v->acct_delay || was->acct_cpu != v->acct_cpu))
		fprintf(r->cuts, "%llu\n", (unsigned long long)seq);
}

static void play(struct replay *r, const struct event *e)
{
	bool cuts = e->op == OP_ENTRY || e->op == OP_INTR;
	struct vamp_vcpu was;

	if (cuts)
		was = r->player.vm->vcpu[e->vcpu];
	if (!player_play(&r->player, e))
		bad(r, r->player.error);
	if (cuts)
		note_cut(r, r->player.seq, &was, &r->player.vm->vcpu[e->vcpu]);
}

/* Nothing was said of a VM that was just made. */
static void begin(struct replay *r)
{
	r->phase = r->player.vm->phase;
	r->system = r->player.vm->system_task;
}

static void replay(struct replay *r)
{
	static const struct player_hooks hooks = { .decided = say };
	struct player *p = &r->player;
	enum stream_status status;
	struct event e;

	player_init(p, r->stream.format, &r->stream.cfg, &hooks, r);
	while ((status = stream_next(&r->stream, &e)) == STREAM_EVENT) {
		play(r, &e);
		if (e.op == OP_MAKE)
			begin(r);
		if (p->vm)
			say_state(r, p);
	}
	if (status == STREAM_BAD)
		bad(r, r->stream.error);
	printf("%llu tasks=%u evicted=%llu\n", (unsigned long long)p->played,
	       p->vm->tasks.used, (unsigned long long)p->vm->tasks.evicted);
	player_free(p);
	stream_free(&r->stream);
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
	struct replay r = { .name = "stdin" };
	FILE *in = stdin;
	int c;

	while ((c = getopt(argc, argv, "c:")) != -1) {
		if (c != 'c' || r.cuts)
			usage();
		r.cuts = open_file(optarg, "w");
	}
	if (argc - optind > 1)
		usage();
	if (optind < argc) {
		r.name = argv[optind];
		in = open_file(r.name, "r");
	}
	if (!stream_open(&r.stream, stream_read_file, in))
		bad(&r, r.stream.error);
	replay(&r);
	fclose(in);
	if ((r.cuts && fclose(r.cuts)) || fflush(stdout)) {
		perror("replay");
		return 1;
	}
	return 0;
}
