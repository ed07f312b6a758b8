# SPDX-License-Identifier: MIT
# A wrong command line: exit 2, one sentence that says what is meant.
expect 2
complains "say what to do"
expect 2 sael x
complains "is seal meant?"
expect 2 nonsense
complains "there is no command nonsense"
expect 2 -q verify x
complains "the command comes first"
expect 2 verify
complains "seigr verify FILE | ADDRESS..."
expect 2 seal a b
complains "b is too much"
expect 2 seal --lable a=b x
complains "is --label meant?"
expect 2 seal --body x
complains "seal takes no --body"
expect 2 verify -x y
complains "takes no -x"
expect 2 verify --by
complains "--by needs a value"
# As of a variable that is not set.
for option in output= passphrase-file=; do
    expect 2 seal --$option x
    complains "--${option%=} needs a name, and the one given is empty"
done
expect 2 verify --content "" x
complains "--content needs a name"
expect 2 verify --json=yes x
complains "takes no value"
expect 2 verify --color sometimes x
complains "--color is one of: auto always never"
expect 2 seal -o a -o b x
complains "more than once"
expect 2 help nonsense
for group in senary bundle store trust; do
    expect 0 "$group" --help
    says "seigr $group COMMAND"
    expect 2 "$group"
    complains "second word"
done
expect 2 verify --by did:key:zzz x
complains "did:key:zzz"

make_key
touch x
mkdir folder
expect 2 seal --label novalue x
complains "KEY=VALUE"
expect 2 seal --label a=1 --label a=2 x
complains "--label a is given more than once"
expect 2 seal --link PARENT x
complains "ROLE=ADDRESS"
expect 2 seal --link friend=seigr:0 x
complains "there is no such role"
expect 2 seal --created yesterday x
complains "2026-01-31T12:00:00Z"
expect 2 seal --created 2026-02-29T00:00:00Z x
expect 2 seal --created 1969-12-31T23:59:59Z x
expect 2 seal --media-type text/plain folder
expect 2 seal --exclude a x
complains "--exclude is for folders"
expect 2 seal --json -o - x
complains "standard output"
expect 0 seal x
expect 2 show --body --json x.seigr
expect 2 show --only 12 x.seigr
[ ! -e folder.seigr ] || fail "folder.seigr was made"

# An address with one wrong digit, and with two that changed places.
address=$("$SEIGR" seal x | sed -n 1p)
"$SEIGR" id -q >/dev/null
digit=$(printf '%s' "$address" | cut -c40)
wrong=$(printf '%s%s%s' "$(printf '%s' "$address" | cut -c1-39)" \
    $(((digit + 1) % 6)) "$(printf '%s' "$address" | cut -c41-)")
expect 0 seal --link "PARENT=$address" x
expect 2 seal --link "PARENT=$wrong" x
complains "(at byte"
key=$("$SEIGR" id | sed -n 2p)
expect 0 verify --by "$key" x.seigr
wrong=$(printf '%s' "$key" | sed 's/\(.*\)\(.\)$/\1/')
expect 2 verify --by "$wrong" x.seigr
# A prefix is for finding, never for trust.
expect 2 verify --by "$(printf '%s' "$key" | cut -c1-18)" x.seigr

# Of several exit codes the worst: each in the order that help says.
expect 0 help
order=$(printf '%s\n' "$out" | tr '\n' ' ' | sed 's/.*in the order//')
for code in $(printf '%s\n' "$out" | sed -n 's/^  *\([1-9][0-9]*\)  .*/\1/p'); do
    checks=$((checks + 1))
    [ "$code" -eq 2 ] || case " $order" in
    *" $code, "* | *" $code "*) ;;
    *) fail "no place in the order for exit code $code" ;;
    esac
done
