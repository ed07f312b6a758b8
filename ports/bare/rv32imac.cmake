# SPDX-License-Identifier: MIT
# RISC-V rv32imac, picolibc; runs on QEMU's virt machine in machine mode.
set(SEIGR_BOARD rv32imac)
set(SEIGR_BOARD_GCC riscv64-unknown-elf-)
set(SEIGR_BOARD_FLAGS
    "-march=rv32imac -mabi=ilp32 -mcmodel=medany --specs=picolibc.specs")
set(SEIGR_BOARD_LINK "")
set(SEIGR_BOARD_FAMILY riscv)
set(SEIGR_BOARD_SCRIPT virt.ld)
set(SEIGR_BOARD_QEMU qemu-system-riscv32 -M virt -bios none)
include(${CMAKE_CURRENT_LIST_DIR}/bare.cmake)
