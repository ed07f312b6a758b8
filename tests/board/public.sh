#!/bin/sh
# SPDX-License-Identifier: MIT
# public.sh NM LIBRARY OUT : linker options that ask for every public function
# of the library that a board can have. seigr_crypto_sodium() and what stands
# on it are for systems with a heap and a source of randomness that libsodium
# finds by itself; a board takes seigr_crypto_sodium_node().
"$1" -g --defined-only "$2" |
    sed -n 's/^.* T \(seigr_[a-z0-9].*\)/-Wl,-u,\1/p' |
    grep -vE ',seigr_crypto_(sodium|default)$' >"$3"
