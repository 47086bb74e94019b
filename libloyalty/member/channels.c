/* SPDX-License-Identifier: MIT
 *
 * channels.c - which way of collecting gives better data, measured on this store (what is counted
 * and the formulas: loyalty/quality.h). In: all values with their evidence. Out: counts and shares
 * with intervals. Must not know: whose values they are.
 */
#include "member_private.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

#define Z95 1.959963984540054

void loy_share_wilson(int64_t hits, int64_t n, struct loy_share *share)
{
    if (!share) return;
    *share = (struct loy_share){0, 0, 1};
    if (n <= 0 || hits < 0 || hits > n) return;
    double p = (double)hits / (double)n, z2 = Z95 * Z95 / (double)n;
    double centre = (p + z2 / 2) / (1 + z2);
    double half = sqrt(p * (1 - p) * z2 + z2 * z2 / 4) / (1 + z2);
    share->share = p;
    share->low = hits == 0 ? 0 : centre - half;
    share->high = hits == n ? 1 : centre + half;
}

static void claim_judge(struct loy_claim *claim)
{
    const struct loy_share *first = &claim->shares[0], *others = &claim->shares[1];
    for (size_t i = 0; i < 2; i++)
        loy_share_wilson(claim->wrong[i], claim->tested[i], &claim->shares[i]);
    claim->difference = others->share - first->share;
    claim->low = claim->difference - hypot(others->share - others->low, first->high - first->share);
    claim->high =
        claim->difference + hypot(others->high - others->share, first->share - first->low);
    claim->verdict = LOY_VERDICT_OPEN;
    if (claim->tested[0] < LOY_CLAIM_TESTED_MIN || claim->tested[1] < LOY_CLAIM_TESTED_MIN)
        claim->verdict = LOY_VERDICT_TOO_FEW;
    else if (claim->low > 0)
        claim->verdict = LOY_VERDICT_HOLDS;
    else if (claim->high < 0)
        claim->verdict = LOY_VERDICT_REFUTED;
}

/* ---- Rows ---------------------------------------------------------------------------------------
 */

static int order(const struct loy_channel_quality *row, const char *channel, uint8_t initiated_by)
{
    int names = strcmp(row->channel, channel);
    return names ? names : (int)row->initiated_by - (int)initiated_by;
}

/* The row of the channel and initiative, made at its place when new; NULL: there are too many. */
static struct loy_channel_quality *row_find(
    struct loy_channel_report *report, const char *channel, uint8_t initiated_by)
{
    size_t at = 0;
    while (at < report->row_count && order(&report->rows[at], channel, initiated_by) < 0)
        at++;
    struct loy_channel_quality *row = &report->rows[at];
    if (at < report->row_count && order(row, channel, initiated_by) == 0) return row;
    if (report->row_count == LOY_CHANNEL_ROWS_MAX) return NULL;
    memmove(row + 1, row, (report->row_count++ - at) * sizeof *row);
    memset(row, 0, sizeof *row);
    snprintf(row->channel, sizeof row->channel, "%s", channel);
    row->initiated_by = initiated_by;
    return row;
}

/* ---- Values -------------------------------------------------------------------------------------
 */

/* One value, until the next one of its field says what became of it. */
struct candidate {
    enum loy_field field; /* 0: none is waiting */
    char channel[32];
    uint8_t initiated_by;
    bool lost, blank, verified, confirmed, returned, corrected, failed;
};

struct pass {
    struct loy_store *store;
    struct loy_channel_report *report;
    int64_t at_us;
    bool frequent; /* the member at hand */
    struct candidate waiting;
    char text[LOY_FIELD_TEXT_MAX]; /* of the one waiting */
};

static void claim_count(struct loy_claim *claim, bool first, bool wrong)
{
    claim->tested[!first]++;
    claim->wrong[!first] += wrong;
}

static enum loy_status tally(struct pass *pass)
{
    const struct candidate *value = &pass->waiting;
    if (!value->field || value->blank) return LOY_OK;
    struct loy_channel_quality *row = row_find(pass->report, value->channel, value->initiated_by);
    if (!row)
        return store_fail(
            pass->store, LOY_E_LIMIT, "at most %u channels can be compared", LOY_CHANNEL_ROWS_MAX);
    bool wrong = value->returned || value->corrected || value->failed;
    row->lost += value->lost;
    if (value->lost) return LOY_OK;
    row->values++;
    row->confirmed += value->confirmed;
    row->returned += value->returned;
    row->corrected += value->corrected;
    row->failed += value->failed;
    if (!wrong && !value->confirmed) return LOY_OK;
    row->tested++;
    row->wrong += wrong;
    claim_count(&pass->report->customer_better,
        value->initiated_by == LOY_INITIATIVE_CUSTOMER && strcmp(value->channel, "registry") != 0,
        wrong);
    claim_count(&pass->report->frequent_better, pass->frequent, wrong);
    return LOY_OK;
}

/* The one waiting is the last of its field, so it stands today. */
static enum loy_status settle(struct pass *pass)
{
    struct candidate *value = &pass->waiting;
    if (value->field && !value->blank && !value->lost)
        value->failed = !member_held_passes(
            pass->store, value->field, pass->text, value->verified, pass->at_us);
    enum loy_status status = tally(pass);
    value->field = 0;
    return status;
}

static const char values_sql[] =
    "SELECT f.field, f.version, f.value, f.channel, f.initiated_by, f.verified_by, "
    "EXISTS (SELECT 1 FROM confirmation c WHERE c.member = f.member AND c.field = f.field AND "
    "c.version = f.version AND c.how BETWEEN 1 AND 3 AND c.at_us <= ?2), "
    "EXISTS (SELECT 1 FROM confirmation c WHERE c.member = f.member AND c.field = f.field AND "
    "c.version = f.version AND c.how = 4 AND c.at_us <= ?2) "
    "FROM member_field f WHERE f.member = ?1 AND f.entered_at_us <= ?2 ORDER BY f.field, f.version";

static enum loy_status value_take(
    struct pass *pass, const struct member_row *member, sqlite3_stmt *select)
{
    const enum loy_field field = (enum loy_field)sqlite3_column_int(select, 0);
    const int64_t version = sqlite3_column_int64(select, 1);
    struct candidate next = {.field = field,
        .initiated_by = (uint8_t)sqlite3_column_int(select, 4),
        .lost = version < 1,
        .confirmed = sqlite3_column_int(select, 6) != 0,
        .returned = sqlite3_column_int(select, 7) != 0};
    const struct member_provenance provenance = {
        .channel = (const char *)sqlite3_column_text(select, 3),
        .initiated_by = sqlite3_column_int64(select, 4),
        .verified_by = (const char *)sqlite3_column_text(select, 5)};
    const struct member_provenance_row row = member_provenance_row_of(&provenance);
    const bool strong = row.initiated_by == LOY_INITIATIVE_CUSTOMER || row.verified;
    const struct envelope_place place = {"member_field", "value", &member->id, field, version};
    char text[LOY_FIELD_TEXT_MAX];
    snprintf(next.channel, sizeof next.channel, "%s", provenance.channel);
    enum loy_status status = envelope_open(member->key, &place, sqlite3_column_blob(select, 2),
        (size_t)sqlite3_column_bytes(select, 2), text);
    if (status != LOY_OK)
        return store_fail(
            pass->store, status, "a value of a member does not open: it was altered or moved");
    next.blank = !text[0];
    next.verified = row.verified;
    if (pass->waiting.field == field) {
        pass->waiting.corrected = !pass->waiting.lost && !next.blank && strong;
        status = tally(pass);
    } else {
        status = settle(pass);
    }
    pass->waiting = next;
    memcpy(pass->text, text, sizeof text);
    sodium_memzero(text, sizeof text);
    return status;
}

static enum loy_status member_values(struct pass *pass, const struct member_row *member)
{
    int32_t contacts = 0;
    enum loy_status status = member_contacts(pass->store, member->number, pass->at_us, &contacts);
    pass->frequent = contacts >= LOY_FREQUENT_CONTACTS_MIN;
    sqlite3_stmt *select = store_sql(pass->store, values_sql);
    sqlite3_bind_int64(select, 1, member->number);
    sqlite3_bind_int64(select, 2, pass->at_us);
    while (status == LOY_OK && (status = store_step(pass->store, select)) == LOY_OK)
        status = value_take(pass, member, select);
    sqlite3_reset(select);
    return status == LOY_NONE ? settle(pass) : status;
}

static enum loy_status members_pass(struct pass *pass, loy_progress_fn progress, void *user)
{
    struct member_row member;
    int64_t position = 0;
    long long total = 0;
    uint8_t kind = 0;
    enum loy_status status = member_count_active(pass->store, &total);
    while (status == LOY_OK) {
        int64_t done = pass->report->members;
        if (progress && done % 100 == 0 && progress(user, done, total) != 0) return LOY_E_CANCELLED;
        status = member_next_active(pass->store, &position, &member, &kind);
        if (status != LOY_OK) break;
        pass->report->members++;
        status = member_values(pass, &member);
        member_drop(&member);
    }
    if (status == LOY_NONE && progress) progress(user, total, total);
    return status == LOY_NONE ? LOY_OK : status;
}

enum loy_status loy_quality_channels(struct loy_store *store, int64_t at_us,
    struct loy_channel_report *report, loy_progress_fn progress, void *user)
{
    if (!store || !report || report->size < sizeof *report) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_MEASURE_QUALITY);
    if (status != LOY_OK) return status;
    *report = (struct loy_channel_report){.size = report->size};
    struct pass pass = {.store = store, .report = report, .at_us = at_us};
    status = members_pass(&pass, progress, user);
    sodium_memzero(pass.text, sizeof pass.text);
    if (status != LOY_OK) return status;
    for (size_t i = 0; i < report->row_count; i++) {
        struct loy_channel_quality *row = &report->rows[i];
        loy_share_wilson(row->confirmed, row->values, &row->confirmed_share);
        loy_share_wilson(row->wrong, row->tested, &row->wrong_share);
    }
    claim_judge(&report->customer_better);
    claim_judge(&report->frequent_better);
    return LOY_OK;
}
