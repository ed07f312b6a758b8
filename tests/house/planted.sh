# SPDX-License-Identifier: MIT
# planted.sh TOP WORK CC CXX : each check of this folder must find what it is
# there for. A small tree that breaks one rule is made in WORK for each.
house=$1/tests/house
top=$1
work=$2
cc=$3
cxx=$4
status=0
cases=0

# plant PATH : standard input becomes that file of an otherwise sound tree.
fresh() {
    rm -rf "$work"
    mkdir -p "$work/src/base" "$work/include/seigr" "$work/tests/base" \
        "$work/src/capsule" "$work/src/engine" "$work/src/net" \
        "$work/examples"
    grep -v '^#' >"$work/CMakeLists.txt" <"$top/CMakeLists.txt"
    sed -i '1i # SPDX-License-Identifier: MIT' "$work/CMakeLists.txt"
    plant include/seigr/base.h <<'END'
/* SPDX-License-Identifier: MIT */
#ifndef SEIGR_BASE_H
#define SEIGR_BASE_H
#define SEIGR_API
/* Does it. */
SEIGR_API int seigr_do(void);
#endif
END
    plant src/base/do.c <<'END'
/* SPDX-License-Identifier: MIT */
#include "seigr/base.h"

int seigr_do(void)
{
    return 0;
}
END
}

plant() {
    cat >"$work/$1"
}

# expect STATUS WHAT COMMAND... : a sound tree passes, a broken one does not.
expect() {
    want=$1
    what=$2
    shift 2
    cases=$((cases + 1))
    "$@" >"$work.out" 2>&1
    got=$?
    if [ $got -ne "$want" ]; then
        echo "$what: status $got"
        cat "$work.out"
        status=1
    fi
}

# source_with WHAT CHECK PATH TEXT : a source that CHECK must refuse.
source_with() {
    fresh
    printf '/* SPDX-License-Identifier: MIT */\n\n%s\n' "$4" | plant "$3"
    expect 1 "$1" sh "$house/$2" "$work"
}

fresh
expect 0 "sound tree, layers" sh "$house/layers.sh" "$work"
expect 0 "sound tree, style" sh "$house/style.sh" "$work"
expect 0 "sound tree, headers" sh "$house/headers.sh" "$work" "$cc" "$cxx"

source_with "include upwards" layers.sh src/base/up.c \
    '#include "capsule/view.h"'
source_with "include of a public header that is not there" layers.sh \
    src/base/up.c '#include "seigr/net.h"'
source_with "include sideways" layers.sh src/engine/side.c \
    '#include "net/link.h"'
source_with "port by name" layers.sh src/capsule/port.c \
    '#include "posix/files.h"'
source_with "system header" layers.sh src/base/heap.c '#include <stdlib.h>'
source_with "library of another room" layers.sh src/capsule/sign.c \
    '#include <sodium.h>'
source_with "system header in public" layers.sh include/seigr/capsule.h \
    '#include <sys/types.h>'

source_with "long function" style.sh src/base/long.c \
    "$(awk 'BEGIN { print "void f(void)\n{"; for (i = 0; i < 71; i++)
        print "    g();"; print "}" }')"
source_with "long file" style.sh src/base/long.c \
    "$(awk 'BEGIN { for (i = 0; i < 1000; i++) print "int a" i ";" }')"
source_with "long example" style.sh examples/long.c \
    "$(awk 'BEGIN { for (i = 0; i < 98; i++) print "int a" i ";" }')"
source_with "wide line" style.sh src/base/wide.c \
    "int a; /* $(printf '%080d' 0) */"
source_with "branches" style.sh src/base/branch.c '#if A
#endif'
fresh
awk 'BEGIN {
    print "/* SPDX-License-Identifier: MIT */"
    for (i = 0; i < 50; i++)
        printf "static void f%d(void)\n{\n}\n", i
}' >"$work/src/base/many.c"
expect 1 "a room without asserts" sh "$house/style.sh" "$work"
source_with "basename twice" style.sh src/base/base.h 'int a;'
source_with "prototype without comment" style.sh include/seigr/bare.h \
    'SEIGR_API int seigr_bare(void);'
source_with "unfinished" style.sh src/base/later.c 'int a; /* TODO */'
source_with "version twice" style.sh src/base/version.c \
    "char v[] = \"$(sed -n 's/^project(seigr VERSION \([0-9.]*\).*/\1/p' \
        "$top/CMakeLists.txt")\";"
source_with "test that is not collected" style.sh tests/base/test_do.c \
    'void test_base_other__case(void **state)
{
}'
fresh
echo 'int a;' | plant src/base/bare.c
expect 1 "no SPDX line" sh "$house/style.sh" "$work"

printf '#ifndef H\n#define H\nint f(uint8_t);\n#endif\n' |
    plant include/seigr/alone.h
expect 1 "header not alone" sh "$house/headers.sh" "$work" "$cc" "$cxx"
fresh
printf '#ifndef H\n#define H\nint f(int class);\n#endif\n' |
    plant include/seigr/keyword.h
expect 1 "header not C++" sh "$house/headers.sh" "$work" "$cc" "$cxx"
fresh
printf '#ifndef H\n#define H\nstruct s {\nchar a;\nint b;\n};\n#endif\n' |
    plant include/seigr/padded.h
expect 1 "implicit padding" sh "$house/headers.sh" "$work" "$cc" "$cxx"

fresh
mkdir -p "$work/src/any.dir/src/base"
printf 'extern char *getenv(const char *);\nchar *f(void);\n%s\n' \
    'char *f(void) { return getenv("HOME"); }' |
    "$cc" -x c -c - -o "$work/src/any.dir/src/base/env.c.o"
echo "$work/src/any.dir/src/base/env.c.o" >"$work/objects"
expect 1 "call of libc" sh "$house/symbols.sh" "$work/objects"

echo "$cases planted cases"
rm -rf "$work" "$work.out"
exit $status
