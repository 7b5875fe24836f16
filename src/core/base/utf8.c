/* SPDX-License-Identifier: Apache-2.0 */
/* UTF-8 (RFC 3629): checked and written. */
#include "core/base/utf8.h"

int sc_utf8_lead(unsigned char lead, unsigned char *low, unsigned char *high)
{
    *low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    *high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (lead < 0x80) return 0;
    if (lead < 0xC2 || lead > 0xF4) return -1;
    return lead < 0xE0 ? 1 : lead < 0xF0 ? 2 : 3;
}

int sc_utf8_sequence(sc_bytes_t b)
{
    unsigned char low, high;
    int i, more = sc_utf8_lead(b.p[0], &low, &high);

    for (i = 1; i <= more; i++) {
        if ((apr_size_t)i >= b.n || b.p[i] < low || b.p[i] > high) return -i;
        low = 0x80;
        high = 0xBF;
    }
    return more < 0 ? -1 : more + 1;
}

bool sc_utf8_valid(sc_bytes_t b)
{
    apr_size_t i = 0;
    int n;

    while (i < b.n) {
        if (b.p[i] < 0x80) {
            i++;
            continue;
        }
        n = sc_utf8_sequence(sc_bytes_from(b, i));
        if (n < 0) return false;
        i += (apr_size_t)n;
    }
    return true;
}

apr_size_t sc_utf8_put(unsigned char *to, unsigned point)
{
    static const unsigned char mark[] = {0, 0, 0xC0, 0xE0, 0xF0};
    apr_size_t n = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4, i;

    for (i = n; i-- > 1; point >>= 6)
        to[i] = (unsigned char)(0x80 | (point & 0x3F));
    to[0] = (unsigned char)(mark[n] | point);
    return n;
}
