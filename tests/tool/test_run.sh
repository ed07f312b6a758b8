# SPDX-License-Identifier: MIT
# Programs run as tasks, sealed, run again, and lies about them found.
[ -f "$SEIGR_GUESTS/files.wasm" ] || skip "no guests were built"
files=$SEIGR_GUESTS/files.wasm
data=$golden/../engine/data

# Without a key: the program's output is on standard output.
expect 0 run "$SEIGR_GUESTS/own.wasm" --input data/large="$files"
says "1 inputs, data/large is 0 of $(stat -c %s "$files") bytes"
complains "own.wasm note: a word"
[ ! -e "$SEIGR_HOME/key" ] || fail "a run without -o made a key"

expect 0 init
head -c 150000 /dev/zero | tr '\0' 'x' >large
printf 'one\ntwo\n' >lines
run_files() {
    "$SEIGR" run "$files" --arg -v --arg "" --env MODE=sealed --seed s \
        --input data/large=large --input stdin=lines --created @7 "$@"
}

# It ends with 7: the run is good and the command says so.
run_files --checkpoint-every 20000 --trace -o r.seigr >out1 2>err1
same 1 $? "exit of a program that exits with 7"
grep -q "exited with 7" err1 || fail "no word of the 7"
grep -q "^checkpoint 1, fuel [0-9]*, root [0-9a-f]*$" err1 || fail "no trace"
grep -q "MODE is 'sealed'" out1 || fail "no output"
no_litter .

expect 0 verify r.seigr
says PROGRAM
says TASK
says RESULT
says "output/sub/sought"
expect 0 verify --replay r.seigr
says "replay       holds"
expect 0 replay r.seigr
says checkpoint
expect 0 replay --json r.seigr
says '"holds"'

# The output is the body of the result, and files are capsules of their own.
result=$("$SEIGR" show --json r.seigr | "$SEIGR_PYTHON" -c '
import json, sys
last = json.load(sys.stdin)["capsules"][-1]
print(last["address"][6:], last["offset"], last["kind"])')
set -- $result
same RESULT "$3" "kind of the last capsule"
"$SEIGR" show --body --only "$1" r.seigr >out2 || fail "no body"
cmp out1 out2 || fail "the result's body is not the output"
expect 0 bundle import --partial -o taken r.seigr
cmp large taken/output/sub/copy && cmp out1 taken/files.wasm.output || fail "a file that was left is not what was written"

# The same task gives the same result to another key.
SEIGR_HOME=$SEIGR_HOME-other
expect 0 init
run_files --checkpoint-every 20000 -o other.seigr >/dev/null 2>&1
detail() {
    "$SEIGR" replay "$1" | tail -1 | cut -d, -f2-
}
same "$(detail r.seigr)" "$(detail other.seigr)" "fuel and checkpoints"
SEIGR_HOME=${SEIGR_HOME%-other}

# In a process of its own everything is the same.
run_files --checkpoint-every 20000 --isolate -o alone.seigr >out3 2>err3
code=$?
if ! grep -q "this build cannot isolate" err3; then
    same 1 $code "exit of an isolated program"
    cmp out1 out3 || fail "the output of an isolated program differs"
    same "$(detail r.seigr)" "$(detail alone.seigr)" "fuel when isolated"
    expect 20 run --isolate --entry trap "$data/run.wasm"
    expect 21 run --isolate --entry loop --fuel 1000 "$data/run.wasm"
fi

# Lies, each signed by the liar.
lie() {
    for python in "$SEIGR_PYTHON" /usr/bin/python3; do
        "$python" -c 'import cryptography' 2>/dev/null || continue
        "$python" -B "$SEIGR_REFERENCE/lie.py" r.seigr "$2" "$1" lie.seigr ||
            fail "no lie was made of $1"
        return
    done
    skip "no python3 with the package cryptography"
}
offset=$2
for k in 1 2 17 35; do
    lie $k "$offset"
    expect 0 verify lie.seigr
    expect 24 replay lie.seigr
    complains "state root $k differs"
done
for what in "fuel:the fuel used" "status:how it ended" "output:the output" \
    "file:the files" "end:the state at the end"; do
    lie "${what%%:*}" "$offset"
    expect 24 replay lie.seigr
    complains "${what#*:} differs"
    expect 24 verify --replay lie.seigr
done

# What cannot run, by name and place.
expect 20 run --entry trap "$data/run.wasm"
complains "run.wasm trapped: unreachable, in function"
expect 21 run --entry loop --fuel 1000 "$data/run.wasm"
complains "not done after 1000 fuel"
expect 22 run "$data/hosts.wasm"
complains '"_start"'
printf '\0asm\1\0\0\0\5\4\1\4\1\1' >new.wasm
expect 22 run new.wasm
complains "at byte"
expect 22 inspect new.wasm
expect 22 inspect "$data/hosts.wasm"
says "not here"
complains "are not here"
expect 23 run --input nowhere "$files"
complains "nowhere"
expect 2 run --fuel much "$files"
expect 2 run --input a/../b=large "$files"
expect 0 inspect "$SEIGR_GUESTS/own.wasm"
says "imports function seigr input_read (i32 i64 i32 i32) -> (i32)"
expect 10 replay new.wasm
expect 10 replay lines

# A bundle that lacks the program.
only=$("$SEIGR" show --json r.seigr | "$SEIGR_PYTHON" -c '
import json, sys
for c in json.load(sys.stdin)["capsules"]:
    if c["kind"] != "PROGRAM":
        print(c["offset"], c["bytes"])')
"$SEIGR_PYTHON" - "$only" <<'END'
import sys
data = open("r.seigr", "rb").read()
parts = [tuple(map(int, l.split())) for l in sys.argv[1].splitlines()]
head = data[:46]
open("less.seigr", "wb").write(
    head + b"".join(data[o:o + n] for o, n in parts))
END
expect 23 replay less.seigr
complains "the program is not in it"
complains "an input is not in it"
