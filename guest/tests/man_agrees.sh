#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# man_agrees.sh VAMP-GUEST PAGE - every long option that any --help tells is in the
# page, every one of the page is told, and so are the commands.
LC_ALL=C
export LC_ALL
options() { grep -o -e '--[a-z][a-z-]*' | sort -u; }
plain() { mandoc -T ascii "$1" | sed "s/.$(printf '\b')//g"; }
commands=$("$1" --help | sed -n 's/^  \([a-z]*\)  *[a-z].*/\1/p')
help=$(for command in '' $commands; do "$1" ${command:+"$command"} --help; done |
	options)
page=$(plain "$2" | options)
for command in $commands; do
	plain "$2" | grep -q "^ *vamp-guest .*$command" || {
		echo "$2 does not tell of the command $command" >&2
		exit 1
	}
done
[ -n "$commands" ] && [ "$help" = "$page" ] && exit 0
echo "the options of --help and of $2 differ:" >&2
printf '%s\n' "--help:" "$help" "page:" "$page" >&2
exit 1
