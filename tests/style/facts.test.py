#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0
"""Facts stand once in the product: facts.test.py

Each pattern is found in the file that states the fact, and in no other. Comments do not
count. The last claims try the check itself on text that breaks it.
"""
import pathlib
import re
import sys

root = pathlib.Path(__file__).resolve().parents[2]
tops = ('text', 'kernels', 'hwprofiles', 'estimator')
facts = {
    'hours of a month': (r'\b730\.5|\b8766\b', 'kernels/plan/month.hpp'),
    'FNV-1a, 32 bits': (r'\b2166136261|\b16777619|0x811c9dc5', 'text/hash.hpp'),
    'FNV-1a, 64 bits': (r'\b14695981039346656037|\b1099511628211|0xcbf29ce484222325',
                        'text/hash.hpp'),
    'values of a contest': (r'\bcontest_values = ', 'kernels/plan/cluster_plan.hpp'),
    'samples of a group': (r'\b(samples_per_group|full_tile) = ', 'kernels/lanes/philox.hpp'),
}


def code_of(text):
    return re.sub(r'//[^\n]*', '', text)


def places(files, pattern):
    return sorted(name for name, text in files.items() if re.search(pattern, code_of(text)))


def problems_of(files):
    found = []
    for fact, (pattern, home) in facts.items():
        where = places(files, pattern)
        if where != [home]:
            found.append(f'{fact}: in {", ".join(where) or "no file"}, not in {home} alone')
    return found


files = {str(f.relative_to(root)): f.read_text('utf-8')
         for top in tops for f in (root / top).rglob('*') if f.suffix in ('.hpp', '.cpp', '.cu')}
problems = problems_of(files)
for problem in problems:
    print('FAILED:', problem, file=sys.stderr)

# It finds what it should.
again = dict(files, **{'estimator/x.cpp': 'constexpr double h = 730.5;  // 2166136261\n'})
missing = {name: text for name, text in files.items() if name != 'text/hash.hpp'}
if len(problems_of(again)) != len(problems) + 1 or len(problems_of(missing)) < 2:
    print('FAILED: a second place or a missing one is not found', file=sys.stderr)
    problems.append('self')
sys.exit(1 if problems else 0)
