# SPDX-License-Identifier: Apache-2.0
"""Sessions that are kept on a server: real Flask-Session and redis, real Django and sqlite3, in one httpd of this
test's own. Waits for what it awaits; nothing here is true only if a machine is fast."""
import http.client
import json
import os
import pickle
import signal
import socket
import sqlite3
import subprocess
import sys
import time

import redis
import django
from django.conf import settings
import flask
import flask_login
import flask_session
from itsdangerous import Signer

ROOT, REDIS = sys.argv[1:3]
LOGS = ROOT + '/logs'
SECRET = 'claim-secret-of-the-applications'
SOCKET = LOGS + '/kept-redis.sock'
DATABASE = LOGS + '/kept.sqlite3'
UNREAD = LOGS + '/kept-log'
running = {}
count = failed = 0


def ok(good, sentence):
    global count, failed
    count += 1
    failed += not good
    print(f'{"" if good else "not "}ok {count} - {sentence}', flush=True)
    return good


def equal(got, want, sentence):
    if not ok(got == want, sentence):
        print(f'# got {got!r}, not {want!r}', flush=True)


def start(name, *command):
    with open(f'{LOGS}/{name}.out', 'a') as out:
        running[name] = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True)


def stop(name):
    process = running.pop(name)
    process.send_signal(signal.SIGCONT)
    process.terminate()
    process.wait()


def wait_for(what, is_there):
    for _ in range(300):
        try:
            if is_there():
                return
        except (OSError, redis.exceptions.RedisError):
            pass
        time.sleep(0.1)
    raise SystemExit(f'{what}: nothing for half a minute')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


# --- the applications ---

store = redis.Redis(unix_socket_path=SOCKET)


def start_redis():
    start('redis', REDIS, '--port', '0', '--unixsocket', SOCKET, '--save', '', '--dir', LOGS)
    wait_for('redis', store.ping)


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


settings.configure(SECRET_KEY=SECRET, INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions'],
                   DATABASES={'default': {'ENGINE': 'django.db.backends.sqlite3', 'NAME': DATABASE}}, USE_TZ=True,
                   MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'django.contrib.auth.middleware.AuthenticationMiddleware'],
                   ALLOWED_HOSTS=['*'], DEFAULT_AUTO_FIELD='django.db.models.AutoField', PASSWORD_HASHERS=['django.contrib.auth.hashers.MD5PasswordHasher'])
django.setup()
from django.contrib.auth.models import User as DjangoUser  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.test import Client  # noqa: E402


def execute(statement, *values):
    with sqlite3.connect(DATABASE, timeout=30) as database:
        database.execute(statement, values)
    database.close()


# --- httpd ---

PORT = free_port()
SELECT = "SELECT session_data, strftime('%%s', expire_date) FROM django_session WHERE session_key = %s"


def write_configuration(redis_place=SOCKET):
    with open(f'{LOGS}/kept-secret', 'w') as out:
        out.write(SECRET)
    os.chmod(f'{LOGS}/kept-secret', 0o600)
    with open(f'{LOGS}/kept.conf', 'w') as out:
        out.write(f'''
ServerName main.test
Listen 127.0.0.1:{PORT}
ErrorLog logs/kept-log
PidFile logs/kept.pid
DefaultRuntimeDir logs
LogLevel info sessioncookie:trace8
TypesConfig /dev/null
ServerRoot "{ROOT}"
Include conf/modules.conf
LoadModule dbd_module "${{SC_MODULES}}/mod_dbd.so"
<IfModule !prefork.c>
    ScriptSock kept-cgi.sock
</IfModule>
# One process, so that what it remembers is known. It has threads enough for those that wait.
<IfModule prefork.c>
    StartServers 1
    MinSpareServers 1
    MaxSpareServers 1
    MaxRequestWorkers 1
</IfModule>
<IfModule !prefork.c>
    StartServers 1
    ServerLimit 1
    ThreadsPerChild 24
    MaxRequestWorkers 24
</IfModule>
DBDriver sqlite3
DBDParams "{DATABASE}"
DBDPrepareSQL "{SELECT}" django
DBDPrepareSQL "SELECT session_data FROM django_session WHERE session_key = %s" endless
DBDPrepareSQL "SELECT session_data, 'tomorrow' FROM django_session WHERE session_key = %s" badend
DBDPrepareSQL "SELECT data FROM kept WHERE id = 'session:' || %s" table
CookieSessionKey app file:logs/kept-secret
CookieSessionKey other text:another-secret-of-somebody-else
CookieSessionStore redis:{redis_place} timeout=500ms
CookieSessionRevocation file:logs/kept-revoked
AliasMatch "^/s/[^/]+/(.*)" "{ROOT}/htdocs/files/$1"
<LocationMatch "^/s/">
    Header always set X-Session "%{{COOKIESESSION_STATUS}}e %{{COOKIESESSION_USER}}e %{{SESSION_ROLE}}e"
    Header always set X-Key "%{{COOKIESESSION_KEY}}e"
    Header always set X-Expires "%{{COOKIESESSION_EXPIRES}}e"
    Header always set X-Json "%{{COOKIESESSION_JSON}}e"
</LocationMatch>
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
<Location /s/django/>
    CookieSession cookie:sessionid django keys=app salt=django.contrib.sessions.SessionStore lookup=dbd:django recheck=0
</Location>
<Location /s/djangolong/>
    CookieSession cookie:sessionid django keys=app salt=django.contrib.sessions.SessionStore lookup=dbd:django recheck=10min
</Location>
<Location /s/otherkey/>
    CookieSession cookie:sessionid django keys=other salt=django.contrib.sessions.SessionStore lookup=dbd:endless recheck=0
</Location>
<Location /s/endless/>
    CookieSession cookie:sessionid django keys=app salt=django.contrib.sessions.SessionStore lookup=dbd:endless recheck=0
</Location>
<Location /s/badend/>
    CookieSession cookie:sessionid django keys=app salt=django.contrib.sessions.SessionStore lookup=dbd:badend recheck=0
</Location>
<Location /s/table/>
    CookieSession cookie:session flask-session lookup=dbd:table recheck=0
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
''')


def start_httpd():
    write_configuration()
    start('httpd', os.environ['SC_HTTPD'], '-DFOREGROUND', '-d', ROOT, '-f', f'{LOGS}/kept.conf')
    wait_for('httpd', lambda: socket.create_connection(('127.0.0.1', PORT), 1).close() is None)


def request(path, cookie=None, method='GET', **headers):
    connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=60)
    try:
        if cookie:
            headers['Cookie'] = cookie
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()


def seen(scope, cookie=None, **headers):
    """What a handler knows: status, user, role."""
    response = request(f'/s/{scope}/plain.txt', cookie, **headers)
    if response.status != 200:
        return f'status {response.status}'
    return response.getheader('X-Session').replace('(null)', '-')


def log_lines():
    with open(UNREAD, errors='replace') as log:
        return log.read()


def asked(during):
    """How often redis or a database was asked."""
    before = log_lines().count('session looked up:')
    during()
    return log_lines().count('session looked up:') - before


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


WRONG = ["'; DROP TABLE django_session; --", 'abcdefg', 'a' * 129, 'a' * 8000, 'abcdefgh%s', 'abcdefgh\\', 'abcd*efgh', 'session:abcdefgh',
         'abcdefg\u00e9', 'abcdefgh..', '../../../etc/passwd', 'abcd efgh']


def test_ids():
    def send():
        for wrong in WRONG:
            for scope, name in [('again', 'session'), ('django', 'sessionid')]:
                value = wrong.split(';')[0] if ';' in wrong else wrong
                equal(seen(scope, f'{name}={value}'.encode('utf-8').decode('latin-1')), 'malformed - -', f'not an id: {ascii(wrong[:40])} ({scope})')
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


def test_django():
    DjangoUser.objects.create_user('claim-of-anna', password='x')
    execute('PRAGMA journal_mode = DELETE')
    client = Client()
    ok(client.login(username='claim-of-anna', password='x'), 'a login in the real Django')
    key = client.cookies['sessionid'].value
    session = f'sessionid={key}'
    equal(seen('django', session), 'ok 1 -', 'is seen')
    response = request('/s/django/plain.txt', session)
    equal(response.getheader('X-Key'), 'app', 'its row tells the key')
    ok(abs(int(response.getheader('X-Expires')) - time.time() - 14 * 86400) < 60, 'and its table when it ends')
    equal(seen('otherkey', session), 'bad-signature - -', 'a row under another key')
    equal(asked(lambda: [seen('djangolong', session) for _ in range(20)]), 1, 'a page with 20 files asks once')
    kept = SessionStore(key)
    kept['role'] = 'claim-of-editor'
    kept['types'] = [None, True, 1.5, 10 ** 30, {'x': 'é'}, 'long' * 300]
    kept.save()
    equal(seen('django', session), 'ok 1 claim-of-editor', 'a change is seen')
    equal(seen('badend', session), 'error - -', 'an end that is not a number')
    wait_for('the pause after it', lambda: seen('badend', 'sessionid=abcdefgh') == 'expired - -')
    kept.set_expiry(-5)
    kept.save()
    equal(seen('django', session), 'expired - -', 'a session that is over')
    equal(seen('endless', session), 'ok 1 claim-of-editor', 'where the statement does not ask for its end it is not')
    kept.set_expiry(3600)
    kept.save()
    equal(seen('django', session), 'ok 1 claim-of-editor', 'a session that was renewed')
    execute('UPDATE django_session SET session_data = ? WHERE session_key = ?', 'garbage', key)
    equal(seen('django', session), 'malformed - -', 'a row of garbage')
    execute('UPDATE django_session SET session_data = ? WHERE session_key = ?', 'x' * 10 ** 7, key)
    equal(seen('django', session), 'too-large - -', 'a row of 10 MB')
    execute('UPDATE django_session SET session_data = ? WHERE session_key = ?', '', key)
    equal(seen('django', session), 'expired - -', 'an empty row')
    client = Client()
    client.login(username='claim-of-anna', password='x')
    session = f"sessionid={client.cookies['sessionid'].value}"
    equal(seen('django', session), 'ok 1 -', 'another login')
    SessionStore(session.split('=')[1]).flush()
    equal(seen('django', session), 'expired - -', 'its flush')
    execute('INSERT INTO kept VALUES (?, ?)', 'session:abcdefgh', pickle.dumps({'_user_id': '7', 'raw': b'\0\xff'}))
    equal(seen('table', 'session=abcdefgh'), 'ok 7 -', 'a pickle in a table')
    execute("UPDATE kept SET data = '\\x7b225f757365725f6964223a2237227d'")
    equal(seen('table', 'session=abcdefgh'), 'ok 7 -', 'and bytes as PostgreSQL writes them')
    execute('UPDATE kept SET data = NULL')
    equal(seen('table', 'session=abcdefgh'), 'expired - -', 'no value is no session')


def test_failures():
    session = cookie_of(flask_app(False).test_client().get('/login'))
    signed = 'sessionid=abcdefgh'
    equal(seen('again', session), GOOD, 'while redis is there')
    running['redis'].send_signal(signal.SIGSTOP)
    equal(seen('again', session), 'error - -', 'redis that stands still: no session')
    equal([seen('again', session) for _ in range(50)], 50 * ['error - -'], 'for nobody')
    equal(log_lines().count('lookup=redis:session:: redis does not answer'), 1, 'which the log says once')
    running['redis'].send_signal(signal.SIGCONT)
    wait_for('redis', lambda: seen('again', session) == GOOD)
    ok(True, 'and when it answers again there is one')

    lock = sqlite3.connect(DATABASE, isolation_level=None)
    lock.execute('BEGIN EXCLUSIVE')
    equal(seen('django', signed), 'error - -', 'a table that is locked: no session')
    equal([seen('django', signed) for _ in range(50)], 50 * ['error - -'], 'for nobody')
    equal(log_lines().count('lookup=dbd:django: '), 1, 'which the log says once')
    lock.execute('ROLLBACK')
    lock.close()
    wait_for('the database', lambda: seen('django', signed) == 'expired - -')
    ok(True, 'and when it is free again there is an answer')


try:
    for leftover in (DATABASE, LOGS + '/kept-revoked'):
        if os.path.exists(leftover):
            os.unlink(leftover)
    start_redis()
    call_command('migrate', verbosity=0)
    execute('CREATE TABLE kept (id TEXT, data BLOB)')
    start_httpd()
    test_flask_session()
    test_signed()
    test_ids()
    test_revocation()
    test_read_only()
    test_two_sources()
    test_protect()
    test_django()
    test_failures()
    log = log_lines()
    equal(log.count('claim-'), 0, 'no value of a session is in the log')
    equal(log.count('AddressSanitizer') + log.count('exit signal') + log.count('runtime error'), 0, 'no child has crashed')
finally:
    for each in list(running):
        stop(each)
print(f'1..{count}', flush=True)
sys.exit(1 if failed else 0)
