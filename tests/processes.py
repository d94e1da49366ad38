"""Whether processes have ended, as the system says."""

import psutil


def gone(pid: int | str, seconds: float = 10) -> bool:
    """Whether a process has ended, soon."""
    try:
        process = psutil.Process(int(pid))
        return process.status() == psutil.STATUS_ZOMBIE or process.wait(seconds) is None
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return False
