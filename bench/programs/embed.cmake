# SPDX-License-Identifier: MIT
# cmake -DOUT=FILE -DMODULES=a.wasm;b.wasm -P embed.cmake : a header with the
# bytes of each module, program_<name>.
set(text "/* Made by embed.cmake. */\n")
foreach(module IN LISTS MODULES)
    get_filename_component(name ${module} NAME_WE)
    file(READ ${module} bytes HEX)
    string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${bytes}")
    string(APPEND text
           "static const unsigned char program_${name}[] = {${bytes}};\n")
endforeach()
file(WRITE ${OUT} "${text}")
