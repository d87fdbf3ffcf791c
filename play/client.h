/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * client.h - a connection to a server: what it shows, and what is sent to it.
 *
 * Everything happens in client_wait() and within the calls that send; there is no
 * thread. Where a call returns false, ->code and ->error say why, and the connection
 * is of no more use.
 */
#ifndef PLAY_CLIENT_H
#define PLAY_CLIENT_H

#include "screen.h"

#define CLIENT_KEYS	0x200
#define CLIENT_HANDLE_US	10000	/* of what has come, before a wait ends */

struct client_settings {
	const char *url;	/* "vnc://HOST[:PORT]", ... (vampplay(1)) */
	const char *password;	/* or NULL */
	const char *ca_file;	/* who may sign certificates of TLS, or NULL */
	uint64_t timeout_us;	/* to connect, and for the first picture */
};

struct client_kind;

struct client {
	struct screen screen;	/* changes in client_wait() alone */
	/* Of each update, while client_wait() runs; may send nothing. */
	void (*updated)(void *arg, uint32_t surface, const struct area *area);
	void *arg;
	int code;		/* exit_code.h; 0: connected */
	char error[256];
	uint64_t limit;		/* as client_limit() set it */
	const char *limit_option;
	bool stalled;		/* it was over: why there is a ->code */
	uint64_t patience_us;	/* what it took to connect at most */
	int32_t x, y;		/* of the pointer */
	uint32_t display;	/* where it is, of several (SPICE) */
	uint32_t buttons;	/* held */
	bool held[CLIENT_KEYS];
	const struct client_kind *kind;
};

/*
 * Connects, and waits for the first picture and until input is taken. NULL: it said
 * why, and *@code is what to end with.
 */
struct client *client_open(const struct client_settings *set, int *code);

/* Lets go of all keys and buttons that are held. */
void client_close(struct client *c);

/*
 * From here on a server that stops in the middle of what it says, or takes nothing
 * that is sent, is given up when clock_us() is @at. @option: by which a user knows
 * that time.
 */
void client_limit(struct client *c, uint64_t at, const char *option);

/*
 * Handles what has come; if that is nothing, waits @us at most until there is. More
 * may be there when it returns, if there is no end of it.
 */
bool client_wait(struct client *c, uint64_t us);

bool client_pointer(struct client *c, int32_t x, int32_t y);
bool client_button(struct client *c, uint32_t button, bool down);
bool client_key(struct client *c, uint32_t key, bool down);
bool client_let_go(struct client *c);

/* ---- for those who are a kind of client ---- */

struct client_kind {
	const char *scheme;	/* up to "://" */
	const char *unix_scheme;
	uint32_t buttons;	/* that the protocol has */
	/* @place: what is behind "://". NULL as client_open(). */
	struct client *(*open)(const struct client_settings *set,
			       const char *place, bool is_unix, int *code);
	bool (*wait)(struct client *c, uint64_t us);
	bool (*ready)(const struct client *c);	/* for input */
	/* ->x, ->y and ->buttons are what they are to be now. */
	bool (*pointer)(struct client *c);
	bool (*button)(struct client *c, uint32_t button, bool down);
	bool (*key)(struct client *c, uint32_t key, bool down);
	void (*close)(struct client *c);
};

extern const struct client_kind client_vnc, client_spice;

/* Can a display be so large? If not, the client has failed. */
bool client_allows(struct client *c, long width, long height);

/*
 * Display @i, below SCREEN_SURFACES, is there, in rows of @stride bytes. False: it
 * cannot be so, and the client has failed.
 */
bool client_shows(struct client *c, uint32_t i, long width, long height,
		  long stride, const void *pixels);

/* A display was updated; what is not within it is left out. */
void client_updated(struct client *c, uint32_t i, long x, long y, long width,
		    long height);

/* Always false. The first of several failures counts. */
bool client_fail(struct client *c, int code, const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif /* PLAY_CLIENT_H */
