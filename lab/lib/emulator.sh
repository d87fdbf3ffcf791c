# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# emulator.sh - the QEMU that emulates the host: the machine's own when it is
# new enough, else the distribution's backport, unpacked into build/emulator/
# and not installed. What the emulated host runs as its QEMU stays the machine's.
#
# Before 8.1, TCG read the code that it translates before it marked the page as
# holding code. What another CPU wrote in between was lost, so that a kernel
# which patches itself (static keys, tracepoints) ran stale code: an int3 that
# memory no longer held, or a boot that hung. It is seldom since (lab/README.md).

readonly EMULATOR_OLDEST=8.1
readonly EMULATOR_PACKAGES="qemu-system-x86 qemu-system-common qemu-system-data seabios"

# emulator_version COMMAND: such as 7.2.22; nothing when it does not run.
emulator_version()
{
	"$1" --version 2>/dev/null |
		sed -nE '1s/.* version ([0-9]+(\.[0-9]+)+).*/\1/p'
}

# emulator_new_enough COMMAND
emulator_new_enough()
{
	local version

	version=$(emulator_version "$1")
	[[ $version ]] && dpkg --compare-versions "$version" ge "$EMULATOR_OLDEST"
}

# emulator_download DIR: the packages, from the backports of this machine's
# release, by an apt of its own.
emulator_download()
{
	own_apt_prepare "$1" "$(own_apt_machine)-backports" || return
	# shellcheck disable=SC2086
	(cd "$1" && own_apt "$1" apt-get download $EMULATOR_PACKAGES)
}

# emulator_install DIR: complete or not there at all.
emulator_install()
{
	local tree=$1.new package

	rm -rf "$tree" && mkdir -p "$tree"
	emulator_download "$tree" >"$tree/log" 2>&1 || die "$EX_DOWNLOAD" \
		"cannot download QEMU $EMULATOR_OLDEST or newer for the emulated host (see $tree/log)"
	for package in "$tree"/*.deb; do
		dpkg -x "$package" "$tree/root"
	done
	emulator_new_enough "$tree/root/usr/bin/qemu-system-x86_64" ||
		die "$EX_PACKAGE" "the QEMU in $tree/root is too old or does not run"
	rm -rf "$1" && mv "$tree/root" "$1" && rm -rf "$tree"
}

# emulator_need: sets EMULATOR.
emulator_need()
{
	local dir=$ROOT/build/emulator

	# shellcheck disable=SC2034
	EMULATOR=qemu-system-x86_64
	emulator_new_enough "$EMULATOR" && return
	EMULATOR=$dir/usr/bin/qemu-system-x86_64
	emulator_new_enough "$EMULATOR" && return
	step "fetching a QEMU for the emulated host ($(emulator_version qemu-system-x86_64) here is too old)"
	emulator_install "$dir"
}
