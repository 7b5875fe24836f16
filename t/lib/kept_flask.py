# SPDX-License-Identifier: Apache-2.0
"""Sessions of the real Flask-Session in redis, and what does not depend on where sessions are kept."""
import http.client
import json
import os
import signal
import subprocess
import sys
import time

import redis
import flask
import flask_login
import flask_session
from itsdangerous import Signer
from kept import (LOGS, PORT, ROOT, SECRET, WRONG, asked, check_log, equal, finish, log_lines, ok, request, running, seen, start, start_httpd,
                  stop_all, wait_for)

REDIS = sys.argv[2]
SOCKET = LOGS + '/kept-redis.sock'


# --- the applications ---

store = redis.Redis(unix_socket_path=SOCKET)


def start_redis():
    start('redis', REDIS, '--port', '0', '--unixsocket', SOCKET, '--save', '', '--dir', LOGS)
    wait_for('redis', store.ping, redis.exceptions.RedisError)


class User(flask_login.UserMixin):
    id = '7'


def flask_app(signed):
    app = flask.Flask('kept')
    app.config.update(SECRET_KEY=SECRET, SESSION_TYPE='redis', SESSION_REDIS=store, SESSION_USE_SIGNER=signed)
    flask_session.Session(app)
    manager = flask_login.LoginManager(app)
    manager.session_protection = 'strong'
    manager.user_loader(lambda user: User())

    @app.route('/login')
    def login():
        flask_login.login_user(User())
        flask.session.update(role='claim-of-editor', raw=b'\0\xff', pair=(1, 2), big=10 ** 30, none=None, f=1.5, s={'x': [True]})
        return ''

    @app.route('/role/<role>')
    def role(role):
        flask.session['role'] = role
        return ''

    @app.route('/logout')
    def logout():
        flask.session.clear()
        return ''

    @app.route('/me')
    def me():
        return flask_login.current_user.get_id() or ''

    return app


def cookie_of(response, name='session'):
    for line in response.headers.getlist('Set-Cookie'):
        if line.startswith(name + '='):
            return line.split(';')[0]
    return None


CONFIGURATION = f'''
CookieSessionStore redis:{SOCKET} timeout=500ms
CookieSessionRevocation file:logs/kept-revoked
<Location /s/plain/>
    CookieSession cookie:session flask-session lookup=redis:session:
</Location>
<Location /s/again/>
    CookieSession cookie:session flask-session lookup=redis:session: recheck=0
</Location>
<Location /s/long/>
    CookieSession cookie:session flask-session lookup=redis:session: recheck=10min
</Location>
<Location /s/signed/>
    CookieSession cookie:session flask-session keys=other,app lookup=redis:session: recheck=0
</Location>
<Location /s/protected/>
    CookieSession cookie:session flask-session lookup=redis:session: recheck=10min protect=on
</Location>
<Location /s/protectedflask/>
    CookieSession cookie:signed flask keys=app protect=on
</Location>
<Location /s/two/>
    CookieSession cookie:signed flask keys=app
    CookieSession cookie:session flask-session lookup=redis:session: recheck=0
</Location>
ScriptAlias /cgi/ "{ROOT}/cgi/"
<Location /cgi/>
    Session On
    SessionHeader X-Replace-Session
    CookieSession cookie:session flask-session lookup=redis:session: recheck=0
</Location>
<Location /handoff/>
    CookieSession cookie:signed flask keys=app
    CookieSession cookie:session flask-session lookup=redis:session: recheck=0
    SetHandler sessioncookie-handoff
</Location>
<Location /handoff/realm>
    CookieSessionHandoff realm=kept
</Location>
<Location /handoff/none>
    CookieSessionHandoff ttl=30s
</Location>
<Location /logout>
    CookieSession cookie:session flask-session lookup=redis:session: recheck=10min
    SetHandler sessioncookie-logout
</Location>
'''

GOOD = 'ok 7 claim-of-editor'


def test_flask_session():
    app = flask_app(False)
    browser = app.test_client()
    session = cookie_of(browser.get('/login'))
    equal(seen('plain', session), GOOD, 'Flask-Session: a login of the real one is seen')
    response = request('/s/plain/plain.txt', session)
    equal(response.getheader('X-Key'), '(null)', 'no key has signed a plain id')
    ok(time.time() < int(response.getheader('X-Expires')) <= time.time() + 31 * 86400 + 5, "it ends when redis lets it go")
    text = response.getheader('X-Json')
    ok('"raw":"AP8="' in text and '"pair":[1,2]' in text and '1' + 30 * '0' in text and '"s":{"x":[true]}' in text,
       'with every type of a pickle')
    name = session.split('=')[1]
    equal(asked(lambda: [seen('long', session) for _ in range(50)]), 1, 'a page with 50 files asks once')
    equal(seen('signed', session), 'malformed - -', 'an id that nobody signed, where it is to be signed')
    browser.get('/role/reader')
    equal(seen('long', session), GOOD, 'what is remembered stays for as long as recheck= says')
    equal(seen('again', session), 'ok 7 reader', 'and is seen at once with recheck=0')
    browser.get('/logout')
    equal(seen('again', session), 'expired - -', 'a logout of the application ends it')
    store.set('session:' + name, b'\x82\xa8_user_id\xa17\xa4role\xafclaim-of-editor')
    has_msgpack = 'msgpack' in subprocess.run(['ldd', os.environ['SC_MODULE']], capture_output=True, text=True).stdout
    equal(seen('again', session), GOOD if has_msgpack else 'unsupported - -', 'what Flask-Session 0.6 and later writes')
    store.set('session:' + name, b'{"_user_id":"7","role":"claim-of-editor"}')
    equal(seen('again', session), GOOD, 'and as JSON')
    equal(request('/s/again/plain.txt', session).getheader('X-Expires'), '(null)', 'a key that redis keeps for ever has no end')
    for value, want, sentence in [(b'garbage', 'malformed', 'garbage'), (b'', 'expired', 'nothing'), (10 ** 7 * b'x', 'too-large', 'a value of 10 MB'),
                                  (b'\x80\x04cos\nsystem\n.', 'unsupported', 'a pickle that reaches for code')]:
        store.set('session:' + name, value)
        equal(seen('again', session), want + ' - -', sentence + ': ' + want)
    store.delete('session:' + name)
    store.rpush('session:' + name, 'x')
    equal(seen('again', session), 'error - -', 'a key that is not a string')
    store.delete('session:' + name)


def test_signed():
    app = flask_app(True)
    session = cookie_of(app.test_client().get('/login'))
    name = session.split('=')[1].split('.')[0]
    equal(seen('signed', session), GOOD, 'a signed id of the real Flask-Session')
    equal(request('/s/signed/plain.txt', session).getheader('X-Key'), 'app', 'tells its key')
    equal(seen('plain', session), 'malformed - -', 'where it is to be plain it is none')
    forged = Signer('x' + SECRET, salt='flask-session', key_derivation='hmac').sign(name).decode()
    equal(asked(lambda: equal(seen('signed', 'session=' + forged), 'bad-signature - -', 'one that somebody else signed')), 0, 'asks nobody')
    other = Signer('another-secret-of-somebody-else', salt='flask-session', key_derivation='hmac').sign(name).decode()
    equal(request('/s/signed/plain.txt', 'session=' + other).getheader('X-Key'), 'other', 'each id tells the key that has signed it')
    equal(request('/s/signed/plain.txt', session).getheader('X-Key'), 'app', 'whichever came before')


def test_ids():
    def send():
        for wrong in WRONG:
            equal(seen('again', f'session={wrong}'), 'malformed - -', f'not an id: {ascii(wrong[:40])}')
    equal(asked(send), 0, 'none of them asks anybody')
    equal(asked(lambda: equal(seen('long', 'session=made-up-id-1'), 'expired - -', 'an id that is not there')), 1, 'is asked for')
    equal(asked(lambda: [seen('long', 'session=made-up-id-1') for _ in range(20)]), 0, 'and remembered as not there')
    session = cookie_of(flask_app(False).test_client().get('/login'))
    equal(seen('long', session), GOOD, 'a known visitor')
    seen('long', session)
    equal(asked(lambda: [seen('long', f'session=flood-of-ids-{i}') for i in range(1000)]), 1000, 'a flood of ids that were made up')
    equal(asked(lambda: equal(seen('long', session), GOOD, 'pushes nobody out')), 0, 'who is not asked for again')
    many = '; '.join(f'session=one-of-many-{i}' for i in range(16))
    ok(asked(lambda: seen('again', many)) <= 4, 'a request with 16 ids asks for 4 of them at most')


def test_revocation():
    app = flask_app(False)
    browser = app.test_client()
    session = cookie_of(browser.get('/login'))
    equal(seen('long', session), GOOD, 'a session before its logout')
    response = request('/logout', session, 'POST', Origin='http://main.test', Host='main.test')
    equal(response.status, 200, 'the endpoint answers')
    ok('session=;' in (response.getheader('Set-Cookie') or ''), 'and removes the cookie')
    wait_for('the end of the session', lambda: seen('long', session) == 'revoked - -')
    browser.get('/role/reader')
    equal(seen('again', session), 'revoked - -', 'it is over whatever the application writes into it')
    other = cookie_of(app.test_client().get('/login'))
    equal(seen('long', other), GOOD, "the same user's other session is not")


def test_read_only():
    session = cookie_of(flask_app(False).test_client().get('/login'))
    response = request('/cgi/change.cgi?role=admin', session)
    equal((response.status, response.getheader('Set-Cookie')), (200, None), 'what mod_session would change is not written')
    equal(log_lines().count('the session was changed; it is not written, since it is kept on a server (lookup=)'), 1, 'which the log says, and why')
    equal(seen('again', session), GOOD, 'and it stays as it was')

    def post(path, cookie=None, body=''):
        connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=60)
        headers = {'Origin': 'http://main.test', 'Host': 'main.test', 'Content-Type': 'application/x-www-form-urlencoded'}
        connection.request('POST', path, body, {**headers, 'Cookie': cookie} if cookie else headers)
        response = connection.getresponse()
        text = response.read().decode()
        connection.close()
        return response, text

    def code_of(path):
        response, text = post(path, session)
        return json.loads(text).get('code') if response.status == 201 else response.status

    response, _ = post('/handoff/realm', body=f"code={code_of('/handoff/realm')}")
    equal(response.status, 200, 'a hand-off with a realm goes into the signed source')
    cookie = (response.getheader('Set-Cookie') or '').split(';')[0]
    equal(seen('two', cookie), GOOD, 'where the session is the same')
    response, text = post('/handoff/none', body=f"code={code_of('/handoff/none')}")
    equal((response.status, json.loads(text)), (403, {'error': 'invalid_grant'}), 'without a realm it goes nowhere')


def test_two_sources():
    session = cookie_of(flask_app(False).test_client().get('/login'))
    plain = flask.Flask('signed')
    plain.secret_key = SECRET
    plain.config['SESSION_COOKIE_NAME'] = 'signed'

    @plain.route('/')
    def login():
        flask.session.update(_user_id='8', role='claim-of-guest')
        return ''

    signed = cookie_of(plain.test_client().get('/'), 'signed')
    equal(seen('two', session), GOOD, 'two sources: the one that is looked up')
    equal(seen('two', f'{session}; {signed}'), 'ok 8 claim-of-guest', 'the signed one comes first')
    equal(seen('two', f'{session}; {signed}x'), GOOD, 'a bad one is passed over')


AGENTS = ['Mozilla/5.0 (X11; Linux)', "it's", 'say "hi"', 'both \' and "', 'back\\slash', 'tab\tinside', 'caf\u00e9 \u00ff', 'x' * 300]


def test_protect():
    app = flask_app(False)
    for agent in AGENTS:
        latin = agent.encode('latin-1').decode('latin-1')
        session = cookie_of(app.test_client().get('/login', headers={'User-Agent': latin}))
        for _ in range(2):
            equal(seen('protected', session, **{'User-Agent': latin.encode('latin-1')}), GOOD, f'protect=on: its own browser, {ascii(agent)}')
        equal(seen('protected', session, **{'User-Agent': 'another'}), 'wrong-claim - -', 'another browser')
        equal(seen('protected', session), 'wrong-claim - -', 'none')
        equal(seen('plain', session), GOOD, 'without protect=on any will do')
    session = cookie_of(app.test_client().get('/login', headers={'User-Agent': 'x', 'X-Forwarded-For': '192.0.2.1 , 192.0.2.2'}))
    equal(seen('protected', session, **{'User-Agent': 'x', 'X-Forwarded-For': '192.0.2.1'}), GOOD, 'the address that a proxy tells')
    equal(seen('protected', session, **{'User-Agent': 'x', 'X-Forwarded-For': '192.0.2.3, 192.0.2.1'}), 'wrong-claim - -', 'another address')
    equal(seen('protected', session, **{'User-Agent': 'x'}), 'wrong-claim - -', 'and that of the client')
    ok('User-Agent' in request('/s/protected/plain.txt', session).getheader('Vary'), 'the answer is for this browser alone')
    store.set('session:nobody-there', b'{"basket":[1]}')
    equal(seen('protected', 'session=nobody-there'), 'ok - -', 'a session without a login comes from anywhere')
    store.set('session:no-identifier', b'{"_user_id":"7"}')
    equal(seen('protected', 'session=no-identifier', **{'User-Agent': 'x'}), 'wrong-claim - -', 'a login without _id does not')
    signed = flask.Flask('protected')
    signed.secret_key = SECRET
    signed.config['SESSION_COOKIE_NAME'] = 'signed'
    flask_login.LoginManager(signed).user_loader(lambda user: User())
    signed.add_url_rule('/', 'login', lambda: str(flask_login.login_user(User())))
    cookie = cookie_of(signed.test_client().get('/', headers={'User-Agent': 'x'}), 'signed')
    equal(seen('protectedflask', cookie, **{'User-Agent': 'x'}), 'ok 7 -', 'a signed session in its own browser')
    equal(seen('protectedflask', cookie, **{'User-Agent': 'y'}), 'wrong-claim - -', 'and in another')


def test_failures():
    session = cookie_of(flask_app(False).test_client().get('/login'))
    equal(seen('again', session), GOOD, 'while redis is there')
    running['redis'][0].send_signal(signal.SIGSTOP)
    equal(seen('again', session), 'error - -', 'redis that stands still: no session')
    equal([seen('again', session) for _ in range(50)], 50 * ['error - -'], 'for nobody')
    equal(log_lines().count('lookup=redis:session:: redis does not answer'), 1, 'which the log says once')
    running['redis'][0].send_signal(signal.SIGCONT)
    wait_for('redis', lambda: seen('again', session) == GOOD)
    ok(True, 'and when it answers again there is one')


try:
    start_redis()
    start_httpd(CONFIGURATION)
    test_flask_session()
    test_signed()
    test_ids()
    test_revocation()
    test_read_only()
    test_two_sources()
    test_protect()
    test_failures()
    check_log()
finally:
    stop_all()
finish()
