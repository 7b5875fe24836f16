/* SPDX-License-Identifier: Apache-2.0 */
/* Documents: a session's contents on two faces, the one that is sealed (Flask's tags
 * kept) and the plain one. Values below the top level are never changed, so the faces of
 * a document share them. Its copies do not: json-c's counts of references are not atomic,
 * and a document may be read by several threads. Refused: what is not a JSON object on
 * its plain face. */
#include "core/document/document.h"
#include "core/document/name.h"
#include "core/document/pointer.h"
#include "core/document/read.h"
#include "core/document/tags.h"
#include "core/document/tree_private.h"

struct sc_doc_t {
    apr_pool_t *pool;
    bool tagged;        /* tags have a meaning */
    sc_value_t *sealed; /* the tagged face */
    sc_value_t *plain;  /* the plain face; the same object where there are no tags */
    sc_bytes_t text;    /* what it was read from, where that is what is written */
};

static apr_status_t release_doc(void *data)
{
    sc_doc_t *doc = data;

    json_object_put(doc->plain);
    json_object_put(doc->sealed);
    return APR_SUCCESS;
}

/* A document that owns one reference to each face, which the pool gives back. */
static sc_doc_t *doc_of(sc_value_t *sealed, sc_value_t *plain, bool tagged, apr_pool_t *p)
{
    sc_doc_t *doc = apr_palloc(p, sizeof *doc);

    doc->pool = p;
    doc->tagged = tagged;
    doc->sealed = sealed;
    doc->plain = plain;
    doc->text = sc_bytes(NULL, 0);
    apr_pool_cleanup_register(p, doc, release_doc, apr_pool_cleanup_null);
    return doc;
}

sc_status_t sc_doc_parse(sc_doc_t **doc, sc_bytes_t json, bool tagged,
                         const sc_limits_t *limits, apr_pool_t *p)
{
    sc_value_t *sealed, *plain;
    sc_doc_t *made;
    sc_status_t st;
    bool spaced, exact;

    st = sc_value_read(&sealed, &spaced, &exact, json, limits, p);
    if (st) return st;
    made = doc_of(sealed, NULL, tagged, p);
    /* Every tag begins with a space: without such a name both faces are one tree. */
    if (tagged && spaced) {
        st = sc_tags_resolve(&plain, sealed, p);
        if (st) return st;
    }
    else {
        plain = sc_value_ref(sealed);
    }
    made->plain = plain;
    if (sc_value_type(plain) != SC_OBJECT) return SC_MALFORMED;
    if (exact && !spaced) made->text = json;
    *doc = made;
    return SC_OK;
}

sc_doc_t *sc_doc_make(bool tagged, apr_pool_t *p)
{
    sc_value_t *object = sc_value_make_object();

    return doc_of(object, sc_value_ref(object), tagged, p);
}

sc_doc_t *sc_doc_wrap(sc_value_t *object, bool tagged, apr_pool_t *p)
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
    sc_value_t *sealed = sc_value_copy(doc->sealed), *plain;

    plain = doc->plain == doc->sealed ? sc_value_ref(sealed) : sc_value_copy(doc->plain);
    return doc_of(sealed, plain, doc->tagged, p);
}

sc_bytes_t sc_doc_write(const sc_doc_t *doc, sc_face_t face, sc_spacing_t spacing,
                        apr_pool_t *p)
{
    if (doc->text.n && spacing == SC_COMPACT) return sc_bytes_dup(doc->text, p);
    if (face == SC_PLAIN) return sc_value_write(doc->plain, spacing, p);
    return doc->tagged ? sc_value_write(doc->sealed, spacing, p)
                       : sc_value_write_guarded(doc->sealed, spacing, p);
}

apr_size_t sc_doc_weight(const sc_doc_t *doc)
{
    apr_size_t weight = sc_value_weight(doc->sealed);

    return doc->plain == doc->sealed ? weight : weight + sc_value_weight(doc->plain);
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

    /* Nothing here comes from the document's pool: threads may share the document. */
    lh_foreach(table, entry)
    {
        sc_name_t room;

        answer =
            each(baton, sc_name_text(&room, sc_entry_key(entry)), sc_entry_value(entry));
        sc_name_close(&room);
        if (answer) return answer;
    }
    return 0;
}

bool sc_doc_find(const sc_value_t **value, const sc_doc_t *doc, const char *path)
{
    return *path == '/' ? sc_pointer_find(value, doc->plain, path)
                        : sc_value_member(value, doc->plain, sc_bytes_str(path));
}

/* Gives the plain face an object of its own. */
static void split_faces(sc_doc_t *doc)
{
    if (doc->plain != doc->sealed) return;
    doc->plain = copy_object(doc->sealed);
    json_object_put(doc->sealed);
}

/* Takes Flask's guard {" di": …} off the sealed face, so that members can be changed. */
static void remove_guard(sc_doc_t *doc)
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

/* Puts the guard back around a sealed face that would read as a tag. */
static void add_guard(sc_doc_t *doc)
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

    doc->text.n = 0;
    if (!doc->tagged || sc_tags_resolve(&plain, value, doc->pool) != SC_OK)
        plain = sc_value_ref(value);
    if (plain != value || (doc->tagged && name.n && name.p[0] == ' ')) split_faces(doc);
    remove_guard(doc);
    if (doc->plain == doc->sealed)
        json_object_put(plain);
    else
        sc_value_put(doc->plain, name, plain);
    sc_value_put(doc->sealed, name, value);
    add_guard(doc);
}

void sc_doc_remove(sc_doc_t *doc, sc_bytes_t name)
{
    sc_name_t key;

    doc->text.n = 0;
    remove_guard(doc);
    sc_name_open(&key, name);
    json_object_object_del(doc->plain, key.z);
    if (doc->plain != doc->sealed) json_object_object_del(doc->sealed, key.z);
    sc_name_close(&key);
    add_guard(doc);
}
