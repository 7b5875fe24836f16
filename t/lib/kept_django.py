# SPDX-License-Identifier: Apache-2.0
"""Sessions of the real Django in its databases: each of the table below, in a virtual host of its own."""
import concurrent.futures
import contextlib
import glob
import importlib
import os
import pickle
import re
import signal
import subprocess
import sys
import time

import django
from django.conf import settings
from kept import LOGS, PORT, SECRET, WRONG, asked, check_log, equal, finish, free_port, log_lines, ok, request, running, seen, start, start_httpd, stop, stop_all, wait_for

CONNECTIONS = 4 # of httpd, to each database


class Sqlite:
    """A file, which is there without a server. The statements are those of docs/directives.md."""
    name, driver, module = 'sqlite3', 'sqlite3', 'sqlite3'
    statement = "SELECT session_data, strftime('%%s', expire_date) FROM django_session WHERE session_key = %s"
    prefixed, blob = "'session:' || %s", 'BLOB'
    lock, unlock = 'BEGIN EXCLUSIVE', 'ROLLBACK'
    slow = grant = None
    file = LOGS + '/kept.sqlite3'
    params = file
    engine = {'ENGINE': 'django.db.backends.sqlite3', 'NAME': file}

    def connect(self):
        return self.peer.connect(self.file, timeout=30, isolation_level=None)


class Server:
    """httpd may read two tables of it."""
    ends_by = signal.SIGTERM
    grant = ['GRANT SELECT ON django_session TO {}', 'GRANT SELECT ON kept TO {}']

    def run(self, *command):
        with open(f'{LOGS}/{self.name}-make.out', 'w') as out:
            subprocess.run(command, check=True, stdout=out, stderr=out, stdin=subprocess.DEVNULL)

    def start(self):
        start(self.name, *self.command, ends_by=self.ends_by)
        wait_for(self.name, lambda: self.connect().close() is None, self.peer.OperationalError)

    def stop(self):
        stop(self.name)

    def statements(self):
        """What httpd's user has asked, as the server has understood it: the values of parameters."""
        with open(self.log, errors='replace') as log:
            return re.findall(self.logged, log.read())


class MariaDB(Server):
    # Neither the server's time zone nor its collation is that of Django.
    name, driver, module, user = 'mariadb', 'mysql', 'MySQLdb', 'httpd@localhost'
    statement = "SELECT session_data, timestampdiff(SECOND, '1970-01-01', expire_date) FROM django_session WHERE session_key = BINARY %s"
    prefixed, blob = "BINARY concat('session:', %s)", 'LONGBLOB'
    lock, unlock, slow = 'LOCK TABLES django_session WRITE', 'UNLOCK TABLES', 'sleep(10)'
    data, socket, log = LOGS + '/mariadb', LOGS + '/mariadb.sock', LOGS + '/mariadb.log'
    logged = r"Execute\tSELECT session_data.*(?:= BINARY|=) '(.*)'"
    params = f'sock={socket} user=httpd dbname=site fldsz=131072'
    engine = {'ENGINE': 'django.db.backends.mysql', 'NAME': 'site', 'USER': 'root', 'OPTIONS': {'unix_socket': socket, 'charset': 'utf8mb4'}}
    command = ['mariadbd', '--no-defaults', f'--datadir={data}', f'--socket={socket}', '--skip-networking', '--general-log', f'--general-log-file={log}',
               '--default-time-zone=+05:00', '--innodb-flush-log-at-trx-commit=0', '--innodb-doublewrite=0', '--innodb-buffer-pool-size=32M']

    def make(self):
        self.run('mariadb-install-db', '--no-defaults', f'--datadir={self.data}', '--auth-root-authentication-method=normal', '--skip-test-db')
        self.start()
        with contextlib.closing(self.peer.connect(unix_socket=self.socket, user='root')) as connection:
            for statement in ['CREATE DATABASE site CHARACTER SET utf8mb4', f'CREATE USER {self.user} WITH MAX_STATEMENT_TIME 1']:
                connection.cursor().execute(statement)

    def connect(self):
        try:
            return self.peer.connect(unix_socket=self.socket, user='root', db='site', charset='utf8mb4', autocommit=True)
        except self.peer.OperationalError as error:
            if error.args[0] == 1049: # there is no database yet
                return self.peer.connect(unix_socket=self.socket, user='root')
            raise


class PostgreSQL(Server):
    name, driver, module, user = 'postgresql', 'pgsql', 'psycopg2', 'httpd'
    statement = 'SELECT session_data, floor(extract(epoch FROM expire_date)) FROM django_session WHERE session_key = %s'
    prefixed, blob = "'session:' || %s", 'BYTEA'
    lock, unlock, slow = 'BEGIN; LOCK TABLE django_session', 'ROLLBACK', 'pg_sleep(10)'
    ends_by = signal.SIGINT # clients are put out
    programs = max(glob.glob('/usr/lib/postgresql/*/bin') or [''])
    data, log = LOGS + '/postgresql', LOGS + '/postgresql.out'
    logged = r"SELECT session_data[^\n]*\n[^\n]*DETAIL: +parameters: \$1 = '(.*)'"
    params = f"host={data} dbname=postgres user=httpd connect_timeout=2 tcp_user_timeout=1000 options='-c statement_timeout=1000'"
    engine = {'ENGINE': 'django.db.backends.postgresql', 'NAME': 'postgres', 'USER': 'root', 'HOST': data}
    command = [programs + '/postgres', '-D', data, '-k', data, '-c', 'listen_addresses=', '-c', 'timezone=Asia/Tokyo', '-c', 'fsync=off', '-c', 'log_statement=all',
               '-c', 'lc_messages=C', '-c', 'shared_buffers=16MB']

    def make(self):
        self.run(self.programs + '/initdb', '-D', self.data, '-U', 'root', '--auth=trust', '-E', 'UTF8', '--locale=C', '--no-sync')
        self.start()
        self.connect().cursor().execute('CREATE ROLE httpd LOGIN')

    def connect(self):
        connection = self.peer.connect(host=self.data, dbname='postgres', user='root')
        connection.autocommit = True
        return connection


# Those whose names are given, else all.
EVERY = [each for each in (Sqlite(), MariaDB(), PostgreSQL()) if each.name in sys.argv[2:] or not sys.argv[2:]]


def is_there(database):
    try:
        database.peer = importlib.import_module(database.module)
    except ImportError:
        return False
    return bool(glob.glob(f'/usr/lib/*/apr-util-1/apr_dbd_{database.driver}.so'))


DATABASES = [each for each in EVERY if is_there(each)]


def execute(database, statement, *values):
    if database.module == 'sqlite3':
        statement = statement.replace('%s', '?')
    with contextlib.closing(database.connect()) as connection:
        connection.cursor().execute(statement, values)


# --- Django ---

class Router:
    """All models are in that database."""
    database = None

    def db_for_read(self, model, **hints):
        return Router.database.name

    db_for_write = db_for_read


settings.configure(SECRET_KEY=SECRET, INSTALLED_APPS=['django.contrib.auth', 'django.contrib.contenttypes', 'django.contrib.sessions'],
                   DATABASES={'default': {}, **{each.name: each.engine for each in DATABASES}}, DATABASE_ROUTERS=[Router()], USE_TZ=True,
                   MIDDLEWARE=['django.contrib.sessions.middleware.SessionMiddleware', 'django.contrib.auth.middleware.AuthenticationMiddleware'],
                   ALLOWED_HOSTS=['*'], DEFAULT_AUTO_FIELD='django.db.models.AutoField', PASSWORD_HASHERS=['django.contrib.auth.hashers.MD5PasswordHasher'])
django.setup()
from django.contrib.auth.models import User  # noqa: E402
from django.contrib.sessions.backends.db import SessionStore  # noqa: E402
from django.core.management import call_command  # noqa: E402
from django.db import connections  # noqa: E402
from django.test import Client  # noqa: E402


def make(database):
    Router.database = database
    if database.grant:
        database.make()
    call_command('migrate', database=database.name, verbosity=0)
    execute(database, f'CREATE TABLE kept (id VARCHAR(255), data {database.blob})')
    for statement in database.grant or []:
        execute(database, statement.format(database.user))
    User.objects.create_user('claim-of-anna', password='x')


def log_in():
    client = Client()
    ok(client.login(username='claim-of-anna', password='x'), f'{Router.database.name}: a login in the real Django')
    return client, 'sessionid=' + client.cookies['sessionid'].value


# --- httpd ---

SALT = 'salt=django.contrib.sessions.SessionStore'


def source(place, options):
    return f'<Location /s/{place}/>\nCookieSession {options}\n</Location>\n'


def host(database):
    """Labels are of letters: PostgreSQL takes them for names."""
    database.port = free_port()
    where = database.statement[database.statement.rindex('FROM '):]
    statements = {'django': database.statement, 'endless': f'SELECT session_data {where}',
                  'badend': f"SELECT session_data, 'tomorrow' {where}", 'kept': f'SELECT data FROM kept WHERE id = {database.prefixed}'}
    if database.slow:
        statements['slow'] = f'SELECT session_data, {database.slow} {where}'
    sources = [(place, f'cookie:sessionid django keys=app {SALT} lookup=dbd:{label} recheck={recheck}')
               for place, label, recheck in [('django', 'django', '0'), ('long', 'django', '10min'), ('endless', 'endless', '0'), ('badend', 'badend', '0'),
                                             ('locked', 'django', '0'), ('away', 'django', '0'), ('hung', 'django', '0'), ('again', 'django', '0'), ('slow', 'slow', '0')]
               if label in statements]
    sources += [('otherkey', f'cookie:sessionid django keys=other {SALT} lookup=dbd:endless recheck=0'),
                ('kept', 'cookie:session flask-session lookup=dbd:kept recheck=0')]
    return (f'Listen 127.0.0.1:{database.port}\n<VirtualHost 127.0.0.1:{database.port}>\nDBDriver {database.driver}\nDBDParams "{database.params}"\n' +
            f'<IfModule !prefork.c>\nDBDMax {CONNECTIONS}\n</IfModule>\n' +
            ''.join(f'DBDPrepareSQL "{text}" {label}\n' for label, text in statements.items()) +
            ''.join(source(*each) for each in sources) + '</VirtualHost>\n')


def at_once(n, what):
    with concurrent.futures.ThreadPoolExecutor(n) as threads:
        return [each.result() for each in [threads.submit(what) for _ in range(n)]]


# --- tests ---

def test_sessions(database):
    def see(place, cookie):
        return seen(place, cookie, port=database.port)

    def say(sentence):
        return f'{database.name}: {sentence}'

    client, session = log_in()
    key = session.split('=')[1]
    equal(see('django', session), 'ok 1 -', say('is seen'))
    response = request('/s/django/plain.txt', session, port=database.port)
    equal(response.getheader('X-Key'), 'app', say('its row tells the key'))
    ok(abs(int(response.getheader('X-Expires')) - time.time() - 14 * 86400) < 60, say('and its table when it ends, whatever the time zone'))
    equal(see('otherkey', session), 'bad-signature - -', say('a row under another key'))
    equal(asked(lambda: [see('long', session) for _ in range(20)]), 1, say('a page with 20 files asks once'))
    kept = SessionStore(key)
    kept['role'] = 'claim-of-editor'
    kept['types'] = [None, True, 1.5, 10 ** 30, {'x': 'é'}, 'long' * 300]
    kept.save()
    equal(see('django', session), 'ok 1 claim-of-editor', say('a change is seen'))
    equal(see('badend', session), 'error - -', say('an end that is not a number'))
    wait_for('the pause after it', lambda: see('badend', 'sessionid=abcdefgh') == 'expired - -')
    kept.set_expiry(-5)
    kept.save()
    equal(see('django', session), 'expired - -', say('a session that is over'))
    equal(see('endless', session), 'ok 1 claim-of-editor', say('where the statement does not ask for its end it is not'))
    kept.set_expiry(3600)
    kept.save()
    equal(see('django', session), 'ok 1 claim-of-editor', say('a session that was renewed'))
    equal(see('django', f'sessionid={key.upper()}'), 'expired - -', say('an id is not found by its capitals'))
    execute(database, 'UPDATE django_session SET session_data = %s WHERE session_key = %s', 'garbage', key)
    equal(see('django', session), 'malformed - -', say('a row of garbage'))
    execute(database, 'UPDATE django_session SET session_data = %s WHERE session_key = %s', 'x' * 10 ** 7, key)
    equal(see('django', session), 'too-large - -', say('a row of 10 MB'))
    execute(database, 'UPDATE django_session SET session_data = %s WHERE session_key = %s', '', key)
    equal(see('django', session), 'expired - -', say('an empty row'))
    client, session = log_in()
    equal(see('django', session), 'ok 1 -', say('another login'))
    client.logout()
    equal(see('django', session), 'expired - -', say('and its logout'))
    _, session = log_in()
    equal(see('django', session), 'ok 1 -', say('a third login'))
    SessionStore(session.split('=')[1]).flush()
    equal(see('django', session), 'expired - -', say('and its flush'))


def test_bytes(database):
    def see():
        return seen('kept', 'session=abcdefgh', port=database.port)

    execute(database, 'INSERT INTO kept VALUES (%s, %s)', 'session:abcdefgh', pickle.dumps({'_user_id': '7', 'raw': b'\0\xff'}))
    equal(see(), 'ok 7 -', f'{database.name}: a pickle in a table')
    execute(database, 'UPDATE kept SET data = %s', b'\\x7b225f757365725f6964223a2237227d')
    if database.name != 'postgresql':
        equal(see(), 'ok 7 -', f'{database.name}: and bytes as PostgreSQL writes them')
    execute(database, 'UPDATE kept SET data = NULL')
    equal(see(), 'expired - -', f'{database.name}: no value is no session')


def test_ids(database):
    def send():
        for wrong in WRONG:
            equal(seen('django', f'sessionid={wrong}', port=database.port), 'malformed - -', f'{database.name}: not an id: {ascii(wrong[:40])}')

    if not database.grant:
        equal(asked(send), 0, f'{database.name}: none of them asks')
        return
    before = len(database.statements())
    send()
    seen('django', 'sessionid=made-up_Id', port=database.port)
    wait_for('the log of the database', lambda: len(database.statements()) > before)
    equal(database.statements()[before:], ['made-up_Id'], f'{database.name}: none of them gets to the server, and an id as a parameter')


def test_slow(database):
    """httpd answers while the server would not yet."""
    before = log_lines().count('lookup=dbd:slow: ')
    _, session = log_in()
    equal(seen('slow', session, port=database.port), 'error - -', f'{database.name}: an answer that takes 10 s: no session')
    equal(log_lines().count('lookup=dbd:slow: '), before + 1, f'{database.name}: which the log says once')


def test_lock(database):
    def see():
        return seen('locked', session, port=database.port)

    def said():
        return log_lines().count(' lookup=dbd:django: ')

    _, session = log_in()
    before = said()
    with contextlib.closing(database.connect()) as lock:
        lock.cursor().execute(database.lock)
        asked_before = len(database.statements()) if database.grant else 0
        equal(at_once(20, see), 20 * ['error - -'], f'{database.name}: a table that is locked: no session for anybody, and nobody waits for it')
        equal([see() for _ in range(50)], 50 * ['error - -'], f'{database.name}: nor later')
        if database.grant:
            ok(len(database.statements()) - asked_before <= 3 * CONNECTIONS, f'{database.name}: who has waited for a connection does not ask as well')
        lock.cursor().execute(database.unlock)
    equal(said() - before, 1, f'{database.name}: the log says it once')
    wait_for('the database', lambda: see() == 'ok 1 -')
    equal([each for each in at_once(20, see) if each != 'ok 1 -'], [], f'{database.name}: and when it is free again all are answered')


def test_restart(database):
    """As many connections as there may be have been made by test_lock."""
    def see(place='again'):
        return seen(place, session, port=database.port)

    _, session = log_in()
    connections[database.name].close()
    at_once(20, see)
    database.stop()
    database.start()
    equal(see(), 'ok 1 -', f'{database.name}: after a restart of the server nobody is without a session')
    equal([each for each in at_once(20, see) if each != 'ok 1 -'], [], f'{database.name}: on whatever connection')
    connections[database.name].close()
    database.stop()
    equal(at_once(20, lambda: see('away')), 20 * ['error - -'], f'{database.name}: a server that is away: no session')
    database.start()
    wait_for('the server', lambda: see('away') == 'ok 1 -')
    equal([each for each in at_once(20, lambda: see('away')) if each != 'ok 1 -'], [], f'{database.name}: and when it is back all are answered')


def test_hung(database):
    """Who came first waits as long as the driver does, which is for ever on a local socket."""
    def see():
        return seen('hung', session, port=database.port)

    _, session = log_in()
    equal(see(), 'ok 1 -', f'{database.name}: before the server stands still')
    server = running[database.name][0].pid
    with open(f'/proc/{server}/task/{server}/children') as children:
        processes = [server, *map(int, children.read().split())]
    with concurrent.futures.ThreadPoolExecutor(20) as threads:
        for process in processes:
            os.kill(process, signal.SIGSTOP)
        try:
            requests = [threads.submit(see)]
            while len(requests) < 20 and not concurrent.futures.wait(requests[-1:], 2).done:
                requests.append(threads.submit(see))
            ok(1 < len(requests) < 20 and not requests[0].done(), f'{database.name}: while it does, a request that comes later does not wait with the first')
            equal([see() for _ in range(50)], 50 * ['error - -'], f'{database.name}: it has no session')
        finally:
            for process in processes:
                os.kill(process, signal.SIGCONT)
        equal({each.result() for each in requests}, {'error - -'}, f'{database.name}: nor has the first, whose answer is too late')
    wait_for('the server', lambda: see() == 'ok 1 -')


def test_without_cache(database):
    _, session = log_in()
    equal(asked(lambda: [equal(seen('long', session, port=database.port), 'ok 1 -', 'CookieSessionCache Off: seen') for _ in range(3)]), 3, 'each request asks')
    equal(asked(lambda: [seen('long', 'sessionid=made-up_id', port=database.port) for _ in range(3)]), 1, 'but not for an id that is not there')


try:
    equal([each.name for each in EVERY if each not in DATABASES], [], 'the databases that are tested: ' + ', '.join(each.name for each in DATABASES))
    for each in DATABASES:
        make(each)
    configuration = ''.join(host(each) for each in DATABASES)
    start_httpd(configuration)
    for each in DATABASES:
        Router.database = each
        test_sessions(each)
        test_bytes(each)
        test_ids(each)
        if each.slow:
            test_slow(each)
        test_lock(each)
        if each.grant:
            test_restart(each)
        if each.grant and os.environ['SC_MPM'] != 'prefork': # which has one thread
            test_hung(each)
    stop('httpd')
    Router.database = DATABASES[0]
    start_httpd('CookieSessionCache Off\n' + configuration)
    test_without_cache(DATABASES[0])
    check_log()
finally:
    stop_all()
finish()
