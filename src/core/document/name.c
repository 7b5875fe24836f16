/* SPDX-License-Identifier: Apache-2.0 */
/* Names of members, to and from json-c's C strings. */
#include "core/document/name.h"
#include <stdlib.h>

void sc_name_open(sc_name_t *key, sc_bytes_t name)
{
    /* lint: ctuuninitvar: the address is taken, nothing is read. */
    char *to = key->small;
    apr_size_t i;

    key->heap = NULL;
    if (name.n * 2 + 1 > sizeof key->small) {
        to = key->heap = malloc(name.n * 2 + 1);
        if (to == NULL) abort();
    }
    key->z = to;
    for (i = 0; i < name.n; i++) {
        if (name.p[i] == '\0') *to++ = '\xC0';
        *to++ = name.p[i] ? (char)name.p[i] : '\x80';
    }
    *to = '\0';
}

void sc_name_close(sc_name_t *key)
{
    free(key->heap);
}

sc_bytes_t sc_name_text(sc_name_t *room, const char *key)
{
    sc_bytes_t text = sc_bytes_str(key);
    /* lint: ctuuninitvar: likewise. */
    char *to = room->small;
    apr_size_t i, n = 0;

    room->heap = NULL;
    if (sc_bytes_index(text, '\xC0') < 0) return text;
    if (text.n > sizeof room->small) {
        to = room->heap = malloc(text.n);
        if (to == NULL) abort();
    }
    for (i = 0; i < text.n; i++) {
        to[n++] = text.p[i] == 0xC0 ? '\0' : (char)text.p[i];
        if (text.p[i] == 0xC0) i++;
    }
    return sc_bytes(to, n);
}
