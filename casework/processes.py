"""What a process asks of the kernel: to end with its parent, and to be looked into by nobody."""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Callable

_PR_SET_PDEATHSIG = 1
_PR_SET_DUMPABLE = 4


def write_no_core_dumps() -> None:
    """No crash of this process or of one it starts leaves its memory, with opened keys, on the disk."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def refuse_inspection() -> None:
    """Other programs of the same user can neither trace this process nor read its memory (Linux).

    Starting another program in this process undoes it, so each program asks for itself; a forked
    process keeps it.
    """
    _prctl(_PR_SET_DUMPABLE, 0)


def end_with_parent(parent_pid: int, how: signal.Signals) -> None:
    """This process gets `how` when the process `parent_pid` is gone, and ends now if it already is (Linux).

    A forked process must ask again. The kernel watches the thread that started this process, so a
    parent starts its children from its main thread.
    """
    if sys.platform != "linux":
        return
    _prctl(_PR_SET_PDEATHSIG, how)
    if os.getppid() != parent_pid:
        os._exit(1)


def run_forked(work: Callable[[], int]) -> int:
    """Runs `work` in a forked process and returns its exit code, or minus the signal that ended it.

    The work tells its own faults: an error that it lets through gives code 1 and no word.
    What the work imports and opens is gone with it: the caller stays small and holds no open database.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    parent = os.getpid()
    child = os.fork()
    if child:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    code = 1
    try:
        signal.set_wakeup_fd(-1)
        for number in (signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
            signal.signal(number, signal.SIG_DFL)
        end_with_parent(parent, signal.SIGKILL)
        code = work()
    except KeyboardInterrupt:
        code = 130
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _prctl(option: int, value: int) -> None:
    if sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl refused")
