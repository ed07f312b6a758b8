# SPDX-License-Identifier: MIT
# headers.sh TOP CC CXX : each public header compiles alone, twice over, as
# strict C99 and as C++, and so does every SEIGR_*_INIT as a C++20 value.
cd "$1" || exit 1
cc=$2
cxx=$3
status=0

# compile WHAT PROGRAM COMMAND...
compile() {
    what=$1
    program=$2
    shift 2
    printf '%s\n' "$program" | "$@" -Wall -Wextra -Werror -pedantic-errors \
        -Iinclude -fsyntax-only - || {
        echo "$what does not compile alone with: $*"
        status=1
    }
}

# values HEADER : a definition made of each SEIGR_*_INIT.
values() {
    sed -n 's/^#define SEIGR_\([A-Z0-9_]*\)_INIT\([ (].*\)*$/\1/p' \
        "include/$1" | while read -r name; do
        type=seigr_$(echo "$name" | tr '[:upper:]' '[:lower:]')
        echo "extern const $type house_$type;"
        echo "const $type house_$type = SEIGR_${name}_INIT;"
    done
}

for header in $(cd include && find . -name '*.h' | sed 's/^\.\///' | sort); do
    twice=$(printf '#include "%s"\n#include "%s"\nextern int house_any;' \
        "$header" "$header")
    compile "$header" "$twice" "$cc" -std=c99 -Wpadded -x c
    compile "$header" "$twice" "$cxx" -std=c++11 -x c++
    compile "$header, its INIT values," "$twice
$(values "$header")" "$cxx" -std=c++20 -Wno-missing-field-initializers -x c++
done
exit $status
