#!/bin/sh
# SPDX-License-Identifier: MIT
# Build what the library needs on a board without an operating system:
#
#     ports/deps.sh cortex-m3|cortex-m4|cortex-m33|rv32imac|rv64imac...
#
# libsodium (minimal, no assembler), libcbor and protobuf-c, from Debian's
# source packages, with the compiler and flags of the board's toolchain file,
# into build/ports/deps/BOARD. They are built again when their version, the
# compiler, its flags or this script change. SEIGR_PORTS names another folder
# than build/ports. Exit status 77: sources are not to be had here.
set -eu

top=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd)
ports=${SEIGR_PORTS:-$top/build/ports}
sources=$ports/sources
jobs=${SEIGR_JOBS:-2}

# shellcheck source=ports/apt.sh
. "$top/ports/apt.sh"

# Run a function, its words in a file of which the end is shown if it fails.
logged() { # logged FILE FUNCTION ARGUMENT...
    log=$1
    shift
    set +e
    (set -e; "$@") > "$log" 2>&1
    status=$?
    set -e
    [ $status -eq 0 ] || tail -n 12 "$log" >&2
    return $status
}

# --- sources ---------------------------------------------------------------

unpack() { # unpack NAME
    rm -rf "${sources:?}/$1" "$sources/$1.files"
    mkdir -p "$sources/$1" "$sources/$1.files"
    cd "$sources/$1.files"
    if apt_get source --download-only --only-source "$1"; then
        dpkg-source --no-check -x ./*.dsc "$1"
        mv "$1"/* "$sources/$1/"
        version=$(sed -n 's/^Version: //p' ./*.dsc)
    else
        # Not every mirror keeps all three files of a source package.
        apt_get source --tar-only "$1"
        tar -xf ./*.orig.tar.* -C "$sources/$1" --strip-components=1
        version=$(echo ./*.orig.tar.* | sed 's/.*_\(.*\)\.orig.*/\1/')
    fi
    [ "$1" != libsodium ] || (cd "$sources/$1" && autoreconf -fi)
    echo "$version" > "$sources/$1/.made"
}

# Debian's source package NAME of a release, its patches applied, into
# $sources/NAME, where .made holds its version.
fetch() { # fetch NAME SUITE
    [ ! -e "$sources/$1/.made" ] || return 0
    mkdir -p "$sources"
    apt_root=$ports/apt/$2-source
    if [ ! -e "$apt_root/.made" ]; then
        private_apt "$apt_root" "$2" "$(dpkg --print-architecture)"
        touch "$apt_root/.made"
    fi
    logged "$sources/$1.log" unpack "$1"
}

# shellcheck disable=SC2154 # board_* are set by make_deps()
# --- libraries; $board_* is of the board, $build a folder to work in --------

build_libsodium() {
    mkdir "$build/libsodium"
    cd "$build/libsodium"
    # configure links programs to look at the compiler: give it a system.
    case $board_cc in
    arm-*) system=--specs=nosys.specs ;;
    *) system=--oslib=semihost ;;
    esac
    # Minimal start-up code fills no table for position-independent code.
    ax_cv_check_cflags___fPIC=no "$sources/libsodium/configure" -q \
        --host="$board_host" --prefix="$board_deps" \
        --disable-shared --disable-asm --enable-minimal --disable-ssp \
        --disable-pie --without-pthreads --disable-dependency-tracking \
        CC="$board_cc" AR="$board_ar" RANLIB="$board_ranlib" \
        CFLAGS="-Os $board_flags" LDFLAGS="$system" \
        CPPFLAGS="-DRANDOMBYTES_CUSTOM_IMPLEMENTATION \
-DRANDOMBYTES_DEFAULT_IMPLEMENTATION=NULL"
    make -s -j"$jobs" -C src/libsodium install
    cp libsodium.pc "$board_deps/lib/pkgconfig/"
}

build_libcbor() {
    cmake -S "$sources/libcbor" -B "$build/libcbor" -G Ninja \
        --toolchain "$top/ports/bare/$board.cmake" \
        -DCMAKE_BUILD_TYPE=MinSizeRel -DCMAKE_INSTALL_PREFIX="$board_deps" \
        -DCMAKE_INSTALL_LIBDIR=lib -DWITH_EXAMPLES=OFF
    cmake --build "$build/libcbor" -j "$jobs"
    cmake --install "$build/libcbor"
}

# One file and its header.
build_protobuf_c() {
    from=$sources/protobuf-c
    version=$(sed 's/-.*//' "$from/.made")
    mkdir -p "$board_deps/include/protobuf-c"
    cp "$from/protobuf-c/protobuf-c.h" "$board_deps/include/protobuf-c/"
    # shellcheck disable=SC2086 # a list of words
    $board_cc -Os $board_flags "-DPACKAGE_VERSION=\"$version\"" -I"$from" \
        -c "$from/protobuf-c/protobuf-c.c" -o "$build/protobuf-c.o"
    $board_ar rcs "$board_deps/lib/libprotobuf-c.a" "$build/protobuf-c.o"
    cat > "$board_deps/lib/pkgconfig/libprotobuf-c.pc" <<END
Name: libprotobuf-c
Description: Protocol Buffers in C
Version: $version
Libs: -L$board_deps/lib -lprotobuf-c
Cflags: -I$board_deps/include
END
}

# ---------------------------------------------------------------------------

# What the libraries of the board are made of, in one line.
made_of() {
    for name in libsodium libcbor protobuf-c; do
        printf '%s %s, ' "$name" "$(cat "$sources/$name/.made")"
    done
    echo "$board_cc $($board_cc -dumpfullversion) $board_flags," \
        "$(sha256sum < "$top/ports/deps.sh")"
}

make_deps() { # make_deps BOARD
    board=$1
    if [ ! -e "$top/ports/bare/$board.cmake" ]; then
        echo "deps.sh: no such board: $board" >&2
        return 1
    fi
    # board_cc, board_ar, board_ranlib, board_host, board_flags, board_deps
    eval "$(cmake -DBOARD="$board" -P "$top/ports/bare/print.cmake")"
    want=$(made_of)
    [ "$(cat "$board_deps/.made" 2>/dev/null)" != "$want" ] || return 0
    build=$ports/deps/$board.build
    rm -rf "$board_deps" "$build"
    mkdir -p "$board_deps/lib/pkgconfig" "$build"
    for library in libsodium libcbor protobuf_c; do
        logged "$ports/deps/$board.$library.log" build_$library
    done
    rm -rf "$build"
    echo "$want" > "$board_deps/.made"
    echo "deps $board: ${want%%,*} and more, with $board_cc"
}

[ $# -gt 0 ] || { sed -n '3,12s/^# \{0,1\}//p' "$0" >&2; exit 2; }
# Debian 12's source of libcbor is not to be had everywhere.
if ! { fetch libsodium bookworm && fetch protobuf-c bookworm &&
    fetch libcbor trixie; }; then
    echo "deps.sh: sources are not to be had" >&2
    exit 77
fi
for name; do
    make_deps "$name"
done
