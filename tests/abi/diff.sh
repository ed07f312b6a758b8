# SPDX-License-Identifier: MIT
# diff.sh TOP LIBRARY DUMP : programs that were compiled with libseigr.abi still
# run with LIBRARY. What is added breaks nobody.
command -v abidiff >/dev/null || {
    echo "skipped: abidiff is not installed"
    exit 77
}
sh "$1/tests/abi/dump.sh" "$1" "$2" >"$3" &&
    abidiff --no-added-syms "$1/tests/abi/libseigr.abi" "$3" && exit 0
echo "If this is meant: tests/abi/refresh.sh"
exit 1
