# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# image.sh - makes the initial RAM disks of the emulated host and its guests.

# The host: its root by 9p, and KVM of either vendor. The guest: a keyboard.
readonly HOST_MODULES="virtio_pci 9pnet_virtio 9p kvm_amd kvm_intel"
readonly GUEST_MODULES="evdev"

# image_modules SERIES MODULE...: files in the order in which to load them.
image_modules()
{
	local dir release module

	dir=$(kernel_dir "$1")
	release=$(<"$dir/release")
	shift
	for module; do
		modprobe -C /dev/null -d "$dir/root" -S "$release" \
			--show-depends "$module"
	done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }'
}

# image_add_module FILE DIR
image_add_module()
{
	local name=${1##*/}

	name=${name%%.ko*}.ko
	case $1 in
	*.xz) xz -dc "$1" ;;
	*.zst) zstd -dcq "$1" ;;
	*.gz) gzip -dc "$1" ;;
	*) cat "$1" ;;
	esac >"$2/$name"
	printf '%s\n' "$name" >>"$2/list"
}

# image_pack DIR IMAGE
image_pack()
{
	(cd "$1" && find . -mindepth 1 | sort |
		cpio --quiet -o -H newc -R 0:0) >"$2.new" && mv "$2.new" "$2"
}

# image_build IMAGE INIT SERIES MODULE...: kept while nothing that goes into
# it is newer.
image_build()
{
	local image=$1 init=$2 series=$3 tree file

	shift 3
	[[ $image -nt $init && $image -nt ${BASH_SOURCE[0]} &&
	   $image -nt $(kernel_dir "$series")/release ]] && return
	tree=$(mktemp -d "$LAB_OUT/tree.XXXXXX")
	mkdir "$tree/modules"
	touch "$tree/modules/list"
	image_modules "$series" "$@" | while read -r file; do
		image_add_module "$file" "$tree/modules"
	done
	cp "$init" "$tree/init"
	image_pack "$tree" "$image" || die "$EX_BUILD" "cannot write $image"
	rm -rf "$tree"
}

# image_need SERIES: both images of a kernel.
image_need()
{
	# shellcheck disable=SC2086
	image_build "$LAB_OUT/host-$1.img" "$LAB_OUT/bin/hostinit" "$1" \
		$HOST_MODULES
	# shellcheck disable=SC2086
	image_build "$LAB_OUT/guest-$1.img" "$LAB_OUT/bin/guest" "$1" \
		$GUEST_MODULES
}

# image_args IMAGE ARG...: an image with the file /args alone, to be put
# behind another.
image_args()
{
	local image=$1 tree

	shift
	tree=$(mktemp -d "$LAB_OUT/tree.XXXXXX")
	printf '%s\n' "$@" >"$tree/args"
	image_pack "$tree" "$image"
	rm -rf "$tree"
}
