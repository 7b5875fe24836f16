#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes base64.txt: texts with what CPython makes of them.

A line: the text, what urlsafe_b64decode(text + "=" * (-len(text) % 4)) gives (itsdangerous,
Django) and what b64decode(text) gives (SecureCookie), all in hex, "-" where it raises. Fields
are separated by tabs.
"""
import base64, binascii, platform, random

rng = random.Random(20240301)
DIGITS = b'ABCDZabcz0189+/-_'
JUNK = b'=!*. \t\n\r\0\x7f\x80\xe9\xff~"\\'

NASTY = [
    b'', b'=', b'==', b'===', b'====', b'=====', b'A', b'A=', b'A==', b'A===', b'A====', b'AA', b'AA=', b'AA==',
    b'AA===', b'AA====', b'AAA', b'AAA=', b'AAA==', b'AAAA', b'AAAA=', b'AAAA====', b'=AAA', b'=AAAA', b'==AA', b'A=A=',
    b'A=AA', b'AA=A', b'AA=A=', b'AA=A==', b'AA==AA', b'AA==AAAA', b'AAA=A', b'AAA=AAAA', b'A=A=A=A=', b'A===AAA', b'a!b',
    b'a!*b', b'a!!!b', b'!', b'!!', b'!!!', b'!!!!', b'YQ', b'YR', b'YS', b'Yf', b'YWI', b'YWJ', b'YW-_', b'YW+/', b'-_+/',
    b'----', b'____', b'++++', b'////', b'-', b'--', b'---', b'-=--', b'YQ==\0', b'\0YQ==', b'Y\0Q==', b'YQ=\0=', b'YQ=\n=',
    b'\xe9YQ==', b'\xff' * 4, b'\x80\x80\x80YQ', b'YQ==' * 3, b'YWJj' * 5, b'YWJj' * 5 + b'=', b'YWJj' * 5 + b'Y',
    b'YWJj' * 5 + b'!YWJj', b'YWJj.YWJj.YWJj', b'YWJj' * 5 + b'=YWJj', b'YWJj' * 5 + b'YQ==YWJj',
]


def text():
    kind = rng.randrange(4)
    if kind == 0:
        return bytes(rng.choices(DIGITS, k=rng.randrange(24)))
    if kind == 1:
        return bytes(rng.choices(DIGITS + JUNK, k=rng.randrange(24)))
    if kind == 2:
        return bytes(rng.choices(DIGITS + b'=' * 8, k=rng.randrange(16)))
    s = bytearray(rng.choice([base64.urlsafe_b64encode, base64.b64encode])(rng.randbytes(rng.randrange(16))))
    for _ in range(rng.randrange(3)):
        s.insert(rng.randrange(len(s) + 1), rng.choice(DIGITS + JUNK))
    return bytes(s)


def tried(decode, s):
    try:
        return decode(s).hex()
    except binascii.Error:
        return '-'


with open('base64.txt', 'w') as f:
    print('# Made by make_base64.py: Python', platform.python_version(), file=f)
    for s in NASTY + [text() for _ in range(2400)]:
        print(s.hex(), tried(lambda s: base64.urlsafe_b64decode(s + b'=' * (-len(s) % 4)), s),
              tried(base64.b64decode, s), sep='\t', file=f)
