/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guest.h - the programs of a guest, all in one static binary.
 */
#ifndef LAB_GUEST_H
#define LAB_GUEST_H

#define CHANNEL	"/dev/ttyS1"

int init_main(void);

/* What is left to do when the rest is mounted: the agent until it powers off. */
int serve_main(void);
int hog_main(int argc, char **argv);
int app_main(int argc, char **argv);
int player_main(int argc, char **argv);
int server_main(int argc, char **argv);
int shell_main(void);
int step_main(int argc, char **argv);
int liar_main(int argc, char **argv);
int job_main(int argc, char **argv);

/* Answer commands on @channel until told to power off. */
void agent_serve(int channel);

#endif
