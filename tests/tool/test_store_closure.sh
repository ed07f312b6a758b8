# SPDX-License-Identifier: MIT
# An address of the store stands where a file does, with all that it comes
# from.
need_python
make_key
address() {
    "$SEIGR" show "$1" | sed -n 's/^capsule //p'
}
expect 0 store init
seq 40000 >raw
expect 0 seal --embed raw
raw=$(address raw.seigr)
echo other >other
expect 0 seal other
echo clean >clean
expect 0 seal --link parent="$raw" clean
clean=$(address clean.seigr)
for name in clean raw other; do
    expect 0 store put $name.seigr
done
rm ./*.seigr raw other clean

# Three: clean names other as previous and raw as parent.
expect 0 verify "$clean"
says "  completeness holds"
says "DATA     raw"
says "DATA     other"
expect 0 lineage --ancestors "$clean" "$clean"
says "  PARENT "
expect 0 bundle export --closure -o all.seigr "$clean"
expect 0 verify --json all.seigr
same "3 $clean holds" "$(json '"%d %s %s" % (
    len(j["files"][0]["capsules"]), j["files"][0]["roots"][0],
    j["files"][0]["content"][0]["status"])')" closure
# Content is in it: the file alone verifies anywhere.
mkdir elsewhere
mv all.seigr elsewhere
cd elsewhere || exit 1
expect 0 bundle import -o out all.seigr
seq 40000 | cmp - out/raw || fail "the content"
cd ..
expect 0 bundle export -o one.seigr "$clean"
expect 0 show one.seigr
same 1 "$(grep -c '^capsule ' "$TMPDIR/out")" "without --closure"

expect 10 verify 000000-000000
complains "no capsule that is kept has the address"
expect 1 verify no-such-file
