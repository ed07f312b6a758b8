# SPDX-License-Identifier: MIT
# What ports/deps.sh needs of a board's toolchain file, as shell variables:
#     cmake -DBOARD=cortex-m4 -P ports/bare/print.cmake
include(${CMAKE_CURRENT_LIST_DIR}/${BOARD}.cmake)
string(REGEX REPLACE "-$" "" host ${SEIGR_BOARD_GCC})
execute_process(COMMAND ${CMAKE_COMMAND} -E echo
    "board_cc='${CMAKE_C_COMPILER}'
board_ar='${CMAKE_AR}'
board_ranlib='${CMAKE_RANLIB}'
board_host='${host}'
board_flags='${CMAKE_C_FLAGS_INIT}'
board_deps='${SEIGR_BOARD_DEPS}'")
