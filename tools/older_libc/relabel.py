#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Makes a shared library of a newer Debian load under this system's C library.

    relabel.py LIBRARY OUTPUT

LIBRARY may need the symbols of symbols.cpp, beside this file, in versions that this
system's libraries do not have. In OUTPUT these symbols have no version, so that any
library may define them, and the versions are wanted no more; stdout names them, one a
line. Any other newer symbol is an error (exit 3, named on stderr, and no OUTPUT): then
the library must run with the newer C library.
"""
import re
import shutil
import struct
import subprocess
import sys

DEFINED_BY_US = {
    "__isoc23_strtol",
    "_ZSt21ios_base_library_initv",
    "_ZNSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEE15_M_replace_coldEPcmPKcmm",
}
SHT_DYNSYM, SHT_VERNEED, SHT_VERSYM = 11, 0x6FFFFFFE, 0x6FFFFFFF
GLOBAL = 1  # the version index of symbols without a version


def versions_of_system(library):
    """The versions that the system's LIBRARY defines: the one the compiler links."""
    path = subprocess.run(["g++", f"-print-file-name={library}"], capture_output=True,
                          text=True, check=True).stdout.strip()
    text = subprocess.run(["readelf", "-WV", path], capture_output=True, text=True).stdout
    defined = text.split("Version needs section")[0]
    return set(re.findall(r"Name: (\S+)", defined))


class Elf:
    """The tables of a 64-bit little-endian library that hold its symbols' versions."""

    def __init__(self, path):
        self.data = bytearray(open(path, "rb").read())
        if self.data[:6] != b"\x7fELF\x02\x01":
            sys.exit(f"relabel: {path} is no 64-bit little-endian library")
        start, = struct.unpack_from("<Q", self.data, 0x28)
        size, count = struct.unpack_from("<HH", self.data, 0x3A)
        self.sections = [struct.unpack_from("<IIQQQQIIQQ", self.data, start + size * i)
                         for i in range(count)]

    def section(self, kind):
        return next(s for s in self.sections if s[1] == kind)

    def text(self, section, offset):
        begin = self.sections[section[6]][4] + offset
        return self.data[begin:self.data.index(0, begin)].decode()

    def needed_versions(self):
        """(library, version, index, place of its entry) of each version that is wanted."""
        section = self.section(SHT_VERNEED)
        place = section[4]
        while True:
            _, count, file, first, following = struct.unpack_from("<HHIII", self.data, place)
            entry = place + first
            for _ in range(count):
                _, _, index, name, step = struct.unpack_from("<IHHII", self.data, entry)
                yield self.text(section, file), self.text(section, name), index, entry
                entry += step
            if following == 0:
                return
            place += following

    def symbols(self):
        """(name, version index, place of that index) of each dynamic symbol."""
        section = self.section(SHT_DYNSYM)
        versions = self.section(SHT_VERSYM)[4]
        for i in range(section[5] // 24):
            name, = struct.unpack_from("<I", self.data, section[4] + 24 * i)
            index, = struct.unpack_from("<H", self.data, versions + 2 * i)
            yield self.text(section, name), index & 0x7FFF, versions + 2 * i


def main(source, target):
    elf = Elf(source)
    have = {}   # library: what the system's defines
    older = {}  # library: the entry of a version that the system has
    newer = {}  # index: (library, version, entry)
    for library, version, index, entry in elf.needed_versions():
        if library not in have:
            have[library] = versions_of_system(library)
        if version in have[library]:
            older[library] = entry
        else:
            newer[index] = (library, version, entry)
    missing = [(name, newer[index][1], place)
               for name, index, place in elf.symbols() if index in newer]
    others = sorted(f"{name}@{version}" for name, version, _ in missing
                    if name not in DEFINED_BY_US)
    if others:
        print("relabel: newer symbols that nothing of ours defines:", *others,
              file=sys.stderr)
        return 3
    unknown = sorted({library for library, _, _ in newer.values()} - set(older))
    if unknown:
        print("relabel: libraries that this system lacks:", *unknown, file=sys.stderr)
        return 3
    for name, _, place in missing:
        struct.pack_into("<H", elf.data, place, GLOBAL)
        print(name)
    for library, _, entry in newer.values():  # now wants the older version once more
        same = older[library]
        elf.data[entry:entry + 4] = elf.data[same:same + 4]            # hash
        elf.data[entry + 8:entry + 12] = elf.data[same + 8:same + 12]  # name
    shutil.copyfile(source, target)
    with open(target, "wb") as file:
        file.write(elf.data)
    return 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:3]) if len(sys.argv) == 3 else __doc__)
