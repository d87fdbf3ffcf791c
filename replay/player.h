/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * player.h - tells a core of its own what a recording tells, and says what it
 * decides.
 *
 * As it was: the core hears exactly what the module's core heard, and its answers
 * must be the module's; each is compared with what the recording has.
 *
 * With other parameters (player_set()) what followed from the old ones does not
 * count any more: classifications, phases' ends and their weights are then
 * worked out here, as the module would (what_if.c). What the guest and the host's
 * scheduler did stays as it was recorded.
 */
#ifndef VAMP_REPLAY_PLAYER_H
#define VAMP_REPLAY_PLAYER_H

#include "core/param.h"
#include "op.h"

struct player;

enum decision_kind {
	DECIDED_WEIGHT,		/* vcpu, weight: not what it was before */
	DECIDED_CLASSES,	/* a classification counts: ->vm has it */
	DECIDED_OVER,		/* a phase was ended, or none was there */
	DECIDED_INPUT,		/* effect: enum vamp_input_effect */
	DECIDED_OUTPUT,		/* the same */
	DECIDED_AUDIO,		/* effect: enum vamp_audio_effect */
	DECIDED_PROFILE,	/* a profiling tick: ->vm has the load */
};

struct decision {
	enum decision_kind kind;
	u32 effect;
	u32 vcpu;
	struct vamp_weight weight;
};

/* Of whoever plays; each may be NULL. */
struct player_hooks {
	void (*decided)(void *arg, const struct player *p,
			const struct decision *d);
	/* The module said @said, the core says @ours; one may be NULL: nothing. */
	void (*differs)(void *arg, const struct player *p,
			const struct event *said, const struct event *ours);
};

/* What was last said of a vCPU, and the clocks of its thread. */
struct player_seat {
	struct vamp_weight weight;
	u64 now, run_delay, cpu_time;
};

struct player {
	struct vamp_config cfg;
	struct vamp_vm *vm;		/* NULL before it is made */
	struct player_seat *seat;
	u32 format;
	u64 seq;			/* number of this event, from 0 */
	u64 played;			/* events */
	u64 now;			/* of the last event that has one */
	char error[120];
	/* private */
	struct player_hooks hooks;
	void *arg;
	bool set[VAMP_PARAMS];		/* parameters that are not as recorded */
	bool free;			/* any is */
	bool fresh;			/* nothing was told since the making */
	bool looked;			/* the classification was told in steps */
	enum {
		CLASSIFIED,
		BEGUN,
		JUDGED
	} state;
	/* what_if.c */
	bool wanted;			/* a classification, since then */
	bool room_wanted;		/* another, to make room */
	bool heard;			/* sound that may begin a phase */
	bool stopped;			/* its phase, perhaps, from outside */
	u64 wanted_at, heard_at;
	u64 ticked;
	/* what the core answered to this call, and what of it the module did */
	struct event *answer;
	u32 nr_answers, next_answer, room;
	bool lost;			/* events: no answer can be relied on */
};

/* @cfg is what holds until parameters are told. */
void player_init(struct player *p, u32 format, const struct vamp_config *cfg,
		 const struct player_hooks *hooks, void *arg);

/*
 * From here on, and whatever the recording says, parameter @i is @value: before
 * the first event. False if it is out of its bounds.
 */
bool player_set(struct player *p, u32 i, u32 value);

/* Plays one event. False if it cannot be: ->error says why. */
bool player_play(struct player *p, const struct event *e);

/* After the last event: compares what is left to compare. */
void player_end(struct player *p);

void player_free(struct player *p);

/* For what_if.c. */
void player_weigh_all(struct player *p);
void player_say(struct player *p, enum decision_kind kind, u32 effect);
void player_give(struct player *p, u32 vcpu, struct vamp_weight w);
void player_classified(struct player *p, bool weigh);

#endif /* VAMP_REPLAY_PLAYER_H */
