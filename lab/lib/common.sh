# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# common.sh - messages, exit codes and paths that every lab script shares.

# shellcheck disable=SC2034
readonly EX_PASSED=0 EX_FAILED=1 EX_UNDECIDED=2 EX_USAGE=64 EX_KERNEL=65 \
	EX_NO_MODULE=66 EX_NO_DAEMON=67 EX_NO_HOST=68 EX_PACKAGE=69 \
	EX_DOWNLOAD=70 EX_BUILD=71

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
LAB_OUT=$ROOT/build/lab
PATH=$PATH:/usr/sbin:/sbin
STARTED=$EPOCHREALTIME
LIVE=			# a live line is on the terminal
SPOKE=0			# when the last step was said

# die CODE TEXT: one clear line, and the end.
die()
{
	local code=$1
	shift
	live_end
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit "$code"
}

# elapsed: seconds since the start, with one decimal.
elapsed()
{
	local now=$EPOCHREALTIME tenths

	tenths=$(((${now/[.,]/} - ${STARTED/[.,]/}) / 100000))
	printf '%d.%d' $((tenths / 10)) $((tenths % 10))
}

# step TEXT: one line of progress.
step()
{
	live_end
	SPOKE=$SECONDS
	printf '[%6ss] %s\n' "$(elapsed)" "$*"
}

# live TEXT: a line that the next one overwrites; without a terminal, a line
# now and then.
live()
{
	if [[ ! -t 1 ]]; then
		((SECONDS - SPOKE < 30)) || step "$*"
		return
	fi
	printf '\r\033[K[%6ss] %s' "$(elapsed)" "$*"
	LIVE=yes
}

live_end()
{
	[[ -z $LIVE ]] || printf '\r\033[K'
	LIVE=
}

# need COMMAND PACKAGE...: the command must be there.
need()
{
	local command=$1

	shift
	command -v "$command" >/dev/null ||
		die "$EX_PACKAGE" "$command is missing: apt-get install $*"
}

# need_file FILE PACKAGE
need_file()
{
	[[ -e $1 ]] || die "$EX_PACKAGE" "$1 is missing: apt-get install $2"
}

need_packages()
{
	need qemu-system-x86_64 qemu-system-x86
	need gcc gcc
	need make make
	need cpio cpio
	need xz xz-utils
	need zstd zstd
	need modprobe kmod
	need dpkg dpkg
	need_file /usr/include/json-c/json.h libjson-c-dev
	need_file /usr/include/stdio.h libc6-dev
}
