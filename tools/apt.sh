# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# apt.sh - an apt of its own: another release's packages, from the mirror that
# the machine's apt uses, without changing anything of the machine's. Lists,
# cache and sources are in a folder; nothing counts as installed.

readonly OWN_APT_KEYS=/usr/share/keyrings/debian-archive-keyring.gpg

# own_apt_machine: the name of the release that this machine runs.
own_apt_machine()
{
	# shellcheck source=/dev/null
	(. /etc/os-release && echo "${VERSION_CODENAME:-}")
}

# own_apt_mirror: where the machine's apt finds that release.
own_apt_mirror()
{
	# shellcheck disable=SC2016
	apt-get indextargets \
		--format '$(CODENAME) $(RELEASE) $(COMPONENT) $(REPO_URI)' \
		'Created-By: Packages' |
		awk -v release="$(own_apt_machine)" '
		($1 == release || $2 == release) && $3 == "main" {
			print $4
			exit
		}'
}

# own_apt DIR COMMAND...: apt-get or apt-cache with the options for DIR.
own_apt()
{
	local dir=$1 command=$2

	shift 2
	"$command" -o "Dir::Etc::SourceList=$dir/sources.list" \
		-o Dir::Etc::SourceParts=- -o "Dir::Etc::PreferencesParts=$dir/none" \
		-o Dir::Etc::Preferences=- -o "Dir::State=$dir/state" \
		-o "Dir::State::Status=$dir/status" -o "Dir::Cache=$dir/cache" \
		-o APT::Default-Release= -o APT::Install-Recommends=false "$@"
}

# own_apt_prepare DIR SUITE...: fetches the lists; false when that fails.
own_apt_prepare()
{
	local dir=$1 mirror suite

	shift
	mirror=$(own_apt_mirror)
	[[ $mirror ]] || return
	mkdir -p "$dir/none" "$dir/state/lists/partial" "$dir/cache/archives/partial"
	: >"$dir/status"
	for suite; do
		echo "deb [signed-by=$OWN_APT_KEYS] $mirror $suite main"
	done >"$dir/sources.list"
	own_apt "$dir" apt-get update --error-on=any
}
