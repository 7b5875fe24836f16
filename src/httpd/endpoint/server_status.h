/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_SERVER_STATUS_H
#define MSC_SERVER_STATUS_H

/* Adds a table to mod_status' page, and lines to its ?auto, where it is loaded. */
void msc_server_status_register(void);

#endif
