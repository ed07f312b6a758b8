#!/bin/sh
# SPDX-License-Identifier: MIT
# planted.sh TOP BUILD WORK CC LIBS... : each defence of a link that is taken
# out of a copy of its source makes the test fail that is named after it.
set -u
top=$1
build=$2
work=$3
cc=$4
shift 4
libs=$*
status=0
cases=0
mkdir -p "$work"

# planted TEST FILE SCRIPT : SCRIPT is sed's, and has to change FILE.
planted() {
    cases=$((cases + 1))
    sed -E "$3" "$top/src/net/$2" >"$work/$2"
    if cmp -s "$work/$2" "$top/src/net/$2"; then
        echo "$1: nothing was taken out of $2"
        status=1
        return
    fi
    # shellcheck disable=SC2086 # lists of words
    "$cc" -std=c11 -g -I"$top/include" -I"$top/src" -I"$top/src/net" \
        -o "$work/test" "$work/$2" \
        "$build"/tests/CMakeFiles/test_net.dir/net/*.o \
        "$build"/tests/CMakeFiles/test_net.dir/net_tests.c.o \
        "$build/tests/libseigr_test_support.a" "$build/libseigr.a" $libs || {
        status=1
        return
    }
    if timeout 60 "$work/test" "$1" >"$work/out" 2>&1; then
        echo "$1: does not notice what was taken out of $2"
        status=1
    fi
}

planted test_net_attack__replay noise.c \
    's/cipher->nonce\+\+/cipher->nonce += 0/'
planted test_net_attack__malleable_messages noise.c \
    's/noise_mix_hash\(noise, \(seigr_span\)\{noise->(re|e_public), 32\}\)/(void)0/'
planted test_net_attack__truncation link.c \
    's/if \(link->state == SEIGR__LINK_CLOSED\)$/if (link->state > 0)/'
planted test_net_attack__reflection link_handshake.c \
    's/peer->kid.bytes, link->key.kid.bytes, 32\) == 0/peer, peer, 0) == 1/'
planted test_net_attack__reflection link_handshake.c \
    's/link->noise.rs, link->key.public_key, 32\) == 0/peer, peer, 0) == 1/'
planted test_net_attack__reflection_of_bytes link_handshake.c \
    's/link->wire_len > 0/link->wire_len > 9999/'
planted test_net_attack__misbinding link_handshake.c \
    's/peer->kid.bytes, crypto->ctx\) != 0/peer->kid.bytes, crypto->ctx) > 0/'
planted test_net_attack__misbinding link_handshake.c \
    's/link->options.peer != NULL/link->options.peer == link->options.ctx/'
planted test_net_attack__word_out_of_time link_handshake.c \
    's/peer->not_after_ms < now.unix_ms/peer->not_after_ms < 1/'
planted test_net_attack__word_out_of_time link_handshake.c \
    's/> SEIGR_LINK_KEY_MS_MAX/> 2 * SEIGR_LINK_KEY_MS_MAX/'
planted test_net_attack__revoked_key link_handshake.c \
    's/link->options.admit != NULL/link->options.admit == NULL/'
planted test_net_attack__downgrade link_receive.c \
    's/version < SEIGR_NET_VERSION_MIN \|\| /version > 9 \&\& /'
planted test_net_attack__downgrade link_receive.c \
    's/link->state != SEIGR__LINK_HELLO\)$/link->state > 9)/'
planted test_net_attack__no_records_before_the_hello link_receive.c \
    's/link->state == SEIGR__LINK_HELLO \&\&/link->state > 9 \&\&/'
planted test_net_attack__floods link_receive.c \
    's/: link->options.frame_len_max/: 0/; s/\? handshake\[.*/? 65535/'
planted test_net_noise__nonce_ends noise.c 's/nonce == UINT64_MAX/nonce == 1/'
planted test_net_noise__small_order_points_end_the_handshake noise.c \
    's/err = SEIGR_E_KEY; .*/err = 0;/'
planted test_net_link__bound_of_messages_under_a_key link_receive.c \
    's/count >= SEIGR__LINK_KEY_MESSAGES/count > 2 * SEIGR__LINK_KEY_MESSAGES/'
planted test_net_link__nothing_follows_a_rekey_in_its_message link_receive.c \
    's/link_held\(&link->records\) != 0/link->state > 9/'
planted test_net_link__a_stranger_gets_no_more_than_it_sent link_send.c \
    's/link_cost\(len\) <= link->bytes_in/1 > 0/'
planted 'test_net_members__*' members.c \
    's/member->view.links > 0 && member->probe_ms == 0/member == NULL/'
echo "$cases planted cases"
rm -rf "$work"
exit $status
