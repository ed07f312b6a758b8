#!/bin/sh
# SPDX-License-Identifier: MIT
# planted.sh TOP WORK CC LIBRARY LIBS... : each defence that is taken out of
# a copy of a source is noticed by seigr-sim within the seeds stated here.
set -u
top=$1
work=$2
cc=$3
library=$4
shift 4
status=0
cases=0
mkdir -p "$work"

# planted SEEDS FILE WHAT SCRIPT : SCRIPT is sed's, and has to change FILE.
planted() {
    cases=$((cases + 1))
    sed -E "$4" "$top/src/net/$2" >"$work/$2"
    if cmp -s "$work/$2" "$top/src/net/$2"; then
        echo "$3: nothing was taken out"
        status=1
        return
    fi
    "$cc" -std=c11 -O1 -I"$top/include" -I"$top/src" -I"$top/src/net" \
        -o "$work/sim" "$top"/tests/sim/*.c "$work/$2" "$library" $libs || {
        status=1
        return
    }
    "$work/sim" --seed 1 --count "$1" >"$work/out" 2>&1
    if [ $? -ne 1 ]; then
        echo "$3: not noticed within $1 seeds"
        status=1
    else
        echo "$3: $(grep -o '^seed [0-9]*.*' "$work/out")"
    fi
}

libs=$*
planted 20 members.c "a rumour of one's death is not answered" \
    's/^( +)members_answer\(m, now, rumour\);/\1(void)members_answer;/'
planted 20 members.c "only news is passed on, once" \
    's/members_choose\(m, start, 0, chosen, news\)/news/'
planted 20 members.c "an answer is not heard" \
    's/^( +)members_take_answer\(m, now, from.*/\1(void)members_take_answer;/'
planted 20 members.c "a list goes only as far as it is good" \
    's/count > SEIGR__MEMBER_LISTED/count > 4/'
planted 20 member_table.c "a rumour counts as proved" \
    's/if \(is_proved\)$/if (member->view.since_ms + 1 > 0)/'
planted 20 link_handshake.c "keys are vouched for by the hour" \
    's/now.unix_ms > SEIGR_LINK_KEY_MS_MAX/now.unix_ms > SEIGR_LINK_KEY_MS/'
echo "$cases planted cases"
rm -rf "$work"
exit $status
