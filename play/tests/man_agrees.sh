#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# man_agrees.sh VAMPPLAY PAGE - every command, and every long option of one, is in
# the page, and the page has no other options.
set -u
LC_ALL=C
export LC_ALL

options()
{
	grep -o -e '--[a-z][a-z-]*' | sort -u
}

commands()
{
	"$1" --help | sed -n '/^Commands:/,/^$/ s/^  \([a-z][a-z]*\).*/\1/p'
}

bold=$(printf '\b')
page=$(mandoc -T ascii "$2" | sed "s/.$bold//g")
status=0
help=$({
	"$1" --help
	for command in $(commands "$1"); do
		"$1" "$command" --help
	done
} | options)
for command in $(commands "$1"); do
	printf '%s\n' "$page" | grep -q "^ *vampplay .*$command" || {
		echo "$2 has no synopsis of '$command'" >&2
		status=1
	}
done
listed=$(printf '%s\n' "$page" | sed '/^EXAMPLES/,$d' | options)
if [ "$help" != "$listed" ]; then
	echo "the options of --help and of $2 differ:" >&2
	printf '%s\n' "--help:" "$help" "page:" "$listed" >&2
	status=1
fi
exit $status
