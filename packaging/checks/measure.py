"""Runs a command and writes how it ended: `measure.py RESULT COMMAND...`.

A process counts the memory of the one it was forked from until it becomes a program of its own; this one is small.
"""

import os
import sys
import time


def main() -> None:
    """Writes exit code, seconds, and the peak memory (KiB) of the largest process into RESULT."""
    result, command = sys.argv[1], sys.argv[2:]
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        try:
            os.execvp(command[0], command)
        except OSError as error:
            os.write(2, f"{command[0]}: {error.strerror}\n".encode())
        os._exit(127)
    _, status, usage = os.wait4(child, 0)
    seconds = time.monotonic() - begun
    with open(result, "w") as opened:
        opened.write(f"{os.waitstatus_to_exitcode(status)} {seconds} {usage.ru_maxrss}\n")


main()
