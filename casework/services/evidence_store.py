"""Where the bytes of evidence lie: sealed chunks in the instance folder, under random names.

Nothing here knows a case or a person. What is written is sealed before it reaches the disk; what is read is opened
chunk by chunk, so that memory holds one chunk whatever the length of a file.
"""

from __future__ import annotations

import errno
import fcntl
import io
import os
import secrets
from collections.abc import Container, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from casework.clock import DAY, SECOND
from casework.crypto import streams
from casework.crypto.errors import SealBroken
from casework.crypto.streams import SEALED_CHUNK_BYTES, FileKey
from casework.errors import Busy, StorageFull
from casework.runtime import runtime

FOLDER = "attachments"
# Beside a file: its pictures; and the mark of one that no row names, which a restored database may claim again.
PICTURES = ("thumbnail", "preview")
UNCLAIMED = "unclaimed"
UNCLAIMED_DAYS = 30
# Left free on the disk whatever is uploaded: the database must be able to go on.
SPARE_BYTES = 256 * 1024 * 1024


def folder() -> Path:
    """The folder of the instance's attachments, made at the first call; nobody else may look in."""
    path = runtime().instance.path / FOLDER
    path.mkdir(mode=0o700, exist_ok=True)
    return path


def new_name() -> str:
    """A random name, which says nothing of what lies under it."""
    return secrets.token_hex(16)


def has_room(length_bytes: int) -> bool:
    """Whether a file of this length fits on the disk with something to spare."""
    found = os.statvfs(folder())
    return found.f_bavail * found.f_frsize >= streams.sealed_bytes(length_bytes) + SPARE_BYTES


@contextmanager
def _full_disk_told() -> Iterator[None]:
    try:
        yield
    except OSError as failure:
        if failure.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StorageFull from failure
        raise


@contextmanager
def held(stored_under: str) -> Iterator[int]:
    """A file's descriptor, held against every other writer; Busy while another holds it."""
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    with _full_disk_told():
        descriptor = os.open(folder() / stored_under, flags, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise Busy from None
        yield descriptor
    finally:
        os.close(descriptor)


def write_chunk(descriptor: int, index: int, sealed: bytes) -> None:
    """Puts a sealed chunk in its place and waits for the disk; cuts off what a killed writer may have left behind."""
    at = index * SEALED_CHUNK_BYTES
    if os.fstat(descriptor).st_size < at:
        raise SealBroken("chunks before it are gone")
    with _full_disk_told():
        os.ftruncate(descriptor, at)
        rest = memoryview(sealed)
        while rest:
            rest = rest[os.pwrite(descriptor, rest, at + len(sealed) - len(rest)) :]
        os.fsync(descriptor)


def read_chunk(descriptor: int, index: int) -> bytes:
    """The sealed chunk as it lies there, shorter where the file ends."""
    return os.pread(descriptor, SEALED_CHUNK_BYTES, index * SEALED_CHUNK_BYTES)


def write_picture(stored_under: str, name: str, sealed: bytes) -> None:
    """Keeps a sealed picture beside its file."""
    path = folder() / f"{stored_under}.{name}"
    with _full_disk_told():
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())


def picture(stored_under: str, name: str, key: FileKey) -> bytes | None:
    """The opened picture, or None where there is none; SealBroken when it was tampered with."""
    try:
        sealed = (folder() / f"{stored_under}.{name}").read_bytes()
    except FileNotFoundError:
        return None
    return key.open_picture(name, sealed)


def delete(stored_under: str) -> None:
    """Removes a file with its pictures; nothing where there is none."""
    for name in (stored_under, *(f"{stored_under}.{picture}" for picture in PICTURES)):
        (folder() / name).unlink(missing_ok=True)


class SealedFile(io.RawIOBase):
    """A sealed file as one that can be read and sought in; one opened chunk is held at a time.

    SealBroken at the first chunk that does not open, and for a file of another length than ``length_bytes``.
    """

    def __init__(self, stored_under: str, key: FileKey, length_bytes: int) -> None:
        super().__init__()
        self._key, self._length, self._at = key, length_bytes, 0
        self._last = streams.chunks_of(length_bytes) - 1
        self._index, self._chunk = -1, b""
        self._descriptor = -1
        try:
            self._descriptor = os.open(folder() / stored_under, os.O_RDONLY | os.O_CLOEXEC)
        except FileNotFoundError:
            raise SealBroken("no file") from None
        if os.fstat(self._descriptor).st_size != streams.sealed_bytes(length_bytes):
            self.close()
            raise SealBroken("another length")

    def close(self) -> None:
        """Lets go of the file and of the opened chunk."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1
        self._chunk = b""
        super().close()

    def readable(self) -> bool:
        """It can be read."""
        return True

    def seekable(self) -> bool:
        """It can be sought in."""
        return True

    def tell(self) -> int:
        """Where reading goes on, in bytes from the beginning."""
        return self._at

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Moves there; before the beginning is the beginning."""
        start = {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self._length}[whence]
        self._at = max(0, start + offset)
        return self._at

    def _load(self, index: int) -> None:
        if index != self._index:
            self._chunk, self._index = b"", -1
            sealed = read_chunk(self._descriptor, index)
            self._chunk = self._key.open_chunk(index, sealed, is_last=index == self._last)
            self._index = index

    def readinto(self, buffer: object) -> int:
        """Fills the buffer as far as one chunk goes; 0 at the end."""
        into = memoryview(buffer).cast("B")  # type: ignore[arg-type]
        left = self._length - self._at
        if left <= 0 or not into:
            return 0
        index, offset = divmod(self._at, streams.CHUNK_BYTES)
        self._load(index)
        count = min(len(into), left, len(self._chunk) - offset)
        into[:count] = memoryview(self._chunk)[offset : offset + count]
        self._at += count
        return count

    def pieces(self, start: int, stop: int, most_bytes: int = 256 * 1024) -> Iterator[bytes]:
        """The bytes from ``start`` up to ``stop`` in pieces; the file is closed after the last."""
        try:
            self.seek(start)
            while self._at < stop and (piece := self.read(min(most_bytes, stop - self._at))):
                yield piece
        finally:
            self.close()


def listing() -> list[Path]:
    """Every file that lies there now."""
    return sorted(folder().iterdir())


def sweep(paths: Iterable[Path], claimed: Container[str], at: int) -> int:
    """Deletes those of ``paths`` that no row has named for thirty days; gives how many.

    A file is first set apart, and comes back if a row names it again: a database put back from a backup knows nothing
    of what came in since, the one put back after it does. ``paths`` must have been listed before ``claimed`` was read:
    a row is there before its file.
    """
    gone = 0
    for path in paths:
        stored_under = path.name.partition(".")[0]
        apart = path.suffix == f".{UNCLAIMED}"
        if stored_under in claimed:
            if apart:
                path.rename(path.with_suffix(""))
        elif not apart:
            os.utime(path, (at / SECOND, at / SECOND))
            path.rename(path.with_name(f"{path.name}.{UNCLAIMED}"))
        elif path.stat().st_mtime * SECOND < at - UNCLAIMED_DAYS * DAY:
            path.unlink()
            gone += 1
    return gone
