/* SPDX-License-Identifier: MIT
 *
 * channel.c - the channels by which values and contacts come: those built in, and the shop's own in
 * a table. In: a code. Out: whether it is known, and whether it needs a legal basis.
 * Must not know: what comes by it.
 */
#include "member_private.h"

#include <loyalty/contact.h>

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

static const struct {
    const char *code, *name;
} built_in[] = {
    {"lane", N_("checkout lane")},
    {"desk", N_("service desk")},
    {"web", N_("web site")},
    {"call", N_("telephone call")},
    {"hotline", N_("hotline")},
    {"fair", N_("fair or event")},
    {"survey", N_("survey")},
    {"mail", N_("letter or e-mail")},
    {"app", N_("app")},
    {"import", N_("imported file")},
    {"registry", N_("company register")},
    {"referral", N_("brought by a member")},
    {"partner", N_("partner")},
    {"bought", N_("bought list")},
    {"exchanged", N_("exchanged list")},
};
#define BUILT_IN_COUNT (sizeof built_in / sizeof built_in[0])

/* Lists that were bought or exchanged need the ground on which they may be used. */
static bool always_needs_basis(const char *code)
{
    return strncmp(code, "bought", 6) == 0 || strncmp(code, "exchanged", 9) == 0;
}

static bool is_built_in(const char *code)
{
    for (size_t i = 0; i < BUILT_IN_COUNT; i++)
        if (strcmp(code, built_in[i].code) == 0) return true;
    return false;
}

/* What a merge writes itself: nothing that anybody enters came by it. */
static bool is_reserved(const char *code)
{
    return strcmp(code, MEMBER_CHANNEL_MERGE) == 0;
}

/* LOY_NONE: not in the list. */
static enum loy_status channel_find(struct loy_store *store, const char *code, bool *needs_basis)
{
    *needs_basis = always_needs_basis(code);
    if (is_built_in(code)) return LOY_OK;
    sqlite3_stmt *select = store_sql(store, "SELECT needs_basis FROM channel WHERE code = ?1");
    sqlite3_bind_text(select, 1, code, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) *needs_basis = sqlite3_column_int(select, 0) != 0 || *needs_basis;
    sqlite3_reset(select);
    return status;
}

enum loy_status member_basis_missing(struct loy_store *store)
{
    return store_fail(store, LOY_E_FORMAT,
        "legal_basis: a bought or exchanged list needs the ground on which it may be used");
}

enum loy_status member_channel_check(
    struct loy_store *store, const char *channel, bool *needs_basis)
{
    bool needs = false;
    enum loy_status status = member_code_check(store, "channel", channel, MEMBER_CHANNEL_MAX);
    if (status == LOY_OK) status = channel_find(store, channel, &needs);
    if (status == LOY_NONE)
        return store_fail(store, LOY_E_FORMAT,
            "channel: it is not in the list of this shop (lane, desk, web, call, fair ...); "
            "`loyalty channel list` shows all, `loyalty channel add` takes a new one in");
    if (status == LOY_OK && needs && !needs_basis) return member_basis_missing(store);
    if (status == LOY_OK && needs_basis) *needs_basis = needs;
    return status;
}

/* ---- A new code --------------------------------------------------------------------------------
 */

/* As many digits, with nothing but blanks and . - between them, are a number that tells a person or
 * a card; a date such as 2026-03-01 has eight. */
#define NUMBER_DIGITS_MIN 9u
#define BARE_DIGITS_MIN 7u /* in a code without a letter */

static bool is_digit(utf8proc_int32_t c)
{
    return utf8proc_category(c) == UTF8PROC_CATEGORY_ND;
}

/* Letters of any script, with their marks. */
static bool is_letter(utf8proc_int32_t c)
{
    switch (utf8proc_category(c)) {
    case UTF8PROC_CATEGORY_LU:
    case UTF8PROC_CATEGORY_LL:
    case UTF8PROC_CATEGORY_LT:
    case UTF8PROC_CATEGORY_LM:
    case UTF8PROC_CATEGORY_LO:
    case UTF8PROC_CATEGORY_MN:
    case UTF8PROC_CATEGORY_MC:
        return true;
    default:
        return false;
    }
}

struct code_look {
    bool sign;           /* something that no code has */
    bool number;         /* something that looks like a telephone's or card's */
    size_t letters, run; /* digits since the last letter */
};

static struct code_look code_look(const char *code)
{
    struct code_look look = {0};
    size_t n = strlen(code);
    look.sign = n == 0 || code[0] == ' ' || code[n - 1] == ' ';
    for (const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)code; *at && !look.sign;) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &c);
        look.sign =
            used <= 0 || !(is_letter(c) || is_digit(c) || (c < 0x80 && strchr(" -_.", (int)c)));
        if (look.sign) break;
        if (is_letter(c) || c == '_') look.run = 0;
        look.letters += is_letter(c);
        look.run += is_digit(c);
        look.number = look.number || look.run >= NUMBER_DIGITS_MIN;
        at += used;
    }
    look.number = look.number || (look.letters == 0 && look.run >= BARE_DIGITS_MIN);
    return look;
}

/* A code stands in reports, logs and other people's files. */
static enum loy_status new_code_check(struct loy_store *store, const char *code)
{
    struct code_look look = code_look(code);
    if (look.number)
        return store_fail(store, LOY_E_FORMAT,
            "channel: it looks like a telephone or card number; the way by which something comes "
            "is expected, such as web or call-centre");
    if (!look.sign && look.letters > 0) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "channel: a short code of letters, digits, - _ or . is expected, with a letter in it, such "
        "as web or call-centre");
}

/* ---- The list -----------------------------------------------------------------------------------
 */

static enum loy_status channel_insert(
    struct loy_store *store, const char *code, const char *name, bool needs_basis, int64_t at_us)
{
    enum loy_status status = new_code_check(store, code);
    if (status != LOY_OK) return status;
    if (is_reserved(code))
        return store_fail(store, LOY_E_FORMAT,
            "channel: merge stands for the merging of two registrations; choose another code");
    status = store_begin(store);
    if (status != LOY_OK) return status;
    sqlite3_stmt *insert =
        store_sql(store, "INSERT INTO channel (code, name, needs_basis) VALUES (?1, ?2, ?3)");
    sqlite3_bind_text(insert, 1, code, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 2, name, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 3, needs_basis);
    status = store_run(store, insert);
    if (status == LOY_OK) status = store_audit(store, "channel.add", code, at_us);
    return member_end(store, status);
}

enum loy_status loy_channel_add(
    struct loy_store *store, const char *code, const char *name, bool needs_basis, int64_t at_us)
{
    bool needs = false;
    if (!store) return LOY_E_ARGUMENT;
    if (!name || !name[0]) name = code;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_CHANNEL);
    if (status == LOY_OK) status = member_code_check(store, "channel", code, LOY_CHANNEL_MAX);
    if (status == LOY_OK)
        status = member_code_check(store, "name", name, sizeof((struct loy_channel *)0)->name);
    if (status == LOY_OK) status = channel_find(store, code, &needs);
    if (status == LOY_OK && needs != (needs_basis || always_needs_basis(code)))
        return store_fail(store, LOY_E_CONFLICT,
            "channel: it is in the list with another need of a legal basis; choose another code");
    if (status != LOY_NONE) return status == LOY_OK ? LOY_REPEATED : status;
    return channel_insert(store, code, name, needs_basis || always_needs_basis(code), at_us);
}

enum loy_status loy_channel_take(struct loy_store *store, const char *code, int64_t at_us)
{
    bool needs = false;
    if (!store) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_IMPORT_FILE);
    if (status == LOY_OK) status = member_code_check(store, "channel", code, LOY_CHANNEL_MAX);
    if (status == LOY_OK) status = channel_find(store, code, &needs);
    if (status != LOY_NONE) return status == LOY_OK ? LOY_REPEATED : status;
    return channel_insert(store, code, code, needs, at_us);
}

static enum loy_status own_next(
    struct loy_store *store, int64_t *position, struct loy_channel *channel)
{
    sqlite3_stmt *select = store_sql(
        store, "SELECT code, name, needs_basis FROM channel ORDER BY code LIMIT 1 OFFSET ?1");
    sqlite3_bind_int64(select, 1, *position - (int64_t)BUILT_IN_COUNT);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        *channel = (struct loy_channel){
            .size = sizeof *channel, .needs_basis = sqlite3_column_int(select, 2) != 0};
        snprintf(channel->code, sizeof channel->code, "%s",
            (const char *)sqlite3_column_text(select, 0));
        snprintf(channel->name, sizeof channel->name, "%s",
            (const char *)sqlite3_column_text(select, 1));
        ++*position;
    }
    sqlite3_reset(select);
    return status;
}

enum loy_status loy_channel_next(
    struct loy_store *store, int64_t *position, struct loy_channel *channel)
{
    if (!store || !position || *position < 0 || !channel) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_SEE_MEMBER);
    if (status != LOY_OK) return status;
    if ((uint64_t)*position >= BUILT_IN_COUNT) return own_next(store, position, channel);
    size_t i = (size_t)*position;
    *channel = (struct loy_channel){.size = sizeof *channel,
        .needs_basis = always_needs_basis(built_in[i].code),
        .built_in = true};
    snprintf(channel->code, sizeof channel->code, "%s", built_in[i].code);
    snprintf(channel->name, sizeof channel->name, "%s", store_words(built_in[i].name));
    ++*position;
    return LOY_OK;
}
