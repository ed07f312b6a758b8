#!/bin/sh
# SPDX-License-Identifier: MIT
# Make a sysroot for another Linux machine:
#
#     ports/sysroot.sh arm64|armhf|riscv64|s390x...
#
# Debian's packages of that architecture, unpacked under
# build/ports/sysroot/ARCH. The system's own dpkg never hears of them. A
# sysroot is made again when what belongs in it changes. SEIGR_PORTS names
# another folder than build/ports. Exit status 77: packages are not to be had
# here.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
ports=${SEIGR_PORTS:-$top/build/ports}

. "$top/ports/apt.sh"

packages="libc6-dev linux-libc-dev libcbor-dev libsodium-dev \
libprotobuf-c-dev liblmdb-dev libuv1-dev libcmocka-dev libjansson-dev \
libssl-dev libseccomp-dev libgmp-dev"

# The releases that have the machine, the one to prefer first.
suites_of() {
    case $1 in
    arm64|armhf|s390x) echo bookworm ;;
    riscv64) echo trixie forky ;;
    *) echo "sysroot.sh: no such machine: $1" >&2; return 1 ;;
    esac
}

# Absolute links point out of the sysroot: make them point into it.
relative_links() {
    find "$1" -type l -lname '/*' | while IFS= read -r link; do
        target=$1$(readlink "$link")
        ln -sfn "$(realpath -m --relative-to="$(dirname "$link")" "$target")" \
                "$link"
    done
}

# Which package has which shared library, a line each: what a .deb package
# made for this machine has to depend on.
owns() { # owns DEB
    package=$(dpkg-deb -f "$1" Package)
    dpkg-deb -c "$1" |
        sed -n 's| -> .*||; s|^.*/\(lib[^/ ]*\.so\.[0-9.]*\)$|\1|p' |
        sort -u | sed "s/\$/ $package/"
}

unpack() { # unpack ARCHIVES SYSROOT SUITE
    # Where a release has merged /usr, its packages count on the link.
    mkdir -p "$2/usr/lib"
    [ "$3" = bookworm ] || ln -s usr/lib "$2/lib"
    for deb in "$1"/*.deb; do
        dpkg -x "$deb" "$2"
        owns "$deb" >> "$2/.owners"
    done
    relative_links "$2"
    rm -rf "${2:?}/usr/share" "${2:?}/var" "${2:?}/etc"
}

download() { # download SUITE ARCH: the packages, into the archives of $apt
    private_apt "$apt" "$1" "$2" > "$apt.log" 2>&1 || {
        echo "$1: its lists cannot be had, see ${apt#"$top"/}.log" >&2
        return 1
    }
    rm -f "$apt"/cache/archives/*.deb
    # shellcheck disable=SC2086 # a list of words
    apt_get install --download-only $packages > "$apt/install.log" 2>&1 || {
        tail -n 5 "$apt/install.log" >&2
        return 1
    }
}

make_sysroot() {
    root=$ports/sysroot/$1
    suites=$(suites_of "$1") || return 1
    want="$suites: $packages; owners"
    if [ "$(cat "$root/.made" 2>/dev/null)" = "$want" ]; then
        return 0
    fi
    for suite in $suites; do
        apt=$ports/apt/$suite-$1
        mkdir -p "$apt"
        download "$suite" "$1" || continue
        rm -rf "$root"
        unpack "$apt/cache/archives" "$root" "$suite"
        rm -rf "$apt" "$apt.log"
        echo "$want" > "$root/.made"
        echo "sysroot $1: $suite, $(du -sm "$root" | cut -f1) MB"
        return 0
    done
    return 77
}

[ $# -gt 0 ] || { sed -n '3,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
status=0
for machine; do
    make_sysroot "$machine" || {
        status=$?
        echo "sysroot $machine: could not be made" >&2
    }
done
exit $status
