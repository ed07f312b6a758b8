# SPDX-License-Identifier: MIT
# A store: made, filled, listed, collected, broken and repaired.
need_python
make_key
for name in a b c; do
    echo "content of $name" >$name
done
head -c 200000 /dev/urandom >big
expect 0 seal a
a=$(printf '%s\n' "$out" | sed -n 1p)
expect 0 seal --link "parent=$a" b
b=$(printf '%s\n' "$out" | sed -n 1p)
expect 0 seal c
c=$(printf '%s\n' "$out" | sed -n 1p)
expect 0 seal --embed big
big=$(printf '%s\n' "$out" | sed -n 1p)
expect 0 bundle export -o all.seigr a.seigr b.seigr c.seigr big.seigr

export SEIGR_STORE="$PWD/kept"
# Without a store nothing can be done to it.
for command in "put a.seigr" "get $a" list "pin $a" gc stat fsck; do
    # shellcheck disable=SC2086 # words
    expect 40 store $command
    complains "there is no store"
done
mkdir other
echo "not ours" >other/format
expect 40 store list --store other
complains "another application"
echo "seigr store 2" >other/format
expect 40 store list --store other
complains "newer format"
same "seigr store 2" "$(cat other/format)" "what is not ours"

expect 0 store init
expect 1 store init
complains "already"
# Cut between two capsules it lacks its root: nothing of it is kept.
expect 0 show --json all.seigr
head -c "$(json 'j["capsules"][-1]["offset"]')" all.seigr >cut.seigr
expect 13 store put cut.seigr
complains "the root is not in it: "
expect 0 store list
same "" "$out" "what is kept of a bundle that is cut"
expect 0 store put all.seigr
says "kept 4 capsules, 4 of them new"
expect 0 store put a.seigr
says "kept 1 capsule, 0 of them new"
expect 0 store list
says "$a DATA a"
says "$big DATA big"
expect 0 store list --json "$(printf '%s' "$c" | cut -c7-18)"
same "$c" "$(json 'j["capsules"][0]["address"]')" "found by its beginning"
expect 0 store list --by "$("$SEIGR" id -q)"
says "$b"
expect 0 store stat --json
same 4 "$(json 'j["log_size"]')" "log"

# What comes out is what went in.
expect 0 store get "$big" -o out.seigr
expect 0 verify out.seigr
says "content      holds"
expect 0 show --body out.seigr
cmp -s "$TMPDIR/out" big || fail "the content is another"
expect 10 store get 000000000000 -o none.seigr
expect 2 store get zzz -o none.seigr
[ ! -e none.seigr ] || fail "none.seigr was written"

# Refused bundles leave nothing.
cp c.seigr bad
change bad $(($(size bad) - 1))
expect 11 store put bad
head -c 100 c.seigr >bad
expect 15 store put bad

# Collection.
expect 0 store pin "$b"
expect 2 store pin 012345
expect 0 store gc
says "removed 2 capsules and 4 chunks"
expect 0 store list
not_says "$c"
says "$a" # b comes from it
expect 0 store put big.seigr
says "1 of them new"
expect 0 store fsck
says "every hash and signature holds"

# A limit.
expect 0 store init --store small --limit 1000
expect 42 store put --store small all.seigr
complains "bound of 1000 bytes"
expect 0 store list --store small
same "" "$out" "what is kept after a refusal"
expect 2 store init --store none --limit many

# Damage is named, and repaired only when asked.
segment=$(find kept -name '*.segment')
at=$(grep -abo -m 1 "content of b" "$segment" | head -n 1 | cut -d : -f 1)
change "$segment" "$at"
cp "$segment" damaged
expect 41 store fsck
complains "$b"
not_says holds
expect 41 store get "$b" -o none.seigr
cmp -s "$segment" damaged || fail "fsck changed what it looked at"
expect 0 store get "$a" -o a.again
expect 41 store fsck --repair a.seigr
complains "$b"
expect 0 store fsck --repair b.seigr
says "repaired $b"
expect 0 store fsck
expect 0 store get "$b" -o b.again
expect 0 verify -q b.again
# Damage in what was kept last is named too: it is known to have been kept.
expect 0 store init --store last
expect 0 store put --store last b.seigr
segment=$(find last -name '*.segment')
at=$(grep -abo -m 1 "content of b" "$segment" | head -n 1 | cut -d : -f 1)
change "$segment" "$at"
expect 41 store fsck --store last
complains "$b"
expect 0 store fsck --store last --repair b.seigr
says "repaired $b"
# A signature that does not hash into the address.
segment=$(find kept -name '*.segment')
"$SEIGR_PYTHON" - "$segment" big.seigr <<'END'
import sys
segment, bundle = sys.argv[1:]
kept = bytearray(open(segment, "rb").read())
at = kept.rfind(b"\x58\x40", 0, kept.find(b"content of a") + 200)
kept[at + 10] ^= 1
open(segment, "wb").write(kept)
END
expect 41 store fsck
complains "signature"
expect 0 store fsck --repair all.seigr
says "repaired"
expect 0 store fsck

# The index can be lost, and damaged.
rm kept/index.mdb
expect 0 store list
says "$b"
expect 0 store stat
"$SEIGR_PYTHON" -c 'open("kept/index.mdb", "r+b").write(b"\xff" * 9000)'
expect 0 store fsck
expect 0 store get "$big" -o out2.seigr
cmp -s out.seigr out2.seigr || fail "another bundle"

# Many at once.
pids=
for i in 1 2 3 4; do
    (
        for name in a b c big; do
            "$SEIGR" store put -q $name.seigr || exit 1
        done
    ) &
    pids="$pids $!"
done
for pid in $pids; do
    wait "$pid" || fail "one of several at once"
done
expect 0 store fsck
finish
