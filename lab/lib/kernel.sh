# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
# kernel.sh - fetches the distribution's kernels into build/kernels/SERIES/:
# root/ (the package), vmlinux (the ELF kernel), release (its name).

readonly KERNEL_SERIES="6.1 6.12"

# kernel_dir SERIES
kernel_dir()
{
	printf '%s/build/kernels/%s' "$ROOT" "$1"
}

# kernel_number FILE OFFSET: a little-endian 32-bit number.
kernel_number()
{
	od -An -v -t u4 --endian=little -j "$2" -N 4 "$1" | tr -d ' '
}

# kernel_unpack BZIMAGE ELF: the x86 boot header says where the compressed
# kernel lies (payload_offset, payload_length from 0x248 on), counted from the
# end of the set-up sectors. Its last four bytes are the unpacked size.
kernel_unpack()
{
	local image=$1 sectors payload length magic unpack

	sectors=$(od -An -t u1 -j $((0x1f1)) -N 1 "$image")
	payload=$(((sectors + 1) * 512 + $(kernel_number "$image" $((0x248)))))
	length=$(($(kernel_number "$image" $((0x24c))) - 4))
	magic=$(od -An -t x1 -j "$payload" -N 4 "$image" | tr -d ' ')
	case $magic in
	fd377a58) unpack="xz -dc" ;;
	28b52ffd) unpack="zstd -dcq" ;;
	1f8b*) unpack="gzip -dc"; length=$((length + 4)) ;;
	*) return 1 ;;
	esac
	tail -c +$((payload + 1)) "$image" | head -c "$length" |
		$unpack >"$2" 2>/dev/null
	[[ $(head -c 4 "$2" | tr -d '\0') == $'\x7fELF' ]]
}

# kernel_download PACKAGE DIR
kernel_download()
{
	local log=$2/download.log

	(cd "$2" && apt-get download "$1") >"$log" 2>&1 ||
		die "$EX_DOWNLOAD" "cannot download $1 (see $log)"
	dpkg -x "$2"/"$1"_*.deb "$2/root" && rm -f "$2"/*.deb
}

# kernel_install SERIES RELEASE: fill the folder; the file `release` comes last.
kernel_install()
{
	local dir release=$2

	dir=$(kernel_dir "$1")
	rm -rf "$dir" && mkdir -p "$dir"
	step "fetching the kernel $release"
	kernel_download "linux-image-$release-unsigned" "$dir"
	[[ -d $dir/root/lib ]] || ln -s usr/lib "$dir/root/lib"
	kernel_unpack "$dir/root/boot/vmlinuz-$release" "$dir/vmlinux" ||
		die "$EX_KERNEL" "cannot unpack the kernel $release"
	depmod -b "$dir/root" "$release"
	printf '%s\n' "$release" >"$dir/release"
}

# kernel_supported SERIES
kernel_supported()
{
	[[ " $KERNEL_SERIES " == *" $1 "* ]] ||
		die "$EX_KERNEL" "kernel $1 is not supported (one of: $KERNEL_SERIES)"
}

# kernel_need SERIES: fetch the newest, unless it is there or apt knows none
# and some other is.
kernel_need()
{
	local newest cached=

	[[ ! -s $(kernel_dir "$1")/release ]] ||
		cached=$(<"$(kernel_dir "$1")/release")
	newest=$("$ROOT/tools/kernel-release" "$1" 2>/dev/null)
	[[ $newest || $cached ]] || die "$EX_DOWNLOAD" \
		"apt knows no kernel $1: apt-get update"
	[[ -z $newest || $newest == "$cached" ]] || kernel_install "$1" "$newest"
}
