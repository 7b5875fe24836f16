/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats: envelope × serializer × defaults. To add a format is to add a
 * row. */
#include "core/codec/format.h"

#define DAY 86400

static const sc_format_t table[] = {
    {.name = "flask",
     .envelope = &sc_envelope_itsdangerous,
     .serializer = &sc_serializer_tagged,
     .other = &sc_serializer_json,
     .flags = SC_F_URLSAFE,
     .sep = '.',
     .salt = "cookie-session",
     .digest = SC_SHA1,
     .derivation = SC_DERIVE_HMAC,
     .max_age = 31 * DAY},
    {.name = "itsdangerous",
     .envelope = &sc_envelope_itsdangerous,
     .serializer = &sc_serializer_json,
     .other = &sc_serializer_tagged,
     .flags = SC_F_URLSAFE,
     .sep = '.',
     .salt = "itsdangerous",
     .digest = SC_SHA1,
     .derivation = SC_DERIVE_DJANGO_CONCAT,
     .max_age = -1},
    {.name = "paseto",
     .envelope = &sc_envelope_paseto,
     .serializer = &sc_serializer_json,
     .flags = SC_F_CLAIMS,
     .max_age = -1},
    {.name = "flask-paseto",
     .envelope = &sc_envelope_paseto,
     .serializer = &sc_serializer_tagged,
     .max_age = -1,
     .version = 4,
     .purpose = "local"},
    {.name = "paseto-remember",
     .envelope = &sc_envelope_paseto,
     .serializer = &sc_serializer_userid,
     .flags = SC_F_BESIDE,
     .max_age = -1,
     .version = 4,
     .purpose = "local"},
    {.name = "cookie-manager",
     .envelope = &sc_envelope_itsdangerous,
     .serializer = &sc_serializer_json,
     .flags = SC_F_KEY_ID | SC_F_SPACED,
     .sep = '.',
     .salt = "itsdangerous.Signer",
     .digest = SC_SHA1,
     .derivation = SC_DERIVE_DJANGO_CONCAT,
     .max_age = 50},
    {.name = "werkzeug",
     .envelope = &sc_envelope_securecookie,
     .serializer = &sc_serializer_items,
     .other = &sc_serializer_pickle,
     .flags = SC_F_EXPIRES,
     .digest = SC_SHA1,
     .max_age = -1},
    {.name = "django",
     .envelope = &sc_envelope_django,
     .serializer = &sc_serializer_json,
     .flags = SC_F_URLSAFE | SC_F_FUTURE_OK,
     .sep = ':',
     .salt = "django.contrib.sessions.backends.signed_cookies",
     .digest = SC_SHA256,
     .derivation = SC_DERIVE_DJANGO_CONCAT,
     .max_age = 14 * DAY},
    {.name = "flask-login",
     .envelope = &sc_envelope_login,
     .serializer = &sc_serializer_userid,
     .sep = '|',
     .max_age = -1},
};

const sc_format_t *sc_format_at(int i)
{
    return i < (int)(sizeof(table) / sizeof(table[0])) ? &table[i] : NULL;
}

const sc_format_t *sc_format_find(const char *name)
{
    const sc_format_t *format;
    int i;

    for (i = 0; (format = sc_format_at(i)); i++)
        if (!strcmp(format->name, name)) return format;
    return NULL;
}
