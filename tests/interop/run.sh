#!/bin/sh
# SPDX-License-Identifier: MIT
# run.sh [COUNT] : COSE_Sign1 and links both ways with libraries that are not ours, of
# Python, Node and Go, installed by their package managers into a folder that
# is removed afterwards. Of each: COUNT messages (1,000) of ours verified by
# it, as many of its own verified by us, and each of both with one bit changed
# refused; of a Noise COUNT records each way over a live link, opened by either
# side. Prints one line "count interop-LIBRARY N" each; exits 1 on the
# first that differs. What is not installed on this machine is skipped by
# name. SEIGR_BUILD is the build whose seigr_interop is used (build/dev).
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${SEIGR_BUILD:-$here/../../build/dev}
count=${1:-1000}
ours=$build/tests/seigr_interop
[ -x "$ours" ] || {
    echo "interop: $ours is not built" >&2
    exit 1
}
work=$(mktemp -d)
# The modules that go keeps cannot be written, nor removed, as they are.
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
trap 'exit 1' INT TERM

# expect WORD FILE WHAT : every line of FILE begins with WORD, COUNT of them.
expect() {
    expect_got=$(grep -c "^$1" "$2") || true
    [ "$expect_got" -eq "$count" ] && return
    echo "interop: $3: $expect_got of $count are $1; the first that is not:"
    grep -nv "^$1" "$2" | head -n 1
    exit 1
}

# both_ways LIBRARY COMMAND... : COMMAND sign and COMMAND verify.
both_ways() {
    library=$1
    shift
    "$@" verify <"$work/ours" >"$work/out"
    expect ok "$work/out" "$library reads ours"
    "$@" verify <"$work/ours.spoilt" >"$work/out"
    expect refused "$work/out" "$library reads ours, spoilt"
    "$@" sign <"$work/cases" >"$work/theirs"
    "$ours" verify <"$work/theirs" >"$work/out"
    expect ok "$work/out" "we read $library's"
    "$ours" spoil <"$work/theirs" | "$ours" verify >"$work/out"
    expect refused "$work/out" "we read $library's, spoilt"
    echo "count interop-$library $((2 * count))"
}

seed=$(date +%s)
echo "interop: seed $seed"
"$ours" cases "$count" "$seed" >"$work/cases"
"$ours" sign <"$work/cases" >"$work/ours"
"$ours" spoil <"$work/ours" >"$work/ours.spoilt"
"$ours" verify <"$work/ours" >"$work/out"
expect ok "$work/out" "we read ours"
"$ours" verify <"$work/ours.spoilt" >"$work/out"
expect refused "$work/out" "we read ours, spoilt"

python=
for p in python3 /usr/bin/python3; do
    if "$p" -m venv "$work/python" >/dev/null 2>&1; then
        python=$work/python/bin/python
        break
    fi
done
if [ -n "$python" ]; then
    "$python" -m pip -q --disable-pip-version-check install pycose cwt
    both_ways pycose "$python" "$here/peer_pycose.py"
    both_ways cwt "$python" "$here/peer_cwt.py"
    "$python" -m pip -q --disable-pip-version-check install dissononce
    "$python" "$here/peer_dissononce.py" "$build/tests/seigr_interop_link" \
        "$count"
    echo "count interop-dissononce $((4 * count))"
else
    echo "skipped interop-python: there is no python3 with venv"
fi

if command -v node >/dev/null && command -v npm >/dev/null; then
    mkdir "$work/node"
    cp "$here/peer_auth0.mjs" "$work/node"
    (cd "$work/node" && npm init -y && npm install @auth0/cose) \
        >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
    both_ways auth0-cose node "$work/node/peer_auth0.mjs"
else
    echo "skipped interop-node: node or npm is not installed"
fi

if command -v go >/dev/null; then
    mkdir "$work/go"
    cp "$here/peer_gocose.go" "$work/go/main.go"
    # The second is the last that the go of Debian 12 builds.
    (cd "$work/go" && go mod init interop &&
        for version in latest v1.1.0; do
            go get "github.com/veraison/go-cose@$version" &&
                go build -o peer . && break
        done) >"$work/log" 2>&1 || {
        cat "$work/log"
        exit 1
    }
    both_ways go-cose "$work/go/peer"
else
    echo "skipped interop-go: go is not installed"
fi
