#!/bin/sh
# SPDX-License-Identifier: MIT
# expect.sh STATUS PATTERN COMMAND... : the command must end with exactly this
# status and print a line with PATTERN. So it is known that a test which
# fails on a board makes the run fail, and that nothing else did.
status=$1
pattern=$2
shift 2
said=$("$@" 2>&1 </dev/null)
got=$?
# Shown so that nobody counts them as tests of this run.
printf '%s\n' "$said" | sed 's/^/> /' | tr '[]' '()'
[ "$got" -eq "$status" ] || {
    echo "exit status $got, expected $status"
    exit 1
}
printf '%s\n' "$said" | grep -q -e "$pattern" || {
    echo "nothing printed that matches '$pattern'"
    exit 1
}
# A spoiled run must fail in every test.
! printf '%s\n' "$said" | grep -q '\[       OK \]' || {
    echo "a test passed that should have failed"
    exit 1
}
