# SPDX-License-Identifier: MIT
# Arm Cortex-M33, secure state, newlib-nano; QEMU's MPS2 with AN505.
set(SEIGR_BOARD cortex-m33)
set(SEIGR_BOARD_GCC arm-none-eabi-)
set(SEIGR_BOARD_FLAGS
    "-mcpu=cortex-m33+nodsp -mthumb -mfloat-abi=soft --specs=nano.specs")
set(SEIGR_BOARD_LINK "")
set(SEIGR_BOARD_FAMILY cortex-m)
set(SEIGR_BOARD_SCRIPT mps2-an505.ld)
set(SEIGR_BOARD_QEMU qemu-system-arm -M mps2-an505)
include(${CMAKE_CURRENT_LIST_DIR}/bare.cmake)
