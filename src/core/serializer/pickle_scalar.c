/* SPDX-License-Identifier: Apache-2.0 */
/* The opcodes of a pickle that push a scalar: None, bool, int, float, str, bytes. */
#include "core/base/utf8.h"
#include "core/serializer/pickle_scalar.h"
#include "core/serializer/pickle_input.h"
#include "core/serializer/pickle_number.h"
#include "core/serializer/pickle_text.h"
#include <apr_strings.h>

static sc_status_t push_bytes(sc_machine_t *m, sc_pickle_kind_t kind, sc_bytes_t bytes)
{
    sc_pickle_t *object = sc_machine_make(m, kind);

    object->bytes = bytes;
    return sc_machine_push(m, object);
}

sc_status_t sc_pickle_run_none(sc_machine_t *m, int arg)
{
    (void)arg;
    return sc_machine_push(m, sc_machine_make(m, SC_P_NONE));
}

sc_status_t sc_pickle_run_bool(sc_machine_t *m, int truth)
{
    sc_pickle_t *object = sc_machine_make(m, SC_P_BOOL);

    object->truth = truth != 0;
    return sc_machine_push(m, object);
}

/* BININT1, BININT2: unsigned; BININT: four bytes, signed. */
sc_status_t sc_pickle_run_int(sc_machine_t *m, int width)
{
    apr_uint64_t bits;
    apr_int64_t number;
    sc_status_t st = sc_pickle_take_number(&bits, &m->in, width);

    if (st) return st;
    number = (apr_int64_t)bits;
    if (width == 4 && number > APR_INT32_MAX) number -= (apr_int64_t)1 << 32;
    return push_bytes(m, SC_P_NUMBER,
                      sc_bytes_str(apr_psprintf(m->p, "%" APR_INT64_T_FMT, number)));
}

/* INT and LONG. "I01" and "I00" are how protocols 0 and 1 write True and False. */
sc_status_t sc_pickle_run_int_line(sc_machine_t *m, int is_long)
{
    sc_bytes_t line, text;
    sc_status_t st = sc_pickle_take_line(&line, &m->in);

    if (st) return st;
    if (!is_long && line.n == 2 && line.p[0] == '0' && (line.p[1] | 1) == '1')
        return sc_pickle_run_bool(m, line.p[1] == '1');
    if (is_long && line.n && line.p[line.n - 1] == 'L') line.n--;
    st = sc_pickle_int(&text, line, m->p);
    return st ? st : push_bytes(m, SC_P_NUMBER, text);
}

sc_status_t sc_pickle_run_long(sc_machine_t *m, int width)
{
    sc_bytes_t bytes, text;
    sc_status_t st = sc_pickle_take_counted(&bytes, &m->in, width);

    if (!st) st = sc_pickle_long(&text, bytes, m->p);
    return st ? st : push_bytes(m, SC_P_NUMBER, text);
}

sc_status_t sc_pickle_run_float_line(sc_machine_t *m, int arg)
{
    sc_bytes_t line, text;
    sc_status_t st = sc_pickle_take_line(&line, &m->in);

    (void)arg;
    if (!st) st = sc_pickle_float(&text, line, m->p);
    return st ? st : push_bytes(m, SC_P_NUMBER, text);
}

sc_status_t sc_pickle_run_float(sc_machine_t *m, int arg)
{
    apr_uint64_t bits = 0;
    sc_bytes_t bytes;
    double d;
    int i;
    sc_status_t st = sc_pickle_take(&bytes, &m->in, 8);

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

sc_status_t sc_pickle_run_str_line(sc_machine_t *m, int arg)
{
    sc_bytes_t line, bytes;
    sc_status_t st = sc_pickle_take_line(&line, &m->in);

    (void)arg;
    if (!st) st = sc_pickle_repr(&bytes, line, m->p);
    return st ? st : push_str(m, bytes);
}

sc_status_t sc_pickle_run_str(sc_machine_t *m, int width)
{
    sc_bytes_t bytes;
    sc_status_t st = sc_pickle_take_counted(&bytes, &m->in, width);

    return st ? st : push_str(m, bytes);
}

sc_status_t sc_pickle_run_text_line(sc_machine_t *m, int arg)
{
    sc_bytes_t line, text;
    sc_status_t st = sc_pickle_take_line(&line, &m->in);

    (void)arg;
    if (!st) st = sc_pickle_escaped(&text, line, m->p);
    return st ? st : push_bytes(m, SC_P_TEXT, text);
}

sc_status_t sc_pickle_run_text(sc_machine_t *m, int width)
{
    sc_bytes_t bytes, text;
    sc_status_t st = sc_pickle_take_counted(&bytes, &m->in, width);

    if (!st) st = sc_pickle_utf8(&text, bytes, m->p);
    return st ? st : push_bytes(m, SC_P_TEXT, text);
}

static sc_status_t push_counted(sc_machine_t *m, sc_pickle_kind_t kind, int width)
{
    sc_bytes_t bytes;
    sc_status_t st = sc_pickle_take_counted(&bytes, &m->in, width);

    return st ? st : push_bytes(m, kind, bytes);
}

sc_status_t sc_pickle_run_bytes(sc_machine_t *m, int width)
{
    return push_counted(m, SC_P_BYTES, width);
}

sc_status_t sc_pickle_run_bytearray(sc_machine_t *m, int width)
{
    return push_counted(m, SC_P_BYTEARRAY, width);
}
