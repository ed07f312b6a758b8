/* SPDX-License-Identifier: MIT */
/*
 * tool_isolate_linux.c - seccomp and Landlock.
 *
 * Landlock takes the file system away, seccomp everything else. Landlock has
 * no wrapper in the C library; a kernel without it is named, and seccomp
 * alone refuses to open files as well.
 */
#define _GNU_SOURCE /* syscall */

#include "tool_isolate.h" /* tool_isolate */

#include <errno.h>        /* EDOM */
#include <seccomp.h>      /* scmp_filter_ctx */
#include <sys/mman.h>     /* PROT_EXEC */
#include <sys/prctl.h>    /* prctl */
#include <sys/resource.h> /* setrlimit */
#include <sys/syscall.h>  /* SYS_* */
#include <unistd.h>       /* syscall */

#define ISOLATE_LANDLOCK_CREATE 444
#define ISOLATE_LANDLOCK_RESTRICT 446
#define ISOLATE_LANDLOCK_FS 0x1fffu /* every right of its first version */

/* Returns 0; -1 where the kernel does not have it. */
static int isolate_landlock(void)
{
    const uint64_t handled = ISOLATE_LANDLOCK_FS;
    const long ruleset =
        syscall(ISOLATE_LANDLOCK_CREATE, &handled, sizeof(handled), 0);
    long err;

    if (ruleset < 0)
        return -1;
    err = syscall(ISOLATE_LANDLOCK_RESTRICT, ruleset, 0);
    (void)close((int)ruleset);
    return err == 0 ? 0 : -1;
}

/* What a run needs: memory, what is open already, the time, and to end. */
static const int isolate_calls[] = {
    SCMP_SYS(read),
    SCMP_SYS(pread64),
    SCMP_SYS(write),
    SCMP_SYS(writev),
    SCMP_SYS(lseek),
    SCMP_SYS(_llseek),
    SCMP_SYS(fstat),
    SCMP_SYS(newfstatat),
    SCMP_SYS(munmap),
    SCMP_SYS(mremap),
    SCMP_SYS(brk),
    SCMP_SYS(madvise),
    SCMP_SYS(futex),
    SCMP_SYS(clock_gettime),
    SCMP_SYS(getrandom),
    SCMP_SYS(exit),
    SCMP_SYS(exit_group),
    SCMP_SYS(rt_sigreturn),
    SCMP_SYS(rt_sigprocmask),
    SCMP_SYS(restart_syscall),
    SCMP_SYS(getpid),
    SCMP_SYS(gettid),
    SCMP_SYS(tgkill),
};

static int isolate_seccomp(void)
{
    const size_t count = sizeof(isolate_calls) / sizeof(isolate_calls[0]);
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_KILL_PROCESS);
    int err = filter == NULL ? -1 : 0;

    for (size_t i = 0; err == 0 && i < count; i++) {
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, isolate_calls[i], 0);
        if (err == -EDOM) /* this machine has no such call */
            err = 0;
    }
    if (err == 0)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (err == 0)
        err = seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1,
                               SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0));
    if (err == 0)
        err = seccomp_load(filter);
    if (filter != NULL)
        seccomp_release(filter);
    return err;
}

int tool_isolate(struct tool *tool)
{
    const struct rlimit none = {0, 0};

    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
        prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
        setrlimit(RLIMIT_CORE, &none) != 0 ||
        setrlimit(RLIMIT_NPROC, &none) != 0)
        return tool_fail(tool, TOOL_EXIT_FAILURE,
                         "the system lets no process be isolated");
    if (isolate_landlock() != 0)
        tool_note(tool, "the kernel has no Landlock: isolated by seccomp "
                        "alone");
    if (isolate_seccomp() == 0)
        return TOOL_EXIT_FINE;
    return tool_fail(tool, TOOL_EXIT_FAILURE,
                     "the kernel takes no seccomp filter");
}
