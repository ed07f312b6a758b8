/* SPDX-License-Identifier: MIT */
/*
 * output.h - what the home folder needs of an output beyond its public face.
 */
#ifndef SEIGR_PORTS_POSIX_OUTPUT_H
#define SEIGR_PORTS_POSIX_OUTPUT_H

#include "files.h"           /* struct seigr__files */
#include "seigr/sys/posix.h" /* seigr_output */

/* seigr_output_open() by other system calls, borrowed until close. */
int seigr__output_open(const struct seigr__files *files,
                       const seigr_context *context, const char *path,
                       uint32_t flags, seigr_output **out, seigr_error *error);

/* The descriptor of the file being made; it keeps its inode at commit. */
int seigr__output_descriptor(const seigr_output *output);

#endif
