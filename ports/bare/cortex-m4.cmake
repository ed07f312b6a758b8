# SPDX-License-Identifier: MIT
# Arm Cortex-M4 without FPU, newlib-nano; QEMU's MPS2 with image AN386.
set(SEIGR_BOARD cortex-m4)
set(SEIGR_BOARD_GCC arm-none-eabi-)
set(SEIGR_BOARD_FLAGS
    "-mcpu=cortex-m4 -mthumb -mfloat-abi=soft --specs=nano.specs")
set(SEIGR_BOARD_LINK "")
set(SEIGR_BOARD_FAMILY cortex-m)
set(SEIGR_BOARD_SCRIPT mps2-an386.ld)
set(SEIGR_BOARD_QEMU qemu-system-arm -M mps2-an386)
include(${CMAKE_CURRENT_LIST_DIR}/bare.cmake)
