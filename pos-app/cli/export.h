/* SPDX-License-Identifier: MIT
 *
 * export.h - all that is held of a member, as one JSON object, and the same as a page for people.
 *
 * Schema "loyalty-member-export-1": shop {site, currency}; member {id, kind, pseudonymous,
 * created, asked_for: the id that was named, where that one was merged into this member, else id};
 * values [{field, trait, text, current, version, collected, entered, channel, initiated_by,
 * verified_by, legal_basis}]; cards [{tail, kind, status, issued, expires, replaced_by}];
 * card_events [{at, tail, status, reason}], what became of the cards, oldest first; purchasers
 * [{name, function, telephone, document, authority, until, limit, active, used, forgotten}];
 * consents
 * [{purpose, given, at, channel, initiated_by, text_version, text, receipt}]; contacts [{at, kind,
 * channel, initiated_by, campaign, incentive, reason, legal_basis, basket, line, article, text}];
 * notes [{kind, at, text}], every one ever written; purchases [{basket, state, at, corrected, site,
 * lane, sequence, card, line, gtin, article, brand, manufacturer, category, style, season, grade,
 * colour, size, quantity, list_price, discount, paid, promotion, promotion_form, campaign,
 * return_of, reason}], a row per line, amounts as decimal text; basket_steps [{basket, kind, at,
 * number, how, stage, tender, before, after, amount, rule, serial}], what else happened to a
 * basket; other
 * [{kind, at, member, field, version, how, text}]; merged [{member, merged, final, values,
 * consents, notes, other}], earlier registrations of the same customer, with what is still held
 * under their own ids; profile: as `profile
 * --json`, or null where the member has not agreed to one. Times are UTC, those of
 * purchases of the shop's zone then. The page has the latter too, and all others in the shop's
 * zone.
 */
#ifndef EXPORT_H
#define EXPORT_H

#include "cli.h"

/* asked: the id that was named, id or one that was merged into it. *made is the caller's to
 * release, and holds personal data: print it or write it, nothing else. */
enum loy_status export_json(struct cli *cli, struct loy_store *store, const struct loy_id *id,
    const struct loy_id *asked, json_t **made);

struct page;
/* A self-contained page, in the language of the process, of such an object. */
void export_page(struct page *page, struct loy_store *store, const json_t *held, bool chinese);

#endif
