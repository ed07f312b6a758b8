# SPDX-License-Identifier: MIT
# RISC-V, 64-bit, with the extensions that distributions require.
set(CMAKE_SYSTEM_PROCESSOR riscv64)
set(SEIGR_MACHINE riscv64)
set(SEIGR_TRIPLET riscv64-linux-gnu)
set(SEIGR_EMULATOR qemu-riscv64)
include(${CMAKE_CURRENT_LIST_DIR}/linux.cmake)
