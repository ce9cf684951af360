"""Who may write the index: one process at a time, which says who it is."""

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from knowledge.errors import IndexDamagedError, IndexLockedError
from knowledge.settings import LibrarySettings


@contextmanager
def own(settings: LibrarySettings) -> Iterator[None]:
    """Own the index while inside: the only process that may write it, or open its folder.

    Raises:
        IndexLockedError: at once, when another process does.
        IndexDamagedError: when the folder cannot be written.
    """
    from filelock import FileLock, Timeout

    folder = settings.chroma_path
    owner = folder.with_suffix(".owner.json")
    lock = FileLock(str(folder.with_suffix(".lock")), timeout=0)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        lock.acquire()
        owner.write_text(json.dumps({"pid": os.getpid()}), encoding="utf-8")
    except Timeout as error:
        raise IndexLockedError(
            f"Another process ({_read_owner(owner)}) owns the index in {settings.home}. "
            "Wait for it or stop it; to share one index between processes, start a server "
            f"(chroma run --path {folder}) and set MENTOR_CHROMA_URL=http://127.0.0.1:8000"
        ) from error
    except OSError as error:
        lock.release()
        raise IndexDamagedError(
            f"{settings.home} cannot be written: {error}. Free some space if the disk is full; "
            "else set MENTOR_HOME to another folder."
        ) from error
    try:
        yield
    finally:
        lock.release()


def _read_owner(path: Path) -> str:
    try:
        return f"process {json.loads(path.read_text(encoding='utf-8'))['pid']}"
    except (OSError, ValueError, KeyError):
        return "unknown"
