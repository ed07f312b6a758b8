# SPDX-License-Identifier: MIT
# Compiler flags for everything that is ours.
add_library(seigr_flags INTERFACE)
target_compile_options(seigr_flags INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wcast-qual
    -Wstrict-prototypes -Wmissing-prototypes -Wundef
    $<$<BOOL:${SEIGR_WERROR}>:-Werror>
    # On 32-bit boards uint32_t is unsigned long, of the same 32 bits as what
    # %u takes; the other builds check the formats.
    $<$<BOOL:${SEIGR_BOARD}>:-Wno-format>
    # Guests' and tests' floating point must not depend on the compiler.
    -ffp-contract=off
    -ffile-prefix-map=${PROJECT_SOURCE_DIR}=.)
if(CMAKE_SYSTEM_NAME STREQUAL Linux)
    # Large files, and times past 2038, where a long has 32 bits.
    target_compile_definitions(seigr_flags INTERFACE _FILE_OFFSET_BITS=64
                                                     _TIME_BITS=64)
endif()

if(SEIGR_SANITIZE)
    add_compile_options(-fsanitize=${SEIGR_SANITIZE} -fno-omit-frame-pointer
                        -fno-sanitize-recover=all)
    add_link_options(-fsanitize=${SEIGR_SANITIZE})
endif()
if(SEIGR_COVERAGE)
    add_compile_options(--coverage)
    add_link_options(--coverage)
endif()
if(SEIGR_FUZZ)
    # Coverage for the library, the engine's main only for the targets.
    add_compile_options(-fsanitize=fuzzer-no-link)
endif()
