# SPDX-License-Identifier: MIT
# Raspberry Pi 3 and later, 64-bit.
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(SEIGR_MACHINE arm64)
set(SEIGR_TRIPLET aarch64-linux-gnu)
set(SEIGR_EMULATOR qemu-aarch64)
include(${CMAKE_CURRENT_LIST_DIR}/linux.cmake)
