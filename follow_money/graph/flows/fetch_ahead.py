"""Ask for a row of memory some payments before it is needed: who pays next is known, and waiting for memory is most of what a scan of many nodes costs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, cast

from llvmlite import ir
from numba import types
from numba.core import cgutils
from numba.extending import intrinsic

from follow_money.graph.flows.time_order import Int32s, Int64s

AHEAD: Final = 16
"""So many payments ahead a scan asks for purses: what the memory needs for one is about as long as a scan needs for these."""

_TO_WRITE, _KEEP, _DATA = 1, 3, 1


def _fetch(_typing: Any, table: Any, row: Any) -> Any:  # noqa: ANN401 - numba's types, which it does not tell
    """The instruction of LLVM that is a hint to the processor and changes nothing."""

    def code(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:  # noqa: ANN401 - as above
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        row_bytes = cgutils.unpack_tuple(builder, array.strides, signature.args[0].ndim)[0]
        offset = builder.mul(context.cast(builder, arguments[1], signature.args[1], types.intp), row_bytes)
        byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
        address = cgutils.pointer_add(builder, array.data, offset, byte)
        hint = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
        prefetch = cgutils.get_or_insert_function(builder.module, hint, "llvm.prefetch.p0")
        builder.call(prefetch, [address, word(_TO_WRITE), word(_KEEP), word(_DATA)])
        return context.get_dummy_value()

    return types.void(table, row), code


fetch: Final = cast("Callable[[Int32s | Int64s, int], None]", intrinsic(_fetch))
"""``fetch(table, row)`` within a kernel: ask for the beginning of ``table[row]``. It reads and changes nothing, whatever the row."""
