#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh BUILD FIRST_SEED COUNT: the tests with golden in their names, with fresh cases of
# the same kinds, made by golden.py for COUNT seeds. Exits 77 (skipped) where
# no python3 with the package cryptography is found. SEIGR_EMULATOR runs
# programs of another machine.
set -eu
here=$(dirname "$0")
build=$1
first=$2
count=$3

python=
for p in python3 /usr/bin/python3; do
    if "$p" -c 'import cryptography' 2>/dev/null; then
        python=$p
        break
    fi
done
if [ -z "$python" ]; then
    echo "skipped: no python3 with the package cryptography"
    exit 77
fi

cases=$build/fresh
seed=$first
while [ "$seed" -lt $((first + count)) ]; do
    rm -rf "$cases"
    "$python" -B "$here/golden.py" --seed "$seed" "$cases"
    for room in senary crypto capsule trust store; do
        [ -x "$build/test_$room" ] || continue
        if ! SEIGR_GOLDEN=$cases ${SEIGR_EMULATOR-} "$build/test_$room" '*golden*' \
            >"$build/fresh.log" 2>&1; then
            cat "$build/fresh.log"
            echo "rerun: $0 $build $seed 1"
            exit 1
        fi
        grep '^count' "$build/fresh.log" || true
    done
    seed=$((seed + 1))
done
