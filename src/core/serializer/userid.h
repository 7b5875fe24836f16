/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_USERID_H
#define SC_USERID_H

#include "core/serializer/serializer.h"

/* Remember-me cookies: text <-> {"_user_id": text, "_fresh": false}. */
extern const sc_serializer_t sc_serializer_userid;

/* The same, for a format whose tokens cannot be told from session tokens under the same
 * key: text that has the shape of a JSON object is UNSUPPORTED, since a session would
 * otherwise pass for a user id. */
extern const sc_serializer_t sc_serializer_userid_not_object;

#endif
