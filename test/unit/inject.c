/* SPDX-License-Identifier: Apache-2.0 */
/* The injector. In a case's page a ^ stands where the field belongs: without them it goes
 * in, with them it must come out, however the page is cut. */
#include "tap.h"
#include "core/html/charref.h"
#include "core/html/forms.h"
#include <apr_escape.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <stdlib.h>

static apr_pool_t *pool;
static sc_origin_t page;

static int wanted = SC_INJECT_FIELDS;

/* The page with a ^ at every field's place and a ~ at the script's, pushed as `first`
 * bytes and then `step` at a time. */
static const char *inject(const char *html, apr_size_t first, apr_size_t step,
                          apr_pool_t *p)
{
    sc_inject_t *in = sc_inject_make(&page, wanted, p);
    apr_size_t left = strlen(html), n, take, used;
    char *out = apr_palloc(p, 2 * left + 1), *to = out;
    int found;

    for (n = first; left; n = step) {
        take = n < left ? n : left;
        left -= take;
        do {
            found = sc_inject_next(&used, in, sc_bytes(html, take));
            memcpy(to, html, used);
            to += used;
            html += used;
            take -= used;
            if (found) *to++ = found == SC_INJECT_SCRIPT ? '~' : '^';
        } while (found);
        if (take) abort();
    }
    *to = '\0';
    return out;
}

static const char *without_marks(const char *marked)
{
    char *html = apr_pstrdup(pool, marked), *to = html;

    for (; *marked; marked++)
        if (*marked != '^' && *marked != '~') *to++ = *marked;
    *to = '\0';
    return html;
}

static int steady(const char *html, const char *want, apr_pool_t *p)
{
    apr_size_t i, n = strlen(html);
    int good = !strcmp(inject(html, 1, 1, p), want);

    for (i = 1; i < n && good; i++) {
        good = !strcmp(inject(html, i, n, p), want);
        apr_pool_clear(p);
    }
    return good;
}

static void check(const char *sentence, const char *marked)
{
    const char *html = without_marks(marked), *got;
    apr_pool_t *p;

    apr_pool_create(&p, pool);
    got = inject(html, strlen(html), 1, pool);
    is(got, marked, "%s", sentence);
    if (!steady(html, got, p)) ok(0, "%s, wherever it is cut", sentence);
    apr_pool_destroy(p);
}

/* Actions are tried in double quotes. */
static void actions(int own, const char *const *list)
{
    for (; *list; list++) {
        const char *html = apr_psprintf(pool, "<form method=\"post\" action=\"%s\">%s",
                                        *list, own ? "^" : "");
        check(apr_psprintf(pool, "action \"%s\" leads %s",
                           apr_pescape_echo(pool, *list, 1), own ? "home" : "away"),
              html);
    }
}

static void own_and_foreign(void)
{
    static const char *const own[] = {"",
                                      "/",
                                      "/x",
                                      "x",
                                      "?a=b",
                                      "#f",
                                      "./x",
                                      "../x",
                                      " /x ",
                                      "\n/x",
                                      "/x:y",
                                      "\\x",
                                      "1a:b",
                                      "https://example.org",
                                      "https://example.org/",
                                      "HTTPS://Example.ORG:443/x",
                                      "https://example.org:0443/x",
                                      "https://example.org?x",
                                      "https://example.org#x",
                                      "https://example.org:/x",
                                      "//example.org/x",
                                      "//EXAMPLE.org:443",
                                      "&#104;ttps://example.org/x",
                                      "https&colon;//example&period;org/",
                                      "ht\ttps://exam\nple.org/",
                                      "/a?x=1&lt=2&amp;y=/&sol;",
                                      "&#x2f;x",
                                      "/&eacute;",
                                      "/\xC3\xA9",
                                      "javascript",
                                      "./javascript:x",
                                      "&",
                                      "&;",
                                      "&#;",
                                      "&#x;",
                                      "x&sol;&sol;evil",
                                      "&unknown;",
                                      "a//evil",
                                      "%2f%2fevil.com",
                                      "a&#0;b",
                                      "&#x;//evil",
                                      NULL};
    static const char *const foreign[] = {"https://evil.example",
                                          "http://example.org/",
                                          "https://example.org:8443/",
                                          "https://example.org.evil/",
                                          "https://evil.org/https://example.org/",
                                          "https://example.org@evil/",
                                          "https://user@example.org/",
                                          "https://example.org%2eevil/",
                                          "https://example.org\\@evil/",
                                          "https:evil",
                                          "https:/evil",
                                          "https:///evil",
                                          "https:\\\\evil",
                                          "https:/\\evil",
                                          "https:////evil/",
                                          "https://",
                                          "https://:443",
                                          "https://example.org:99999/",
                                          "https://example.org:4x3/",
                                          "https://exa mple.org/",
                                          "https://example.org./",
                                          "https://[::1]/",
                                          "https://[example.org]/",
                                          "//evil",
                                          "//evil/",
                                          "\\\\evil",
                                          "/\\evil",
                                          "\\/evil",
                                          "//",
                                          "///evil",
                                          "/\t/evil",
                                          "/\n/evil",
                                          "\t//evil",
                                          " //evil",
                                          "\x01//evil",
                                          "&#47;/evil",
                                          "&#x2F;&#x2f;evil",
                                          "&#47/evil",
                                          "/&sol;evil",
                                          "&sol;&bsol;evil",
                                          "/&Tab;/evil",
                                          "/&NewLine;/evil",
                                          "/&#10;/evil",
                                          "/&#9/evil",
                                          "//example.org@evil",
                                          "//example.org:80/",
                                          "javascript:alert(1)",
                                          "JaVaScRiPt:x",
                                          "java\tscript:x",
                                          " javascript:x",
                                          "\x01javascript:x",
                                          "&#106;avascript:x",
                                          "javascript&colon;x",
                                          "javascript&#58;x",
                                          "data:text/html,x",
                                          "mailto:a@b",
                                          "x-y+z.1:q",
                                          "&fjlig;le:x",
                                          "http:x",
                                          "https:x",
                                          "ftp://example.org/",
                                          "x:y/z:",
                                          "blob:https://example.org/x",
                                          NULL};

    actions(1, own);
    actions(0, foreign);
}

typedef struct {
    const char *sentence, *marked;
} case_t;

static void table(const case_t *cases, apr_size_t n)
{
    apr_size_t i;

    for (i = 0; i < n; i++)
        check(cases[i].sentence, cases[i].marked);
}

#define TABLE(cases) table(cases, sizeof(cases) / sizeof((cases)[0]))
#define POST         "<form method=post>"

static void tags(void)
{
    static const case_t cases[] = {
        {"a form that posts", "<p><form method=\"post\">^<input></form>"},
        {"no quotes", "<form method=post action=/x>^"},
        {"single quotes", "<form method='post' action='/x'>^"},
        {"attributes in the other order",
         "<form action=\"/x\" class=a method=\"post\" id=b>^"},
        {"upper case", "<FORM METHOD=POST ACTION=/x>^"},
        {"line ends and tabs", "<form\n\tmethod\r\n=\f\"post\"\n>^"},
        {"slashes between attributes", "<form/method=post/action=//x>"},
        {"a slash ends no value", "<form action=/x/ method=post/>"},
        {"a self-closing form is open", "<form method=post />^</form>"},
        {"no space between quoted values", "<form method=\"post\"action=\"/x\">^"},
        {"an attribute without a value", "<form novalidate method=post action>^"},
        {"an empty value", "<form action= method=post>"},
        {"action= before >", "<form method=post action=>^"},
        {"a method in references", "<form method=\"p&#111;&#x53;t\">^"},
        {"the first method counts", "<form method=post method=get>^"},
        {"a second method does not", "<form method=get method=post>"},
        {"the first action counts", "<form method=post action=/x action=//evil>^"},
        {"a second action does not", "<form method=post action=//evil action=/x>"},
        {"> in a value", "<form title=\"a>b\" method='post'>^"},
        {"a form in a value", "<a title=\"" POST "\">"},
        {"a form in a value in single quotes", "<a title='" POST "'>"},
        {"a quote in an attribute's name", "<form a\"b method=post>^"},
        {"= starts a name", "<form =method=post method=post>^"},
        {"a quote that never ends", "<form method=post action=\"/x>" POST},
        {"a form that never ends", "<form method=post action=/x"},
        {"no method", "<form action=/x>"},
        {"get", "<form method=get action=/x>"},
        {"dialog", "<form method=dialog>"},
        {"a method with a space is none", "<form method=\" post\">"},
        {"a longer method", "<form method=posts>"},
        {"an empty method", "<form method>"},
        {"data-method is another attribute", "<form data-method=post>"},
        {"data-action is another attribute", "<form method=post data-action=//evil>^"},
        {"formmethod is another attribute", "<form formmethod=post>"},
        {"an end tag's attributes", "</form method=post>"},
        {"another element", "<forms method=post><xform method=post><for method=post>"},
        {"a longer name", "<formformformformformform method=post>"},
        {"a name with a NUL-like byte", "<form\x01 method=post>"},
        {"< before a space is text", "< form method=post>"},
        {"<< opens a tag", "a <" POST "^"},
        {"two forms", POST "^</form>" POST "^</form>"},
        {"a form inside a form is none", POST "^" POST "</form>"},
        {"a form behind that one", POST "^" POST "</form>" POST "^"},
        {"a form inside a foreign one would go there",
         "<form method=post action=//evil>" POST},
        {"a form inside one that gets", "<form>" POST "</form>" POST "^"},
        {"a form in a table", "<table>" POST "^<tr>"},
        {"text with UTF-8", "\xC3\xA4<p>" POST "^\xC3\xBC"},
        {"<>", "<>" POST "^"},
        {"</>", "</>" POST "^"},
        {"</ and no letter", "</ " POST POST "^"},
        {"a base at home", "<base href=\"/x/\">" POST "^"},
        {"a base that is this page", "<base href=\"\">" POST "^"},
        {"a base of the same origin", "<base href=https://example.org/x>" POST "^"},
        {"a base without href", "<base target=_top>" POST "^"},
        {"a base elsewhere: an empty action stays", "<base href=//evil>" POST "^"},
        {"a base elsewhere: a relative one does not",
         "<base href=//evil><form method=post action=/x>"},
        {"a base elsewhere: nor does a space",
         "<base href=//evil><form method=post action=' '>"},
        {"a base elsewhere: nor does //",
         "<base href=http://example.org><form method=post action=//example.org>"},
        {"a base elsewhere: an absolute action is what it is",
         "<base href=//evil><form method=post action=https://example.org/x>^"},
        {"a second base elsewhere is not risked",
         "<base href=/x><base href=//evil><form method=post action=x>"},
        {"a base that is nowhere", "<base href=data:,x><form method=post action=x>"},
        {"a base after the form comes too late", POST "^</form><base href=//evil>"},
        {"a button that leads elsewhere comes too late",
         POST "^<button formaction=//evil></button></form>"},
        {"an end tag is no base", "</base href=//evil><form method=post action=x>^"},
    };

    TABLE(cases);
}

static void left_alone(void)
{
    static const case_t cases[] = {
        {"a comment", "<!-- " POST " -->" POST "^"},
        {"an attribute whose name is =", "<b =c>" POST "^"},
        {"a value without a name", "<b =\"" POST "\">" POST "^"},
        {"two signs of equality", "<b c==d>" POST "^"},
        {"a value after a blank", "<b c = d>" POST "^"},
        {"an empty value", "<b c=>" POST "^"},
        {"an empty value before a blank", "<b c= >" POST "^"},
        {"a value without quotes", "<b data-c=d e>" POST "^"},
        {"a value in single quotes", "<b c='" POST "' d>" POST "^"},
        {"a value that has both", "<b c=\"'\" d='\"'>" POST "^"},
        {"a slash in a tag", "<b/c/>" POST "^"},
        {"a name with a dash", "<b-c>" POST "^"},
        {"a declaration", "<!DOCTYPE html>" POST "^"},
        {"a short declaration", "<!>" POST "^"},
        {"half a comment", "<!->" POST "^"},
        {"half a comment with text", "<!-x>" POST "^"},
        {"an empty comment", "<!---->" POST "^"},
        {"<!-->", "<!-->" POST "^"},
        {"<!--->", "<!--->" POST "^"},
        {"a comment that ends in --!>", "<!-- " POST "--!>" POST "^"},
        {"dashes in a comment", "<!-- - -- --- " POST " -- > --->" POST "^"},
        {"--!- does not end it", "<!-- --!-" POST "->" POST "-->" POST "^"},
        {"a comment that never ends", "<!-- " POST " -- " POST},
        {"<!- is no comment", "<!- " POST POST "^"},
        {"<!->", "<!->" POST "^"},
        {"a doctype", "<!DOCTYPE html \"" POST POST "^"},
        {"a processing instruction", "<?php " POST POST "^"},
        {"CDATA in HTML ends at >", "<![CDATA[ " POST POST "^ ]]>"},
        {"CDATA in svg", "<svg><![CDATA[ a > b ]] > ]]]></svg>" POST "^"},
        {"CDATA in svg with markup", "<svg><![CDATA[ " POST "]]></svg>" POST},
        {"almost CDATA in svg", "<svg><![cdata[ " POST "</svg>" POST "^"},
        {"a script", "<script>" POST "</script>" POST "^"},
        {"a script's end with a space",
         "<script>" POST "</SCRIPT x=\"" POST "\">" POST "^"},
        {"a script's end that is none", "<script></scripty>" POST "</script/>" POST "^"},
        {"a string in a script", "<script>s='<\\/script>" POST "';</script>" POST "^"},
        {"a comment in a script", "<script><!-- " POST "</script>" POST "^"},
        {"a script in a comment in a script",
         "<script><!-- <script></script>" POST " --></script>" POST "^"},
        {"that comment ends before", "<script><!-- <script> --></script>" POST "^"},
        {"a short comment in a script", "<script><!--><script></script>" POST "^"},
        {"<script in that is a longer word", "<script><!-- <scripts></script>" POST "^"},
        {"a dash too few", "<script><!- <script></script>" POST "^"},
        {"dashes far from >",
         "<script><!--<script>- -><-></script>" POST "--></script>" POST "^"},
        {"a style", "<style>" POST "</style>" POST "^"},
        {"a textarea", "<textarea>" POST "</textarea\n>" POST "^"},
        {"a title", "<title>" POST "</title>" POST "^"},
        {"xmp", "<xmp>" POST "</xmp>" POST "^"},
        {"iframe", "<iframe src=x>" POST "</iframe>" POST "^"},
        {"noscript", "<noscript>" POST "</noscript>" POST "^"},
        {"noembed and noframes",
         "<noembed>" POST "</noembed><noframes>" POST "</noframes>" POST "^"},
        {"plaintext", POST "^</form><plaintext>" POST "</plaintext>" POST},
        {"raw text that never ends", "<textarea>" POST "</text>" POST},
        {"another end tag ends no raw text",
         "<style></textarea>" POST "</style>" POST "^"},
        {"a comment ends no raw text", "<style><!-- </style>" POST "^ -->"},
        {"a template", "<template>" POST "</form></template>" POST "^"},
        {"a template in a template",
         "<template><template></template>" POST "</template>" POST "^"},
        {"</template> alone", "</template>" POST "^"},
        {"a template closes no form", POST "^<template></form></template>" POST},
        {"a template with a style", "<template><style>a{}</style></template>" POST "^"},
        {"a template with a script that has markup",
         "<template><script>'<b>'</script></template>" POST},
        {"svg", "<svg viewBox='0 0 1 1'><title>x</title><path d=''/></svg>" POST "^"},
        {"svg with a style", "<svg><style>a > b {}</style></svg>" POST "^"},
        {"svg with a style in CDATA",
         "<svg><style><![CDATA[ a > b ]]></style></svg>" POST "^"},
        {"svg that closes itself", "<svg/>" POST "^"},
        {"svg in svg", "<svg><svg></svg><g/></svg>" POST "^"},
        {"math", "<math><mi>x</mi><mo>&lt;</mo></math>" POST "^"},
        {"a select", "<select><option>"
                     "a</option></select>" POST "^"},
    };

    TABLE(cases);
}

/* Pages in which what looks like raw text, or like its end, is markup to some browser. */
static void lost(void)
{
    static const case_t cases[] = {
        {"a form in svg", "<svg>" POST "</svg>" POST},
        {"a form in foreignObject",
         "<svg><foreignObject>" POST "</foreignObject></svg>" POST},
        {"a style in svg with markup",
         "<svg><style><form action=//evil></style></svg>" POST},
        {"a style in svg with a comment", "<svg><style><!--</style><!-- --></svg>" POST},
        {"a title in svg with markup", "<svg><title><p></title></svg>" POST},
        {"foreignObject with markup", "<svg><foreignObject><div></svg>" POST},
        {"annotation-xml", "<math><annotation-xml encoding=text/html><p></math>" POST},
        {"text in mi that is HTML", "<math><mi><p></mi></math>" POST},
        {"plaintext in svg", "<svg><plaintext></plaintext></svg>" POST},
        {"an end tag in svg's script that is another",
         "<svg><script></p></script></svg>" POST},
        {"</ in svg's script", "<svg><script></ ></script></svg>" POST},
        {"<? in svg's script", "<svg><script><?></script></svg>" POST},
        {"svg that ends as math", "<svg></math>" POST},
        {"math in svg that ends as svg", "<svg><math></svg>" POST},
        {"the end of frames that never began", "</frameset>" POST "^</form></frameset>"},
        {"and upper case, with an attribute", "<p></FRAMESET x>" POST "^"},
        {"a button may send the field away: its formaction is not looked at",
         POST "^<button formaction=\"//evil/\">x</button></form>"},
        {"so may a base that comes after the form",
         POST "^</form><base href=\"//evil/\">"},
        {"frames", "<frameset><script><!--" POST "</script></form>" POST},
        {"a template in svg", "<svg><template></svg>" POST},
        {"a form in a select", "<select>" POST "</select>" POST},
        {"raw text in a select", "<select><xmp><form action=//evil></xmp></select>" POST},
        {"a template in a select", "<select><template></template></select>" POST},
        {"raw text in a template",
         "<template><col><xmp></template>" POST "</xmp></template>" POST},
    };

    TABLE(cases);
}

static char *filled(const char *before, char c, apr_size_t n, const char *after)
{
    char *html = apr_palloc(pool, strlen(before) + n + strlen(after) + 1);

    strcpy(html, before);
    memset(html + strlen(before), c, n);
    strcpy(html + strlen(before) + n, after);
    return html;
}

static void one(const char *sentence, const char *marked)
{
    const char *html = without_marks(marked);

    ok(!strcmp(inject(html, strlen(html), 1, pool), marked) &&
           !strcmp(inject(html, 1, 1, pool), marked) &&
           !strcmp(inject(html, 5, 4096, pool), marked),
       "%s", sentence);
}

static void sizes(void)
{
    one("a tag of 16384 bytes gets a field",
        filled("<form method=post title='", 't', 16384 - 27, "'>^</form>" POST "^"));
    one("one more, and it does not",
        filled("<form method=post title='", 't', 16384 - 26, "'></form>" POST "^"));
    one("quotes in a long tag still count",
        filled("<p title=\"", 't', 100000, "" POST "\">" POST "^"));
    one("an action of 4096 bytes", filled("<form method=post action=", 'x', 4096, ">^"));
    one("a longer one might lead anywhere",
        filled("<form method=post action=", 'x', 4097, "></form>" POST "^"));
    one("a method of 64 bytes", filled("<form method=\"p&#", '0', 55, "111;st\">^"));
    one("a longer one", filled("<form method=\"p&#", '0', 56, "111;st\">"));
    one("a long attribute name", filled("<form ", 'a', 5000, " method=post>^"));
    one("a long element name", filled("<", 'a', 5000, " method=post>" POST "^"));
    one("a long script", filled("<script>", '<', 50000, "</script>" POST "^"));
    one("a long comment", filled("<!--", '-', 50000, ">" POST "^"));
}

static void random_pages(void)
{
    static const char *const pieces[] = {
        POST,      "<form ",   "method=post", " action=",    "\"",
        "'",       ">",        "<",           "/",           "=",
        " ",       "</form>",  "<script>",    "</script>",   "<!--",
        "-->",     "-",        "!",           "<style>",     "</style>",
        "<svg>",   "</svg>",   "<template>",  "</template>", "<![CDATA[",
        "]]>",     "x",        "//evil",      "<select>",    "</select>",
        "<title>", "</title>", "<textarea>",  "</textarea>", "<base href=",
        "script",
    };
    unsigned i, j, good = 0, places = 0, seed = 4711;
    char html[1000];
    const char *want;
    apr_pool_t *p;

    apr_pool_create(&p, pool);
    for (i = 0; i < 3000; i++) {
        html[0] = '\0';
        for (j = 0; j < 14; j++) {
            seed = seed * 1103515245 + 12345;
            strcat(html, pieces[(seed >> 8) % (sizeof(pieces) / sizeof(*pieces))]);
        }
        want = inject(html, strlen(html), 1, pool);
        places += strchr(want, '^') != NULL;
        good += (unsigned)steady(html, want, p);
        apr_pool_clear(p);
    }
    ok(good == 3000 && places > 100, "3000 random pages come out alike, however cut");
}

static void fields(void)
{
    static const char *const good[] = {"utf-8",        "UTF8",     "iso-8859-1",
                                       "windows-1252", "us-ascii", "Shift_JIS",
                                       "gb18030",      "EUC-JP"};
    static const char *const bad[] = {"UTF-16",  "utf-16le",       "UTF-32BE",
                                      "utf-7",   "ISO-2022-JP",    "hz-gb-2312",
                                      "unicode", "ISO-10646-UCS-2"};
    unsigned i;

    ok(sc_bytes_eq(
           sc_inject_field(sc_bytes_str("a\"<b>&'"), sc_bytes_str("1.x_-="), pool),
           sc_bytes_str("<input type=\"hidden\" name=\"a&quot;&lt;b&gt;&amp;'\" "
                        "value=\"1.x_-=\">")),
       "a field's name and value are escaped");
    ok(sc_inject_charset(sc_bytes(NULL, 0)), "no charset: injected");
    for (i = 0; i < sizeof(good) / sizeof(*good); i++)
        ok(sc_inject_charset(sc_bytes_str(good[i])), "%s: injected", good[i]);
    for (i = 0; i < sizeof(bad) / sizeof(*bad); i++)
        ok(!sc_inject_charset(sc_bytes_str(bad[i])), "%s: not injected", bad[i]);
}

/* Where the script goes, alone (~) and together with fields. */
static void script_place(void)
{
    static const case_t alone[] = {
        {"after <head>", "<!DOCTYPE html><html><head>~<title>x</title></head>" POST},
        {"with attributes", "<html lang=en><head prefix=\"og: x\" data-a='>'>~<p>"},
        {"in upper case", "<!doctype HTML><HTML><HEAD>~<P>"},
        {"<head> alone makes a document", "<head>~<script></script>"},
        {"<html> alone makes one", "<html><p>~<p>"},
        {"a doctype alone makes one", "<!doctype html><p>~<p>"},
        {"no doctype in upper case", "<!D><meta charset=utf-8>~<p>"},
        {"before the page's own script", "<!doctype html><head>~<script>a()</script>"},
        {"no <head>: after a title", "<!doctype html><title><p></title>~<p>"},
        {"no <head>: after a style", "<!doctype html><style><p></style>~<p>"},
        {"no <head>: after <body>", "<!doctype html><html><body>~<p>"},
        {"no <head>: after a script", "<!doctype html><script>'<p>'</script>~<p>"},
        {"a header is not a head", "<!doctype html><html><header>~<head>"},
        {"after what was printed too early", "<b>Warning</b><br><!doctype html><head>~"},
        {"a comment is not a place", "<!doctype html><!--<head>--><html><head>~"},
        {"a head in a comment", "<!--<head>--><p><!--<html>--><p>"},
        {"a head in a script", "<script>'<head>'</script><p>"},
        {"a head in an attribute", "<p title='<head>'><p>"},
        {"once", "<head>~<head></head><head><p>"},
        {"a piece of a page", "<p>a</p>" POST "<script></script>"},
        {"a row", "<tr><td>a</td></tr>"},
        {"text", "a < b > c"},
        {"nothing", ""},
        {"data", "{\"html\":\"<html><head><p>\"}"},
        {"a list", " \n[\"<!doctype html><head>\"]"},
        {"frames", "<html><frameset><frame></frameset>"},
        {"frames with a head", "<html><head>~</head><frameset>"},
        {"not in a template", "<html><template><p></template>~"},
        {"not in svg", "<html><svg><g></g></svg>~"},
        {"not in a select", "<html><select><option></select>~"},
        {"a base at home", "<html><base href=/x/>~"},
        {"a base elsewhere before it", "<html><base href=//evil/><p>"},
        {"a base elsewhere after it", "<html><head>~<base href=//evil/><p>"},
        {"no end of a tag", "<html><head"},
    };
    static const case_t both[] = {
        {"script and fields", "<html><head>~</head><body>" POST "^</form>" POST "^"},
        {"a form that comes first", "<html>" POST "^<p>~</form>" POST "^"},
        {"a piece of a page has fields alone", "<p>" POST "^<p>"},
        {"data has fields alone", "[" POST "^<head>"},
    };

    wanted = SC_INJECT_SCRIPT;
    TABLE(alone);
    wanted |= SC_INJECT_FIELDS;
    TABLE(both);
    wanted = SC_INJECT_FIELDS;
}

/* Character references, as far as a URL or a keyword needs them. */
static void references(void)
{
    static const struct {
        const char *value, *want; /* \xFF: not ASCII */
    } cases[] = {
        {"a&#47;b", "a/b"},
        {"a&#47b", "a/b"},
        {"a&#47", "a/"},
        {"&#x2F;", "/"},
        {"&#X2fg", "/g"},
        {"&#x2f", "/"},
        {"&#", "&#"},
        {"&#;", "&#;"},
        {"&#x", "&#x"},
        {"&#x;", "&#x;"},
        {"&#a;", "&#a;"},
        {"&#0;", "\xFF"},
        {"&#128;", "\xFF"},
        {"&#127;", "\x7F"},
        {"&#99999999999999;", "\xFF"},
        {"&#x110000;", "\xFF"},
        {"&sol;", "/"},
        {"&sol", "&sol"},
        {"&sola;", "\xFF"},
        {"&amp;", "&"},
        {"&amp", "&"},
        {"&amp=", "&amp="},
        {"&amp;=", "&="},
        {"&ampx", "&ampx"},
        {"&lt", "<"},
        {"&nothing;", "\xFF"},
        {"&nothing", "&nothing"},
        {"&", "&"},
        {"&&", "&&"},
        {"&;", "&;"},
        {"& amp;", "& amp;"},
        {"&colon;&Tab;", ":\t"},
        {"", ""},
    };

    for (unsigned i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        char *value = apr_pstrdup(pool, cases[i].value);
        apr_size_t n = sc_charref_decode((unsigned char *)value, strlen(value));

        ok(sc_bytes_eq(sc_bytes(value, n), sc_bytes_str(cases[i].want)),
           "the reference %s", cases[i].value);
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (!sc_origin_parse(&page, sc_bytes_str("https://example.org"), pool)) return 2;
    tags();
    own_and_foreign();
    left_alone();
    lost();
    script_place();
    references();
    sizes();
    random_pages();
    fields();
    apr_pool_destroy(pool);
    return done();
}
