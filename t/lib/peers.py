# SPDX-License-Identifier: Apache-2.0
# Sessions that httpd writes, read by the frameworks themselves, changed there and read by httpd
# again; and a login at httpd that the application sees. Speaks TAP.
#
#   peers.py PORT KEYFILE [SEED]
import concurrent.futures
import datetime
import http.client
import json
import random
import sys
import urllib.parse
import uuid

try:
    import django
    import flask
    import flask_login
    from django.conf import settings
    from markupsafe import Markup
    from werkzeug.http import dump_cookie, parse_cookie
except ImportError as error:
    print(f'1..0 # SKIP {error}')
    sys.exit()

PORT = int(sys.argv[1])
SECRET = open(sys.argv[2], encoding='ascii').read().rstrip('\n')
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else random.randrange(1 << 32)
rand = random.Random(SEED)
done = 0


def ok(good, sentence, *details):
    global done
    done += 1
    print(f'{"ok" if good else "not ok"} {done} - {sentence}')
    for detail in () if good else details:
        print(f'# {detail!a}')


# --- httpd ---

def ask(path, cookie=None, method='GET', body=None, headers=()):
    connection = http.client.HTTPConnection('127.0.0.1', PORT, timeout=60)
    headers = dict(headers, Host='main.test')
    if cookie is not None:
        headers['Cookie'] = cookie
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    text = answer.read().decode('latin-1')
    lines = answer.headers.get_all('Set-Cookie') or []
    connection.close()
    return answer.status, lines, text


def cookie_of(lines, name):
    """The one cookie of that name as a browser would send it again, or None."""
    found = [line.split(';')[0] for line in lines if line.startswith(name + '=')]
    return found[0] if len(found) == 1 else None


def change(path, cookie, entries):
    pairs = [f'{urllib.parse.quote(k, safe="", errors="surrogatepass")}='
             f'{urllib.parse.quote(v, safe="", errors="surrogatepass")}' for k, v in entries]
    return ask(f'{path}/change.cgi?{"&".join(pairs)}', cookie)


def variable(text, name):
    for line in text.split('\n'):
        if line.startswith(name + '='):
            return line[len(name) + 1:].encode('latin-1').decode('utf-8')
    return None


# --- Flask ---

app = flask.Flask('peer')
app.config['SECRET_KEY'] = SECRET


def flask_read(cookie):
    with app.test_request_context(headers={'Cookie': cookie}):
        return dict(flask.session)


def flask_write(values, cookie=None):
    with app.test_request_context(headers={'Cookie': cookie} if cookie else {}):
        flask.session.update(values)
        response = app.make_response('')
        app.session_interface.save_session(app, flask.session, response)
        return cookie_of(response.headers.getlist('Set-Cookie'), 'session')


# --- Django ---

settings.configure(SECRET_KEY=SECRET)
django.setup()
from django.contrib.sessions.backends.signed_cookies import SessionStore  # noqa: E402


def django_read(cookie):
    value = parse_cookie(cookie)['sessionid']
    return dict(SessionStore(value).load())


def django_write(values, cookie=None):
    store = SessionStore(parse_cookie(cookie)['sessionid'] if cookie else None)
    store.update(values)
    store.save()
    return dump_cookie('sessionid', store.session_key).split(';')[0]


# --- random documents ---

LETTERS = 'abc xyz&=%+;,"\\/\u00e9\u0416\u4e2d\U0001f600\0\n\x7f<>'


def text(longest=12):
    return ''.join(rand.choice(LETTERS) for _ in range(rand.randrange(longest)))


def number():
    return rand.choice([0, -1, 1.5, 1e-7, 1e300, rand.randrange(10 ** 30), -rand.randrange(10 ** 18), True, False, None])


def typed(depth):
    return rand.choice([
        lambda: tuple(value(depth + 1, True) for _ in range(rand.randrange(3))),
        lambda: bytes(rand.randrange(256) for _ in range(rand.randrange(9))),
        lambda: Markup(text()),
        lambda: uuid.UUID(int=rand.getrandbits(128)),
        lambda: datetime.datetime.fromtimestamp(rand.randrange(2 * 10 ** 9), datetime.timezone.utc),
        lambda: {rand.choice([' t', ' b', ' m', ' u', ' d', ' di']): text()},
    ])()


def value(depth, tags):
    kind = rand.randrange(8 if depth < 3 else 5)
    if kind < 2:
        return text()
    if kind < 4:
        return number()
    if kind == 4 and tags:
        return typed(depth)
    if kind == 6:
        return [value(depth + 1, tags) for _ in range(rand.randrange(4))]
    if kind == 7:
        return {text() + str(i): value(depth + 1, tags) for i in range(rand.randrange(4))}
    return text(60)


def document(tags):
    names = {f'm{rand.randrange(100)}' for _ in range(rand.randrange(8))}
    made = {rand.choice(['', 'X', '\u00e9', 'a&b']) + name: value(1, tags) for name in names}
    if rand.random() < 0.3:
        made.update(Twice='one', twice='two')
    made['s'] = text()
    made['n'] = rand.randrange(10 ** 25)
    return made


def typed_repr(it):
    """Value, type and order."""
    if isinstance(it, dict):
        return [(typed_repr(k), typed_repr(v)) for k, v in it.items()]
    if isinstance(it, (list, tuple)):
        return [type(it).__name__, [typed_repr(v) for v in it]]
    return f'{type(it).__name__} {it!r}'


def sorted_members(it):
    """Flask writes members in order of their names; httpd leaves them where they are."""
    if isinstance(it, dict):
        return {k: sorted_members(it[k]) for k in sorted(it)}
    if isinstance(it, (list, tuple)):
        return type(it)(sorted_members(v) for v in it)
    return it


def clean(s):
    return s.replace('\0', '0') or 'x'


def round_trips(name, path, read, write, tags):
    wrong = []
    for _ in range(200):
        made = document(tags)
        cookie = write(made)
        if len(cookie) > 3500:
            continue
        want = read(cookie)
        string, digits = clean(text()), str(rand.randrange(10 ** 20))
        entries = [('s', string), ('n', digits), ('h\u00e9', clean(text(40)))]
        want.update({'s': string, 'n': int(digits), 'h\u00e9': entries[2][1]})
        _, lines, _ = change(path, cookie, entries)
        back = cookie_of(lines, cookie.split('=')[0])
        got = back and read(back)
        if not got or typed_repr(got) != typed_repr(want):
            wrong.append((made, want, got))
            continue
        back = write({'p': string, 'q': digits + '!'}, back)
        _, lines, answer = ask(f'{path}/env.cgi', back)
        if lines or variable(answer, 'SESSION_Q') != digits + '!' or variable(answer, 'SESSION_N') != digits:
            wrong.append((back, answer))
    ok(not wrong, f'{name}: 200 random sessions, written by it, changed by httpd, by it again, read by httpd (seed {SEED})',
       *wrong[:3])


def new_sessions(name, path, read, cookie_name):
    _, lines, _ = change(path, None, [('user', 'J\u00fcrgen'), ('empty', ''), ('json', '{"a":1}')])
    cookie = cookie_of(lines, cookie_name)
    got = cookie and read(cookie)
    ok(got == {'user': 'J\u00fcrgen', 'json': '{"a":1}'}, f'{name} opens a session that began at httpd', got)


def parallel():
    cookie = flask_write({'kept': ('a', 1), 'a': 0, 'b': 0})

    def one(i):
        _, lines, _ = change('/write/a', cookie, [('a', str(i)), ('b', str(i)), ('c', 'x' * i)])
        return i, flask_read(cookie_of(lines, 'session'))

    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        results = list(pool.map(one, range(1, 161)))
    wrong = [r for i, r in results if r != {'kept': ('a', 1), 'a': i, 'b': i, 'c': 'x' * i}]
    ok(not wrong, 'of 160 requests that write in parallel each cookie is one whole session', *wrong[:3])


# --- a login at httpd ---

manager = flask_login.LoginManager(app)


@manager.user_loader
def load_user(user_id):
    user = flask_login.UserMixin()
    user.id = user_id
    return user


@app.route('/who')
def who():
    return flask_login.current_user.get_id() or 'nobody'


@app.route('/in')
def log_in():
    flask.session['cart'] = (1, 2)
    flask_login.login_user(load_user('7'))
    return ''


@app.route('/out')
def log_out():
    flask_login.logout_user()
    return ''


def flask_get(path, cookie=None):
    """The real application: the answer, and the cookie that the browser has then."""
    response = app.test_client(use_cookies=False).get(path, headers={'Cookie': cookie} if cookie else {})
    return response.get_data(as_text=True), cookie_of(response.headers.getlist('Set-Cookie'), 'session') or cookie


def login(cookie=None):
    _, lines, _ = ask('/form/login', cookie, 'POST', 'httpd_username=basic&httpd_password=basic',
                      {'Content-Type': 'application/x-www-form-urlencoded'})
    return cookie_of(lines, 'session')


def logins():
    cookie = login()
    ok(cookie and flask_get('/who', cookie)[0] == 'basic', 'Flask-Login knows who logged in by mod_auth_form')
    ok(ask('/form/guarded/env.cgi', cookie)[0] == 200, 'and mod_auth_form goes on')
    answer, cookie = flask_get('/out', cookie)
    ok(flask_get('/who', cookie)[0] == 'nobody' and ask('/form/guarded/env.cgi', cookie)[0] == 401,
       'a logout in the application is one at httpd')
    cookie = flask_get('/in')[1]
    status, _, answer = ask('/form/session/env.cgi', cookie)
    ok(status == 200 and variable(answer, 'REMOTE_USER') == '7', "the application's login is one at httpd")
    cookie = login(cookie)
    ok(flask_get('/who', cookie)[0] == 'basic' and flask_read(cookie)['cart'] == (1, 2),
       "a login at httpd replaces the application's user and keeps the rest")
    _, lines, _ = ask('/form/logout', cookie)
    cookie = cookie_of(lines, 'session')
    ok(flask_get('/who', cookie)[0] == 'nobody' and flask_read(cookie)['cart'] == (1, 2),
       'a logout at httpd is one in the application')


# --- a session that is handed over ---

def hand_over(issuer, cookie, target):
    """By an alias, from the application of one scope to the one of another: the cookie that comes out."""
    form = {'Content-Type': 'application/x-www-form-urlencoded'}
    _, _, text = ask(f'/handoff/{issuer}/code', cookie, 'POST', '', dict(form, Origin='http://main.test'))
    _, lines, _ = ask(f'/handoff/{target}/code', None, 'POST', f'code={json.loads(text)["code"]}', form)
    return lines[0].split(';')[0]


def hand_overs():
    moved = [('Flask to Flask', 'shop', 'shop', flask_write, flask_read, True),
             ('Flask to Django', 'shop', 'django', flask_write, django_read, False),
             ('Django to Flask', 'django', 'shop', django_write, flask_read, False),
             ('Django to Django', 'django', 'django', django_write, django_read, False)]
    for name, issuer, target, write, read, tags in moved:
        wrong = []
        for _ in range(50):
            made = document(tags)
            cookie = write(sorted_members(made))
            if len(cookie) > 3500:
                continue
            got = read(hand_over(issuer, cookie, target))
            if typed_repr(sorted_members(got)) != typed_repr(sorted_members(made)):
                wrong.append((made, got))
        ok(not wrong, f'{name}: 50 random sessions, handed over once, value for value (seed {SEED})', *wrong[:2])


print(f'# Flask {flask.__version__}, Flask-Login {flask_login.__version__}, Django {django.__version__}')
round_trips('Flask', '/write/a', flask_read, lambda v, c=None: flask_write(sorted_members(v), c), True)
round_trips('Django', '/write/django', django_read, django_write, False)
new_sessions('Flask', '/write/a', flask_read, 'session')
new_sessions('Django', '/write/django', django_read, 'sessionid')
parallel()
logins()
hand_overs()
print(f'1..{done}')
