# SPDX-License-Identifier: MIT
# names.sh LIBRARY : the names that it exports, each with its first version.
nm -D --defined-only "$1" | awk '$2 != "A" { print $3 }' |
    sed 's/@@*/ /' | LC_ALL=C sort
