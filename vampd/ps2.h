/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ps2.h - what a guest reads from its PC keyboard controller, as input.
 *
 * Fed with every access to ports 0x60 and 0x64, it follows the protocols of the
 * keyboard (scan codes of set 1, as the controller translates them) and of the
 * PS/2 mouse (packets of 3 bytes, or 4 with a wheel: learned). It joins in at
 * any time and finds its way after bytes that it missed.
 *
 * The guest chooses all of it. Used by the BPF program and by tests, so it
 * needs neither libc nor loops.
 */
#ifndef VAMPD_PS2_H
#define VAMPD_PS2_H

#include <linux/types.h>
#include <stdbool.h>

#define PS2_PORT_DATA	0x60
#define PS2_PORT_STATUS	0x64	/* read; written: a command */

/* What is read so soon after a command answers it, and is no input. */
#define PS2_ANSWER_NS	50000000ull

/* A mouse that was silent for so long begins a packet. */
#define PS2_SILENCE_NS	250000000ull

enum {
	PS2_LEFT = 1 << 0,
	PS2_RIGHT = 1 << 1,
	PS2_MIDDLE = 1 << 2,
	PS2_SIDE = 1 << 3,
	PS2_EXTRA = 1 << 4
};

/* One VM's. All 0 to begin with. */
struct ps2 {
	__u64 commanded;	/* when the guest last wrote a command */
	__u64 last;		/* when a byte of the mouse was read */
	__u8 mouse_waits;	/* as the guest last read the status */
	__u8 extended;		/* keyboard: 0xe0 came before */
	__u8 skip;		/* keyboard: bytes of Pause that follow */
	__u8 at;		/* bytes of this packet */
	__u8 size;		/* of a packet: 3 or 4; 0: not known yet */
	__u8 buttons;		/* that are down */
	__u8 motion;		/* of this packet */
	__u8 pad;
};

/* What a byte said. Nothing of a kind: 0. */
struct ps2_news {
	__u8 key;		/* scan code, with bit 7 if after 0xe0 */
	__u8 key_down;
	__u8 pressed, released;	/* PS2_* */
	__u8 moved;
	__s8 wheel;		/* -1 up, 1 down */
};

/* These move nothing and get no answer: drivers do so around each key. */
static inline bool ps2_is_silent(__u8 command)
{
	return command == 0xa7 || command == 0xa8 || command == 0xad ||
	       command == 0xae;
}

/* The guest writes. */
static inline void ps2_write(struct ps2 *p, __u16 port, __u8 byte, __u64 now)
{
	if (port == PS2_PORT_STATUS && ps2_is_silent(byte))
		return;
	p->commanded = now;
	p->at = 0;
	p->extended = 0;
	p->skip = 0;
}

static inline void ps2_status(struct ps2 *p, __u8 byte)
{
	p->mouse_waits = (byte & 0x21) == 0x21;
}

/* Of the keyboard itself, and shifts that it makes up around some keys. */
static inline bool ps2_is_no_key(__u8 byte, bool extended)
{
	__u8 code = byte & 0x7f;

	if (byte == 0xfa || byte == 0xfe || byte == 0xee || !code ||
	    code == 0x7f)
		return true;
	return extended && (code == 0x2a || code == 0x36);
}

static inline void ps2_key(struct ps2 *p, __u8 byte, struct ps2_news *n)
{
	bool extended = p->extended;

	if (p->skip) {
		p->skip--;
		return;
	}
	p->extended = byte == 0xe0;
	if (byte == 0xe0)
		return;
	if (byte == 0xe1) {
		p->skip = 2;
		return;
	}
	if (ps2_is_no_key(byte, extended))
		return;
	n->key = (byte & 0x7f) | (extended ? 0x80 : 0);
	n->key_down = !(byte & 0x80);
}

static inline void ps2_hold(struct ps2 *p, __u8 mask, __u8 now,
			    struct ps2_news *n)
{
	__u8 before = p->buttons & mask;

	n->pressed = now & ~before;
	n->released = before & ~now;
	p->buttons = (p->buttons & ~mask) | now;
}

/* The fourth byte: a wheel's step, and perhaps two buttons more. */
static inline void ps2_wheel(struct ps2 *p, __u8 byte, struct ps2_news *n)
{
	if (byte & 0xc0) {
		n->wheel = -1;
		return;
	}
	if (byte & 0x0f)
		n->wheel = byte & 0x08 ? -1 : 1;
	ps2_hold(p, PS2_SIDE | PS2_EXTRA, (byte >> 1) & (PS2_SIDE | PS2_EXTRA),
		 n);
}

/* Bit 3 is set in the first byte of a packet, and clear in a wheel's rest. */
static inline void ps2_first(struct ps2 *p, __u8 byte, struct ps2_news *n)
{
	if (!(byte & 0x08)) {
		p->size &= 4;
		return;
	}
	ps2_hold(p, PS2_LEFT | PS2_RIGHT | PS2_MIDDLE, byte & 0x07, n);
	p->motion = 0;
	p->at = 1;
}

static inline void ps2_packet(struct ps2 *p, __u8 byte, struct ps2_news *n)
{
	if (p->at == 3 && (p->size == 4 || (!p->size && !(byte & 0x08)))) {
		p->size = 4;
		p->at = 0;
		ps2_wheel(p, byte, n);
		return;
	}
	if (p->at == 0 || p->at == 3) {
		p->at = 0;
		ps2_first(p, byte, n);
		return;
	}
	p->motion |= byte;
	p->at++;
	if (p->at < 3)
		return;
	n->moved = !!p->motion;
	if (p->size == 3)
		p->at = 0;
}

static inline void ps2_mouse(struct ps2 *p, __u8 byte, __u64 now,
			     struct ps2_news *n)
{
	if (now - p->last > PS2_SILENCE_NS) {
		if (p->at == 3)
			p->size = 3;
		p->at = 0;
	}
	p->last = now;
	ps2_packet(p, byte, n);
}

/* The guest reads: what it learns from it. */
static inline void ps2_read(struct ps2 *p, __u16 port, __u8 byte, __u64 now,
			    struct ps2_news *n)
{
	*n = (struct ps2_news){ .key = 0 };
	if (port == PS2_PORT_STATUS)
		ps2_status(p, byte);
	else if (p->commanded && now - p->commanded < PS2_ANSWER_NS)
		return;
	else if (p->mouse_waits)
		ps2_mouse(p, byte, now, n);
	else
		ps2_key(p, byte, n);
}

#endif /* VAMPD_PS2_H */
