# SPDX-License-Identifier: MIT
# Raspberry Pi 2 and later, 32-bit: ARMv7, so not a Pi 1 or Zero.
set(CMAKE_SYSTEM_PROCESSOR armv7l)
set(SEIGR_MACHINE armhf)
set(SEIGR_TRIPLET arm-linux-gnueabihf)
set(SEIGR_EMULATOR qemu-arm)
set(CMAKE_C_FLAGS_INIT -mfpu=neon-vfpv4) # which each of them has
include(${CMAKE_CURRENT_LIST_DIR}/linux.cmake)
