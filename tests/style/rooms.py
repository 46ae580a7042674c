#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Holds the product against its list of rooms, cmake/rooms.cmake: rooms.py [ROOT]

- every file stands in a room, and includes only its own and those its arrows lead to;
- an arrow leads to a room that stands before (so there is no cycle), and is needed;
- a file name stem stands in one folder, but for the patterns below, and does not begin
  with its folder's name;
- a test of STEM stands in tests/ where STEM stands in the product;
- names stand in the namespace of the first folder: leadtime::text, leadtime::kernels,
  leadtime::hwprofiles, leadtime::estimator, and in what is nested there;
- a header's type has a name that no other header of its namespace gives: two types of
  one name are one to the linker;
- the table of CONTRIBUTING.md says the same as the list.
"""
import pathlib
import re
import sys
from collections import defaultdict

tops = ('text', 'kernels', 'hwprofiles', 'estimator')
endings = ('.hpp', '.cpp', '.cu', '.cuh')
# The program itself: no room, and no library.
program = {'estimator/main.cpp', 'estimator/cpu_check.hpp', 'estimator/cpu_check.cpp'}
program_includes = {'estimator/cli/program.hpp', 'estimator/cpu_check.hpp'}
# The library's face: no room, includes all but the command line, and nobody includes it.
face = 'estimator/leadtime.hpp'
# Stems that stand in several folders by design: what a study's results are written as.
patterns = (re.compile(r'estimator/output/\w+/(csv|files|json|table)'),)
# Distributions stand in files of their names, which may have another meaning elsewhere.
named_by_others = 'estimator/quantities/families'


def rooms_of(text):
    """{room: [rooms it may include]}, in order."""
    text = re.sub(r'#.*', '', text)
    rooms = {}
    for words in re.findall(r'^leadtime_room\(([^)]*)\)', text, re.M):
        words = words.split()
        arrows, taken = [], False
        for word in words[1:]:
            if word.isupper():
                taken = word == 'ARROWS'
            elif taken:
                arrows.append(word)
        rooms[words[0]] = arrows
    return rooms


def table_of(text):
    """The same of the table in CONTRIBUTING.md: | `room/` | holds | `arrow` `arrow` |"""
    rows = re.findall(r'^\| `([\w/]+)/` \|[^|]*\|([^|]*)\|$', text, re.M)
    return {room: re.findall(r'`([\w/]+)`', arrows) for room, arrows in rows}


def check(root):
    rooms = rooms_of((root / 'cmake/rooms.cmake').read_text())
    problems = []
    for place, (room, arrows) in enumerate(rooms.items()):
        for arrow in arrows:
            if arrow not in list(rooms)[:place]:
                problems.append(f'cmake/rooms.cmake: {room} has an arrow to {arrow}, '
                                'which does not stand before it')

    def room_of(path):
        fitting = [r for r in rooms if path.startswith(r + '/')]
        return max(fitting, key=len, default=None)

    files = sorted(str(f.relative_to(root)) for top in tops for f in (root / top).rglob('*')
                   if f.suffix in endings)
    used = set()
    stems = defaultdict(set)
    types = defaultdict(set)
    for name in files:
        path = pathlib.PurePath(name)
        if str(path.parent) != named_by_others:
            stems[path.stem].add(str(path.parent))
        if path.stem.startswith(path.parent.name + '_'):
            problems.append(f'{name} repeats the name of its folder')
        room = room_of(name)
        if room is None and name not in program and name != face:
            problems.append(f'{name} stands in no room of cmake/rooms.cmake')
            continue
        wanted = f'leadtime::{path.parts[0]}'
        namespace = ''
        for number, line in enumerate((root / name).read_text().splitlines(), 1):
            opened = re.match(r'namespace (leadtime[\w:]*) {', line)
            if opened and room and not f'{opened[1]}::'.startswith(f'{wanted}::'):
                problems.append(f'{name}:{number}: {opened[1]} is not {wanted}')
            namespace = opened[1] if opened else namespace
            if line.startswith('namespace detail'):
                namespace = f'{wanted}::detail'
            elif line.startswith('}  // namespace detail'):
                namespace = wanted
            defined = re.match(r'(?:struct|class|enum class) (\w+)\b(?!<)[^;()]*$', line)
            if defined and path.suffix == '.hpp':
                types[f'{namespace}::{defined[1]}'].add(name)
            found = re.match(r'\s*#\s*include\s*"([^"]+)"', line)
            if not found:
                continue
            to = room_of(found[1])
            if name in program:
                if found[1] not in program_includes:
                    problems.append(f'{name}:{number}: the program includes {found[1]}')
            elif name == face:
                if to is None or to == 'estimator/cli':
                    problems.append(f'{name}:{number}: the face includes {found[1]}')
            elif to is None:
                problems.append(f'{name}:{number}: {found[1]} is in no room')
            elif to != room:
                used.add((room, to))
                if to not in rooms[room]:
                    problems.append(f'{name}:{number}: {room} may not include {to}')
    for room, arrows in rooms.items():
        problems += [f'cmake/rooms.cmake: {room} needs no arrow to {arrow}'
                     for arrow in arrows if (room, arrow) not in used]

    problems += [f'{name} is a type of {" and of ".join(sorted(places))}'
                 for name, places in sorted(types.items()) if len(places) > 1]

    for stem, folders in sorted(stems.items()):
        odd = [f for f in folders if not any(p.fullmatch(f'{f}/{stem}') for p in patterns)]
        if len(folders) > 1 and odd:
            problems.append(f'the stem "{stem}" stands in {", ".join(sorted(folders))}')

    for test in sorted((root / 'tests').rglob('*.test.cpp')):
        path = test.relative_to(root)
        folder = str(path.parent.relative_to('tests'))
        stem = path.name.removesuffix('.test.cpp')
        if folder.split('/')[0] not in tops:
            continue
        if not (root / folder).is_dir():
            problems.append(f'{path}: the product has no folder {folder}')
        elif stem in stems and folder not in {*stems[stem], named_by_others}:
            problems.append(f'{path}: {stem} stands in {", ".join(sorted(stems[stem]))}')

    table = table_of((root / 'CONTRIBUTING.md').read_text())
    for room in sorted({*rooms, *table}):
        if set(table.get(room, ['-'])) != set(rooms.get(room, ['-'])):
            problems.append(f'CONTRIBUTING.md and cmake/rooms.cmake differ about {room}')
    return problems, len(files), len(rooms)


if __name__ == '__main__':
    here = pathlib.Path(__file__).resolve().parents[2]
    problems, files, rooms = check(pathlib.Path(sys.argv[1]) if sys.argv[1:] else here)
    for problem in problems:
        print('error:', problem, file=sys.stderr)
    if problems:
        sys.exit(1)
    print(f'rooms: {files} files in {rooms} rooms follow the arrows')
