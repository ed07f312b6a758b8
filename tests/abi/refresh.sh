#!/bin/sh
# SPDX-License-Identifier: MIT
# refresh.sh [BUILD] : write down the interface of BUILD (build/dev), the one
# that programs are compiled with from now on. What changes in these files is
# what a change does to other people's programs: read the difference.
#
#   symbols.txt   exported names and the version that first had each
#   layout.c      size of every public struct and place of every member, LP64
#   libseigr.abi  types and functions, for abidiff
set -eu
cd "$(dirname "$0")/../.."
build=${1:-build/dev}
abi=tests/abi

sh $abi/names.sh "$build/libseigr.so" >$abi/symbols.txt

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
headers=$(cd include && find . -name '*.h' | sed 's/^\.\/\(.*\)$/#include "\1"/' |
    LC_ALL=C sort)
{
    echo "$headers"
    echo '#include <stdio.h>'
    echo "$headers" | cc -E -P -Iinclude - | awk -f $abi/layout.awk
} >"$work/layout.c"
cc -Iinclude "$work/layout.c" -o "$work/layout"
{
    cat <<'END'
/* SPDX-License-Identifier: MIT */
/*
 * layout.c - the public structs where long and pointers have 64 bits. Made by
 * refresh.sh: a line that has to change breaks programs that are compiled.
 */
END
    echo "$headers"
    cat <<'END'

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
#define AT(type, member, place)                                                \
    _Static_assert(offsetof(type, member) == (place), #type "." #member)
END
    "$work/layout"
} >$abi/layout.c

sh $abi/dump.sh . "$build/libseigr.so" >$abi/libseigr.abi
