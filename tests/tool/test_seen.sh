# SPDX-License-Identifier: MIT
# seigr verify --as-of: what trusted checkpoints had seen when, and of which log.
need_python
python=
for p in "$SEIGR_PYTHON" /usr/bin/python3; do
    ! "$p" -c 'import cryptography' 2>/dev/null || python=$p
done
[ -n "$python" ] || skip "no python3 with the package cryptography"
"$python" -B "$SEIGR_REFERENCE/witness.py" all.seigr keys fork.seigr ||
    fail "witness.py"

expect 0 verify all.seigr
says "consistency  holds"
not_says "inclusion"
expect 0 verify --roots keys all.seigr
says "trust: by your anchors"
not_says "inclusion"

# At 2,000 s the witness had seen both, at 1,000 s the first, before nothing;
# its own checkpoints are the witnesses and need none.
expect 0 verify --roots keys --as-of @2000 all.seigr
says "inclusion    holds"
expect 12 verify --roots keys --as-of @1999 all.seigr
says "inclusion    broken: 1, first "
complains "no anchor's clock had seen it by then"
expect 12 verify --roots keys --as-of 1970-01-01T00:16:39Z all.seigr
says "inclusion    broken: 2, first "
expect 12 verify --json --roots keys --as-of @1999 all.seigr
same "1 of 2" "$(json '"%d of %d" % (
    sum(not d["allowed"] for d in j["files"][0]["decisions"]),
    len(j["files"][0]["decisions"]))')" decisions
same holds "$(json '[l["status"] for l in j["files"][0]["lineage"]
    if l["property"] == "consistency"][0]')" consistency
same 12 "$(json 'j["exit"]')" exit

# A checkpoint of nobody who is trusted has seen nothing, and an author is no
# witness of himself.
sed 3q keys >author
expect 12 verify --roots author --as-of @2000 all.seigr
says "inclusion    broken: "

# Two logs of one size.
expect 13 verify fork.seigr
says "consistency  broken: proofs that a node signed two logs: 1"

# A byte changed: it is refused, and the first link that leads nowhere named.
# Every seventh byte, so that each kind of byte comes up.
"$python" -c "
data = open('all.seigr', 'rb').read()
for at in range(0, len(data), 7):
    changed = bytearray(data)
    changed[at] ^= 1
    open('changed-%d' % at, 'wb').write(changed)"
named=0
for file in changed-*; do
    "$SEIGR" verify --roots keys --as-of @2000 "$file" >said 2>why
    code=$?
    checks=$((checks + 1))
    [ "$code" -ge 10 ] && grep -q '^seigr: ' why || fail "$file: exit $code"
    ! grep -q 'first broken link: .* names .* as ' said || named=$((named + 1))
done
[ "$named" -gt $(($(size all.seigr) / 14)) ] || fail "$named broken links"
