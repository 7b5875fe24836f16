/* SPDX-License-Identifier: Apache-2.0 */
/* The table of formats. To add a format is to add a row. */
#include "core/codec/format.h"
#include "core/envelope/cookie_manager.h"
#include "core/envelope/django.h"
#include "core/envelope/flask_login.h"
#include "core/envelope/itsdangerous.h"
#include "core/envelope/paseto.h"
#include "core/envelope/securecookie.h"
#include "core/envelope/session_id.h"
#include "core/serializer/json.h"
#include "core/serializer/pickle.h"
#include "core/serializer/securecookie_items.h"
#include "core/serializer/standard_base64.h"
#include "core/serializer/stored.h"
#include "core/serializer/tagged.h"
#include "core/serializer/urlsafe.h"
#include "core/serializer/userid.h"
#include <apr_strings.h>

#define DAY 86400

static const sc_format_t table[] = {
    {.name = "flask",
     .envelope = &sc_envelope_itsdangerous,
     .coding = &sc_coding_urlsafe,
     .serializer = &sc_serializer_tagged,
     .other = &sc_serializer_json,
     .end = SC_END_IN_TOKEN,
     .has_browser = true,
     .sep = '.',
     .salt = "cookie-session",
     .digest = SC_SHA1,
     .derivation = SC_DERIVE_HMAC,
     .max_age = 31 * DAY},
    {.name = "itsdangerous",
     .envelope = &sc_envelope_itsdangerous,
     .coding = &sc_coding_urlsafe,
     .serializer = &sc_serializer_json,
     .other = &sc_serializer_tagged,
     .end = SC_END_IN_TOKEN,
     .sep = '.',
     .salt = "itsdangerous",
     .digest = SC_SHA1,
     .derivation = SC_DERIVE_DJANGO_CONCAT,
     .max_age = -1},
    {.name = "paseto",
     .envelope = &sc_envelope_paseto,
     .serializer = &sc_serializer_json,
     .end = SC_END_IN_EXP,
     .max_age = -1},
    {.name = "flask-paseto",
     .envelope = &sc_envelope_paseto,
     .serializer = &sc_serializer_tagged,
     .end = SC_END_IN_MEMBER,
     .max_age = -1,
     .version = 4,
     .purpose = "local"},
    {.name = "paseto-remember",
     .envelope = &sc_envelope_paseto,
     .serializer = &sc_serializer_userid_not_object,
     .end = SC_END_NOWHERE,
     .remember_me = true,
     .max_age = -1,
     .version = 4,
     .purpose = "local"},
    {.name = "cookie-manager",
     .envelope = &sc_envelope_cookie_manager,
     .serializer = &sc_serializer_json_spaced,
     .end = SC_END_IN_TOKEN,
     .names_key = true,
     .sep = '.',
     .salt = "itsdangerous.Signer",
     .digest = SC_SHA1,
     .derivation = SC_DERIVE_DJANGO_CONCAT,
     .max_age = 50},
    {.name = "werkzeug",
     .envelope = &sc_envelope_securecookie,
     .serializer = &sc_serializer_securecookie,
     .other = &sc_serializer_pickle,
     .end = SC_END_IN_EXPIRES,
     .which_cookie = SC_LAST_COOKIE,
     .digest = SC_SHA1,
     .max_age = -1},
    {.name = "django",
     .envelope = &sc_envelope_django,
     .coding = &sc_coding_urlsafe_latin1,
     .serializer = &sc_serializer_json,
     .end = SC_END_IN_TOKEN,
     .age = SC_AGE_DJANGO,
     .which_cookie = SC_LAST_COOKIE,
     .sep = ':',
     .salt = "django.contrib.sessions.backends.signed_cookies",
     .digest = SC_SHA256,
     .derivation = SC_DERIVE_DJANGO_CONCAT,
     .max_age = 14 * DAY},
    {.name = "starlette",
     .envelope = &sc_envelope_itsdangerous,
     .coding = &sc_coding_standard_base64,
     .serializer = &sc_serializer_json_spaced,
     .end = SC_END_IN_TOKEN,
     .which_cookie = SC_LAST_COOKIE,
     .sep = '.',
     .salt = "itsdangerous.Signer",
     .digest = SC_SHA1,
     .derivation = SC_DERIVE_DJANGO_CONCAT,
     .max_age = 14 * DAY},
    {.name = "flask-login",
     .envelope = &sc_envelope_flask_login,
     .serializer = &sc_serializer_userid,
     .end = SC_END_NOWHERE,
     .remember_me = true,
     .sep = '|',
     .max_age = -1},
    {.name = "flask-session",
     .envelope = &sc_envelope_session_id,
     .serializer = &sc_serializer_stored,
     .end = SC_END_NOWHERE,
     .is_id = true,
     .has_browser = true,
     .sep = '.',
     .salt = "flask-session",
     .digest = SC_SHA1,
     .derivation = SC_DERIVE_HMAC,
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

const char *sc_format_names(apr_pool_t *p)
{
    const sc_format_t *format;
    const char *list = "";
    int i;

    for (i = 0; (format = sc_format_at(i)); i++)
        list = apr_pstrcat(p, list, i ? ", " : "", format->name, NULL);
    return list;
}

bool sc_format_takes_any_purpose(const sc_format_t *format)
{
    return format->envelope->layout == SC_LAYOUT_PASETO && !format->purpose;
}
