#!/bin/sh
# SPDX-License-Identifier: MIT
# build.sh PROFILE COMPILER [FLAG...] : libseigr.a in the current folder, from
# nothing but the profile's list. An example for another build system, and
# the proof that the list is enough.
set -eu
top=$(CDPATH='' cd -- "$(dirname -- "$0")/../.." && pwd)
list=$top/ports/sources/$1.txt
compiler=$2
shift 2
while read -r word value; do
    case $word in
    standard) set -- "$@" "-std=$value" ;;
    include) set -- "$@" "-I$top/$value" ;;
    define) set -- "$@" "-D$value" ;;
    esac
done <"$list"
rm -f libseigr.a
sed -n 's/^source //p' "$list" | while read -r source; do
    "$compiler" "$@" -c "$top/$source" -o "$(echo "$source" | tr / _).o"
done
${AR:-ar} rc libseigr.a ./*.c.o
rm -f ./*.c.o
