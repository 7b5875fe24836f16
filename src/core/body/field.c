/* SPDX-License-Identifier: Apache-2.0 */
/* The name and the value that a scanner keeps of the field at hand. */
#include "core/body/scanner_private.h"

void sc_scan_name_put(sc_scanner_t *scanner, unsigned char c)
{
    if (scanner->name_n < SC_SCAN_NAME_MAX)
        scanner->name[scanner->name_n++] = c;
    else
        scanner->name_n = SC_SCAN_NAME_MAX + 1;
}

bool sc_scan_name_wanted(const sc_scanner_t *scanner)
{
    int i;

    if (scanner->name_n > SC_SCAN_NAME_MAX) return false;
    for (i = 0; i < scanner->nnames; i++)
        if (sc_bytes_eq(sc_bytes(scanner->name, scanner->name_n),
                        sc_bytes_str(scanner->names[i])))
            return true;
    return false;
}

sc_scan_answer_t sc_scan_value_put(sc_scanner_t *scanner, unsigned char c)
{
    if (scanner->value_n == SC_SCAN_VALUE_MAX) return SC_SCAN_BAD;
    scanner->value[scanner->value_n++] = c;
    return SC_SCAN_MORE;
}
