/* SPDX-License-Identifier: Apache-2.0 */
/* Looks for a field in multipart/form-data (RFC 7578 over RFC 2046), anywhere between and
 * after files. A delimiter is CRLF "--" boundary, then "--" or white space and CRLF;
 * anything else is content. A part with a filename is a file and never the
 * token, nor is a part that is itself multipart. Refused: a body without a delimiter or
 * cut before its last one, malformed header lines, headers of more than HEADERS_MAX
 * bytes. */
#include "core/base/chars.h"
#include "core/body/parameter.h"
#include "core/body/scanner_private.h"

#define HEADERS_MAX 8192

typedef struct {
    sc_scanner_t base;
    enum { CONTENT, DELIMITED, DASH, PADDING, HEADERS } where;
    bool wanted;        /* the part at hand is the field */
    apr_size_t matched; /* bytes of the delimiter that the content ends with */
    apr_size_t mark;    /* where in the value they begin */
    apr_size_t padding; /* white space after the delimiter */
    bool cr;            /* PADDING: a CR waits for its LF */
    apr_size_t delimiter_n;
    unsigned char delimiter[4 + SCAN_BOUNDARY_MAX];
    apr_size_t headers_n;
    unsigned char headers[HEADERS_MAX];
    unsigned char room[HEADERS_MAX]; /* a parameter, unquoted */
} multipart_t;

/* --- content --- */

/* Content may begin with a delimiter whose CRLF has just been read: at the start of the
 * body, and after the empty line of a part without content. */
static void start_content(multipart_t *m)
{
    m->where = CONTENT;
    m->matched = 2;
    m->mark = 0;
}

/* It was not a delimiter after all. */
static sc_scan_answer_t not_delimiter(multipart_t *m)
{
    m->where = CONTENT;
    m->matched = 0;
    return m->wanted && m->base.value_n > SC_SCAN_VALUE_MAX ? SC_SCAN_BAD : SC_SCAN_MORE;
}

/* The value takes what may be a delimiter, and gives it back when it was one. */
static sc_scan_answer_t keep_content(multipart_t *m, unsigned char c)
{
    if (!m->wanted) return SC_SCAN_MORE;
    if (m->base.value_n == sizeof(m->base.value)) return SC_SCAN_BAD;
    m->base.value[m->base.value_n++] = c;
    return SC_SCAN_MORE;
}

/* A byte of content. A CR can only be a delimiter's first byte, so what fails to match
 * never has to be looked at again. */
static sc_scan_answer_t content_byte(multipart_t *m, unsigned char c)
{
    if (c == m->delimiter[m->matched]) {
        if (m->matched++ == 0) m->mark = m->base.value_n;
    }
    else {
        m->matched = c == '\r';
        m->mark = m->base.value_n;
    }
    if (keep_content(m, c) == SC_SCAN_BAD) return SC_SCAN_BAD;
    if (m->matched == m->delimiter_n) {
        m->where = DELIMITED;
        return SC_SCAN_MORE;
    }
    if (!m->wanted || m->matched || m->base.value_n <= SC_SCAN_VALUE_MAX)
        return SC_SCAN_MORE;
    return SC_SCAN_BAD;
}

/* The part that ended was the field. */
static sc_scan_answer_t field_found(multipart_t *m)
{
    if (m->mark > SC_SCAN_VALUE_MAX) return SC_SCAN_BAD;
    m->base.value_n = m->mark;
    return SC_SCAN_FOUND;
}

static sc_scan_answer_t next_part(multipart_t *m)
{
    if (m->wanted) return field_found(m);
    m->headers_n = 0;
    m->where = HEADERS;
    return SC_SCAN_MORE;
}

static sc_scan_answer_t delimited_byte(multipart_t *m, unsigned char c)
{
    if (m->where == DASH) {
        if (c == '-') return m->wanted ? field_found(m) : SC_SCAN_NONE;
    }
    else if (m->where == DELIMITED && c == '-') {
        m->where = DASH;
        return keep_content(m, c);
    }
    else if (m->where == PADDING && m->cr) {
        if (c == '\n') return next_part(m);
    }
    else if (c == '\r' || ((c == ' ' || c == '\t') && m->padding < SCAN_PADDING_MAX)) {
        if (m->where == DELIMITED) m->padding = 0;
        m->where = PADDING;
        m->cr = c == '\r';
        m->padding++;
        return keep_content(m, c);
    }
    if (not_delimiter(m) == SC_SCAN_BAD) return SC_SCAN_BAD;
    return content_byte(m, c);
}

/* Content of other fields and files: how much of it cannot be part of a delimiter. Leaves
 * m->matched as the bytes before the answer want it. */
static apr_size_t skip_content(multipart_t *m, sc_bytes_t bytes)
{
    const unsigned char *at = memmem(bytes.p, bytes.n, m->delimiter, m->delimiter_n);
    apr_size_t tail;

    if (at) return (apr_size_t)(at - bytes.p);
    tail = bytes.n < m->delimiter_n ? bytes.n : m->delimiter_n - 1;
    at = memrchr(bytes.p + bytes.n - tail, '\r', tail);
    return at ? (apr_size_t)(at - bytes.p) : bytes.n;
}

/* --- headers --- */

static sc_bytes_t trim_header(sc_bytes_t text)
{
    while (text.n && (text.p[0] == ' ' || text.p[0] == '\t'))
        text = sc_bytes_from(text, 1);
    while (text.n && (text.p[text.n - 1] == ' ' || text.p[text.n - 1] == '\t'))
        text.n--;
    return text;
}

static bool starts_with(sc_bytes_t text, const char *word)
{
    apr_size_t n = strlen(word);

    return text.n >= n && sc_bytes_eq_word(sc_bytes(text.p, n), word);
}

/* Content-Disposition: form-data; name="x" without a filename. RFC 7578 4.2. */
static sc_scan_answer_t disposition(multipart_t *m, sc_bytes_t value, int *field)
{
    apr_ssize_t semicolon = sc_bytes_index(value, ';');
    sc_bytes_t name, text;
    apr_size_t at, i;
    sc_parameter_t found;
    bool named = false;

    if (semicolon < 0) return SC_SCAN_MORE;
    at = (apr_size_t)semicolon;
    if (!sc_bytes_eq_word(trim_header(sc_bytes(value.p, at)), "form-data"))
        return SC_SCAN_MORE;
    for (;;) {
        found = sc_parameter_next(&name, &text, &at, value, m->room);
        if (found == SC_PARAMETER_BAD) return SC_SCAN_BAD;
        if (found == SC_PARAMETER_END) break;
        if (sc_bytes_eq_word(name, "filename") || sc_bytes_eq_word(name, "filename*")) {
            *field = 0;
            return SC_SCAN_MORE;
        }
        if (!sc_bytes_eq_word(name, "name") || named) continue;
        named = true;
        m->base.name_n = 0;
        for (i = 0; i < text.n; i++)
            sc_scan_name_put(&m->base, text.p[i]);
    }
    *field = named && sc_scan_name_wanted(&m->base);
    return SC_SCAN_MORE;
}

/* One header, folded lines joined. */
static sc_scan_answer_t one_header(multipart_t *m, sc_bytes_t line, int *seen, int *field,
                                   int *nested)
{
    apr_ssize_t colon = sc_bytes_index(line, ':');
    sc_bytes_t name, value;

    if (colon <= 0 || sc_bytes_index(line, '\0') >= 0) return SC_SCAN_BAD;
    name = trim_header(sc_bytes(line.p, (apr_size_t)colon));
    value = trim_header(sc_bytes_from(line, (apr_size_t)colon + 1));
    if (sc_bytes_eq_word(name, "content-type") && starts_with(value, "multipart/"))
        *nested = 1;
    if (!sc_bytes_eq_word(name, "content-disposition") || *seen) return SC_SCAN_MORE;
    *seen = 1;
    return disposition(m, value, field);
}

/* The header block is whole, its last line empty. */
static sc_scan_answer_t end_headers(multipart_t *m)
{
    sc_bytes_t rest = sc_bytes(m->headers, m->headers_n - 2);
    int seen = 0, field = 0, nested = 0;
    apr_size_t i, start = 0;

    for (i = 0; i + 1 < rest.n; i++) {
        if (rest.p[i] != '\r' || rest.p[i + 1] != '\n') continue;
        if (i + 2 < rest.n && (rest.p[i + 2] == ' ' || rest.p[i + 2] == '\t')) {
            m->headers[i] = m->headers[i + 1] = ' ';
            continue;
        }
        if (one_header(m, sc_bytes(rest.p + start, i - start), &seen, &field, &nested) ==
            SC_SCAN_BAD)
            return SC_SCAN_BAD;
        start = i + 2;
    }
    m->wanted = field && !nested;
    m->base.value_n = 0;
    start_content(m);
    return SC_SCAN_MORE;
}

/* Takes bytes up to the next LF, or all. */
static sc_scan_answer_t take_headers(multipart_t *m, const unsigned char **at,
                                     const unsigned char *end)
{
    const unsigned char *lf = memchr(*at, '\n', (apr_size_t)(end - *at));
    apr_size_t n = (apr_size_t)((lf ? lf + 1 : end) - *at);
    const unsigned char *tail;

    if (n > HEADERS_MAX - m->headers_n) return SC_SCAN_BAD;
    memcpy(m->headers + m->headers_n, *at, n);
    m->headers_n += n;
    *at += n;
    if (!lf) return SC_SCAN_MORE;
    if (m->headers_n < 2) return SC_SCAN_BAD;
    tail = m->headers + m->headers_n;
    if (tail[-2] != '\r') return SC_SCAN_BAD;
    if (m->headers_n == 2 || (m->headers_n >= 4 && tail[-4] == '\r' && tail[-3] == '\n'))
        return end_headers(m);
    return SC_SCAN_MORE;
}

/* --- the scanner --- */

static sc_scan_answer_t multipart_push(sc_scanner_t *scanner, sc_bytes_t bytes)
{
    multipart_t *m = (multipart_t *)scanner;
    const unsigned char *at = bytes.p, *end = bytes.p + bytes.n;
    sc_scan_answer_t answer;

    while (at < end) {
        if (m->where == CONTENT && !m->matched && !m->wanted) {
            at += skip_content(m, sc_bytes(at, (apr_size_t)(end - at)));
            if (at == end) break;
        }
        if (m->where == HEADERS)
            answer = take_headers(m, &at, end);
        else if (m->where == CONTENT)
            answer = content_byte(m, *at++);
        else
            answer = delimited_byte(m, *at++);
        if (answer != SC_SCAN_MORE) return answer;
    }
    return SC_SCAN_MORE;
}

/* The last delimiter answers; a body that ends without it was cut. */
static sc_scan_answer_t multipart_end(sc_scanner_t *scanner)
{
    (void)scanner;
    return SC_SCAN_BAD;
}

/* The boundary: printable, not ending in a space (RFC 2046 5.1.1, which allows 70 bytes).
 */
static bool usable(sc_bytes_t boundary)
{
    apr_size_t i;

    if (boundary.n == 0 || boundary.n > SCAN_BOUNDARY_MAX) return false;
    for (i = 0; i < boundary.n; i++)
        if (boundary.p[i] < ' ' || boundary.p[i] > '~') return false;
    return boundary.p[boundary.n - 1] != ' ';
}

sc_scanner_t *sc_scan_multipart_make(sc_bytes_t parameters, apr_pool_t *p)
{
    multipart_t *m = apr_pcalloc(p, sizeof(*m));
    unsigned char *room = apr_palloc(p, parameters.n + 1);
    sc_bytes_t name, value;
    apr_size_t at = 0;

    do {
        if (sc_parameter_next(&name, &value, &at, parameters, room) != SC_PARAMETER_FOUND)
            return NULL;
    } while (!sc_bytes_eq_word(name, "boundary"));
    if (!usable(value)) return NULL;

    memcpy(m->delimiter, "\r\n--", 4);
    memcpy(m->delimiter + 4, value.p, value.n);
    m->delimiter_n = 4 + value.n;
    m->base.push = multipart_push;
    m->base.end = multipart_end;
    start_content(m);
    return &m->base;
}
