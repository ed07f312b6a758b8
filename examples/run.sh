# SPDX-License-Identifier: MIT
# run.sh PROGRAM EXPECTED : an example says what its page says.
# SEIGR_EMULATOR runs programs of another machine.
said=$(${SEIGR_EMULATOR-} "$1") || {
    echo "$1 ended with status $?"
    exit 1
}
printf '%s\n' "$said" | diff "$2" -
