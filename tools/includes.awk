# SPDX-License-Identifier: GPL-2.0-or-later
# includes.awk - which part of the project may include which.
#
# Input: the names of all files, then "FILE:LINE:#include ..." lines.

BEGIN {
	# Other parts, and "system" for <headers> of the surroundings.
	may["core"] = ""
	may["include"] = "system"
	may["kmod"] = "core include system"
	may["vampd"] = may["guest"] = may["channel"] = may["lab"] = "include system"
	may["replay"] = "core system"
	may["vampctl"] = "include core replay system"
	# Files of the daemon that need nothing else of it.
	lent["vampd/symbol.h"] = lent["vampd/name.h"] = lent["vampd/pieces.h"] = 1
	may["play"] = "system"
	parts = split("core include replay channel kmod vampd vampctl guest lab",
		      order, " ")
	# The one door between the core and its surroundings.
	door = "core/types.h"
}

!/#[ \t]*include/ {
	n = split($0, dirs, "/")
	name = ""
	for (i = n; i > 1; i--) {
		name = dirs[i] (name == "" ? "" : "/" name)
		has[dirs[1], name] = 1
	}
	next
}

# The part that has what a file of @part includes as @name.
function owner(part, name,    i)
{
	if (has[part, name])
		return part
	if (name ~ /^vamp\// || has["include", name])
		return "include"
	for (i = 1; i <= parts; i++)
		if (index(name, order[i] "/") == 1)
			return order[i]
	for (i = 1; i <= parts; i++)
		if (has[order[i], name])
			return order[i]
	return "system"
}

match($0, /#[ \t]*include[ \t]*[<"][^>"]*/) {
	text = substr($0, RSTART, RLENGTH)
	angle = text ~ /</
	sub(/.*[<"]/, "", text)
	while (sub(/^\.\.?\//, "", text))
		;
	split($0, where, ":")
	split(where[1], dirs, "/")
	part = dirs[1]
	target = angle && text !~ /^vamp\// ? "system" : owner(part, text)
	if (!(part in may) || target == part || where[1] == door)
		next
	if (target == "system" && text ~ /\.skel\.h$/)
		next
	if (part == "vampctl" && text in lent)
		next
	if (index(" " may[part] " ", " " target " ") == 0)
		printf "%s:%s: includes: %s must not include %s (%s)\n",
		       where[1], where[2], part, text, target
}
