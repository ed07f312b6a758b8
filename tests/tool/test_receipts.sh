# SPDX-License-Identifier: MIT
# Capsules of a batch, good and bad: each refusal names what is wrong with the
# receipt, and nothing of it is taken.
need_python
"$SEIGR_PYTHON" - "$golden/batches.json" <<'END'
import json
import sys
batches = json.load(open(sys.argv[1]))
for name, case in [("good", batches["valid"][0]["members"][0])] + [
        (c["why"].replace(" ", "-"), c) for c in batches["invalid"]]:
    open(name + ".capsule", "wb").write(bytes.fromhex(case["capsule"]))
END
expect 0 verify good.capsule
# refused EXIT NAME TEXT
refused() {
    for command in "verify" "bundle import -o taken" \
        "bundle export -o made.seigr"; do
        # shellcheck disable=SC2086 # words
        expect "$1" $command "$2.capsule"
        complains "$3"
    done
    [ ! -e taken ] && [ ! -e made.seigr ] || fail "something of $2 was kept"
}
refused 15 receipt-of-another-key "the receipt is of another key"
refused 15 path-too-long "the path of the proof has 4 items, not 3"
refused 15 path-too-short "the path of the proof has 2 items, not 3"
refused 15 index-past-size "the proof is for leaf 7 of a tree of 7"
refused 15 node-of-31-bytes "a node of the proof is of 31 bytes"
refused 15 batch-of-one "a batch is of two capsules or more"
refused 11 other-leaf-path "not of this capsule's batch and key"
refused 11 zero-signature "not of this capsule's batch and key"
count=$(find . -name '*.capsule' | wc -l)
for file in *.capsule; do
    [ "$file" = good.capsule ] || {
        checks=$((checks + 1))
        "$SEIGR" verify -q "$file" >/dev/null 2>"$TMPDIR/err"
        case $? in
        11 | 15) ;;
        *) fail "$file is not refused" ;;
        esac
        [ "$(wc -l <"$TMPDIR/err")" -eq 1 ] || fail "$file: not one sentence"
    }
done
[ "$count" -gt 15 ] || fail "only $count cases"
