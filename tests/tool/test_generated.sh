# SPDX-License-Identifier: MIT
# The manual and the completions are made of the table: each names every
# command and option, and its reader takes it.
for what in man bash zsh fish; do
    checks=$((checks + 1))
    "$SEIGR" --generate $what >generated.$what || fail "--generate $what"
done
expect_code=0
"$SEIGR" --generate nonsense >/dev/null 2>&1 || expect_code=$?
same 2 "$expect_code" "--generate nonsense"
"$SEIGR" help | sed -n 's/^  \([a-z][a-z ]*[a-z]\)   *.*/\1/p' >names
[ "$(wc -l <names)" -gt 5 ] || fail "the list of commands"
while read -r name; do
    for what in man bash zsh fish; do
        checks=$((checks + 1))
        grep -q "${name#* }" generated.$what || fail "$what lacks $name"
    done
    "$SEIGR" help $name | sed -n 's/^ .*--\([a-z-]*\).*/\1/p' >options
    [ -s options ] || fail "options of $name"
    while read -r option; do
        checks=$((checks + 1))
        grep -q -- "--$option" generated.bash || fail "bash lacks --$option"
        grep -q -- "--$option" generated.zsh || fail "zsh lacks --$option"
        grep -q -- "-l $option" generated.fish || fail "fish lacks --$option"
        grep -q -- "$(printf '%s' "$option" | sed 's/-/\\\\-/g')" \
            generated.man || fail "man lacks --$option"
    done <options
done <names
"$SEIGR" help | awk 'length > 79' | grep . && fail "help is wider than 79"
for name in $(cat names); do
    "$SEIGR" help "$name" 2>/dev/null | awk 'length > 79' | grep . &&
        fail "help $name is wider than 79"
done
if command -v man >/dev/null; then
    man --warnings -l generated.man 2>&1 >/dev/null | grep . &&
        fail "man complains"
fi
if command -v bash >/dev/null; then
    bash -n generated.bash || fail "bash does not read its completion"
    bash -c '
        . ./generated.bash
        try() {
            COMP_WORDS=("$@")
            COMP_CWORD=$(($# - 1))
            COMPREPLY=()
            _seigr
            echo "${COMPREPLY[*]}"
        }
        [ "$(try seigr ver)" = "verify version" ] || exit 1
        [ "$(try seigr seal --lab)" = "--label" ] || exit 2
        [ "$(try seigr verify --color al)" = "always" ] || exit 3
        [ "$(try seigr verify gen)" != "" ] || exit 4' ||
        fail "bash completes wrongly: $?"
fi
if command -v zsh >/dev/null; then
    zsh -n generated.zsh || fail "zsh does not read its completion"
fi
if command -v fish >/dev/null; then
    fish -n generated.fish || fail "fish does not read its completion"
fi
