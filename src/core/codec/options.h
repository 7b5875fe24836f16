/* SPDX-License-Identifier: Apache-2.0 */
#ifndef SC_OPTIONS_H
#define SC_OPTIONS_H

#include "core/codec/format.h"

/* The options of a source: name=value, each with the formats that it means something to.
 */
typedef struct {
    sc_envelope_options_t envelope;
    const sc_serializer_t *serializer; /* the row's, or what serializer= chose */
    apr_interval_time_t max_age;       /* -1: off */
    apr_interval_time_t leeway;
    const char *issuer; /* PASETO; NULL: any */
    const char *audience;
    const char *subject;
    const char *footer; /* PASETO: written when sealing what was not opened, or NULL */
    sc_limits_t limits;
    int write; /* the glue's: may this source be written */
    int rekey; /* the glue's: write at once what an old key opened */
    /* Of sessions that are kept on a server. */
    const char *lookup; /* where: "dbd:LABEL", "redis:PREFIX"; NULL: in the token */
    apr_interval_time_t recheck; /* the glue's: how long what was found is remembered */
    int protect; /* the glue's: whether the session's browser has sent it */
} sc_options_t;

/* The format's defaults. */
void sc_options_default(sc_options_t *options, const sc_format_t *format);

/* Sets one option ("name=value"). NULL, or a sentence naming the option, its value and a
 * good one. */
const char *sc_option_set(sc_options_t *options, const sc_format_t *format,
                          const char *option, apr_pool_t *p) SC_CHECK;

/* Whether "name=value" names an option that there is. */
bool sc_option_known(const char *option);

/* Whether an option, by its name alone, means something to a format. */
bool sc_option_applies(const char *name, const sc_format_t *format);

#endif
