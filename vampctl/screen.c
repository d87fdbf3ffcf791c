// SPDX-License-Identifier: GPL-2.0-or-later
#include "screen.h"

#include <errno.h>
#include <ncurses.h>
#include <stdio.h>
#include <time.h>

#define FIXED	2	/* head and titles do not scroll */

static SCREEN *terminal;
static size_t scrolled;

int screen_open(void)
{
	terminal = newterm(NULL, stdout, stdin);
	if (!terminal)
		return -ENOTTY;
	cbreak();
	noecho();
	curs_set(0);
	keypad(stdscr, TRUE);
	return 0;
}

void screen_close(void)
{
	endwin();
	delscreen(terminal);
}

static attr_t attribute(enum view_kind kind)
{
	switch (kind) {
	case VIEW_TITLE:
		return A_REVERSE;
	case VIEW_HEAD:
	case VIEW_VM:
	case VIEW_THROTTLED:
		return A_BOLD;
	default:
		return A_NORMAL;
	}
}

static size_t rows_for_body(void)
{
	int rows = LINES - FIXED;

	return rows > 0 ? (size_t)rows : 0;
}

static void stay_inside(const struct view *v)
{
	size_t body = v->lines > FIXED ? v->lines - FIXED : 0;
	size_t rows = rows_for_body();
	size_t most = body > rows ? body - rows : 0;

	if (scrolled > most)
		scrolled = most;
}

static void show_line(int row, const struct view_line *l)
{
	attrset(attribute(l->kind));
	mvaddnstr(row, 0, l->text, COLS);
	if (l->kind == VIEW_TITLE)
		hline(' ' | A_REVERSE, COLS);
	attrset(A_NORMAL);
}

void screen_show(const struct view *v)
{
	stay_inside(v);
	erase();
	for (size_t i = 0; i < v->lines && i < FIXED; i++)
		show_line((int)i, &v->line[i]);
	for (size_t i = 0; i < rows_for_body(); i++) {
		size_t from = FIXED + scrolled + i;

		if (from < v->lines)
			show_line((int)(FIXED + i), &v->line[from]);
	}
	refresh();
}

static void up(size_t rows)
{
	scrolled -= rows < scrolled ? rows : scrolled;
}

/* True for a key that leaves. */
static bool handle(const struct view *v, int key)
{
	switch (key) {
	case 'q':
	case 'Q':
		return true;
	case KEY_UP:
		up(1);
		break;
	case KEY_DOWN:
		scrolled++;
		break;
	case KEY_PPAGE:
		up(rows_for_body());
		break;
	case KEY_NPAGE:
		scrolled += rows_for_body();
		break;
	case KEY_HOME:
		scrolled = 0;
		break;
	case KEY_END:
		scrolled = v->lines;
		break;
	default:
		break;
	}
	return false;
}

static long now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

bool screen_wait(const struct view *v, int ms)
{
	long until = now_ms() + ms, left;
	int key;

	while ((left = until - now_ms()) > 0) {
		timeout((int)left);
		key = getch();
		if (key == ERR)
			continue;
		if (handle(v, key))
			return true;
		screen_show(v);
	}
	return false;
}
