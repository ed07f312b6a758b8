# SPDX-License-Identifier: MIT
# dump.sh TOP LIBRARY : its types and functions, as far as headers show them.
exec abidw --headers-dir "$1/include" --drop-private-types --no-show-locs \
    --no-elf-needed --no-corpus-path --no-comp-dir-path --type-id-style hash \
    "$2"
