# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# image.sh - makes the initial RAM disks of the emulated host and its guests.

# The host: its root by 9p, and KVM of either vendor. The guest: a keyboard.
readonly HOST_MODULES="virtio_pci 9pnet_virtio 9p kvm_amd kvm_intel"
readonly GUEST_MODULES="evdev"
# With the guest extension: its channel too.
readonly EXTENDED_MODULES="$GUEST_MODULES virtio_pci virtio_console"

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

# image_add_program FILE DIR: in /usr/sbin, with the libraries that it needs.
image_add_program()
{
	local library

	install -D -t "$2/usr/sbin" "$1"
	ldd "$1" | awk '{ for (i = 1; i <= NF; i++) if ($i ~ /^\//) print $i }' |
		while read -r library; do
			install -D "$library" "$2$library"
		done
}

# image_add_installed DIR: what a package of the guest extension would bring.
image_add_installed()
{
	make -s -C "$ROOT/guest" plain=1 install DESTDIR="$1/install" \
		>>"$LAB_OUT/make.log" 2>&1 ||
		die "$EX_BUILD" "cannot install vamp-guest (see $LAB_OUT/make.log)"
	install -D -t "$1/install" "$LAB_OUT/bin/guest"
	mv "$1/install/guest" "$1/install/init"
}

# image_build IMAGE INIT PROGRAM SERIES MODULE...: kept while nothing that goes
# into it is newer. PROGRAM is one more, or empty; or "installed", for a disk that
# becomes the root.
image_build()
{
	local image=$1 init=$2 program=$3 series=$4 tree file

	shift 4
	[[ $image -nt $init && $image -nt ${BASH_SOURCE[0]} &&
	   $image -nt $(kernel_dir "$series")/release &&
	   (! $program || $image -nt $program) ]] &&
		[[ $program != installed || $image -nt $EXTENSION ]] && return
	tree=$(mktemp -d "$LAB_OUT/tree.XXXXXX")
	mkdir "$tree/modules"
	touch "$tree/modules/list"
	image_modules "$series" "$@" | while read -r file; do
		image_add_module "$file" "$tree/modules"
	done
	[[ -s $tree/modules/list ]] ||
		die "$EX_BUILD" "$image: no modules of the kernel $series"
	cp "$init" "$tree/init"
	case $program in
	'') ;;
	installed) image_add_installed "$tree" ;;
	*) image_add_program "$program" "$tree" ;;
	esac
	image_pack "$tree" "$image" || die "$EX_BUILD" "cannot write $image"
	rm -rf "$tree"
}

# host_image SERIES: which of them the emulated host boots.
host_image()
{
	if [[ $NEEDS == libvirt ]]; then
		printf '%s' "$LAB_OUT/debian-host-$1.img"
	else
		printf '%s' "$LAB_OUT/host-$1.img"
	fi
}

# image_need SERIES: the images of a kernel.
image_need()
{
	# shellcheck disable=SC2086
	image_build "$LAB_OUT/host-$1.img" "$LAB_OUT/bin/hostinit" "" "$1" \
		$HOST_MODULES
	# shellcheck disable=SC2086
	image_build "$LAB_OUT/guest-$1.img" "$LAB_OUT/bin/guest" "" "$1" \
		$GUEST_MODULES
	# shellcheck disable=SC2086
	[[ $NEEDS != @(extension|libvirt) ]] ||
		image_build "$LAB_OUT/extended-$1.img" "$LAB_OUT/bin/guest" \
			"$EXTENSION" "$1" $EXTENDED_MODULES
	# shellcheck disable=SC2086
	[[ $NEEDS != libvirt ]] ||
		image_build "$(host_image "$1")" "$LAB_OUT/bin/hostinit" "" \
			"$1" $HOST_MODULES $DEBIAN_MODULES
	# shellcheck disable=SC2086
	[[ $NEEDS != @(desktop|play) ]] ||
		image_build "$LAB_OUT/desk-$1.img" "$LAB_OUT/bin/guest" \
			"$EXTENSION" "$1" $EXTENDED_MODULES $DESKTOP_MODULES
	# shellcheck disable=SC2086
	[[ $NEEDS != systemd ]] ||
		image_build "$LAB_OUT/systemd-$1.img" "$LAB_OUT/bin/guest" \
			installed "$1" $EXTENDED_MODULES $DISK_MODULES
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
