# SPDX-License-Identifier: MIT
# planted.sh TOP WORK CC OBJECTS LIBRARY... : each defence of this room, taken
# out, must make a test of the tables fail. A source is changed by sed,
# compiled, and linked in front of the library with the objects of test_trust,
# which the file OBJECTS names.
top=$1
work=$2
cc=$3
objects=$(cat "$4")
shift 4
status=0
cases=0
packages='cmocka jansson libsodium libprotobuf-c'
command -v pkg-config >/dev/null && pkg-config --exists $packages || {
    echo "skipped: no pkg-config for $packages"
    exit 77
}
libs=$(pkg-config --libs $packages)
for more in libcbor libcrypto; do
    pkg-config --exists $more && libs="$libs $(pkg-config --libs $more)"
done
mkdir -p "$work"

# without ATTACK FILE SED TEST LIBRARY... : what it is good against, where it
# stands, how it is taken out, and who must notice.
without() {
    attack=$1
    file=$2
    change=$3
    test=$4
    shift 4
    cases=$((cases + 1))
    sed "$change" "$top/src/trust/$file" >"$work/$file"
    if cmp -s "$top/src/trust/$file" "$work/$file"; then
        echo "$attack: nothing was taken out of $file"
        status=1
        return
    fi
    # shellcheck disable=SC2086 # words
    if ! "$cc" -std=c11 -O1 -w -I"$top/include" -I"$top/src" \
        -I"$top/src/trust" -c "$work/$file" -o "$work/bug.o" ||
        ! "$cc" "$work/bug.o" $objects "$@" $libs -o "$work/test"; then
        echo "$attack: it does not build"
        status=1
        return
    fi
    if "$work/test" "$test" >"$work/out" 2>&1; then
        echo "$attack: $test does not notice"
        status=1
    fi
}

by_hand='test_trust_cases__by_hand_golden'

without "stolen key rotates" trust_settle.c \
    's/before.has_next && settle_same(&hash, &before.next)/before.has_next/' \
    "$by_hand" "$@"
without "stolen key commits again" trust_settle.c \
    's/a->stream == b->stream && a->sequence > b->sequence/0/' "$by_hand" "$@"
without "recovery by strangers" trust_settle.c \
    's/seigr_set_has(before->recovery_keys, approval) &&/1 \&\&/' \
    "$by_hand" "$@"
without "recovery by too few" trust_settle.c \
    's/^            before.recovery_threshold)/            1)/' "$by_hand" "$@"
without "back-dated signature" trust_walk.c \
    's/for (uint32_t i = 0; i < count; i++) {/return 1; {uint32_t i = 0;/' \
    "$by_hand" "$@"
without "back-dated by the signer's own clock" trust_settle.c \
    's/r->first != NULL && settle_same(r->first, &r->issuer)/0/' "$by_hand" "$@"
without "back-dated into the rotation's own time" trust_standing.c \
    's/act->seen_ms < end_ms/act->seen_ms <= end_ms/' "$by_hand" "$@"
without "a witness that nobody trusts" trust_settle.c \
    's/(seigr__trust_anchor_scope(trust, &r->issuer) & SEIGR_SCOPE_TIME))/1)/' \
    "$by_hand" "$@"
without "grant replayed to another audience" trust_chain.c \
    's/return SEIGR_WHY_AUDIENCE;/;/' "$by_hand" "$@"
without "delegation by who was not granted" trust_chain.c \
    's/return parent == NULL ? SEIGR_WHY_NOT_ANCHORED : SEIGR_WHY_NOT_ISSUER;/if (parent == NULL) return SEIGR_WHY_NOT_ANCHORED; else at = 0;/' \
    "$by_hand" "$@"
without "grant of no anchor" trust_chain.c \
    's/seigr__trust_line_anchor(trust, &line, grant->scope)/0/' "$by_hand" "$@"
for part in scope resource expires_ms use_max fuel_max memory_max \
    delegation_max; do
    case $part in
    scope) change='s/(inner->scope & ~outer->scope) == 0 &&/1 \&\&/' ;;
    resource) change='s/seigr_resource_includes(outer->resource, inner->resource) &&/1 \&\&/' ;;
    delegation_max) change='s/inner->delegation_max < outer->delegation_max;/1;/' ;;
    *) change="s/chain_is_bound(inner->$part, outer->$part) &&/1 \&\&/" ;;
    esac
    without "widened caveat, $part" trust_chain.c "$change" "$by_hand" "$@"
done
without "widened caveat, labels" trust_chain.c \
    's/chain_labels_include(outer, inner) &&/1 \&\&/' "$by_hand" "$@"
without "an expired grant" trust_chain.c \
    's/now_ms >= grant->expires_ms/0/' "$by_hand" "$@"
without "a clock that is not there" trust_chain.c \
    's/return SEIGR_WHY_NO_CLOCK;/return 0;/' "$by_hand" "$@"
without "a grant used too often" trust_chain.c \
    's/return SEIGR_WHY_USES;/;/' "$by_hand" "$@"
without "revoked issuer re-attests" trust_web.c \
    's/ ||$/ || 0 ||/; s/seigr__trust_standing(trust, &act, &by) != 0)/0)/' \
    "$by_hand" "$@"
without "Sybil cloud: introducers" trust_web.c \
    's/(r->scope & SEIGR_SCOPE_INTRODUCE) == 0 ||/0 ||/' "$by_hand" "$@"
without "Sybil cloud: paths add up" trust_web.c \
    's/if (weight > node->weight) {/weight += node->weight; {/' "$by_hand" "$@"
without "Sybil cloud: long paths" trust_web.c \
    's/i < SEIGR_TRUST_PATH_MAX; i++) {$/i < 9; i++) {/' "$by_hand" "$@"
without "whitewashing by new identities" trust_line.c \
    's/(r->flags & SEIGR__TRUST_FOLLOWS) == 0/r->about == NULL/' "$by_hand" "$@"
without "clone of a device" trust_standing.c \
    's/return standing_is_forked(trust, act) ? SEIGR_WHY_FORKED : 0;/return 0;/' \
    "$by_hand" "$@"
without "a revoked key" trust_standing.c \
    's/^    if (standing_is_revoked(trust, act, act->key.*by))$/    if (0)/' \
    "$by_hand" "$@"
without "revoked by a stranger" trust_standing.c \
    's/view.type != type || !standing_may_revoke(trust, at, act->key)/view.type != type/' \
    "$by_hand" "$@"
without "a revoker that is revoked" trust_standing.c \
    's/&trust->records\[revocation\].issuer, 1, &line/\&trust->records[revocation].issuer, 0, \&line/' \
    'test_trust_cases__*' "$@"
without "a set of a stranger" trust_standing.c \
    's/^            standing_may_revoke(trust, at, NULL)) {/            1) {/' \
    "$by_hand" "$@"
without "as of a time before" trust_settle.c \
    's/as_of_ms != 0 && r->seen_ms > as_of_ms/0/' "$by_hand" "$@"

echo "count defences $cases"
rm -rf "$work"
exit $status
