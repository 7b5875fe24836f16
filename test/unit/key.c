/* SPDX-License-Identifier: Apache-2.0 */
/* Keys: where they are read from, what their contents may be, and that no sentence
 * repeats a byte of them. Built with its own copy of source.c, in which commands may take
 * one second. */
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <apr_env.h>
#include <apr_file_io.h>
#include <apr_general.h>
#include <apr_strings.h>
#include "core/crypto/crypto.h"
#include "core/key/load.h"
#include "core/key/paserk.h"
#include "core/key/source.h"
#include "tap.h"

#define PEMS SRCDIR "/test/unit/keys/"

static const char *dir;

static const char *put(const char *name, const void *bytes, apr_size_t n, int mode,
                       apr_pool_t *p)
{
    const char *path = apr_pstrcat(p, dir, "/", name, NULL);
    apr_file_t *file;

    if (apr_file_open(&file, path,
                      APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE,
                      APR_FPROT_OS_DEFAULT, p))
        return "";
    apr_file_write_full(file, bytes, n, NULL);
    apr_file_close(file);
    chmod(path, (mode_t)mode);
    return path;
}

static const char *put_text(const char *name, const char *text, apr_pool_t *p)
{
    return apr_pstrcat(p, "file:", put(name, text, strlen(text), 0600, p), NULL);
}

static sc_bytes_t got;
static const char *warned;

static const char *read_from(const char *source, apr_pool_t *p)
{
    got = sc_bytes(NULL, 0);
    warned = NULL;
    return sc_key_read(&got, &warned, source, p);
}

static int reads(const char *source, const char *want, apr_pool_t *p)
{
    return !read_from(source, p) && sc_bytes_eq(got, sc_bytes_str(want));
}

/* --- sources --- */

/* Root reads everything: it becomes nobody for as long. */
static void unreadable(apr_pool_t *p)
{
    const char *path = apr_pstrcat(p, "file:", put("closed", "x", 1, 0, p), NULL);
    int root = geteuid() == 0;

    if (root && (chmod(dir, 0755) || seteuid(65534))) abort();
    like(read_from(path, p), "Permission denied", "an unreadable file is refused");
    if (root && seteuid(0)) abort();
}

static void files(apr_pool_t *p)
{
    char *big = apr_pcalloc(p, 65538);
    const char *path;

    ok(reads(put_text("a", "a secret\n", p), "a secret", p) && !warned,
       "a file is read, its line end dropped, nothing to warn about");
    ok(reads(put_text("a", "a secret\n\n", p), "a secret\n", p), "one line end, no more");
    ok(reads(put_text("a", "\n", p), "", p), "a file of a line end is empty");
    path = put("shared", "a secret", 8, 0640, p);
    ok(reads(apr_pstrcat(p, "file:", path, NULL), "a secret", p) && says(warned, path) &&
           says(warned, "its group") && says(warned, "chmod 600"),
       "a file that its group may read is warned about");
    path = put("open", "a secret", 8, 0644, p);
    ok(reads(apr_pstrcat(p, "file:", path, NULL), "a secret", p) &&
           says(warned, "everybody"),
       "so is one that everybody may read");
    path = apr_pstrcat(p, "file:", dir, "/none", NULL);
    ok(says(read_from(path, p), "/none cannot be opened: No such file") &&
           says(read_from(path, p), "create it"),
       "a missing file is refused with its name, the reason and the remedy");
    like(read_from(apr_pstrcat(p, "file:", dir, NULL), p), "is a directory",
         "a directory is refused");
    like(read_from("file:", p), "needs a path", "a file without a path is refused");
    memset(big, 'x', 65537);
    path = apr_pstrcat(p, "file:", put("big", big, 65536, 0600, p), NULL);
    ok(!read_from(path, p) && got.n == 65536, "64 KiB are read");
    path = apr_pstrcat(p, "file:", put("big", big, 65537, 0600, p), NULL);
    like(read_from(path, p), "more than 64 KiB", "a byte more is refused");
    path = apr_pstrcat(p, "file:", put("nul", "a\0b\n", 4, 0600, p), NULL);
    ok(!read_from(path, p) && sc_bytes_eq(got, sc_bytes("a\0b", 3)), "a NUL is a byte");
    unreadable(p);
}

static void others(apr_pool_t *p)
{
    apr_env_set("SC_TEST_KEY", "from the environment", p);
    ok(reads("env:SC_TEST_KEY", "from the environment", p) && !warned,
       "an environment variable is read");
    like(read_from("env:SC_TEST_NONE", p), "SC_TEST_NONE is not set",
         "one that is not set is refused by name");
    like(read_from("env:", p), "needs a name", "one without a name is refused");
    ok(reads("text:a secret", "a secret", p) && says(warned, "use file:PATH") &&
           !says(warned, "a secret"),
       "a secret in the configuration is warned about");
    ok(says(read_from("hunter2hunter2", p), "begins with file:") &&
           !says(read_from("hunter2hunter2", p), "hunter2"),
       "a source without its word is refused, and not repeated: it may be the secret");
    like(read_from("FILE:/etc/hostname", p), "begins with file:", "the words are small");
}

static void commands(apr_pool_t *p)
{
    ok(reads("exec:printf 'a %s' secret | tr a-z A-Z; echo", "A SECRET", p),
       "a command is a shell's command line");
    like(read_from("exec:echo x; exit 3", p), "command echo failed (exit code 3)",
         "a command that fails is refused, whatever it printed");
    like(read_from("exec:kill -9 $$", p), "signal 9", "so is one that a signal ended");
    like(read_from("exec:exec 2>&-; no-such-command-here --token hunter2", p),
         "exit code 127", "so is one that does not exist");
    ok(!says(read_from("exec:false --token hunter2", p), "hunter2"),
       "its arguments are not repeated");
    like(read_from("exec:", p), "needs a command", "no command is refused");
    like(read_from("exec:yes", p), "more than 64 KiB", "endless output is cut off");
    ok(reads("exec:cat", "", p), "its standard input is empty");
    alarm(120); /* ends the test, should it wait for the command */
    like(read_from("exec:echo early; exec sleep 3600", p), "did not end within 1 seconds",
         "one that hangs is stopped");
    like(read_from("exec:exec >&-; exec sleep 3600", p), "did not end within 1 seconds",
         "one that hangs after its output too");
    alarm(0);
}

/* --- contents --- */

static sc_key_t *key;

static const char *parse_as(const char *text, const sc_key_config_t *config,
                            apr_pool_t *p)
{
    key = NULL;
    warned = NULL;
    return sc_key_parse(&key, &warned, sc_bytes_str(text), config, p);
}

static const char *parse(const char *text, apr_pool_t *p)
{
    sc_key_config_t config = {0};

    config.id = "main";
    config.issuer = "https://issuer.example";
    return parse_as(text, &config, p);
}

static int holds(const char *text, const char *secret, apr_pool_t *p)
{
    return !parse(text, p) && key->kind == SC_KEY_RAW && key->version == 0 &&
           sc_bytes_eq(key->secret, sc_bytes_str(secret));
}

static void secrets(apr_pool_t *p)
{
    ok(holds("0123456789abcdef", "0123456789abcdef", p) && !warned &&
           strcmp(key->id, "main") == 0 &&
           strcmp(key->issuer, "https://issuer.example") == 0,
       "16 bytes are a secret, with its id and issuer");
    ok(holds("0123456789abcde", "0123456789abcde", p) &&
           says(warned, "key main is shorter") && !says(warned, "0123"),
       "15 are warned about");
    like(parse("", p), "key main is empty", "an empty secret is refused");
    like(parse("x", p), "key main is one byte long", "so is one of one byte");
    ok(holds("hex:30313233343536373839616263646566", "0123456789abcdef", p), "hex:");
    ok(holds("hex:4a4B4c", "JKL", p) && warned,
       "hex: in either case; its bytes are counted");
    ok(holds("hex:4a4b\r\n", "JK", p), "hex: may end with a line end");
    ok(says(parse("hex:4a4", p), "odd") && !says(parse("hex:4a4", p), "4a4"),
       "odd hex: is refused");
    ok(says(parse("hex:4a4g", p), "0-9") && !says(parse("hex:4a4g", p), "4a4g"),
       "so are other letters");
    ok(says(parse("hex:", p), "empty") && says(parse("hex:4a", p), "one byte"),
       "hex: of nothing or one byte is refused");
    ok(holds("base64:/+8=", "\xff\xef", p) && holds("base64:_-8", "\xff\xef", p),
       "base64: in either alphabet, padded or not");
    ok(holds("base64:YWJjZA==\n", "abcd", p), "base64: may end with a line end");
    for (int i = 0; i < 6; i++) {
        static const char *const bad[] = {"hex:4a/a", "hex:4a:a", "hex:4a`a",
                                          "hex:4aa/", "hex:4aa:", "hex:4a@a"};

        like(parse(bad[i], p), "0-9", "%s is refused", bad[i]);
    }
    like(parse("base64:YWJjZ\n", p), "not base64", "base64: of five letters is refused");
    like(parse("base64:/+9=", p), "not base64", "base64: with stray bits is refused");
    like(parse("base64:a b=", p), "not base64", "so is junk inside");
    ok(says(parse("base64:====", p), "not base64") && says(parse("base64:", p), "empty"),
       "base64: of nothing is refused");
    ok(holds("k4.locals", "k4.locals", p) && holds("k4x", "k4x", p),
       "what only looks like a PASERK is a secret");
}

static void paserks(apr_pool_t *p)
{
    static const char text[] = "k4.local.cHFyc3R1dnd4eXp7fH1-f4CBgoOEhYaHiImKi4yNjo8";

    ok(!parse(text, p) && key->kind == SC_KEY_LOCAL && key->version == 4 &&
           key->secret.n == 32 && !warned,
       "a PASERK is a key of its version");
    ok(!parse(apr_pstrcat(p, text, "\r\n", NULL), p), "it may end with a line end");
    like(parse(apr_pstrcat(p, text, "=", NULL), p), "key main: this PASERK is damaged",
         "padding is refused");
    ok(says(parse("k4.local.cHFyc3R1", p), "damaged") &&
           !says(parse("k4.local.cHFy", p), "cHFy"),
       "a short one is refused and not repeated");
    like(parse("k4.lid.9ShR3xc8-qVJ_di0tc9nx0IDIqbatdeM2mqLFBJsKRHs", p),
         "the id of a key", "the id of a key is not a key");
    like(parse("k5.local.cHFyc3R1dnd4eXp7fH1-f4CBgoOEhYaHiImKi4yNjo8", p),
         "versions 1 to 4 are supported", "a version 5 is refused");
}

static const char *load_with(const char *name, const char *password, apr_pool_t *p)
{
    sc_key_config_t config = {0};

    config.id = "main";
    config.source = apr_pstrcat(p, "file:" PEMS, name, NULL);
    config.password = password;
    key = NULL;
    warned = NULL;
    return sc_key_load(&key, &warned, &config, p);
}

static int loads(const char *name, sc_key_kind_t kind, sc_alg_t alg, int version,
                 apr_pool_t *p)
{
    return !load_with(name, NULL, p) && key->kind == kind && key->alg == alg &&
           key->version == version && key->pkey;
}

static void pems(apr_pool_t *p)
{
    sc_key_t *secret, *pub = NULL;

    ok(loads("ed.pem", SC_KEY_SECRET, SC_ALG_ED25519, 0, p),
       "an Ed25519 PEM, of no version");
    secret = key;
    ok(loads("ed-pub.pem", SC_KEY_PUBLIC, SC_ALG_ED25519, 0, p), "its public half");
    secret->version = key->version = 4;
    ok(!sc_key_public(&pub, secret, p) &&
           strcmp(sc_paserk_write(pub, p), sc_paserk_write(key, p)) == 0,
       "the halves belong together");
    ok(loads("ec.pem", SC_KEY_SECRET, SC_ALG_P384, 3, p),
       "a P-384 PEM after its parameters");
    ok(loads("ec-pub.pem", SC_KEY_PUBLIC, SC_ALG_P384, 3, p), "a public one");
    ok(loads("rsa.pem", SC_KEY_SECRET, SC_ALG_RSA, 1, p), "an RSA PEM");
    ok(loads("rsa-pub.pem", SC_KEY_PUBLIC, SC_ALG_RSA, 1, p) &&
           loads("rsa-pkcs1pub.pem", SC_KEY_PUBLIC, SC_ALG_RSA, 1, p),
       "a public one in either form");
}

/* --- what the contents do not say --- */

static const char *load_as(int version, const char *source, apr_pool_t *p)
{
    sc_key_config_t config = {.id = "main", .source = source, .version = version};

    key = NULL;
    warned = NULL;
    return sc_key_load(&key, &warned, &config, p);
}

static void versions(apr_pool_t *p)
{
    static const char *const bad[] = {"", "0", "5", "44", "v", "vv4", "four", "4 ", "-1"};
    const char *secret = "text:a-secret-of-some-length", *ed = "file:" PEMS "ed.pem";
    const char *paserk = "text:k4.local.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";
    int n = 0;
    unsigned i;

    ok(!sc_key_version_parse(&n, "2") && n == 2, "2 is a version");
    ok(!sc_key_version_parse(&n, "v4") && n == 4, "so is v4");
    for (i = 0; i < sizeof bad / sizeof bad[0]; i++)
        like(sc_key_version_parse(&n, bad[i]), "1, 2, 3 or 4", "\"%s\" is not", bad[i]);
    for (n = 1; n <= 4; n++)
        ok(!load_as(n, secret, p) && key->version == n, "a secret for v%d", n);
    ok(!load_as(2, ed, p) && key->version == 2, "an Ed25519 PEM for v2");
    ok(!load_as(4, ed, p) && key->version == 4, "one for v4");
    like(load_as(3, ed, p), "version=2 or version=4", "none for v3");
    ok(!load_as(1, "file:" PEMS "rsa.pem", p),
       "an RSA PEM says itself that it is for v1");
    like(load_as(4, "file:" PEMS "rsa.pem", p),
         "PASETO v1 by itself: leave version=4 out", "and cannot be for v4");
    like(load_as(2, paserk, p), "PASETO v4 by itself", "nor a k4.local for v2");
}

static const char *warning_for(const char *text, apr_pool_t *p)
{
    const char *err = load_as(0, put_text("odd", text, p), p);

    return err ? err : warned;
}

static void odd_contents(apr_pool_t *p)
{
    const char *binary = put("binary", "0123456789\nabc\001\377\n\n", 18, 0600, p);

    ok(!warning_for("a-secret-of-some-length\n", p), "one line end is dropped, silently");
    like(warning_for("a-secret-of-some-length \n", p), "key main ends with white space",
         "a blank at the end is part of the secret, and said");
    ok(key->secret.n == 24, "(it is part of it)");
    like(warning_for("a-secret-of-some-length\r\n", p), "ends with white space",
         "so is the carriage return of a file from Windows");
    like(warning_for("a-secret-of-some-length\n\n", p), "ends with white space",
         "so is a second line end");
    like(warning_for("# the key:\na-secret-of-some-length\n", p), "several lines",
         "several lines are all of them the secret, and that is said");
    ok(!says(warned, "a-secret"), "without a byte of it");
    ok(!warning_for("hex:00112233445566778899aabbccddeeff \r\n", p) &&
           key->secret.n == 16,
       "what stands after hex: is left out, silently");
    ok(!load_as(0, apr_pstrcat(p, "file:", binary, NULL), p) && !warned,
       "random bytes may hold line ends");
}

static void pems_refused(apr_pool_t *p)
{
    like(load_with("rsa1024-pub.pem", NULL, p), "2048 bits",
         "RSA of 1024 bits is refused");
    like(load_with("rsa_e3-pub.pem", NULL, p), "exponent 65537",
         "RSA with e=3 is refused");
    like(load_with("p256-pub.pem", NULL, p), "PASETO does not use", "P-256 is refused");
    like(load_with("cert.pem", NULL, p), "is a certificate", "a certificate is refused");
    like(load_with("ed-enc.pem", NULL, p), "encrypted: add password=",
         "an encrypted PEM asks for its password, not on the terminal");
    ok(!load_with("ed-enc.pem", "text:sesame-open", p) && key->kind == SC_KEY_SECRET &&
           says(warned, "password="),
       "it opens with it");
    ok(says(load_with("ed-enc.pem", "text:sesame-shut", p),
            "does not open with the password=") &&
           !says(load_with("ed-enc.pem", "text:sesame-shut", p), "sesame"),
       "and not with another, which is not repeated");
    like(load_with("ed-enc.pem", "env:SC_TEST_NONE", p),
         "key main: password=: environment", "a password that cannot be read is refused");
    like(parse("-----BEGIN PUBLIC KEY-----\nMIIB\n-----END PUBLIC KEY-----\n", p),
         "cannot be read", "a damaged PEM is refused");
}

static void loading(apr_pool_t *p)
{
    sc_key_config_t config = {0};
    const char *path = put("short", "short", 5, 0644, p);
    const char *text = "k4.public.Hrnbu7wEfAP9cGBOAHHwmH4Wsot1ciXBHwBBXQ4gsaI\n";

    config.id = "main";
    config.source = apr_pstrcat(p, "file:", path, NULL);
    warned = NULL;
    ok(!sc_key_load(&key, &warned, &config, p) && says(warned, "key main: key file") &&
           says(warned, "; key main is shorter"),
       "two risks are two warnings in one");
    path = put("public", text, strlen(text), 0644, p);
    config.source = apr_pstrcat(p, "file:", path, NULL);
    warned = NULL;
    ok(!sc_key_load(&key, &warned, &config, p) && !warned,
       "a public key that everybody may read is no risk");
    config.source = "file:/none";
    like(sc_key_load(&key, &warned, &config, p), "key main: key file /none",
         "a sentence begins with the key");
}

int main(void)
{
    char template[] = "/tmp/sc-key-XXXXXX";
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    dir = mkdtemp(template);
    if (!dir || sc_crypto_init()) return 1;
    files(p);
    others(p);
    commands(p);
    secrets(p);
    paserks(p);
    pems(p);
    pems_refused(p);
    versions(p);
    odd_contents(p);
    loading(p);
    if (system(apr_pstrcat(p, "rm -rf ", dir, NULL)) != 0) ok(0, "the files are removed");
    apr_pool_destroy(p);
    return done();
}
