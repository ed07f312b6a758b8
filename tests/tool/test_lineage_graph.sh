# SPDX-License-Identifier: MIT
# seigr lineage: one lineage of several files, as text, graph and JSON.
need_python
make_key
for name in a b c; do
    echo $name >$name
    expect 0 seal $name
done
a=$("$SEIGR" show a.seigr | sed -n 's/^capsule //p')
expect 0 seal --link input="$a" -n "with \"quotes\"" -o d.seigr c

expect 0 lineage d.seigr c.seigr b.seigr a.seigr
says "capsules 4"
says " has 1-4"
says 'DATA "with \"quotes\"" by '
says "    INPUT $(echo "$a" | sed 's/^seigr:\(......\)\(......\).*/\1-\2/')"
says "  chains: holds"
says "  completeness: holds"
says "  replay: not asked"
not_says "gaps"
whole=$out
expect 0 lineage a.seigr b.seigr c.seigr d.seigr a.seigr
same "$whole" "$out" "the order of files"
# One stream of them all is one lineage too; so is a file twice.

expect 0 lineage d.seigr b.seigr
says "gaps 3"
says "INPUT not here, it is $a"
says " sequence 1 not here, it is $a"
says "  chains: open; holes in chains: 2, of 1 chains"
says "  completeness: open; gaps: 3"
expect 0 lineage -q d.seigr
same "" "$out" "quiet"

expect 0 lineage --dot d.seigr b.seigr
says "digraph lineage {"
says 'with \"quotes\"'
same 2 "$(grep -c 'tooltip=' "$TMPDIR/out")" nodes
same 2 "$(grep -c 'style=dashed' "$TMPDIR/out")" "what is not here"
same 3 "$(grep -c -e '->' "$TMPDIR/out")" edges
if command -v dot >/dev/null; then
    checks=$((checks + 1))
    dot -Tplain "$TMPDIR/out" >/dev/null || fail "dot does not take it"
fi
expect 2 lineage --dot --json a.seigr

expect 0 lineage --json d.seigr b.seigr
same seigr.lineage/1 "$(json 'j["schema"]')" schema
same 2 "$(json 'len(j["capsules"])')" capsules
same "$a" "$(json '[g["address"] for g in j["gaps"] if g["type"] == "link"][0]')" gap
same "[[2, 2], [4, 4]]" "$(json 'j["chains"][0]["sequences"]')" sequences
same "previous False" \
    "$(json '"%s %s" % (j["capsules"][1]["links"][0]["role"],
        j["capsules"][1]["links"][0]["here"])')" previous
same 8 "$(json 'len(j["verdict"])')" verdict
same open "$(json '[l["status"] for l in j["verdict"]
    if l["property"] == "completeness"][0]')" completeness
same 0 "$(json 'j["exit"]')" exit

# A fork, as in test_lineage.sh, over two files.
fork e.seigr f.seigr
expect 13 lineage e.seigr f.seigr
says "forks 1"
says "have one sequence"
complains "proofs that an issuer signed two histories: 1"
expect 13 lineage -q e.seigr f.seigr
expect 0 lineage -q --proof none a.seigr
[ ! -e none ] || fail "a proof of nothing"
expect 13 lineage --proof proof f.seigr a.seigr e.seigr b.seigr
complains "2 capsules that prove it: proof"
expect 13 verify proof # by itself
says "forks        broken"
expect 13 lineage --json proof
same 1 "$(json 'len(j["forks"])')" "forks of the proof"
same 2 "$(json 'len(j["capsules"])')" "capsules of the proof"
expect 13 lineage --proof proof f.seigr e.seigr # it is not replaced
complains "proof: "
expect 2 lineage --proof other - <f.seigr
expect 13 lineage --json e.seigr f.seigr
same sequence "$(json 'j["forks"][0]["type"]')" fork
same 13 "$(json 'j["exit"]')" exit

# What is refused is said, the rest is shown, and the verdict knows.
cp b.seigr bad
change bad $(($(size bad) - 1))
expect 11 lineage a.seigr bad c.seigr
says "capsules 2"
says "  signatures: broken; 1 refused"
complains "bad: "
head -c 100 c.seigr >half
expect 15 lineage a.seigr half
says "capsules 1"
says "  integrity: broken; 1 refused"
expect 1 lineage nothing
