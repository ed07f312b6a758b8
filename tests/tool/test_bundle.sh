# SPDX-License-Identifier: MIT
# Bundles put together and taken apart: all or nothing.
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
expect 0 seal --link "parent=$b" c
c=$(printf '%s\n' "$out" | sed -n 1p)
expect 0 seal --embed big

# Export: any order in, parents first out, each once.
expect 0 bundle export -o all.seigr c.seigr big.seigr a.seigr b.seigr a.seigr
says "wrote 4 capsules into all.seigr"
expect 0 verify --json all.seigr
same "a b c big" "$(json '" ".join(x["name"]
    for x in j["files"][0]["capsules"])')" "order"
same 1 "$(json 'len(j["files"][0]["roots"])')" "roots: what no other names"
expect 0 verify all.seigr
says "completeness holds"
says "content      holds"
"$SEIGR" bundle export a.seigr b.seigr | "$SEIGR" verify -q - ||
    fail "export to a pipe"
"$SEIGR" bundle export - <all.seigr >again.seigr || fail "export of a pipe"
cmp -s all.seigr again.seigr || fail "export of an export"

# One capsule and what it comes from.
short=$(printf '%s' "$b" | cut -c7-18)
expect 0 bundle export --only "$short" -o two.seigr all.seigr
says "wrote 2 capsules"
expect 0 verify --json two.seigr
same "$b" "$(json 'j["files"][0]["roots"][0]')" root
expect 1 bundle export --only 000000000000 -o none.seigr all.seigr
complains "no capsule has such an address"
expect 2 bundle export --only 12 -o none.seigr all.seigr
[ ! -e none.seigr ] || fail "none.seigr was written"

# Content that is elsewhere stays there.
expect 0 seal -o beside.seigr big
expect 0 bundle export -o out.seigr beside.seigr
says "1 without content"
expect 0 verify --content big out.seigr

# Nothing of what is refused is written.
cp all.seigr bad
change bad $(($(size bad) - 1))
expect 11 bundle export -o none.seigr a.seigr bad
cp a.seigr bad
change bad $(($(size bad) - 1))
expect 11 bundle export -o none.seigr b.seigr bad
head -c 100 a.seigr >bad
expect 15 bundle export -o none.seigr b.seigr bad
# Cut between capsules, or children first: what is left is no bundle.
expect 0 show --json all.seigr
at=$(json '" ".join(str(x["offset"]) for x in j["capsules"])')
head -c "${at##* }" all.seigr >bad
expect 13 bundle export -o none.seigr a.seigr bad
complains "bad: the root is not in it: "
# shellcheck disable=SC2086 # words
"$SEIGR_PYTHON" - $at <<'PYTHON'
import sys
b = open("all.seigr", "rb").read()
one, two, three = (int(at) for at in sys.argv[1:4])
open("bad", "wb").write(b[:one] + b[two:three] + b[one:two] + b[three:])
open("doubled", "wb").write(b[:two] + b[one:])
PYTHON
expect 13 bundle export -o none.seigr bad
complains "comes after one that points to it"
expect 10 bundle export -o none.seigr b.seigr a
expect 1 bundle export -o none.seigr nothing
[ ! -e none.seigr ] || fail "none.seigr was written"
expect 1 bundle export -o a b.seigr
complains "is no capsule, so it is kept"

# Import: the files come back.
expect 0 bundle import all.seigr -o taken
says "took 4 files of 4 capsules"
for name in a b c big; do
    cmp -s $name taken/$name || fail "$name does not come back"
done
expect 1 bundle import all.seigr -o taken
complains "taken is there, so it is kept"
expect 2 bundle import all.seigr
complains "-o FOLDER"
mkdir -p project/deep/er
echo x >project/deep/er/file
: >project/empty
cp big project/big
expect 0 seal --embed project
expect 0 bundle import project.seigr -o again
diff -r project again >/dev/null || fail "the folder does not come back"
same "$(stat -c %a project)" "$(stat -c %a again)" "mode of the folder"
expect 0 bundle import --json project.seigr -o once.more
same seigr.bundle-import/1 "$(json 'j["schema"]')" schema
same 3 "$(json 'j["files"]')" files

# One capsule written twice is one file.
expect 0 bundle import doubled -o undoubled
says "took 4 files of 4 capsules"

# Refused by name, nothing kept.
gone() {
    checks=$((checks + 1))
    [ ! -e none ] || fail "none was written"
    no_litter .
}
expect 13 bundle import b.seigr -o none # a missing parent
complains "links to what is not in it, role PARENT: $a"
gone
expect 0 bundle import --partial b.seigr -o partial
cmp -s b partial/b || fail "partial/b"
expect 1 bundle import out.seigr -o none
complains "the content of big is not in the bundle"
gone
cp project.seigr bad
change bad 100000
expect 11 bundle import bad -o none
gone
head -c 100000 project.seigr >bad
expect 15 bundle import bad -o none
gone
"$SEIGR_PYTHON" - <<'PYTHON'
b = open("project.seigr", "rb").read()
at = b.index(bytes.fromhex("5a00010000"))
one = b[at:at + 65541]
two = b[at + 65541:at + 2 * 65541]
open("bad", "wb").write(b[:at] + two + one + b[at + 2 * 65541:])
PYTHON
expect 11 bundle import bad -o none
complains "chunks are out of order"
gone
did=did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK
expect 12 bundle import --by $did all.seigr -o none
gone
expect 0 bundle import --by "$("$SEIGR" id -q)" all.seigr -o trusted

# Names that lead elsewhere, or twice to one place.
for name in ../out /tmp/out a/../../out ./x x//y .. .; do
    expect 0 seal --name "$name" -o evil.seigr a
    expect 1 bundle import evil.seigr -o none
    complains "leads out of the folder"
    gone
done
expect 0 seal --name a -o other.seigr b
expect 0 bundle export -o both.seigr a.seigr other.seigr
expect 1 bundle import both.seigr -o none
complains "two capsules have one name: a"
gone
expect 0 seal --name a/b -o other.seigr b
expect 0 bundle export -o both.seigr a.seigr other.seigr
expect 1 bundle import both.seigr -o none
complains "another capsule has a part of its name"
gone
# Without a name, the address is one.
"$SEIGR" seal - <a >unnamed.seigr
expect 0 bundle import unnamed.seigr -o unnamed
cmp -s a unnamed/*-* || fail "content without a name"
expect 1 bundle import all.seigr -o no/where
complains "its folder is not there"
expect 2 bundle
complains "needs a second word"
