# SPDX-License-Identifier: Apache-2.0
"""coverage.py TOP BUILD UNREACHED: the lines and branches that the runs in BUILD/counts reached. See coverage.sh.

A line of UNREACHED is `FILE: TEXT # REASON`. TEXT is a whole line of the file, without the blanks around it. Such a
line counts neither among the lines nor among the branches that are wanted. It is a fault if there is no such line, or
if all of it was reached."""
import collections
import json
import os
import re
import subprocess
import sys

WANTED = {'src/core': (100, 97), 'src/httpd': (100, 93)}  # percent of the lines, of the branches


def counts_of(build, notes):
    """What gcov says of one object in all runs. Notes without counters are those of an object that never ran."""
    for run in sorted(os.listdir(build + '/counts')):
        here = os.path.join(build, 'counts', run, os.path.relpath(notes, build))
        os.makedirs(os.path.dirname(here), exist_ok=True)
        if not os.path.lexists(here):
            os.symlink(notes, here)
        gcov = subprocess.run(['gcov', '--json-format', '--stdout', '--branch-probabilities', here], stdout=subprocess.PIPE,
                              stderr=subprocess.DEVNULL, cwd=build, check=False)
        if gcov.returncode:
            print(f'{here}: counted with another build, left out')
            continue
        for line in gcov.stdout.splitlines():
            said = json.loads(line)
            for file in said['files']:
                yield os.path.realpath(os.path.join(said['current_working_directory'], file['file'])), file['lines']


def read_counts(top, build):
    """{file: {line: [count, [count of each branch]]}}. An object is compiled into several programs, and a file into
    several objects; their counts are added."""
    files = collections.defaultdict(dict)
    for folder, _, names in os.walk(build):
        if folder.startswith(build + '/counts'):
            continue
        for name in names:
            if not name.endswith('.gcno'):
                continue
            for path, lines in counts_of(build, os.path.join(folder, name)):
                path = os.path.relpath(path, top)
                if path != 'mod_sessioncookie.c' and not path.startswith('src/'):
                    continue
                for line in lines:
                    seen = files[path].setdefault(line['line_number'], [0, []])
                    branches = [branch['count'] for branch in line['branches']]
                    seen[0] += line['count']
                    seen[1] = [a + b for a, b in zip(seen[1], branches)] if len(seen[1]) == len(branches) else max(seen[1], branches, key=len)
    return files


def read_reasons(path):
    """[(file, text)], and the lines that are none of these."""
    reasons, bad = [], []
    for line in open(path, encoding='utf-8'):
        if line.startswith('#') or not line.strip():
            continue
        match = re.match(r'(\S+\.[ch]): (.+?) # \S', line)
        if match:
            reasons.append((match[1], match[2].strip()))
        else:
            bad.append('not FILE: TEXT # REASON: ' + line.strip())
    return reasons, bad


def percent(reached, all_of_them):
    return 100 * reached / all_of_them if all_of_them else 100


def part_of(path):
    return 'src/core' if path.startswith('src/core/') else 'src/httpd'


def main(top, build, unreached):
    files = read_counts(top, build)
    reasons, faults = read_reasons(unreached)
    used = set()
    totals = collections.defaultdict(lambda: [0, 0, 0, 0])  # lines reached, lines, branches taken, branches
    lines_left, branches_left = [], []
    for path in sorted(files):
        source = open(os.path.join(top, path), encoding='utf-8').read().split('\n')
        at = []
        for number, (count, branches) in sorted(files[path].items()):
            text = source[number - 1].strip()
            if re.match(r'ap_log_r?error\(', text):
                branches = []  # of httpd's macro, which asks for the level
            taken = sum(n > 0 for n in branches)
            full = count > 0 and taken == len(branches)
            if (path, text) in reasons:
                if not full:
                    used.add((path, text))
                continue
            for name in (os.path.dirname(path) or 'src/httpd', part_of(path)):
                for index, n in enumerate((count > 0, 1, taken, len(branches))):
                    totals[name][index] += n
            if not count:
                lines_left.append(f'{path}:{number}: {text}')
            elif taken < len(branches):
                at.append((number, len(branches) - taken))
        if at:
            branches_left.append(f'{path}: {sum(n for _, n in at)}, in the lines ' + ' '.join(
                f'{number}' + (f'({n})' if n > 1 else '') for number, n in at))
    print('Lines that no test reaches:\n' + '\n'.join(lines_left or ['none']))
    print('\nBranches of other lines that no test takes:\n' + '\n'.join(branches_left or ['none']))
    print(f'\n{"":24}{"lines":>8}{"reached":>10}{"branches":>12}{"taken":>10}')
    for name in sorted(totals):
        reached, lines, taken, branches = totals[name]
        print(f'{name:24}{lines:8}{percent(reached, lines):8.1f} %{branches:12}{percent(taken, branches):8.1f} %')
    for file, text in reasons:
        if (file, text) not in used:
            faults.append(f'{unreached}: {file} has no such line, or all of it is reached: {text}')
    for name, wanted in WANTED.items():
        reached, lines, taken, branches = totals[name]
        for what, got, of, want in (('lines', reached, lines, wanted[0]), ('branches', taken, branches, wanted[1])):
            if percent(got, of) < want or not of:
                faults.append(f'{name}: {percent(got, of):.2f} % of the {what}, wanted are {want} %')
    print(*faults, sep='\n')
    return bool(faults)


sys.exit(main(*map(os.path.realpath, sys.argv[1:4])))
