# SPDX-License-Identifier: MIT
# Whatever a stranger writes, no control reaches the terminal.
make_key
echo x >f
evil=$(printf 'a\033[31mb\007c\342\200\256d\302\233e')
expect 0 seal --name "$evil" --label "k$evil=v$evil" --media-type "$evil" f
controls() {
    LC_ALL=C grep -q "$(printf '[\001-\011\013-\037\177]')" \
        "$TMPDIR/out" "$TMPDIR/err" && fail "a control in: $*"
    checks=$((checks + 1))
}
for command in "verify" "show" "verify --json" "show --json"; do
    # shellcheck disable=SC2086 # words
    expect 0 $command f.seigr
    controls "$command"
done
expect 0 show f.seigr
says 'name       "a\u{1b}[31mb\u{7}c\u{202e}d\u{9b}e"'
expect 0 verify --json f.seigr
same "$evil" "$(json 'j["files"][0]["capsules"][0]["name"]')" "name in JSON"
expect 1 verify "$evil"
controls "verify of a name"
complains 'a\u{1b}[31mb'
mkdir folder
: >"folder/$evil"
ln -s x "folder/$evil.link"
expect 1 seal folder
controls "seal of a folder"
expect 2 "$evil"
controls "a command"
expect 2 verify "--$evil"
controls "an option"
