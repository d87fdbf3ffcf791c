// SPDX-License-Identifier: GPL-2.0-or-later
/* window.c - a window by SDL. The picture is shown as it is, or smaller to fit. */
#include "window.h"

#include <SDL.h>
#include <stdlib.h>

#include "key.h"
#include "say.h"

#define WHEEL_UP	4
#define WHEEL_DOWN	5
#define TITLE		"vampplay"
#define WHEEL_MAX	20	/* turns from one event */

struct window {
	uint32_t surface;
	SDL_Window *window;
	SDL_Renderer *renderer;
	SDL_Texture *texture;
	int width, height;	/* of the texture */
	bool changed;
	int32_t turns;		/* of the wheel, still to be told: up above 0 */
	bool turned;		/* its button is down */
};

/* ---- opening ---- */

static struct window *refused(struct window *w)
{
	say("no window: %s", SDL_GetError());
	window_close(w);
	return NULL;
}

struct window *window_open(uint32_t surface)
{
	struct window *w = calloc(1, sizeof(*w));

	if (!w) {
		say("out of memory");
		return NULL;
	}
	w->surface = surface;
	w->changed = true;
	/* Signals are ours; what the desktop does with PrtSc is not for us. */
	SDL_SetHint(SDL_HINT_NO_SIGNAL_HANDLERS, "1");
	SDL_SetHint(SDL_HINT_GRAB_KEYBOARD, "1");
	/* The click that gives the window the focus is one on the desktop too. */
	SDL_SetHint(SDL_HINT_MOUSE_FOCUS_CLICKTHROUGH, "1");
	if (SDL_Init(SDL_INIT_VIDEO))
		return refused(w);
	w->window = SDL_CreateWindow(TITLE, SDL_WINDOWPOS_UNDEFINED,
				     SDL_WINDOWPOS_UNDEFINED, 640, 480,
				     SDL_WINDOW_RESIZABLE);
	if (w->window)
		w->renderer = SDL_CreateRenderer(w->window, -1, 0);
	return w->renderer ? w : refused(w);
}

void window_close(struct window *w)
{
	if (!w)
		return;
	if (w->texture)
		SDL_DestroyTexture(w->texture);
	if (w->renderer)
		SDL_DestroyRenderer(w->renderer);
	if (w->window)
		SDL_DestroyWindow(w->window);
	SDL_Quit();
	free(w);
}

void window_tell(struct window *w, const char *text)
{
	char title[120];

	snprintf(title, sizeof(title), TITLE ": %s", text);
	SDL_SetWindowTitle(w->window, title);
}

/* ---- showing ---- */

void window_changed(struct window *w)
{
	w->changed = true;
}

static bool fit(struct window *w, const struct surface *f)
{
	int width = (int)f->width, height = (int)f->height;

	if (w->texture && w->width == width && w->height == height)
		return true;
	if (w->texture)
		SDL_DestroyTexture(w->texture);
	w->texture =
		SDL_CreateTexture(w->renderer, SDL_PIXELFORMAT_RGB888,
				  SDL_TEXTUREACCESS_STREAMING, width, height);
	w->width = width;
	w->height = height;
	SDL_SetWindowSize(w->window, width, height);
	SDL_RenderSetLogicalSize(w->renderer, width, height);
	return w->texture;
}

static void show(struct window *w, const struct screen *screen)
{
	const struct surface *f = &screen->surface[w->surface];

	if (!w->changed || w->surface >= screen->nr || !surface_there(f) ||
	    !fit(w, f))
		return;
	w->changed = false;
	SDL_UpdateTexture(w->texture, NULL, f->pixels, (int)f->stride * 4);
	SDL_RenderClear(w->renderer);
	SDL_RenderCopy(w->renderer, w->texture, NULL, NULL);
	SDL_RenderPresent(w->renderer);
}

/* ---- what is done in it ---- */

/* SDL's numbers of buttons are those of traces, but for the wheel. */
static uint32_t button_of(uint8_t button)
{
	switch (button) {
	case SDL_BUTTON_X1:
		return 6;
	case SDL_BUTTON_X2:
		return 7;
	default:
		return button <= SDL_BUTTON_RIGHT ? button : 0;
	}
}

static struct input button_input(const SDL_MouseButtonEvent *e)
{
	struct input i = { .kind = INPUT_BUTTON,
			   .code = button_of(e->button),
			   .down = e->state == SDL_PRESSED };

	if (!i.code)
		i.kind = INPUT_NONE;
	return i;
}

static struct input key_input(const SDL_KeyboardEvent *e)
{
	struct input i = { .kind = INPUT_KEY, .down = e->state == SDL_PRESSED };
	const struct key *key = key_of_usage((uint32_t)e->keysym.scancode);

	i.code = key ? key->code : 0;
	if (!key || e->repeat)
		i.kind = INPUT_NONE;
	else if (i.code == KEY_POINT)
		i.kind = i.down ? INPUT_POINT : INPUT_NONE;
	return i;
}

/* A turn of the wheel is a button pressed and released. */
static struct input wheel_input(struct window *w)
{
	struct input i = { .kind = INPUT_NONE };

	if (!w->turns)
		return i;
	i.kind = INPUT_BUTTON;
	i.code = w->turns > 0 ? WHEEL_UP : WHEEL_DOWN;
	i.down = !w->turned;
	if (w->turned)
		w->turns += w->turns > 0 ? -1 : 1;
	w->turned = i.down;
	return i;
}

static void turn(struct window *w, int32_t turns)
{
	w->turns = turns > WHEEL_MAX ? WHEEL_MAX :
		   turns < -WHEEL_MAX ? -WHEEL_MAX :
					turns;
}

static struct input window_input(struct window *w, const SDL_WindowEvent *e)
{
	struct input i = { .kind = INPUT_NONE };

	if (e->event == SDL_WINDOWEVENT_LEAVE)
		i.kind = INPUT_LEFT;
	if (e->event == SDL_WINDOWEVENT_CLOSE)
		i.kind = INPUT_CLOSED;
	w->changed = true;
	return i;
}

static struct input input_of(struct window *w, const SDL_Event *e)
{
	struct input i = { .kind = INPUT_NONE };

	switch (e->type) {
	case SDL_QUIT:
		i.kind = INPUT_CLOSED;
		return i;
	case SDL_WINDOWEVENT:
		return window_input(w, &e->window);
	case SDL_MOUSEMOTION:
		i.kind = INPUT_POINTER;
		i.x = e->motion.x;
		i.y = e->motion.y;
		return i;
	case SDL_MOUSEBUTTONDOWN:
	case SDL_MOUSEBUTTONUP:
		return button_input(&e->button);
	case SDL_MOUSEWHEEL:
		turn(w, e->wheel.y);
		return wheel_input(w);
	case SDL_KEYDOWN:
	case SDL_KEYUP:
		return key_input(&e->key);
	default:
		return i;
	}
}

struct input window_take(struct window *w, const struct screen *screen)
{
	struct input i = wheel_input(w);
	SDL_Event e;

	while (i.kind == INPUT_NONE && SDL_PollEvent(&e))
		i = input_of(w, &e);
	if (i.kind == INPUT_NONE)
		show(w, screen);
	return i;
}
