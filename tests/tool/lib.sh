# SPDX-License-Identifier: MIT
# lib.sh: what the tests of the command say what they expect with. A test
# goes on after a failure; finish ends it.
failures=0
checks=0
tick=$(printf '\140')

fail() {
    failures=$((failures + 1))
    printf 'FAILED: %s\n' "$*"
}

# expect CODE ARGUMENT... : run the command; it must exit with CODE. Its words
# are in $out and $err then, and in the files out and err of $TMPDIR.
expect() {
    want=$1
    shift
    checks=$((checks + 1))
    "$SEIGR" "$@" >"$TMPDIR/out" 2>"$TMPDIR/err"
    got=$?
    out=$(cat "$TMPDIR/out")
    err=$(cat "$TMPDIR/err")
    [ "$got" -eq "$want" ] ||
        fail "exit $got, not $want: seigr $*
$out
$err"
    # A refusal is a sentence on standard error, and only there.
    if [ "$want" -ne 0 ]; then
        case $err in
        "seigr: "*) ;;
        *) fail "no sentence: seigr $*: $err" ;;
        esac
    fi
}

# says TEXT, not_says TEXT : of the last command's standard output.
says() {
    checks=$((checks + 1))
    case $out in
    *"$1"*) ;;
    *) fail "output lacks '$1': $out" ;;
    esac
}
not_says() {
    checks=$((checks + 1))
    case $out in
    *"$1"*) fail "output has '$1': $out" ;;
    esac
}

# complains TEXT : of its standard error.
complains() {
    checks=$((checks + 1))
    case $err in
    *"$1"*) ;;
    *) fail "error lacks '$1': $err" ;;
    esac
}

# same WANT GOT WHAT
same() {
    checks=$((checks + 1))
    [ "$1" = "$2" ] || fail "$3: '$2' is not '$1'"
}

# no_litter FOLDER : nothing half-written is there.
no_litter() {
    checks=$((checks + 1))
    litter=$(find "$1" -name '.seigr-*' -o -name '*.tmp')
    [ -z "$litter" ] || fail "left behind: $litter"
}

# json EXPRESSION : a value of the last output, by Python: j is the JSON.
json() {
    need_python
    "$SEIGR_PYTHON" -c "
import json, sys
j = json.load(open(sys.argv[1]))
v = $1
print(v if not isinstance(v, bool) else str(v).lower())" "$TMPDIR/out"
}

# change FILE OFFSET : change a bit of one byte.
change() {
    need_python
    "$SEIGR_PYTHON" -c "
import sys
name, at = sys.argv[1], int(sys.argv[2])
b = bytearray(open(name, 'rb').read())
b[at] ^= 1
open(name, 'wb').write(b)" "$1" "$2"
}

size() {
    wc -c <"$1" | tr -d ' '
}

need_python() {
    [ -n "$SEIGR_PYTHON" ] || skip "no python3"
}

# fork FILE FILE : two bundles whose capsules have one number.
fork() {
    for python in "$SEIGR_PYTHON" /usr/bin/python3; do
        "$python" -c 'import cryptography' 2>/dev/null || continue
        "$python" -B "$SEIGR_REFERENCE/fork.py" "$@" || fail "no fork was made"
        return
    done
    skip "no python3 with the package cryptography"
}

skip() {
    echo "skipped: $*"
    exit 77
}

finish() {
    [ "$checks" -gt 0 ] || fail "nothing was checked"
    echo "count checks $checks"
    [ "$failures" -eq 0 ]
    exit
}

# A key without a passphrase, for tests that are about something else.
make_key() {
    "$SEIGR" init --no-passphrase >/dev/null || fail "init"
}

# as_another ARGUMENT... : run the command as a user who may do what rights
# say, which root may not be held to; answers as expect leaves them. Returns 1
# where that cannot be done.
as_another() {
    if [ "$(id -u)" -ne 0 ]; then
        "$SEIGR" "$@" >"$TMPDIR/out" 2>"$TMPDIR/err"
    elif setpriv --reuid=65534 --regid=65534 --clear-groups "$SEIGR" version \
        >/dev/null 2>&1; then
        setpriv --reuid=65534 --regid=65534 --clear-groups "$SEIGR" "$@" \
            >"$TMPDIR/out" 2>"$TMPDIR/err"
    else
        return 1
    fi
    got=$?
    out=$(cat "$TMPDIR/out")
    err=$(cat "$TMPDIR/err")
}
