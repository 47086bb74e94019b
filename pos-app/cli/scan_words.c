/* SPDX-License-Identifier: MIT
 *
 * scan_words.c - what a scan would be at the lane, in words.
 * In: a scan; out: constants, and the end of its number. Keeps nothing.
 */
#include "scan_words.h"

#include <string.h>

const char *scan_tail(const struct loy_scan *scan)
{
    const char *number = scan->code[0] ? scan->code : scan->gtin;
    size_t n = strlen(number);
    if (scan->credential.kind) return scan->credential.tail;
    return n >= 8 ? number + n - 4 : "";
}

static const char *member_words(const struct loy_scan *scan)
{
    if (scan->range >= 0) return _("a member's card");
    if (scan->credential.kind == LOY_CREDENTIAL_GSRN) return _("a member's card (GSRN)");
    if (scan->credential.kind == LOY_CREDENTIAL_TEXT) return _("an opaque code");
    return _("a number in no range of the shop");
}

const char *scan_nothing_words(uint8_t reason)
{
    switch (reason) {
    case LOY_SCAN_MASKED:
        return _("a masked number: the reader hides digits, and several cards look the same; set "
                 "it to send the shop's cards clear");
    case LOY_SCAN_CHECK:
        return _("an article number with a wrong check digit: scan again");
    case LOY_SCAN_ELEMENT:
        return _("GS1 data with an unknown identifier, or a value that does not fit");
    default:
        return _("nothing with a number in it");
    }
}

const char *scan_words(const struct loy_scan *scan)
{
    switch (scan->kind) {
    case LOY_SCAN_MEMBER:
        return member_words(scan);
    case LOY_SCAN_STAFF:
        return _("staff (GSRN of a provider)");
    case LOY_SCAN_ARTICLE:
        return _("an article");
    case LOY_SCAN_WEIGHED:
        return _("a weighed article");
    case LOY_SCAN_COUPON:
        return _("a coupon");
    case LOY_SCAN_UNBOUND:
        return _("a number for the use of shops, and this shop has bound no use to it");
    case LOY_SCAN_OTHER:
        return _("GS1 data that name neither a person nor an article");
    default:
        return scan_nothing_words(scan->reason);
    }
}
