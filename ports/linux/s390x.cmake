# SPDX-License-Identifier: MIT
# IBM Z: the big-endian witness.
set(CMAKE_SYSTEM_PROCESSOR s390x)
set(SEIGR_MACHINE s390x)
set(SEIGR_TRIPLET s390x-linux-gnu)
set(SEIGR_EMULATOR qemu-s390x)
include(${CMAKE_CURRENT_LIST_DIR}/linux.cmake)
