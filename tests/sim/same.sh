#!/bin/sh
# SPDX-License-Identifier: MIT
# same.sh SIM : the same seed gives the same trace, another seed another.
sim=$1
first=$("$sim" --seed 5 --count 3) || exit 1
again=$("$sim" --seed 5 --count 3) || exit 1
other=$("$sim" --seed 6 --count 3) || exit 1
[ "$first" = "$again" ] && [ "$first" != "$other" ]
