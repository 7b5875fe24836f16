/* SPDX-License-Identifier: Apache-2.0 */
#ifndef MSC_STATUS_PAGE_H
#define MSC_STATUS_PAGE_H

#include "httpd/config.h"

/* Sends the page of what is counted, for people; it loads itself again after so many
 * seconds, 0: it does not. The headers have been set. */
void msc_status_page_send(request_rec *r, int refresh);

#endif
