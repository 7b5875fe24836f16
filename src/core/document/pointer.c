/* SPDX-License-Identifier: Apache-2.0 */
/* JSON Pointer (RFC 6901). A name with NUL cannot be pointed at, nor can the place after
 * an array's last element ("-"). */
#include "core/document/pointer.h"
#include "core/document/tree_private.h"

/* Whether the n bytes of a pointer's token stand for this key (RFC 6901 4: ~1 is "/", ~0
 * "~"). */
static bool token_is(const char *token, apr_size_t n, const char *key)
{
    apr_size_t i;
    char c;

    for (i = 0; i < n; i++, key++) {
        c = token[i];
        if (c == '~') {
            if (++i == n || (token[i] != '0' && token[i] != '1')) return false;
            c = token[i] == '0' ? '~' : '/';
        }
        if (*key == '\0' || c != *key) return false;
    }
    return *key == '\0';
}

static bool step_object(const sc_value_t **value, const sc_value_t *object,
                        const char *token, apr_size_t n)
{
    struct lh_table *table = sc_table(object);
    struct lh_entry *entry;

    if (table == NULL) return false;
    lh_foreach(table, entry)
    {
        if (!token_is(token, n, sc_entry_key(entry))) continue;
        *value = sc_entry_value(entry);
        return true;
    }
    return false;
}

/* An index is digits without a leading zero. */
static bool step_array(const sc_value_t **value, const sc_value_t *array,
                       const char *token, apr_size_t n)
{
    int at = 0;
    apr_size_t i;

    if (n == 0 || n > 9 || (n > 1 && token[0] == '0')) return false;
    for (i = 0; i < n; i++) {
        if (token[i] < '0' || token[i] > '9') return false;
        at = at * 10 + token[i] - '0';
    }
    if (at >= sc_value_length(array)) return false;
    *value = sc_value_at(array, at);
    return true;
}

bool sc_pointer_find(const sc_value_t **value, const sc_value_t *root,
                     const char *pointer)
{
    const sc_value_t *here = root;
    apr_size_t n;
    bool found;

    while (*pointer == '/') {
        pointer++;
        n = strcspn(pointer, "/");
        found = sc_value_type(here) == SC_ARRAY ? step_array(&here, here, pointer, n)
                                                : step_object(&here, here, pointer, n);
        if (!found) return false;
        pointer += n;
    }
    *value = here;
    return true;
}
