/* SPDX-License-Identifier: MIT */
/*
 * wasm_table.c - the table of function references, and links between
 * instances.
 *
 * A table's references are numbers of functions of the instance that owns
 * it. An instance that writes its own functions into a table of another's
 * gets an entry in the table's list of foreign ones.
 *
 * Invariant:
 *   (1) a reference is 0, or 1 + an index of the owner's functions, or
 *       WASM_REF_FOREIGN + an index of foreign.
 */
#include "wasm_instance.h"

#include "base/alloc.h"    /* through seigr__wasm_grow */
#include "wasm_validate.h" /* seigr__wasm_grow */

#include <assert.h> /* assert */

void seigr__wasm_resolve_function(seigr_instance **instance, uint32_t *function)
{
    if (*function < (*instance)->module->function_imports) {
        const wasm_linked *linked = &(*instance)->linked[*function];

        if (linked->host == NULL) {
            *instance = linked->instance;
            *function = linked->function;
        }
    }
}

uint64_t *seigr__wasm_global_cell(seigr_instance *instance, uint32_t index)
{
    while (index < instance->module->global_imports &&
           instance->global_from[index] != NULL) {
        const uint32_t there = instance->global_index[index];

        instance = instance->global_from[index];
        index = there;
    }
    return &instance->globals[index];
}

uint32_t seigr__wasm_table_get(const wasm_table *table, uint32_t element,
                               seigr_instance **instance, uint32_t *function)
{
    uint32_t ref;

    if (element >= table->count)
        return SEIGR_TRAP_UNDEFINED_ELEMENT;
    ref = table->refs[element];
    if (ref == 0)
        return SEIGR_TRAP_NULL_ELEMENT;
    if (ref < WASM_REF_FOREIGN) {
        *instance = table->owner;
        *function = ref - 1;
    } else {
        assert(ref - WASM_REF_FOREIGN < table->foreign_count); /* (1) */
        *instance = table->foreign[ref - WASM_REF_FOREIGN].instance;
        *function = table->foreign[ref - WASM_REF_FOREIGN].function;
    }
    seigr__wasm_resolve_function(instance, function);
    return 0;
}

/* The reference by which a table names a function of an instance, or 0: no
 * memory. */
static uint32_t table_ref(wasm_table *table, seigr_instance *instance,
                          uint32_t function)
{
    void *foreign = table->foreign;

    if (table->owner == instance)
        return function + 1;
    for (uint32_t i = 0; i < table->foreign_count; i++)
        if (table->foreign[i].instance == instance &&
            table->foreign[i].function == function)
            return WASM_REF_FOREIGN + i;
    if (seigr__wasm_grow(table->owner->context, &foreign, &table->foreign_room,
                         table->foreign_count, table->foreign_count + 1,
                         sizeof(*table->foreign)) < 0)
        return 0;
    table->foreign = foreign;
    table->foreign[table->foreign_count] = (wasm_foreign){instance, function};
    return WASM_REF_FOREIGN + table->foreign_count++;
}

uint32_t seigr__wasm_table_init(seigr_instance *instance, uint32_t segment,
                                uint32_t to, uint32_t from, uint32_t count)
{
    const wasm_element *element = &instance->module->elements[segment];
    const uint32_t len =
        instance->dropped_elements[segment] ? 0 : element->count;
    wasm_table *table = instance->table;

    if ((uint64_t)to + count > table->count || (uint64_t)from + count > len)
        return SEIGR_TRAP_TABLE;
    for (uint32_t i = 0; i < count; i++) {
        const uint32_t function = element->items[from + i];
        uint32_t ref = 0;

        if (function != WASM_ABSENT) {
            ref = table_ref(table, instance, function);
            if (ref == 0)
                return WASM_TABLE_NOMEM;
        }
        table->refs[to + i] = ref;
    }
    return 0;
}

uint32_t seigr__wasm_table_copy(wasm_table *table, uint32_t to, uint32_t from,
                                uint32_t count)
{
    if ((uint64_t)to + count > table->count ||
        (uint64_t)from + count > table->count)
        return SEIGR_TRAP_TABLE;
    if (count != 0)
        memmove(table->refs + to, table->refs + from,
                count * sizeof(*table->refs));
    return 0;
}
