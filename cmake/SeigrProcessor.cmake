# SPDX-License-Identifier: MIT
# Sources by what the compiler builds for. Every list holds the portable file;
# here another takes its place. The verify profile keeps the portable ones:
# what it asks of a system is counted.
include(CheckCSourceCompiles)

# seigr_check_processor(<condition> <result>): whether it holds of the macros
# that the compiler defines.
function(seigr_check_processor condition result)
    check_c_source_compiles("
        #if !(${condition})
        #error another processor
        #endif
        int main(void) { return 0; }" ${result})
endfunction()

if(NOT SEIGR_PROFILE STREQUAL verify)
    seigr_check_processor("defined(__x86_64__)" SEIGR_HAS_X86_64)
    seigr_check_processor("defined(__ARM_NEON) && !defined(__ARM_BIG_ENDIAN)"
                          SEIGR_HAS_NEON)
endif()
if(SEIGR_HAS_X86_64) # chosen among at run time
    list(REMOVE_ITEM SEIGR_SENARY_VERIFY src/senary/text_path_scalar.c)
    list(APPEND SEIGR_SENARY_VERIFY ${SEIGR_SENARY_PATH_X86_64})
    set_source_files_properties(src/senary/text_avx2.c PROPERTIES
        COMPILE_OPTIONS -mavx2)
    set_source_files_properties(src/senary/text_avx512.c PROPERTIES
        COMPILE_OPTIONS
        "-mavx2;-mavx512f;-mavx512bw;-mavx512ifma;-mavx512vbmi")
endif()
if(SEIGR_HAS_NEON) # every processor that the build is for has it
    list(REMOVE_ITEM SEIGR_SENARY_VERIFY src/senary/text_path_scalar.c)
    list(APPEND SEIGR_SENARY_VERIFY ${SEIGR_SENARY_PATH_NEON})
endif()
