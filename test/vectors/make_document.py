#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Writes document.txt: JSON texts with what Python's json and Flask's tagged JSON make of them.

A line: "ok" or "bad", "json" or "tagged", the input (bytes outside printable ASCII, and the percent sign,
as %NN), then for "ok" the document compact, spaced, and compact on its plain face, and for "bad"
what Python said. Fields are separated by tabs.
"""
import base64, json, random, sys, uuid
from datetime import datetime, timezone
from importlib.metadata import version
from flask.json.tag import TaggedJSONSerializer
from markupsafe import Markup
from werkzeug.http import http_date

rng = random.Random(20240229)
flask = TaggedJSONSerializer()

GOOD = [
    b'{}', b' { } ', b'\n\r\t {"a"\t:\r1\n}\n', b'{"":""}', b'{"a":[]}', b'{"a":{}}', b'{"a":[[],{},[{}]]}',
    b'{"a":null,"b":true,"c":false}', b'{"a":0,"b":-1,"c":9223372036854775807,"d":-9223372036854775808}',
    b'{"a":9223372036854775808,"b":18446744073709551616,"c":-99999999999999999999999999}',
    b'{"a":999999999999999999,"b":1000000000000000000,"c":-999999999999999999}',
    b'{"a":1.5,"b":-0.0,"c":1e+16,"d":1e-07,"e":5e-324}', b'{"a":NaN,"b":Infinity,"c":-Infinity}',
    b'{"a":1,"b":2,"a":3}', b'{"a":1,"\\u0061":2}', b'{"a":{"x":1},"b":1,"a":null}', b'{"a":null,"a":[1]}',
    b'{"a":"\\ud800"}', b'{"a":"\\udfff\\ud800"}', b'{"a":"\\ud83d\\ude00"}', b'{"a":"\\uD83D\\uDE00"}',
    b'{"a":"\\ud83d\\ud83d\\ude00"}', b'{"a":"\\ud800\\u0041"}', b'{"a":"\\ud800\\n"}', b'{"\\ud800":1,"\\udc00":2}',
    b'{"a\\u0000b":1,"a":2,"a\\u0000c":3,"\\u0000":4}', b'{"a":"\\u0000x\\u0000"}', b'{"a\\u0000":1,"a\\u0000":2}',
    b'{"a":"\\"\\\\\\/\\b\\f\\n\\r\\t"}', b'{"a/b":"</script>"}', b'{"a":"\x7f"}', '{"é":"ü€😀"}'.encode(),
    '{"a":"\ufeff\ufffe\uffff\U0010ffff"}'.encode(), b'{"a":"\\u00e9\\u20AC"}', b'{"' + b'n' * 300 + b'":"' + b'v' * 900 + b'"}',
    b'{"' + b'\\u0000' * 200 + b'":{"' + b'\\u0000' * 200 + b'":1.25}}',
]
BAD = [
    b'', b' ', b'{', b'}', b'{"a"', b'{"a":', b'{"a":1', b'{"a":1,', b'{"a":1,}', b'{,}', b'{a:1}', b"{'a':1}", b'{"a":"b}',
    b'{"a" 1}', b'{"a":1 "b":2}', b'{"a"::1}', b'{"a":}', b'{1:2}', b'{null:1}', b'{"a":[1,]}', b'{"a":[,1]}', b'{"a":[1 2]}',
    b'{"a":[}', b'{"a":[1}', b'{"a":1]', b'[1', b'{"a":1}x', b'{"a":1}{}', b'{"a":1}\x00', b'{"a":1}\x00\x00', b'\x00{"a":1}',
    b'{"a":1}\xc2\xa0', b'\xef\xbb\xbf{"a":1}', '{"a":1}'.encode('utf-16'), '{"a":1}'.encode('utf-16-le'), '{"a":1}'.encode('utf-32-be'),
    b'{"a":01}', b'{"a":-01}', b'{"a":+1}', b'{"a":.5}', b'{"a":1.}', b'{"a":-}', b'{"a":-.5}', b'{"a":1e}', b'{"a":1e+}', b'{"a":1.e1}',
    b'{"a":0x10}', b'{"a":1_000}', b'{"a":--1}', b'{"a":1e1.5}', b'{"a":00}',
    b'{"a":nan}', b'{"a":NAN}', b'{"a":infinity}', b'{"a":-infinity}', b'{"a":-NaN}', b'{"a":+Infinity}', b'{"a":Inf}', b'{"a":Infinit}',
    b'{"a":True}', b'{"a":TRUE}', b'{"a":tru}', b'{"a":truee}', b'{"a":nul}', b'{"a":Null}', b'{"a":None}', b'{"a":undefined}',
    b'{"a":1}//x', b'/*x*/{"a":1}', b'{"a":/**/1}', b'{"a":1}#', b'{"a":1};', b'{"a":"\t"}', b'{"a":"\n"}', b'{"a":"\x00"}', b'{"a":"\x1f"}',
    b'{"a\x00":1}', b'{"a":"\\x41"}', b'{"a":"\\u"}', b'{"a":"\\u12"}', b'{"a":"\\u123"}', b'{"a":"\\u12g4"}', b'{"a":"\\u 123"}', b'{"a":"\\u+123"}',
    b'{"a":"\\ud800\\u12"}', b'{"a":"\\ud800\\uzzzz"}', b'{"a":"\\U00000041"}', b'{"a":"\\\'"}', b'{"a":"\\0"}', b'{"a":"\\', b'{"a":"\\u0041', b'{"a":"\\"}',
    b'{"a":"\\\x00"}', b'{"a":"\x80"}', b'{"a":"\xff"}', b'{"a":"\xc0\x80"}', b'{"\xc0\x80":1}', b'{"a":"\xc1\xbf"}', b'{"a":"\xe0\x80\xaf"}', b'{"a":"\xed\xa0\x80"}',
    b'{"a":"\xed\xb0\x80"}', b'{"a":"\xed\xa0\xbd\xed\xb8\x80"}', b'{"a":"\xf0\x80\x80\xaf"}', b'{"a":"\xf4\x90\x80\x80"}', b'{"a":"\xf8\x88\x80\x80\x80"}',
    b'{"a":"\xc3"}', b'{"a":"\xe2\x82"}', b'{"a":"\xf0\x9f\x98"}', b'{"a":"\xc3', b'{"\xe9":1}', b'{"a":1\x0b}', b'{"a":1\x0c}', b'{"a":1\xe2\x80\xa8}',
]
TAGGED = [
    '{"a":{" t":[1,{" t":[]}]}}', '{"a":{" b":"AAH/"}}', '{"a":{" b":""}}', '{"a":{" m":"<b>\\u00e9</b>"}}', '{"a":{" u":"00112233445566778899aabbccddeeff"}}',
    '{"a":{" d":"Wed, 21 Oct 2015 07:28:00 GMT"}}', '{"a":{" d":"Fri, 01 Jan 1960 00:00:00 GMT"}}', '{"a":{" d":"Thu, 29 Feb 2024 23:59:59 GMT"}}',
    '{" di":{" t__":1}}', '{" di":{" di__":{" di":{" b__":{" t":[1]}}}}}', '{"a":{" di":{" m__":{" di":{" t__":2}}}}}', '{" x":1}', '{" ":1}', '{"  t":[1]}', '{"t":[1]}', '{"a":{" t":[1],"b":2}}',
    '{" t":[1]," b":"%"}', '{"a":{" tt":{" t":[1]}}}', '{"a":{"\\u0020t":[1]}}', '{"a":{" t\\u0000":5}}', '{"a":{" di":{"abc":1}}}', '{"a":{" di":{"":1}}}', '{"a":{" di":{"x":1}}}',
    '{"a":{" di":{"\\u20ac\\u20ac\\u20ac":1}}}', '{"a":{" di":{"b\\u0000\\u0000":1}}}', '{"a":{" di":{"abc":1,"def":2}}}', '{"a":{" di":{" di":{"abcde":1}}}}',
    '{"a":{" b":"YQ==YQ=="}}', '{"a":{" b":"YR=="}}', '{"a":{" b":"YW-J_="}}', '{"a":{" b":"Y Q\\n= ="}}', '{"a":{" b":"===="}}', '{"a":{" b":"YWJj="}}', '{"a":{" b":"YWK="}}',
    '{"a":{" u":"{URN:UUID:00112233-4455-6677-8899-AABBCCDDEEFF}"}}', '{"a":{" u":"{urn:uuid:00112233-4455-6677-8899-AABBCCDDEEFF}"}}', '{"a":{" u":"0-0112233445566778899aabbccddeeff-"}}',
    '{"a":{" d":"junk"}}', '{"a":{" d":""}}', '{"a":{" d":null}}', '{"a":{" d":"Wed, 32 Oct 2015 07:28:00 GMT"}}', '{"a":{" d":"Sun, 29 Feb 2015 07:28:00 GMT"}}', '{"a":{" d":"Wed, 21 Oct 2015 24:00:00 GMT"}}',
    '{"a":{" d":"Wednesday, 21-Oct-15 07:28:00 GMT"}}', '{"a":{" d":"Wed, 21 Oct 2015 07:28:60 GMT"}}',
    '{"a":{" t":1,"\\u0020t":[2]}}', '{"a":[{" t":[{" b":"YQ=="}]}],"b":{"c":{" d":"Wed, 21 Oct 2015 07:28:00 GMT"}}}',
    '{"a":{" m":null}}', '{"a":{" m":true}}', '{"a":{" m":false}}', '{"a":{" m":7}}', '{"a":{" m":1.5}}',
    '{"a":{" t":1}}', '{"a":{" t":null}}', '{"a":{" t":true}}', '{"a":{" b":"YWI"}}', '{"a":{" b":"Y"}}', '{"a":{" b":"\\u00e9"}}', '{"a":{" b":1}}', '{"a":{" b":[]}}', '{"a":{" b":null}}', '{"a":{" u":"00112233"}}',
    '{"a":{" u":"0011223344556677zz99aabbccddeeff"}}', '{"a":{" u":1}}', '{"a":{" u":null}}', '{"a":{" u":""}}', '{"a":{" u":"00112233445566778899aabbccddeeff0"}}', '{"a":{" d":5}}', '{"a":{" d":[1]}}',
    '{"a":{" di":{}}}', '{"a":{" di":5}}', '{"a":{" di":null}}', '{"a":{" di":"ab"}}', '{"a":{" di":[]}}', '{"a":{" di":["ab"]}}', '{"a":{" di":{" t":[1]}}}', '{"a":[1,{"b":{" b":"%"}}]}',
    '{" t":[1,2]}', '{" b":"YQ=="}', '{" m":"x"}', '{" u":"00112233445566778899aabbccddeeff"}', '{" d":"Wed, 21 Oct 2015 07:28:00 GMT"}', '[]', 'null', '"a"', '1',
]


def plain(v):
    if isinstance(v, (tuple, list)): return [plain(x) for x in v]
    if isinstance(v, dict): return {k: plain(x) for k, x in v.items()}
    if isinstance(v, bytes): return base64.b64encode(v).decode()
    if isinstance(v, uuid.UUID): return str(v)
    if isinstance(v, datetime): return http_date(v)
    return str(v) if isinstance(v, Markup) else v


def shown(b):
    return ''.join(chr(c) if 32 <= c < 127 and c != 37 else '%%%02X' % c for c in b)


def dumps(v, compact=True):
    return json.dumps(v, separators=(',', ':') if compact else (', ', ': '))


def line(kind, data):
    try:
        text = data.decode('utf-8')
        raw = json.loads(text)
        face = plain(flask.loads(text)) if kind == 'tagged' else raw
        if not isinstance(face, dict):
            raise ValueError('not an object')
    except Exception as e:
        print('bad', kind, shown(data), type(e).__name__, sep='\t')
        return
    print('ok', kind, shown(data), dumps(raw), dumps(raw, False), dumps(face), sep='\t')


def text():
    alphabets = ['abcXYZ_09'] * 4 + [' "\\/\b\t\n\x1f\x7f', 'éßÿ', '€ह한', '😀𐍈', '\0', ' tbmudi_']
    if rng.randrange(8) == 0: alphabets.append('\ud800\udfff')
    return ''.join(rng.choice(rng.choice(alphabets)) for _ in range(rng.randrange(9)))


def scalar():
    return rng.choice([None, True, False, 0, -1, rng.randrange(-10**6, 10**6), rng.randrange(-2**63, 2**63), rng.randrange(2**64, 2**200),
                       -rng.randrange(2**63, 2**70), rng.random(), rng.random() * 10**rng.randrange(-300, 300), text(), text(), text()])


def special():
    return rng.choice([rng.randbytes(rng.randrange(9)), uuid.UUID(int=rng.randrange(2**128)), Markup(text()), (scalar(), text()), (),
                       datetime.fromtimestamp(rng.randrange(-2**31, 2**34), timezone.utc), {rng.choice([' t', ' b', ' di', ' d', ' x']): scalar()}])


def value(depth, tags):
    kind = rng.randrange(8)
    if tags and kind == 0: return special()
    if depth == 0 or kind < 5: return scalar()
    if kind == 5 and tags: return tuple(value(depth - 1, tags) for _ in range(rng.randrange(4)))
    if kind == 6: return [value(depth - 1, tags) for _ in range(rng.randrange(4))]
    return {text(): value(depth - 1, tags) for _ in range(rng.randrange(5))}


def document(tags):
    return {text(): value(4, tags) for _ in range(rng.randrange(7))}


print('# Made by make_document.py: Python %s, Flask %s, Werkzeug %s' % (sys.version.split()[0], version('flask'), version('werkzeug')))
for data in GOOD + BAD: line('json', data)
for data in TAGGED: line('tagged', data.encode())
for _ in range(100):
    made = document(False)
    texts = [dumps(made), dumps(made, False), json.dumps(made, indent=2), json.dumps(made, ensure_ascii=False)]
    try:
        line('json', texts[rng.randrange(4)].encode())
    except UnicodeEncodeError:
        line('json', texts[0].encode())
for _ in range(100): line('tagged', flask.dumps(document(True)).encode())
