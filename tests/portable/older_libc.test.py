# SPDX-License-Identifier: Apache-2.0
"""What tools/older_libc puts in the place of newer symbols does what these do.

older_libc.test.py SOURCE_DIR: skipped (77) where set-up had nothing to replace.
"""

import ctypes
import glob
import os
import subprocess
import sys
import tempfile

source = sys.argv[1]
usr = os.path.join(source, ".deps/usr/lib")
REPLACE = "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm"


def replaces_like_a_string(library):
    """Every replacement by a piece of the string itself, as slices of Python make it."""
    replace = getattr(library, REPLACE)
    replace.restype = None
    replace.argtypes = [ctypes.c_void_p] * 2 + [ctypes.c_size_t, ctypes.c_void_p] \
        + [ctypes.c_size_t] * 2
    text = b"abcdefgh"
    count = 0
    for at in range(len(text) + 1):
        for removed in range(len(text) - at + 1):
            for begin in range(len(text) + 1):
                for inserted in range(len(text) - begin + 1):
                    buffer = ctypes.create_string_buffer(text, 64)
                    place = ctypes.addressof(buffer)
                    tail = len(text) - at - removed
                    replace(None, place + at, removed, place + begin, inserted, tail)
                    wanted = text[:at] + text[begin:begin + inserted] + text[at + removed:]
                    if buffer.raw[:len(wanted)] != wanted:
                        sys.exit(f"{text} at {at}, {removed} by {begin}, {inserted}: {buffer.raw}")
                    count += 1
    return count


def reads_numbers(library):
    strtol = getattr(library, "__isoc23_strtol")
    strtol.restype = ctypes.c_long
    strtol.argtypes = [ctypes.c_char_p, ctypes.c_void_p, ctypes.c_int]
    for text, base, wanted in ((b"42x", 10, 42), (b"-7", 10, -7), (b"ff", 16, 255), (b"", 10, 0)):
        if strtol(text, None, base) != wanted:
            sys.exit(f"{text} is read as {strtol(text, None, base)}")


def refuses_others():
    """A library that needs more than that is named with what it needs, and not changed."""
    library = next(iter(glob.glob(os.path.join(usr, "*/libgomp.so.1"))), None)
    if library is None:
        return
    with tempfile.TemporaryDirectory(prefix="leadtime-relabel-") as folder:
        target = os.path.join(folder, "out.so")
        done = subprocess.run([sys.executable, os.path.join(source, "tools/older_libc/relabel.py"),
                               library, target], capture_output=True, text=True, check=False)
        if done.returncode != 3 or os.path.exists(target) or done.stdout or \
                not done.stderr.startswith("relabel: newer symbols that nothing of ours defines: "):
            sys.exit(f"status {done.returncode}\n{done.stdout}{done.stderr}")


symbols = os.path.join(usr, "leadtime/libleadtime-symbols.so")
if not os.path.exists(symbols):
    print("nothing was replaced here")
    sys.exit(77)
loaded = ctypes.CDLL(symbols)
reads_numbers(loaded)
replacements = replaces_like_a_string(loaded)
refuses_others()
print(f"{replacements} replacements within a string are right")
