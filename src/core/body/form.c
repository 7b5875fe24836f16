/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for a field in application/x-www-form-urlencoded, read as browsers write it
 * (WHATWG URL 5.1): "&" separates, "+" is a space, a malformed escape stays as it is.
 * Any bytes are such a body, so nothing is refused but a token that is too long. */
#include "core/body/scanner_private.h"
#include "core/base/chars.h"

typedef struct {
    sc_scanner_t base;
    enum { NAME, VALUE, SKIP } where;
    int escape;          /* bytes of "%41" seen so far: 0, 1, 2 */
    unsigned char digit; /* the first hex digit */
} form_t;

static void form_start_pair(form_t *form)
{
    form->where = NAME;
    form->base.name_n = 0;
}

static sc_scan_answer_t form_put(form_t *form, unsigned char c)
{
    sc_scanner_t *base = &form->base;

    if (form->where == NAME) {
        sc_scan_name_put(base, c);
        if (base->name_n > SC_SCAN_NAME_MAX) form->where = SKIP;
        return SC_SCAN_MORE;
    }
    return sc_scan_value_put(base, c);
}

/* An escape that the next byte does not complete is text. */
static sc_scan_answer_t form_flush_escape(form_t *form)
{
    int seen = form->escape;

    form->escape = 0;
    if (seen && form_put(form, '%') == SC_SCAN_BAD) return SC_SCAN_BAD;
    return seen == 2 && form->where != SKIP ? form_put(form, form->digit) : SC_SCAN_MORE;
}

/* A pair ends: is it ours? */
static sc_scan_answer_t form_end_pair(form_t *form)
{
    if (form->where == VALUE) return SC_SCAN_FOUND;
    if (form->where == NAME && sc_scan_name_wanted(&form->base)) return SC_SCAN_FOUND;
    return SC_SCAN_MORE;
}

/* A byte that is not part of an escape. */
static sc_scan_answer_t form_plain(form_t *form, unsigned char c)
{
    sc_scan_answer_t answer;

    if (c == '&') {
        answer = form_end_pair(form);
        form_start_pair(form);
        return answer;
    }
    if (c == '=' && form->where == NAME) {
        form->where = sc_scan_name_wanted(&form->base) ? VALUE : SKIP;
        return SC_SCAN_MORE;
    }
    if (c == '%') {
        form->escape = 1;
        return SC_SCAN_MORE;
    }
    return form_put(form, c == '+' ? ' ' : c);
}

static sc_scan_answer_t form_byte(form_t *form, unsigned char c)
{
    if (form->escape == 1 && sc_hex_value(c) >= 0) {
        form->digit = c;
        form->escape = 2;
        return SC_SCAN_MORE;
    }
    if (form->escape == 2 && sc_hex_value(c) >= 0) {
        form->escape = 0;
        return form_put(
            form, (unsigned char)(sc_hex_value(form->digit) * 16 + sc_hex_value(c)));
    }
    if (form_flush_escape(form) == SC_SCAN_BAD) return SC_SCAN_BAD;
    /* The flush may have made the name too long. */
    if (form->where == SKIP && c != '&') return SC_SCAN_MORE;
    return form_plain(form, c);
}

static sc_scan_answer_t form_push(sc_scanner_t *scanner, sc_bytes_t bytes)
{
    form_t *form = (form_t *)scanner;
    const unsigned char *at = bytes.p, *end = bytes.p + bytes.n;
    sc_scan_answer_t answer;

    while (at < end) {
        if (form->where == SKIP) {
            at = memchr(at, '&', (apr_size_t)(end - at));
            if (!at) return SC_SCAN_MORE;
            at++;
            form_start_pair(form);
            continue;
        }
        answer = form_byte(form, *at++);
        if (answer != SC_SCAN_MORE) return answer;
    }
    return SC_SCAN_MORE;
}

static sc_scan_answer_t form_end(sc_scanner_t *scanner)
{
    form_t *form = (form_t *)scanner;

    if (form_flush_escape(form) == SC_SCAN_BAD) return SC_SCAN_BAD;
    return form_end_pair(form) == SC_SCAN_FOUND ? SC_SCAN_FOUND : SC_SCAN_NONE;
}

sc_scanner_t *sc_scan_form_make(apr_pool_t *p)
{
    form_t *form = apr_pcalloc(p, sizeof(*form));

    form->base.push = form_push;
    form->base.end = form_end;
    return &form->base;
}
