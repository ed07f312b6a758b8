/* SPDX-License-Identifier: MIT */
/*
 * layout.c - the public structs where long and pointers have 64 bits. Made by
 * refresh.sh: a line that has to change breaks programs that are compiled.
 */
#include "seigr/base.h"
#include "seigr/body.h"
#include "seigr/bundle.h"
#include "seigr/capsule.h"
#include "seigr/checkpoint.h"
#include "seigr/cose.h"
#include "seigr/crypto.h"
#include "seigr/engine.h"
#include "seigr/group.h"
#include "seigr/guest.h"
#include "seigr/index.h"
#include "seigr/journal.h"
#include "seigr/lineage.h"
#include "seigr/members.h"
#include "seigr/net.h"
#include "seigr/reconcile.h"
#include "seigr/record.h"
#include "seigr/reputation.h"
#include "seigr/run.h"
#include "seigr/schedule.h"
#include "seigr/seigr.h"
#include "seigr/senary.h"
#include "seigr/statement.h"
#include "seigr/store.h"
#include "seigr/sys/arena.h"
#include "seigr/sys/compact.h"
#include "seigr/sys/crypto.h"
#include "seigr/sys/disk.h"
#include "seigr/sys/flash.h"
#include "seigr/sys/pool.h"
#include "seigr/sys/posix.h"
#include "seigr/sys/store_backend.h"
#include "seigr/task.h"
#include "seigr/trust.h"
#include "seigr/uv.h"

#define SIZE(type, size) _Static_assert(sizeof(type) == (size), #type)
#define AT(type, member, place)                                                \
    _Static_assert(offsetof(type, member) == (place), #type "." #member)

SIZE(seigr_span, 16);
AT(seigr_span, ptr, 0);
AT(seigr_span, len, 8);

SIZE(seigr_buf, 16);
AT(seigr_buf, ptr, 0);
AT(seigr_buf, len, 8);

SIZE(seigr_id, 32);
AT(seigr_id, bytes, 0);

SIZE(seigr_hash, 32);
AT(seigr_hash, bytes, 0);

SIZE(seigr_public_key, 32);
AT(seigr_public_key, bytes, 0);

SIZE(seigr_error, 248);
AT(seigr_error, struct_size, 0);
AT(seigr_error, code, 4);
AT(seigr_error, offset, 8);
AT(seigr_error, text, 16);

SIZE(seigr_allocator, 32);
AT(seigr_allocator, struct_size, 0);
AT(seigr_allocator, reserved, 4);
AT(seigr_allocator, alloc, 8);
AT(seigr_allocator, release, 16);
AT(seigr_allocator, ctx, 24);

SIZE(seigr_clock, 32);
AT(seigr_clock, struct_size, 0);
AT(seigr_clock, reserved, 4);
AT(seigr_clock, unix_ms, 8);
AT(seigr_clock, monotonic_ns, 16);
AT(seigr_clock, ctx, 24);

SIZE(seigr_random, 24);
AT(seigr_random, struct_size, 0);
AT(seigr_random, reserved, 4);
AT(seigr_random, fill, 8);
AT(seigr_random, ctx, 16);

SIZE(seigr_log, 24);
AT(seigr_log, struct_size, 0);
AT(seigr_log, level_max, 4);
AT(seigr_log, write, 8);
AT(seigr_log, ctx, 16);

SIZE(seigr_context, 48);
AT(seigr_context, struct_size, 0);
AT(seigr_context, reserved, 4);
AT(seigr_context, allocator, 8);
AT(seigr_context, clock, 16);
AT(seigr_context, random, 24);
AT(seigr_context, log, 32);
AT(seigr_context, crypto, 40);

SIZE(seigr_sha256_state, 208);
AT(seigr_sha256_state, private_, 0);

SIZE(seigr_crypto, 144);
AT(seigr_crypto, struct_size, 0);
AT(seigr_crypto, reserved, 4);
AT(seigr_crypto, ed25519_verify, 8);
AT(seigr_crypto, ed25519_public, 16);
AT(seigr_crypto, ed25519_sign, 24);
AT(seigr_crypto, sha256, 32);
AT(seigr_crypto, sha256_init, 40);
AT(seigr_crypto, sha256_update, 48);
AT(seigr_crypto, sha256_final, 56);
AT(seigr_crypto, aead_seal, 64);
AT(seigr_crypto, aead_open, 72);
AT(seigr_crypto, xaead_seal, 80);
AT(seigr_crypto, xaead_open, 88);
AT(seigr_crypto, x25519, 96);
AT(seigr_crypto, argon2id, 104);
AT(seigr_crypto, random, 112);
AT(seigr_crypto, compare, 120);
AT(seigr_crypto, wipe, 128);
AT(seigr_crypto, ctx, 136);

SIZE(seigr_keypair, 64);
AT(seigr_keypair, secret, 0);

SIZE(seigr_signer, 56);
AT(seigr_signer, struct_size, 0);
AT(seigr_signer, reserved, 4);
AT(seigr_signer, key, 8);
AT(seigr_signer, sign, 40);
AT(seigr_signer, ctx, 48);

SIZE(seigr_keypair_signer_state, 16);
AT(seigr_keypair_signer_state, context, 0);
AT(seigr_keypair_signer_state, keypair, 8);

SIZE(seigr_keyfile_options, 16);
AT(seigr_keyfile_options, struct_size, 0);
AT(seigr_keyfile_options, mem_kib, 4);
AT(seigr_keyfile_options, passes, 8);
AT(seigr_keyfile_options, reserved, 12);

SIZE(seigr_keyfile_info, 48);
AT(seigr_keyfile_info, struct_size, 0);
AT(seigr_keyfile_info, is_sealed, 4);
AT(seigr_keyfile_info, mem_kib, 8);
AT(seigr_keyfile_info, passes, 12);
AT(seigr_keyfile_info, key, 16);

SIZE(seigr_merkle, 1544);
AT(seigr_merkle, count, 0);
AT(seigr_merkle, nodes, 8);

SIZE(seigr_merkle_place, 16);
AT(seigr_merkle_place, index, 0);
AT(seigr_merkle_place, level, 8);
AT(seigr_merkle_place, reserved, 12);

SIZE(seigr_link, 36);
AT(seigr_link, id, 0);
AT(seigr_link, role, 32);

SIZE(seigr_label, 32);
AT(seigr_label, key, 0);
AT(seigr_label, value, 16);

SIZE(seigr_body, 112);
AT(seigr_body, form, 0);
AT(seigr_body, has_sha256, 4);
AT(seigr_body, size, 8);
AT(seigr_body, media_type, 16);
AT(seigr_body, content, 32);
AT(seigr_body, root, 48);
AT(seigr_body, sha256, 80);

SIZE(seigr_capsule, 376);
AT(seigr_capsule, struct_size, 0);
AT(seigr_capsule, alg, 4);
AT(seigr_capsule, bytes, 8);
AT(seigr_capsule, protected_header, 24);
AT(seigr_capsule, payload, 40);
AT(seigr_capsule, signature, 56);
AT(seigr_capsule, receipt, 72);
AT(seigr_capsule, issuer, 88);
AT(seigr_capsule, kind, 120);
AT(seigr_capsule, detail_field, 124);
AT(seigr_capsule, name, 128);
AT(seigr_capsule, created_ms, 144);
AT(seigr_capsule, sequence, 152);
AT(seigr_capsule, stream, 160);
AT(seigr_capsule, has_previous, 168);
AT(seigr_capsule, link_count, 172);
AT(seigr_capsule, label_count, 176);
AT(seigr_capsule, reserved, 180);
AT(seigr_capsule, previous, 184);
AT(seigr_capsule, links, 216);
AT(seigr_capsule, labels, 232);
AT(seigr_capsule, body, 248);
AT(seigr_capsule, detail, 360);

SIZE(seigr_verified, 408);
AT(seigr_verified, private_view, 0);
AT(seigr_verified, private_id, 376);

SIZE(seigr_receipt_cache_options, 16);
AT(seigr_receipt_cache_options, struct_size, 0);
AT(seigr_receipt_cache_options, root_max, 4);
AT(seigr_receipt_cache_options, node_max, 8);
AT(seigr_receipt_cache_options, reserved, 12);

SIZE(seigr_draft, 224);
AT(seigr_draft, struct_size, 0);
AT(seigr_draft, kind, 4);
AT(seigr_draft, name, 8);
AT(seigr_draft, created_ms, 24);
AT(seigr_draft, sequence, 32);
AT(seigr_draft, stream, 40);
AT(seigr_draft, previous, 48);
AT(seigr_draft, links, 56);
AT(seigr_draft, link_count, 64);
AT(seigr_draft, labels, 72);
AT(seigr_draft, label_count, 80);
AT(seigr_draft, body, 88);
AT(seigr_draft, detail, 200);
AT(seigr_draft, alg, 216);
AT(seigr_draft, reserved, 220);

SIZE(seigr_stream_head, 56);
AT(seigr_stream_head, stream, 0);
AT(seigr_stream_head, sequence, 8);
AT(seigr_stream_head, last, 16);
AT(seigr_stream_head, has_last, 48);
AT(seigr_stream_head, reserved, 52);

SIZE(seigr_pool, 24);
AT(seigr_pool, struct_size, 0);
AT(seigr_pool, width, 4);
AT(seigr_pool, run, 8);
AT(seigr_pool, ctx, 16);

SIZE(seigr_body_leaves, 48);
AT(seigr_body_leaves, struct_size, 0);
AT(seigr_body_leaves, reserved, 4);
AT(seigr_body_leaves, array, 8);
AT(seigr_body_leaves, array_max, 16);
AT(seigr_body_leaves, put, 24);
AT(seigr_body_leaves, get, 32);
AT(seigr_body_leaves, ctx, 40);

SIZE(seigr_body_options, 48);
AT(seigr_body_options, struct_size, 0);
AT(seigr_body_options, want_sha256, 4);
AT(seigr_body_options, size_expected, 8);
AT(seigr_body_options, leaves, 16);
AT(seigr_body_options, pool, 24);
AT(seigr_body_options, progress, 32);
AT(seigr_body_options, ctx, 40);

SIZE(seigr_body_stream, 2096);
AT(seigr_body_stream, private_context, 0);
AT(seigr_body_stream, private_options, 8);
AT(seigr_body_stream, private_leaves, 56);
AT(seigr_body_stream, private_head, 104);
AT(seigr_body_stream, private_chunk, 1648);
AT(seigr_body_stream, private_whole, 1856);
AT(seigr_body_stream, private_at, 2064);
AT(seigr_body_stream, private_total, 2072);
AT(seigr_body_stream, private_used, 2080);
AT(seigr_body_stream, private_want_whole, 2084);
AT(seigr_body_stream, private_failed, 2088);
AT(seigr_body_stream, private_reserved, 2092);

SIZE(seigr_body_writer, 2096);
AT(seigr_body_writer, private_stream, 0);

SIZE(seigr_body_check, 2256);
AT(seigr_body_check, private_stream, 0);
AT(seigr_body_check, private_body, 2096);
AT(seigr_body_check, private_list_len, 2208);
AT(seigr_body_check, private_leaf, 2216);
AT(seigr_body_check, private_listed, 2248);
AT(seigr_body_check, private_reserved, 2252);

SIZE(seigr_bundle_event, 504);
AT(seigr_bundle_event, struct_size, 0);
AT(seigr_bundle_event, type, 4);
AT(seigr_bundle_event, offset, 8);
AT(seigr_bundle_event, roots, 16);
AT(seigr_bundle_event, root_count, 24);
AT(seigr_bundle_event, capsule, 32);
AT(seigr_bundle_event, root, 408);
AT(seigr_bundle_event, leaf, 440);
AT(seigr_bundle_event, index, 472);
AT(seigr_bundle_event, bytes, 480);
AT(seigr_bundle_event, is_whole, 496);
AT(seigr_bundle_event, reserved, 500);

SIZE(seigr_checkpoint, 88);
AT(seigr_checkpoint, struct_size, 0);
AT(seigr_checkpoint, reserved, 4);
AT(seigr_checkpoint, log_size, 8);
AT(seigr_checkpoint, index_count, 16);
AT(seigr_checkpoint, log_root, 24);
AT(seigr_checkpoint, index_root, 56);

SIZE(seigr_cose_sign1, 96);
AT(seigr_cose_sign1, struct_size, 0);
AT(seigr_cose_sign1, flags, 4);
AT(seigr_cose_sign1, alg, 8);
AT(seigr_cose_sign1, protected_header, 16);
AT(seigr_cose_sign1, unprotected_header, 32);
AT(seigr_cose_sign1, payload, 48);
AT(seigr_cose_sign1, signature, 64);
AT(seigr_cose_sign1, kid, 80);

SIZE(seigr_cose_verify_options, 56);
AT(seigr_cose_verify_options, struct_size, 0);
AT(seigr_cose_verify_options, flags, 4);
AT(seigr_cose_verify_options, external_aad, 8);
AT(seigr_cose_verify_options, payload, 24);
AT(seigr_cose_verify_options, understood, 40);
AT(seigr_cose_verify_options, understood_count, 48);

SIZE(seigr_cose_header, 24);
AT(seigr_cose_header, label, 0);
AT(seigr_cose_header, value, 8);

SIZE(seigr_cose_draft, 112);
AT(seigr_cose_draft, struct_size, 0);
AT(seigr_cose_draft, flags, 4);
AT(seigr_cose_draft, alg, 8);
AT(seigr_cose_draft, reserved, 12);
AT(seigr_cose_draft, kid, 16);
AT(seigr_cose_draft, content_type, 32);
AT(seigr_cose_draft, protected_headers, 48);
AT(seigr_cose_draft, protected_count, 56);
AT(seigr_cose_draft, unprotected_headers, 64);
AT(seigr_cose_draft, unprotected_count, 72);
AT(seigr_cose_draft, payload, 80);
AT(seigr_cose_draft, external_aad, 96);

SIZE(seigr_scitt_statement, 88);
AT(seigr_scitt_statement, struct_size, 0);
AT(seigr_scitt_statement, reserved, 4);
AT(seigr_scitt_statement, issuer, 8);
AT(seigr_scitt_statement, subject, 40);
AT(seigr_scitt_statement, content_type, 56);
AT(seigr_scitt_statement, payload, 72);

SIZE(seigr_module_limits, 64);
AT(seigr_module_limits, struct_size, 0);
AT(seigr_module_limits, size_max, 4);
AT(seigr_module_limits, type_max, 8);
AT(seigr_module_limits, function_max, 12);
AT(seigr_module_limits, import_max, 16);
AT(seigr_module_limits, export_max, 20);
AT(seigr_module_limits, global_max, 24);
AT(seigr_module_limits, data_max, 28);
AT(seigr_module_limits, element_max, 32);
AT(seigr_module_limits, param_max, 36);
AT(seigr_module_limits, local_max, 40);
AT(seigr_module_limits, height_max, 44);
AT(seigr_module_limits, body_max, 48);
AT(seigr_module_limits, nesting_max, 52);
AT(seigr_module_limits, branch_max, 56);
AT(seigr_module_limits, name_max, 60);

SIZE(seigr_module_entry, 72);
AT(seigr_module_entry, module, 0);
AT(seigr_module_entry, name, 16);
AT(seigr_module_entry, kind, 32);
AT(seigr_module_entry, index, 36);
AT(seigr_module_entry, params, 40);
AT(seigr_module_entry, results, 56);

SIZE(seigr_outcome, 32);
AT(seigr_outcome, struct_size, 0);
AT(seigr_outcome, status, 4);
AT(seigr_outcome, trap, 8);
AT(seigr_outcome, function, 12);
AT(seigr_outcome, offset, 16);
AT(seigr_outcome, fuel_used, 24);

SIZE(seigr_host_call, 40);
AT(seigr_host_call, instance, 0);
AT(seigr_host_call, values, 8);
AT(seigr_host_call, fuel_used, 16);
AT(seigr_host_call, fuel_left, 24);
AT(seigr_host_call, ctx, 32);

SIZE(seigr_host_function, 40);
AT(seigr_host_function, module, 0);
AT(seigr_host_function, name, 8);
AT(seigr_host_function, type, 16);
AT(seigr_host_function, cost, 24);
AT(seigr_host_function, call, 32);

SIZE(seigr_extern, 32);
AT(seigr_extern, kind, 0);
AT(seigr_extern, index, 4);
AT(seigr_extern, instance, 8);
AT(seigr_extern, host, 16);
AT(seigr_extern, ctx, 24);

SIZE(seigr_instance_options, 24);
AT(seigr_instance_options, struct_size, 0);
AT(seigr_instance_options, pages_max, 4);
AT(seigr_instance_options, table_max, 8);
AT(seigr_instance_options, depth_max, 12);
AT(seigr_instance_options, slots_max, 16);
AT(seigr_instance_options, reserved, 20);

SIZE(seigr_state_info, 88);
AT(seigr_state_info, struct_size, 0);
AT(seigr_state_info, reserved, 4);
AT(seigr_state_info, program, 8);
AT(seigr_state_info, task, 40);
AT(seigr_state_info, host, 72);

SIZE(seigr_task_limits, 40);
AT(seigr_task_limits, fuel, 0);
AT(seigr_task_limits, output_max, 8);
AT(seigr_task_limits, checkpoint_every, 16);
AT(seigr_task_limits, memory_pages, 24);
AT(seigr_task_limits, depth, 28);
AT(seigr_task_limits, slots, 32);
AT(seigr_task_limits, reserved, 36);

SIZE(seigr_task_service, 24);
AT(seigr_task_service, deadline_ms, 0);
AT(seigr_task_service, priority, 8);
AT(seigr_task_service, replication, 12);
AT(seigr_task_service, target_error_ppb, 16);
AT(seigr_task_service, reserved, 20);

SIZE(seigr_task, 296);
AT(seigr_task, struct_size, 0);
AT(seigr_task, input_count, 4);
AT(seigr_task, argument_count, 8);
AT(seigr_task, environment_count, 12);
AT(seigr_task, need_count, 16);
AT(seigr_task, grant_count, 20);
AT(seigr_task, program, 24);
AT(seigr_task, entry, 56);
AT(seigr_task, seed, 72);
AT(seigr_task, clock_ns, 88);
AT(seigr_task, limits, 96);
AT(seigr_task, service, 136);
AT(seigr_task, private_inputs, 160);
AT(seigr_task, private_arguments, 176);
AT(seigr_task, private_environment, 192);
AT(seigr_task, private_service, 208);
AT(seigr_task, private_links, 224);
AT(seigr_task, channel_count, 240);
AT(seigr_task, reserved, 244);
AT(seigr_task, job, 248);
AT(seigr_task, private_channels, 280);

SIZE(seigr_task_input, 48);
AT(seigr_task_input, id, 0);
AT(seigr_task_input, path, 32);

SIZE(seigr_task_cursor, 16);
AT(seigr_task_cursor, entry, 0);
AT(seigr_task_cursor, link, 8);

SIZE(seigr_task_channel, 24);
AT(seigr_task_channel, name, 0);
AT(seigr_task_channel, direction, 16);
AT(seigr_task_channel, room, 20);

SIZE(seigr_task_draft, 208);
AT(seigr_task_draft, struct_size, 0);
AT(seigr_task_draft, input_count, 4);
AT(seigr_task_draft, argument_count, 8);
AT(seigr_task_draft, environment_count, 12);
AT(seigr_task_draft, need_count, 16);
AT(seigr_task_draft, reserved, 20);
AT(seigr_task_draft, inputs, 24);
AT(seigr_task_draft, arguments, 32);
AT(seigr_task_draft, environment, 40);
AT(seigr_task_draft, needs, 48);
AT(seigr_task_draft, entry, 56);
AT(seigr_task_draft, seed, 72);
AT(seigr_task_draft, clock_ns, 88);
AT(seigr_task_draft, limits, 96);
AT(seigr_task_draft, service, 136);
AT(seigr_task_draft, channels, 160);
AT(seigr_task_draft, channel_count, 168);
AT(seigr_task_draft, reserved_too, 172);
AT(seigr_task_draft, job, 176);

SIZE(seigr_task_file, 56);
AT(seigr_task_file, path, 0);
AT(seigr_task_file, size, 16);
AT(seigr_task_file, head, 24);

SIZE(seigr_task_outcome, 176);
AT(seigr_task_outcome, struct_size, 0);
AT(seigr_task_outcome, status, 4);
AT(seigr_task_outcome, exit_code, 8);
AT(seigr_task_outcome, trap, 12);
AT(seigr_task_outcome, function, 16);
AT(seigr_task_outcome, file_count, 20);
AT(seigr_task_outcome, offset, 24);
AT(seigr_task_outcome, fuel_used, 32);
AT(seigr_task_outcome, root, 40);
AT(seigr_task_outcome, output, 72);
AT(seigr_task_outcome, output_size, 104);
AT(seigr_task_outcome, transcript, 112);
AT(seigr_task_outcome, has_transcript, 144);
AT(seigr_task_outcome, reserved, 148);
AT(seigr_task_outcome, private_files, 152);
AT(seigr_task_outcome, files, 168);

SIZE(seigr_result, 264);
AT(seigr_result, struct_size, 0);
AT(seigr_result, root_count, 4);
AT(seigr_result, task, 8);
AT(seigr_result, outcome, 40);
AT(seigr_result, roots_head, 216);
AT(seigr_result, roots, 248);

SIZE(seigr_task_state, 96);
AT(seigr_task_state, struct_size, 0);
AT(seigr_task_state, checkpoint, 4);
AT(seigr_task_state, task, 8);
AT(seigr_task_state, fuel_used, 40);
AT(seigr_task_state, root, 48);
AT(seigr_task_state, record_len, 80);
AT(seigr_task_state, memory_pages, 88);
AT(seigr_task_state, reserved, 92);

SIZE(seigr_transcript_entry, 24);
AT(seigr_transcript_entry, what, 0);
AT(seigr_transcript_entry, handle, 4);
AT(seigr_transcript_entry, bytes, 8);

SIZE(seigr_transcript, 88);
AT(seigr_transcript, struct_size, 0);
AT(seigr_transcript, reserved, 4);
AT(seigr_transcript, task, 8);
AT(seigr_transcript, sent_count, 40);
AT(seigr_transcript, received_count, 48);
AT(seigr_transcript, digest, 56);

SIZE(seigr_task_claim, 40);
AT(seigr_task_claim, root, 0);
AT(seigr_task_claim, ended, 32);
AT(seigr_task_claim, reserved, 36);

SIZE(seigr_dispute, 472);
AT(seigr_dispute, struct_size, 0);
AT(seigr_dispute, verdict, 4);
AT(seigr_dispute, task, 8);
AT(seigr_dispute, a, 40);
AT(seigr_dispute, b, 72);
AT(seigr_dispute, state, 104);
AT(seigr_dispute, has_state, 136);
AT(seigr_dispute, checkpoint, 140);
AT(seigr_dispute, root, 144);
AT(seigr_dispute, claim_a, 176);
AT(seigr_dispute, claim_b, 216);
AT(seigr_dispute, found, 256);
AT(seigr_dispute, outcome, 296);

SIZE(seigr_run_options, 80);
AT(seigr_run_options, struct_size, 0);
AT(seigr_run_options, reserved, 4);
AT(seigr_run_options, input_size, 8);
AT(seigr_run_options, input_read, 16);
AT(seigr_run_options, log, 24);
AT(seigr_run_options, root, 32);
AT(seigr_run_options, ctx, 40);
AT(seigr_run_options, send, 48);
AT(seigr_run_options, receive, 56);
AT(seigr_run_options, transcript, 64);
AT(seigr_run_options, channel_ctx, 72);

SIZE(seigr_transcript_player, 24);
AT(seigr_transcript_player, rest, 0);
AT(seigr_transcript_player, code, 16);
AT(seigr_transcript_player, reserved, 20);

SIZE(seigr_budget, 32);
AT(seigr_budget, fuel_max, 0);
AT(seigr_budget, period_ms, 8);
AT(seigr_budget, memory_max, 16);
AT(seigr_budget, job_max, 24);

SIZE(seigr_scheduler_options, 64);
AT(seigr_scheduler_options, struct_size, 0);
AT(seigr_scheduler_options, job_max, 4);
AT(seigr_scheduler_options, issuer_max, 8);
AT(seigr_scheduler_options, width_max, 12);
AT(seigr_scheduler_options, slice_fuel, 16);
AT(seigr_scheduler_options, memory_max, 24);
AT(seigr_scheduler_options, budget, 32);

SIZE(seigr_job, 80);
AT(seigr_job, struct_size, 0);
AT(seigr_job, priority, 4);
AT(seigr_job, issuer, 8);
AT(seigr_job, deadline_ms, 40);
AT(seigr_job, fuel_max, 48);
AT(seigr_job, memory_len, 56);
AT(seigr_job, slice, 64);
AT(seigr_job, ctx, 72);

SIZE(seigr_job_end, 40);
AT(seigr_job_end, struct_size, 0);
AT(seigr_job_end, code, 4);
AT(seigr_job_end, job, 8);
AT(seigr_job_end, fuel_used, 16);
AT(seigr_job_end, slice_count, 24);
AT(seigr_job_end, ctx, 32);

SIZE(seigr_slice, 40);
AT(seigr_slice, step, 0);
AT(seigr_slice, job, 8);
AT(seigr_slice, fuel_before, 16);
AT(seigr_slice, fuel_used, 24);
AT(seigr_slice, lane, 32);
AT(seigr_slice, code, 36);

SIZE(seigr_scheduler_stats, 112);
AT(seigr_scheduler_stats, struct_size, 0);
AT(seigr_scheduler_stats, job_count, 4);
AT(seigr_scheduler_stats, memory_len, 8);
AT(seigr_scheduler_stats, slice_count, 16);
AT(seigr_scheduler_stats, added_count, 24);
AT(seigr_scheduler_stats, done_count, 32);
AT(seigr_scheduler_stats, late_count, 40);
AT(seigr_scheduler_stats, refused_count, 48);
AT(seigr_scheduler_stats, failed_count, 56);
AT(seigr_scheduler_stats, fuel_used, 64);

SIZE(seigr_group_options, 88);
AT(seigr_group_options, struct_size, 0);
AT(seigr_group_options, reserved, 4);
AT(seigr_group_options, scheduler, 8);
AT(seigr_group_options, admit, 72);
AT(seigr_group_options, ctx, 80);

SIZE(seigr_group_end, 24);
AT(seigr_group_end, struct_size, 0);
AT(seigr_group_end, task, 4);
AT(seigr_group_end, code, 8);
AT(seigr_group_end, reserved, 12);
AT(seigr_group_end, run, 16);

SIZE(seigr_senary_encoder, 16);
AT(seigr_senary_encoder, private_held_len, 0);
AT(seigr_senary_encoder, private_held, 4);

SIZE(seigr_senary_decoder, 48);
AT(seigr_senary_decoder, private_offset, 0);
AT(seigr_senary_decoder, private_held_len, 8);
AT(seigr_senary_decoder, private_refused, 12);
AT(seigr_senary_decoder, private_held, 16);

SIZE(seigr_prefix, 112);
AT(seigr_prefix, digit_count, 0);
AT(seigr_prefix, digits, 4);

SIZE(seigr_index_sum, 40);
AT(seigr_index_sum, count, 0);
AT(seigr_index_sum, digest, 8);

SIZE(seigr_index_node, 240);
AT(seigr_index_node, bytes, 0);

SIZE(seigr_index_source, 48);
AT(seigr_index_source, struct_size, 0);
AT(seigr_index_source, reserved, 4);
AT(seigr_index_source, ids, 8);
AT(seigr_index_source, node_get, 16);
AT(seigr_index_source, node_put, 24);
AT(seigr_index_source, node_remove, 32);
AT(seigr_index_source, ctx, 40);

SIZE(seigr_journal_source, 40);
AT(seigr_journal_source, struct_size, 0);
AT(seigr_journal_source, reserved, 4);
AT(seigr_journal_source, entries, 8);
AT(seigr_journal_source, node_get, 16);
AT(seigr_journal_source, node_put, 24);
AT(seigr_journal_source, ctx, 32);

SIZE(seigr_journal_receipt_info, 88);
AT(seigr_journal_receipt_info, struct_size, 0);
AT(seigr_journal_receipt_info, reserved, 4);
AT(seigr_journal_receipt_info, issuer, 8);
AT(seigr_journal_receipt_info, index, 40);
AT(seigr_journal_receipt_info, size, 48);
AT(seigr_journal_receipt_info, root, 56);

SIZE(seigr_lineage_options, 16);
AT(seigr_lineage_options, struct_size, 0);
AT(seigr_lineage_options, capsule_max, 4);
AT(seigr_lineage_options, link_max, 8);
AT(seigr_lineage_options, reserved, 12);

SIZE(seigr_lineage_capsule, 120);
AT(seigr_lineage_capsule, id, 0);
AT(seigr_lineage_capsule, issuer, 32);
AT(seigr_lineage_capsule, stream, 64);
AT(seigr_lineage_capsule, sequence, 72);
AT(seigr_lineage_capsule, created_ms, 80);
AT(seigr_lineage_capsule, kind, 88);
AT(seigr_lineage_capsule, link_count, 92);
AT(seigr_lineage_capsule, child_count, 96);
AT(seigr_lineage_capsule, reserved, 100);
AT(seigr_lineage_capsule, name, 104);

SIZE(seigr_lineage_link, 40);
AT(seigr_lineage_link, id, 0);
AT(seigr_lineage_link, role, 32);
AT(seigr_lineage_link, index, 36);

SIZE(seigr_lineage_gap, 104);
AT(seigr_lineage_gap, type, 0);
AT(seigr_lineage_gap, role, 4);
AT(seigr_lineage_gap, from, 8);
AT(seigr_lineage_gap, has_id, 12);
AT(seigr_lineage_gap, id, 16);
AT(seigr_lineage_gap, issuer, 48);
AT(seigr_lineage_gap, stream, 80);
AT(seigr_lineage_gap, sequence_first, 88);
AT(seigr_lineage_gap, sequence_last, 96);

SIZE(seigr_lineage_chain, 72);
AT(seigr_lineage_chain, issuer, 0);
AT(seigr_lineage_chain, stream, 32);
AT(seigr_lineage_chain, sequence_first, 40);
AT(seigr_lineage_chain, sequence_last, 48);
AT(seigr_lineage_chain, capsule_count, 56);
AT(seigr_lineage_chain, range_count, 60);
AT(seigr_lineage_chain, fork_count, 64);
AT(seigr_lineage_chain, reserved, 68);

SIZE(seigr_lineage_fork, 16);
AT(seigr_lineage_fork, type, 0);
AT(seigr_lineage_fork, first, 4);
AT(seigr_lineage_fork, second, 8);
AT(seigr_lineage_fork, reserved, 12);

SIZE(seigr_lineage_step, 8);
AT(seigr_lineage_step, index, 0);
AT(seigr_lineage_step, role, 4);

SIZE(seigr_verdict_line, 200);
AT(seigr_verdict_line, property, 0);
AT(seigr_verdict_line, status, 4);
AT(seigr_verdict_line, count, 8);
AT(seigr_verdict_line, has_id, 12);
AT(seigr_verdict_line, id, 16);
AT(seigr_verdict_line, text, 48);

SIZE(seigr_field, 24);
AT(seigr_field, number, 0);
AT(seigr_field, bytes, 8);

SIZE(seigr_record, 112);
AT(seigr_record, struct_size, 0);
AT(seigr_record, type, 4);
AT(seigr_record, known, 8);
AT(seigr_record, reserved, 12);
AT(seigr_record, fields, 16);

SIZE(seigr_now, 16);
AT(seigr_now, monotonic_ms, 0);
AT(seigr_now, unix_ms, 8);

SIZE(seigr_link_key, 176);
AT(seigr_link_key, struct_size, 0);
AT(seigr_link_key, reserved, 4);
AT(seigr_link_key, secret, 8);
AT(seigr_link_key, public_key, 40);
AT(seigr_link_key, kid, 72);
AT(seigr_link_key, not_after_ms, 104);
AT(seigr_link_key, signature, 112);

SIZE(seigr_link_options, 64);
AT(seigr_link_options, struct_size, 0);
AT(seigr_link_options, flags, 4);
AT(seigr_link_options, frame_len_max, 8);
AT(seigr_link_options, record_len_max, 12);
AT(seigr_link_options, queue_len_max, 16);
AT(seigr_link_options, handshake_ms, 20);
AT(seigr_link_options, silence_ms, 24);
AT(seigr_link_options, ping_ms, 28);
AT(seigr_link_options, stall_ms, 32);
AT(seigr_link_options, rate_bytes, 36);
AT(seigr_link_options, peer, 40);
AT(seigr_link_options, admit, 48);
AT(seigr_link_options, ctx, 56);

SIZE(seigr_link_event, 152);
AT(seigr_link_event, struct_size, 0);
AT(seigr_link_event, type, 4);
AT(seigr_link_event, code, 8);
AT(seigr_link_event, reserved, 12);
AT(seigr_link_event, resume_ms, 16);
AT(seigr_link_event, bytes, 24);
AT(seigr_link_event, record, 40);

SIZE(seigr_link_info, 72);
AT(seigr_link_info, struct_size, 0);
AT(seigr_link_info, version, 4);
AT(seigr_link_info, bytes_in, 8);
AT(seigr_link_info, bytes_out, 16);
AT(seigr_link_info, records_in, 24);
AT(seigr_link_info, records_out, 32);
AT(seigr_link_info, queued, 40);
AT(seigr_link_info, rekeys_in, 48);
AT(seigr_link_info, rekeys_out, 56);
AT(seigr_link_info, round_trip_ms, 64);

SIZE(seigr_members_options, 24);
AT(seigr_members_options, struct_size, 0);
AT(seigr_members_options, member_max, 4);
AT(seigr_members_options, period_ms, 8);
AT(seigr_members_options, answer_ms, 12);
AT(seigr_members_options, suspect_ms, 16);
AT(seigr_members_options, helpers, 20);

SIZE(seigr_member, 64);
AT(seigr_member, struct_size, 0);
AT(seigr_member, state, 4);
AT(seigr_member, incarnation, 8);
AT(seigr_member, since_ms, 16);
AT(seigr_member, links, 24);
AT(seigr_member, is_proved, 28);
AT(seigr_member, kid, 32);

SIZE(seigr_symbol, 48);
AT(seigr_symbol, sum, 0);
AT(seigr_symbol, check, 32);
AT(seigr_symbol, count, 40);

SIZE(seigr_id_source, 32);
AT(seigr_id_source, struct_size, 0);
AT(seigr_id_source, reserved, 4);
AT(seigr_id_source, rewind, 8);
AT(seigr_id_source, next, 16);
AT(seigr_id_source, ctx, 24);

SIZE(seigr_difference, 40);
AT(seigr_difference, id, 0);
AT(seigr_difference, is_ours, 32);
AT(seigr_difference, reserved, 36);

SIZE(seigr_reputation, 32);
AT(seigr_reputation, at_ms, 0);
AT(seigr_reputation, good, 8);
AT(seigr_reputation, bad, 16);
AT(seigr_reputation, is_liar, 24);
AT(seigr_reputation, reserved, 28);

SIZE(seigr_replication, 16);
AT(seigr_replication, struct_size, 0);
AT(seigr_replication, error_ppb, 4);
AT(seigr_replication, least_ppb, 8);
AT(seigr_replication, reserved, 12);

SIZE(seigr_last, 48);
AT(seigr_last, stream, 0);
AT(seigr_last, sequence, 8);
AT(seigr_last, id, 16);

SIZE(seigr_identity, 168);
AT(seigr_identity, struct_size, 0);
AT(seigr_identity, has_previous, 4);
AT(seigr_identity, has_next, 8);
AT(seigr_identity, is_retired, 12);
AT(seigr_identity, recovery_threshold, 16);
AT(seigr_identity, reserved, 20);
AT(seigr_identity, name, 24);
AT(seigr_identity, device_class, 40);
AT(seigr_identity, previous, 56);
AT(seigr_identity, next, 88);
AT(seigr_identity, recovery_keys, 120);
AT(seigr_identity, approvals, 136);
AT(seigr_identity, last, 152);

SIZE(seigr_grant, 392);
AT(seigr_grant, struct_size, 0);
AT(seigr_grant, scope, 4);
AT(seigr_grant, audience, 8);
AT(seigr_grant, resource, 40);
AT(seigr_grant, expires_ms, 56);
AT(seigr_grant, use_max, 64);
AT(seigr_grant, fuel_max, 72);
AT(seigr_grant, memory_max, 80);
AT(seigr_grant, delegation_max, 88);
AT(seigr_grant, label_count, 92);
AT(seigr_grant, labels, 96);
AT(seigr_grant, has_parent, 352);
AT(seigr_grant, reserved, 356);
AT(seigr_grant, parent, 360);

SIZE(seigr_revocation, 120);
AT(seigr_revocation, struct_size, 0);
AT(seigr_revocation, type, 4);
AT(seigr_revocation, key, 8);
AT(seigr_revocation, capsule, 40);
AT(seigr_revocation, set, 72);
AT(seigr_revocation, last, 88);
AT(seigr_revocation, reason, 104);

SIZE(seigr_attestation, 72);
AT(seigr_attestation, struct_size, 0);
AT(seigr_attestation, scope, 4);
AT(seigr_attestation, weight, 8);
AT(seigr_attestation, reserved, 12);
AT(seigr_attestation, subject, 16);
AT(seigr_attestation, expires_ms, 48);
AT(seigr_attestation, statement, 56);

SIZE(seigr_store_totals, 16);
AT(seigr_store_totals, count, 0);
AT(seigr_store_totals, bytes, 8);

SIZE(seigr_store_backend, 104);
AT(seigr_store_backend, struct_size, 0);
AT(seigr_store_backend, reserved, 4);
AT(seigr_store_backend, begin, 8);
AT(seigr_store_backend, commit, 16);
AT(seigr_store_backend, abort, 24);
AT(seigr_store_backend, get, 32);
AT(seigr_store_backend, keys, 40);
AT(seigr_store_backend, totals, 48);
AT(seigr_store_backend, put, 56);
AT(seigr_store_backend, remove, 64);
AT(seigr_store_backend, tidy, 72);
AT(seigr_store_backend, check, 80);
AT(seigr_store_backend, close, 88);
AT(seigr_store_backend, ctx, 96);

SIZE(seigr_store_options, 16);
AT(seigr_store_options, struct_size, 0);
AT(seigr_store_options, reserved, 4);
AT(seigr_store_options, size_bytes_max, 8);

SIZE(seigr_store_put_info, 48);
AT(seigr_store_put_info, struct_size, 0);
AT(seigr_store_put_info, is_new, 4);
AT(seigr_store_put_info, fork_type, 8);
AT(seigr_store_put_info, reserved, 12);
AT(seigr_store_put_info, fork_with, 16);

SIZE(seigr_store_cursor, 136);
AT(seigr_store_cursor, private_table, 0);
AT(seigr_store_cursor, private_is_end, 4);
AT(seigr_store_cursor, private_at, 8);
AT(seigr_store_cursor, private_last, 72);

SIZE(seigr_store_fork, 72);
AT(seigr_store_fork, first, 0);
AT(seigr_store_fork, second, 32);
AT(seigr_store_fork, type, 64);
AT(seigr_store_fork, reserved, 68);

SIZE(seigr_store_progress, 40);
AT(seigr_store_progress, struct_size, 0);
AT(seigr_store_progress, is_done, 4);
AT(seigr_store_progress, reached_count, 8);
AT(seigr_store_progress, capsule_removed, 16);
AT(seigr_store_progress, chunk_removed, 24);
AT(seigr_store_progress, byte_removed, 32);

SIZE(seigr_store_stats, 80);
AT(seigr_store_stats, struct_size, 0);
AT(seigr_store_stats, reserved, 4);
AT(seigr_store_stats, capsule_count, 8);
AT(seigr_store_stats, capsule_bytes, 16);
AT(seigr_store_stats, chunk_count, 24);
AT(seigr_store_stats, chunk_bytes, 32);
AT(seigr_store_stats, leaves_bytes, 40);
AT(seigr_store_stats, log_size, 48);
AT(seigr_store_stats, pin_count, 56);
AT(seigr_store_stats, fork_count, 64);
AT(seigr_store_stats, size_bytes_max, 72);

SIZE(seigr_anchor, 40);
AT(seigr_anchor, key, 0);
AT(seigr_anchor, scope, 32);
AT(seigr_anchor, weight, 36);

SIZE(seigr_trust_options, 48);
AT(seigr_trust_options, struct_size, 0);
AT(seigr_trust_options, capsule_max, 4);
AT(seigr_trust_options, anchor_max, 8);
AT(seigr_trust_options, seen_max, 12);
AT(seigr_trust_options, weight_min, 16);

SIZE(seigr_question, 80);
AT(seigr_question, struct_size, 0);
AT(seigr_question, scope, 4);
AT(seigr_question, capsule, 8);
AT(seigr_question, key, 16);
AT(seigr_question, grant, 24);
AT(seigr_question, resource, 32);
AT(seigr_question, now_ms, 48);
AT(seigr_question, fuel, 56);
AT(seigr_question, memory, 64);
AT(seigr_question, use_count, 72);

SIZE(seigr_trust_step, 72);
AT(seigr_trust_step, type, 0);
AT(seigr_trust_step, weight, 4);
AT(seigr_trust_step, id, 8);
AT(seigr_trust_step, key, 40);

SIZE(seigr_answer, 1640);
AT(seigr_answer, struct_size, 0);
AT(seigr_answer, why, 4);
AT(seigr_answer, weight, 8);
AT(seigr_answer, has_id, 12);
AT(seigr_answer, id, 16);
AT(seigr_answer, now_ms, 48);
AT(seigr_answer, cost, 56);
AT(seigr_answer, expires_ms, 64);
AT(seigr_answer, use_max, 72);
AT(seigr_answer, fuel_max, 80);
AT(seigr_answer, memory_max, 88);
AT(seigr_answer, step_count, 96);
AT(seigr_answer, reserved, 100);
AT(seigr_answer, steps, 104);
AT(seigr_answer, text, 1256);
AT(seigr_answer, change, 1488);

SIZE(seigr_flash_device, 48);
AT(seigr_flash_device, struct_size, 0);
AT(seigr_flash_device, block_count, 4);
AT(seigr_flash_device, block_size, 8);
AT(seigr_flash_device, program_size, 12);
AT(seigr_flash_device, read, 16);
AT(seigr_flash_device, program, 24);
AT(seigr_flash_device, erase, 32);
AT(seigr_flash_device, ctx, 40);

SIZE(seigr_flash_options, 16);
AT(seigr_flash_options, struct_size, 0);
AT(seigr_flash_options, object_max, 4);
AT(seigr_flash_options, change_max, 8);
AT(seigr_flash_options, value_max, 12);

SIZE(seigr_uv_callbacks, 40);
AT(seigr_uv_callbacks, struct_size, 0);
AT(seigr_uv_callbacks, reserved, 4);
AT(seigr_uv_callbacks, opened, 8);
AT(seigr_uv_callbacks, record, 16);
AT(seigr_uv_callbacks, closed, 24);
AT(seigr_uv_callbacks, ctx, 32);

SIZE(seigr_uv_listen_options, 16);
AT(seigr_uv_listen_options, struct_size, 0);
AT(seigr_uv_listen_options, peer_max, 4);
AT(seigr_uv_listen_options, half_open_max, 8);
AT(seigr_uv_listen_options, backlog, 12);
