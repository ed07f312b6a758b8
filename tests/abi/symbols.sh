# SPDX-License-Identifier: MIT
# symbols.sh TOP LIBRARY : the names that it exports are those of symbols.txt.
sh "$1/tests/abi/names.sh" "$2" | diff "$1/tests/abi/symbols.txt" - && exit 0
echo "If this is meant: tests/abi/refresh.sh"
exit 1
