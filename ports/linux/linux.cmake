# SPDX-License-Identifier: MIT
# What the toolchain files of this folder share: a Debian sysroot made by
# ports/sysroot.sh, Debian's cross compiler, and QEMU to run what is built,
# so that ctest runs as on the host. A file sets
#     SEIGR_MACHINE    Debian's name of the architecture
#     SEIGR_TRIPLET    the compiler's name of it
#     SEIGR_EMULATOR   the user-mode emulator
# and includes this one.
set(CMAKE_SYSTEM_NAME Linux)
set(CMAKE_C_COMPILER ${SEIGR_TRIPLET}-gcc)
set(CMAKE_LIBRARY_ARCHITECTURE ${SEIGR_TRIPLET})

if(DEFINED ENV{SEIGR_PORTS})
    set(seigr_ports $ENV{SEIGR_PORTS})
else()
    get_filename_component(seigr_ports
        ${CMAKE_CURRENT_LIST_DIR}/../../build/ports ABSOLUTE)
endif()
set(CMAKE_SYSROOT ${seigr_ports}/sysroot/${SEIGR_MACHINE})
if(NOT EXISTS ${CMAKE_SYSROOT}/.made)
    message(FATAL_ERROR "There is no sysroot for ${SEIGR_MACHINE} yet: run "
                        "ports/sysroot.sh ${SEIGR_MACHINE}")
endif()

# Programs come from the host, everything else from the sysroot.
set(CMAKE_FIND_ROOT_PATH ${CMAKE_SYSROOT})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_DIR} "")
set(ENV{PKG_CONFIG_LIBDIR}
    ${CMAKE_SYSROOT}/usr/lib/${SEIGR_TRIPLET}/pkgconfig)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${CMAKE_SYSROOT})

set(CMAKE_CROSSCOMPILING_EMULATOR ${SEIGR_EMULATOR} -L ${CMAKE_SYSROOT})
