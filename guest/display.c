// SPDX-License-Identifier: GPL-2.0-or-later
#include "display.h"

#include <stddef.h>
#include <string.h>

/* As the kernel has them, of at most 15 characters. */
static const char *const names[] = {
	"Hyprland",	"X",	    "Xephyr",	"Xorg",	  "Xvnc",
	"Xwayland",	"cage",	    "cinnamon", "compiz", "cosmic-comp",
	"gala",		"gamescope", "gnome-shell", "kwin_wayland", "kwin_x11",
	"labwc",	"marco",    "metacity", "muffin", "mutter",
	"niri",		"openbox",  "phoc",	"picom",  "river",
	"sway",		"wayfire",  "weston",	"xfwm4",
};

bool display_draws(const char *name)
{
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}
