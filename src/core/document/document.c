/* SPDX-License-Identifier: Apache-2.0 */
/* Documents: a session's contents on two faces, the one that is sealed (Flask's tags
 * kept) and the plain one. Values below the top level are never changed, so the faces and
 * copies of a document share them. Refuses what is not a JSON object on its plain face.
 */
#include "core/document/tree_private.h"

static apr_status_t release_doc(void *data)
{
    sc_doc_t *doc = data;

    json_object_put(doc->plain);
    json_object_put(doc->sealed);
    return APR_SUCCESS;
}

static apr_status_t release_value(void *data)
{
    json_object_put(data);
    return APR_SUCCESS;
}

/* A document that owns one reference to each face, which the pool gives back. */
static sc_doc_t *doc_of(sc_value_t *sealed, sc_value_t *plain, int tagged, apr_pool_t *p)
{
    sc_doc_t *doc = apr_palloc(p, sizeof *doc);

    doc->pool = p;
    doc->tagged = tagged;
    doc->sealed = sealed;
    doc->plain = plain;
    apr_pool_cleanup_register(p, doc, release_doc, apr_pool_cleanup_null);
    return doc;
}

sc_status_t sc_doc_parse(sc_doc_t **doc, sc_bytes_t json, int tagged,
                         const sc_limits_t *limits, apr_pool_t *p)
{
    sc_value_t *sealed, *plain;
    sc_doc_t *made;
    sc_status_t st;
    int spaced;

    st = sc_tree_read(&sealed, &spaced, json, limits, p);
    if (st) return st;
    made = doc_of(sealed, NULL, tagged, p);
    /* Every tag begins with a space: without such a name there is one tree for both
     * faces. */
    if (tagged && spaced) {
        st = sc_tags_resolve(&plain, sealed, p);
        if (st) return st;
    }
    else {
        plain = sc_value_ref(sealed);
    }
    made->plain = plain;
    if (sc_value_type(plain) != SC_OBJECT) return SC_MALFORMED;
    *doc = made;
    return SC_OK;
}

sc_status_t sc_value_parse(sc_value_t **value, sc_bytes_t json, const sc_limits_t *limits,
                           apr_pool_t *p)
{
    sc_value_t *made;
    sc_status_t st;
    int spaced;

    st = sc_tree_read(&made, &spaced, json, limits, p);
    if (st) return st;
    if (made) apr_pool_cleanup_register(p, made, release_value, apr_pool_cleanup_null);
    *value = made;
    return SC_OK;
}

sc_doc_t *sc_doc_make(int tagged, apr_pool_t *p)
{
    sc_value_t *object = sc_value_make_object();

    return doc_of(object, sc_value_ref(object), tagged, p);
}

sc_doc_t *sc_doc_wrap(sc_value_t *object, int tagged, apr_pool_t *p)
{
    sc_value_t *plain = sc_value_ref(object);
    sc_doc_t *doc = doc_of(object, plain, tagged, p);

    if (!tagged || sc_tags_resolve(&plain, object, p) != SC_OK) return doc;
    if (sc_value_type(plain) != SC_OBJECT) {
        json_object_put(plain);
        return doc;
    }
    json_object_put(doc->plain);
    doc->plain = plain;
    return doc;
}

/* A new object with the same members, which are shared. */
static sc_value_t *copy_object(const sc_value_t *object)
{
    sc_value_t *copy = sc_value_make_object();
    struct lh_table *table = sc_table(object);
    struct lh_entry *entry;

    lh_foreach(table, entry)
    {
        sc_value_put(copy, sc_bytes_str(sc_entry_key(entry)),
                     sc_value_ref(sc_entry_value(entry)));
    }
    return copy;
}

sc_doc_t *sc_doc_dup(const sc_doc_t *doc, apr_pool_t *p)
{
    sc_value_t *sealed = copy_object(doc->sealed), *plain;

    plain = doc->plain == doc->sealed ? sc_value_ref(sealed) : copy_object(doc->plain);
    return doc_of(sealed, plain, doc->tagged, p);
}

sc_bytes_t sc_doc_write(const sc_doc_t *doc, sc_face_t face, sc_spacing_t spacing,
                        apr_pool_t *p)
{
    if (face == SC_PLAIN) return sc_tree_write(doc->plain, spacing, 0, p);
    return sc_tree_write(doc->sealed, spacing, !doc->tagged, p);
}

sc_bytes_t sc_value_write(const sc_value_t *value, sc_spacing_t spacing, apr_pool_t *p)
{
    return sc_tree_write(value, spacing, 0, p);
}

int sc_doc_size(const sc_doc_t *doc)
{
    return json_object_object_length(doc->plain);
}

int sc_doc_each(const sc_doc_t *doc, sc_face_t face,
                int (*each)(void *baton, sc_bytes_t name, const sc_value_t *value),
                void *baton)
{
    struct lh_table *table = sc_table(face == SC_PLAIN ? doc->plain : doc->sealed);
    struct lh_entry *entry;
    int answer;

    lh_foreach(table, entry)
    {
        answer = each(baton, sc_key_text(sc_entry_key(entry), doc->pool),
                      sc_entry_value(entry));
        if (answer) return answer;
    }
    return 0;
}

/* --- JSON Pointer --- */

/* 1 when the n bytes of a pointer's token stand for this key (RFC 6901 4: ~1 is "/", ~0
 * "~"). */
static int token_is(const char *token, apr_size_t n, const char *key)
{
    apr_size_t i;
    char c;

    for (i = 0; i < n; i++, key++) {
        c = token[i];
        if (c == '~') {
            if (++i == n || (token[i] != '0' && token[i] != '1')) return 0;
            c = token[i] == '0' ? '~' : '/';
        }
        if (*key == '\0' || c != *key) return 0;
    }
    return *key == '\0';
}

static int step_object(const sc_value_t **value, const sc_value_t *object,
                       const char *token, apr_size_t n)
{
    struct lh_table *table = sc_table(object);
    struct lh_entry *entry;

    if (table == NULL) return 0;
    lh_foreach(table, entry)
    {
        if (!token_is(token, n, sc_entry_key(entry))) continue;
        *value = sc_entry_value(entry);
        return 1;
    }
    return 0;
}

/* An index is digits without a leading zero. */
static int step_array(const sc_value_t **value, const sc_value_t *array,
                      const char *token, apr_size_t n)
{
    int at = 0;
    apr_size_t i;

    if (n == 0 || n > 9 || (n > 1 && token[0] == '0')) return 0;
    for (i = 0; i < n; i++) {
        if (token[i] < '0' || token[i] > '9') return 0;
        at = at * 10 + token[i] - '0';
    }
    if (at >= sc_value_length(array)) return 0;
    *value = sc_value_at(array, at);
    return 1;
}

int sc_doc_find(const sc_value_t **value, const sc_doc_t *doc, const char *path)
{
    const sc_value_t *here = doc->plain;
    apr_size_t n;
    int found;

    if (*path != '/') return sc_value_member(value, here, sc_bytes_str(path));
    while (*path == '/') {
        path++;
        n = strcspn(path, "/");
        found = sc_value_type(here) == SC_ARRAY ? step_array(&here, here, path, n)
                                                : step_object(&here, here, path, n);
        if (!found) return 0;
        path += n;
    }
    *value = here;
    return 1;
}

/* --- changing --- */

/* Gives the plain face an object of its own. */
static void split_faces(sc_doc_t *doc)
{
    if (doc->plain != doc->sealed) return;
    doc->plain = copy_object(doc->sealed);
    json_object_put(doc->sealed);
}

/* The sealed face as the members that it stands for, without Flask's guard {" di": …}. */
static void take_guard(sc_doc_t *doc)
{
    const struct lh_entry *tag = sc_tag_of(doc->sealed);
    sc_value_t *object;

    if (tag == NULL || doc->plain == doc->sealed) return;
    object = sc_value_make_object();
    sc_value_put(object, sc_bytes_str(sc_entry_key(sc_table(doc->plain)->head)),
                 sc_value_ref(sc_entry_value(sc_table(sc_entry_value(tag))->head)));
    json_object_put(doc->sealed);
    doc->sealed = object;
}

/* Puts the guard around a sealed face that would read as a tag. */
static void put_guard(sc_doc_t *doc)
{
    const struct lh_entry *tag = sc_tag_of(doc->sealed);
    char name[8];
    sc_value_t *inner, *outer;

    if (tag == NULL || doc->plain == doc->sealed) return;
    memcpy(stpcpy(name, sc_entry_key(tag)), "__", 3);
    inner = sc_value_make_object();
    sc_value_put(inner, sc_bytes_str(name), sc_value_ref(sc_entry_value(tag)));
    outer = sc_value_make_object();
    sc_value_put(outer, sc_bytes_str(" di"), inner);
    json_object_put(doc->sealed);
    doc->sealed = outer;
}

void sc_doc_put(sc_doc_t *doc, sc_bytes_t name, sc_value_t *value)
{
    sc_value_t *plain;

    if (!doc->tagged || sc_tags_resolve(&plain, value, doc->pool) != SC_OK)
        plain = sc_value_ref(value);
    if (plain != value || (doc->tagged && name.n && name.p[0] == ' ')) split_faces(doc);
    take_guard(doc);
    if (doc->plain == doc->sealed)
        json_object_put(plain);
    else
        sc_value_put(doc->plain, name, plain);
    sc_value_put(doc->sealed, name, value);
    put_guard(doc);
}

void sc_doc_remove(sc_doc_t *doc, sc_bytes_t name)
{
    sc_key_name_t key;

    take_guard(doc);
    sc_key_open(&key, name);
    json_object_object_del(doc->plain, key.z);
    if (doc->plain != doc->sealed) json_object_object_del(doc->sealed, key.z);
    sc_key_close(&key);
    put_guard(doc);
}
