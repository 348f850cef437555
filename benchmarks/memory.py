"""The most memory a process has held, in MB; 0 where the system does not tell."""

from pathlib import Path


def peak_memory(pid: int | str = "self") -> float:
    """Since the process began, or since `forget_peak`."""
    try:
        lines = Path(f"/proc/{pid}/status").read_text(encoding="utf-8").splitlines()
    except OSError:
        return 0.0
    return next((int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM")), 0.0)


def forget_peak() -> None:
    """Lets the peak begin anew, or an earlier and larger one would hide what comes."""
    try:
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")
    except OSError:
        return
