/* SPDX-License-Identifier: MIT */
/*
 * files.c - does with files, streams, clock and randomness what programs do,
 * and prints what it saw.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static void list(const char *path)
{
    DIR *dir = opendir(path);
    struct dirent *e;

    if (dir == NULL) {
        printf("%s: %s\n", path, strerror(errno));
        return;
    }
    printf("%s:", path);
    while ((e = readdir(dir)) != NULL)
        printf(" %s%s", e->d_name, e->d_type == DT_DIR ? "/" : "");
    printf("\n");
    closedir(dir);
}

static void say(const char *what, int result)
{
    printf("%s: %s\n", what, result < 0 ? strerror(errno) : "ok");
}

static void copy(const char *from, const char *to)
{
    FILE *in = fopen(from, "rb");
    FILE *out = fopen(to, "wb");
    char buffer[1000];
    size_t n;
    size_t all = 0;

    if (in == NULL || out == NULL) {
        printf("copy %s %s: %s\n", from, to, strerror(errno));
        return;
    }
    while ((n = fread(buffer, 1, sizeof(buffer), in)) > 0)
        all += fwrite(buffer, 1, n, out);
    say("close", fclose(out));
    fclose(in);
    printf("copied %zu\n", all);
}

static void seek(const char *path)
{
    FILE *f = fopen(path, "w+b");
    struct stat st;
    char text[32] = {0};

    fputs("hello world", f);
    fseek(f, 6, SEEK_SET);
    fputs("WORLD", f);
    fseek(f, -5, SEEK_END);
    printf("read %zu '%s' at %ld\n", fread(text, 1, 5, f), text, ftell(f));
    fclose(f);
    say("append", (f = fopen(path, "a")) == NULL ? -1 : 0);
    fputs("!", f);
    fclose(f);
    say("truncate", truncate(path, 8));
    say("stat", stat(path, &st));
    printf("size %lld, mtime %lld\n", (long long)st.st_size,
           (long long)st.st_mtime);
}

int main(int argc, char **argv)
{
    struct timespec a;
    struct timespec b;
    unsigned char random[16];
    char line[100];
    struct stat st;

    for (int i = 0; i < argc; i++)
        printf("argument '%s'\n", argv[i]);
    printf("MODE is '%s'\n", getenv("MODE") ? getenv("MODE") : "(none)");
    while (fgets(line, sizeof(line), stdin) != NULL)
        printf("stdin: %s", line);
    clock_gettime(CLOCK_REALTIME, &a);
    clock_gettime(CLOCK_MONOTONIC, &b);
    printf("time %lld, later %d\n", (long long)a.tv_sec,
           b.tv_nsec != a.tv_nsec);
    if (getentropy(random, sizeof(random)) != 0)
        printf("no randomness\n");
    for (size_t i = 0; i < sizeof(random); i++)
        printf("%02x", random[i]);
    printf("\n");
    list("/");
    list("data");
    list("nothing");
    list("/output");
    say("mkdir", mkdir("/output/sub", 0777));
    say("mkdir again", mkdir("/output/sub", 0777));
    say("mkdir deep", mkdir("/output/x/y", 0777));
    say("mkdir among inputs", mkdir("data/x", 0777));
    copy("data/large", "/output/sub/copy");
    copy("data/large", "data/copy");
    seek("/output/seek");
    say("stat input", stat("data/large", &st));
    printf("size %lld\n", (long long)st.st_size);
    say("rename", rename("/output/seek", "/output/sub/sought"));
    say("rmdir full", rmdir("/output/sub"));
    copy("/output/sub/sought", "/output/gone");
    say("unlink", unlink("/output/gone"));
    say("unlink again", unlink("/output/gone"));
    say("unlink input", unlink("data/large"));
    say("mkdir", mkdir("/output/empty", 0777));
    say("rmdir", rmdir("/output/empty"));
    say("up", open("/output/../../etc/passwd", O_RDONLY));
    list("/output");
    list("/output/sub");
    fprintf(stderr, "to people\n");
    return 7;
}
