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
readonly EMULATOR_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

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

# emulator_source: the backports of this machine's release, from the mirror
# that its apt uses already.
emulator_source()
{
	local release

	# shellcheck source=/dev/null
	release=$(. /etc/os-release && echo "${VERSION_CODENAME:-}")
	# shellcheck disable=SC2016
	apt-get indextargets --format '$(CODENAME) $(COMPONENT) $(REPO_URI)' \
		'Created-By: Packages' | awk -v release="$release" \
		-v keys="$EMULATOR_KEYS" '
		$1 == release && $2 == "main" {
			print "deb [signed-by=" keys "] " $3, release "-backports main"
			exit
		}'
}

# emulator_download DIR: the packages, by an apt of its own that changes
# nothing of the machine's.
emulator_download()
{
	local own=(-o "Dir::Etc::SourceList=$1/sources.list"
		-o "Dir::Etc::SourceParts=-" -o "Dir::State::Lists=$1/lists"
		-o "Dir::Cache=$1/cache")

	mkdir -p "$1/lists/partial" "$1/cache/archives/partial"
	emulator_source >"$1/sources.list"
	[[ -s $1/sources.list ]] || return
	apt-get "${own[@]}" update || return
	# shellcheck disable=SC2086
	(cd "$1" && apt-get "${own[@]}" download $EMULATOR_PACKAGES)
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
