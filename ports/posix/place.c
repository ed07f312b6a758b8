/* SPDX-License-Identifier: MIT */
/*
 * place.c - the identity of a file and of the machine it is on.
 *
 * Inode numbers are used again: a file that replaces another may get the
 * number of one deleted a moment ago, and so may a backup put back. The time
 * of a file's birth is not used again and no tool can set it.
 */
#define _GNU_SOURCE /* statx */

#include "place.h" /* struct seigr__place */

#include "seigr/crypto.h" /* seigr_sha256 */

#include <assert.h>      /* assert */
#include <fcntl.h>       /* open, AT_EMPTY_PATH */
#include <stdio.h>       /* snprintf */
#include <string.h>      /* memcpy, strnlen */
#include <sys/stat.h>    /* fstat, statx */
#include <sys/utsname.h> /* uname */
#include <unistd.h>      /* read, close */

#define PLACE_ID_MAX 256u

static uint64_t place_born_ns(int fd)
{
    assert(fd >= 0);
#ifdef STATX_BTIME
    struct statx st;

    if (statx(fd, "", AT_EMPTY_PATH, STATX_BTIME, &st) == 0 &&
        (st.stx_mask & STATX_BTIME) && st.stx_btime.tv_sec > 0)
        return (uint64_t)st.stx_btime.tv_sec * 1000000000 +
               st.stx_btime.tv_nsec;
#endif
    (void)fd;
    return 0;
}

/* What tells this machine from others: its id, else its name. */
static size_t place_machine(const char *machine_id, char out[PLACE_ID_MAX])
{
    struct utsname name;
    int fd = open(machine_id, O_RDONLY | O_CLOEXEC);
    ssize_t len = -1;

    assert(machine_id != NULL);
    if (fd >= 0) {
        len = read(fd, out, PLACE_ID_MAX);
        (void)close(fd);
    }
    if (len > 0)
        return (size_t)len;
    if (uname(&name) != 0)
        return 0;
    len = snprintf(out, PLACE_ID_MAX, "%s", name.nodename);
    return len < 0 ? 0 : strnlen(out, PLACE_ID_MAX);
}

int seigr__place_of(const seigr_context *context, const char *machine_id,
                    int fd, struct seigr__place *out)
{
    assert(out != NULL);
    /* Of a domain of its own: the id itself is not for others to see. */
    static const char domain[] = "seigr-machine/1";
    char text[sizeof(domain) + PLACE_ID_MAX];
    size_t len = sizeof(domain) - 1;
    struct stat st;

    if (fstat(fd, &st) != 0)
        return -1;
    memcpy(text, domain, len);
    len += place_machine(machine_id, text + len);
    seigr_sha256(context, (seigr_span){(const uint8_t *)text, len},
                 &out->machine);
    out->device = (uint64_t)st.st_dev;
    out->inode = (uint64_t)st.st_ino;
    out->born_ns = place_born_ns(fd);
    return 0;
}
