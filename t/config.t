# SPDX-License-Identifier: Apache-2.0
# What `apachectl -t` says: a sentence with the directive, the value and a remedy.
use strict;
use warnings;
use FindBin;
use lib "$FindBin::Bin/lib";
use SC;
use Test::More;

my $file = root() . '/logs/config-test.conf';

# What httpd says of the main configuration's modules and this text: (exit code, output).
sub check {
    my $text = shift;
    open my $out, '>', $file or die "$file: $!";
    print {$out} "ServerName t\nListen 127.0.0.1:1\nErrorLog logs/config-test.log\n",
        "LogLevel warn\nTypesConfig /dev/null\nInclude conf/modules.conf\n$text\n";
    close $out;
    open my $pipe, '-|', "$ENV{SC_HTTPD} -t -d " . root() . " -f $file 2>&1" or die $!;
    local $/;
    my $said = <$pipe>;
    close $pipe;
    return ($? >> 8, $said);
}

# What the module's directives are.
sub listed {
    open my $pipe, '-|', "$ENV{SC_HTTPD} -L -d " . root() . " -f $file 2>&1" or die $!;
    local $/;
    my $said = <$pipe>;
    close $pipe;
    return $said;
}

my $K = 'CookieSessionKey main text:a-secret-of-some-length';
my $D = 'LoadModule dbd_module "${SC_MODULES}/mod_dbd.so"';
my $S = 'CookieSession cookie:session flask keys=main';

# Keys of tokens: pubsign is the public half of sign.
chomp(my $half = `$ENV{SC_COMMAND} key public file:@{[root()]}/conf/keys/token-v4.public.key`);
my $T = join "\n", $K, 'CookieSessionKey sign file:conf/keys/token-v4.public.key', 'CookieSessionKey other file:conf/keys/token-old.key',
    "CookieSessionKey pubsign text:$half", 'CookieSessionKey pub file:conf/keys/v4.public.key', 'CookieSessionKey local file:conf/keys/token-v4.local.key';

# Refused: sentence, text, what it must say.
my @bad = (
    ['a missing key file',           'CookieSessionKey main file:conf/keys/none.key',      qr{CookieSessionKey main: .*conf/keys/none\.key}],
    ['an unreadable key file',       'CookieSessionKey main file:conf/keys/locked.key',    qr{CookieSessionKey main: .*conf/keys/locked\.key}],
    ['a directory as key file',      'CookieSessionKey main file:conf/keys',               qr{CookieSessionKey main: }],
    ['an empty key file',            'CookieSessionKey main file:conf/keys/empty.key',     qr{CookieSessionKey main: .*empty}i],
    ['a key of one byte',            'CookieSessionKey main text:x',                       qr{CookieSessionKey main: }],
    ['an unset variable',            'CookieSessionKey main env:SC_THERE_IS_NO_SUCH',      qr{CookieSessionKey main: .*SC_THERE_IS_NO_SUCH}],
    ['a command that fails',         'CookieSessionKey main exec:/bin/false',              qr{CookieSessionKey main: .*/bin/false}],
    ['an unknown kind of source',    'CookieSessionKey main vault:x',                      qr{CookieSessionKey main: .*file:}],
    ['hex that is none',             'CookieSessionKey main text:hex:0g',                  qr{CookieSessionKey main: }],
    ['a key without a source',       'CookieSessionKey main',                              qr{CookieSessionKey needs an id and a source; for example: }],
    ['a control character in an id', "CookieSessionKey \"a\tb\" text:a-secret-of-some-length", qr{an id cannot contain control characters}],
    ['a comma in an id',             'CookieSessionKey a,b text:a-secret-of-some-length',  qr{CookieSessionKey "a,b": an id cannot contain a comma}],
    ['an empty id',                  'CookieSessionKey "" text:a-secret-of-some-length',   qr{CookieSessionKey "": an id cannot be empty}],
    ['one id twice',                 "$K\n$K",                                             qr{CookieSessionKey main: this server already has a key with this id \(.*:\d+\); give}],
    ['a member without a name',      "$K\n$S\n<Location /a>\nRequire session \"\"\n</Location>", qr{Require session "": the member needs a name; for example: Require session role admin}],
    ['no key',                       "$K\n$S\n<Location /a>\nRequire session-key\n</Location>", qr{Require session-key: no key is named; for example: Require session-key main}],
    ['no format',                    "$K\n$S\n<Location /a>\nRequire session-format\n</Location>", qr{Require session-format: no format is named; for example: Require session-format flask}],
    ['a function of nobody',         "$K\n$S\n<Location /a>\n<If \"visitor('a') == 'b'\">\nOptions None\n</If>\n</Location>", qr{visitor}],
    ['a variable of nobody',         "$K\n$S\n<Location /a>\n<If \"%{VISITOR} == 'b'\">\nOptions None\n</If>\n</Location>", qr{VISITOR}],
    ['an unknown key option',        "$K colour=red",                                      qr{CookieSessionKey main, option "colour": unknown option; options are: version=N, iss=ISSUER, password=SOURCE, unwrap=ID}],
    ['a version that is none',       "$K version=5",                                       qr{CookieSessionKey main, option "version": "5" is not a PASETO version: 1, 2, 3 or 4}],
    ['another version than the key', "CookieSessionKey v4 file:conf/keys/v4.local.key version=3", qr{CookieSessionKey v4: key v4: it is a key of PASETO v4 by itself: leave version=3 out}],
    ['a format in capitals',         "$K\nCookieSession cookie:session Flask keys=main",   qr{CookieSession cookie:session: unknown format "Flask"; write it "flask"; formats are: flask, itsdangerous, }],
    ['a misspelt option',            "$K\n$S max-aeg=1h",                                  qr{CookieSession cookie:session flask: unknown option "max-aeg"; options are: max-age, leeway, salt, digest, derivation, (?!.*audience)}],
    ['an option without a value',    "$K\n$S max-age",                                     qr{CookieSession cookie:session flask: max-age: has no value}],
    ['a store that is none',         'CookieSessionStore memcached:127.0.0.1:11211',       qr{CookieSessionStore "memcached:127.0.0.1:11211": it is neither shmcb\[:SIZE\] nor redis:HOST:PORT\[/DB\] nor redis:/SOCKET; for example: CookieSessionStore redis:127.0.0.1:6379}],
    ['a store that begins like one', 'CookieSessionStore shmcb2',                          qr{CookieSessionStore "shmcb2": it is neither}],
    ['a store by TLS',               'CookieSessionStore rediss:127.0.0.1:6379',           qr{CookieSessionStore "rediss:127.0.0.1:6379": it is neither}],
    ['no store',                     'CookieSessionStore',                                 qr{CookieSessionStore "": it is neither}],
    ['a store of a virtual host',    "<VirtualHost *:1>\nCookieSessionStore shmcb\n</VirtualHost>", qr{CookieSessionStore cannot occur within <VirtualHost> section}],
    ['a segment that is too small',  'CookieSessionStore shmcb:511K',                      qr{CookieSessionStore "shmcb:511K": the size is not a number of bytes from 512K to 1024M; for example: CookieSessionStore shmcb:4M}],
    ['one that is too large',        'CookieSessionStore shmcb:1025M',                     qr{CookieSessionStore "shmcb:1025M": the size is not}],
    ['a segment without a size',     'CookieSessionStore shmcb:',                          qr{CookieSessionStore "shmcb:": the size is not}],
    ['a path for shared memory',     'CookieSessionStore shmcb:/run/x(512000)',            qr{CookieSessionStore "shmcb:/run/x\(512000\)": the size is not}],
    ['an option of shared memory',   'CookieSessionStore shmcb timeout=50ms',              qr{CookieSessionStore, option "timeout": shmcb has no options; its size is in shmcb:SIZE}],
    ['redis without a port',         'CookieSessionStore redis:127.0.0.1',                 qr{CookieSessionStore "redis:127.0.0.1": it is neither HOST:PORT nor the path of a socket; for example: CookieSessionStore redis:127.0.0.1:6379}],
    ['redis without a host',         'CookieSessionStore redis:6379',                      qr{CookieSessionStore "redis:6379": it is neither HOST:PORT}],
    ['redis without a place',        'CookieSessionStore redis:',                          qr{CookieSessionStore "redis:": it is neither HOST:PORT}],
    ['redis at port 0',              'CookieSessionStore redis:127.0.0.1:0',               qr{CookieSessionStore "redis:127.0.0.1:0": it is neither HOST:PORT}],
    ['redis at port 65536',          'CookieSessionStore redis:127.0.0.1:65536',           qr{CookieSessionStore "redis:127.0.0.1:65536": it is neither HOST:PORT}],
    ['a host without an address',    'CookieSessionStore redis:none.invalid:6379',         qr{CookieSessionStore "redis:none.invalid:6379": the host's name has no address now \(.+\); give its address: it is looked up at the start only}],
    ['a database that is no number', 'CookieSessionStore redis:127.0.0.1:6379/x',          qr{CookieSessionStore "redis:127.0.0.1:6379/x": the database is not a number from 0 to 65535; for example: CookieSessionStore redis:127.0.0.1:6379/1}],
    ['a database below 0',           'CookieSessionStore redis:127.0.0.1:6379/-1',         qr{the database is not a number}],
    ['an empty database',            'CookieSessionStore redis:127.0.0.1:6379/',           qr{the database is not a number}],
    ['a database beyond all',        'CookieSessionStore redis:/run/redis.sock db=65536',  qr{CookieSessionStore, option "db": the database is not a number}],
    ['a socket with a long path',    'CookieSessionStore redis:/' . 'x' x 107,             qr{CookieSessionStore "redis:/x+": the path is longer than that of a socket can be \(107 bytes\)}],
    ['an unknown option of redis',   'CookieSessionStore redis:127.0.0.1:6379 user=me',    qr{CookieSessionStore, option "user": unknown option; options are: password=SOURCE, timeout=50ms, db=NUMBER}],
    ['a password in clear',          'CookieSessionStore redis:127.0.0.1:6379 password=a-secret-of-some-length', qr{CookieSessionStore, option "password": a key source begins with file:, env:, exec: or text:}],
    ['an empty password',            'CookieSessionStore redis:127.0.0.1:6379 password=file:conf/keys/empty.key', qr{CookieSessionStore, option "password": the password is empty}],
    ['a missing password file',      'CookieSessionStore redis:127.0.0.1:6379 password=file:conf/keys/none.key', qr{CookieSessionStore, option "password": .*conf/keys/none\.key}],
    ['a time-out of nothing',        'CookieSessionStore redis:127.0.0.1:6379 timeout=0',  qr{CookieSessionStore, option "timeout": "0" is not a time from 1ms to 10s; for example: timeout=50ms}],
    ['a time-out of a minute',       'CookieSessionStore redis:127.0.0.1:6379 timeout=1min', qr{CookieSessionStore, option "timeout": "1min" is not a time from 1ms to 10s}],
    ['a time-out that is none',      'CookieSessionStore redis:127.0.0.1:6379 timeout=fast', qr{CookieSessionStore, option "timeout": "fast" }],
    ['a cache without a number',     'CookieSessionCache many',                            qr{CookieSessionCache "many" is neither Off nor a number of sessions from 1 to 65536; for example: CookieSessionCache 512}],
    ['a cache of nothing',           'CookieSessionCache 0',                               qr{CookieSessionCache "0" is neither Off nor}],
    ['a cache too large',            'CookieSessionCache 65537',                           qr{CookieSessionCache "65537" is neither Off nor}],
    ['a cache of a virtual host',    "<VirtualHost *:1>\nCookieSessionCache 5\n</VirtualHost>", qr{CookieSessionCache cannot occur within <VirtualHost> section}],
    ['a list without a file',        'CookieSessionRevocation',                            qr{CookieSessionRevocation needs a file, or Off; for example: CookieSessionRevocation file:/}],
    ['a list that is a path alone',  'CookieSessionRevocation logs/revoked',               qr{CookieSessionRevocation "logs/revoked" is neither Off nor a file; for example: CookieSessionRevocation file:/}],
    ['a list without a path',        'CookieSessionRevocation file:',                      qr{CookieSessionRevocation "file:" is neither Off nor a file}],
    ['an unknown option of a list',  'CookieSessionRevocation file:logs/revoked speed=5s', qr{CookieSessionRevocation: unknown option "speed=5s"}],
    ['spread without redis',         'CookieSessionRevocation file:logs/revoked spread=5s', qr{on line 7 of .*CookieSessionRevocation file:.*: spread= needs a redis server, by which servers exchange entries; for example: CookieSessionStore redis:}],
    ['spread by shared memory',      "CookieSessionStore shmcb\nCookieSessionRevocation file:logs/revoked spread=5s", qr{spread= needs a redis server}],
    ['spread too often',             'CookieSessionRevocation file:logs/revoked spread=100ms', qr{CookieSessionRevocation spread="100ms" is not a time from 1s to 1h; for example: spread=5s}],
    ['spread at no time',            'CookieSessionRevocation file:logs/revoked spread=soon', qr{CookieSessionRevocation spread="soon" }],
    ['spread of no list',            'CookieSessionRevocation Off spread=5s',              qr{CookieSessionRevocation: unknown option "spread=5s"}],
    ['two lists that are spread',    "CookieSessionStore redis:/none.sock\nCookieSessionRevocation file:logs/revoked spread=5s\n<VirtualHost *:1>\nCookieSessionRevocation file:logs/revoked-too spread=5s\n</VirtualHost>", qr{spread= is for one list alone, and .*/logs/revoked(?:-too)? has it}],
    ['a list of too long a name',    'CookieSessionRevocation file:' . 'x' x 5000,         qr{CookieSessionRevocation "file:x+" is not a path}],
    ['a list in no directory',       "ServerTokens Prod\nCookieSessionRevocation file:logs/none/revoked", qr{on line 8 of .*config-test\.conf: CookieSessionRevocation file:.*/logs/none/revoked: its directory cannot be found: No such file}],
    ['a list below a file',          'CookieSessionRevocation file:conf/httpd.conf/revoked', qr{CookieSessionRevocation file:.*/revoked: it cannot be found: Not a directory}],
    ['a list that is a directory',   'CookieSessionRevocation file:conf',                  qr{CookieSessionRevocation file:.*/conf: it is not a file}],
    ['a list that cannot be written', 'CookieSessionRevocation file:conf/keys/locked.key', qr{CookieSessionRevocation file:.*locked\.key: httpd's children \(user \S+\) cannot read and write it: Permission denied}],
    ['one that a virtual host names', "<VirtualHost *:1>\nCookieSessionRevocation file:conf\n</VirtualHost>", qr{on line 8 of .*it is not a file}],
    ['a list in a <Location>',       "<Location /x>\nCookieSessionRevocation Off\n</Location>", qr{CookieSessionRevocation not allowed in <Location> context}],
    ['a slash after an origin',      'XSRFTrustedOrigin https://www.example.org/',         qr{XSRFTrustedOrigin "https://www.example.org/" is not an origin .*: drop the slash; for example: XSRFTrustedOrigin https://www.example.org$}m],
    ['unwrap by an unknown key',     "$K unwrap=wrapper",                                  qr{CookieSessionKey main, option "unwrap": no key with the id wrapper is defined above}],
    ['a key in a <Directory>',       "<Directory />\n$K\n</Directory>",                    qr{CookieSessionKey not allowed in <Directory> context}],
    ['an unknown format',            "$K\nCookieSession cookie:session flusk keys=main",   qr{CookieSession cookie:session: unknown format "flusk"; formats are: flask}],
    ['no format',                    "$K\nCookieSession cookie:session",                   qr{CookieSession cookie:session: a format is missing after it; formats are: flask}],
    ['no source',                    "$K\nCookieSession",                                  qr{CookieSession needs a source; for example: CookieSession}],
    ['an unknown place',             "$K\nCookieSession session flask keys=main",          qr{CookieSession "session" is not a place where tokens are found; use cookie:NAME or header:NAME}],
    ['a cookie without a name',      "$K\nCookieSession cookie: flask keys=main",          qr{CookieSession "cookie:": "" is not a valid name of a cookie; for example}],
    ['a name with a blank',          "$K\nCookieSession \"cookie:a b\" flask keys=main",   qr{"a b" is not a valid name of a cookie}],
    ['a name with a line break',     "$K\nCookieSession header:A=B flask keys=main",       qr{"A=B" is not a valid name of a header}],
    ['the Cookie header itself',     "$K\nCookieSession header:cookie flask keys=main",    qr{"header:cookie": the Cookie header is not a source itself, name one of its cookies}],
    ['no keys',                      "$K\nCookieSession cookie:session flask",             qr{CookieSession cookie:session: keys= is missing; for example: keys=main}],
    ['ids without a place',          'CookieSession cookie:s flask-session',                 qr{CookieSession cookie:s flask-session: its tokens are ids of sessions that are kept on a server; say where, for example: lookup=redis:session:}],
    ['a place that is none',         "$K\nCookieSession cookie:s django keys=main lookup=memcached:x", qr{cookie:s django: lookup=memcached:x: is neither dbd:LABEL nor redis:PREFIX \(as lookup=redis:session:\)}],
    ['a statement without a label',  "$K\nCookieSession cookie:s django keys=main lookup=dbd:", qr{cookie:s django: lookup=dbd:: is neither}],
    ['redis where there is none',    'CookieSession cookie:s flask-session lookup=redis:session:', qr{cookie:s flask-session: lookup=redis:session:: it needs the redis of CookieSessionStore; add a line CookieSessionStore redis:127}],
    ['a store in shared memory',     "CookieSessionStore shmcb\nCookieSession cookie:s flask-session lookup=redis:session:", qr{it needs the redis of CookieSessionStore}],
    ['a statement without mod_dbd',  "$K\nCookieSession cookie:s django keys=main lookup=dbd:x", qr{cookie:s django: lookup=dbd:x: it needs mod_dbd, which is not loaded; on Debian: a2enmod dbd}],
    ['a statement that is missing',  "$D\n$K\nCookieSession cookie:s django keys=main lookup=dbd:x", qr{lookup=dbd:x: there is no statement "x"; add a line DBDPrepareSQL "SELECT session_data FROM django_session WHERE session_key = %s" x}],
    ['one that takes no id',         "$D\nDBDPrepareSQL \"SELECT 1\" x\n$K\nCookieSession cookie:s django keys=main lookup=dbd:x", qr{the statement "x" has 0 parameters, and takes one, the id; for example: SELECT}],
    ['one that takes two',           "$D\nDBDPrepareSQL \"SELECT strftime('%%s', a) FROM t WHERE a = %s AND b = %d\" x\n$K\nCookieSession cookie:s django keys=main lookup=dbd:x", qr{the statement "x" has 2 parameters}],
    ['a server that is written to',  "CookieSessionStore redis:/none.sock\n$K\nCookieSession cookie:s django keys=main lookup=redis: write=on", qr{cookie:s django: write=on: a session that is kept on a server \(lookup=\) is read-only}],
    ['and sealed anew',              "CookieSessionStore redis:/none.sock\n$K\nCookieSession cookie:s django keys=main lookup=redis: rekey=on", qr{cookie:s django: rekey=on: a session that is kept elsewhere \(lookup=\) is only read}],
    ['recheck= without lookup=',     "$K\n$S recheck=5s", qr{cookie:session flask: recheck=: this is for sessions that are kept on a server \(lookup=\); remove this option}],
    ['recheck= for too long',        "$K\nCookieSession cookie:s django keys=main lookup=redis: recheck=61min", qr{recheck=61min: is not a time of up to 1h \(as recheck=2s\)}],
    ['protect= of a format without', "$K\nCookieSession cookie:s django keys=main protect=on", qr{cookie:s django: protect=on: means nothing to format django; leave it out}],
    ['a row whose key is missing',   "CookieSessionStore redis:/none.sock\nCookieSession cookie:s django lookup=redis:", qr{cookie:s: keys= is missing}],
    ['an empty id in keys=',         "$K\nCookieSession cookie:session flask keys=main,",  qr{keys= needs ids}],
    ['keys= twice',                  "$K\nCookieSession cookie:session flask keys=main keys=main", qr{keys= is given twice}],
    ['an unknown key id',            "$K\nCookieSession cookie:session flask keys=man",    qr{config-test\.conf: CookieSession cookie:session: keys=man is not the id of a key of this server \(its keys: main\); add a line CookieSessionKey man file:}],
    ['an unknown key id below',      "<Location /x>\nCookieSession cookie:session flask keys=man\n</Location>\n$K", qr{on line 8 of .*keys=man is not the id of a key}],
    ['a key of another virtual host', "<VirtualHost *:1>\n$K\n</VirtualHost>\n<VirtualHost *:2>\n$S\n</VirtualHost>", qr{keys=main is not the id of a key of this server \(its keys: none\)}],
    ['an unknown option',            "$K\n$S colour=red",                                  qr{CookieSession cookie:session flask: .*colour}],
    ['a bad duration',               "$K\n$S max-age=soon",                                qr{CookieSession cookie:session flask: .*max-age.*soon}],
    ['a negative duration',          "$K\n$S max-age=-5",                                  qr{CookieSession cookie:session flask: .*max-age}],
    ['a bad digest',                 "$K\n$S digest=sha0",                                 qr{CookieSession cookie:session flask: .*sha0}],
    ['a bad derivation',             "$K\n$S derivation=magic",                            qr{CookieSession cookie:session flask: .*magic}],
    ['write=on for a header',      "$K\nCookieSession header:X-S flask keys=main write=on", qr{header:X-S flask: write=on: the token of a header is never written; remove this option}],
    ['rekey=on for a header',      "$K\nCookieSession header:X-S flask keys=main rekey=on", qr{header:X-S flask: rekey=on: the token of a header is never written; remove this option}],
    ['write=on for a pickle',      "$K\nCookieSession cookie:s werkzeug keys=main serializer=pickle write=on", qr{cookie:s werkzeug: write=on: this source is read-only}],
    ['write=on for a public key',  "CookieSessionKey pub file:conf/keys/v4.public.key\nCookieSession cookie:s paseto keys=pub write=on", qr{cookie:s paseto: write=on: this source is read-only.*sign first in keys=}],
    ['rekey=on to a public key',   "CookieSessionKey pub file:conf/keys/v4.public.key\nCookieSession cookie:s paseto keys=pub rekey=on", qr{rekey=on: this source is read-only}],
    ['rekey=on for cookie-manager', "$K\nCookieSession cookie:s cookie-manager keys=main rekey=on", qr{cookie:s cookie-manager: rekey=on: a session of this format names its key itself}],
    (map { [ "attributes: $_->[0]", "$K\n$S\nCookieSessionAttributes \"$_->[1]\"", qr{CookieSessionAttributes "\Q$_->[1]\E": .*$_->[2].*; for example: CookieSessionAttributes "Path=/; HttpOnly} ] }
        ['an unknown one', 'Path=/; Colour=red', 'Colour=red is not an attribute of a cookie; attributes are: Path, '], ['Expires', 'Expires=Thu, 01 Jan 2099 00:00:00 GMT', 'Max-Age=2592000'],
        ['a path that is none', 'Path=app', 'has to begin with /'], ['a blank in it', 'Path=/a b', 'encode it'], ['a comma in it', 'Path=/a,b', 'encode it'],
        ['no path', 'Path', 'needs a value'], ['a domain that is none', 'Domain=a/b', 'is not a host name'], ['an empty one', 'Domain=', 'is not a host name'],
        ['a port', 'Domain=a.test:80', 'is not a host name'], ['an unknown SameSite', 'SameSite=Maybe', 'is not one of Strict, Lax, None'], ['a Max-Age of 0', 'Max-Age=0', 'above 0'],
        ['a negative one', 'Max-Age=-1', 'above 0'], ['one with a unit', 'Max-Age=31d', 'above 0'], ['Secure with a value', 'Secure=1', 'takes no value'],
        ['HttpOnly twice', 'HttpOnly; HttpOnly', 'twice'], ['Path twice', 'Path=/a; Path=/b', 'twice'], ['SameSite=None alone', 'SameSite=None', 'add Secure'],
        ['Partitioned alone', 'Partitioned; SameSite=Lax', 'add Secure'], ['an unknown Priority', 'Priority=Urgent', 'is not one of Low, Medium, High']),
    ['a __Host- cookie, not Secure', "$K\nCookieSession cookie:__Host-s flask keys=main\nCookieSessionAttributes Path=/", qr{cookie:__Host-s \(line 8 of .*\): .*needs Secure; add it in CookieSessionAttributes, or say write=off}],
    ['with a path',                "$K\n<Location /x>\nCookieSession cookie:__host-s flask keys=main\n</Location>\nCookieSessionAttributes \"Secure; Path=/a\"", qr{cookie:__host-s.*Path=/}],
    ['with a domain',              "$K\nCookieSession cookie:__Host-s flask keys=main\n<Directory />\n<Files x>\nCookieSessionAttributes \"Secure; Domain=a.test\"\n</Files>\n</Directory>", qr{cookie:__Host-s.*has no Domain}],
    ['in a virtual host',          "$K\nCookieSession cookie:__Secure-s flask keys=main\n<VirtualHost *:1>\nCookieSessionAttributes HttpOnly\n</VirtualHost>", qr{cookie:__Secure-s.*needs Secure}],
    ['a bad switch',                 "$K\n$S write=perhaps",                               qr{CookieSession cookie:session flask: .*perhaps}],
    ['a bad number of bytes',        "$K\n$S max-bytes=many",                              qr{CookieSession cookie:session flask: .*many}],
    ['a key of the wrong version',   "CookieSessionKey v4 file:conf/keys/v4.local.key\nCookieSession cookie:t paseto keys=v4 version=3", qr{CookieSession cookie:t paseto: .*v4}],
    ['a key of the wrong purpose',   "CookieSessionKey v4 file:conf/keys/v4.local.key\nCookieSession cookie:t paseto keys=v4 purpose=public", qr{CookieSession cookie:t paseto: .*v4}],
    ['a PASERK under Flask',         "CookieSessionKey v4 file:conf/keys/v4.public.key\nCookieSession cookie:t flask keys=v4", qr{CookieSession cookie:t flask: .*v4}],
    ['Off beside a source',          "$K\n$S\nCookieSession Off",                          qr{CookieSession Off: this scope has sources as well}],
    ['a source beside Off',          "$K\nCookieSession Off\n$S",                          qr{CookieSession Off: this scope has sources as well}],
    ['no user',                      'CookieSessionUser',                                  qr{CookieSessionUser needs a value; for example: CookieSessionUser _user_id}],
    ['an empty user',                'CookieSessionUser "" user_id',                       qr{CookieSessionUser "" is empty; for example: CookieSessionUser _user_id}],
    ['a user and Off',               'CookieSessionUser _user_id Off',                     qr{CookieSessionUser Off takes no other word}],
    ['a bad remote-user',            'CookieSessionUser _user_id remote-user=yes',         qr{CookieSessionUser remote-user=yes: write remote-user=on or remote-user=off}],
    ['an export without a name',     'CookieSessionExport role',                           qr{CookieSessionExport takes two arguments}],
    ['Strip neither on nor off',     'CookieSessionStrip maybe',                           qr{CookieSessionStrip must be On or Off}],
    ['a delimiter too many',         'CookieSessionEnvDelimiter , ;',                      qr{CookieSessionEnvDelimiter takes one argument}],
    (map { ["the prefix $_", "CookieSessionEnv $_", qr{CookieSessionEnv \Q$_\E: .*; choose a prefix of your own, such as SESSION_}] }
        qw(HTTP_ http_ HTTP_X_ H PATH PA LD_ PHP_ SERVER_ SCRIPT_ REMOTE_ REDIRECT_ CONTENT_ DOCUMENT_ SSL_ COOKIESESSION_ XSRF_ S 1A A-B A.B
           APP_ app_ ORIG_ UNENCODED_ SYMFONY_ DB_ AWS_ REDIS_ WP_ SENTRY_)),
    (map { ["the name $_", "CookieSessionExport role $_", qr{CookieSessionExport role \Q$_\E: .*; choose a name of your own, such as VISITOR_USER}] }
        qw(HTTP_PROXY HTTP_X HTTPS PATH PATH_INFO LD_PRELOAD ld_preload PHP_VALUE PHPRC REMOTE_USER REMOTE_ADDR SERVER_NAME SCRIPT_FILENAME
           CONTENT_LENGTH DOCUMENT_ROOT REDIRECT_STATUS PYTHONPATH PERL5OPT RUBYOPT NODE_OPTIONS BASH_ENV BASH_FUNC_x IFS ENV TZ GCONV_PATH
           COOKIESESSION_STATUS XSRF_TOKEN A-B
           APP_DEBUG APP_KEY ORIG_PATH_INFO UNENCODED_URL SYMFONY_TRUSTED_PROXIES DB_HOST DATABASE_URL AWS_PROFILE SECRET_KEY_BASE)),
    ['a login page elsewhere',       'CookieSessionLoginURL //example.org/login',          qr{CookieSessionLoginURL "//example.org/login" is not a path on this host; for example: CookieSessionLoginURL /app/login}],
    ['a login page with a fragment', 'CookieSessionLoginURL "/app/#login"',                qr{CookieSessionLoginURL "/app/#login" has a fragment}],
    ['a logout elsewhere',           'CookieSessionLogoutURL https://example.org/logout',  qr{CookieSessionLogoutURL "https://example.org/logout" is not a path on this host; for example: CookieSessionLogoutURL /logout}],
    (map { ["a hand-off with $_->[0]", "CookieSessionHandoff $_->[0]", qr{CookieSessionHandoff "\Q$_->[0]\E" $_->[1]}] }
        (map { [$_, 'is not a time from 1s to 10min; for example: ttl=30s'] } 'ttl=', 'ttl=soon', 'ttl=999ms', 'ttl=601s', 'ttl=off', 'ttl=-1s'),
        (map { [$_, 'is not a name of up to 64 letters, digits, dots, _ and -; for example: realm=shop'] } 'realm=', 'realm=a/b', 'realm=' . 'a' x 65),
        (map { [$_, 'has an empty name; for example: members=_user_id,user_name'] } 'members=', 'members=a,', 'members=,a', 'members=a,,b'),
        (map { [$_, 'is neither optional nor required; for example: challenge=required'] } 'challenge=', 'challenge=plain'),
        (map { [$_, 'is not one of the options ttl=, realm=, members=, challenge=; for example: CookieSessionHandoff ttl=30s'] } 'colour=red', 'ttl', 'On', 'tt=30s')),
    ['an option of it twice',        'CookieSessionHandoff ttl=1s ttl=2s',                 qr{CookieSessionHandoff "ttl=2s" is given twice; leave one of them out}],
    ['an unknown way to hand off',   'CookieSessionHandoffSend mail',                      qr{CookieSessionHandoffSend "mail" is not one of: env, cookie, Off}],
    (map { my ($source, $format) = @$_; ["a hand-off into $format", "$K\n<Location /x>\nCookieSession $source keys=main\nCookieSessionHandoff\n</Location>", qr{CookieSessionHandoff \(line 10 of .*config-test\.conf\): a session of \Q$format\E says neither when it was issued nor when it ends, .*for example flask or paseto, or write=off}] }
        ['cookie:s flask-paseto', 'cookie:s flask-paseto'], ['cookie:s itsdangerous timed=off', 'cookie:s itsdangerous']),
    ['a hand-off into a format of the server around it', "$K\nCookieSession cookie:s flask-paseto keys=main\n<VirtualHost *:1>\n<Location /x>\nCookieSessionHandoff\n</Location>\n</VirtualHost>", qr{CookieSessionHandoff \(line 11 of .*cookie:s flask-paseto says neither}],
    ['pages with an alias that need a challenge', "$K\n$S\nCookieSessionHandoff challenge=required\nCookieSessionHandoffSend env", qr{CookieSessionHandoff challenge=required \(line 9 of .*\): an alias that CookieSessionHandoffSend gives to a page has no challenge; use challenge=optional, or CookieSessionHandoffSend Off}],
    ['a request header with a blank', 'CookieSessionHeader "X User" _user_id',              qr{CookieSessionHeader "X User" is not a valid header name; for example: CookieSessionHeader X-User _user_id}],
    (map { my ($what, @lines) = @$_; ["a header that is read and set: $what", join("\n", $T, @lines), qr{CookieSession header:X-S: CookieSession(?:Header|Token) sets this header in the same scope, so the client's own is removed before a token is looked for in it; give one of the two another name, for example: header:X-Session}] }
        ['a member', 'CookieSession header:X-S flask keys=main', 'CookieSessionHeader X-S _user_id'],
        ['a member, above it', '<Location /x>', 'CookieSessionHeader x_s _user_id', 'CookieSession header:X-S flask keys=main', '</Location>'],
        ['a token', 'CookieSession header:X-S flask keys=main', 'CookieSessionToken header:X_S keys=sign audience=a'],
        ['a token, above it', 'CookieSessionToken header:x-s keys=sign audience=a', 'CookieSession header:X-S flask keys=main']),
    ['the header Proxy',             'CookieSessionHeader proxy _user_id',                 qr{CookieSessionHeader "proxy" becomes HTTP_PROXY, from which programs take the proxy of their own requests; choose another one; for example: CookieSessionHeader X-User _user_id}],
    ["a header of HTTP's own",       'CookieSessionHeader Content_Length _user_id',        qr{CookieSessionHeader "Content_Length" is a header that HTTP itself needs}],
    (map { my ($what, $line, $says) = @$_; ["a token: $what", "$T\n" . ($line =~ /^</ ? $line : "CookieSessionToken $line"), $says] }
        ['nothing',              '""',                                              qr{CookieSessionToken: keys= is missing; for example: keys=signing, with a line CookieSessionKey signing file:}],
        ['no keys',              'header:X-T audience=a',                           qr{CookieSessionToken: keys= is missing; for example: keys=signing}],
        ['an empty id',          'keys=sign, audience=a',                           qr{CookieSessionToken: keys= needs ids}],
        ['an unknown key',       'header:X-T keys=none audience=a',                 qr{on line 13 of .*CookieSessionToken: keys=none is not the id of a key of this server}],
        ['no audience',          'header:X-T keys=sign',                            qr{CookieSessionToken: audience= is missing, and a token that does not say for whom it is opens every door; for example: audience=https://api.example}],
        ['an issuer alone',      'keys=sign issuer=https://a.test',                 qr{CookieSessionToken: audience= is missing}],
        ['a footer alone',       'keys=sign footer=none',                           qr{CookieSessionToken: audience= is missing}],
        ['an empty audience',    'header:X-T keys=sign audience=',                  qr{CookieSessionToken: audience= is empty}],
        ['no issuer at the endpoint', 'keys=sign audience=a',                       qr{CookieSessionToken: issuer= is missing, by which those who verify tokens of the endpoint sessioncookie-token know this server.*; for example: issuer=https://}],
        ['an empty issuer',      'keys=sign audience=a issuer=',                    qr{CookieSessionToken: issuer= is empty}],
        ['a public key first',   'header:X-T keys=pub,sign audience=a',             qr{CookieSessionToken: keys=pub.*this is a public key, which cannot sign; put a secret or a local one first}],
        ['a local key to be published',  'keys=sign,local',                         qr{CookieSessionToken: key local is a secret that both sides share, and is never published}],
        ['a bare secret to be published', "keys=main",                              qr{CookieSessionToken: key main is a secret that both sides share}],
        ['a claim fixed and chosen', 'header:X-T keys=sign audience=a claims=role,sub', qr{CookieSessionToken: claims=sub: the claim sub is the token's own}],
        ['by a pointer',         'header:X-T keys=sign audience=a claims=/user/iss', qr{CookieSessionToken: claims=/user/iss: the claim iss is the token's own}],
        ['a claim twice',        'header:X-T keys=sign audience=a claims=role,/user/role', qr{CookieSessionToken: claims=: role and /user/role would both be the claim role}],
        ['no claims',            'header:X-T keys=sign audience=a claims=',         qr{CookieSessionToken: claims= needs members}],
        (map { ["ttl $_", "header:X-T keys=sign audience=a ttl=$_", qr{CookieSessionToken: ttl=\Q$_\E: .*; for example: ttl=60s}] } qw(0 0s 999ms 86401s 25h 2d off -1 soon)),
        ['a bad footer',         'header:X-T keys=sign audience=a footer=sid',      qr{CookieSessionToken: footer=sid: write footer=kid or footer=none}],
        (map { ["the header $_", "'header:$_' keys=sign audience=a", qr{CookieSessionToken: header: "\Q$_\E" is .*; for example: header:X-Visitor-Token}] }
            '', 'X T', 'X-T:', qw(Host host Content-Length content_length Transfer-Encoding Connection Cookie TE Trailer Upgrade Keep-Alive Expect Proxy-Authorization)),
        (map { ["the variable $_", "env:$_ keys=sign audience=a", qr{CookieSessionToken: env:\Q$_\E: .*; choose a name of your own}] } qw(HTTP_X PATH LD_PRELOAD JWT_SECRET COOKIESESSION_USER A-B 1A)),
        ['an option twice',      'header:X-T keys=sign audience=a audience=b',      qr{CookieSessionToken: audience= is given twice}],
        ['an unknown option',    'header:X-T keys=sign audience=a algorithm=none',  qr{CookieSessionToken: unknown option "algorithm=none"}],
        ['Off and more',         'Off keys=sign',                                   qr{CookieSessionToken: unknown option "Off"}],
        ['twice in a scope',     "keys=sign\nCookieSessionToken keys=sign",         qr{CookieSessionToken is given twice in this scope}],
        ['twice, with Off',      "keys=sign\nCookieSessionToken Off",               qr{CookieSessionToken is given twice in this scope}],
        # A back end must not come back as the visitor.
        ['a source that takes it', "header:X-T keys=sign audience=a\nCookieSession header:Authorization paseto keys=pubsign", qr{CookieSessionToken: the source header:Authorization \(paseto, .*:\d+\) would accept this token, so that the back end could come back as the visitor; sign with another key, or give the source an audience= of its own}],
        ['by its variable',      "env:V_TOKEN keys=sign audience=a\nCookieSession cookie:t paseto keys=pubsign",   qr{the source cookie:t \(paseto, .*would accept this token}],
        ['of that audience',     "header:X-T keys=sign audience=a\n<Location /x>\nCookieSession cookie:t paseto keys=pubsign audience=a\n</Location>", qr{would accept this token}],
        ['that is for one user', "header:X-T keys=sign audience=a\nCookieSession cookie:t paseto keys=pubsign subject=alice max-age=1h", qr{would accept this token}],
        ['of a retired key',     "header:X-T keys=other,sign audience=a\nCookieSession cookie:t paseto keys=pubsign", qr{would accept this token}],
        ['of another server',    "header:X-T keys=sign audience=a\n<VirtualHost *:1>\nCookieSession cookie:t paseto keys=pubsign\n</VirtualHost>", qr{would accept this token}],
        ['of another format',    "header:X-T keys=local audience=a\nCookieSession cookie:t flask-paseto keys=local", qr{would accept this token}],
        ['of a server for the token of another', "keys=pub\n<VirtualHost *:1>\nCookieSessionToken header:X-T keys=sign audience=a\n</VirtualHost>\nCookieSession cookie:t paseto keys=pubsign", qr{would accept this token}],
    ),
    ['XSRF neither on nor off',      'XSRF perhaps',                                       qr{XSRF "perhaps" is not one of: On, Off, Report}],
    ['a guard without a key',        'XSRF On',                                            qr{on line 7 of .*XSRF needs a key for its tokens; add a line XSRFKey ID}],
    ['a guard in a scope without a key', "<Location /x>\nXSRF Report\n</Location>",        qr{on line 8 of .*XSRF needs a key for its tokens}],
    ['a method with a blank',        'XSRFMethods "POST PUT"',                             qr{XSRFMethods "POST PUT" is not a method; for example: XSRFMethods POST PUT}],
    ['an unknown policy',            'XSRFPolicy all',                                     qr{XSRFPolicy "all" is not one of: origin, origin-if-sent, token, both}],
    (map { ["sessioncookie-revoke $_->[0]", $_->[1], qr{SetHandler sessioncookie-revoke: nothing in this section says who may end sessions of others; add a line, for example: Require local}] }
        ['alone', "<Location /x>\nSetHandler sessioncookie-revoke\n</Location>"], ['on the whole server', 'SetHandler sessioncookie-revoke'],
        ['for all', "<Location /x>\nRequire all granted\nSetHandler sessioncookie-revoke\n</Location>"],
        ['in a section within the one that has a Require', "<Location /x>\nRequire all denied\n<If true>\nSetHandler sessioncookie-revoke\n</If>\n</Location>"]),
    ['an unknown endpoint',          "<Location /x>\nSetHandler SessionCookie-login\n</Location>", qr{on line 8 of [^\n]*\nSetHandler "SessionCookie-login" is not one of: sessioncookie-handoff, sessioncookie-logout, sessioncookie-revoke}],
    (map { ["the origin $_", "XSRFTrustedOrigin $_", qr{XSRFTrustedOrigin "\Q$_\E" is not an origin .*; for example: XSRFTrustedOrigin https://}] }
        qw(www.example.org https:www.example.org https://www.example.org/ https://a@www.example.org null https://*.example.org https://www.example.org:65536)),
    ['an unknown scheme',            'XSRFScheme rails',                                   qr{XSRFScheme "rails" is not one of: signed, flask-xsrf, flask-wtf, django}],
    ['XSRFKey without a key',        'XSRFKey',                                            qr{XSRFKey needs the id of a key; for example: XSRFKey main}],
    ['an unknown key of XSRF',       "$K\nXSRFKey man",                                    qr{on line 8 of .*XSRFKey man is not the id of a key of this server \(its keys: main\); add a line CookieSessionKey man file:PATH}],
    ['a public key for tokens',      "CookieSessionKey v4 file:conf/keys/v4.public.key\nXSRFKey v4", qr{XSRFKey: key v4 is a public or secret key}],
    ['a PASERK for flask-xsrf',      "CookieSessionKey v4 file:conf/keys/v4.local.key\nXSRFKey v4\nXSRFScheme flask-xsrf", qr{XSRFScheme flask-xsrf cannot use the keys of XSRFKey; name a CookieSessionKey}],
    ['a header with a colon',        'XSRFHeader X-Token:',                                qr{XSRFHeader "X-Token:" is not a valid header name; for example: XSRFHeader X-XSRF-Token}],
    (map { ["the field $_", "XSRFField '$_'", qr{XSRFField "\Q$_\E" is not a valid name of a form field; for example: XSRFField xsrf-token}] } 'a b', 'a"b', 'a<b', 'a=b'),
    ['a bad timeout',                'XSRFTimeout soon',                                   qr{XSRFTimeout "soon" is .*31d}],
    ['XSRFOneTime without its scheme', 'XSRFOneTime On',                                   qr{XSRFOneTime On applies to tokens of flask-xsrf only, which no scope accepts; add flask-xsrf to XSRFScheme}],
    ['XSRFOneTime with other schemes', "XSRFScheme signed django\nXSRFOneTime On",          qr{XSRFOneTime On applies to tokens of flask-xsrf only, which the XSRFScheme of this scope omits; add flask-xsrf to XSRFScheme}],
    (map { ["the limit $_", "XSRFBodyLimit $_", qr{XSRFBodyLimit "\Q$_\E" is not a number of bytes from 1 to 1024M; for example: XSRFBodyLimit 64K}] } qw(0 -1 64X K 2G 1025M 9223372036854775807 18446744073709551617)),
    ['an unknown binding',           'XSRFBind cookie',                                    qr{XSRFBind "cookie" is not one of: user, session, ip}],
    ['an unknown way to send',       'XSRFSend mail',                                      qr{XSRFSend "mail" is not one of: header, cookie, env, inject, script, Off}],
    (map { ["the cookie '$_'", "XSRFSend 'cookie=$_'", qr{XSRFSend "cookie=\Q$_\E" does not end with a valid name of a cookie; for example: XSRFSend cookie=SHOP-XSRF-TOKEN}] } '', 'a b', 'a;b', 'a=b'),
    (map { ["the cookie $_", "XSRFSend cookie=$_", qr{XSRFSend "cookie=$_" names a cookie that tokens are bound to}] } qw(csrftoken xsrf-visitor __Host-xsrf-visitor)),
    ["a session's cookie for tokens", "$K\nXSRF On\nXSRFKey main\nXSRFSend cookie=session\nCookieSession cookie:session flask keys=main", qr{XSRFSend "cookie=session": that is the cookie of a session \(CookieSession\); for example: XSRFSend cookie=SHOP-XSRF-TOKEN}],
    ['an exempt path that is none',  'XSRFExempt hooks',                                   qr{XSRFExempt "hooks" is not a path: it does not begin with /; for example: XSRFExempt /hooks/payment}],
    ['a query in an exempt path',    'XSRFExempt /hooks?x',                                qr{XSRFExempt "/hooks\?x" has a query \(\?\): only paths are compared; for example: XSRFExempt /hooks/payment}],
    (map { ["the exempt path $_", "XSRFExempt '$_'", qr{XSRFExempt "\Q$_\E" has a \* that is not a whole last segment}] } '/a*', '/*/a', '/a/**', '/*.php', '/a/*/*', '/a/*/'),
    (map { ["the exempt path $_", "XSRFExempt '$_'", qr{XSRFExempt "\Q$_\E" would match nothing: write the path decoded, without escapes \(%\), semicolons, backslashes, empty segments and dot segments}] } '/a%20b', '/a;b', '//a', '/a//*', '/a/../b', '/a/./*', '/.', '/a/..'),
    ['a script without a slash',     'XSRFScript xsrf.js',                                 qr{XSRFScript "xsrf\.js" is not a path: it does not begin with /; for example: XSRFScript /\.well-known/xsrf\.js}],
    (map { ["the script $_", "XSRFScript '$_'", qr{XSRFScript "\Q$_\E" has a character that is none of: letters, digits, / \. _ ~ -; for example: XSRFScript /\.well-known/xsrf\.js}] } '/a?b', '/a b', '/a"b', '/a%41', '/a<b', '/*'),
    (map { ["the script $_", "XSRFScript '$_'", qr{XSRFScript "\Q$_\E" is not the path of a file; for example: XSRFScript /\.well-known/xsrf\.js}] } '/', '/a/', '//a', '/a/../b', '/./a'),
    (map { my $in = $_; my ($end) = $in =~ /(\w+)/; ["XSRFScript in $in", "$in\nXSRFScript /a.js\n</$end>", qr{XSRFScript cannot stand in a section or in \.htaccess, since the script is served before a section is chosen; move it to the server or to <VirtualHost>}] }
        '<Location /a>', '<Directory />', '<Files a>'),
    (map { my $in = $_; my ($end) = $in =~ /(\w+)/; ["XSRFExempt in $in", "$in\nXSRFExempt /a\n</$end>", qr{XSRFExempt cannot stand in a section or in \.htaccess, since its paths are compared before a section is chosen; move it to the server or to <VirtualHost>}] }
        '<Location /a>', '<Directory />', '<Files a>', "<If true>", '<Proxy *>'),
);
chmod 0, root() . '/conf/keys/locked.key' if open my $f, '>', root() . '/conf/keys/locked.key';
for (@bad) {
    my ($what, $text, $says) = @$_;
    my ($code, $said) = check($text);
    ok($code != 0 && $said =~ $says, "refused: $what") or diag("exit $code\n$said");
    unlike($said, qr/a-secret-of-some-length/, "no secret is said: $what");
}

# Accepted
my @good = (
    ['every directive',            "$K\n$S\nCookieSessionUser a /b/c\nCookieSessionEnv On\nCookieSessionEnv off\nCookieSessionEnv visitor_\nCookieSessionExport a B\nCookieSessionEnvDelimiter \" \"\nCookieSessionStrip On"],
    (map { ["a token: $_->[0]", "$T\n$_->[1]"] }
        ['every option',           'CookieSessionToken header:X-T env:V_TOKEN keys=sign,pub,other,local audience=https://a.test issuer=https://b.test ttl=1d claims=role,/a/b,/a/iSS footer=none'],
        ['a bearer',               'CookieSessionToken header:authorization keys=local audience=a ttl=1s footer=kid'],
        ['a bare secret',          'CookieSessionToken header:X-T keys=main audience=a'],
        ['of the endpoint',        "CookieSessionToken keys=sign audience=a issuer=b\nCookieSession header:Authorization paseto keys=pubsign audience=a"],
        ['to be published',        'CookieSessionToken keys=pub,sign'],
        ['Off',                    "CookieSessionToken keys=sign\n<Location /x>\nCookieSessionToken Off\n</Location>"],
        ['a key below it',         "CookieSessionToken keys=below\nCookieSessionKey below file:conf/keys/v4.public.key"],
        ['a source of another audience', "CookieSessionToken header:X-T keys=sign audience=a\nCookieSession header:Authorization paseto keys=pubsign audience=b"],
        ['a source of another issuer',   "CookieSessionToken header:X-T keys=sign audience=a issuer=x\nCookieSession header:Authorization paseto keys=pubsign issuer=y"],
    ),
    ['a cache and none',           "CookieSessionCache 1\nCookieSessionCache 65536\nCookieSessionCache Off"],
    ['lists',                      "CookieSessionRevocation file:logs/revoked\n<VirtualHost *:1>\nCookieSessionRevocation off\n</VirtualHost>\n<VirtualHost *:2>\nCookieSessionRevocation file:logs/revoked-too\n</VirtualHost>"],
    ['stores',                     "CookieSessionStore shmcb\nCookieSessionStore shmcb:512K\nCookieSessionStore redis:127.0.0.1:6379/2 timeout=1s password=file:conf/keys/v4.local.key\nCookieSessionStore redis:[::1]:6379 timeout=1ms\nCookieSessionStore redis:/run/redis.sock db=15 timeout=10s"],
    ['a store that nobody needs',  'CookieSessionStore shmcb:1024M'],
    ['the issuer and the password of a key', "$K iss=https://a.test password=file:conf/keys/v4.local.key"],
    ['a list that is spread',      "CookieSessionStore redis:/none.sock\nCookieSessionRevocation file:logs/revoked spread=5s"],
    ['a key below its source',     "<Location /x>\n$S\n</Location>\n$K"],
    ['rekey=on where nothing is written', "$K\n$S write=off rekey=on"],
    ['write=on for a header that is not said', "$K\nCookieSession header:X-S flask keys=main"],
    ['attributes',                 "$K\n$S\nCookieSessionAttributes \"Path=/a; Domain=.example.org; Secure; HttpOnly; SameSite=none; Max-Age=60; Partitioned; Priority=Low;\""],
    ['attributes in any case',     "$K\n$S\nCookieSessionAttributes \" path=/ ;secure;  httponly\""],
    ['a __Host- cookie',           "$K\nCookieSession cookie:__Host-s flask keys=main"],
    ['a __Host- cookie, Secure',   "$K\nCookieSession cookie:__Host-s flask keys=main\nCookieSessionAttributes \"Secure; HttpOnly\""],
    ['a __Secure- cookie, Domain', "$K\nCookieSession cookie:__Secure-s flask keys=main\nCookieSessionAttributes \"Secure; Domain=example.org\""],
    ['a __Host- cookie that is not written', "$K\nCookieSession cookie:__Host-s flask keys=main write=off\nCookieSessionAttributes Path=/a"],
    ['other attributes elsewhere', "$K\n<Location /a>\nCookieSession cookie:__Host-s flask keys=main\n</Location>\n<Location /b>\nCookieSessionAttributes Path=/a\n</Location>"],
    ['ids without a key',          "CookieSessionStore redis:/none.sock\nCookieSession cookie:s flask-session lookup=redis:session: recheck=0 protect=on write=off"],
    ['ids with keys',              "CookieSession cookie:s flask-session keys=main lookup=redis:session: salt=x digest=sha256 derivation=none\n$K\nCookieSessionStore redis:/none.sock"],
    ['a statement',                "$D\n<VirtualHost *:1>\nDBDPrepareSQL \"SELECT a, strftime('%%s', b) FROM t WHERE a = %s\" x\n$K\nCookieSession cookie:s django keys=main lookup=dbd:x max-age=1h\n</VirtualHost>"],
    ['every option',               "$K\n$S max-age=31d leeway=5s salt=x digest=sha256 derivation=django-concat max-bytes=4096 write=off rekey=on"],
    ['max-age=off',                "$K\n$S max-age=off"],
    ['one id in two servers',      "$K\n<VirtualHost *:1>\n$K\n$S\n</VirtualHost>"],
    ['users',                      "CookieSessionUser _user_id /off remote-user=on\n<Location /x>\nCookieSessionUser off\n</Location>\n<Location /y>\nCookieSessionUser remote-user=OFF\n</Location>"],
    ['Off in an inner scope',      "$K\n$S\n<Location /x>\nCookieSession Off\n</Location>"],
    ['a second source',            "$K\n$S\nCookieSession header:Authorization itsdangerous keys=main"],
    ['a blank in an id',           "CookieSessionKey \"k 3\" text:a-secret-of-some-length\nCookieSession cookie:c cookie-manager \"keys=k 3\""],
    ['a command as source',        'CookieSessionKey main "exec:/bin/echo a-long-enough-secret"'],
    ['a variable as source',       'CookieSessionKey main env:SC_MODULES'],
    ['every XSRF directive',       "$K\nXSRF On\nXSRFKey main\nXSRFMethods POST\nXSRFPolicy both\nXSRFTrustedOrigin https://a.test\nXSRFScheme signed flask-wtf\nXSRFHeader X-A X-B\nXSRFField a b[c]\nXSRFTimeout 2h\nXSRFOneTime Off\nXSRFBodyLimit 1M\nXSRFBind user ip\nXSRFSend header env inject script\nXSRFScript /a/b.js\nXSRFExempt /a /b /c/* \"/d e\"\nXSRFExempt /*\n<VirtualHost *:1>\nXSRFExempt /e\n</VirtualHost>"],
    ['hand-off',                   "$K\n$S\nCookieSessionHandoff\n<Location /x>\nCookieSessionHandoff ttl=10min realm=a.b_c-D members=a,b challenge=Required\n</Location>\n<Location /y>\nCookieSessionHandoffSend env cookie\nCookieSessionHandoffSend off\n</Location>"],
    ['a hand-off of what cannot be written there', "$K\nCookieSession cookie:s flask-paseto keys=main write=off\nCookieSessionHandoff"],
    ['one that is written elsewhere', "$K\nCookieSession cookie:r flask-login keys=main\n$S\nCookieSession cookie:s flask-paseto keys=main\nCookieSessionHandoff"],
    ['an endpoint',                "<Location /x>\nSetHandler SessionCookie-Logout\n</Location>\n<Location /y>\nSetHandler none\n</Location>"],
    ['an endpoint for the few',    "<Location /x>\n<IfModule authz_core_module>\nRequire all denied\n</IfModule>\n<IfModule sessioncookie_module>\nSetHandler sessioncookie-revoke\n</IfModule>\n</Location>\n<Location /y>\nSetHandler sessioncookie-revoke\n<RequireAny>\nRequire all denied\n</RequireAny>\n</Location>"],
    ['a guard by origin, if it is sent, needs no key', "XSRFPolicy origin-if-sent\nXSRF On"],
    ['a guard by origin needs no key', "XSRFPolicy origin\n<Location /x>\nXSRF On\n</Location>"],
    ['one by django neither',      "XSRF On\nXSRFScheme django"],
    ['a scheme named again',       "$K\nXSRFKey main" . "\nXSRFScheme signed flask-wtf" x 9],
    ['Ed25519 keys of two versions in one source', "CookieSessionKey v2 text:hex:000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f version=2\nCookieSessionKey v4 file:conf/keys/v4.local.key\nCookieSession cookie:t paseto keys=v2,v4"],
    ['XSRF Off needs no key',      'XSRF Off'],
    ['a PASERK for signed',        "CookieSessionKey v4 file:conf/keys/v4.local.key\nXSRFKey v4\nXSRF On"],
    ['names that only look alike', "CookieSessionExport role SESSION_PATH\nCookieSessionExport role USERS\nCookieSessionExport role PATIENT\nCookieSessionEnv SESSION"],
);
for (@good) {
    my ($what, $text) = @$_;
    my ($code, $said) = check($text);
    ok($code == 0 && $said =~ /Syntax OK/, "accepted: $what") or diag("exit $code\n$said");
}

# Every directive of the table refuses to stand in <Limit>, where httpd would take it for every method.
{
    my @names = map { /^((?:CookieSession|XSRF)\w*) \(/ ? $1 : () } split /\n/, listed();
    my %value = (CookieSessionKey => 'main text:a-secret-of-some-length', CookieSession => 'Off', CookieSessionUser => 'sub', CookieSessionEnv => 'Off',
        CookieSessionExport => 'a B', CookieSessionHeader => 'X-User sub', CookieSessionToken => 'Off', CookieSessionLoginURL => '/login', CookieSessionLogoutURL => '/logout', CookieSessionAttributes => 'HttpOnly',
        XSRFMethods => 'POST', XSRFPolicy => 'origin', XSRFTrustedOrigin => 'https://a.test', XSRFScheme => 'signed', XSRFKey => 'main', XSRFHeader => 'X-A',
        XSRFField => 'a', XSRFTimeout => '1h', XSRFBodyLimit => '1K', XSRFBind => 'user', XSRFSend => 'Off', XSRFExempt => '/a', XSRFScript => '/a.js', CookieSessionStore => 'shmcb', CookieSessionEnvDelimiter => ':');
    cmp_ok(scalar @names, '>=', 24, 'httpd lists the directives');
    for my $name (@names) {
        my $line = "$name " . ($value{$name} // 'Off');
        for (['<Limit GET>', '</Limit>'], ['<LimitExcept GET>', '</LimitExcept>']) {
            my ($code, $said) = check("<Location /x>\n$_->[0]\n$line\n$_->[1]\n</Location>");
            ok($code != 0 && $said =~ /\Q$name\E (?:not allowed in|cannot occur within) <(?:Limit|Location)/, "$name refuses to stand in $_->[0]") or diag($said);
        }
    }
    my (undef, $said) = check("<Location /x>\n<Limit GET>\nXSRF Off\n</Limit>\n</Location>");
    like($said, qr{XSRF cannot occur within <Limit> or <LimitExcept> section.*every method.*<If "%\{REQUEST_METHOD\} == 'GET'">}, 'and says what to write instead');
}

# Warnings, which do not stop httpd: what it is, the text, what it must say; nothing where nothing must be said.
my $B = 'CookieSessionKey other text:another-secret-of-some-length';
my $A = 'AuthType CookieSession';
my $twice = qr{CookieSession cookie:session at .*:\d+: line \d+ of .* has the same source; remove one of them};
my $open = qr{AuthType CookieSession at .*:\d+: <\w+ .*> has no Require line, so that everybody is let in; add one, for example: Require valid-user};
my $mixed = qr{CookieSession .* at .*:\d+: a token made for \S+ \([\w-]+, .*:\d+\) would be accepted as one of \S+ \([\w-]+, .*:\d+\), since both have the same secret; give each a secret of its own};
my $many = qr{CookieSession cookie:t at .*:\d+: keys= lists 5 public keys of one version, and a request has at most 4 signatures verified; remove keys};
my $publics = join "\n", (map { "CookieSessionKey p$_ file:conf/keys/budget$_.key" } 1 .. 4), 'CookieSessionKey p5 file:conf/keys/v4.public.key';
my $idle = qr{XSRFSend at .*:\d+: XSRFPolicy origin in the same scope asks for no token};
my $unused = qr{XSRFKey at .*:\d+: XSRF is off wherever this key is known; add a line XSRF On, or remove this one};
sub vhost { return "<VirtualHost *:$_[0]>\nServerName v$_[0].test\n$_[1]\n</VirtualHost>" }
sub inside { return "<Location $_[0]>\n$_[1]\n</Location>" }
for (
    ['a secret in the file',          $K,                                                  qr{:warn\] .*CookieSessionKey main at .*:\d+: .*text:}],
    ['a short secret',                'CookieSessionKey main text:short-one',              qr{CookieSessionKey main at .*:\d+: .*shorter than 16}],
    ['a file that others may read',   'CookieSessionKey main file:conf/keys/open.key',     qr{CookieSessionKey main at .*:\d+: .*conf/keys/open\.key can be read by everybody}],
    # While a <VirtualHost> is read, its error log is not open.
    ['a secret in the file, in a virtual host',        vhost(1, $K),                       qr{CookieSessionKey main at .*:\d+: .*text:}],
    ['a short secret, in a virtual host',              vhost(1, 'CookieSessionKey main text:short-one'), qr{CookieSessionKey main at .*:\d+: .*shorter than 16}],
    ['a password that others may read', 'CookieSessionStore redis:/none.sock password=file:conf/keys/open.key', qr{CookieSessionStore, password at .*:\d+: .*conf/keys/open\.key can be read by everybody}],
    ['a file that others may read, in a virtual host', vhost(1, "ErrorLog logs/config-test-vhost.log\nCookieSessionKey main file:conf/keys/open.key"), qr{CookieSessionKey main at .*:\d+: .*can be read by everybody}],
    ['a key file with several lines', 'CookieSessionKey main file:conf/keys/lines.key',    qr{CookieSessionKey main at .*:\d+: .*has several lines, and all of them, with their ends, are the secret}],
    ['one with a blank at its end',   'CookieSessionKey main file:conf/keys/blank.key',    qr{CookieSessionKey main at .*:\d+: .*ends with white space, which is part of the secret}],
    ['hex with a blank at its end',   'CookieSessionKey main "text:hex:00112233445566778899aabbccddeeff "', undef, qr{white space}],
    ['AuthType without Require',      "$K\n$S\n" . inside('/a', $A),                       $open],
    ['also in a virtual host, nested', vhost(1, "$K\n$S\n<Directory /a>\n<Files x>\n$A\n</Files>\n</Directory>"), $open],
    ['Require for somewhere else',    "$K\n$S\n" . inside('/a', $A) . "\n" . inside('/b', 'Require valid-user'), $open],
    ['AuthType with Require',         "$K\n$S\n" . inside('/a', "$A\nRequire session"),    undef, $open],
    ['with Require in a block',       "$K\n$S\n" . inside('/a', "$A\n<RequireAny>\nRequire session\nRequire all denied\n</RequireAny>"), undef, $open],
    ['with Require further inside',   "$K\n$S\n" . inside('/', $A) . "\n" . inside('/a/b', 'Require valid-user'), undef, $open],
    ["another AuthType",              inside('/a', 'AuthType Basic'),                      undef, $open],
    ['a source twice',                "$K\n$S\n$S",                                        $twice],
    ['twice in an inner scope',       "$K\n" . inside('/x', "$S max-age=1h write=off\n$S write=off max-age=1h"), $twice],
    ['the same source in two scopes', "$K\n$S\n" . inside('/x', $S),                       undef, $twice],
    ['one cookie in two formats',     "$K\n$S\n$S salt=before",                            undef, $twice],
    ['one secret for a session cookie and a bearer token', "CookieSessionKey v4 file:conf/keys/v4.local.key\nCookieSession cookie:session flask-paseto keys=v4\nCookieSession header:Authorization paseto keys=v4", $mixed],
    ['under two ids',                 "$K\nCookieSessionKey same text:a-secret-of-some-length\nCookieSession cookie:a flask keys=main\n" . inside('/x', 'CookieSession cookie:b flask keys=same'), $mixed],
    ['in two virtual hosts',          vhost(1, "$K\n$S") . "\n" . vhost(2, "$K\nCookieSession cookie:other flask keys=main"), $mixed],
    ['formats that can be told apart by their options alone', "$K\n$S\nCookieSession cookie:t itsdangerous keys=main salt=cookie-session derivation=hmac", $mixed],
    ['said once, not for every scope', "$K\n$S\nCookieSession cookie:b flask keys=main max-age=1h\n" . join("\n", map { inside("/$_", "$S\nCookieSession cookie:b flask keys=main max-age=1h") } 1 .. 9), $mixed],
    ['two secrets',                   "$K\n$B\n$S\nCookieSession cookie:b flask keys=other", undef, $mixed],
    ['two salts',                     "$K\n$S\nCookieSession cookie:b flask keys=main salt=b", undef, $mixed],
    ['a session and its remember-me cookie', "$K\n$S\nCookieSession cookie:remember_token flask-login keys=main", undef, $mixed],
    ['those of PASETO',               "CookieSessionKey v4 file:conf/keys/v4.local.key\nCookieSession cookie:session flask-paseto keys=v4\nCookieSession cookie:remember_token paseto-remember keys=v4", undef, $mixed],
    ['an audience of its own',        "CookieSessionKey v4 file:conf/keys/v4.local.key\nCookieSession cookie:a paseto keys=v4 audience=a\nCookieSession header:Authorization paseto keys=v4 audience=b", undef, $mixed],
    ['one cookie in scopes and virtual hosts', "$K\n$S\n" . inside('/x', "$S max-age=1h") . "\n" . vhost(1, $S) . "\n" . vhost(2, $S), undef, $mixed],
    ['one kind of token in two places of a scope', "$K\n$S\nCookieSession header:Authorization flask keys=main", undef, $mixed],
    ['five public keys of one version', "$publics\nCookieSession cookie:t paseto keys=p1,p2,p3,p4,p5", $many],
    ['in a virtual host',             vhost(1, "$publics\nCookieSession cookie:t paseto keys=p1,p2,p3,p4,p5"), $many],
    ['four of them',                  "$publics\nCookieSession cookie:t paseto keys=p1,p2,p3,p4", undef, $many],
    ['five, one of them local',      "$publics\nCookieSessionKey v4 file:conf/keys/v4.local.key\nCookieSession cookie:t paseto keys=p1,p2,p3,p4,v4", undef, $many],
    ['XSRFSend under XSRFPolicy origin', "XSRF On\nXSRFPolicy origin\nXSRFSend inject",    $idle],
    ['once, with virtual hosts that say nothing', "XSRF On\nXSRFPolicy origin\nXSRFSend inject\n" . vhost(1, '') . "\n" . vhost(2, ''), $idle],
    ['XSRFSend under XSRFPolicy origin-if-sent', "XSRF On\nXSRFPolicy origin-if-sent\nXSRFSend inject", qr{XSRFPolicy origin-if-sent in the same scope asks for no token}],
    ['XSRFSend Off there',            "XSRF On\nXSRFPolicy origin\nXSRFSend Off",          undef, $idle],
    ['XSRFSend around it',            "$K\nXSRFKey main\nXSRF On\nXSRFSend inject\n" . inside('/x', 'XSRFPolicy origin'), undef, $idle],
    ['XSRFKey where XSRF is off',     "$K\nXSRFKey main",                                  $unused],
    ['also in a virtual host',        "XSRFPolicy origin\n" . vhost(1, "$K\nXSRFKey main\nXSRF Off") . "\n" . vhost(2, 'XSRF On'), $unused],
    ['XSRFKey for an inner scope',    "$K\nXSRFKey main\n" . inside('/x', 'XSRF On'),      undef, $unused],
    ['XSRFKey for a virtual host',    "$K\nXSRFKey main\n" . vhost(1, 'XSRF Report'),      undef, $unused],
    ['XSRFKey where the guard is inherited', "XSRF On\nXSRFPolicy origin\n" . vhost(1, "$K\nXSRFKey main"), undef, $unused],
) {
    my ($what, $text, $says, $never) = @$_;
    my %content = (open => 'a-secret-of-some-length', lines => "# the secret\na-secret-of-some-length\n", blank => "a-secret-of-some-length \n");
    for (keys %content) {
        open my $f, '>', root() . "/conf/keys/$_.key" or die $!;
        print {$f} $content{$_};
        chmod $_ eq 'open' ? 0644 : 0600, root() . "/conf/keys/$_.key";
    }
    my ($code, $said) = check($text);
    my $count = $says ? () = $said =~ /$says/g : 1;
    ok($code == 0 && $count == 1, "a warning: $what") or diag("exit $code, $count times\n$said") if $says;
    ok($code == 0 && $said !~ $never, "no warning: $what") or diag("exit $code\n$said") if $never;
    unlike($said, qr/a-secret-of-some-length|short-one/, "which does not say it: $what");
}

# What httpd says of a text without those of its modules whose LoadModule line matches.
sub check_without {
    my ($modules, $text) = @_;
    open my $in, '<', root() . '/conf/modules.conf' or die $!;
    open my $out, '>', root() . '/logs/modules-without.conf' or die $!;
    while (my $line = <$in>) { print {$out} $line unless $line =~ /^LoadModule (?:$modules)/ }
    close $out;
    check($text);
    open my $conf, '<', $file or die $!;
    $text = do { local $/; <$conf> };
    $text =~ s{conf/modules.conf}{logs/modules-without.conf};
    open $out, '>', $file or die $!;
    print {$out} $text;
    close $out;
    return `$ENV{SC_HTTPD} -t -d ${\root()} -f $file 2>&1`;
}

# Everything but the provider works: nothing is missing at link time.
like(check_without('session', "$K\n$S"), qr/Syntax OK/, 'httpd starts without mod_session');
{
    my $missing = qr{CookieSessionHandoff(?:Send)? needs CookieSessionStore, .*mod_socache_shmcb is not loaded; on Debian: a2enmod socache_shmcb};
    like(check_without('socache_shmcb', "$K\n$S\n$_"), $missing, "not without mod_socache_shmcb: $_") for 'CookieSessionHandoff', 'CookieSessionHandoffSend cookie';
    like(check_without('socache_shmcb', "$K\n$S\nCookieSessionHandoffSend Off"), qr/Syntax OK/, 'which nothing else needs');
}

done_testing;
