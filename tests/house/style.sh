# SPDX-License-Identifier: MIT
# style.sh TOP : the house style, as far as a script can tell.
house=$(cd "$(dirname "$0")" && pwd)
cd "$1" || exit 1
export LC_ALL=C
folders="src include ports tools tests fuzz bench examples"
status=0

# find_in PATTERN... : files of the project whose names match one.
find_in() {
    set -f
    expression="-name $1"
    shift
    for pattern in "$@"; do
        expression="$expression -o -name $pattern"
    done
    # shellcheck disable=SC2086 # lists of words
    find $folders cmake bindings \( $expression \) -type f 2>/dev/null | sort
    set +f
}

scripts=$(find tests \( -name '*.sh' -o -name '*.py' \) -exec cat {} + | wc -l)
# shellcheck disable=SC2046 # names without blanks
awk -v scripts="$scripts" -f "$house/style.awk" $(find_in '*.c' '*.h') || status=1

# Others than C: the licence stands in the first two lines.
for file in CMakeLists.txt check demo .ci/run \
    $(find_in '*.sh' '*.awk' '*.cmake' '*.cmake.in' '*.map' '*.proto' \
        '*.cddl' '*.py' '*.i' CMakeLists.txt); do
    [ -e "$file" ] || continue
    head -n 2 "$file" | grep -q 'SPDX-License-Identifier: MIT' || {
        echo "$file:1: no SPDX line"
        status=1
    }
done

# The version stands in CMakeLists.txt; what else needs it is told.
version=$(sed -n 's/^project(seigr VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
[ -n "$version" ] || {
    echo "CMakeLists.txt: no version"
    status=1
}
for file in check demo \
    $(find_in '*.c' '*.h' '*.cmake' '*.in' '*.map' '*.py' '*.sh'); do
    [ -e "$file" ] || continue
    grep -nF "$version" "$file" /dev/null && {
        echo "the version stands outside CMakeLists.txt"
        status=1
    }
done

# A test that no table collects would never run.
for file in tests/*/test_*.c; do
    [ -e "$file" ] || continue
    room=$(basename "$(dirname "$file")")
    subject=$(basename "$file" .c)
    prefix=test_${room}_${subject#test_}__
    awk -v file="$file" -v prefix="$prefix" '
        /^(static )?void test_/ || /^test_.*void \*\*state/ {
            if (index($0, "void " prefix) != 1 || !/\(void \*\*state\)$/) {
                print file ":" FNR ": not collected, expected \"void " \
                    prefix "CASE(void **state)\""
                exit 1
            }
            n++
        }
        END {
            if (n == 0) {
                print file ":1: no test"
                exit 1
            }
        }' "$file" || status=1
done
exit $status
