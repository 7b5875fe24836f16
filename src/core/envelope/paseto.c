/* SPDX-License-Identifier: Apache-2.0 */
/* The PASETO envelope, versions 1 to 4, local and public: "v4.local." body ["." footer].
 * The header decides version and purpose, and only keys of exactly these are tried: a key
 * never serves another. Refused: base64url that is padded or not canonical, an empty
 * footer after a dot, a footer beyond its bounds, a body shorter than its nonce, tag or
 * signature, and a token that takes more verifications than env->verifications allows. */
#include "core/envelope/paseto.h"
#include "core/base/base64.h"
#include "core/crypto/pae.h"
#include "core/crypto/sign.h"
#include "core/envelope/paseto_footer.h"
#include "core/envelope/paseto_key.h"
#include "core/key/paserk.h"

/* A token taken apart. */
typedef struct {
    int version;
    int pub;
    sc_bytes_t body;
    sc_bytes_t footer; /* p NULL where there is none */
} token_t;

static const char *header_of(int version, int pub)
{
    static const char *const headers[] = {"v1.local.",  "v2.local.",  "v3.local.",
                                          "v4.local.",  "v1.public.", "v2.public.",
                                          "v3.public.", "v4.public."};

    return headers[(pub ? 4 : 0) + version - 1];
}

/* --- open --- */

static bool starts_with(sc_bytes_t text, const char *word)
{
    apr_size_t n = strlen(word);

    return text.n >= n && memcmp(text.p, word, n) == 0;
}

/* Reads "vN.local." or "vN.public." and skips it. */
static sc_status_t read_header(token_t *to, sc_bytes_t *text)
{
    if (text->n < 3 || text->p[0] != 'v' || text->p[1] < '0' || text->p[1] > '9' ||
        text->p[2] != '.')
        return SC_MALFORMED;
    to->version = text->p[1] - '0';
    *text = sc_bytes_from(*text, 3);
    to->pub = starts_with(*text, "public.");
    if (!to->pub && !starts_with(*text, "local.")) return SC_MALFORMED;
    *text = sc_bytes_from(*text, to->pub ? 7 : 6);
    return to->version >= 1 && to->version <= 4 ? SC_OK : SC_UNSUPPORTED;
}

static sc_status_t read_parts(token_t *to, sc_bytes_t text, apr_pool_t *p)
{
    apr_ssize_t dot = sc_bytes_index(text, '.');
    sc_status_t st;

    to->footer = sc_bytes(NULL, 0);
    if (dot >= 0) {
        sc_bytes_t footer = sc_bytes_from(text, (apr_size_t)dot + 1);

        if (footer.n == 0) return SC_MALFORMED;
        if (footer.n / 4 > SC_FOOTER_MAX / 3) return SC_TOO_LARGE;
        st = sc_base64url_decode(&to->footer, footer, p);
        if (st) return st;
        text = sc_bytes(text.p, (apr_size_t)dot);
    }
    return sc_base64url_decode(&to->body, text, p);
}

static bool is_named(const char *id, sc_bytes_t kid)
{
    return id && sc_bytes_eq(sc_bytes_str(id), kid);
}

/* Whether the kid names key number i. */
static bool names(const sc_sealer_t *sealer, int i, sc_bytes_t kid)
{
    const sc_paseto_key_t *state = sealer->state[i];

    return kid.p && (is_named(sealer->keys[i]->id, kid) || is_named(state->ids[0], kid) ||
                     is_named(state->ids[1], kid));
}

static bool serves(const sc_sealer_t *sealer, int i, const token_t *token)
{
    const sc_paseto_key_t *state = sealer->state[i];

    return state->version == token->version && state->pub == token->pub;
}

/* Decides which keys may be tried: those that the kid names, else all of this version and
 * purpose. A lid or pid that is none of ours is an unknown key, since every listed key's
 * is known; any other kid is the issuer's own affair (PySETO puts its secret key's sid
 * there). */
static sc_status_t choose(int *only_named, const sc_sealer_t *sealer,
                          const token_t *token, sc_bytes_t kid)
{
    int i, suitable = 0, named = 0, without_id = 0;
    char prefix[] = "k4.lid.";

    for (i = 0; i < sealer->nkeys; i++) {
        const sc_paseto_key_t *state = sealer->state[i];

        if (!serves(sealer, i, token)) continue;
        suitable++;
        named += names(sealer, i, kid);
        without_id += !state->ids[0];
    }
    if (!suitable) return SC_UNSUPPORTED;
    prefix[1] = (char)('0' + token->version);
    if (token->pub) prefix[3] = 'p';
    if (!named && !without_id && kid.p && starts_with(kid, prefix)) return SC_UNKNOWN_KEY;
    *only_named = named > 0;
    return SC_OK;
}

static void encode_public(sc_pae_t *pae, const sc_paseto_key_t *state, sc_bytes_t message,
                          sc_bytes_t footer, sc_bytes_t assertion)
{
    const sc_bytes_t header = sc_bytes_str(header_of(state->version, 1));

    if (state->version == 3) {
        const sc_bytes_t pieces[] = {sc_pkey_point(state->pkey), header, message, footer,
                                     assertion};

        sc_pae_make(pae, pieces, 5);
        return;
    }
    {
        const sc_bytes_t pieces[] = {header, message, footer, assertion};

        sc_pae_make(pae, pieces, state->version == 4 ? 4 : 3);
    }
}

/* Counts one verification, if there is one left. */
static bool may_verify(const sc_env_t *env)
{
    if (!env->verifications) return true;
    if (*env->verifications > 0) {
        --*env->verifications;
        return true;
    }
    *env->verifications = -1;
    return false;
}

static sc_status_t open_public(sc_bytes_t *message, const sc_paseto_key_t *state,
                               const token_t *token, sc_bytes_t assertion,
                               const sc_env_t *env, apr_pool_t *p)
{
    apr_size_t size = sc_pkey_signature_size(state->pkey);
    sc_bytes_t signature, text;
    sc_pae_t pae;
    sc_status_t st;

    if (token->body.n < size) return SC_MALFORMED;
    text = sc_bytes(token->body.p, token->body.n - size);
    signature = sc_bytes_from(token->body, text.n);
    if (!may_verify(env)) return SC_TOO_LARGE;
    encode_public(&pae, state, text, token->footer, assertion);
    st = sc_pkey_verify(state->pkey, pae.parts, pae.n, signature, p);
    if (!st) *message = text;
    return st;
}

static sc_bytes_t assertion_of(const sc_sealer_t *sealer)
{
    return sc_bytes_str(sealer->options->assertion ? sealer->options->assertion : "");
}

static sc_status_t try_key(sc_bytes_t *message, const sc_sealer_t *sealer, int i,
                           const token_t *token, const sc_env_t *env, apr_pool_t *p)
{
    const sc_paseto_key_t *state = sealer->state[i];
    const sc_bytes_t assertion = assertion_of(sealer);

    if (token->pub) return open_public(message, state, token, assertion, env, p);
    return sc_local_open(message, state->local, token->body, token->footer, assertion, p);
}

static sc_status_t paseto_open(sc_opened_t *opened, const sc_sealer_t *sealer,
                               sc_bytes_t text, const sc_env_t *env, apr_pool_t *p)
{
    sc_bytes_t kid = sc_bytes(NULL, 0), message;
    sc_status_t st, last = SC_BAD_SIGNATURE;
    token_t token;
    int i, only_named;

    st = read_header(&token, &text);
    if (!st)
        st = choose(&only_named, sealer, &token, kid); /* before anything is decoded */
    if (!st) st = read_parts(&token, text, p);
    if (!st && token.footer.p) st = sc_footer_kid(&kid, token.footer, p);
    if (!st) st = choose(&only_named, sealer, &token, kid);
    if (st) return st;
    /* Any key may have sealed: the sealer first, then retired ones, so that rotation does
     * not log anybody out. */
    for (i = 0; i < sealer->nkeys; i++) {
        if (!serves(sealer, i, &token) || (only_named && !names(sealer, i, kid)))
            continue;
        st = try_key(&message, sealer, i, &token, env, p);
        if (st == SC_OK) {
            opened->payload = message;
            opened->key = i;
            opened->issued = SC_NEVER;
            opened->footer = token.footer;
            return SC_OK;
        }
        if (st != SC_BAD_SIGNATURE) last = st;
    }
    return last;
}

static int most_verifications(const sc_sealer_t *sealer)
{
    int most = 0;

    for (int version = 1; version <= 4; version++) {
        const token_t token = {.version = version, .pub = 1};
        int n = 0;

        for (int i = 0; i < sealer->nkeys; i++)
            n += serves(sealer, i, &token);
        if (n > most) most = n;
    }
    return most;
}

/* --- seal --- */

/* A footer that came with the session may name the key that sealed it then. Under another
 * key its id is replaced by this key's of the same kind, or left out where there is none.
 */
static sc_status_t name_key(sc_bytes_t *footer, const sc_sealer_t *sealer, int key,
                            apr_pool_t *p)
{
    const sc_paseto_key_t *state = sealer->state[key];
    const char *own = NULL;
    sc_bytes_t kid;
    sc_status_t st = sc_footer_kid(&kid, *footer, p);
    int i, known = 0;

    if (st || !kid.p || names(sealer, key, kid)) return st;
    for (i = 0; i < sealer->nkeys; i++) {
        if (is_named(sealer->keys[i]->id, kid)) own = sealer->keys[key]->id;
        known |= names(sealer, i, kid);
    }
    if (!known && !sc_paserk_is(kid)) return SC_OK;
    for (i = 0; !own && i < SC_PASETO_IDS; i++)
        if (state->ids[i] && kid.n > 7 && memcmp(state->ids[i] + 2, kid.p + 2, 5) == 0)
            own = state->ids[i];
    return sc_footer_name(footer, *footer, own, p);
}

static sc_status_t seal_public(sc_bytes_t *body, const sc_paseto_key_t *state,
                               sc_bytes_t message, sc_bytes_t footer,
                               sc_bytes_t assertion, apr_pool_t *p)
{
    sc_bytes_t both[2] = {message, {NULL, 0}};
    sc_pae_t pae;
    sc_status_t st;

    encode_public(&pae, state, message, footer, assertion);
    st = sc_pkey_sign(&both[1], state->pkey, pae.parts, pae.n, p);
    if (!st) *body = sc_bytes_join(both, 2, p);
    return st;
}

static sc_bytes_t write_token(const sc_paseto_key_t *state, sc_bytes_t body,
                              sc_bytes_t footer, apr_pool_t *p)
{
    const sc_bytes_t parts[] = {sc_bytes_str(header_of(state->version, state->pub)),
                                sc_base64url_encode(body, p), sc_bytes_str("."),
                                sc_base64url_encode(footer, p)};

    return sc_bytes_join(parts, footer.n ? 4 : 2, p);
}

static sc_status_t paseto_seal(sc_bytes_t *text, const sc_sealer_t *sealer,
                               const sc_sealing_t *in, const sc_env_t *env, apr_pool_t *p)
{
    const sc_paseto_key_t *state = sealer->state[in->key];
    const sc_bytes_t assertion = assertion_of(sealer);
    sc_bytes_t body, footer = in->footer;
    sc_status_t st = SC_OK;

    if (footer.n > SC_FOOTER_MAX) return SC_TOO_LARGE;
    if (footer.n) st = name_key(&footer, sealer, in->key, p);
    if (st) return st;
    st = state->pub
             ? seal_public(&body, state, in->payload, footer, assertion, p)
             : sc_local_seal(&body, state->local, in->payload, footer, assertion, env, p);
    if (!st) *text = write_token(state, body, footer, p);
    return st;
}

const sc_envelope_t sc_envelope_paseto = {.layout = SC_LAYOUT_PASETO,
                                          .prepare = sc_paseto_prepare,
                                          .open = paseto_open,
                                          .most_verifications = most_verifications,
                                          .seal = paseto_seal};
