/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * playback.h - vampplay on a VM with a real desktop.
 */
#ifndef LAB_PLAYBACK_H
#define LAB_PLAYBACK_H

/*
 * A whole scenario: record what starts and closes an application, replay it 20
 * times, in both formats, and then before a screen that is not as recorded. @server
 * is "vnc" or "spice".
 */
void playback_run(const char *server);

#endif
