#!/usr/bin/python3
# SPDX-License-Identifier: Apache-2.0
"""Loads the httpd of test/tsan/httpd.conf in every way at once, for SECONDS, and checks the answers. A line of TAP,
without a number, for each kind of load: that there were answers, and that none was wrong.

    drive.py DIR PORT TLS-PORT HTTPD-PID SECONDS

A connection that httpd closes, since it restarts, is no wrong answer; the request is sent again.
"""
import http.client
import json
import os
import random
import re
import signal
import subprocess
import sys
import threading
import time
import urllib.parse

DIR, PORT, TLS_PORT, HTTPD, SECONDS = sys.argv[1], *map(int, sys.argv[2:6])
BASE = f'http://127.0.0.1:{PORT}'
COMMAND = f'{DIR}/sessioncookie'
HAS_REDIS = os.path.exists(f'{DIR}/redis.sock')
FORM = {'Content-Type': 'application/x-www-form-urlencoded', 'Origin': BASE}
END = 0.0  # when the loads end, by time.monotonic()

KINDS = ('HTTP/1.1, wrk', 'HTTP/2, h2load', 'HTTP/2, several users in one connection, curl', 'tokens for back ends',
         'tokens for back ends, verified', 'tokens for clients', 'hand-offs', 'pages with a code', 'guarded requests', 'revocations',
         'status pages', 'graceful restarts')
done = {}   # kind: how often it came out well
wrong = {}  # kind: what came out otherwise
lock = threading.Lock()


def well(kind, n=1):
    with lock:
        done[kind] = done.get(kind, 0) + n


def expect(kind, is_good, what):
    if is_good:
        well(kind)
    else:
        with lock:
            wrong.setdefault(kind, []).append(str(what)[:300])


def command(*args, given=None):
    return subprocess.run([COMMAND, *args], input=given, capture_output=True, text=True, check=True).stdout


def sealed(sessions, *options, key=f'main=file:{DIR}/main.key'):
    """A Flask token of each session."""
    lines = ''.join(json.dumps(session) + '\n' for session in sessions)
    return command('encode', '--format', 'flask', '--key', key, *options, '--lines', '-', given=lines).split()


def session_of(user, n=0):
    return {'_user_id': user, 'n': n, 'profile': {'name': user, 'roles': ['reader', 'editor']}, 'csrf_token': 'f00d' * 8}


# --- one request, again if its connection is closed ---

local = threading.local()


def ask(method, path, headers=None, body=None, tries=20):
    """(response, its body), by the thread's own connection. With one try: None if nobody knows what became of it."""
    for _ in range(tries):
        try:
            if getattr(local, 'connection', None) is None:
                local.connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=60)
            local.connection.request(method, path, body, headers or {})
            response = local.connection.getresponse()
            content = response.read().decode()
            return response, content
        except (http.client.HTTPException, OSError):
            local.connection.close()
            local.connection = None
            time.sleep(0.05)
    if tries == 1:
        return None
    raise RuntimeError(f'no answer: {method} {path}')


def seen(path, expected, cookie):
    """What httpd says of the session, if the answer is otherwise."""
    response, _ = ask('GET', f'{path}?{expected}', {'Cookie': cookie})
    said = response.getheader('X-Seen')
    return None if response.status == 200 and said == expected else f'{path}: {response.status} {said}, not {expected}'


def cookie_of(response, name='session'):
    for header, value in response.getheaders():
        if header.lower() == 'set-cookie' and value.startswith(name + '='):
            return value.split(';')[0]
    return None


# --- sessions, and the requests that show them ---

USERS = [f'u{i}' for i in range(24)]
REVOKED = [f'r{i}' for i in range(4)]
good = dict(zip(USERS, sealed(session_of(user) for user in USERS)))
older = dict(zip(USERS, sealed([session_of(user) for user in USERS], key='old=text:a-key-that-was-used-before-the-other-one')))
revoked = dict(zip(REVOKED, sealed(session_of(user) for user in REVOKED)))
expired, = sealed([session_of('late')], '--now', str(int(time.time()) - 86400))
forged, = sealed([session_of('evil')], key='main=text:another-key-than-that-of-the-server')


def all_requests():
    """(path, what is expected, cookie) of each combination."""
    made = []
    for path in ('/plain/', '/minted/', '/export/', '/header/', '/write/'):
        page = path + 'file.txt'
        made += [(page, f'ok:{user}', f'session={token}') for user, token in good.items()]
        made += [(page, f'ok:{user}', f'theme=dark; session={older[user]}; lang=de') for user in USERS[:6]]
        made += [(page, 'revoked:', f'session={token}') for token in revoked.values()]
        made += [(page, 'expired:', f'session={expired}'), (page, 'bad-signature:', f'session={forged}'), (page, 'absent:', 'a=b')]
        # Two of one name: the good one counts.
        made += [(page, f'ok:{user}', f'session={forged}; session={good[user]}') for user in USERS[6:9]]
    made += [('/kept/file.txt', f'ok:{user}', f'kept=id-of-{user}-in-the-table') for user in USERS]
    made += [('/kept/file.txt', 'expired:', f'kept=id-of-nobody-{i}') for i in range(4)]
    if HAS_REDIS:
        made += [('/stored/file.txt', f'ok:{user}', f'stored=id-of-{user}-in-redis') for user in USERS]
        made += [('/stored/file.txt', 'expired:', f'stored=id-of-nobody-{i}') for i in range(4)]
    made += [('/member/file.txt', f'ok:{user}', f'session={token}') for user, token in good.items()]
    return made


# --- the loads; each a loop until the end ---

def by_wrk():
    with open(f'{DIR}/requests', 'w') as file:
        file.writelines(' '.join(request) + '\n' for request in all_requests())
    said = subprocess.run(['wrk', '-t2', '-c12', f'-d{SECONDS}s', '-s', f'{DIR}/wrk.lua', BASE], capture_output=True, text=True,
                          env={**os.environ, 'REQUESTS': f'{DIR}/requests'}).stdout
    found = re.search(r'^right (\d+) wrong (\d+) (.*)$', said, re.M)
    if found:
        well('HTTP/1.1, wrk', int(found[1]))
    expect('HTTP/1.1, wrk', found and found[2] == '0', found[0] if found else said)


def by_h2load(user):
    """Many streams of few connections. What a restart closes fails; a status that is wrong does not pass."""
    kind = 'HTTP/2, h2load'
    # httpd compares the query with the session where it says who is a member.
    while time.monotonic() < END:
        urls = [f'{BASE}/{path}/file.txt?ok:{user}' for path in ('member', 'plain', 'minted', 'write', 'export')]
        said = subprocess.run(['h2load', '-n', '600', '-c', '2', '-m', '24', '-H', f'cookie: session={good[user]}', *urls],
                              capture_output=True, text=True, timeout=120).stdout
        found = re.search(r'^status codes: (\d+) 2xx, (\d+) 3xx, (\d+) 4xx, (\d+) 5xx', said, re.M)
        if found:
            well(kind, int(found[1]))
        expect(kind, found and (found[2], found[3], found[4]) == ('0', '0', '0'), said)


def by_curl(numbers):
    """Sessions of several users, in streams of one connection; each answer is compared. (By TLS: without it, curl 7.88 has
    but one stream at a time.)"""
    kind = 'HTTP/2, several users in one connection, curl'
    requests = all_requests()
    while time.monotonic() < END:
        config = 'parallel\nparallel-max = 40\nsilent\n'
        config += 'next\n'.join(f'url = "https://127.0.0.1:{TLS_PORT}{path}?{expected}"\nheader = "Cookie: {cookie}"\nhttp2\ninsecure\noutput = "/dev/null"\n'
                                'write-out = "%{http_code} %header{x-asked} %header{x-seen}\\n"\n'
                                for path, expected, cookie in numbers.sample(requests, 60))
        said = subprocess.run(['curl', '-K', '-'], input=config, capture_output=True, text=True, timeout=120).stdout
        for line in said.splitlines():
            words = line.split(' ')
            if words[0] in ('000', ''):
                continue
            expect(kind, len(words) == 3 and words[0] == '200' and words[1] == words[2], line)


minted = {}


def mint(numbers):
    kind = 'tokens for back ends'
    while time.monotonic() < END:
        user = numbers.choice(USERS)
        response, _ = ask('GET', f'/minted/file.txt?ok:{user}', {'Cookie': f'session={good[user]}'})
        token = response.getheader('X-Token') or ''
        expect(kind, token.startswith('v4.public.'), f'{response.status} {token}')
        minted[token] = user


def tokens_for_clients(numbers):
    kind = 'tokens for clients'
    while time.monotonic() < END:
        user = numbers.choice(USERS)
        response, content = ask('POST', '/token', {**FORM, 'Cookie': f'session={good[user]}'}, '')
        if response.status != 200:
            expect(kind, False, f'{response.status} {content}')
            continue
        bearer = {'Authorization': 'Bearer ' + json.loads(content)['access_token']}
        for _ in range(3):
            response, _ = ask('GET', f'/api/file.txt?ok:{user}', bearer)
            expect(kind, (response.status, response.getheader('X-Seen')) == (200, f'ok:{user}'), f'{response.status} {response.getheader("X-Seen")}')
        response, content = ask('GET', '/keys')
        expect(kind, response.status == 200 and len(json.loads(content)['keys']) == 2, f'{response.status} {content}')


def redeem(code, answers):
    answers.append(ask('POST', '/code', FORM, f'code={code}', tries=1))


def hand_on(kind, code, user):
    """Four at once redeem it: one of them gets the session."""
    answers = []
    clients = [threading.Thread(target=redeem, args=(code, answers)) for _ in range(4)]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    won = [answer for answer in answers if answer and answer[0].status == 200]
    lost = answers.count(None)  # whose connection was closed: perhaps the winner
    others = [answer[0].status for answer in answers if answer and answer[0].status not in (200, 403)]
    expect(kind, not others and len(won) <= 1 and (won or lost), f'{[answer and answer[0].status for answer in answers]}')
    for response, _ in won:
        cookie = cookie_of(response)
        expect(kind, cookie and not seen('/plain/file.txt', f'ok:{user}', cookie), f'{user}: {cookie}')


def hand_off(numbers):
    while time.monotonic() < END:
        user = numbers.choice(USERS)
        response, content = ask('POST', '/code', {**FORM, 'Cookie': f'session={good[user]}'}, '')
        if response.status != 201:
            expect('hand-offs', False, f'{response.status} {content}')
            continue
        hand_on('hand-offs', json.loads(content)['code'], user)
        response, content = ask('GET', '/page/page.shtml', {'Cookie': f'session={good[user]}'})
        found = re.search(r'code=([\w-]{43});', content)
        expect('pages with a code', found, content)
        if found:
            hand_on('pages with a code', found[1], user)


def guard(numbers):
    kind = 'guarded requests'
    while time.monotonic() < END:
        user = numbers.choice(USERS)
        mine = f'session={good[user]}'
        response, page = ask('GET', '/guarded/form.html', {'Cookie': mine})
        token = response.getheader('X-XSRF-Token')
        expect(kind, token and f'value="{token}"' in page, f'{response.status} {page}')
        cookies = '; '.join([mine] + [value.split(';')[0] for name, value in response.getheaders() if name.lower() == 'set-cookie'])
        body = f'a={"b" * 5000}&' + urllib.parse.urlencode({'xsrf-token': token or ''})
        for headers, sent, status in (({'X-XSRF-Token': token or ''}, 'a=b', 200), ({}, body, 200), ({}, 'a=b', 403),
                                      ({'X-XSRF-Token': 'x' + (token or '')[1:]}, 'a=b', 403)):
            response, content = ask('POST', '/guarded/echo', {**FORM, **headers, 'Cookie': cookies}, sent)
            expect(kind, response.status == status and (status != 200 or content == sent), f'{response.status}, not {status}: {content}')
        response, _ = ask('GET', '/.well-known/xsrf.js')
        expect(kind, response.status == 200, response.status)


def revoke(numbers):
    """Who is ended is out from the next request on, whichever way it was; others change the file meanwhile."""
    kind = 'revocations'
    file = f'{DIR}/revoked'
    ended = []
    for i in range(10 ** 6):
        if time.monotonic() >= END:
            break
        user = f'v{numbers.randrange(10 ** 9)}'
        token, = sealed([session_of(user)])
        cookie = f'session={token}'
        for _ in range(3):
            problem = seen('/plain/file.txt', f'ok:{user}', cookie)
            expect(kind, not problem, problem)
        if i % 2:
            response, content = ask('POST', '/revoke', FORM, f'user={user}')
        else:
            response, content = ask('POST', '/logout', {**FORM, 'Cookie': cookie}, '')
        expect(kind, response.status == 200, f'{response.status} {content}')
        ended.append(cookie)
        for cookie in numbers.sample(ended, min(len(ended), 4)) + [cookie]:
            problem = seen('/plain/file.txt', 'revoked:', cookie)
            expect(kind, not problem, problem)
        command('revoke', 'add', file, 'user', '*', f'nobody{i}')
        if i % 5 == 4:
            command('revoke', 'compact', file)


def watch(numbers):
    """Counters never go back."""
    kind = 'status pages'
    latest = 0
    while time.monotonic() < END:
        for query in ('', '?refresh=5', '?prometheus'):
            response, content = ask('GET', '/status' + query)
            expect(kind, response.status == 200 and content, response.status)
        found = sum(int(n) for n in re.findall(r'^sessioncookie_lookups_total\{.*\} (\d+)$', content, re.M))
        expect(kind, found >= latest > -1 and found, f'{found} after {latest}')
        latest = found
        response, content = ask('GET', '/status?json')
        expect(kind, response.status == 200 and json.loads(content), content)
        response, content = ask('GET', '/server-status?auto')
        expect(kind, response.status == 200 and 'SessionCookie-' in content, content)


def restart():
    """A generation after the other, each when the one before it answers."""
    kind = 'graceful restarts'
    generation = 0
    while time.monotonic() < END - 3:
        time.sleep(2)
        generation += 1
        with open(f'{DIR}/generation.conf', 'w') as file:
            file.write(f'Header always set X-Generation {generation}\n')
        os.kill(HTTPD, signal.SIGUSR1)
        give_up = time.monotonic() + 60
        while ask('GET', '/')[0].getheader('X-Generation') != str(generation) and time.monotonic() < give_up:
            time.sleep(0.1)
        expect(kind, time.monotonic() < give_up, f'generation {generation} does not answer')


def verify_minted():
    """Each token that a back end got names the user of its request."""
    kind = 'tokens for back ends, verified'
    tokens = list(minted)
    with open(f'{DIR}/tokens', 'w') as file:
        file.writelines(token + '\n' for token in tokens)
    lines = command('decode', '--format', 'paseto', '--key', f'signing=file:{DIR}/signing.key', '--option', 'audience=https://api.example',
                    '--option', 'leeway=1h', '--lines', '-', given=''.join(token + '\n' for token in tokens)).splitlines()
    expect(kind, len(lines) == len(tokens), f'{len(lines)} of {len(tokens)}')
    for token, line in zip(tokens, lines):
        expect(kind, json.loads(line)['session']['sub'] == minted[token], f'{line}, not {minted[token]}')


def until_the_end(load, *args):
    try:
        load(*args)
    except Exception as error:
        expect(load.__name__, False, repr(error))


def main():
    global END
    command('revoke', 'add', f'{DIR}/revoked', 'user', '*', 'somebody')
    for user in REVOKED:
        command('revoke', 'add', f'{DIR}/revoked', 'user', '*', user)
    give_up = time.monotonic() + 30
    while seen('/plain/file.txt', 'revoked:', f'session={revoked[REVOKED[-1]]}') and time.monotonic() < give_up:
        time.sleep(0.1)
    END = time.monotonic() + SECONDS
    loads = [threading.Thread(target=until_the_end, args=args) for args in [
        (by_wrk,), (by_h2load, 'u0'), (by_h2load, 'u1'), (restart,), *((load, random.Random()) for load in (
            by_curl, mint, tokens_for_clients, hand_off, hand_off, guard, revoke, revoke, watch))]]
    for load in loads:
        load.start()
    for load in loads:
        load.join()
    until_the_end(verify_minted)
    for kind in sorted({*KINDS, *done, *wrong}):
        bad = wrong.get(kind, [])
        print(f'{"ok" if done.get(kind) and not bad else "not ok"} - {kind}: {done.get(kind, 0)} answers are as they should be')
        for what in bad[:5]:
            print(f'# {len(bad)} wrong:', what.replace('\n', '\n# '))


main()
