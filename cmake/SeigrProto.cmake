# SPDX-License-Identifier: MIT
# seigr::proto: proto/seigr/v1/ as C, made by protoc-c in the build folder.
# Include it as "seigr/v1/capsule.pb-c.h". For tests, benchmarks and tools.
include_guard(GLOBAL)
pkg_check_modules(PROTOBUF_C REQUIRED IMPORTED_TARGET GLOBAL libprotobuf-c)
find_program(SEIGR_PROTOC_C protoc-c REQUIRED)

set(seigr_proto_dir ${PROJECT_BINARY_DIR}/proto)
set(seigr_proto_sources "")
file(GLOB seigr_proto_files CONFIGURE_DEPENDS
     ${PROJECT_SOURCE_DIR}/proto/seigr/v1/*.proto)
foreach(file IN LISTS seigr_proto_files)
    get_filename_component(name ${file} NAME_WE)
    set(made ${seigr_proto_dir}/seigr/v1/${name}.pb-c)
    add_custom_command(OUTPUT ${made}.c ${made}.h
        COMMAND ${CMAKE_COMMAND} -E make_directory ${seigr_proto_dir}
        COMMAND ${SEIGR_PROTOC_C} --proto_path=${PROJECT_SOURCE_DIR}/proto
                --c_out=${seigr_proto_dir} ${file}
        DEPENDS ${seigr_proto_files}
        VERBATIM)
    list(APPEND seigr_proto_sources ${made}.c)
endforeach()

# Made code is not held to our warnings.
add_library(seigr_proto STATIC ${seigr_proto_sources})
add_library(seigr::proto ALIAS seigr_proto)
target_include_directories(seigr_proto SYSTEM PUBLIC ${seigr_proto_dir})
target_link_libraries(seigr_proto PUBLIC PkgConfig::PROTOBUF_C)
