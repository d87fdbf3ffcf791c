#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
# completion.sh VAMPCTL COMPLETION - what is offered in a few places.
set -u
failed=0

# A vampctl with a host that has two VMs; the completion calls it.
# shellcheck disable=SC2317
vampctl()
{
	"$program" "--root=$root" "$@"
}

# offers NAME "WORDS EXPECTED..." WORD...: what is offered for the last word.
offers()
{
	local name=$1 expected=$2 line

	shift 2
	COMP_WORDS=("$@")
	COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
	COMP_LINE="${COMP_WORDS[*]}"
	COMP_POINT=${#COMP_LINE}
	COMPREPLY=()
	_vampctl
	line="${COMPREPLY[*]}"
	if [[ $line == "$expected" ]]; then
		echo "ok $name"
	else
		echo "FAILED $name: '$line', not '$expected'"
		failed=1
	fi
}

program=$1
root=$(mktemp -d)
trap 'rm -rf "$root"' EXIT
mkdir -p "$root/dev" "$root/proc/100" "$root/proc/200"
printf 'vm 100 0 0 0 0 0 0 0\nvm 200 0 0 0 0 0 0 0\n' >"$root/dev/vamp"
printf 'qemu\0-name\0desk\0' >"$root/proc/100/cmdline"
printf 'qemu\0-name\0mill\0' >"$root/proc/200/cmdline"
# shellcheck source=/dev/null
. "$2"

offers commands_are_completed "status" vampctl sta
offers options_are_those_of_the_command "--json" vampctl status --j
offers settings_are_completed "policy" vampctl get pol
offers assignments_end_in_an_equals_sign "kvm_vamp=" vampctl set kvm_v
offers vms_are_completed_by_name "desk" vampctl input d
offers types_of_input_follow_the_vm "scroll" vampctl input desk sc
exit $failed
