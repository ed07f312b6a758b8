# SPDX-License-Identifier: MIT
# Content over 64 KiB: beside the bundle, elsewhere, or in it.
need_python
make_key
head -c 300000 /dev/urandom >big
head -c 65537 /dev/urandom >just
for file in big just; do
    expect 0 seal $file
    [ "$(size $file.seigr)" -lt 400 ] || fail "$file.seigr is large"
    expect 0 verify $file.seigr
    says "content      holds"
done
expect 0 verify --json big.seigr
same "holds big" "$(json '"%s %s" % (j["files"][0]["content"][0]["status"],
    j["files"][0]["content"][0]["where"])')" "content"
same "$(sha256sum big | cut -d' ' -f1)" \
    "$(json 'j["files"][0]["capsules"][0]["body"]["sha256"]')" sha256
expect 1 show --body big.seigr
complains "the content is not in it"

# Elsewhere.
mkdir away
mv big away/other
expect 1 verify big.seigr
complains "the content of big is not there"
says "content      open"
expect 0 verify --content away/other big.seigr
says "content      holds"
expect 1 verify --content away/none big.seigr
expect 0 verify --no-content big.seigr
says "content      not asked"
expect 2 verify --content away/other big.seigr just.seigr
"$SEIGR" verify --content away/other - <big.seigr >/dev/null ||
    fail "verify - --content"

# Content that no longer matches.
cp away/other big
change big 200000
expect 11 verify big.seigr
complains "big is not the content that was signed"
says "content      broken"
head -c 299999 away/other >big
expect 11 verify big.seigr
printf x | cat away/other - >big
expect 11 verify big.seigr
cp away/other big
expect 0 verify big.seigr

# In the bundle.
expect 0 seal --embed -o in.seigr big
[ "$(size in.seigr)" -gt 300000 ] || fail "in.seigr lacks its content"
expect 0 verify in.seigr
says "content      holds"
rm big
expect 0 verify in.seigr
expect 0 show --body in.seigr
cmp -s "$TMPDIR/out" away/other || fail "the content does not come back"
"$SEIGR" show --body - <in.seigr | cmp -s - away/other || fail "show --body -"
expect 0 verify --json in.seigr
same "holds bundle" "$(json '"%s %s" % (j["files"][0]["content"][0]["status"],
    j["files"][0]["content"][0]["where"])')" "content"
len=$(size in.seigr)
for at in 700 1000 100000 $((len - 1)); do
    cp in.seigr bad
    change bad "$at"
    expect 11 verify bad
    complains "is not what"
    expect 11 show --body bad
    [ ! -s "$TMPDIR/out" ] || fail "content came out of a bad bundle"
done
cp in.seigr bad
change bad 400 # the leaf list
expect 15 verify bad
for cut in 350 500 70000 $((len - 1)); do
    head -c "$cut" in.seigr >bad
    expect 15 verify bad
    complains "(at byte $cut)"
done
# Two chunks that changed places.
"$SEIGR_PYTHON" - <<'PYTHON'
b = open("in.seigr", "rb").read()
at = b.index(bytes.fromhex("5a00010000"))
one = b[at:at + 65541]
two = b[at + 65541:at + 2 * 65541]
open("bad", "wb").write(b[:at] + two + one + b[at + 2 * 65541:])
PYTHON
expect 11 verify bad
complains "chunks are out of order"

# What comes through a pipe can only be in it.
"$SEIGR" seal - <away/other >piped.seigr || fail "seal - of a file"
cat away/other | "$SEIGR" seal - >piped2.seigr || fail "seal - of a pipe"
for file in piped.seigr piped2.seigr; do
    expect 0 verify $file
    "$SEIGR" show --body $file | cmp -s - away/other || fail "$file"
done
(
    head -c 1000 >/dev/null
    "$SEIGR" seal - >rest.seigr
) <away/other || fail "seal of the rest of a file"
"$SEIGR" show --body rest.seigr | cmp -s - away/other &&
    fail "what was read before is sealed too"

# Repeats: each chunk once.
head -c 1000000 /dev/zero >zeros
expect 0 seal --embed zeros
[ "$(size zeros.seigr)" -lt 140000 ] || fail "zeros.seigr repeats itself"
expect 0 verify zeros.seigr
expect 0 show --body zeros.seigr
cmp -s "$TMPDIR/out" zeros || fail "zeros do not come back"

# Folders.
mkdir project
cp away/other project/one
cp away/other project/two
cp just project/just
echo small >project/small
expect 0 seal project
expect 0 verify project.seigr
says "content      holds"
change project/just 5
expect 11 verify project.seigr
complains "project/just is not the content"
change project/just 5
mv project moved
expect 1 verify project.seigr
expect 0 verify --content moved project.seigr
expect 0 seal --embed -o all.seigr moved
[ "$(size all.seigr)" -lt 370000 ] || fail "all.seigr repeats itself"
rm -r moved
expect 0 verify all.seigr
expect 0 verify --json all.seigr
address=$(json '[c["address"] for c in j["files"][0]["capsules"]
    if c["name"] == "two"][0]')
expect 0 show --body --only "$address" all.seigr
cmp -s "$TMPDIR/out" away/other || fail "two does not come back"

# A name that leads out of the folder is not followed.
mkdir deep deep/er
cp just secret
expect 0 seal --name ../secret just
cp just.seigr deep/er.seigr
expect 1 verify deep/er.seigr
complains "is not in the bundle"

# How far it is.
expect 0 seal --progress away/other
complains "away/other"
complains "100 %"
expect 0 seal -q --progress away/other
same "" "$err" "seal -q --progress"
expect 0 seal away/other
same "" "$err" "seal without a terminal"
no_litter .
