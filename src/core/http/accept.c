/* SPDX-License-Identifier: Apache-2.0 */
/* The Accept header, as far as one question goes: a person's page, or a program's data.
 */
#include "core/http/accept.h"
#include "core/base/chars.h"

/* The part up to a separator, without the space around it; *rest is what follows. */
static sc_bytes_t next_part(sc_bytes_t *rest, char separator)
{
    apr_ssize_t at = sc_bytes_index(*rest, separator);
    apr_size_t n = at < 0 ? rest->n : (apr_size_t)at;
    sc_bytes_t part = sc_bytes(rest->p, n);

    *rest = sc_bytes_from(*rest, at < 0 ? n : n + 1);
    while (part.n && sc_char_is_html_space(part.p[0]))
        part = sc_bytes_from(part, 1);
    while (part.n && sc_char_is_html_space(part.p[part.n - 1]))
        part.n--;
    return part;
}

/* "0.75" is 750. */
static int weight_of(sc_bytes_t value)
{
    int weight = 0, digit = 1000;

    for (apr_size_t i = 0; i < value.n && digit; i++) {
        if (value.p[i] == '.') continue;
        if (value.p[i] < '0' || value.p[i] > '9') return 0;
        weight += (value.p[i] - '0') * digit;
        digit /= 10;
    }
    return weight;
}

static int weight_of_range(sc_bytes_t parameters)
{
    while (parameters.n) {
        sc_bytes_t one = next_part(&parameters, ';');

        if (one.n > 2 && (one.p[0] | 0x20) == 'q' && one.p[1] == '=')
            return weight_of(sc_bytes_from(one, 2));
    }
    return 1000;
}

bool sc_accept_prefers_json(sc_bytes_t accept)
{
    int json = 0, html = 0;

    while (accept.n) {
        sc_bytes_t range = next_part(&accept, ','), type = next_part(&range, ';');

        if (!json && sc_bytes_eq_word(type, "application/json"))
            json = weight_of_range(range);
        /* At the same weight the first one counts. */
        if (!html && sc_bytes_eq_word(type, "text/html"))
            html = weight_of_range(range) + (json ? 0 : 1);
    }
    return json > 0 && json >= html;
}
