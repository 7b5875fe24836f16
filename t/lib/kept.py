# SPDX-License-Identifier: Apache-2.0
"""Sessions that are kept on a server: what kept_flask.py and kept_django.py share. TAP, servers of the test's own, an
httpd with one process, and what it knows of a request. Waits for what it awaits; nothing is true only if a machine is fast."""
import http.client
import os
import signal
import socket
import subprocess
import sys
import time

ROOT = sys.argv[1]
LOGS = ROOT + '/logs'
SECRET = 'claim-secret-of-the-applications'
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


def finish():
    print(f'1..{count}', flush=True)
    sys.exit(1 if failed else 0)


# --- servers ---

def start(name, *command, ends_by=signal.SIGTERM):
    with open(f'{LOGS}/{name}.out', 'a') as out:
        running[name] = subprocess.Popen(command, stdout=out, stderr=out, stdin=subprocess.DEVNULL, start_new_session=True), ends_by


def stop(name):
    process, ends_by = running.pop(name)
    process.send_signal(signal.SIGCONT)
    process.send_signal(ends_by)
    process.wait()


def stop_all():
    for each in list(running):
        stop(each)


def wait_for(what, is_there, not_yet=OSError):
    """Until that is true; `not_yet` is what it may raise before."""
    for _ in range(600):
        try:
            if is_there():
                return
        except not_yet:
            pass
        time.sleep(0.1)
    raise SystemExit(f'{what}: nothing for a minute')


def free_port():
    with socket.socket() as s:
        s.bind(('127.0.0.1', 0))
        return s.getsockname()[1]


PORT = free_port()
LOG = sys.argv[0].rsplit('/', 1)[-1].removesuffix('.py') + '-log'


def start_httpd(configuration):
    """One process, so that what it remembers is known. It has threads enough for those that wait."""
    with open(f'{LOGS}/kept-secret', 'w') as out:
        out.write(SECRET)
    os.chmod(f'{LOGS}/kept-secret', 0o600)
    with open(f'{LOGS}/kept.conf', 'w') as out:
        out.write(f'''
ServerName main.test
Listen 127.0.0.1:{PORT}
ErrorLog logs/{LOG}
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
CookieSessionKey app file:logs/kept-secret
CookieSessionKey other text:another-secret-of-somebody-else
AliasMatch "^/s/[^/]+/(.*)" "{ROOT}/htdocs/files/$1"
<LocationMatch "^/s/">
    Header always set X-Session "%{{COOKIESESSION_STATUS}}e %{{COOKIESESSION_USER}}e %{{SESSION_ROLE}}e"
    Header always set X-Key "%{{COOKIESESSION_KEY}}e"
    Header always set X-Expires "%{{COOKIESESSION_EXPIRES}}e"
    Header always set X-Json "%{{COOKIESESSION_JSON}}e"
</LocationMatch>
{configuration}''')
    start('httpd', os.environ['SC_HTTPD'], '-DFOREGROUND', '-d', ROOT, '-f', f'{LOGS}/kept.conf')
    wait_for('httpd', lambda: socket.create_connection(('127.0.0.1', PORT), 1).close() is None)


# --- requests ---

def request(path, cookie=None, method='GET', port=PORT, **headers):
    connection = http.client.HTTPConnection('127.0.0.1', port, timeout=60)
    try:
        if cookie:
            headers['Cookie'] = cookie
        connection.request(method, path, headers=headers)
        response = connection.getresponse()
        response.read()
        return response
    finally:
        connection.close()


def seen(scope, cookie=None, port=PORT, **headers):
    """What a handler knows: status, user, role."""
    response = request(f'/s/{scope}/plain.txt', cookie, port=port, **headers)
    if response.status != 200:
        return f'status {response.status}'
    return response.getheader('X-Session').replace('(null)', '-')


def log_lines():
    with open(f'{LOGS}/{LOG}', errors='replace') as log:
        return log.read()


def asked(during):
    """How often redis or a database was asked."""
    before = log_lines().count('session looked up:')
    during()
    return log_lines().count('session looked up:') - before


def check_log():
    log = log_lines()
    equal(log.count('claim-'), 0, 'no value of a session is in the log')
    equal(log.count('AddressSanitizer') + log.count('exit signal') + log.count('runtime error'), 0, 'no child has crashed')


# Not ids. A cookie ends at its first semicolon.
WRONG = ["'; DROP TABLE django_session; --", 'abcdefg', 'a' * 129, 'a' * 8000, 'abcdefgh%s', 'abcdefgh\\', 'abcd*efgh', 'session:abcdefgh',
         'abcdefg\u00e9', 'abcdefgh..', '../../../etc/passwd', 'abcd efgh']
WRONG = [each.split(';')[0].encode('utf-8').decode('latin-1') for each in WRONG]
