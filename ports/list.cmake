# SPDX-License-Identifier: MIT
# ports/sources.cmake as plain text, a file a profile, for those who build
# with something else than CMake:
#     cmake [-DOUT=FOLDER] -P ports/list.cmake
# writes them into FOLDER, or says which of ports/sources/ are out of date.
cmake_minimum_required(VERSION 3.25)
get_filename_component(top ${CMAKE_CURRENT_LIST_DIR}/.. ABSOLUTE)
include(${CMAKE_CURRENT_LIST_DIR}/sources.cmake)
# Portable C only: no processor's own path, no libcrypto.
list(APPEND SEIGR_CRYPTO_EDGE ${SEIGR_CRYPTO_DEFAULT_SODIUM})
file(STRINGS ${top}/CMakeLists.txt version REGEX "^project\\(seigr VERSION")
string(REGEX REPLACE ".*VERSION ([0-9.]+).*" "\\1" version "${version}")

# list_profile(<name> <tiers> <libraries>)
function(list_profile name tiers libraries)
    set(text "# Made by ports/list.cmake from ports/sources.cmake.\n")
    string(APPEND text
        "# What a compiler needs for the profile \"${name}\".\n"
        "standard c11\ninclude include\ninclude src\n"
        "define SEIGR_VERSION_STRING=\"${version}\"\n")
    if(name STREQUAL full) # Linux, of 32 bits as well
        string(APPEND text "define _FILE_OFFSET_BITS=64\n"
                           "define _TIME_BITS=64\n")
    endif()
    foreach(library IN LISTS libraries)
        string(APPEND text "library ${library}\n")
    endforeach()
    foreach(room IN LISTS SEIGR_ROOMS)
        set(files "")
        foreach(tier IN LISTS tiers)
            list(APPEND files ${SEIGR_${room}_${tier}})
        endforeach()
        list(SORT files)
        foreach(file IN LISTS files)
            string(APPEND text "source ${file}\n")
        endforeach()
    endforeach()
    # Where code counts for more than speed: compile the second for the first.
    foreach(pair IN LISTS SEIGR_SMALLER)
        string(REGEX REPLACE "[|].*" "" fast ${pair})
        if(text MATCHES "\nsource ${fast}\n")
            string(REPLACE "|" " " pair ${pair})
            string(APPEND text "smaller ${pair}\n")
        endif()
    endforeach()
    set(kept ${top}/ports/sources/${name}.txt)
    if(OUT)
        file(WRITE ${OUT}/${name}.txt "${text}")
        return()
    endif()
    set(old "")
    if(EXISTS ${kept})
        file(READ ${kept} old)
    endif()
    if(NOT old STREQUAL text)
        message(SEND_ERROR "ports/sources/${name}.txt is out of date: run "
                "cmake -DOUT=ports/sources -P ports/list.cmake")
    endif()
endfunction()

list_profile(verify VERIFY libsodium)
list_profile(edge "VERIFY;EDGE" "libsodium;libcbor;libprotobuf-c")
list_profile(full "VERIFY;EDGE;FULL" "libsodium;libcbor;libprotobuf-c;lmdb")
