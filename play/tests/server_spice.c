// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * server_spice.c - the scene by SPICE, on a port of the loopback that it prints,
 * until standard input ends.
 *
 *   server_spice [--wrong] [--stuck] [--password] [--no-tablet]
 */
#include <arpa/inet.h>
#include <glib.h>
#include <spice.h>
#include <spice/qxl_dev.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "scene.h"

#define STEP_MS		2
#define SCAN_ENTER	0x1c
#define SCAN_ESCAPE	0x01
#define SCAN_UP		0x80

static struct scene scene;

/* ---- the event loop that the library asks for ---- */

struct SpiceTimer {
	SpiceTimerFunc call;
	void *arg;
	guint source;
};

struct SpiceWatch {
	SpiceWatchFunc call;
	void *arg;
	GIOChannel *channel;
	guint source;
};

static SpiceTimer *timer_add(SpiceTimerFunc call, void *arg)
{
	SpiceTimer *t = g_new0(SpiceTimer, 1);

	t->call = call;
	t->arg = arg;
	return t;
}

static gboolean timer_over(gpointer arg)
{
	SpiceTimer *t = arg;

	t->source = 0;
	t->call(t->arg);
	return G_SOURCE_REMOVE;
}

static void timer_cancel(SpiceTimer *t)
{
	if (t->source)
		g_source_remove(t->source);
	t->source = 0;
}

static void timer_start(SpiceTimer *t, uint32_t ms)
{
	timer_cancel(t);
	t->source = g_timeout_add(ms, timer_over, t);
}

static void timer_remove(SpiceTimer *t)
{
	timer_cancel(t);
	g_free(t);
}

static gboolean watch_ready(GIOChannel *channel, GIOCondition what,
			    gpointer arg)
{
	SpiceWatch *w = arg;
	int mask = 0;

	if (what & (G_IO_IN | G_IO_HUP | G_IO_ERR))
		mask |= SPICE_WATCH_EVENT_READ;
	if (what & G_IO_OUT)
		mask |= SPICE_WATCH_EVENT_WRITE;
	w->call(g_io_channel_unix_get_fd(channel), mask, w->arg);
	return G_SOURCE_CONTINUE;
}

static void watch_update(SpiceWatch *w, int mask)
{
	GIOCondition what = 0;

	if (w->source)
		g_source_remove(w->source);
	w->source = 0;
	if (mask & SPICE_WATCH_EVENT_READ)
		what |= G_IO_IN | G_IO_HUP | G_IO_ERR;
	if (mask & SPICE_WATCH_EVENT_WRITE)
		what |= G_IO_OUT;
	if (mask)
		w->source = g_io_add_watch(w->channel, what, watch_ready, w);
}

static SpiceWatch *watch_add(int fd, int mask, SpiceWatchFunc call, void *arg)
{
	SpiceWatch *w = g_new0(SpiceWatch, 1);

	w->call = call;
	w->arg = arg;
	w->channel = g_io_channel_unix_new(fd);
	watch_update(w, mask);
	return w;
}

static void watch_remove(SpiceWatch *w)
{
	watch_update(w, 0);
	g_io_channel_unref(w->channel);
	g_free(w);
}

static void channel_event(int event, SpiceChannelEventInfo *info)
{
	(void)event;
	(void)info;
}

static SpiceCoreInterface core = {
	.base = { .type = SPICE_INTERFACE_CORE,
		  .description = "loop",
		  .major_version = SPICE_INTERFACE_CORE_MAJOR,
		  .minor_version = SPICE_INTERFACE_CORE_MINOR },
	.timer_add = timer_add,
	.timer_start = timer_start,
	.timer_cancel = timer_cancel,
	.timer_remove = timer_remove,
	.watch_add = watch_add,
	.watch_update_mask = watch_update,
	.watch_remove = watch_remove,
	.channel_event = channel_event,
};

/* ---- the display; commands are taken from a thread of the library ---- */

struct drawing {
	QXLCommandExt command;
	QXLDrawable drawable;
	QXLImage image;
	uint8_t *pixels;
};

static GAsyncQueue *drawings;
static uint32_t surface[SCENE_WIDTH * SCENE_HEIGHT];

static void copy_box(const struct scene_box *b, uint8_t *to)
{
	size_t row = (size_t)b->width * 4;
	int y;

	for (y = 0; y < b->height; y++)
		memcpy(to + (size_t)y * row,
		       scene.pixel + (b->y + y) * SCENE_WIDTH + b->x, row);
}

static void fill_image(struct drawing *d, const struct scene_box *b)
{
	static uint32_t unique;

	QXL_SET_IMAGE_ID(&d->image, QXL_IMAGE_GROUP_DEVICE, ++unique);
	d->image.descriptor.type = SPICE_IMAGE_TYPE_BITMAP;
	d->image.descriptor.width = (uint32_t)b->width;
	d->image.descriptor.height = (uint32_t)b->height;
	d->image.bitmap.flags = QXL_BITMAP_DIRECT | QXL_BITMAP_TOP_DOWN;
	d->image.bitmap.x = (uint32_t)b->width;
	d->image.bitmap.y = (uint32_t)b->height;
	d->image.bitmap.stride = (uint32_t)b->width * 4;
	d->image.bitmap.format = SPICE_BITMAP_FMT_RGBA;
	d->image.bitmap.data = (uintptr_t)d->pixels;
}

static void fill_drawable(struct drawing *d, const struct scene_box *b)
{
	QXLDrawable *to = &d->drawable;
	size_t i;

	to->type = QXL_DRAW_COPY;
	to->effect = QXL_EFFECT_OPAQUE;
	to->clip.type = SPICE_CLIP_TYPE_NONE;
	to->bbox.top = b->y;
	to->bbox.left = b->x;
	to->bbox.bottom = b->y + b->height;
	to->bbox.right = b->x + b->width;
	for (i = 0; i < 3; i++)
		to->surfaces_dest[i] = -1;
	to->u.copy.rop_descriptor = SPICE_ROPD_OP_PUT;
	to->u.copy.src_bitmap = (uintptr_t)&d->image;
	to->u.copy.src_area.bottom = b->height;
	to->u.copy.src_area.right = b->width;
	to->release_info.id = (uintptr_t)d;
}

static void push(const struct scene_box *b)
{
	struct drawing *d = g_new0(struct drawing, 1);

	d->pixels = g_malloc((size_t)b->width * (size_t)b->height * 4);
	copy_box(b, d->pixels);
	fill_image(d, b);
	fill_drawable(d, b);
	d->command.cmd.type = QXL_CMD_DRAW;
	d->command.cmd.data = (uintptr_t)&d->drawable;
	g_async_queue_push(drawings, d);
}

static int get_command(QXLInstance *qxl, struct QXLCommandExt *to)
{
	struct drawing *d = g_async_queue_try_pop(drawings);

	(void)qxl;
	if (!d)
		return 0;
	*to = d->command;
	return 1;
}

static int want_command(QXLInstance *qxl)
{
	(void)qxl;
	return g_async_queue_length(drawings) <= 0;
}

static void release(QXLInstance *qxl, struct QXLReleaseInfoExt info)
{
	struct drawing *d = (void *)(uintptr_t)info.info->id;

	(void)qxl;
	g_free(d->pixels);
	g_free(d);
}

static int no_command(QXLInstance *qxl, struct QXLCommandExt *to)
{
	(void)qxl;
	(void)to;
	return 0;
}

static int yes(QXLInstance *qxl)
{
	(void)qxl;
	return 1;
}

static int none(QXLInstance *qxl)
{
	(void)qxl;
	return 0;
}

static void attached(QXLInstance *qxl)
{
	(void)qxl;
}

static void with_number(QXLInstance *qxl, uint32_t n)
{
	(void)qxl;
	(void)n;
}

static void with_level(QXLInstance *qxl, int n)
{
	(void)qxl;
	(void)n;
}

static void with_cookie(QXLInstance *qxl, uint64_t n)
{
	(void)qxl;
	(void)n;
}

static void updated(QXLInstance *qxl, uint32_t id, struct QXLRect *rects,
		    uint32_t nr)
{
	(void)qxl;
	(void)id;
	(void)rects;
	(void)nr;
}

static void capable(QXLInstance *qxl, uint8_t present, uint8_t *caps)
{
	(void)qxl;
	(void)present;
	(void)caps;
}

static void tell_init(QXLInstance *qxl, QXLDevInitInfo *info)
{
	(void)qxl;
	*info = (QXLDevInitInfo){ .num_memslots_groups = 1,
				  .num_memslots = 1,
				  .memslot_gen_bits = 0,
				  .memslot_id_bits = 1,
				  .n_surfaces = 1 };
}

static QXLInterface display = {
	.base = { .type = SPICE_INTERFACE_QXL,
		  .description = "display",
		  .major_version = SPICE_INTERFACE_QXL_MAJOR,
		  .minor_version = SPICE_INTERFACE_QXL_MINOR },
	.attached_worker = attached,
	.set_compression_level = with_level,
	.get_init_info = tell_init,
	.get_command = get_command,
	.req_cmd_notification = want_command,
	.release_resource = release,
	.get_cursor_command = no_command,
	.req_cursor_notification = yes,
	.notify_update = with_number,
	.flush_resources = none,
	.async_complete = with_cookie,
	.update_area_complete = updated,
	.set_client_capabilities = capable,
};

static void start_display(QXLInstance *qxl)
{
	QXLDevMemSlot slot = { .virt_end = ~(uintptr_t)0 };
	QXLDevSurfaceCreate primary = {
		.width = SCENE_WIDTH,
		.height = SCENE_HEIGHT,
		.stride = -SCENE_WIDTH * 4,
		.format = SPICE_SURFACE_FMT_32_xRGB,
		.mouse_mode = 1,
		.mem = (uintptr_t)surface,
	};

	spice_qxl_add_memslot(qxl, &slot);
	spice_qxl_create_primary_surface(qxl, 0, &primary);
}

/* ---- input ---- */

static int pointer_x, pointer_y;

static void key(SpiceKbdInstance *kbd, uint8_t code)
{
	bool down = !(code & SCAN_UP);

	(void)kbd;
	if ((code & ~SCAN_UP) == SCAN_ENTER)
		scene_key(&scene, SCENE_ENTER, down, scene_now());
	if ((code & ~SCAN_UP) == SCAN_ESCAPE)
		scene_key(&scene, SCENE_ESCAPE, down, scene_now());
}

static uint8_t leds(SpiceKbdInstance *kbd)
{
	(void)kbd;
	return 0;
}

static void size(SpiceTabletInstance *tablet, int width, int height)
{
	(void)tablet;
	(void)width;
	(void)height;
}

static void buttons(SpiceTabletInstance *tablet, uint32_t held)
{
	(void)tablet;
	scene_pointer(&scene, pointer_x, pointer_y, held, scene_now());
}

static void place(SpiceTabletInstance *tablet, int x, int y, uint32_t held)
{
	pointer_x = x;
	pointer_y = y;
	buttons(tablet, held);
}

static void wheel(SpiceTabletInstance *tablet, int turns, uint32_t held)
{
	(void)turns;
	buttons(tablet, held);
}

static SpiceKbdInterface keyboard = {
	.base = { .type = SPICE_INTERFACE_KEYBOARD,
		  .description = "keyboard",
		  .major_version = SPICE_INTERFACE_KEYBOARD_MAJOR,
		  .minor_version = SPICE_INTERFACE_KEYBOARD_MINOR },
	.push_scan_freg = key,
	.get_leds = leds,
};

static SpiceTabletInterface tablet_interface = {
	.base = { .type = SPICE_INTERFACE_TABLET,
		  .description = "tablet",
		  .major_version = SPICE_INTERFACE_TABLET_MAJOR,
		  .minor_version = SPICE_INTERFACE_TABLET_MINOR },
	.set_logical_size = size,
	.position = place,
	.wheel = wheel,
	.buttons = buttons,
};

/* ---- */

static QXLInstance qxl = { .base.sif = &display.base };

static gboolean step(gpointer arg)
{
	struct scene_box box;

	(void)arg;
	if (scene_step(&scene, scene_now(), &box)) {
		push(&box);
		spice_qxl_wakeup(&qxl);
	}
	return G_SOURCE_CONTINUE;
}

static gboolean input_ends(GIOChannel *channel, GIOCondition what, gpointer arg)
{
	(void)channel;
	(void)what;
	g_main_loop_quit(arg);
	return G_SOURCE_REMOVE;
}

/* A listening socket of ours, so that its port is known and free. */
static int listen_on(uint16_t *port)
{
	struct sockaddr_in at = { .sin_family = AF_INET };
	socklen_t length = sizeof(at);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (bind(fd, (struct sockaddr *)&at, sizeof(at)) || listen(fd, 8) ||
	    getsockname(fd, (struct sockaddr *)&at, &length))
		return -1;
	*port = ntohs(at.sin_port);
	return fd;
}

static gboolean connection(GIOChannel *channel, GIOCondition what, gpointer arg)
{
	int fd = accept(g_io_channel_unix_get_fd(channel), NULL, NULL);

	(void)what;
	if (fd >= 0 && spice_server_add_client(arg, fd, 0))
		close(fd);
	return G_SOURCE_CONTINUE;
}

static bool start(SpiceServer *server, bool password, bool with_tablet)
{
	static SpiceKbdInstance kbd = { .base.sif = &keyboard.base };
	static SpiceTabletInstance tablet = { .base.sif =
						      &tablet_interface.base };
	struct scene_box all = { 0, 0, SCENE_WIDTH, SCENE_HEIGHT };
	uint16_t port;
	int fd = listen_on(&port);

	if (fd < 0)
		return false;
	if (password)
		spice_server_set_ticket(server, "sesame", 0, 0, 0);
	else
		spice_server_set_noauth(server);
	spice_server_set_streaming_video(server, SPICE_STREAM_VIDEO_OFF);
	if (spice_server_init(server, &core))
		return false;
	spice_server_add_interface(server, &qxl.base);
	spice_server_add_interface(server, &kbd.base);
	if (with_tablet)
		spice_server_add_interface(server, &tablet.base);
	start_display(&qxl);
	spice_server_vm_start(server);
	push(&all);
	spice_qxl_wakeup(&qxl);
	g_io_add_watch(g_io_channel_unix_new(fd), G_IO_IN, connection, server);
	printf("port %u\n", port);
	fflush(stdout);
	return true;
}

int main(int argc, char **argv)
{
	GMainLoop *loop = g_main_loop_new(NULL, FALSE);
	SpiceServer *server = spice_server_new();
	bool password = false, with_tablet = true;
	int i;

	for (i = 1; i < argc; i++) {
		scene.wrong |= !strcmp(argv[i], "--wrong");
		scene.stuck |= !strcmp(argv[i], "--stuck");
		password |= !strcmp(argv[i], "--password");
		with_tablet &= !!strcmp(argv[i], "--no-tablet");
	}
	drawings = g_async_queue_new();
	scene_init(&scene);
	if (!start(server, password, with_tablet))
		return 1;
	g_timeout_add(STEP_MS, step, NULL);
	g_io_add_watch(g_io_channel_unix_new(0), G_IO_IN | G_IO_HUP, input_ends,
		       loop);
	g_main_loop_run(loop);
	/* Its threads end with us; what they hold is of no interest. */
	fflush(NULL);
	_exit(0);
}
