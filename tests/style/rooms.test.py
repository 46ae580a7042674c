#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""rooms.py accepts a right tree and finds each kind of wrong one."""
import pathlib
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from rooms import check  # noqa: E402

right = {
    'cmake/rooms.cmake': '# leadtime_room(comment)\n'
                         'leadtime_room(text\n    PUBLIC fmt::fmt)\n'
                         'leadtime_room(kernels/lanes)\n'
                         'leadtime_room(estimator/output ISA\n'
                         '    ARROWS text kernels/lanes\n    PRIVATE json\n    HEADERS CLI11::CLI11)\n'
                         'leadtime_room(estimator/cli ISA ARROWS estimator/output)\n',
    'CONTRIBUTING.md': '| `text/` | x | nothing |\n| `kernels/lanes/` | x | nothing |\n'
                       '| `estimator/output/` | x | `kernels/lanes` `text` |\n'
                       '| `estimator/cli/` | x | `estimator/output` |\n',
    'text/hash.hpp': '#include <string>\nnamespace leadtime::text {\n',
    'kernels/lanes/rows.hpp': '',
    'estimator/output/sweep/csv.hpp': '#include "text/hash.hpp"\n',
    'estimator/output/run/csv.hpp': '#include "kernels/lanes/rows.hpp"\n',
    'estimator/output/run/csv.cpp': '#include "estimator/output/run/csv.hpp"\n'
                                    'namespace leadtime::estimator::detail {\n',
    'estimator/cli/program.hpp': '#include "estimator/output/run/csv.hpp"\n',
    'estimator/main.cpp': '#include "estimator/cli/program.hpp"\n',
    'tests/text/hash.test.cpp': '#include "estimator/cli/program.hpp"\n',
    'tests/estimator/output/run/csv.test.cpp': '',
    'tests/estimator/output/whole.test.cpp': '',
    'tests/support/program.test.cpp': '',
}
rooms = right['cmake/rooms.cmake']
wrong = {  # what is changed: what is said of it
    'an arrow back': ({'text/hash.hpp': '#include "estimator/output/run/csv.hpp"\n'},
                      'text/hash.hpp:1: text may not include estimator/output'),
    'a cycle in the list': ({'cmake/rooms.cmake': rooms.replace(
        'leadtime_room(text\n', 'leadtime_room(text\n    ARROWS estimator/cli\n')},
        'text has an arrow to estimator/cli, which does not stand before it'),
    'an arrow that nobody needs': ({'cmake/rooms.cmake': rooms.replace(
        'ISA ARROWS estimator/output', 'ISA ARROWS estimator/output text')},
        'estimator/cli needs no arrow to text'),
    'a file outside': ({'estimator/lost.hpp': ''}, 'estimator/lost.hpp stands in no room'),
    'a folder outside': ({'kernels/lost/a.hpp': ''}, 'kernels/lost/a.hpp stands in no room'),
    'an include of no room': ({'text/hash.hpp': '#include "web/a.hpp"\n'},
                              'text/hash.hpp:1: web/a.hpp is in no room'),
    'the program': ({'estimator/main.cpp': '#include "text/hash.hpp"\n'},
                    'estimator/main.cpp:1: the program includes text/hash.hpp'),
    'twin stems': ({'kernels/lanes/hash.hpp': ''},
                   'the stem "hash" stands in kernels/lanes, text'),
    'a prefix': ({'text/text_hash.hpp': ''},
                 'text/text_hash.hpp repeats the name of its folder'),
    'a pattern and another': ({'text/csv.hpp': ''}, 'the stem "csv" stands in'),
    'a namespace of another room': ({'text/hash.hpp': 'namespace leadtime::textual {\n'},
                                    'text/hash.hpp:1: leadtime::textual is not leadtime::text'),
    'a namespace of all': ({'kernels/lanes/rows.hpp': '\nnamespace leadtime {\n'},
                           'kernels/lanes/rows.hpp:2: leadtime is not leadtime::kernels'),
    'two types of a name': (
        {'estimator/output/run/csv.hpp': '#include "kernels/lanes/rows.hpp"\n'
                                         'namespace leadtime::estimator {\nstruct Cell {\n',
         'estimator/cli/program.hpp': '#include "estimator/output/run/csv.hpp"\n'
                                      'namespace leadtime::estimator {\nclass Cell final {\n'},
        'leadtime::estimator::Cell is a type of estimator/cli/program.hpp and of '
        'estimator/output/run/csv.hpp'),
    'a test elsewhere': ({'tests/kernels/lanes/hash.test.cpp': ''},
                         'tests/kernels/lanes/hash.test.cpp: hash stands in text'),
    'a test of no folder': ({'tests/text/old/a.test.cpp': ''},
                            'tests/text/old/a.test.cpp: the product has no folder text/old'),
    'another table': ({'CONTRIBUTING.md': right['CONTRIBUTING.md'].replace('`text`', '')},
                      'CONTRIBUTING.md and cmake/rooms.cmake differ about estimator/output'),
    'a room that the table lacks': ({'CONTRIBUTING.md': right['CONTRIBUTING.md'].replace(
        '| `kernels/lanes/` | x | nothing |\n', '')}, 'differ about kernels/lanes'),
}


def problems_of(changes):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, text in {**right, **changes}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(text)
        return check(root)[0]


failures = [f'a right tree: {p}' for p in problems_of({})]
for what, (changes, expected) in wrong.items():
    found = problems_of(changes)
    if not any(expected in problem for problem in found):
        failures.append(f'{what}: expected "{expected}", got {found}')
print('\n'.join(failures) or f'rooms.test: {len(wrong)} kinds of wrong trees are found')
sys.exit(bool(failures))
