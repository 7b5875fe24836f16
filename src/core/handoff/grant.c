/* SPDX-License-Identifier: Apache-2.0 */
/* What an alias stands for, as bytes: the parts one after another, each behind its length
 * in four bytes. They were authenticated before they are read; a length past the end, a
 * missing part and bytes after the last one are refused all the same. */
#include "core/handoff/grant.h"
#include "core/base/zip.h"
#include "core/codec/date.h"

/* --- as bytes --- */

enum {
    TIMES, /* issued, expires, dies; then what the document is */
    DOC,
    FOOTER,
    ORIGIN,
    REALM,
    CHALLENGE,
    SOURCE,
    USER,
    KEY,
    DIGEST,
    PARTS
};

#define LENGTH_SIZE 4
#define TIMES_SIZE  (3 * 8 + 1)

#define IS_TAGGED   1
#define IS_DEFLATED 2

#define SKEW_MAX (60 * APR_USEC_PER_SEC)

/* A document longer than this is deflated: a store takes 16 KiB, and a cookie of 8 may
 * inflate to 64. */
#define PLAIN_MAX 4096

static void put_number(unsigned char *to, apr_uint64_t number, int size)
{
    while (size--) {
        to[size] = (unsigned char)number;
        number >>= 8;
    }
}

static apr_uint64_t get_number(const unsigned char *from, int size)
{
    apr_uint64_t number = 0;

    for (int i = 0; i < size; i++)
        number = number << 8 | from[i];
    return number;
}

/* The document's text, as the flags then say. */
static sc_bytes_t doc_text(unsigned char *flags, const sc_grant_t *grant, apr_pool_t *p)
{
    sc_face_t face = grant->is_tagged ? SC_TAGGED : SC_PLAIN;
    sc_bytes_t text = sc_doc_write(grant->doc, face, SC_COMPACT, p), packed;

    *flags = grant->is_tagged ? IS_TAGGED : 0;
    if (text.n <= PLAIN_MAX || sc_zip_deflate(&packed, text, p)) return text;
    *flags |= IS_DEFLATED;
    return packed;
}

sc_bytes_t sc_grant_write(const sc_grant_t *grant, apr_pool_t *p)
{
    unsigned char times[TIMES_SIZE], lengths[PARTS][LENGTH_SIZE];
    const sc_bytes_t part[PARTS] = {
        [TIMES] = sc_bytes(times, TIMES_SIZE),
        [DOC] = doc_text(&times[TIMES_SIZE - 1], grant, p),
        [FOOTER] = grant->footer,
        [ORIGIN] = grant->origin,
        [REALM] = grant->realm,
        [CHALLENGE] = grant->challenge,
        [SOURCE] = grant->source,
        [USER] = grant->user,
        [KEY] = grant->key,
        [DIGEST] = grant->digest,
    };
    sc_bytes_t all[2 * PARTS];

    put_number(times, (apr_uint64_t)grant->issued, 8);
    put_number(times + 8, (apr_uint64_t)grant->expires, 8);
    put_number(times + 16, (apr_uint64_t)grant->dies, 8);
    for (int i = 0; i < PARTS; i++) {
        put_number(lengths[i], part[i].n, LENGTH_SIZE);
        all[2 * i] = sc_bytes(lengths[i], LENGTH_SIZE);
        all[2 * i + 1] = part[i];
    }
    return sc_bytes_join(all, 2 * PARTS, p);
}

static sc_status_t cut_parts(sc_bytes_t part[PARTS], sc_bytes_t bytes)
{
    for (int i = 0; i < PARTS; i++) {
        apr_size_t n;

        if (bytes.n < LENGTH_SIZE) return SC_MALFORMED;
        n = (apr_size_t)get_number(bytes.p, LENGTH_SIZE);
        bytes = sc_bytes_from(bytes, LENGTH_SIZE);
        if (bytes.n < n) return SC_MALFORMED;
        part[i] = sc_bytes(bytes.p, n);
        bytes = sc_bytes_from(bytes, n);
    }
    return bytes.n ? SC_MALFORMED : SC_OK;
}

static sc_status_t read_doc(sc_doc_t **doc, sc_bytes_t text, int flags,
                            const sc_limits_t *limits, apr_pool_t *p)
{
    sc_status_t st = SC_OK;

    if (flags & IS_DEFLATED) st = sc_zip_inflate(&text, text, limits->document, p);
    if (st) return st;
    if (text.n > limits->document) return SC_TOO_LARGE;
    return sc_doc_parse(doc, text, flags & IS_TAGGED, limits, p);
}

sc_status_t sc_grant_read(sc_grant_t *grant, sc_bytes_t bytes, const sc_limits_t *limits,
                          apr_pool_t *p)
{
    sc_bytes_t part[PARTS];
    sc_status_t st = cut_parts(part, bytes);
    const unsigned char *times;
    sc_doc_t *doc;
    int flags;

    if (st) return st;
    if (part[TIMES].n != TIMES_SIZE) return SC_MALFORMED;
    times = part[TIMES].p;
    flags = times[TIMES_SIZE - 1];
    st = read_doc(&doc, part[DOC], flags, limits, p);
    if (st) return st;
    *grant = (sc_grant_t){
        .doc = doc,
        .is_tagged = flags & IS_TAGGED,
        .issued = (apr_time_t)get_number(times, 8),
        .expires = (apr_time_t)get_number(times + 8, 8),
        .dies = (apr_time_t)get_number(times + 16, 8),
        .footer = part[FOOTER],
        .origin = part[ORIGIN],
        .realm = part[REALM],
        .challenge = part[CHALLENGE],
        .source = part[SOURCE],
        .user = part[USER],
        .key = part[KEY],
        .digest = part[DIGEST],
    };
    return SC_OK;
}

/* --- a part of a session --- */

typedef struct {
    const char *const *names;
    int n;
    sc_doc_t *rest;
} selection_t;

static int remove_unnamed(void *baton, sc_bytes_t name, const sc_value_t *value)
{
    selection_t *selection = baton;

    (void)value;
    for (int i = 0; i < selection->n; i++)
        if (sc_bytes_eq(name, sc_bytes_str(selection->names[i]))) return 0;
    sc_doc_remove(selection->rest, name);
    return 0;
}

const sc_doc_t *sc_grant_members(const sc_doc_t *doc, const char *const *names, int n,
                                 apr_pool_t *p)
{
    selection_t selection = {names, n, sc_doc_dup(doc, p)};

    sc_doc_each(doc, SC_PLAIN, remove_unnamed, &selection);
    return selection.rest;
}

/* --- the session that comes out --- */

/* The timestamp of a token whose end is max-age after it. A session that does not say
 * when it was issued counts as issued now, if that does not make it live longer. */
static sc_status_t stamp_of(apr_time_t *stamp, const sc_grant_t *grant,
                            apr_interval_time_t max_age, apr_time_t now)
{
    apr_time_t issued = grant->issued == SC_NEVER ? now : grant->issued;
    apr_time_t latest;

    if (grant->expires == SC_NEVER) {
        *stamp = issued;
        return grant->issued == SC_NEVER ? SC_UNSUPPORTED : SC_OK;
    }
    if (max_age < 0) return SC_UNSUPPORTED; /* it would never end */
    latest = grant->expires - max_age;
    if (latest < 0) return SC_UNSUPPORTED;
    *stamp = issued < latest ? issued : latest;
    return SC_OK;
}

static void put_date(sc_doc_t *doc, const char *name, apr_time_t t, apr_pool_t *p)
{
    sc_doc_put(doc, sc_bytes_str(name),
               sc_value_make_string(sc_bytes_str(sc_date_write(t, p))));
}

/* Whether a claim is a date that is not later. */
static bool is_by(const sc_doc_t *doc, const char *name, apr_time_t latest)
{
    const sc_value_t *value;
    apr_time_t t;

    return sc_doc_find(&value, doc, name) && sc_value_type(value) == SC_STRING &&
           sc_date_parse(&t, sc_value_string(value)) && t <= latest;
}

/* A claim that says no more than the grant stays as it was written. */
static const sc_doc_t *with_claims(const sc_grant_t *grant, apr_time_t issued,
                                   apr_pool_t *p)
{
    sc_doc_t *doc = sc_doc_dup(grant->doc, p);

    if (grant->expires != SC_NEVER && !is_by(doc, "exp", grant->expires))
        put_date(doc, "exp", grant->expires, p);
    if (issued != SC_NEVER && !is_by(doc, "iat", issued)) put_date(doc, "iat", issued, p);
    return doc;
}

sc_status_t sc_grant_carry(const sc_doc_t **doc, sc_session_t *from,
                           const sc_grant_t *grant, const sc_codec_t *codec,
                           bool is_same_source, apr_time_t now, apr_pool_t *p)
{
    const sc_options_t *options = &codec->options;
    apr_time_t issued = grant->issued;
    const sc_doc_t *carried = grant->doc;
    sc_status_t st = SC_OK;

    if (grant->expires != SC_NEVER && now > grant->expires) return SC_EXPIRED;
    if (grant->expires == SC_NEVER && issued == SC_NEVER) return SC_UNSUPPORTED;
    switch (sc_codec_end(codec)) {
    case SC_END_IN_TOKEN:
        st = stamp_of(&issued, grant, options->max_age, now);
        break;
    case SC_END_IN_EXP:
        /* With max-age=, opening refuses a token without iat. */
        if (issued == SC_NEVER && options->max_age >= 0) issued = now;
        carried = with_claims(grant, issued, p);
        break;
    case SC_END_IN_EXPIRES:
        if (grant->expires == SC_NEVER) st = SC_UNSUPPORTED;
        break;
    default:
        st = SC_UNSUPPORTED;
    }
    if (st) return st;
    *doc = carried;
    *from = (sc_session_t){.codec = codec, .issued = issued, .expires = grant->expires};
    if (is_same_source)
        from->footer = grant->footer;
    else if (options->footer)
        from->footer = sc_bytes_str(options->footer);
    return SC_OK;
}

bool sc_grant_is_alive(const sc_grant_t *grant, apr_time_t now)
{
    return now < grant->dies && grant->dies - now <= SC_ALIAS_LIFE_MAX + SKEW_MAX;
}

bool sc_grant_suits(const sc_codec_t *codec)
{
    sc_end_t end = sc_codec_end(codec);

    return end != SC_END_IN_MEMBER && end != SC_END_NOWHERE;
}
