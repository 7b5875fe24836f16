/* SPDX-License-Identifier: Apache-2.0 */
/* P-384 keys from bare numbers, as PASERK k3 writes them: a scalar without its public
 * key, or a compressed point. A scalar of 0 or beyond the group's order and a point that
 * is not on the curve are refused. */
#include "core/crypto/p384.h"
#include <openssl/bn.h>
#include <openssl/core_names.h>
#include <openssl/ec.h>
#include <openssl/evp.h>
#include <openssl/obj_mac.h>
#include <openssl/param_build.h>

#define UNCOMPRESSED 97 /* bytes of a point with both coordinates */

static EVP_PKEY *from_params(OSSL_PARAM_BLD *build, int selection)
{
    OSSL_PARAM *params = OSSL_PARAM_BLD_to_param(build);
    EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "EC", NULL);
    EVP_PKEY *evp = NULL;

    if (params && ctx && EVP_PKEY_fromdata_init(ctx) == 1 &&
        EVP_PKEY_fromdata(ctx, &evp, selection, params) != 1)
        evp = NULL;
    EVP_PKEY_CTX_free(ctx);
    OSSL_PARAM_free(params);
    return evp;
}

/* The key of a scalar (or NULL) and an encoded point. */
static EVP_PKEY *p384_key(const BIGNUM *scalar, const unsigned char *point, size_t size)
{
    OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
    EVP_PKEY *evp = NULL;

    if (build &&
        OSSL_PARAM_BLD_push_utf8_string(build, OSSL_PKEY_PARAM_GROUP_NAME, SN_secp384r1,
                                        0) &&
        OSSL_PARAM_BLD_push_octet_string(build, OSSL_PKEY_PARAM_PUB_KEY, point, size) &&
        (!scalar || OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_PRIV_KEY, scalar)))
        evp = from_params(build, scalar ? EVP_PKEY_KEYPAIR : EVP_PKEY_PUBLIC_KEY);
    OSSL_PARAM_BLD_free(build);
    return evp;
}

EVP_PKEY *sc_p384_secret(const unsigned char *scalar)
{
    EC_GROUP *group = EC_GROUP_new_by_curve_name(NID_secp384r1);
    EC_POINT *point = group ? EC_POINT_new(group) : NULL;
    BIGNUM *k = BN_secure_new();
    unsigned char encoded[UNCOMPRESSED];
    EVP_PKEY *evp = NULL;

    if (point && k && BN_bin2bn(scalar, SC_P384_SCALAR, k) && !BN_is_zero(k) &&
        BN_cmp(k, EC_GROUP_get0_order(group)) < 0) {
        BN_set_flags(k, BN_FLG_CONSTTIME);
        if (EC_POINT_mul(group, point, k, NULL, NULL, NULL) == 1 &&
            EC_POINT_point2oct(group, point, POINT_CONVERSION_UNCOMPRESSED, encoded,
                               sizeof encoded, NULL) == UNCOMPRESSED)
            evp = p384_key(k, encoded, sizeof encoded);
    }
    BN_clear_free(k);
    EC_POINT_free(point);
    EC_GROUP_free(group);
    return evp;
}

EVP_PKEY *sc_p384_public(const unsigned char *point)
{
    if (point[0] != 0x02 && point[0] != 0x03) return NULL;
    return p384_key(NULL, point, SC_P384_POINT);
}
