// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * server_vnc.c - the scene by VNC, on a port of the loopback that it prints, until
 * standard input ends.
 *
 *   server_vnc [--wrong] [--stuck] [--password]
 */
#include <arpa/inet.h>
#include <poll.h>
#include <rfb/keysym.h>
#include <rfb/rfb.h>
#include <string.h>

#include "scene.h"

static struct scene scene;

static void pointer(int buttons, int x, int y, rfbClientPtr client)
{
	(void)client;
	scene_pointer(&scene, x, y, (uint32_t)buttons, scene_now());
}

static void key(rfbBool down, rfbKeySym symbol, rfbClientPtr client)
{
	(void)client;
	if (symbol == XK_Return)
		scene_key(&scene, SCENE_ENTER, down, scene_now());
	if (symbol == XK_Escape)
		scene_key(&scene, SCENE_ESCAPE, down, scene_now());
}

static rfbScreenInfoPtr start(bool password)
{
	static char *passwords[] = { "sesame", NULL };
	rfbScreenInfoPtr s =
		rfbGetScreen(NULL, NULL, SCENE_WIDTH, SCENE_HEIGHT, 8, 3, 4);

	if (!s)
		return NULL;
	s->serverFormat.redShift = 16;
	s->serverFormat.greenShift = 8;
	s->serverFormat.blueShift = 0;
	s->frameBuffer = (char *)scene.pixel;
	s->listenInterface = htonl(INADDR_LOOPBACK);
	s->autoPort = TRUE;
	s->ipv6port = -1;
	s->alwaysShared = TRUE;
	s->ptrAddEvent = pointer;
	s->kbdAddEvent = key;
	if (password) {
		s->authPasswdData = passwords;
		s->passwordCheck = rfbCheckPasswordByList;
	}
	rfbInitServer(s);
	return s;
}

static bool ended(void)
{
	struct pollfd in = { .fd = 0, .events = POLLIN };

	return poll(&in, 1, 0) > 0;
}

int main(int argc, char **argv)
{
	rfbScreenInfoPtr s;
	struct scene_box box;
	bool password = false;
	int i;

	for (i = 1; i < argc; i++) {
		scene.wrong |= !strcmp(argv[i], "--wrong");
		scene.stuck |= !strcmp(argv[i], "--stuck");
		password |= !strcmp(argv[i], "--password");
	}
	rfbLogEnable(0);
	scene_init(&scene);
	s = start(password);
	if (!s || s->listenSock < 0)
		return 1;
	printf("port %d\n", s->port);
	fflush(stdout);
	while (!ended()) {
		rfbProcessEvents(s, 2000);
		if (scene_step(&scene, scene_now(), &box))
			rfbMarkRectAsModified(s, box.x, box.y,
					      box.x + box.width,
					      box.y + box.height);
	}
	s->frameBuffer = NULL;
	rfbShutdownServer(s, TRUE);
	rfbScreenCleanup(s);
	return 0;
}
