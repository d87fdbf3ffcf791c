/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * keymap.h - QEMU's numbers for keys and buttons, in the module's terms.
 *
 * QEMU names a key by its qcode (the order of QKeyCode in its QMP schema,
 * which only grows at the end) or by a number: the set-1 scan code, with bit 7
 * for keys that have the prefix E0.
 */
#ifndef VAMPD_KEYMAP_H
#define VAMPD_KEYMAP_H

#include <stdbool.h>
#include <stdint.h>

/*
 * The set-1 make code without its prefix (so keypad Enter is Enter), 0 for a
 * key that has none, or -EINVAL for what cannot be a key.
 */
int keymap_qcode(uint64_t qcode);
int keymap_number(uint64_t number);

bool keymap_is_button(uint64_t button);

/*
 * The mask of buttons that QEMU holds (1 << its number): 1 left, 2 right,
 * 4 middle, 0x20 side, 0x40 extra, 0x80 touch; of no others.
 */
uint32_t keymap_held(uint32_t held);

/*
 * A wheel's step is the press and release of a "button": 0 up, 1 down, 2 left,
 * 3 right, or -EINVAL for a real button.
 */
int keymap_wheel(uint64_t button);

#endif /* VAMPD_KEYMAP_H */
