/* SPDX-License-Identifier: Apache-2.0 */
/* Pickles: those that CPython made (test/vectors/pickle.json, written by make_pickle.py),
 * and what no pickler writes, opcode by opcode. */

#include "core/base/base64.h"
#include "core/document/document.h"
#include "core/serializer/pickle.h"
#include "vectors/vectors.h"

#include <apr_general.h>
#include <apr_strings.h>

static const sc_limits_t LIMITS = {8192, 65536, 31, 1023};

static sc_status_t read_pickle(sc_doc_t **doc, sc_bytes_t pickle, apr_pool_t *p)
{
    sc_limits_t left = LIMITS;
    sc_value_t *value, *object;
    sc_status_t st = sc_pickle_read(&value, &left, pickle, p);

    if (st) return st;
    object = sc_value_make_object();
    sc_value_put(object, sc_bytes_str("v"), value);
    *doc = sc_doc_wrap(object, 1, p);
    return SC_OK;
}

/* --- made by CPython --- */

/* A pickle that stops short is never read, wherever it stops. */
static int no_prefix(sc_bytes_t pickle, apr_pool_t *parent)
{
    sc_doc_t *doc;
    apr_pool_t *p;
    int good = 1;
    apr_size_t n;

    apr_pool_create(&p, parent);
    for (n = 0; n < pickle.n; n++) {
        if (read_pickle(&doc, sc_bytes(pickle.p, n), p) == SC_OK) good = 0;
        apr_pool_clear(p);
    }
    apr_pool_destroy(p);
    return good;
}

static void check_vector(const sc_value_t *vector, apr_pool_t *p)
{
    sc_bytes_t name = text_of(vector, "name"), pickle, tagged, plain;
    sc_bytes_t expect = text_of(vector, "expect");
    sc_doc_t *doc;
    sc_status_t st = sc_base64_decode_python(&pickle, text_of(vector, "pickle"), 0, p);

    if (!st) st = read_pickle(&doc, pickle, p);
    if (!sc_bytes_eq(expect, sc_bytes_str("ok"))) {
        ok(sc_bytes_eq(expect, sc_bytes_str(sc_status_name(st))), "%.*s: %.*s (%s)",
           (int)name.n, name.p, (int)expect.n, expect.p, sc_status_name(st));
        return;
    }
    if (!ok(st == SC_OK, "%.*s (%s)", (int)name.n, name.p, sc_status_name(st))) return;
    tagged = sc_doc_write(doc, SC_TAGGED, SC_COMPACT, p);
    plain = sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p);
    ok(sc_bytes_eq(tagged, text_of(vector, "tagged")), "%.*s: with Flask's tags",
       (int)name.n, name.p);
    ok(sc_bytes_eq(plain, text_of(vector, "plain")), "%.*s: plain", (int)name.n, name.p);
    if (pickle.n < 1000)
        ok(no_prefix(pickle, p), "%.*s: refused when cut anywhere", (int)name.n, name.p);
}

static void check_vectors(apr_pool_t *p)
{
    const sc_value_t *vectors = read_vectors(SRCDIR "/test/vectors/pickle.json", p);
    apr_pool_t *each;
    int i;

    if (!ok(sc_value_length(vectors) > 200, "the vectors are there")) return;
    apr_pool_create(&each, p);
    for (i = 0; i < sc_value_length(vectors); i++) {
        check_vector(sc_value_at(vectors, i), each);
        apr_pool_clear(each);
    }
}

/* --- made by hand --- */

typedef struct {
    const char *name;
    const char *pickle;
    apr_size_t n;
    sc_status_t status;
    const char *plain; /* of {"v": …} */
} case_t;

#define P(text) text, sizeof(text) - 1

static const case_t CASES[] = {
    {"Python 2's True", P("I01\n."), SC_OK, "true"},
    {"Python 2's False", P("I00\n."), SC_OK, "false"},
    {"INT", P("I-12\n."), SC_OK, "-12"},
    {"INT zero", P("I0\n."), SC_OK, "0"},
    {"LONG with its suffix", P("L340282366920938463463374607431768211456L\n."), SC_OK,
     "340282366920938463463374607431768211456"},
    {"LONG without a suffix", P("L-5\n."), SC_OK, "-5"},
    {"LONG1 without bytes is zero", P("\x8a\x00."), SC_OK, "0"},
    {"LONG1 with needless sign bytes", P("\x8a\x05\xff\xff\xff\xff\xff."), SC_OK, "-1"},
    {"BININT is signed", P("J\xff\xff\xff\xff."), SC_OK, "-1"},
    {"BININT2 is not", P("M\xff\xff."), SC_OK, "65535"},
    {"FLOAT", P("F1.5\n."), SC_OK, "1.5"},
    {"FLOAT with an exponent", P("F-1e+16\n."), SC_OK, "-1e+16"},
    {"FLOAT without a point stays a float", P("F3\n."), SC_OK, "3.0"},
    {"FLOAT infinity", P("F-inf\n."), SC_OK, "-Infinity"},
    {"FLOAT nan", P("Fnan\n."), SC_OK, "NaN"},
    {"STRING in single quotes", P("S'say \"hi\"'\n."), SC_OK, "\"say \\\"hi\\\"\""},
    {"STRING in double quotes", P("S\"it's\"\np0\n."), SC_OK, "\"it's\""},
    {"STRING with every escape",
     P("S'\\\\\\'\\\"\\a\\b\\f\\n\\r\\t\\v\\x41\\101\\7z'\n."), SC_OK,
     "\"\\\\'\\\"\\u0007\\b\\f\\n\\r\\t\\u000bAA\\u0007z\""},
    {"STRING keeps a backslash that escapes nothing", P("S'\\d\\'\n."), SC_MALFORMED,
     NULL},
    {"STRING with an unknown escape", P("S'\\d'\n."), SC_OK, "\"\\\\d\""},
    {"STRING of UTF-8 is text", P("S'\\xc3\\xa9'\n."), SC_OK, "\"\\u00e9\""},
    {"STRING of other bytes is bytes", P("S'\\xff'\n."), SC_OK, "\"/w==\""},
    {"SHORT_BINSTRING",
     P("U\x03"
       "abcq\x01."),
     SC_OK, "\"abc\""},
    {"BINSTRING",
     P("T\x03\x00\x00\x00"
       "abc."),
     SC_OK, "\"abc\""},
    {"UNICODE", P("V\\u65e5 \\u005cu0041 \xff\n."), SC_OK,
     "\"\\u65e5 \\\\u0041 \\u00ff\""},
    {"UNICODE past U+FFFF", P("V\\U0001f600\n."), SC_OK, "\"\\ud83d\\ude00\""},
    {"UNICODE as two surrogates", P("V\\ud83d\\ude00\n."), SC_OK, "\"\\ud83d\\ude00\""},
    {"UNICODE with doubled backslashes", P("V\\\\u0041\\\n."), SC_OK,
     "\"\\\\\\\\u0041\\\\\""},
    {"BINUNICODE with half a pair", P("X\x04\x00\x00\x00\xed\xa0\xbdx."), SC_OK,
     "\"\\ud83dx\""},
    {"BINUNICODE8",
     P("\x8d\x01\x00\x00\x00\x00\x00\x00\x00"
       "a."),
     SC_OK, "\"a\""},
    {"BINBYTES8",
     P("\x8e\x01\x00\x00\x00\x00\x00\x00\x00"
       "a."),
     SC_OK, "\"YQ==\""},
    {"LIST", P("(I1\nI2\nl."), SC_OK, "[1,2]"},
    {"TUPLE", P("(K\x01K\x02t."), SC_OK, "[1,2]"},
    {"DICT", P("(S'a'\nI1\nS'b'\nI2\nd."), SC_OK, "{\"a\":1,\"b\":2}"},
    {"DICT with a name twice: the last counts", P("(S'a'\nI1\nS'a'\nI2\nd."), SC_OK,
     "{\"a\":2}"},
    {"a number and its text are one name",
     P("}(K\x01NX\x01\x00\x00\x00"
       "1Nu."),
     SC_OK, "{\"1\":null}"},
    {"SETITEM", P("}K\x05Ns."), SC_OK, "{\"5\":null}"},
    {"APPENDS of nothing", P("](e."), SC_OK, "[]"},
    {"PUT and GET", P("](I1\np7\ng7\ne."), SC_OK, "[1,1]"},
    {"BINPUT over an old place", P("(K\x01q\x01K\x02q\x01h\x01l."), SC_OK, "[1,2,2]"},
    {"MEMOIZE counts places", P("(K\x01\x94K\x02\x94h\x00l."), SC_OK, "[1,2,1]"},
    {"DUP",
     P("(K\x01"
       "2l."),
     SC_OK, "[1,1]"},
    {"POP",
     P("(K\x01K\x02"
       "0l."),
     SC_OK, "[1]"},
    {"POP of a MARK", P("K\x01(0."), SC_OK, "1"},
    {"POP_MARK",
     P("K\x01(K\x02K\x03"
       "1."),
     SC_OK, "1"},
    {"bytes after STOP do not count", P("K\x01.garbage"), SC_OK, "1"},
    {"PROTO twice", P("\x80\x02\x80\x04K\x01."), SC_OK, "1"},
    {"FRAME", P("\x80\x04\x95\x03\x00\x00\x00\x00\x00\x00\x00K\x01."), SC_OK, "1"},
    {"FROZENSET", P("(K\x01K\x02\x91."), SC_OK, "[1,2]"},
    {"a list that occurs twice is not a circle",
     P("(](K\x01"
       "e2l."),
     SC_OK, "[[1],[1]]"},

    {"GLOBAL", P("cos\nsystem\n."), SC_UNSUPPORTED, NULL},
    {"GLOBAL that is POPped", P("cos\nsystem\n0N."), SC_UNSUPPORTED, NULL},
    {"GLOBAL cut short", P("c"), SC_UNSUPPORTED, NULL},
    {"STACK_GLOBAL", P("\x8c\x02os\x8c\x06system\x93."), SC_UNSUPPORTED, NULL},
    {"INST", P("(S'id'\nios\nsystem\n."), SC_UNSUPPORTED, NULL},
    {"OBJ", P("(No."), SC_UNSUPPORTED, NULL},
    {"REDUCE", P("N)R."), SC_UNSUPPORTED, NULL},
    {"NEWOBJ", P("N)\x81."), SC_UNSUPPORTED, NULL},
    {"NEWOBJ_EX", P("N)}\x92."), SC_UNSUPPORTED, NULL},
    {"BUILD", P("}}b."), SC_UNSUPPORTED, NULL},
    {"BUILD of nothing", P("b"), SC_UNSUPPORTED, NULL},
    {"EXT1", P("\x82\x01."), SC_UNSUPPORTED, NULL},
    {"EXT2", P("\x83\x01\x00."), SC_UNSUPPORTED, NULL},
    {"EXT4", P("\x84\x01\x00\x00\x00."), SC_UNSUPPORTED, NULL},
    {"PERSID", P("Prow\n."), SC_UNSUPPORTED, NULL},
    {"BINPERSID", P("NQ."), SC_UNSUPPORTED, NULL},
    {"NEXT_BUFFER", P("\x97."), SC_UNSUPPORTED, NULL},
    {"READONLY_BUFFER", P("N\x98."), SC_UNSUPPORTED, NULL},
    {"protocol 6", P("\x80\x06N."), SC_UNSUPPORTED, NULL},
    {"a list inside itself", P("(lp0\ng0\na."), SC_UNSUPPORTED, NULL},
    {"a list inside itself by a tuple",
     P("]q\x00h\x00\x85"
       "a."),
     SC_UNSUPPORTED, NULL},
    {"a dict inside itself", P("}q\x00K\x01h\x00s."), SC_UNSUPPORTED, NULL},
    {"bytes as a name",
     P("}C\x01"
       "aNs."),
     SC_UNSUPPORTED, NULL},
    {"a tuple as a name", P("})Ns."), SC_UNSUPPORTED, NULL},
    {"Python 2 bytes as a name", P("(S'\\xff'\nNd."), SC_UNSUPPORTED, NULL},

    {"STRING with octal escapes", P("S'\\1\\12\\101\\1018\\18'\n."), SC_OK,
     "\"\\u0001\\nAA8\\u00018\""},
    {"STRING with an octal escape before a colon", P("S'\\1:\\12/'\n."), SC_OK,
     "\"\\u0001:\\n/\""},
    {"STRING with half an escape", P("S'\\x4'\n."), SC_MALFORMED, NULL},
    {"STRING with an escape of other letters", P("S'\\x4g'\n."), SC_MALFORMED, NULL},
    {"STRING in other quotes", P("S/a/\n."), SC_MALFORMED, NULL},
    {"STRING in two kinds of quotes", P("S'a\"\n."), SC_MALFORMED, NULL},
    {"STRING of one quote", P("S'\n."), SC_MALFORMED, NULL},
    {"FLOAT of nothing", P("F\n."), SC_MALFORMED, NULL},
    {"FLOAT of a sign", P("F-\n."), SC_MALFORMED, NULL},
    {"FLOAT with a zero in front", P("F01.5\n."), SC_MALFORMED, NULL},
    {"FLOAT of zero", P("F0\n."), SC_OK, "0.0"},
    {"FLOAT with a bare point", P("F1.\n."), SC_MALFORMED, NULL},
    {"FLOAT with a bare exponent", P("F1e\n."), SC_MALFORMED, NULL},
    {"FLOAT with the sign of an exponent", P("F1e+\n."), SC_MALFORMED, NULL},
    {"FLOAT with a negative exponent", P("F1.5e-05\n."), SC_OK, "1.5e-05"},
    {"FLOAT with a sign after its point", P("F1.-5\n."), SC_MALFORMED, NULL},
    {"FLOAT with something after it", P("F1.5x\n."), SC_MALFORMED, NULL},
    {"LONG of nothing", P("L\n."), SC_MALFORMED, NULL},
    {"LONG of its suffix", P("LL\n."), SC_MALFORMED, NULL},
    {"INT of two digits that begins with zero", P("I02\n."), SC_MALFORMED, NULL},
    {"INT with a letter", P("I1:\n."), SC_MALFORMED, NULL},
    {"INT with a slash", P("I/1\n."), SC_MALFORMED, NULL},
    {"nothing", P(""), SC_MALFORMED, NULL},
    {"STOP alone", P("."), SC_MALFORMED, NULL},
    {"no STOP", P("N"), SC_MALFORMED, NULL},
    {"STOP on a MARK", P("N(."), SC_MALFORMED, NULL},
    {"no opcode", P("\x00."), SC_MALFORMED, NULL},
    {"another non-opcode", P("N\xff."), SC_MALFORMED, NULL},
    {"JSON", P("{\"a\":1}"), SC_MALFORMED, NULL},
    {"TUPLE without a MARK", P("t."), SC_MALFORMED, NULL},
    {"TUPLE3 of two", P("NN\x87."), SC_MALFORMED, NULL},
    {"TUPLE2 across a MARK", P("N(N\x86."), SC_MALFORMED, NULL},
    {"APPEND to nothing", P("Na."), SC_MALFORMED, NULL},
    {"APPEND across a MARK", P("](Na."), SC_MALFORMED, NULL},
    {"APPEND to a dict", P("}Na."), SC_MALFORMED, NULL},
    {"APPEND to a tuple", P(")Na."), SC_MALFORMED, NULL},
    {"APPENDS to a set", P("\x8f(Ne."), SC_MALFORMED, NULL},
    {"APPENDS without a MARK", P("]e."), SC_MALFORMED, NULL},
    {"APPENDS on a MARK at the bottom", P("(Ne."), SC_MALFORMED, NULL},
    {"ADDITEMS to a list", P("](N\x90."), SC_MALFORMED, NULL},
    {"ADDITEMS to a frozenset", P("(\x91(N\x90."), SC_MALFORMED, NULL},
    {"SETITEM on a list", P("]K\x00Ns."), SC_MALFORMED, NULL},
    {"SETITEM of one", P("}Ns."), SC_MALFORMED, NULL},
    {"SETITEMS of three", P("}(NNNu."), SC_MALFORMED, NULL},
    {"DICT of one", P("(Nd."), SC_MALFORMED, NULL},
    {"a list as a name", P("}]Ns."), SC_MALFORMED, NULL},
    {"a list in a set", P("\x8f(]\x90."), SC_MALFORMED, NULL},
    {"a list in a tuple in a set", P("\x8f(]\x85\x90."), SC_MALFORMED, NULL},
    {"a set in a frozenset", P("(\x8f\x91."), SC_MALFORMED, NULL},
    {"a bytearray as a name", P("}\x96\x00\x00\x00\x00\x00\x00\x00\x00Ns."), SC_MALFORMED,
     NULL},
    {"DUP of nothing", P("2."), SC_MALFORMED, NULL},
    {"DUP of a MARK", P("N(2."), SC_MALFORMED, NULL},
    {"POP of nothing", P("0."), SC_MALFORMED, NULL},
    {"POP_MARK without one", P("N1."), SC_MALFORMED, NULL},
    {"PUT of nothing", P("p0\nN."), SC_MALFORMED, NULL},
    {"PUT of a MARK", P("N(p0\n0."), SC_MALFORMED, NULL},
    {"MEMOIZE of nothing", P("\x94N."), SC_MALFORMED, NULL},
    {"GET of what was never put", P("g0\n."), SC_MALFORMED, NULL},
    {"GET between places", P("Np3\ng2\n."), SC_MALFORMED, NULL},
    {"LONG_BINGET far out", P("j\xff\xff\xff\xff."), SC_MALFORMED, NULL},
    {"GET of a negative place", P("Np0\ng-1\n."), SC_MALFORMED, NULL},
    {"GET of no number", P("Np0\ng\n."), SC_MALFORMED, NULL},
    {"PUT of a number beyond 64 bits", P("Np99999999999999999999999\n."), SC_MALFORMED,
     NULL},
    {"a frame of 2^64-1 bytes", P("\x95\xff\xff\xff\xff\xff\xff\xff\xffN."), SC_MALFORMED,
     NULL},
    {"BINUNICODE of 4 GB",
     P("X\xff\xff\xff\xff"
       "a."),
     SC_MALFORMED, NULL},
    {"BINUNICODE8 of 2^64-1 bytes",
     P("\x8d\xff\xff\xff\xff\xff\xff\xff\xff"
       "a."),
     SC_MALFORMED, NULL},
    {"BINBYTES8 of 2^63 bytes",
     P("\x8e\x00\x00\x00\x00\x00\x00\x00\x80"
       "a."),
     SC_MALFORMED, NULL},
    {"BINSTRING of -1 bytes",
     P("T\xff\xff\xff\xff"
       "a."),
     SC_MALFORMED, NULL},
    {"LONG4 of 2 GB",
     P("\x8b\xff\xff\xff\x7f"
       "a."),
     SC_MALFORMED, NULL},
    {"LONG4 of -1 bytes",
     P("\x8b\xff\xff\xff\xff"
       "a."),
     SC_MALFORMED, NULL},
    {"INT that is none", P("Iabc\n."), SC_MALFORMED, NULL},
    {"INT without digits", P("I\n."), SC_MALFORMED, NULL},
    {"INT that is a sign", P("I-\n."), SC_MALFORMED, NULL},
    {"INT with a leading zero", P("I007\n."), SC_MALFORMED, NULL},
    {"INT with NUL",
     P("I1\0"
       "2\n."),
     SC_MALFORMED, NULL},
    {"LONG of its suffix", P("LL\n."), SC_MALFORMED, NULL},
    {"LONG1 of True", P("L01\n."), SC_MALFORMED, NULL},
    {"FLOAT that is none", P("F1.5x\n."), SC_MALFORMED, NULL},
    {"FLOAT with a comma", P("F1,5\n."), SC_MALFORMED, NULL},
    {"FLOAT that would end the number", P("F1.0,\"admin\":true\n."), SC_MALFORMED, NULL},
    {"FLOAT without digits", P("F.\n."), SC_MALFORMED, NULL},
    {"FLOAT with half an exponent", P("F1e\n."), SC_MALFORMED, NULL},
    {"FLOAT with half a fraction", P("F1.\n."), SC_MALFORMED, NULL},
    {"BINFLOAT cut short", P("G\x00\x00."), SC_MALFORMED, NULL},
    {"STRING without quotes", P("Sabc\n."), SC_MALFORMED, NULL},
    {"STRING with one quote", P("S'\n."), SC_MALFORMED, NULL},
    {"STRING with two kinds of quotes", P("S'abc\"\n."), SC_MALFORMED, NULL},
    {"STRING with half an \\x", P("S'\\x4'\n."), SC_MALFORMED, NULL},
    {"STRING that ends in a backslash", P("S'abc\\'\n."), SC_MALFORMED, NULL},
    {"STRING without its line end", P("S'abc'."), SC_MALFORMED, NULL},
    {"UNICODE with half an escape", P("V\\u12\n."), SC_MALFORMED, NULL},
    {"UNICODE past the last character", P("V\\U00110000\n."), SC_MALFORMED, NULL},
    {"BINUNICODE that is not UTF-8", P("X\x01\x00\x00\x00\xff."), SC_MALFORMED, NULL},
    {"BINUNICODE with an overlong NUL", P("X\x02\x00\x00\x00\xc0\x80."), SC_MALFORMED,
     NULL},
    {"BINUNICODE with a bad byte by a surrogate", P("X\x04\x00\x00\x00\xed\xa0\xbd\xff."),
     SC_MALFORMED, NULL},

    {"a memo place beyond the pickle", P("Nr\xff\xff\xff\xff."), SC_TOO_LARGE, NULL},
    {"a text memo place beyond the pickle", P("Np1000000\n."), SC_TOO_LARGE, NULL},
};

static void check_cases(apr_pool_t *p)
{
    apr_size_t i;

    for (i = 0; i < sizeof(CASES) / sizeof(*CASES); i++) {
        const case_t *c = &CASES[i];
        sc_bytes_t got = sc_bytes_str("");
        sc_doc_t *doc;
        sc_status_t st = read_pickle(&doc, sc_bytes_dup(sc_bytes(c->pickle, c->n), p), p);

        if (!st) got = sc_doc_write(doc, SC_PLAIN, SC_COMPACT, p);
        if (st == c->status && !st)
            st = !sc_bytes_eq(got, sc_bytes_str(apr_psprintf(p, "{\"v\":%s}", c->plain)));
        ok(st == c->status, "%s (%s %.*s)", c->name, sc_status_name(st), (int)got.n,
           got.p);
    }
}

/* --- bombs --- */

static sc_bytes_t repeat(sc_bytes_t head, const char *unit, int times, const char *tail,
                         apr_pool_t *p)
{
    sc_bytes_t *parts = apr_palloc(p, sizeof(*parts) * (apr_size_t)(times + 2));
    int i;

    parts[0] = head;
    for (i = 1; i <= times; i++)
        parts[i] = sc_bytes_str(unit);
    parts[times + 1] = sc_bytes_str(tail);
    return sc_bytes_join(parts, times + 2, p);
}

static sc_status_t bomb(const char *head, apr_size_t n, const char *unit, int times,
                        const char *tail, apr_pool_t *p)
{
    sc_doc_t *doc;

    return read_pickle(&doc, repeat(sc_bytes(head, n), unit, times, tail, p), p);
}

static void check_bombs(apr_pool_t *p)
{
    sc_bytes_t shared =
        repeat(sc_bytes(P("(X\xe8\x03\x00\x00")), "0123456789", 100, "", p);
    sc_limits_t left = LIMITS;
    sc_value_t *value;

    ok(bomb(P("N"), "2\x86", 9, ".", p) == SC_OK,
       "a pair of a pair, nine levels, is 1022 members");
    ok(bomb(P("N"), "2\x86", 10, ".", p) == SC_TOO_LARGE,
       "a pair of a pair, ten levels, is too many");
    ok(bomb(P("N"), "2\x86", 3000, ".", p) == SC_TOO_LARGE, "3000 levels stop as early");
    ok(bomb(P("N"), "\x85", 30, ".", p) == SC_OK, "30 nested tuples are read");
    ok(bomb(P("N"), "\x85", 6000, ".", p) == SC_TOO_LARGE, "6000 are too deep");
    ok(bomb(P(""), "]", 6000, ".", p) == SC_OK, "what lies under the result is ignored");
    ok(bomb(P(""), "(", 6000, "N.", p) == SC_OK, "6000 MARKs do no harm");
    ok(bomb(P("("), "}", 2000, "l.", p) == SC_TOO_LARGE, "2000 empty dicts are too many");
    ok(bomb(P("X\x40\x19\x01\x00"), "12345678", 9000, ".", p) == SC_TOO_LARGE,
       "a string past the document's limit is too large");
    ok(bomb((const char *)shared.p, shared.n, "2", 60, "l.", p) == SC_OK,
       "a string of 1000 bytes 61 times is read");
    ok(bomb((const char *)shared.p, shared.n, "2", 70, "l.", p) == SC_TOO_LARGE,
       "71 times it is too large");
    left.members = 4;
    ok(sc_pickle_read(&value, &left, sc_bytes_str("(NN(NNlt."), p) == SC_TOO_LARGE,
       "one member more than is left is too large");
    left = LIMITS;
    left.members = 5;
    if (ok(sc_pickle_read(&value, &left, sc_bytes_str("(NN(NNlt."), p) == SC_OK &&
               left.members == 0 && left.depth == LIMITS.depth &&
               left.document < LIMITS.document,
           "what was used is taken off the limits"))
        sc_value_release(value);
    left = LIMITS;
    left.depth = 0;
    ok(sc_pickle_read(&value, &left, sc_bytes_str("]."), p) == SC_TOO_LARGE,
       "no container without depth left");
}

int main(void)
{
    apr_pool_t *p;

    apr_initialize();
    apr_pool_create(&p, NULL);
    check_vectors(p);
    check_cases(p);
    check_bombs(p);
    apr_pool_destroy(p);
    apr_terminate();
    return done();
}
