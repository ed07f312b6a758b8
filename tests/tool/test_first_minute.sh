# SPDX-License-Identifier: MIT
# What a newcomer types first.
expect 0 init
says did:key:z6Mk
says seigr:
says "$SEIGR_HOME/key"
same 600 "$(stat -c %a "$SEIGR_HOME/key")" "mode of the key"
same 700 "$(stat -c %a "$SEIGR_HOME")" "mode of SEIGR_HOME"
expect 0 id
did=$(printf '%s\n' "$out" | sed -n 1p)
address=$(printf '%s\n' "$out" | sed -n 2p)
same 56 "${#did}" "length of the did:key"
same 112 "${#address}" "length of the address"
expect 0 id -q
same "$did" "$out" "id -q"

echo "some notes" >notes.txt
expect 0 seal notes.txt
says "notes.txt.seigr"
root=$(printf '%s\n' "$out" | sed -n 1p)
[ -f notes.txt.seigr ] || fail "notes.txt.seigr is not there"
no_litter .

expect 0 verify notes.txt.seigr
says "trust: not asked"
says "$did"
says "$address"
says notes.txt
says DATA
short=$(printf '%s' "$root" | cut -c7-12)-$(printf '%s' "$root" | cut -c13-18)
says "$short"
same "" "$err" "standard error"

expect 0 verify --by "$did" notes.txt.seigr
expect 0 verify --by "$address" notes.txt.seigr
says "trust: signed by the key of --by"

expect 0 show notes.txt.seigr
says "$root"
says '"notes.txt"'
expect 0 show --body notes.txt.seigr
same "some notes" "$out" "show --body"

# The next one continues the stream.
expect 0 seal notes.txt
expect 0 show notes.txt.seigr
says "sequence   2"
says "previous   $root"

expect 0 version
expect 0 --version
expect 0 help
says "seal"
expect 0 --help
expect 0 help seal
says "--label KEY=VALUE"
expect 0 seal --help
says "Usage: seigr seal [OPTION]... FILE | FOLDER | -"
