/* SPDX-License-Identifier: Apache-2.0 */
/* The command table. A row names its setter, which msc_take1 and its like call, and the
 * member that takes the value with what the value may be. To add a directive: a member
 * with its default and its line of merge in config.c, a row here, its entry in
 * docs/directives.md and in conf/, and its tests. */

#include "httpd/directives.h"
#include "httpd/setter.h"
#include "httpd/access/authn.h"
#include "httpd/endpoint/handler.h"
#include "httpd/export/conf.h"
#include "httpd/export/header.h"
#include "httpd/handoff/conf.h"
#include "httpd/export/token_conf.h"
#include "httpd/mod_session/attributes.h"
#include "httpd/session/exempt.h"
#include "httpd/session/keyring.h"
#include "httpd/session/remember.h"
#include "httpd/session/source.h"
#include "httpd/store/revocation.h"
#include "httpd/store/store.h"
#include "httpd/xsrf/conf.h"
#include "httpd/xsrf/script.h"

/* Server, vhost, directory and .htaccess with AllowOverride AuthConfig. */
#define ANYWHERE (RSRC_CONF | OR_AUTHCFG)

/* Not in .htaccess. */
#define IN_CONFIGURATION (RSRC_CONF | ACCESS_CONF)

/* A setter that knows its member itself; a member of a record, with designators of
 * msc_row_t. */
#define OWN(...)                                                                         \
    (void *)&(const msc_row_t)                                                           \
    {                                                                                    \
        __VA_ARGS__                                                                      \
    }
#define DIR(member, ...)                                                                 \
    (void *)&(const msc_row_t)                                                           \
    {                                                                                    \
        .offset = offsetof(msc_dir_t, member), __VA_ARGS__                               \
    }
#define XSRF(member, ...)                                                                \
    (void *)&(const msc_row_t)                                                           \
    {                                                                                    \
        .in_xsrf = true, .offset = offsetof(msc_xsrf_conf_t, member), __VA_ARGS__        \
    }

static const msc_choice_t modes[] = {
    {"On", MSC_XSRF_ON}, {"Off", MSC_XSRF_OFF}, {"Report", MSC_XSRF_REPORT}, {NULL, 0}};

static const msc_choice_t bindings[] = {{"user", MSC_BIND_USER},
                                        {"session", MSC_BIND_SESSION},
                                        {"ip", MSC_BIND_IP},
                                        {NULL, 0}};

static const msc_choice_t ways[] = {{"header", MSC_SEND_HEADER},
                                    {"cookie", MSC_SEND_COOKIE},
                                    {"env", MSC_SEND_ENV},
                                    {"inject", MSC_SEND_INJECT},
                                    /* It reads the cookie. */
                                    {"script", MSC_SEND_SCRIPT | MSC_SEND_COOKIE},
                                    {"Off", 0},
                                    {NULL, 0}};

static const msc_choice_t handoff_ways[] = {
    {"env", MSC_SEND_ENV}, {"cookie", MSC_SEND_COOKIE}, {"Off", 0}, {NULL, 0}};

const command_rec msc_commands[] = {
    AP_INIT_TAKE_ARGV(
        "CookieSessionKey", msc_take_argv, OWN(.set.take_argv = msc_key_directive),
        RSRC_CONF,
        "a key: id, source (file:PATH, env:NAME, exec:COMMAND, text:SECRET), "
        "then version=, iss=, password=, unwrap="),
    AP_INIT_TAKE_ARGV("CookieSession", msc_take_argv,
                      OWN(.set.take_argv = msc_source_directive), ANYWHERE,
                      "Off, or where tokens are found (cookie:NAME, header:NAME), their "
                      "format, keys=id[,id...] and options"),
    AP_INIT_TAKE_ARGV("CookieSessionUser", msc_take_argv,
                      OWN(.set.take_argv = msc_user_directive), ANYWHERE,
                      "members of which the first present is the user, and "
                      "remote-user=on|off; or Off"),
    AP_INIT_TAKE1("CookieSessionEnv", msc_take1, OWN(.set.take1 = msc_env_directive),
                  ANYWHERE, "On, Off or the prefix of the environment variables"),
    AP_INIT_TAKE2("CookieSessionExport", msc_take2,
                  OWN(.set.take2 = msc_export_directive), ANYWHERE,
                  "a member and the environment variable that takes its value"),
    AP_INIT_TAKE1("CookieSessionEnvDelimiter", msc_take1,
                  DIR(delimiter, .set.take1 = msc_set_text), ANYWHERE,
                  "what joins an array's elements in an environment variable"),
    AP_INIT_FLAG("CookieSessionStrip", msc_take_flag,
                 DIR(strip, .set.flag = msc_set_flag), ANYWHERE,
                 "On hides the session cookie from handlers and back ends"),
    AP_INIT_TAKE2("CookieSessionHeader", msc_take2,
                  OWN(.set.take2 = msc_header_directive), ANYWHERE,
                  "a request header for back ends and the member that it takes"),
    AP_INIT_TAKE_ARGV("CookieSessionToken", msc_take_argv,
                      OWN(.set.take_argv = msc_token_directive), RSRC_CONF | ACCESS_CONF,
                      "Off, or where a minted token goes (header:NAME, env:NAME), then "
                      "keys=id[,id...], audience=, issuer=, ttl=, claims=, footer="),
    AP_INIT_TAKE1("CookieSessionLoginURL", msc_take1,
                  DIR(login_url, .set.take1 = msc_set_text,
                      .refused = msc_access_login_refused, .example = "/app/login"),
                  ANYWHERE,
                  "where AuthType CookieSession sends a browser that has no session"),
    AP_INIT_TAKE1("CookieSessionLogoutURL", msc_take1,
                  DIR(logout_url, .set.take1 = msc_set_text,
                      .refused = msc_access_login_refused, .example = "/logout"),
                  ANYWHERE, "where handlers send a visitor who wants to log out"),
    AP_INIT_TAKE1(
        "CookieSessionAttributes", msc_take1, OWN(.set.take1 = msc_attributes_directive),
        ANYWHERE,
        "the attributes of a cookie that is written, all in one pair of quotes"),
    AP_INIT_TAKE_ARGV("CookieSessionHandoff", msc_take_argv,
                      OWN(.set.take_argv = msc_handoff_directive), IN_CONFIGURATION,
                      "sessions are handed over by one-time aliases: ttl=, realm=, "
                      "members=, challenge="),
    AP_INIT_ITERATE("CookieSessionHandoffSend", msc_take1,
                    DIR(handoff_send, .set.take1 = msc_handoff_send_directive,
                        .choices = handoff_ways),
                    IN_CONFIGURATION,
                    "env, cookie: how a page gets an alias of its session; or Off"),
    AP_INIT_TAKE_ARGV("CookieSessionStore", msc_take_argv,
                      OWN(.set.take_argv = msc_store_directive), RSRC_CONF,
                      "where short-lived shared state is: shmcb[:SIZE], or "
                      "redis:HOST:PORT[/DB] or redis:/SOCKET with password=, timeout=, "
                      "db="),
    AP_INIT_TAKE1("CookieSessionCache", msc_take1,
                  OWN(.set.take1 = msc_remember_directive), RSRC_CONF,
                  "how many verified sessions a process remembers, or Off"),
    /* Not in AllowOverride's group of the others: httpd asks for that of each module. */
    AP_INIT_TAKE1("SetHandler", msc_endpoint_set_handler, NULL, OR_FILEINFO,
                  "the handler of a scope; sessioncookie-… is an endpoint"),
    AP_INIT_TAKE_ARGV(
        "CookieSessionRevocation", msc_take_argv,
        OWN(.set.take_argv = msc_revocation_directive), RSRC_CONF,
        "file:PATH, the list of sessions that have been ended, and spread=; or Off"),
    AP_INIT_TAKE1("XSRF", msc_take1,
                  XSRF(mode, .set.take1 = msc_set_choice, .choices = modes), ANYWHERE,
                  "On guards unsafe requests, Report only logs, Off lets all pass"),
    AP_INIT_ITERATE("XSRFMethods", msc_take1,
                    XSRF(methods, .set.take1 = msc_add_word,
                         .refused = msc_xsrf_method_refused, .example = "POST PUT"),
                    ANYWHERE,
                    "guarded methods; default: all but GET HEAD OPTIONS TRACE CONNECT"),
    AP_INIT_TAKE1("XSRFPolicy", msc_take1,
                  XSRF(policy, .set.take1 = msc_set_choice, .choices = msc_xsrf_policies),
                  ANYWHERE,
                  "origin, origin-if-sent, token or both: what a request is asked for"),
    AP_INIT_ITERATE("XSRFTrustedOrigin", msc_take1,
                    OWN(.set.take1 = msc_xsrf_add_trusted), ANYWHERE,
                    "scheme://host[:port] of other sites that may send requests"),
    AP_INIT_ITERATE("XSRFScheme", msc_take1, OWN(.set.take1 = msc_xsrf_add_scheme),
                    ANYWHERE, "accepted token schemes, of which the first also issues"),
    AP_INIT_TAKE_ARGV("XSRFKey", msc_take_argv, OWN(.set.take_argv = msc_xsrf_set_keys),
                      ANYWHERE,
                      "ids of the keys of the schemes: the first seals, all open"),
    AP_INIT_ITERATE("XSRFHeader", msc_take1,
                    XSRF(headers, .set.take1 = msc_add_word,
                         .refused = msc_xsrf_header_refused, .example = "X-XSRF-Token"),
                    ANYWHERE, "request headers in which a token is looked for"),
    AP_INIT_ITERATE("XSRFField", msc_take1,
                    XSRF(fields, .set.take1 = msc_add_word,
                         .refused = msc_xsrf_field_refused, .example = "xsrf-token"),
                    ANYWHERE,
                    "fields of a form or JSON body in which a token is looked for"),
    AP_INIT_TAKE1("XSRFTimeout", msc_take1, XSRF(timeout, .set.take1 = msc_set_duration),
                  ANYWHERE, "how old a token may be, or Off"),
    AP_INIT_FLAG("XSRFOneTime", msc_take_flag, XSRF(one_time, .set.flag = msc_set_flag),
                 ANYWHERE, "On: a flask-xsrf token's copy in the session is used up"),
    AP_INIT_TAKE1("XSRFBodyLimit", msc_take1,
                  XSRF(body_limit, .set.take1 = msc_set_size, .example = "64K"), ANYWHERE,
                  "how far into a body a token is looked for"),
    AP_INIT_ITERATE("XSRFBind", msc_take1,
                    XSRF(bind, .set.take1 = msc_add_choice, .choices = bindings),
                    ANYWHERE,
                    "user, session, ip: what a signed token is bound to, beside the "
                    "visitor and the session's source"),
    AP_INIT_ITERATE(
        "XSRFSend", msc_take1, XSRF(send, .set.take1 = msc_xsrf_add_way, .choices = ways),
        ANYWHERE,
        "header, cookie[=NAME], env, inject, script: how a token reaches pages; or Off"),
    AP_INIT_TAKE1("XSRFScript", msc_take1, OWN(.set.take1 = msc_script_directive),
                  ANYWHERE, "the path of the script of XSRFSend script"),
    AP_INIT_ITERATE("XSRFExempt", msc_take1, OWN(.set.take1 = msc_exempt_directive),
                    ANYWHERE, "paths that are not guarded: /exact/path, /below/*"),
    {.name = NULL},
};
