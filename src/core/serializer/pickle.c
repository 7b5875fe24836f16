/* SPDX-License-Identifier: Apache-2.0 */
/* SecureCookie's other serializer, a Python pickle for each value: the machine that runs
 * the opcodes of plain data, protocols 0 to 5, and the serializer. An opcode that names,
 * builds or calls something is refused where it stands, and so is an unknown one. Every
 * opcode makes at most one object and takes at least one byte, so the memory is bounded
 * by the token's size; objects that are shared are counted as often as they occur when
 * the value is written (pickle_value.c). */

#include "core/base/utf8.h"
#include "core/serializer/securecookie_items.h"
#include "core/serializer/pickle.h"
#include "core/serializer/pickle_input.h"
#include "core/serializer/pickle_scalar.h"
#include "core/serializer/pickle_stack.h"
#include "core/serializer/pickle_value.h"

#define LAST_PROTOCOL 5

typedef struct {
    sc_status_t (*run)(sc_machine_t *m, int arg);
    int arg;
} op_t;

static sc_status_t run_forbidden(sc_machine_t *m, int arg)
{
    (void)m;
    (void)arg;
    return SC_UNSUPPORTED;
}

static sc_status_t run_proto(sc_machine_t *m, int arg)
{
    apr_uint64_t protocol;
    sc_status_t st = sc_pickle_take_number(&protocol, &m->in, 1);

    (void)arg;
    if (st) return st;
    return protocol > LAST_PROTOCOL ? SC_UNSUPPORTED : SC_OK;
}

/* A frame says how many bytes follow; nothing else of it is needed. */
static sc_status_t run_frame(sc_machine_t *m, int arg)
{
    apr_uint64_t n;
    sc_status_t st = sc_pickle_take_number(&n, &m->in, 8);

    (void)arg;
    if (st) return st;
    return n > m->in.n ? SC_MALFORMED : SC_OK;
}

static sc_status_t run_stop(sc_machine_t *m, int arg)
{
    (void)arg;
    if (!sc_machine_top(m)) return SC_MALFORMED;
    m->stopped = true;
    return SC_OK;
}

/* With the names of Python's pickletools. What is missing is not an opcode. */
static const op_t OPS[256] = {
    [0x80] = {run_proto, 0},                       /* PROTO */
    [0x95] = {run_frame, 0},                       /* FRAME */
    ['.'] = {run_stop, 0},                         /* STOP */
    ['N'] = {sc_pickle_run_none, 0},               /* NONE */
    [0x88] = {sc_pickle_run_bool, 1},              /* NEWTRUE */
    [0x89] = {sc_pickle_run_bool, 0},              /* NEWFALSE */
    ['I'] = {sc_pickle_run_int_line, 0},           /* INT */
    ['L'] = {sc_pickle_run_int_line, 1},           /* LONG */
    ['K'] = {sc_pickle_run_int, 1},                /* BININT1 */
    ['M'] = {sc_pickle_run_int, 2},                /* BININT2 */
    ['J'] = {sc_pickle_run_int, 4},                /* BININT */
    [0x8a] = {sc_pickle_run_long, 1},              /* LONG1 */
    [0x8b] = {sc_pickle_run_long, 4},              /* LONG4 */
    ['F'] = {sc_pickle_run_float_line, 0},         /* FLOAT */
    ['G'] = {sc_pickle_run_float, 0},              /* BINFLOAT */
    ['S'] = {sc_pickle_run_str_line, 0},           /* STRING */
    ['U'] = {sc_pickle_run_str, 1},                /* SHORT_BINSTRING */
    ['T'] = {sc_pickle_run_str, 4},                /* BINSTRING */
    ['V'] = {sc_pickle_run_text_line, 0},          /* UNICODE */
    [0x8c] = {sc_pickle_run_text, 1},              /* SHORT_BINUNICODE */
    ['X'] = {sc_pickle_run_text, 4},               /* BINUNICODE */
    [0x8d] = {sc_pickle_run_text, 8},              /* BINUNICODE8 */
    ['C'] = {sc_pickle_run_bytes, 1},              /* SHORT_BINBYTES */
    ['B'] = {sc_pickle_run_bytes, 4},              /* BINBYTES */
    [0x8e] = {sc_pickle_run_bytes, 8},             /* BINBYTES8 */
    [0x96] = {sc_pickle_run_bytearray, 8},         /* BYTEARRAY8 */
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
    /* These reach for code, or for objects outside the pickle. */
    ['c'] = {run_forbidden, 0},  /* GLOBAL */
    [0x93] = {run_forbidden, 0}, /* STACK_GLOBAL */
    ['i'] = {run_forbidden, 0},  /* INST */
    ['o'] = {run_forbidden, 0},  /* OBJ */
    ['R'] = {run_forbidden, 0},  /* REDUCE */
    [0x81] = {run_forbidden, 0}, /* NEWOBJ */
    [0x92] = {run_forbidden, 0}, /* NEWOBJ_EX */
    ['b'] = {run_forbidden, 0},  /* BUILD */
    [0x82] = {run_forbidden, 0}, /* EXT1 */
    [0x83] = {run_forbidden, 0}, /* EXT2 */
    [0x84] = {run_forbidden, 0}, /* EXT4 */
    ['P'] = {run_forbidden, 0},  /* PERSID */
    ['Q'] = {run_forbidden, 0},  /* BINPERSID */
    [0x97] = {run_forbidden, 0}, /* NEXT_BUFFER */
    [0x98] = {run_forbidden, 0}, /* READONLY_BUFFER */
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

static sc_status_t pickle_decode(sc_doc_t **doc, sc_bytes_t payload,
                                 const sc_limits_t *limits, apr_pool_t *p)
{
    sc_value_t *object;
    sc_status_t st;

    st = sc_securecookie_read(&object, payload, sc_pickle_read, limits, p);
    if (st) return st;
    *doc = sc_doc_wrap(object, 1, p);
    return SC_OK;
}

/* Opens only: the peers that read pickles are being moved away from them. */
const sc_serializer_t sc_serializer_pickle = {
    .name = "pickle",
    .tagged = true,
    .decode = pickle_decode,
    .encode = NULL,
};
