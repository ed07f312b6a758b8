/* SPDX-License-Identifier: MIT */
/*
 * isolate.c - what a process can still do behind tool_isolate(): each case
 * in a process of its own, which the system must end, or must let end.
 */
#define _GNU_SOURCE /* MAP_ANONYMOUS */

#include "tool_isolate.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

int tool_fail(struct tool *tool, int code, const char *format, ...)
{
    (void)tool;
    fprintf(stderr, "%s\n", format);
    return code;
}

void tool_note(const struct tool *tool, const char *format, ...)
{
    (void)tool;
    fprintf(stderr, "%s\n", format);
}

static void isolate_open(void)
{
    (void)open("/etc/passwd", O_RDONLY);
}

static void isolate_create(void)
{
    (void)open("/tmp/isolate", O_WRONLY | O_CREAT, 0600);
}

static void isolate_socket(void)
{
    (void)socket(AF_INET, SOCK_STREAM, 0);
}

static void isolate_fork(void)
{
    if (fork() == 0)
        _exit(0);
}

static void isolate_exec(void)
{
    char *argv[] = {NULL};

    (void)execv("/bin/true", argv);
}

static void isolate_code(void)
{
    (void)mmap(NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS,
               -1, 0);
}

static void isolate_kill(void)
{
    (void)kill(getppid(), 0);
}

static void isolate_unlink(void)
{
    (void)unlink("/tmp/isolate");
}

static void isolate_memory(void)
{
    void *volatile block = malloc(10000000);

    free(block);
}

static void isolate_write(void)
{
    if (write(STDERR_FILENO, "", 0) != 0)
        abort();
}

static const struct {
    const char *name;
    void (*act)(void);
    int ends_it;
} isolate_cases[] = {
    {"open a file", isolate_open, 1},
    {"make a file", isolate_create, 1},
    {"open a socket", isolate_socket, 1},
    {"begin a process", isolate_fork, 1},
    {"run another program", isolate_exec, 1},
    {"have memory run as code", isolate_code, 1},
    {"send a signal", isolate_kill, 1},
    {"remove a file", isolate_unlink, 1},
    {"have memory", isolate_memory, 0},
    {"write to what is open", isolate_write, 0},
};

/* Returns 1 where the case went as it must. */
static int isolate_case(size_t i)
{
    const pid_t child = fork();
    int status = 0;

    if (child == 0) {
        if (tool_isolate(NULL) != TOOL_EXIT_FINE)
            _exit(1);
        isolate_cases[i].act();
        _exit(0);
    }
    if (child < 0 || waitpid(child, &status, 0) != child)
        return 0;
    return isolate_cases[i].ends_it
               ? WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS
               : WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

int main(void)
{
    int failures = 0;

    for (size_t i = 0; i < sizeof(isolate_cases) / sizeof(isolate_cases[0]);
         i++) {
        if (isolate_case(i))
            continue;
        printf("not as it must be: %s\n", isolate_cases[i].name);
        failures++;
    }
    return failures != 0;
}
