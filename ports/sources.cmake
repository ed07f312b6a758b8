# SPDX-License-Identifier: MIT
# The one list of sources, by room and profile. Every build reads it: this
# CMake project, the ports, and whoever compiles the library with something
# else. A file in SEIGR_<ROOM>_VERIFY belongs to every profile, one in
# SEIGR_<ROOM>_EDGE to edge and full, one in SEIGR_<ROOM>_FULL to full.

set(SEIGR_BASE_VERIFY
    src/base/alloc.c
    src/base/cbor.c
    src/base/cbor_skip.c
    src/base/error.c
    src/base/escape.c
    src/base/utf8.c
)
set(SEIGR_BASE_EDGE
    src/base/arena.c
    src/base/cbor_loose.c
    src/base/cbor_write.c
    src/base/siphash.c
)

set(SEIGR_SENARY_VERIFY
    src/senary/address.c
    src/senary/check.c
    src/senary/prefix.c
    src/senary/text.c
    src/senary/text_path_scalar.c
    src/senary/text_scalar.c
    src/senary/text_stream.c
)
set(SEIGR_SENARY_EDGE
    src/senary/cells.c
    src/senary/digits.c
    src/senary/integer.c
    src/senary/limb.c
    src/senary/limb_multiply.c
    src/senary/packed.c
)
# In the place of text_path_scalar.c: cmake/SeigrProcessor.cmake.
set(SEIGR_SENARY_PATH_X86_64
    src/senary/text_avx2.c
    src/senary/text_avx512.c
    src/senary/text_path_x86_64.c
)
set(SEIGR_SENARY_PATH_NEON
    src/senary/text_neon.c
    src/senary/text_path_neon.c
)

set(SEIGR_CRYPTO_VERIFY
    src/crypto/hash.c
    src/crypto/merkle_tree.c
    src/crypto/merkle_verify.c
    src/crypto/sodium_verify.c
)
set(SEIGR_CRYPTO_EDGE
    src/crypto/did_key.c
    src/crypto/keyfile.c
    src/crypto/keys.c
    src/crypto/merkle_prove.c
    src/crypto/sodium.c
    src/crypto/sodium_node.c
)
# seigr_crypto_default(): one of these two, by SEIGR_LIBCRYPTO.
set(SEIGR_CRYPTO_DEFAULT_SODIUM src/crypto/default_sodium.c)
set(SEIGR_CRYPTO_DEFAULT_LIBCRYPTO src/crypto/default_libcrypto.c)

set(SEIGR_CAPSULE_VERIFY
    src/capsule/body_check.c
    src/capsule/body_group.c
    src/capsule/body_stream.c
    src/capsule/capsule_decode.c
    src/capsule/capsule_verify.c
    src/capsule/envelope.c
    src/capsule/envelope_parse.c
    src/capsule/payload_read.c
    src/capsule/pb.c
    src/capsule/receipt.c
)
set(SEIGR_CAPSULE_EDGE
    src/capsule/batch.c
    src/capsule/body_write.c
    src/capsule/bundle_body.c
    src/capsule/bundle_order.c
    src/capsule/bundle_read.c
    src/capsule/bundle_walk.c
    src/capsule/bundle_write.c
    src/capsule/capsule_names.c
    src/capsule/capsule_seal.c
    src/capsule/capsule_stream.c
    src/capsule/checkpoint.c
    src/capsule/cose_decode.c
    src/capsule/cose_headers.c
    src/capsule/cose_sign.c
    src/capsule/cose_verify.c
    src/capsule/detail.c
    src/capsule/detail_channel.c
    src/capsule/detail_dispute.c
    src/capsule/detail_outcome.c
    src/capsule/detail_result.c
    src/capsule/detail_state.c
    src/capsule/detail_task.c
    src/capsule/detail_transcript.c
    src/capsule/id_set.c
    src/capsule/lineage_chain.c
    src/capsule/lineage_set.c
    src/capsule/lineage_settle.c
    src/capsule/lineage_sort.c
    src/capsule/lineage_verdict.c
    src/capsule/lineage_walk.c
    src/capsule/lineage_write.c
    src/capsule/payload_write.c
    src/capsule/pb_write.c
    src/capsule/scitt.c
)

set(SEIGR_TRUST_EDGE
    src/trust/reputation.c
    src/trust/reputation_evidence.c
    src/trust/statement_lists.c
    src/trust/statement_read.c
    src/trust/statement_write.c
    src/trust/trust_admit.c
    src/trust/trust_answer.c
    src/trust/trust_chain.c
    src/trust/trust_decide.c
    src/trust/trust_line.c
    src/trust/trust_order.c
    src/trust/trust_roots.c
    src/trust/trust_set.c
    src/trust/trust_settle.c
    src/trust/trust_standing.c
    src/trust/trust_walk.c
    src/trust/trust_web.c
)

set(SEIGR_ENGINE_EDGE
    src/engine/run.c
    src/engine/run_content.c
    src/engine/run_files.c
    src/engine/run_input.c
    src/engine/run_load.c
    src/engine/run_channel.c
    src/engine/run_judge.c
    src/engine/run_own.c
    src/engine/run_player.c
    src/engine/run_random.c
    src/engine/run_state.c
    src/engine/wasi_fd.c
    src/engine/wasi_misc.c
    src/engine/wasi_path.c
    src/engine/wasi_stat.c
    src/engine/wasi_table.c
    src/engine/channel.c
    src/engine/group.c
    src/engine/sched_issuer.c
    src/engine/sched_queue.c
    src/engine/scheduler.c
    src/engine/wasm_access.c
    src/engine/wasm_body.c
    src/engine/wasm_decode.c
    src/engine/wasm_emit.c
    src/engine/wasm_fast.c
    src/engine/wasm_float.c
    src/engine/wasm_form.c
    src/engine/wasm_frames.c
    src/engine/wasm_instance.c
    src/engine/wasm_memory.c
    src/engine/wasm_opcode.c
    src/engine/wasm_pages.c
    src/engine/wasm_place.c
    src/engine/wasm_precise.c
    src/engine/wasm_reader.c
    src/engine/wasm_reframe.c
    src/engine/wasm_restore.c
    src/engine/wasm_segment.c
    src/engine/wasm_select.c
    src/engine/wasm_state.c
    src/engine/wasm_step.c
    src/engine/wasm_table.c
    src/engine/wasm_translate.c
    src/engine/wasm_validate.c
)

set(SEIGR_STORE_VERIFY
    src/store/index_node.c
    src/store/index_verify.c
    src/store/journal_verify.c
)
set(SEIGR_STORE_EDGE
    src/store/flash_backend.c
    src/store/flash_index.c
    src/store/flash_log.c
    src/store/flash_open.c
    src/store/flash_record.c
    src/store/index_prove.c
    src/store/index_read.c
    src/store/index_refresh.c
    src/store/journal_receipt.c
    src/store/journal_tree.c
    src/store/store_body.c
    src/store/store_collect.c
    src/store/store_find.c
    src/store/store_get.c
    src/store/store_memory.c
    src/store/store_pin.c
    src/store/store_put.c
    src/store/store_rows.c
    src/store/store_state.c
    src/store/store_txn.c
)

set(SEIGR_NET_EDGE
    src/net/link.c
    src/net/link_handshake.c
    src/net/link_receive.c
    src/net/link_send.c
    src/net/member_table.c
    src/net/members.c
    src/net/noise.c
    src/net/reconcile.c
    src/net/record.c
)

# The driver of links on libuv, a library of its own.
set(SEIGR_UV_FULL
    src/net/uv/listen.c
    src/net/uv/peer.c
)

# The port to a POSIX system: a context, key files, stream heads.
set(SEIGR_POSIX_FULL
    ports/posix/context.c
    ports/posix/disk_backend.c
    ports/posix/disk_index.c
    ports/posix/disk_open.c
    ports/posix/disk_rebuild.c
    ports/posix/disk_record.c
    ports/posix/disk_segment.c
    ports/posix/disk_tidy.c
    ports/posix/disk_trust.c
    ports/posix/files.c
    ports/posix/head.c
    ports/posix/home.c
    ports/posix/home_key.c
    ports/posix/output.c
    ports/posix/place.c
    ports/posix/pool.c
    ports/posix/read.c
    ports/posix/stream.c
)

# The port that verifies without libsodium, in little code.
set(SEIGR_COMPACT_VERIFY
    ports/compact/ed25519.c
    ports/compact/field.c
    ports/compact/sha2.c
    ports/compact/table.c
)

# FAST|SMALL: in a build with SEIGR_SMALL the second file stands in for the
# first, gives the same results, and takes more time and less code.
set(SEIGR_SMALLER
    "src/senary/text_scalar.c|src/senary/text_small.c"
    "src/engine/wasm_access.c|src/engine/wasm_access_small.c"
    "src/engine/wasm_fast.c|src/engine/wasm_fast_small.c"
    "src/engine/wasm_form.c|src/engine/wasm_form_small.c"
)

set(SEIGR_ROOMS BASE SENARY CRYPTO CAPSULE TRUST STORE ENGINE NET BOOT RUNTIME
                COMPACT POSIX)
