# SPDX-License-Identifier: MIT
# What "cmake --install" puts where, and the .deb packages that "cpack" makes:
# libseigr0 (component lib), libseigr-dev (dev), seigr-tools (tools) and
# seigr-bench (bench).
include(CMakePackageConfigHelpers)

set(package_dir ${CMAKE_INSTALL_LIBDIR}/cmake/seigr)
install(DIRECTORY ${PROJECT_SOURCE_DIR}/include/seigr
        DESTINATION ${CMAKE_INSTALL_INCLUDEDIR} COMPONENT dev
        FILES_MATCHING PATTERN "*.h")

# Each library is an export of its own, so that a project which links the
# shared one need not have what the static one asks for.
install(TARGETS seigr_core EXPORT seigr-core
        ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
install(EXPORT seigr-core NAMESPACE seigr:: DESTINATION ${package_dir}
        COMPONENT dev)
if(TARGET seigr_uv)
    install(TARGETS seigr_uv EXPORT seigr-uv
            ARCHIVE DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT dev)
    install(EXPORT seigr-uv NAMESPACE seigr:: DESTINATION ${package_dir}
            COMPONENT dev)
endif()
if(TARGET seigr)
    install(TARGETS seigr EXPORT seigr-seigr
            LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR} COMPONENT lib
                    NAMELINK_COMPONENT dev)
    install(EXPORT seigr-seigr NAMESPACE seigr:: DESTINATION ${package_dir}
            COMPONENT dev)
endif()

configure_package_config_file(
    ${PROJECT_SOURCE_DIR}/cmake/seigr-config.cmake.in
    ${PROJECT_BINARY_DIR}/seigr-config.cmake
    INSTALL_DESTINATION ${package_dir})
write_basic_package_version_file(
    ${PROJECT_BINARY_DIR}/seigr-config-version.cmake
    COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/seigr-config.cmake
              ${PROJECT_BINARY_DIR}/seigr-config-version.cmake
        DESTINATION ${package_dir} COMPONENT dev)

# The .pc file finds its prefix from where it lies, so a tree can be moved.
set(pc_dir ${CMAKE_INSTALL_LIBDIR}/pkgconfig)
file(RELATIVE_PATH pc_prefix /p/${pc_dir} /p)
string(REGEX REPLACE "/$" "" pc_prefix ${pc_prefix})
list(JOIN seigr_requires " " pc_requires)
configure_file(${PROJECT_SOURCE_DIR}/cmake/seigr.pc.in
               ${PROJECT_BINARY_DIR}/seigr.pc @ONLY)
install(FILES ${PROJECT_BINARY_DIR}/seigr.pc DESTINATION ${pc_dir}
        COMPONENT dev)

# Debian reads a package's licence from the folder of its name.
set(components lib:libseigr0 dev:libseigr-dev tools:seigr-tools)
if(SEIGR_BENCH)
    list(APPEND components bench:seigr-bench)
endif()
set(CPACK_COMPONENTS_ALL "")
foreach(component IN LISTS components)
    string(REPLACE ":" ";" component ${component})
    list(GET component 1 package)
    list(GET component 0 component)
    install(FILES ${PROJECT_SOURCE_DIR}/LICENSE RENAME copyright
            DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/${package}
            COMPONENT ${component})
    list(APPEND CPACK_COMPONENTS_ALL ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME seigr)
set(CPACK_PACKAGE_VENDOR "The libseigr authors")
set(CPACK_DEBIAN_PACKAGE_MAINTAINER "The libseigr authors")
set(CPACK_PACKAGE_DIRECTORY ${PROJECT_BINARY_DIR}/packages)
set(CPACK_RESOURCE_FILE_LICENSE ${PROJECT_SOURCE_DIR}/LICENSE)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_DEBIAN_ENABLE_COMPONENT_DEPENDS ON)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS_PRIVATE_DIRS ${PROJECT_BINARY_DIR})
set(CPACK_DEBIAN_PACKAGE_GENERATE_SHLIBS ON)
set(CPACK_COMPONENT_LIB_DESCRIPTION "${PROJECT_DESCRIPTION}: shared library")
set(CPACK_DEBIAN_LIB_PACKAGE_NAME libseigr0)
set(CPACK_DEBIAN_LIB_PACKAGE_SECTION libs)
set(CPACK_COMPONENT_DEV_DESCRIPTION
    "${PROJECT_DESCRIPTION}: headers, static library, CMake and pkg-config")
set(CPACK_COMPONENT_DEV_DEPENDS lib)
set(CPACK_DEBIAN_DEV_PACKAGE_NAME libseigr-dev)
set(CPACK_DEBIAN_DEV_PACKAGE_SECTION libdevel)
set(CPACK_DEBIAN_DEV_PACKAGE_DEPENDS 
    "libsodium-dev, libcbor-dev, liblmdb-dev")
if(TARGET PkgConfig::CRYPTO)
    string(APPEND CPACK_DEBIAN_DEV_PACKAGE_DEPENDS ", libssl-dev")
endif()
set(CPACK_COMPONENT_TOOLS_DESCRIPTION "${PROJECT_DESCRIPTION}: the command")
set(CPACK_COMPONENT_TOOLS_DEPENDS lib)
set(CPACK_DEBIAN_TOOLS_PACKAGE_NAME seigr-tools)
set(CPACK_DEBIAN_TOOLS_PACKAGE_SECTION utils)
set(CPACK_COMPONENT_BENCH_DESCRIPTION
    "${PROJECT_DESCRIPTION}: what \"seigr bench\" runs")
set(CPACK_COMPONENT_BENCH_DEPENDS tools)
set(CPACK_DEBIAN_BENCH_PACKAGE_NAME seigr-bench)
set(CPACK_DEBIAN_BENCH_PACKAGE_SECTION utils)
if(EXISTS "${CMAKE_SYSROOT}/.owners") # ports/sysroot.sh: no dpkg knows of it
    set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS OFF)
    set(CPACK_DEBIAN_PACKAGE_ARCHITECTURE ${SEIGR_MACHINE})
    file(STRINGS ${CMAKE_SYSROOT}/.owners owners)
    set(depends "")
    foreach(library IN ITEMS libc libsodium libcbor liblmdb libcrypto
                             libjansson)
        set(owner ${owners})
        list(FILTER owner INCLUDE REGEX "^${library}[.]so[.][0-9.]+ ")
        list(TRANSFORM owner REPLACE ".* " "")
        list(REMOVE_DUPLICATES owner)
        list(APPEND depends ${owner})
    endforeach()
    list(JOIN depends ", " depends)
    set(CPACK_DEBIAN_LIB_PACKAGE_DEPENDS ${depends})
    set(CPACK_DEBIAN_TOOLS_PACKAGE_DEPENDS ${depends})
endif()
include(CPack)
