# SPDX-License-Identifier: MIT
# Trust: anchors in their file, statements in bundles, decisions explained.

# person NAME : a home with a key of its own, to be used as SEIGR_HOME.
person() {
    SEIGR_HOME=$PWD/$1 "$SEIGR" init -q --no-passphrase || fail "init $1"
    SEIGR_HOME=$PWD/$1 "$SEIGR" id -q
}
me=$SEIGR_HOME
make_key
mine=$("$SEIGR" id -q)
bob=$(person bob)
carol=$(person carol)
bob2=$(person bob2)

# as NAME CODE ARGUMENT... : the same as expect, by somebody else.
as() {
    SEIGR_HOME=$PWD/$1
    shift
    expect "$@"
    SEIGR_HOME=$me
}

# --- Anchors ---------------------------------------------------------------
expect 0 trust list
says "has no anchors: everything is refused"
expect 12 trust explain --scope run --key "$bob"
says "refused: no anchor, grant or attestation leads to it"
complains "refused: no anchor"
expect 0 trust add "$mine"
says "$mine all 1000"
expect 1 trust add "$mine"
complains "says so already"
expect 0 trust add --scope run,accept --weight 800 "$carol"
expect 0 trust list
says "$carol run,accept 800"
expect 0 trust list --json
same 2 "$(json 'len(j["anchors"])')" "anchors in JSON"
same run,accept "$(json 'j["anchors"][1]["scope"]')" "the scope in JSON"
printf '# kept\n' >>"$me/roots"
expect 0 trust remove "$carol"
expect 0 trust list
not_says "$carol"
grep -q '^# kept$' "$me/roots" || fail "the comment was lost"
expect 1 trust remove "$carol"
complains "has no anchor of this key"
no_litter "$me"

# A whole key, nothing less.
address=$(SEIGR_HOME=$PWD/bob "$SEIGR" id | sed -n 2p)
short=$(printf '%s' "$address" | cut -c 1-18)
for command in add remove; do
    expect 2 trust $command "$short"
    expect 2 trust $command "${bob%?}"
done
expect 2 trust grant --scope run -o x.seigr "$short"
expect 2 trust revoke -o x.seigr "$short"
expect 2 trust attest --scope run -o x.seigr "$short"
[ ! -e x.seigr ] || fail "x.seigr was made"
expect 2 trust add --scope sing "$bob"
complains "--scope sing"
expect 2 trust add --weight 1001 "$bob"
expect 2 trust add --weight x "$bob"

# A line that cannot be read.
printf '%s\n%s run nine\n' "$mine" "$bob" >bad.roots
expect 15 trust list --roots bad.roots
complains "bad.roots: line 2, column 62: the weight"
expect 1 trust list --roots absent.roots

# --- Grants ----------------------------------------------------------------
expect 2 trust grant "$bob" -o grant.seigr
complains "--scope run,accept"
expect 2 trust grant --scope run "$bob"
complains "-o FILE.seigr"
expect 0 trust grant --scope run --resource a --fuel 100 --uses 2 \
    --delegations 1 --expires 2100-01-01T00:00:00Z "$bob" -o grant.seigr
grant=$(printf '%s\n' "$out" | sed -n 1p)
expect 0 verify grant.seigr
says "GRANT"
expect 0 trust explain --scope run --key "$bob" --resource a/b grant.seigr
says "allowed: a chain of grants leads to it"
says "anchor       $mine"
says "grant        $bob"
says "by $grant"
says "it would take, to change this: to revoke a grant of the path"
expect 0 trust explain --scope run --key "$bob" --resource a --json grant.seigr
same "grant" "$(json 'j["why"]')" "why in JSON"
same "true" "$(json 'j["allowed"]')" "allowed in JSON"
same 2 "$(json 'len(j["path"])')" "the path in JSON"
expect 12 trust explain --scope run --key "$bob" --resource b grant.seigr
says "the grant is for another resource"
expect 12 trust explain --scope run --key "$bob" --resource a --fuel 101 \
    grant.seigr
expect 12 trust explain --scope run --key "$bob" --resource a --uses 2 \
    grant.seigr
expect 12 trust explain --scope boot --key "$bob" --resource a grant.seigr
expect 12 trust explain --scope run --key "$carol" --resource a grant.seigr
expect 12 trust explain --scope run --key "$bob" --resource a
says "no anchor, grant or attestation"

# Handed on, and widened.
as bob 0 trust grant --scope run --resource a/b --fuel 50 --uses 1 \
    --expires 2099-01-01T00:00:00Z --parent "$grant" "$carol" -o sub.seigr
expect 0 trust explain --scope run --key "$carol" --resource a/b grant.seigr \
    sub.seigr
expect 12 trust explain --scope run --key "$carol" --resource a/b sub.seigr
says "a grant of the chain is not there"
as bob 0 trust grant --scope run --resource a --fuel 101 --uses 1 \
    --expires 2099-01-01T00:00:00Z --parent "$grant" "$carol" -o wide.seigr
wide=$(printf '%s\n' "$out" | sed -n 1p | cut -c 7-12)
expect 12 trust explain --scope run --key "$carol" --resource a grant.seigr \
    wide.seigr
says "the grant is wider than its parent: $wide"

# Expired: when, and by which clock.
expect 0 trust grant --scope run --expires 2020-02-29T12:34:56Z "$bob" \
    -o old.seigr
expect 14 trust explain --scope run --key "$bob" old.seigr
says "expired at 2020-02-29T12:34:56Z"
says "by the caller's clock"

# --- Revocation ------------------------------------------------------------
expect 0 trust revoke "$grant" --reason "no longer needed" -o gone.seigr
expect 12 trust explain --scope run --key "$bob" --resource a grant.seigr \
    gone.seigr
says "a revocation takes it back"
as carol 0 trust revoke "$grant" -o stranger.seigr
expect 0 trust explain --scope run --key "$bob" --resource a grant.seigr \
    stranger.seigr

# A key, but for what was good.
expect 0 trust add "$bob"
echo one >one
echo two >two
as bob 0 seal one
one=$(printf '%s\n' "$out" | sed -n 1p)
as bob 0 seal two
two=$(printf '%s\n' "$out" | sed -n 1p)
expect 1 trust revoke "$bob" --last absent.seigr -o key.seigr
expect 0 trust revoke "$bob" --last one.seigr -o key.seigr
expect 0 trust explain --scope admit --capsule "$one" one.seigr key.seigr
expect 12 trust explain --scope admit --capsule "$two" one.seigr two.seigr \
    key.seigr
says "a revocation takes it back"
expect 12 trust explain --scope admit --key "$bob" key.seigr
expect 1 trust explain --scope admit --capsule "$two" one.seigr
complains "in none of the files"
expect 0 trust remove "$bob"

# --- Rotation --------------------------------------------------------------
dave=$(person dave)
dave2=$(person dave2)
expect 0 trust add "$dave"
as dave 0 trust identity --next "$dave2" --name Dave --class laptop -o id.seigr
as dave2 0 trust rotate "$dave" --last id.seigr -o rotation.seigr
expect 0 trust explain --scope run --key "$dave2" id.seigr rotation.seigr
says "rotation     $dave2"
expect 12 trust explain --scope run --key "$dave" id.seigr rotation.seigr
says "another key took its place"
# Who stole the key cannot rotate it.
as bob2 0 trust rotate "$dave" -o thief.seigr
expect 12 trust explain --scope run --key "$bob2" id.seigr thief.seigr
expect 0 trust explain --scope run --key "$dave" id.seigr thief.seigr

# Lost: two of three recovery keys bring it back.
erin=$(person erin)
erin2=$(person erin2)
expect 0 trust add "$erin"
as erin 0 trust identity --recovery "$bob" --recovery "$carol" --recovery \
    "$dave" --threshold 2 -o lost.seigr
as bob 0 trust approve "$erin" "$erin2" -o bob.approval
same 96 "$(size bob.approval)" "bytes of an approval"
as carol 0 trust approve "$erin" "$erin2" -o carol.approval
as erin2 0 trust rotate "$erin" --approval bob.approval --approval \
    carol.approval -o found.seigr
expect 0 trust explain --scope run --key "$erin2" lost.seigr found.seigr
as thief 1 trust approve "$erin" "$erin2" -o x.approval
frank=$(person frank)
as frank 0 trust rotate "$erin" --approval bob.approval -o few.seigr
expect 12 trust explain --scope run --key "$frank" lost.seigr few.seigr
echo short >bad.approval
as frank 15 trust rotate "$erin" --approval bad.approval -o few.seigr --force
complains "is no approval: it has 6 bytes"

# --- Attestations ----------------------------------------------------------
expect 0 trust attest --scope accept,introduce --weight 900 "$carol" \
    --reason "met in person" -o carol.seigr
as carol 0 trust attest --scope accept --weight 900 "$bob" -o bob.seigr
expect 12 trust explain --scope accept --key "$bob" carol.seigr bob.seigr
expect 0 trust explain --scope accept --weight 800 --key "$bob" carol.seigr \
    bob.seigr
says "attestations give it enough weight: 810 thousandths"
says "attestation  $bob"
expect 12 trust explain --scope accept --weight 811 --key "$bob" carol.seigr \
    bob.seigr
says "too little weight: 810"

# --- verify ----------------------------------------------------------------
printf '%s\n' "$mine" >my.roots
expect 0 seal one -o mine.seigr --force
expect 0 verify mine.seigr
says "trust: not asked"
expect 0 verify --roots my.roots mine.seigr
says "  identity     holds"
says "  revocation   holds"
says "  grants       holds"
says "trust: by your anchors"
expect 12 verify --roots my.roots one.seigr
says "trust: no"
complains "no anchor, grant or attestation leads to it"
expect 0 bundle export grant.seigr gone.seigr -o both.seigr
expect 12 verify --roots my.roots both.seigr
says "  revocation   broken: 1, first"
says "  grants       holds"
as bob 0 seal two --force --link "grant=$grant" -o under.seigr
expect 0 bundle export grant.seigr under.seigr -o under2.seigr
expect 12 verify --roots my.roots --scope run under2.seigr
says "  grants       broken: 1, first"
says "the grant is for another resource"
expect 0 trust grant --scope run "$bob" --expires @1000000000 -o short.seigr
short=$(printf '%s\n' "$out" | sed -n 1p)
as bob 0 seal two --force --link "grant=$short" -o late.seigr
expect 0 bundle export short.seigr late.seigr -o late2.seigr
expect 14 verify --roots my.roots --scope run late2.seigr
complains "expired at 2001-09-09T01:46:40Z"
expect 14 verify --roots my.roots --scope run --json late2.seigr
same expired "$(json 'j["files"][0]["decisions"][1]["why"]')" "why in JSON"
expect 12 verify --roots my.roots --as-of 2020-01-01T00:00:00Z mine.seigr
expect 15 verify --roots bad.roots mine.seigr
complains "line 2, column 62"
expect 2 verify --scope run mine.seigr

# What results prove of those who made them: here of one, by a stranger.
need_python
"$SEIGR_PYTHON" -c "
import json, sys
for one in json.load(open(sys.argv[1]))['valid']:
    if one['why'].startswith('result'):
        open(sys.argv[2], 'wb').write(bytes.fromhex(one['capsule']))
        break" "$SEIGR_REFERENCE/../golden/details.json" result.seigr
expect 12 verify --roots my.roots result.seigr
says "  evidence     1 results: 0 pairs agree, 0 differ; 0 disputes hold, 0 do"

# As of a time that nobody saw.
expect 12 trust explain --scope run --key "$bob" --resource a \
    --as-of 2020-01-01T00:00:00Z grant.seigr
finish
