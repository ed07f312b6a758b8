# SPDX-License-Identifier: MIT
# Arm Cortex-M3, newlib-nano; runs on QEMU's MPS2 with image AN385.
set(SEIGR_BOARD cortex-m3)
set(SEIGR_BOARD_GCC arm-none-eabi-)
set(SEIGR_BOARD_FLAGS
    "-mcpu=cortex-m3 -mthumb -mfloat-abi=soft --specs=nano.specs")
set(SEIGR_BOARD_LINK "")
set(SEIGR_BOARD_FAMILY cortex-m)
set(SEIGR_BOARD_SCRIPT mps2-an385.ld)
set(SEIGR_BOARD_QEMU qemu-system-arm -M mps2-an385)
include(${CMAKE_CURRENT_LIST_DIR}/bare.cmake)
