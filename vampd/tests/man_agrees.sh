#!/bin/sh
# SPDX-License-Identifier: GPL-2.0-or-later
# man_agrees.sh VAMPD PAGE - every long option of --help is in the page, and
# every one of the page is in --help.
options() { grep -o -e '--[a-z][a-z-]*' | sort -u; }
LC_ALL=C
export LC_ALL
help=$("$1" --help | options)
page=$(mandoc -T ascii "$2" | sed "s/.$(printf '\b')//g" | sed -n '1,/^SIGNALS/p' | options)
[ "$help" = "$page" ] && exit 0
echo "the options of --help and of $2 differ:" >&2
printf '%s\n' "--help:" "$help" "page:" "$page" >&2
exit 1
