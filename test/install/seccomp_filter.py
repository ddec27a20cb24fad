"""Writes the seccomp filter that systemd makes of a unit's SystemCallFilter and RestrictAddressFamilies, as BPF.

seccomp_filter.py FILE ERRNO FAMILY,FAMILY… < names of the system calls that are allowed, one a line
"""

import socket
import sys

import seccomp

path, refusal, families = sys.argv[1:]
deny = seccomp.ERRNO(int(refusal))
allowed = seccomp.SyscallFilter(defaction=deny)
for name in sys.stdin.read().split():
    if name == "socket":
        for family in families.split(","):
            number = getattr(socket, family)
            allowed.add_rule(seccomp.ALLOW, name, seccomp.Arg(0, seccomp.EQ, number))
        continue
    try:
        allowed.add_rule(seccomp.ALLOW, name)
    except (RuntimeError, ValueError):
        # Of another processor, or newer than this library.
        pass
with open(path, "wb") as file:
    allowed.export_bpf(file)
