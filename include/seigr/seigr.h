/* SPDX-License-Identifier: MIT */
/*
 * seigr.h - the whole public interface. Each room's header stands alone;
 * this one includes them in the order of the flow.
 */
#ifndef SEIGR_SEIGR_H
#define SEIGR_SEIGR_H

#include "seigr/base.h"       /* status codes, spans, context */
#include "seigr/body.h"       /* content of any size */
#include "seigr/bundle.h"     /* capsules in one file */
#include "seigr/capsule.h"    /* decode, verify, seal */
#include "seigr/checkpoint.h" /* the state of a log and an index, signed */
#include "seigr/cose.h"       /* signed messages of other people */
#include "seigr/crypto.h"     /* keys, hashes, Merkle trees */
#include "seigr/engine.h"     /* programs: modules, instances, fuel */
#include "seigr/group.h"      /* tasks side by side, talking */
#include "seigr/index.h"      /* one digest over a set of IDs, proofs */
#include "seigr/journal.h"    /* the execution log, proofs, receipts */
#include "seigr/lineage.h"    /* order, gaps, forks, verdict */
#include "seigr/members.h"    /* who is there */
#include "seigr/net.h"        /* links between peers */
#include "seigr/reconcile.h"  /* what two sets have not in common */
#include "seigr/reputation.h" /* checked results, when to check */
#include "seigr/run.h"        /* tasks run */
#include "seigr/schedule.h"   /* many jobs side by side */
#include "seigr/senary.h"     /* base 6, addresses */
#include "seigr/statement.h"  /* identities, grants, revocations */
#include "seigr/store.h"      /* capsules kept, found, collected */
#include "seigr/task.h"       /* tasks, results, states, disputes */
#include "seigr/trust.h"      /* who may do what, and why */

#endif
