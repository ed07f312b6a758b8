/* SPDX-License-Identifier: MIT */
/* native.i - the SWIG interface: native.h, with bytes-like objects as spans. */
%module(package="seigr") native

%{
#include "native.h"
%}

/* bytes, bytearray and memoryview without a copy; released after the call. */
%typemap(in) seigr_span (Py_buffer view = {0}) {
    if (PyObject_GetBuffer($input, &view, PyBUF_SIMPLE) != 0)
        SWIG_fail;
    $1.ptr = view.buf;
    $1.len = (size_t)view.len;
}
%typemap(freearg) seigr_span {
    if (view$argnum.obj != NULL)
        PyBuffer_Release(&view$argnum);
}

%exception {
    $action
    if (result == NULL)
        SWIG_fail;
}

%rename("%(regex:/^native_(.*)$/\\1/)s") "";
%ignore SEIGR_PYTHON_NATIVE_H;
%ignore PY_SSIZE_T_CLEAN;
%include "native.h"
