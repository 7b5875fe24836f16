/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_INJECT_H
#define SC_INJECT_H

#include "core/http/origin.h"

/* Finds the places of an HTML page where something belongs. A hidden field: right after
 * the start tag of every <form method=post> that is sent to the page's own origin. A
 * script: once in a document, before the scripts of its own. The page is pushed in pieces
 * of any size. The memory this takes does not depend on the page, and the places do not
 * depend on where it was cut.
 *
 * The page is read as a browser with scripts enabled reads it (HTML 13.2): comments,
 * script, style, title, textarea, xmp, iframe, noscript, noembed, noframes, plaintext,
 * template and CDATA hold no forms. Where browsers may differ from each other, or from
 * this reader, about what is a form (markup inside raw text inside svg, math, select or
 * template), nothing more is put into that page: its forms will be refused for lack of a
 * token, but no token goes to another site.
 *
 * What it cannot see, since it comes after the field: a button with a foreign formaction,
 * and a <base href> that follows a form. A page that lets strangers write these into it
 * is lost without a token as well.
 *
 * The script's place is right after <head>. In a document without that tag it is after
 * the first other tag that has text after it, so that a script with which such a document
 * begins runs before. A piece of a page has no such place, since nobody runs it: a
 * document has a doctype, <html> or <head>. Nor has what begins as JSON does, or has a
 * <base> that leads away before it. */
typedef struct sc_inject_t sc_inject_t;

/* What is looked for; bits. */
#define SC_INJECT_FIELDS 1
#define SC_INJECT_SCRIPT 2

/* A start tag longer than this gets no field. */
#define SC_INJECT_TAG_MAX 16384

/* `page`: the origin that the client sees; it must live as long as the injector. */
sc_inject_t *sc_inject_make(const sc_origin_t *page, int wanted, apr_pool_t *p);

/* Looks at the next bytes. SC_INJECT_FIELDS or SC_INJECT_SCRIPT: that belongs after the
 * first *n of them; call again with the rest. 0: nothing does, *n is bytes.n. */
int sc_inject_next(apr_size_t *n, sc_inject_t *inject, sc_bytes_t bytes);

/* Whether markup in this charset is ASCII bytes (p NULL: none was named): not so in
 * UTF-16, UTF-32, UTF-7, ISO-2022 and HZ, where nothing may be injected. */
bool sc_inject_charset(sc_bytes_t charset);

/* <input type="hidden" name="…" value="…">, escaped. */
sc_bytes_t sc_inject_field(sc_bytes_t name, sc_bytes_t value, apr_pool_t *p);

#endif
