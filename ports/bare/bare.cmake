# SPDX-License-Identifier: MIT
# What the toolchain files of this folder share: a board without an operating
# system, its dependencies built by ports/deps.sh with the same flags, and
# QEMU to run what is built, so that ctest runs as on the host. A file sets
#     SEIGR_BOARD          its name
#     SEIGR_BOARD_GCC      the compiler, without "gcc"
#     SEIGR_BOARD_FLAGS    for the processor and the C library, a string
#     SEIGR_BOARD_LINK     more of them, for linking
#     SEIGR_BOARD_FAMILY   the folder of its start-up code
#     SEIGR_BOARD_SCRIPT   its linker script, in that folder
#     SEIGR_BOARD_QEMU     emulator and machine, a list
# and includes this one. ports/deps.sh reads the same file.
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR ${SEIGR_BOARD_FAMILY})
set(CMAKE_C_COMPILER ${SEIGR_BOARD_GCC}gcc)
set(CMAKE_AR ${SEIGR_BOARD_GCC}gcc-ar)
set(CMAKE_RANLIB ${SEIGR_BOARD_GCC}gcc-ranlib)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_BUILD_TYPE MinSizeRel CACHE STRING "")
set(SEIGR_SMALL ON CACHE BOOL "")
set(CMAKE_EXECUTABLE_SUFFIX_C .elf)
set(CMAKE_C_FLAGS_INIT
    "${SEIGR_BOARD_FLAGS} -ffunction-sections -fdata-sections")
# Position-independent code needs a table that no loader fills here.
string(APPEND CMAKE_C_FLAGS_INIT " -fno-pic")
set(CMAKE_ASM_FLAGS_INIT "${SEIGR_BOARD_FLAGS}")

get_filename_component(seigr_bare ${CMAKE_CURRENT_LIST_DIR} ABSOLUTE)
set(SEIGR_BOARD_DIR ${seigr_bare}/${SEIGR_BOARD_FAMILY})
set(CMAKE_EXE_LINKER_FLAGS_INIT "${SEIGR_BOARD_LINK} -nostartfiles \
-Wl,--gc-sections -L${seigr_bare} -T${SEIGR_BOARD_DIR}/${SEIGR_BOARD_SCRIPT}")

if(DEFINED ENV{SEIGR_PORTS})
    set(seigr_ports $ENV{SEIGR_PORTS})
else()
    get_filename_component(seigr_ports ${seigr_bare}/../../build/ports ABSOLUTE)
endif()
set(SEIGR_BOARD_DEPS ${seigr_ports}/deps/${SEIGR_BOARD})
set(CMAKE_FIND_ROOT_PATH ${SEIGR_BOARD_DEPS})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_DIR} "")
set(ENV{PKG_CONFIG_LIBDIR} ${SEIGR_BOARD_DEPS}/lib/pkgconfig)
set(ENV{PKG_CONFIG_SYSROOT_DIR} "")

# One instruction takes 64 ns of the board's time, which is more than one
# tick of every timer used: counts are exact (board.h).
set(CMAKE_CROSSCOMPILING_EMULATOR ${SEIGR_BOARD_QEMU} -nographic
    -monitor none -serial none
    -semihosting-config enable=on,target=native -icount shift=6 -kernel)
