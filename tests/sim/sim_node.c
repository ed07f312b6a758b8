/* SPDX-License-Identifier: MIT */
/*
 * sim_node.c - one node: links and members joined as a program joins them,
 * with the invariants that hold always checked where things happen.
 */
#include "sim.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static void *node_alloc(size_t len, void *ctx)
{
    (void)ctx;
    return malloc(len);
}

static void node_release(void *ptr, void *ctx)
{
    (void)ctx;
    free(ptr);
}

static int node_fill(uint8_t *out, size_t len, void *ctx)
{
    struct sim_node *node = ctx;

    for (size_t i = 0; i < len; i++)
        out[i] = (uint8_t)sim_random(node->sim, 256);
    return 0;
}

static uint64_t node_hash(seigr_span bytes)
{
    uint64_t hash = 0xcbf29ce484222325u;

    for (size_t i = 0; i < bytes.len; i++)
        hash = (hash ^ bytes.ptr[i]) * 0x100000001b3u;
    return hash;
}

static void node_init(struct sim_node *node)
{
    static const seigr_allocator allocator = {(uint32_t)sizeof(allocator), 0,
                                              node_alloc, node_release, NULL};
    const seigr_context empty = SEIGR_CONTEXT_INIT;
    seigr_keypair_signer_state state;
    uint8_t seed[32] = {0};
    seigr_keypair pair;
    seigr_signer signer;

    node->random =
        (seigr_random){(uint32_t)sizeof(seigr_random), 0, node_fill, node};
    node->context = empty;
    node->context.allocator = &allocator;
    node->context.random = &node->random;
    node->context.crypto = seigr_crypto_sodium();
    seed[0] = (uint8_t)(node->number + 1);
    if (seigr_keypair_init_seed(&node->context, seed, &pair) != 0)
        abort();
    signer = seigr_keypair_signer(&node->context, &pair, &state);
    if (seigr_link_key_init(&node->context, &signer,
                            sim_now(node).unix_ms + SEIGR_LINK_KEY_MS,
                            &node->key) != 0)
        abort();
    node->kid = signer.key;
}

void sim_node_start(struct sim *sim, struct sim_node *node)
{
    if (node->is_up)
        return;
    node_init(node);
    node->incarnation = 0;
    if (seigr_members_new(&node->context, &node->kid, NULL, sim_now(node),
                          &node->members) != 0)
        abort();
    node->is_up = 1;
    memset(node->called_ms, 0, sizeof(node->called_ms));
    sim_trace(sim, "node %u starts%s", node->number,
              node->lies ? ", a liar" : "");
    sim_step_at(sim, node, sim->now_ms + 1 + sim_random(sim, 500));
}

void sim_node_stop(struct sim *sim, struct sim_node *node)
{
    if (!node->is_up)
        return;
    sim_trace(sim, "node %u stops", node->number);
    for (uint32_t i = 0; i < sim->conn_count; i++) {
        if (sim->conns[i]->node[0] == node->number ||
            sim->conns[i]->node[1] == node->number)
            sim_break(sim, i);
    }
    node->is_up = 0;
    seigr_members_free(node->members);
    node->members = NULL;
}

void sim_conn_end(struct sim *sim, uint32_t number, uint32_t side)
{
    struct sim_conn *conn = sim->conns[number];
    struct sim_node *node = &sim->nodes[conn->node[side]];

    if (conn->link[side] == NULL)
        return;
    if (conn->is_open[side] &&
        seigr_members_link(node->members, sim_now(node),
                           &sim->nodes[conn->node[1 - side]].kid, 0) != 0)
        sim_fail(sim, "3: a link ends that node %u did not know", node->number);
    conn->is_open[side] = 0;
    seigr_link_free(conn->link[side]);
    conn->link[side] = NULL;
    sim_step_at(sim, node, sim->now_ms + 1);
}

/* --- calling
 * ------------------------------------------------------------------ */

static int node_has_conn(const struct sim *sim, uint32_t a, uint32_t b)
{
    for (uint32_t i = 0; i < sim->conn_count; i++) {
        const struct sim_conn *conn = sim->conns[i];

        if (!conn->is_gone && conn->node[0] == a && conn->node[1] == b)
            return 1;
    }
    return 0;
}

/* A place for a connection: a new one, or one that is gone. Pieces that are
 * under way to it must not reach another. */
static struct sim_conn *node_conn_place(struct sim *sim)
{
    if (sim->conn_count == SIM_CONNS_MAX)
        return NULL;
    sim->conns[sim->conn_count] = calloc(1, sizeof(struct sim_conn));
    return sim->conns[sim->conn_count++];
}

static void node_open(struct sim *sim, uint32_t a, uint32_t b)
{
    struct sim_conn *conn = node_conn_place(sim);

    if (conn == NULL)
        return;
    conn->node[0] = a;
    conn->node[1] = b;
    for (uint32_t side = 0; side < 2; side++) {
        struct sim_node *node = &sim->nodes[conn->node[side]];
        seigr_link_options options = SEIGR_LINK_OPTIONS_INIT;

        if (side == 0) {
            options.flags = SEIGR_LINK_INITIATOR;
            options.peer = &sim->nodes[b].kid;
        }
        if (seigr_link_new(&node->context, &node->key, &options, sim_now(node),
                           &conn->link[side]) != 0)
            abort();
    }
}

void sim_node_call(struct sim *sim, struct sim_node *node)
{
    for (uint32_t to = 0; to < sim->node_count; to++) {
        if ((node->neighbours >> to & 1) == 0 || !sim->nodes[to].is_up ||
            sim->now_ms < node->called_ms[to] ||
            node_has_conn(sim, node->number, to))
            continue;
        node->called_ms[to] = sim->now_ms + 1000 + sim_random(sim, 1000);
        node_open(sim, node->number, to);
    }
}

/* --- lies
 * ------------------------------------------------------------------------ */

static size_t node_lie_about(struct sim *sim, uint8_t *out)
{
    const uint64_t incarnation = sim_random(sim, 0) >> sim_random(sim, 64);
    const uint32_t about = (uint32_t)sim_random(sim, sim->node_count + 2);
    size_t at = 0;

    out[at++] = 0x81;
    out[at++] = 0x83;
    out[at++] = 0x58;
    out[at++] = 32;
    for (size_t i = 0; i < 32; i++)
        out[at++] = about < sim->node_count ? sim->nodes[about].kid.bytes[i]
                                            : (uint8_t)sim_random(sim, 256);
    if (incarnation < ((uint64_t)1 << 32))
        return 0;
    out[at++] = 0x1b;
    for (size_t i = 0; i < 8; i++)
        out[at++] = (uint8_t)(incarnation >> (56 - 8 * i));
    out[at++] = (uint8_t)sim_random(sim, 4);
    return at;
}

/* Something that an honest node would not say. */
static void node_lie(struct sim *sim, struct sim_conn *conn, uint32_t side)
{
    uint8_t list[128];
    seigr_record record = SEIGR_RECORD_INIT;

    record.type =
        sim_random(sim, 3) == 0 ? SEIGR_RECORD_ALIVE : SEIGR_RECORD_MEMBERS;
    record.fields[0].number = sim_random(sim, 0);
    record.fields[record.type == SEIGR_RECORD_ALIVE].bytes =
        (seigr_span){list, node_lie_about(sim, list)};
    if (record.fields[record.type == SEIGR_RECORD_ALIVE].bytes.len > 0)
        (void)!seigr_link_send(conn->link[side], &record);
}

/* --- records in and out
 * ----------------------------------------------------------- */

static struct sim_conn *node_conn_to(struct sim *sim, uint32_t from,
                                     const seigr_public_key *to, uint32_t *side)
{
    for (uint32_t i = sim->conn_count; i-- > 0;) {
        struct sim_conn *conn = sim->conns[i];

        for (*side = 0; *side < 2; (*side)++) {
            if (!conn->is_gone && conn->is_open[*side] &&
                conn->node[*side] == from &&
                memcmp(&sim->nodes[conn->node[1 - *side]].kid, to,
                       sizeof(*to)) == 0)
                return conn;
        }
    }
    return NULL;
}

static void node_note_sent(struct sim *sim, struct sim_conn *conn,
                           uint32_t side, const seigr_record *record)
{
    uint8_t bytes[SEIGR_MEMBERS_ROOM + 64];
    size_t len = 0;

    if (conn->sent_count[side] == SIM_SENT_MAX) {
        sim_fail(sim, "6: %u records wait on a connection", SIM_SENT_MAX);
        return;
    }
    if (seigr_record_encode(record, (seigr_buf){bytes, sizeof(bytes)}, &len))
        abort();
    conn->sent[side][(conn->sent_head[side] + conn->sent_count[side]++) %
                     SIM_SENT_MAX] = node_hash((seigr_span){bytes, len});
}

static void node_send_all(struct sim *sim, struct sim_node *node)
{
    uint8_t room[SEIGR_MEMBERS_ROOM];
    seigr_public_key to;
    seigr_record record;

    while (seigr_members_next(node->members, sim_now(node),
                              (seigr_buf){room, sizeof(room)}, &to,
                              &record) == 0) {
        uint32_t side;
        struct sim_conn *conn = node_conn_to(sim, node->number, &to, &side);

        if (conn == NULL)
            sim_fail(sim, "3: node %u writes to whom it has no link",
                     node->number);
        else if (seigr_link_send(conn->link[side], &record) == 0)
            node_note_sent(sim, conn, side, &record);
    }
}

/* Invariants 1 and 4. */
static void node_check_record(struct sim *sim, struct sim_conn *conn,
                              uint32_t side, seigr_span bytes)
{
    const uint32_t from = 1 - side;
    uint64_t expected;

    if (!sim_is_honest(sim, conn->node[from]))
        return;
    if (conn->sent_count[from] == 0) {
        sim_fail(sim, "4: node %u got a record that nobody sent",
                 conn->node[side]);
        return;
    }
    expected = conn->sent[from][conn->sent_head[from]];
    conn->sent_head[from] = (conn->sent_head[from] + 1) % SIM_SENT_MAX;
    conn->sent_count[from]--;
    if (node_hash(bytes) != expected)
        sim_fail(sim, "4: node %u got another record than was next",
                 conn->node[side]);
}

static void node_opened(struct sim *sim, struct sim_conn *conn, uint32_t side)
{
    struct sim_node *node = &sim->nodes[conn->node[side]];
    const seigr_public_key *peer = seigr_link_peer(conn->link[side]);

    sim_trace(sim, "node %u opens a link to node %u", conn->node[side],
              conn->node[1 - side]);
    if (memcmp(peer, &sim->nodes[conn->node[1 - side]].kid, sizeof(*peer)) != 0)
        sim_fail(sim, "1: node %u takes another for node %u", conn->node[side],
                 conn->node[1 - side]);
    conn->is_open[side] =
        seigr_members_link(node->members, sim_now(node), peer, 1) == 0;
}

static void node_event(struct sim *sim, struct sim_conn *conn, uint32_t side,
                       const seigr_link_event *event)
{
    struct sim_node *node = &sim->nodes[conn->node[side]];
    seigr_error error = SEIGR_ERROR_INIT;
    int err;

    if (event->type == SEIGR_LINK_OPENED)
        node_opened(sim, conn, side);
    if (event->type != SEIGR_LINK_RECORD || !conn->is_open[side])
        return;
    node_check_record(sim, conn, side, event->bytes);
    err = seigr_members_receive(node->members, sim_now(node),
                                seigr_link_peer(conn->link[side]),
                                &event->record, &error);
    if (err == 0)
        return;
    if (sim_is_honest(sim, conn->node[1 - side]))
        sim_fail(sim, "2: node %u refuses an honest record: %s", node->number,
                 error.text);
    seigr_link_refuse(conn->link[side], err,
                      error.text[0] != '\0' ? error.text : "no such record");
}

/* Everything that a link has to send; then its end, if it has failed. */
static void node_flush(struct sim *sim, uint32_t number, uint32_t side)
{
    struct sim_conn *conn = sim->conns[number];
    struct sim_node *node = &sim->nodes[conn->node[side]];
    uint8_t room[4096];
    size_t len;

    while (seigr_link_take(conn->link[side], sim_now(node),
                           (seigr_buf){room, sizeof(room)}, &len) == 0 &&
           len > 0)
        sim_send(sim, number, side, room, len);
}

/* Invariant 2: between honest nodes a link ends by time or the network. */
static void node_failed(struct sim *sim, uint32_t number, uint32_t side)
{
    struct sim_conn *conn = sim->conns[number];
    const seigr_error *error = seigr_link_error(conn->link[side]);

    sim_trace(sim, "link %u of node %u to node %u fails: %s", number,
              conn->node[side], conn->node[1 - side], error->text);
    if (error->code != SEIGR_E_LIMIT && !conn->is_spoilt &&
        sim_is_honest(sim, conn->node[0]) && sim_is_honest(sim, conn->node[1]))
        sim_fail(sim, "2: a link between honest nodes fails: %s", error->text);
    sim_break(sim, number);
}

void sim_node_take(struct sim *sim, uint32_t number, uint32_t side,
                   seigr_span bytes)
{
    struct sim_conn *conn = sim->conns[number];
    struct sim_node *node = &sim->nodes[conn->node[side]];
    seigr_link_event event = SEIGR_LINK_EVENT_INIT;
    int err;

    do {
        err =
            seigr_link_receive(conn->link[side], sim_now(node), &bytes, &event);
        if (err == 0)
            node_event(sim, conn, side, &event);
    } while (err == 0 && event.type != SEIGR_LINK_CLOSED &&
             (bytes.len > 0 || event.type != SEIGR_LINK_NOTHING));
    if (err != 0 || seigr_link_error(conn->link[side])->code != 0)
        node_failed(sim, number, side);
    else if (event.type == SEIGR_LINK_CLOSED)
        sim_break(sim, number);
    sim_step_at(sim, node, sim->now_ms + 1);
}

/* Invariants 3 and 5. */
static void node_check(struct sim *sim, struct sim_node *node)
{
    seigr_member member = SEIGR_MEMBER_INIT;

    if (seigr_members_find(node->members, &node->kid, &member) != 0 ||
        member.state != SEIGR_MEMBER_ALIVE)
        sim_fail(sim, "5: node %u does not think that it lives", node->number);
    if (member.incarnation < node->incarnation)
        sim_fail(sim, "5: node %u goes back to an earlier incarnation",
                 node->number);
    node->incarnation = member.incarnation;
    for (size_t i = 0; i < seigr_members_count(node->members); i++) {
        uint32_t known = 0;

        if (seigr_members_get(node->members, i, &member) != 0)
            abort();
        while (known < sim->node_count &&
               memcmp(&sim->nodes[known].kid, &member.kid,
                      sizeof(member.kid)) != 0)
            known++;
        if (member.is_proved != 0 && known == sim->node_count)
            sim_fail(sim, "1: node %u has proved one that does not exist",
                     node->number);
        if (member.links > 0 && member.is_proved == 0)
            sim_fail(sim, "3: node %u has a link to a rumour", node->number);
    }
}

void sim_node_step(struct sim *sim, struct sim_node *node)
{
    uint64_t next = UINT64_MAX;
    uint64_t due;

    if (!node->is_up)
        return;
    sim_node_call(sim, node);
    seigr_members_step(node->members, sim_now(node), &next);
    node_send_all(sim, node);
    for (uint32_t i = 0; i < sim->conn_count; i++) {
        for (uint32_t side = 0; side < 2; side++) {
            struct sim_conn *conn = sim->conns[i];

            if (conn->is_gone || conn->node[side] != node->number)
                continue;
            if (node->lies && conn->is_open[side] && sim_random(sim, 8) == 0 &&
                sim_fault_on(sim, SIM_LIES, node->number) != NULL)
                node_lie(sim, conn, side);
            if (seigr_link_step(conn->link[side], sim_now(node), &due) != 0) {
                node_failed(sim, i, side);
                continue;
            }
            next = due < next ? due : next;
            node_flush(sim, i, side);
        }
    }
    node_check(sim, node);
    if (next > sim->now_ms + 1000) /* it looks whom to call */
        next = sim->now_ms + 1000;
    sim_step_at(sim, node, next);
}
