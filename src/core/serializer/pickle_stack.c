/* SPDX-License-Identifier: Apache-2.0 */
/* The pickle machine's stack, containers and memo. A container takes only its own opcodes
 * (APPENDS on a dict is refused, not looked up as a method), a dict only names that JSON
 * can have, a set only what Python could put there; the memo is not longer than the
 * pickle. */

#include "core/serializer/pickle_stack.h"
#include "core/serializer/pickle_input.h"

/* --- the stack: what lies below the last MARK is out of reach, as in CPython --- */

static int stack_fence(const sc_machine_t *m)
{
    return m->marks->nelts ? APR_ARRAY_IDX(m->marks, m->marks->nelts - 1, int) : 0;
}

static sc_pickle_t *stack_at(const sc_machine_t *m, int i)
{
    return APR_ARRAY_IDX(m->stack, i, sc_pickle_t *);
}

/* The top, or NULL. */
sc_pickle_t *sc_machine_top(const sc_machine_t *m)
{
    return m->stack->nelts > stack_fence(m) ? stack_at(m, m->stack->nelts - 1) : NULL;
}

sc_status_t sc_machine_push(sc_machine_t *m, sc_pickle_t *object)
{
    APR_ARRAY_PUSH(m->stack, sc_pickle_t *) = object;
    return SC_OK;
}

sc_pickle_t *sc_machine_make(sc_machine_t *m, sc_pickle_kind_t kind)
{
    sc_pickle_t *object = apr_pcalloc(m->p, sizeof(*object));

    object->kind = kind;
    object->hashable = kind != SC_P_LIST && kind != SC_P_SET && kind != SC_P_DICT &&
                       kind != SC_P_BYTEARRAY;
    if (kind >= SC_P_LIST)
        object->items = apr_array_make(m->p, 4, sizeof(sc_pickle_item_t));
    return object;
}

/* The height at the last MARK, which is taken away; -1 without one. */
static int take_mark(sc_machine_t *m)
{
    int *mark = apr_array_pop(m->marks);

    return mark ? *mark : -1;
}

/* --- opcodes: containers --- */

static sc_status_t add_element(sc_machine_t *m, sc_pickle_t *to, sc_pickle_t *element)
{
    sc_pickle_item_t item = {{NULL, 0}, element};

    if (to->items->nelts >= m->most) return SC_TOO_LARGE;
    if (!element->hashable) {
        if (to->kind == SC_P_SET || to->kind == SC_P_FROZENSET) return SC_MALFORMED;
        if (to->kind == SC_P_TUPLE) to->hashable = false;
    }
    APR_ARRAY_PUSH(to->items, sc_pickle_item_t) = item;
    return SC_OK;
}

/* What json.dumps makes of a key: str, int, float, True, False and None have a text. */
static sc_status_t member_name(sc_bytes_t *name, const sc_pickle_t *key)
{
    if (!key->hashable) return SC_MALFORMED;
    switch (key->kind) {
    case SC_P_NONE:
        *name = sc_bytes_str("null");
        return SC_OK;
    case SC_P_BOOL:
        *name = sc_bytes_str(key->truth ? "true" : "false");
        return SC_OK;
    case SC_P_NUMBER:
    case SC_P_TEXT:
        *name = key->bytes;
        return SC_OK;
    default:
        return SC_UNSUPPORTED;
    }
}

static sc_status_t add_member(sc_machine_t *m, sc_pickle_t *dict, const sc_pickle_t *key,
                              sc_pickle_t *value)
{
    sc_pickle_item_t item = {{NULL, 0}, value};
    sc_status_t st = member_name(&item.name, key);
    int i;

    if (st) return st;
    for (i = 0; i < dict->items->nelts; i++) {
        sc_pickle_item_t *known = &APR_ARRAY_IDX(dict->items, i, sc_pickle_item_t);

        if (!sc_bytes_eq(known->name, item.name)) continue;
        known->value = value;
        return SC_OK;
    }
    if (dict->items->nelts >= m->most) return SC_TOO_LARGE;
    APR_ARRAY_PUSH(dict->items, sc_pickle_item_t) = item;
    return SC_OK;
}

/* Moves everything from height `from` up into the container. */
static sc_status_t fill_container(sc_machine_t *m, sc_pickle_t *to, int from)
{
    bool pairs = to->kind == SC_P_DICT;
    int i, n = m->stack->nelts;
    sc_status_t st = SC_OK;

    if (pairs && (n - from) % 2) return SC_MALFORMED;
    for (i = from; i < n && !st; i += pairs ? 2 : 1)
        st = pairs ? add_member(m, to, stack_at(m, i), stack_at(m, i + 1))
                   : add_element(m, to, stack_at(m, i));
    m->stack->nelts = from;
    return st;
}

sc_status_t sc_machine_empty(sc_machine_t *m, int kind)
{
    return sc_machine_push(m, sc_machine_make(m, (sc_pickle_kind_t)kind));
}

/* TUPLE, LIST, DICT, FROZENSET: of what lies above the MARK. */
sc_status_t sc_machine_collect(sc_machine_t *m, int kind)
{
    sc_pickle_t *made = sc_machine_make(m, (sc_pickle_kind_t)kind);
    int mark = take_mark(m);
    sc_status_t st;

    if (mark < 0) return SC_MALFORMED;
    st = fill_container(m, made, mark);
    return st ? st : sc_machine_push(m, made);
}

/* TUPLE1, TUPLE2, TUPLE3 */
sc_status_t sc_machine_tuple(sc_machine_t *m, int n)
{
    sc_pickle_t *made = sc_machine_make(m, SC_P_TUPLE);
    sc_status_t st;

    if (m->stack->nelts - stack_fence(m) < n) return SC_MALFORMED;
    st = fill_container(m, made, m->stack->nelts - n);
    return st ? st : sc_machine_push(m, made);
}

/* Adds what lies from height `from` up to the container below it, which has to be of that
 * kind: another one's methods are not called. */
static sc_status_t extend_container(sc_machine_t *m, sc_pickle_kind_t kind, int from)
{
    if (from <= stack_fence(m) || stack_at(m, from - 1)->kind != kind)
        return SC_MALFORMED;
    return fill_container(m, stack_at(m, from - 1), from);
}

/* APPEND, SETITEM */
sc_status_t sc_machine_add(sc_machine_t *m, int kind)
{
    return extend_container(m, (sc_pickle_kind_t)kind,
                            m->stack->nelts - (kind == SC_P_DICT ? 2 : 1));
}

/* APPENDS, SETITEMS, ADDITEMS */
sc_status_t sc_machine_add_marked(sc_machine_t *m, int kind)
{
    return extend_container(m, (sc_pickle_kind_t)kind, take_mark(m));
}

/* --- opcodes: stack and memo --- */

sc_status_t sc_machine_mark(sc_machine_t *m, int arg)
{
    (void)arg;
    APR_ARRAY_PUSH(m->marks, int) = m->stack->nelts;
    return SC_OK;
}

/* POP takes a MARK that lies on top. */
sc_status_t sc_machine_pop(sc_machine_t *m, int arg)
{
    (void)arg;
    if (sc_machine_top(m))
        m->stack->nelts--;
    else if (take_mark(m) < 0)
        return SC_MALFORMED;
    return SC_OK;
}

sc_status_t sc_machine_pop_mark(sc_machine_t *m, int arg)
{
    int mark = take_mark(m);

    (void)arg;
    if (mark < 0) return SC_MALFORMED;
    m->stack->nelts = mark;
    return SC_OK;
}

sc_status_t sc_machine_dup(sc_machine_t *m, int arg)
{
    (void)arg;
    return sc_machine_top(m) ? sc_machine_push(m, sc_machine_top(m)) : SC_MALFORMED;
}

/* Indexes count up from 0 or 1 in a pickle that Python wrote: a memo never needs more
 * places than the pickle has bytes. */
static sc_status_t memo_put(sc_machine_t *m, apr_uint64_t index)
{
    sc_pickle_t **place;

    if (!sc_machine_top(m)) return SC_MALFORMED;
    if (index > m->size) return SC_TOO_LARGE;
    while (m->memo->nelts <= (int)index)
        APR_ARRAY_PUSH(m->memo, sc_pickle_t *) = NULL;
    place = &APR_ARRAY_IDX(m->memo, (int)index, sc_pickle_t *);
    if (!*place) m->memoized++;
    *place = sc_machine_top(m);
    return SC_OK;
}

static sc_status_t memo_get(sc_machine_t *m, apr_uint64_t index)
{
    sc_pickle_t *object;

    if (index >= (apr_uint64_t)m->memo->nelts) return SC_MALFORMED;
    object = APR_ARRAY_IDX(m->memo, (int)index, sc_pickle_t *);
    return object ? sc_machine_push(m, object) : SC_MALFORMED;
}

/* The index of a memo's place, as sc_machine_put() and _get() read it. */
static sc_status_t take_index(apr_uint64_t *index, sc_machine_t *m, int width)
{
    return width ? sc_pickle_take_number(index, &m->in, width)
                 : sc_pickle_take_index(index, &m->in);
}

sc_status_t sc_machine_put(sc_machine_t *m, int width)
{
    apr_uint64_t index;
    sc_status_t st = take_index(&index, m, width);

    return st ? st : memo_put(m, index);
}

sc_status_t sc_machine_get(sc_machine_t *m, int width)
{
    apr_uint64_t index;
    sc_status_t st = take_index(&index, m, width);

    return st ? st : memo_get(m, index);
}

sc_status_t sc_machine_memoize(sc_machine_t *m, int arg)
{
    (void)arg;
    return memo_put(m, (apr_uint64_t)m->memoized);
}
