/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * audio.h - whether the guest makes sound.
 *
 * The sound servers of all users are asked, PipeWire or else PulseAudio, by their
 * own libraries, where these were there at build time. Where no server can be
 * asked, the kernel tells whether a sound card plays (/proc/asound).
 */
#ifndef VAMP_GUEST_AUDIO_H
#define VAMP_GUEST_AUDIO_H

#include <stdbool.h>
#include <stddef.h>
#include <systemd/sd-event.h>

typedef void audio_changed(void *context, bool on);

/* Watches from now on; @changed is called when it begins or ends. 0 or -errno. */
int audio_init(sd_event *loop, audio_changed *changed, void *context);
void audio_close(void);

bool audio_is_on(void);

/* Where it is known from, for people: "PipeWire", "/proc/asound", ... */
const char *audio_source(void);

/* True if a playing sound card is found in /proc/asound. */
bool audio_card_plays(void);

/* ---- a kind of sound server ---- */

/*
 * One server's connection. @on: it plays, or not; or @lost: the connection is of
 * no use any more, and will be closed.
 */
typedef void audio_told(void *context, bool on, bool lost);

struct audio_server {
	const char *name;
	const char *socket;	/* below /run/user/UID */
	/* NULL: it cannot be asked. */
	void *(*open)(sd_event *loop, const char *path, unsigned int uid,
		      audio_told *told, void *context);
	void (*close)(void *server);
};

/* Those that were there at build time, in the order of preference. */
extern const struct audio_server *const audio_servers[];
extern const size_t audio_server_kinds;

extern const struct audio_server audio_pipewire;
extern const struct audio_server audio_pulse;

#endif /* VAMP_GUEST_AUDIO_H */
