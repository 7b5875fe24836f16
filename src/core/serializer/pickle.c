/* SPDX-License-Identifier: Apache-2.0 */
/* SecureCookie's other serializer, a Python pickle a value: the machine that runs the
 * opcodes of plain data, protocols 0 to 5, and the serializer. An opcode that names,
 * builds or calls something is refused where it stands, so is whatever is no opcode.
 * Every opcode makes at most one object and takes at least one byte, so the memory is
 * bounded by the token's size; what sharing makes of it is bounded when the value is
 * written (pickle_value.c). */

#include "core/codec/format.h"
#include "core/base/utf8.h"
#include "core/serializer/items.h"
#include "core/serializer/pickle_private.h"

#include <apr_strings.h>

#define LAST_PROTOCOL 5

typedef struct {
    sc_status_t (*run)(sc_machine_t *m, int arg);
    int arg;
} op_t;

/* --- the input --- */

static sc_status_t read_bytes(sc_bytes_t *bytes, sc_machine_t *m, apr_uint64_t n)
{
    if (n > m->in.n) return SC_MALFORMED;
    *bytes = sc_bytes(m->in.p, (apr_size_t)n);
    m->in = sc_bytes_from(m->in, (apr_size_t)n);
    return SC_OK;
}

sc_status_t sc_machine_number(apr_uint64_t *number, sc_machine_t *m, int width)
{
    sc_bytes_t bytes;
    sc_status_t st = read_bytes(&bytes, m, (apr_uint64_t)width);

    if (st) return st;
    *number = 0;
    while (width--)
        *number = *number << 8 | bytes.p[width];
    return SC_OK;
}

static sc_status_t read_line(sc_bytes_t *line, sc_machine_t *m)
{
    apr_ssize_t end = sc_bytes_index(m->in, '\n');

    if (end < 0) return SC_MALFORMED;
    *line = sc_bytes(m->in.p, (apr_size_t)end);
    m->in = sc_bytes_from(m->in, (apr_size_t)end + 1);
    return SC_OK;
}

sc_status_t sc_machine_index(apr_uint64_t *index, sc_machine_t *m)
{
    sc_bytes_t line;
    apr_size_t i;
    sc_status_t st = read_line(&line, m);

    if (st) return st;
    if (line.n == 0 || line.n > 10) return SC_MALFORMED;
    *index = 0;
    for (i = 0; i < line.n; i++) {
        if (line.p[i] < '0' || line.p[i] > '9') return SC_MALFORMED;
        *index = *index * 10 + (apr_uint64_t)(line.p[i] - '0');
    }
    return SC_OK;
}

/* --- opcodes: framing --- */

static sc_status_t refuse(sc_machine_t *m, int arg)
{
    (void)m;
    (void)arg;
    return SC_UNSUPPORTED;
}

static sc_status_t run_proto(sc_machine_t *m, int arg)
{
    apr_uint64_t protocol;
    sc_status_t st = sc_machine_number(&protocol, m, 1);

    (void)arg;
    if (st) return st;
    return protocol > LAST_PROTOCOL ? SC_UNSUPPORTED : SC_OK;
}

/* A frame only promises that so many bytes follow. */
static sc_status_t run_frame(sc_machine_t *m, int arg)
{
    apr_uint64_t n;
    sc_status_t st = sc_machine_number(&n, m, 8);

    (void)arg;
    if (st) return st;
    return n > m->in.n ? SC_MALFORMED : SC_OK;
}

static sc_status_t run_stop(sc_machine_t *m, int arg)
{
    (void)arg;
    if (!sc_machine_top(m)) return SC_MALFORMED;
    m->stopped = 1;
    return SC_OK;
}

/* --- opcodes: scalars --- */

static sc_status_t push_bytes(sc_machine_t *m, sc_pickle_kind_t kind, sc_bytes_t bytes)
{
    sc_pickle_t *object = sc_machine_make(m, kind);

    object->bytes = bytes;
    return sc_machine_push(m, object);
}

static sc_status_t run_none(sc_machine_t *m, int arg)
{
    (void)arg;
    return sc_machine_push(m, sc_machine_make(m, SC_P_NONE));
}

static sc_status_t run_bool(sc_machine_t *m, int truth)
{
    sc_pickle_t *object = sc_machine_make(m, SC_P_BOOL);

    object->truth = truth;
    return sc_machine_push(m, object);
}

/* BININT1, BININT2: unsigned; BININT: four bytes, signed. */
static sc_status_t run_int(sc_machine_t *m, int width)
{
    apr_uint64_t bits;
    apr_int64_t number;
    sc_status_t st = sc_machine_number(&bits, m, width);

    if (st) return st;
    number = (apr_int64_t)bits;
    if (width == 4 && number > APR_INT32_MAX) number -= (apr_int64_t)1 << 32;
    return push_bytes(m, SC_P_NUMBER,
                      sc_bytes_str(apr_psprintf(m->p, "%" APR_INT64_T_FMT, number)));
}

/* INT and LONG. "I01" and "I00" are how protocols 0 and 1 write True and False. */
static sc_status_t run_int_line(sc_machine_t *m, int is_long)
{
    sc_bytes_t line, text;
    sc_status_t st = read_line(&line, m);

    if (st) return st;
    if (!is_long && line.n == 2 && line.p[0] == '0' && (line.p[1] | 1) == '1')
        return run_bool(m, line.p[1] == '1');
    if (is_long && line.n && line.p[line.n - 1] == 'L') line.n--;
    st = sc_pickle_int(&text, line, m->p);
    return st ? st : push_bytes(m, SC_P_NUMBER, text);
}

static sc_status_t run_long(sc_machine_t *m, int width)
{
    apr_uint64_t n;
    sc_bytes_t bytes, text;
    sc_status_t st = sc_machine_number(&n, m, width);

    if (st) return st;
    /* LONG4's length is signed, a negative one is past the input's end either way. */
    st = read_bytes(&bytes, m, n);
    if (!st) st = sc_pickle_long(&text, bytes, m->p);
    return st ? st : push_bytes(m, SC_P_NUMBER, text);
}

static sc_status_t run_float_line(sc_machine_t *m, int arg)
{
    sc_bytes_t line, text;
    sc_status_t st = read_line(&line, m);

    (void)arg;
    if (!st) st = sc_pickle_float(&text, line, m->p);
    return st ? st : push_bytes(m, SC_P_NUMBER, text);
}

static sc_status_t run_float(sc_machine_t *m, int arg)
{
    apr_uint64_t bits = 0;
    sc_bytes_t bytes;
    double d;
    int i;
    sc_status_t st = read_bytes(&bytes, m, 8);

    (void)arg;
    if (st) return st;
    for (i = 0; i < 8; i++)
        bits = bits << 8 | bytes.p[i];
    memcpy(&d, &bits, sizeof(d));
    return push_bytes(m, SC_P_NUMBER, sc_pickle_double(d, m->p));
}

/* A Python 2 str is text where it can be. Python 3 would refuse all but ASCII, but Python
 * 2, which wrote it, reads it, and its applications keep UTF-8 in such strings. */
static sc_status_t push_str(sc_machine_t *m, sc_bytes_t bytes)
{
    return push_bytes(m, sc_utf8_valid(bytes) ? SC_P_TEXT : SC_P_BYTES, bytes);
}

static sc_status_t run_str_line(sc_machine_t *m, int arg)
{
    sc_bytes_t line, bytes;
    sc_status_t st = read_line(&line, m);

    (void)arg;
    if (!st) st = sc_pickle_repr(&bytes, line, m->p);
    return st ? st : push_str(m, bytes);
}

/* As in run_long(): BINSTRING's length is signed. */
static sc_status_t run_str(sc_machine_t *m, int width)
{
    apr_uint64_t n;
    sc_bytes_t bytes;
    sc_status_t st = sc_machine_number(&n, m, width);

    if (!st) st = read_bytes(&bytes, m, n);
    return st ? st : push_str(m, bytes);
}

static sc_status_t run_text_line(sc_machine_t *m, int arg)
{
    sc_bytes_t line, text;
    sc_status_t st = read_line(&line, m);

    (void)arg;
    if (!st) st = sc_pickle_escaped(&text, line, m->p);
    return st ? st : push_bytes(m, SC_P_TEXT, text);
}

static sc_status_t run_text(sc_machine_t *m, int width)
{
    apr_uint64_t n;
    sc_bytes_t bytes, text;
    sc_status_t st = sc_machine_number(&n, m, width);

    if (!st) st = read_bytes(&bytes, m, n);
    if (!st) st = sc_pickle_utf8(&text, bytes, m->p);
    return st ? st : push_bytes(m, SC_P_TEXT, text);
}

static sc_status_t push_counted(sc_machine_t *m, sc_pickle_kind_t kind, int width)
{
    apr_uint64_t n;
    sc_bytes_t bytes;
    sc_status_t st = sc_machine_number(&n, m, width);

    if (!st) st = read_bytes(&bytes, m, n);
    return st ? st : push_bytes(m, kind, bytes);
}

static sc_status_t run_bytes(sc_machine_t *m, int width)
{
    return push_counted(m, SC_P_BYTES, width);
}

static sc_status_t run_bytearray(sc_machine_t *m, int width)
{
    return push_counted(m, SC_P_BYTEARRAY, width);
}

/* Python's pickletools names them; what is missing is no opcode. */
static const op_t OPS[256] = {
    [0x80] = {run_proto, 0},                       /* PROTO */
    [0x95] = {run_frame, 0},                       /* FRAME */
    ['.'] = {run_stop, 0},                         /* STOP */
    ['N'] = {run_none, 0},                         /* NONE */
    [0x88] = {run_bool, 1},                        /* NEWTRUE */
    [0x89] = {run_bool, 0},                        /* NEWFALSE */
    ['I'] = {run_int_line, 0},                     /* INT */
    ['L'] = {run_int_line, 1},                     /* LONG */
    ['K'] = {run_int, 1},                          /* BININT1 */
    ['M'] = {run_int, 2},                          /* BININT2 */
    ['J'] = {run_int, 4},                          /* BININT */
    [0x8a] = {run_long, 1},                        /* LONG1 */
    [0x8b] = {run_long, 4},                        /* LONG4 */
    ['F'] = {run_float_line, 0},                   /* FLOAT */
    ['G'] = {run_float, 0},                        /* BINFLOAT */
    ['S'] = {run_str_line, 0},                     /* STRING */
    ['U'] = {run_str, 1},                          /* SHORT_BINSTRING */
    ['T'] = {run_str, 4},                          /* BINSTRING */
    ['V'] = {run_text_line, 0},                    /* UNICODE */
    [0x8c] = {run_text, 1},                        /* SHORT_BINUNICODE */
    ['X'] = {run_text, 4},                         /* BINUNICODE */
    [0x8d] = {run_text, 8},                        /* BINUNICODE8 */
    ['C'] = {run_bytes, 1},                        /* SHORT_BINBYTES */
    ['B'] = {run_bytes, 4},                        /* BINBYTES */
    [0x8e] = {run_bytes, 8},                       /* BINBYTES8 */
    [0x96] = {run_bytearray, 8},                   /* BYTEARRAY8 */
    [']'] = {sc_machine_empty, SC_P_LIST},         /* EMPTY_LIST */
    [')'] = {sc_machine_empty, SC_P_TUPLE},        /* EMPTY_TUPLE */
    ['}'] = {sc_machine_empty, SC_P_DICT},         /* EMPTY_DICT */
    [0x8f] = {sc_machine_empty, SC_P_SET},         /* EMPTY_SET */
    ['l'] = {sc_machine_collect, SC_P_LIST},       /* LIST */
    ['t'] = {sc_machine_collect, SC_P_TUPLE},      /* TUPLE */
    ['d'] = {sc_machine_collect, SC_P_DICT},       /* DICT */
    [0x91] = {sc_machine_collect, SC_P_FROZENSET}, /* FROZENSET */
    [0x85] = {sc_machine_tuple, 1},                /* TUPLE1 */
    [0x86] = {sc_machine_tuple, 2},                /* TUPLE2 */
    [0x87] = {sc_machine_tuple, 3},                /* TUPLE3 */
    ['a'] = {sc_machine_add, SC_P_LIST},           /* APPEND */
    ['s'] = {sc_machine_add, SC_P_DICT},           /* SETITEM */
    ['e'] = {sc_machine_add_marked, SC_P_LIST},    /* APPENDS */
    ['u'] = {sc_machine_add_marked, SC_P_DICT},    /* SETITEMS */
    [0x90] = {sc_machine_add_marked, SC_P_SET},    /* ADDITEMS */
    ['('] = {sc_machine_mark, 0},                  /* MARK */
    ['0'] = {sc_machine_pop, 0},                   /* POP */
    ['1'] = {sc_machine_pop_mark, 0},              /* POP_MARK */
    ['2'] = {sc_machine_dup, 0},                   /* DUP */
    ['p'] = {sc_machine_put, 0},                   /* PUT */
    ['q'] = {sc_machine_put, 1},                   /* BINPUT */
    ['r'] = {sc_machine_put, 4},                   /* LONG_BINPUT */
    [0x94] = {sc_machine_memoize, 0},              /* MEMOIZE */
    ['g'] = {sc_machine_get, 0},                   /* GET */
    ['h'] = {sc_machine_get, 1},                   /* BINGET */
    ['j'] = {sc_machine_get, 4},                   /* LONG_BINGET */
    /* These reach for code or for objects outside of the pickle. */
    ['c'] = {refuse, 0},  /* GLOBAL */
    [0x93] = {refuse, 0}, /* STACK_GLOBAL */
    ['i'] = {refuse, 0},  /* INST */
    ['o'] = {refuse, 0},  /* OBJ */
    ['R'] = {refuse, 0},  /* REDUCE */
    [0x81] = {refuse, 0}, /* NEWOBJ */
    [0x92] = {refuse, 0}, /* NEWOBJ_EX */
    ['b'] = {refuse, 0},  /* BUILD */
    [0x82] = {refuse, 0}, /* EXT1 */
    [0x83] = {refuse, 0}, /* EXT2 */
    [0x84] = {refuse, 0}, /* EXT4 */
    ['P'] = {refuse, 0},  /* PERSID */
    ['Q'] = {refuse, 0},  /* BINPERSID */
    [0x97] = {refuse, 0}, /* NEXT_BUFFER */
    [0x98] = {refuse, 0}, /* READONLY_BUFFER */
};

sc_status_t sc_pickle_read(sc_value_t **value, sc_limits_t *left, sc_bytes_t pickle,
                           apr_pool_t *p)
{
    sc_machine_t m = {.in = pickle, .size = pickle.n, .most = left->members, .p = p};

    m.stack = apr_array_make(p, 16, sizeof(sc_pickle_t *));
    m.marks = apr_array_make(p, 4, sizeof(int));
    m.memo = apr_array_make(p, 16, sizeof(sc_pickle_t *));
    while (!m.stopped) {
        const op_t *op;
        sc_status_t st;

        if (m.in.n == 0) return SC_MALFORMED;
        op = &OPS[*m.in.p];
        m.in = sc_bytes_from(m.in, 1);
        st = op->run ? op->run(&m, op->arg) : SC_MALFORMED;
        if (st) return st;
    }
    return sc_pickle_value(value, left, sc_machine_top(&m), p);
}

static sc_status_t decode(sc_doc_t **doc, const sc_codec_t *codec, sc_bytes_t payload,
                          apr_pool_t *p)
{
    sc_value_t *object;
    sc_status_t st;

    st = sc_items_read(&object, payload, sc_pickle_read, &codec->options.limits, p);
    if (st) return st;
    *doc = sc_doc_wrap(object, 1, p);
    return SC_OK;
}

/* Opens only: the peers that read pickles are being moved away from them. */
const sc_serializer_t sc_serializer_pickle = {
    .name = "pickle",
    .decode = decode,
    .encode = NULL,
};
