# SPDX-License-Identifier: Apache-2.0
# What two-applications promises. Sourced by run.t.

example_files() {
    mkdir -p "$DIR"/srv/{invoices,reports,help}
    echo "an invoice" >"$DIR/srv/invoices/1.txt"
    echo "a report" >"$DIR/srv/reports/1.txt"
    echo "some help" >"$DIR/srv/help/1.txt"
}

example_test() {
    local shop staff
    shop=$(cookie_of bob shop_session) staff=$(cookie_of anna staff_session)
    is "$(status /invoices/1.txt -H "Cookie: shop_session=$shop; staff_session=$staff")" 200 "both cookies: the shop's opens the shop's files"
    is "$(status /reports/1.txt -H "Cookie: shop_session=$shop; staff_session=$staff")" 200 "and the staff's the staff's"
    is "$(status /invoices/1.txt -H "Cookie: staff_session=$staff")" 401 "staff's cookie is none of the shop's"
    is "$(status /invoices/1.txt -H "Cookie: shop_session=$staff")" 401 "not even under its name"
    is "$(status /reports/1.txt -H "Cookie: staff_session=$shop")" 401 "nor the other way round"
    is "$(status /reports/1.txt -H "Cookie: staff_session=$shop; staff_session=$staff")" 200 "a wrong one before the right one does no harm"
    is "$(status /reports/1.txt -H "Cookie: session=$staff; Staff_session=$staff; xstaff_session=$staff")" 401 "a name is compared as a whole, with its case"
    is "$(status /help/1.txt -H "Cookie: shop_session=$shop")" 200 "help is for customers"
    is "$(status /help/1.txt -H "Cookie: shop_session=$staff; staff_session=$shop")" 401 "but for nobody with swapped cookies"
    is "$(status /help/1.txt)" 401 "nor for strangers"
    is "$(location /invoices/1.txt -H 'Sec-Fetch-Mode: navigate')" "/shop/login?next=/invoices/1.txt" "customers log in at the shop"
    is "$(location /reports/1.txt -H 'Sec-Fetch-Mode: navigate' -b bob)" "/staff/login?next=/reports/1.txt" "staff at the staff application, customers or not"
    get -b anna -c anna -d '' "$base/staff/logout" >/dev/null
    is "$(status /reports/1.txt -b anna)/$(status /invoices/1.txt -b bob)" 401/200 "a logout here leaves the session there"
}
