# SPDX-License-Identifier: MIT
# Folders: a capsule a file, one that links them, in an order of its own.
make_key
mkdir -p project/src/deep project/hollow
echo one >project/one
echo two >project/src/two
echo three >project/src/deep/three
echo hidden >project/.hidden
: >project/nothing
printf 'x' >"project/with space and \"quotes\""
expect 0 seal project
says "7 capsules"
[ -f project.seigr ] || fail "project.seigr is not there"
no_litter .
expect 0 verify project.seigr
says ".hidden"
says "src/deep/three"
names=$(printf '%s\n' "$out" | sed -n 's/^    [0-5-]*  DATA *//p' |
    tr '\n' ,)
same '.hidden,nothing,one,src/deep/three,src/two,with space and "quotes",project,' \
    "$names" "order of the names"
expect 0 show project.seigr
same 6 "$(printf '%s\n' "$out" | grep -c 'link       MEMBER')" "members"

# Twice in a row: the first is replaced, and is no part of the second.
expect 0 seal project
says "7 capsules"
expect 0 seal -o project/inside.seigr project
says "7 capsules"
expect 0 seal -o project/inside.seigr project
says "7 capsules"
rm project/inside.seigr

# From inside, by names that are none.
(cd project && "$SEIGR" seal -q .) || fail "seal ."
[ -f project.seigr ] || fail "seal . makes ../project.seigr"
expect 0 show project.seigr
says 'name       "project"'
expect 0 seal project//
expect 0 seal --name other project
expect 0 show project.seigr
says 'name       "other"'

# Content comes back.
expect 0 verify --json project.seigr
address=$(json '[c["address"] for f in j["files"] for c in f["capsules"]
    if c["name"] == "src/deep/three"][0]')
expect 0 show --body --only "$address" project.seigr
same three "$out" "content of src/deep/three"
expect 2 show --body project.seigr
complains "say which with --only"

# Left out.
expect 0 seal --exclude src --exclude '.h*' project
says "4 capsules"
expect 0 seal --exclude 'src/*' project
says "5 capsules"
expect 0 seal --exclude '*' project
says "1 capsule"

# What cannot be held is named, all of it, and nothing is written.
rm project.seigr
ln -s one project/link
mkfifo project/pipe
long=$(printf '%0255d' 0)
mkdir "project/$(printf '%0200d' 0)"
: >"project/$(printf '%0200d' 0)/$(printf '%0200d' 0)"
: >"project/$long"
printf 'x' >"project/bad$(printf '\377')name"
cp "$SEIGR_HOME/key" project/copy
ln "$SEIGR_HOME/key" project/mine
expect 1 seal project
complains "link: it is a symbolic link"
complains "pipe: it is a pipe"
complains "its path is longer than the 255 bytes of a name"
complains 'bad\x{ff}name: its name is not UTF-8'
complains "mine: it is your key"
complains "nothing was sealed"
[ ! -e project.seigr ] || fail "project.seigr was written"
no_litter .
# A name of 255 bytes can be held.
same 0 "$(printf '%s' "$err" | grep -c "^seigr: $long")" "a name of 255 bytes"
# Named in the order of their names.
same bad,link,mine,pipe, \
    "$(printf '%s\n' "$err" | sed -n 's/^seigr: \([a-z][a-z]*\).*: it.*/\1/p' |
        tr '\n' ,)" "order of what is named"
rm -rf project

# A folder that cannot be listed is named, not left out and not called a want
# of memory.
mkdir -p project/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a/a
err=$(ulimit -n 24 && "$SEIGR" seal project 2>&1 >out)
same 1 $? "exit where too many files are open"
complains "a/a: the folder cannot be read"
complains "nothing was sealed"
same "" "$(cat out)" "answer where too many files are open"
[ ! -e project.seigr ] || fail "project.seigr was written"
rm -rf project out

expect 1 seal project
complains "there is no such file"
mkdir project
expect 0 seal project
says "1 capsule"
head -c 65536 /dev/urandom >project/large
expect 0 seal project
expect 0 verify --json project.seigr
address=$(json 'j["files"][0]["capsules"][0]["address"]')
expect 0 show --body --only "$address" project.seigr
cmp -s "$TMPDIR/out" project/large || fail "64 KiB do not come back"
