/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.h - what the harness asks of the agent inside a VM.
 */
#ifndef LAB_GUEST_H
#define LAB_GUEST_H

#include <stdbool.h>

#include "vm.h"

#define GUEST_HOGS	8

struct guest_stat {
	uint64_t now_ns;		/* the guest's clock */
	uint64_t work;			/* units done by all background work */
	unsigned int n;
	uint64_t cpu_ns[GUEST_HOGS];	/* CPU time of each process */
};

/* A command that is answered with OK: "hogs N", "stop", "cont", "kill" ... */
void guest_tell(struct vm *vm, const char *command);

/* A command, and the line of its answer, which begins with @prefix. */
void guest_ask(struct vm *vm, const char *command, const char *prefix,
	       char *answer, size_t size);

/* The same with more patience than usual. */
void guest_ask_long(struct vm *vm, const char *command, const char *prefix,
		    char *answer, size_t size, uint64_t deadline);

/*
 * A command for the shell of a guest that has one: its status as of wait(2), and
 * the last line that it printed in @said, which may be NULL.
 */
int guest_shell(struct vm *vm, const char *command, char *said, size_t size);

/* (Re)start the application with a burst of @amount units; wait for it. */
void guest_app(struct vm *vm, unsigned int amount);

/* The same with a burst of @amount in each of @threads threads at once. */
void guest_app_threads(struct vm *vm, unsigned int amount,
		       unsigned int threads);

/* How long @amount units take, done by the agent. */
uint64_t guest_time(struct vm *vm, unsigned int amount);

struct guest_play {
	uint64_t periods, missed;	/* since the guest booted */
	int player, server;		/* exit status, -1 while it runs */
	uint64_t player_ns, server_ns;	/* CPU time of both */
};

/* Where the guest sees the registers of its "ac97" or "hda". */
struct guest_bar {
	uint64_t first, last;
	bool is_io;
};

struct guest_film {
	uint64_t now_ns;		/* the guest's clock */
	bool plays;
	uint64_t frame, dropped;	/* since it was started; frame: in the film */
	uint64_t cpu_ns;
};

void guest_filmstat(struct vm *vm, struct guest_film *film);

void guest_playstat(struct vm *vm, struct guest_play *play);
void guest_bar(struct vm *vm, const char *device, struct guest_bar *bar);

void guest_stat(struct vm *vm, struct guest_stat *stat);

/* Press Enter, wait for the application's answer: how long it took. */
uint64_t guest_respond(struct vm *vm);

/* Wait for the answer to a key pressed earlier; or has it come already? */
void guest_answer(struct vm *vm);
bool guest_answered(struct vm *vm);

#endif
