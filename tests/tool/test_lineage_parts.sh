# SPDX-License-Identifier: MIT
# seigr lineage: parts of a lineage, as tree, graph, drawing and proof.
need_python
make_key
address() {
    "$SEIGR" show "$1" | sed -n 's/^capsule //p'
}
short() {
    echo "$1" | sed 's/^seigr:\(......\)\(......\).*/\1-\2/'
}
for name in raw other; do
    echo $name >$name
    expect 0 seal $name
done
raw=$(address raw.seigr)
other=$(address other.seigr)
echo clean >clean
expect 0 seal --link parent="$raw" clean
clean=$(address clean.seigr)
echo model >model
expect 0 seal --link input="$clean" --link program="$other" \
    -n '<b> & "model"' model
model=$(address model.seigr)
echo leaf >leaf
expect 0 seal --new-stream leaf

expect 0 lineage --ancestors "$model" -- *.seigr
same "$(short "$model") DATA <b> & \"model\"" "$(head -n 1 "$TMPDIR/out")" root
says "  INPUT $(short "$clean") DATA clean"
says "    PARENT $(short "$raw") DATA raw"
says "  PROGRAM $(short "$other") DATA other (above)"
not_says "leaf"
expect 0 lineage --ancestors "$(short "$model")" model.seigr
says "  INPUT $clean not here"

expect 0 lineage --descendants "$raw" -- *.seigr
says "  PARENT $(short "$clean") DATA clean"
says "    INPUT $(short "$model")"
expect 0 lineage --json --descendants "$clean" -- *.seigr
same "$clean $model" \
    "$(json '" ".join(c["address"] for c in j["capsules"][:2])')" descendants

# Only what is on a way, and a proof of a shortest one.
expect 0 lineage --path "$model..$raw" --proof proof -- *.seigr
says "    PARENT $(short "$raw") DATA raw"
complains "3 capsules that prove it: proof"
expect 0 verify proof
says "$(short "$raw")"
says "$(short "$clean")"
expect 0 lineage --path "$model..$raw" proof
says "    PARENT $(short "$raw") DATA raw"
expect 0 lineage --json proof
same "$model" "$(json 'j["capsules"][-1]["address"]')" "the proof ends with it"
cp proof forged
change forged $(($(size forged) - 1))
expect 11 verify forged
# What does not come from the other cannot be proven.
expect 13 lineage --path "$raw..$model" --proof none -- *.seigr
complains "does not come from"
[ ! -e none ] || fail "a proof of nothing"

expect 0 lineage --dot --ancestors "$clean" -- *.seigr
says 'label="PARENT"'
not_says "model"
if command -v dot >/dev/null; then
    checks=$((checks + 1))
    dot -Tplain "$TMPDIR/out" >/dev/null || fail "dot does not take it"
fi

# A drawing: XML, a box a capsule, nothing of a name is markup.
expect 0 lineage --svg -- *.seigr
boxes() {
    "$SEIGR_PYTHON" -c "
import sys, xml.etree.ElementTree as tree
top = tree.parse(sys.argv[1]).getroot()
s = '{http://www.w3.org/2000/svg}'
print(len(top.findall(s + 'g')), len(top.findall('.//' + s + 'script')),
      sum(p.find(s + 'title') is not None for p in top.findall(s + 'path')))
" "$TMPDIR/out"
}
same "5 0 7" "$(boxes)" "boxes, scripts and lines"
says '&lt;b&gt; &amp; "model"'
says "<title>$model"
expect 0 lineage --svg model.seigr
same "3 0 3" "$(boxes)" "what is not here is drawn"
says "not here"
mkdir many
for i in $(seq 300); do echo "$i" >"many/$i"; done
expect 0 seal many
expect 0 lineage --svg many.seigr
same "302 0 601" "$(boxes)" "a few hundred"

expect 2 lineage --svg --dot raw.seigr
complains "choose one"
expect 2 lineage --ancestors "$raw" --descendants "$raw" raw.seigr
expect 10 lineage --ancestors 000000-000000 raw.seigr
complains "no capsule's address begins so"
expect 2 lineage --ancestors 12 raw.seigr
expect 2 lineage --path "$raw" raw.seigr
complains "DESCENDANT..ANCESTOR"
