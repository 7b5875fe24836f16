/* SPDX-License-Identifier: Apache-2.0 */
/* RFC 7636: a challenge and its verifier. Refused: other spellings of base64url, lengths
 * and characters that the RFC does not allow, the method `plain`. */
#include "core/handoff/pkce.h"
#include "core/base/base64.h"
#include "core/base/chars.h"
#include "core/crypto/crypto.h"

#define CHALLENGE_TEXT 43
#define VERIFIER_MIN   43
#define VERIFIER_MAX   128

sc_status_t sc_pkce_challenge(sc_bytes_t *challenge, sc_bytes_t text, apr_pool_t *p)
{
    if (text.n != CHALLENGE_TEXT) return SC_MALFORMED;
    return sc_base64url_decode(challenge, text, p);
}

static bool is_verifier(sc_bytes_t text)
{
    if (text.n < VERIFIER_MIN || text.n > VERIFIER_MAX) return false;
    for (apr_size_t i = 0; i < text.n; i++) {
        unsigned char c = text.p[i];

        if (!sc_char_is_alnum(c) && (!c || !strchr("-._~", c))) return false;
    }
    return true;
}

bool sc_pkce_is_met(sc_bytes_t challenge, sc_bytes_t verifier)
{
    unsigned char hash[SC_PKCE_CHALLENGE];

    if (!is_verifier(verifier) || sc_digest(hash, SC_SHA256, &verifier, 1)) return false;
    return sc_equal(sc_bytes(hash, sizeof(hash)), challenge);
}
