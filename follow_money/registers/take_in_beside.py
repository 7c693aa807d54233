"""Files read beside each other: small ones wait in memory for their turn, big ones are read when it comes."""

from __future__ import annotations

from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from follow_money.registers.take_in import Write, take_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    import pyarrow as pa

    from follow_money.registers.deliveries import Delivered
    from follow_money.registers.intake import FileIntake
    from follow_money.registers.protected import Protected
    from follow_money.registers.quarantine import Refused

LARGEST_AHEAD: Final = 64 * 2**20
"""Bytes of the largest file that is read before its turn, so that memory holds no more than one big file at a time."""

Taken = tuple["FileIntake", "list[Refused]"]


def beside(
    files: Sequence[Delivered], protected: Protected, threads: int
) -> Iterator[tuple[Delivered, Callable[[Write], Taken]]]:
    """The files in their order, each with what writes its records and tells what became of its lines (`take_in`).

    Errors of a file are raised at its turn, so that the first one is the same for any number of threads.
    """
    with ThreadPoolExecutor(threads) as pool:
        ahead: deque[Future[tuple[Taken, list[pa.Table]]] | None] = deque()
        try:
            for at, file in enumerate(files):
                for later in files[at + len(ahead) : at + threads + 1]:
                    ahead.append(pool.submit(_held, later, protected) if _is_small(later) else None)
                reading = ahead.popleft()
                yield file, _at_once(file, protected) if reading is None else _waiting(reading)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _is_small(file: Delivered) -> bool:
    return file.path.stat().st_size <= LARGEST_AHEAD


def _held(file: Delivered, protected: Protected) -> tuple[Taken, list[pa.Table]]:
    tables: list[pa.Table] = []
    return take_in(file, protected, tables.append), tables


def _at_once(file: Delivered, protected: Protected) -> Callable[[Write], Taken]:
    return lambda write: take_in(file, protected, write)


def _waiting(reading: Future[tuple[Taken, list[pa.Table]]]) -> Callable[[Write], Taken]:
    def write_all(write: Write) -> Taken:
        taken, tables = reading.result()
        for table in tables:
            write(table)
        return taken

    return write_all
