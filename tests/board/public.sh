# SPDX-License-Identifier: MIT
# public.sh NM LIBRARY OUT : linker options that ask for every public function
# of the library.
"$1" -g --defined-only "$2" |
    sed -n 's/^.* T \(seigr_[a-z0-9].*\)/-Wl,-u,\1/p' >"$3"
