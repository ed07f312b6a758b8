# SPDX-License-Identifier: MIT
# The library from ports/sources.cmake: seigr::seigr (shared where the
# platform has it), seigr::core (static, the rooms of the profile).
find_package(PkgConfig REQUIRED)

set(seigr_tiers VERIFY)
if(NOT SEIGR_PROFILE STREQUAL verify)
    list(APPEND seigr_tiers EDGE)
endif()
if(SEIGR_PROFILE STREQUAL full)
    list(APPEND seigr_tiers FULL)
endif()

# libcrypto is asked for on systems that have it, never on a board.
if(SEIGR_PROFILE STREQUAL full AND NOT SEIGR_LIBCRYPTO STREQUAL OFF)
    set(seigr_libcrypto_required "")
    if(SEIGR_LIBCRYPTO STREQUAL ON)
        set(seigr_libcrypto_required REQUIRED)
    endif()
    pkg_check_modules(CRYPTO ${seigr_libcrypto_required} IMPORTED_TARGET
                      libcrypto)
endif()
if(TARGET PkgConfig::CRYPTO)
    list(APPEND SEIGR_CRYPTO_FULL ${SEIGR_CRYPTO_DEFAULT_LIBCRYPTO})
else()
    list(APPEND SEIGR_CRYPTO_EDGE ${SEIGR_CRYPTO_DEFAULT_SODIUM})
endif()

include(SeigrProcessor)

set(seigr_sources "")
foreach(room IN LISTS SEIGR_ROOMS)
    foreach(tier IN LISTS seigr_tiers)
        list(APPEND seigr_sources ${SEIGR_${room}_${tier}})
    endforeach()
endforeach()
if(SEIGR_SMALL)
    foreach(pair IN LISTS SEIGR_SMALLER)
        string(REPLACE "|" ";" pair ${pair})
        list(GET pair 0 fast)
        list(GET pair 1 small)
        list(TRANSFORM seigr_sources REPLACE "^${fast}$" "${small}")
    endforeach()
endif()
list(TRANSFORM seigr_sources PREPEND ${PROJECT_SOURCE_DIR}/
     REGEX "^(src|ports)/")

if(SEIGR_SANITIZE)
    # One function with a jump from each instruction to each: what sanitizers
    # add to it takes an optimiser minutes. They check the same without.
    set_source_files_properties(${PROJECT_SOURCE_DIR}/src/engine/wasm_fast.c
                                PROPERTIES COMPILE_OPTIONS -O0)
endif()

pkg_check_modules(SODIUM REQUIRED IMPORTED_TARGET libsodium)
set(seigr_libraries PkgConfig::SODIUM)
set(seigr_requires libsodium)
if(NOT SEIGR_PROFILE STREQUAL verify)
    pkg_check_modules(CBOR REQUIRED IMPORTED_TARGET libcbor)
    list(APPEND seigr_libraries PkgConfig::CBOR)
    list(APPEND seigr_requires libcbor)
endif()
if(SEIGR_PROFILE STREQUAL full)
    pkg_check_modules(LMDB REQUIRED IMPORTED_TARGET lmdb)
    list(APPEND seigr_libraries PkgConfig::LMDB)
    list(APPEND seigr_requires lmdb)
endif()
if(TARGET PkgConfig::CRYPTO)
    list(APPEND seigr_libraries PkgConfig::CRYPTO)
    list(APPEND seigr_requires libcrypto)
endif()

function(seigr_configure_library target)
    target_include_directories(${target}
        PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
               $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>
        PRIVATE ${PROJECT_SOURCE_DIR}/src)
    target_compile_definitions(${target} PRIVATE
        SEIGR_VERSION_STRING="${PROJECT_VERSION}")
    if(SEIGR_PROFILE STREQUAL verify)
        # clang turns memcmp() into bcmp(), which a boot loader has not.
        target_compile_options(${target} PRIVATE -fno-builtin-bcmp)
    endif()
    target_link_libraries(${target} PRIVATE $<BUILD_INTERFACE:seigr_flags>
                                            ${seigr_libraries})
endfunction()

# Compiled once, for both libraries.
add_library(seigr_objects OBJECT ${seigr_sources})
seigr_configure_library(seigr_objects)

add_library(seigr_core STATIC $<TARGET_OBJECTS:seigr_objects>)
add_library(seigr::core ALIAS seigr_core)
set_target_properties(seigr_core PROPERTIES OUTPUT_NAME seigr EXPORT_NAME core
                                            LINKER_LANGUAGE C)
seigr_configure_library(seigr_core)

if(SEIGR_SHARED AND SEIGR_PROFILE STREQUAL full)
    add_library(seigr SHARED $<TARGET_OBJECTS:seigr_objects>)
    set_target_properties(seigr PROPERTIES
        LINKER_LANGUAGE C SOVERSION 0 VERSION ${PROJECT_VERSION}
        LINK_DEPENDS ${PROJECT_SOURCE_DIR}/cmake/libseigr.map)
    target_link_options(seigr PRIVATE
        -Wl,--version-script=${PROJECT_SOURCE_DIR}/cmake/libseigr.map)
    if(NOT SEIGR_SANITIZE) # whose own symbols come with the program
        target_link_options(seigr PRIVATE -Wl,--no-undefined)
    endif()
    seigr_configure_library(seigr)
    add_library(seigr::seigr ALIAS seigr)
else()
    add_library(seigr::seigr ALIAS seigr_core)
endif()

# The driver on libuv, from public headers alone, so that it goes with either
# library: seigr::uv, where there is libuv.
if(SEIGR_PROFILE STREQUAL full)
    pkg_check_modules(UV IMPORTED_TARGET libuv)
endif()
if(TARGET PkgConfig::UV)
    list(TRANSFORM SEIGR_UV_FULL PREPEND ${PROJECT_SOURCE_DIR}/
         OUTPUT_VARIABLE seigr_uv_sources)
    add_library(seigr_uv STATIC ${seigr_uv_sources})
    add_library(seigr::uv ALIAS seigr_uv)
    target_compile_definitions(seigr_uv PRIVATE _POSIX_C_SOURCE=200809L)
    set_target_properties(seigr_uv PROPERTIES EXPORT_NAME uv)
    target_include_directories(seigr_uv
        PUBLIC $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/include>
               $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}>)
    target_link_libraries(seigr_uv PUBLIC PkgConfig::UV
                                   PRIVATE $<BUILD_INTERFACE:seigr_flags>)
endif()
