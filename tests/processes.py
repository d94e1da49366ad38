"""Whether processes have ended, as the system says."""

import psutil


def gone(pid: int | str, seconds: float = 10) -> bool:
    """Whether a process has ended, soon: whatever its code, waited for or not."""
    try:
        process = psutil.Process(int(pid))
        if process.status() != psutil.STATUS_ZOMBIE:
            process.wait(seconds)
    except psutil.NoSuchProcess:
        return True
    except psutil.TimeoutExpired:
        return process.status() == psutil.STATUS_ZOMBIE
    return True
