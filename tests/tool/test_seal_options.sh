# SPDX-License-Identifier: MIT
# What can be said of a capsule, and reproducible output.
make_key
echo text >f
expect 0 seal f
parent=$(printf '%s\n' "$out" | sed -n 1p)
expect 0 seal --name "my name" --label b=2 --label a=1 -l "c=x=y" -l d= \
    --link "supersedes=$parent" --link "Input=$parent" \
    --media-type text/plain --created 2026-01-31T12:34:56.789Z \
    --kind program -o out.seigr f
expect 0 show out.seigr
says 'name       "my name"'
says 'label      "a" = "1"
  label      "b" = "2"
  label      "c" = "x=y"
  label      "d" = ""'
says "link       SUPERSEDES $parent"
says "link       INPUT $parent"
says 'media type "text/plain"'
says "2026-01-31 12:34:56.789 UTC"
says "kind       PROGRAM"

# Times.
for at in 2026-01-31T12:34:56Z=1769862896000 1970-01-01T00:00:00.5Z=500 \
    2024-02-29T23:59:59+01:30=1709245799000 @1.25=1250 @0=0 \
    9999-12-31T23:59:59Z=253402300799000 2000-03-01T00:00:00Z=951868800000; do
    expect 0 seal --created "${at%=*}" f
    expect 0 show --json f.seigr
    same "${at#*=}" "$(json 'j["capsules"][0]["created_ms"]')" "${at%=*}"
done

# The same key, state and time give the same bytes.
cp -a "$SEIGR_HOME" kept
for i in 1 2; do
    rm -rf home.$i
    mkdir home.$i
    cp kept/key home.$i/key
    SEIGR_HOME=$PWD/home.$i "$SEIGR" seal -q --created @5 -o $i.seigr f ||
        fail "seal in a new home"
done
expect 0 show --json 1.seigr
first=$(json 'j["capsules"][0]["stream"]')
expect 0 show --json 2.seigr
second=$(json 'j["capsules"][0]["stream"]')
[ "$first" != "$second" ] || fail "two copies of a key share a stream"
[ "$first" != 0 ] || fail "a copied key signs in stream 0"

# A new stream on demand.
expect 0 seal --new-stream f
expect 0 show f.seigr
says "sequence   1"
says "link       CONTINUES"

# Standard input and output.
echo piped >f.in
"$SEIGR" seal - <f.in >piped.seigr || fail "seal -"
expect 0 show --body piped.seigr
same piped "$out" "content of standard input"
expect 0 show piped.seigr
says 'name       ""'
"$SEIGR" seal --name given -o named.seigr - <f.in >"$TMPDIR/out" ||
    fail "seal - -o"
expect 0 show named.seigr
says 'name       "given"'
"$SEIGR" verify - <named.seigr >"$TMPDIR/out" || fail "verify -"
"$SEIGR" show --body - <named.seigr >"$TMPDIR/out" || fail "show -"
"$SEIGR" seal -o - f | "$SEIGR" verify -q - || fail "seal | verify"

# A bare capsule.
"$SEIGR_PYTHON" -c "import os; os.write(1, open('f.seigr','rb').read()[46:])" \
    >bare
expect 0 verify bare
says "trust: not asked"
expect 0 show bare
expect 0 show --body bare
same text "$out" "content of a bare capsule"

# What is there and is no capsule is kept.
echo precious >letter
expect 1 seal -o letter f
complains "is no capsule, so it is kept"
same precious "$(cat letter)" "letter"
expect 0 seal --force -o letter f
expect 0 verify letter
expect 0 seal -o letter f
: >room
expect 0 seal -o room f
expect 1 seal -o /nowhere/at/all f
complains "its folder is not there; make it first"
expect 1 seal -o . f
complains "it is a folder"
no_litter .
