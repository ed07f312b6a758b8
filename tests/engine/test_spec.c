/* SPDX-License-Identifier: MIT */
/*
 * The WebAssembly core specification's tests, as wast2json writes them.
 *
 * Everything runs three times: with all fuel at once, in slices of a few
 * instructions, and in single ones, so that both ways of running and every
 * hand-over between them meet every assertion. Fuel used has to agree.
 */
#include "machine.h"

#include <dirent.h>
#include <stdio.h>
#include <string.h>

#define SPEC_INSTANCES_MAX 512u

struct spec_name {
    char name[64];
    seigr_instance *instance;
};

/* One file being run. */
struct spec {
    const char *file;
    uint64_t slice;
    seigr_module *modules[SPEC_INSTANCES_MAX];
    seigr_instance *instances[SPEC_INSTANCES_MAX];
    size_t count;
    seigr_instance *current;
    struct spec_name names[64];
    size_t name_count;
    uint64_t fuel; /* of all calls */
    size_t done[8];
};

enum { RETURNED, TRAPPED, EXHAUSTED, INVALID, MALFORMED, UNLINKED, UNMADE };

static void spec_name(struct spec *s, const char *name,
                      seigr_instance *instance)
{
    assert_true(s->name_count < 64 && strlen(name) < 64);
    strcpy(s->names[s->name_count].name, name);
    s->names[s->name_count++].instance = instance;
}

static seigr_instance *spec_find(const struct spec *s, const char *name,
                                 size_t len)
{
    for (size_t i = s->name_count; i > 0; i--)
        if (strlen(s->names[i - 1].name) == len &&
            memcmp(s->names[i - 1].name, name, len) == 0)
            return s->names[i - 1].instance;
    return NULL;
}

static int spec_load(struct spec *s, const char *name, seigr_module **out,
                     seigr_error *error)
{
    char path[512];

    snprintf(path, sizeof(path), "wasm-spec/%s/%s", s->file, name);
    return seigr_module_new(machine_context(), machine_vector(path), NULL, out,
                            error);
}

/* Make an instance, its imports found by name; it lives to the file's end,
 * also if its start traps: others may have been given what it has. */
static int spec_instance(struct spec *s, seigr_module *module,
                         seigr_instance **out, seigr_error *error)
{
    static seigr_extern imports[256];
    seigr_module_entry entry;
    uint32_t count = 0;
    int err;

    assert_true(s->count < SPEC_INSTANCES_MAX);
    s->modules[s->count] = module;
    s->instances[s->count++] = NULL;
    memset(imports, 0, sizeof(imports));
    while (seigr_module_import(module, count, &entry)) {
        seigr_instance *from =
            spec_find(s, (const char *)entry.module.ptr, entry.module.len);

        if (from != NULL)
            (void)seigr_instance_export(from, entry.name, &imports[count],
                                        error);
        count++;
    }
    err = seigr_instance_new(machine_context(), module, NULL, imports, count,
                             out, error);
    if (err == 0)
        s->instances[s->count - 1] = *out;
    return err;
}

static seigr_instance *spec_module(struct spec *s, const char *name)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_module *module = NULL;
    seigr_instance *instance = NULL;
    seigr_outcome outcome;

    if (spec_load(s, name, &module, &error) != 0 ||
        spec_instance(s, module, &instance, &error) != 0)
        fail_msg("%s %s: %s (offset %llu)", s->file, name, error.text,
                 (unsigned long long)error.offset);
    outcome = machine_run(instance, s->slice);
    if (outcome.status != SEIGR_RUN_DONE)
        fail_msg("%s %s: %s", s->file, name, seigr_trap_text(outcome.trap));
    return instance;
}

static int spec_is_nan(const char *expected, const char *type, uint64_t bits)
{
    const int is_f32 = strcmp(type, "f32") == 0;
    const uint64_t quiet = is_f32 ? 0x7fc00000u : UINT64_C(0x7ff8000000000000);
    const uint64_t sign = is_f32 ? 0x80000000u : UINT64_C(1) << 63;

    if (strcmp(expected, "nan:canonical") == 0)
        return (bits & ~sign) == quiet;
    return (bits & quiet) == quiet;
}

static void spec_check_value(const struct spec *s, int line,
                             const json_t *expected, uint64_t bits)
{
    const char *type = support_string(expected, "type");
    const char *value = support_string(expected, "value");

    if (strncmp(value, "nan:", 4) == 0 ? spec_is_nan(value, type, bits)
                                       : machine_bits(value) == bits)
        return;
    fail_msg("%s:%d: %s %s expected, %llu found", s->file, line, type, value,
             (unsigned long long)bits);
}

/* The action of a command; outcome and, if it returned, results. */
static seigr_outcome spec_action(struct spec *s, const json_t *action,
                                 uint64_t *results, int *count)
{
    const json_t *args = json_object_get(action, "args");
    const char *module = json_string_value(json_object_get(action, "module"));
    const json_t *field_json = json_object_get(action, "field");
    const seigr_span field = {(const uint8_t *)json_string_value(field_json),
                              json_string_length(field_json)};
    seigr_instance *instance =
        module == NULL ? s->current : spec_find(s, module, strlen(module));
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_outcome outcome = SEIGR_OUTCOME_INIT;
    uint64_t values[32];
    seigr_extern found;

    if (seigr_instance_export(instance, field, &found, &error) != 0)
        fail_msg("%s: %s", s->file, error.text);
    if (strcmp(support_string(action, "type"), "get") == 0) {
        results[0] = seigr_instance_global(instance, found.index);
        *count = 1;
        return outcome;
    }
    for (size_t i = 0; i < json_array_size(args); i++)
        values[i] =
            machine_bits(support_string(json_array_get(args, i), "value"));
    if (seigr_instance_call(instance, found.index, values,
                            (uint32_t)json_array_size(args), &error) != 0)
        fail_msg("%s: %s", s->file, error.text);
    outcome = machine_run(instance, s->slice);
    s->fuel += outcome.fuel_used;
    if (outcome.status == SEIGR_RUN_DONE)
        *count = seigr_instance_results(instance, results, 32);
    return outcome;
}

static void spec_return(struct spec *s, int line, const json_t *command)
{
    const json_t *expected = json_object_get(command, "expected");
    uint64_t results[32];
    int count = 0;
    const seigr_outcome outcome =
        spec_action(s, json_object_get(command, "action"), results, &count);

    if (outcome.status != SEIGR_RUN_DONE)
        fail_msg("%s:%d: trapped: %s", s->file, line,
                 seigr_trap_text(outcome.trap));
    if (strcmp(support_string(command, "type"), "action") == 0)
        return;
    assert_int_equal(count, json_array_size(expected));
    for (int i = 0; i < count; i++)
        spec_check_value(s, line, json_array_get(expected, (size_t)i),
                         results[i]);
    s->done[RETURNED]++;
}

static void spec_trap(struct spec *s, int line, const json_t *command, int kind)
{
    const char *text = support_string(command, "text");
    uint64_t results[32];
    int count;
    const seigr_outcome outcome =
        spec_action(s, json_object_get(command, "action"), results, &count);
    const char *trap = seigr_trap_text(outcome.trap);

    if (outcome.status != SEIGR_RUN_TRAPPED)
        fail_msg("%s:%d: no trap, %s expected", s->file, line, text);
    if (strncmp(text, trap, strlen(trap)) != 0 &&
        strncmp(text, trap, strlen(text)) != 0)
        fail_msg("%s:%d: %s expected, %s found", s->file, line, text, trap);
    s->done[kind]++;
}

/* A refused module: before anything of it runs. */
static void spec_refused(struct spec *s, int line, const char *name, int kind)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_module *module = NULL;
    int err = spec_load(s, name, &module, &error);

    if (err == 0)
        fail_msg("%s:%d: %s is not refused", s->file, line, name);
    assert_int_equal(err, error.code);
    assert_true(err == SEIGR_E_FORMAT || err == SEIGR_E_TRUNCATED ||
                err == SEIGR_E_UNSUPPORTED || err == SEIGR_E_LIMIT);
    assert_true(error.offset != SEIGR_NO_OFFSET && error.text[0] != '\0');
    s->done[kind]++;
}

static void spec_unmade(struct spec *s, int line, const char *name, int kind)
{
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_module *module = NULL;
    seigr_instance *instance = NULL;
    int err;

    assert_ok(spec_load(s, name, &module, &error));
    err = spec_instance(s, module, &instance, &error);
    if (kind == UNLINKED) {
        if (err != SEIGR_E_NOTFOUND && err != SEIGR_E_MISMATCH)
            fail_msg("%s:%d: %s is linked", s->file, line, name);
    } else {
        assert_ok(err);
        if (machine_run(instance, s->slice).status != SEIGR_RUN_TRAPPED)
            fail_msg("%s:%d: %s can be initialised", s->file, line, name);
    }
    s->done[kind]++;
}

static void spec_command(struct spec *s, const json_t *command)
{
    const char *type = support_string(command, "type");
    const int line = (int)json_integer_value(json_object_get(command, "line"));
    const char *name = json_string_value(json_object_get(command, "name"));
    const char *file = json_string_value(json_object_get(command, "filename"));

    if (strcmp(type, "module") == 0) {
        s->current = spec_module(s, file);
        if (name != NULL)
            spec_name(s, name, s->current);
    } else if (strcmp(type, "register") == 0) {
        spec_name(s, support_string(command, "as"),
                  name == NULL ? s->current : spec_find(s, name, strlen(name)));
    } else if (strcmp(type, "assert_return") == 0 ||
               strcmp(type, "action") == 0) {
        spec_return(s, line, command);
    } else if (strcmp(type, "assert_trap") == 0) {
        spec_trap(s, line, command, TRAPPED);
    } else if (strcmp(type, "assert_exhaustion") == 0) {
        spec_trap(s, line, command, EXHAUSTED);
    } else if (strcmp(type, "assert_invalid") == 0) {
        spec_refused(s, line, file, INVALID);
    } else if (strcmp(type, "assert_malformed") == 0) {
        spec_refused(s, line, file, MALFORMED);
    } else if (strcmp(type, "assert_unlinkable") == 0) {
        spec_unmade(s, line, file, UNLINKED);
    } else if (strcmp(type, "assert_uninstantiable") == 0) {
        spec_unmade(s, line, file, UNMADE);
    } else {
        fail_msg("%s:%d: unknown command %s", s->file, line, type);
    }
}

static void spec_file(struct spec *s)
{
    char path[600];
    seigr_error error = SEIGR_ERROR_INIT;
    seigr_instance *spectest = NULL;
    json_t *json;
    const json_t *commands;

    snprintf(path, sizeof(path), "wasm-spec/%s/%s.json", s->file, s->file);
    json = support_vectors(path);
    commands = json_object_get(json, "commands");
    assert_ok(spec_instance(s, machine_module(machine_spectest()), &spectest,
                            &error));
    assert_int_equal(machine_run(spectest, 0).status, SEIGR_RUN_DONE);
    spec_name(s, "spectest", spectest);
    for (size_t i = 0; i < json_array_size(commands); i++)
        spec_command(s, json_array_get(commands, i));
    for (size_t i = s->count; i > 0; i--)
        seigr_instance_free(s->instances[i - 1]);
    for (size_t i = s->count; i > 0; i--)
        seigr_module_free(s->modules[i - 1]);
    json_decref(json);
}

/* Every file of the family with that slice; adds to done and fuel. */
static void spec_family(uint64_t slice, struct spec *sum)
{
    const char *dir = support_vectors_dir();
    char path[4096];
    struct dirent *entry;
    DIR *folder;

    if (dir == NULL) {
        printf("skipped: wasm-spec is not there, set SEIGR_VECTORS\n");
        skip();
        return; /* skip() does not come back */
    }
    snprintf(path, sizeof(path), "%s/wasm-spec", dir);
    folder = opendir(path);
    assert_non_null(folder);
    memset(sum, 0, sizeof(*sum));
    while ((entry = readdir(folder)) != NULL) {
        static struct spec s;

        if (strchr(entry->d_name, '.') != NULL ||
            strcmp(entry->d_name, "extra") == 0)
            continue;
        memset(&s, 0, sizeof(s));
        s.file = entry->d_name;
        s.slice = slice;
        spec_file(&s);
        sum->fuel += s.fuel;
        for (int i = 0; i < 8; i++)
            sum->done[i] += s.done[i];
    }
    closedir(folder);
}

static void spec_count(const struct spec *sum)
{
    support_count("wasm-spec assert_return", sum->done[RETURNED]);
    support_count("wasm-spec assert_trap", sum->done[TRAPPED]);
    support_count("wasm-spec assert_exhaustion", sum->done[EXHAUSTED]);
    support_count("wasm-spec assert_invalid", sum->done[INVALID]);
    support_count("wasm-spec assert_malformed", sum->done[MALFORMED]);
    support_count("wasm-spec assert_unlinkable", sum->done[UNLINKED]);
    support_count("wasm-spec assert_uninstantiable", sum->done[UNMADE]);
}

void test_engine_spec__all_assertions_hold(void **state)
{
    static struct spec sum;

    (void)state;
    spec_family(0, &sum);
    spec_count(&sum);
    assert_true(sum.done[RETURNED] > 0);
}

void test_engine_spec__slices_change_nothing(void **state)
{
    static const uint64_t slices[] = {1, 7};
    static struct spec whole;
    static struct spec sum;

    (void)state;
    spec_family(0, &whole);
    for (size_t i = 0; i < sizeof(slices) / sizeof(slices[0]); i++) {
        spec_family(slices[i], &sum);
        assert_int_equal(sum.fuel, whole.fuel);
        assert_memory_equal(sum.done, whole.done, sizeof(sum.done));
    }
}

void test_engine_spec__padded_table_index(void **state)
{
    seigr_module *module =
        machine_module(machine_vector("wasm-spec/extra/"
                                      "call_indirect-overlong.wasm"));

    (void)state;
    seigr_module_free(module);
}
