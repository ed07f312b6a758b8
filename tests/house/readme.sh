# SPDX-License-Identifier: MIT
# readme.sh TOP BUILD WORK CC : what README.md shows is what happens. Its C
# program of 20 lines compiles and prints its text block; its console block is
# typed in an empty folder. Keys, IDs and times differ from run to run and are
# masked.
top=$1
build=$2
work=$3
cc=$4
status=0

rm -rf "$work"
mkdir -p "$work/empty"

# block KIND : the first block of that kind.
block() {
    awk -v start="\`\`\`$1" '$0 == start && !seen { inside = seen = 1; next }
        /^```/ { inside = 0 } inside' "$top/README.md"
}

mask() {
    sed -E -e 's/seigr:[0-5]{106}/ADDRESS/g' -e 's/[0-5]{6}-[0-5]{6}/SHORT/g' \
        -e 's/did:key:z[1-9A-HJ-NP-Za-km-z]+/DID/g' \
        -e 's/[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9:.]+Z?/TIME/g' \
        -e 's/stream +[0-9]+/stream N/g' -e 's/ +/ /g' \
        -e 's#in /[^ ]*/key\.#in KEY.#'
}

# same WHAT EXPECTED SAID
same() {
    mask <"$2" >"$2.masked"
    mask <"$3" >"$3.masked"
    [ -s "$2" ] && diff "$2.masked" "$3.masked" || {
        echo "README.md: $1 is not so"
        status=1
    }
}

block c >"$work/program.c"
block text >"$work/program.expected"
"$cc" -std=c99 -Wall -Wextra -Werror "$work/program.c" -I"$top/include" \
    "$build/libseigr.so" "-Wl,-rpath,$build" -o "$work/program" &&
    "$work/program" >"$work/program.said" || status=1
lines=$(awk '/^\{/ { inside = 1; next } /^\}/ { inside = 0 }
    inside && NF' "$work/program.c" | wc -l)
[ "$lines" -le 20 ] || {
    echo "README.md: the program has $lines lines, not 20"
    status=1
}
same "the program's output" "$work/program.expected" "$work/program.said"

block console >"$work/console.expected"
export PATH="$build/tools/seigr:$PATH" SEIGR_HOME="$work/home" NO_COLOR=1
sed -n 's/^\$ //p' "$work/console.expected" | while IFS= read -r command; do
    printf '$ %s\n' "$command"
    (cd "$work/empty" && sh -c "$command" 2>&1 </dev/null)
done >"$work/console.said"
same "the first minute" "$work/console.expected" "$work/console.said"
exit $status
