/* SPDX-License-Identifier: MIT
 *
 * purchaser_names.c - the names of purchasers on an organisation's form, a line of them, become
 * purchasers. In: the line. Out: a row for each who is none yet. Who is not named any more stays:
 * `loy_purchaser_end` ends an authority, and nothing else. Must not know: envelopes, cards.
 */
#include "member_card_private.h"

#include <string.h>

#define NAMES_MAX 64u
#define NAME_CHARACTERS_MAX 100u

/* A line of names in its normal form, cut where they part. */
struct names {
    char line[LOY_FIELD_TEXT_MAX];
    const char *name[NAMES_MAX];
    size_t count;
};

/* NFKC has made the full-width comma and semicolon these; the enumeration comma it leaves. */
static size_t part_size(const char *at)
{
    static const char enumeration[] = "\u3001";
    if (*at == ';' || *at == ',') return 1;
    return strncmp(at, enumeration, sizeof enumeration - 1) == 0 ? sizeof enumeration - 1 : 0;
}

static char *name_trim(char *name)
{
    while (*name == ' ')
        name++;
    size_t size = strlen(name);
    while (size && name[size - 1] == ' ')
        name[--size] = '\0';
    return name;
}

static bool is_named(const struct names *names, const char *name)
{
    for (size_t i = 0; i < names->count; i++)
        if (strcmp(names->name[i], name) == 0) return true;
    return false;
}

/* false: too long for a name, or more names than can be told apart here. */
static bool name_take(struct names *names, char *name)
{
    name = name_trim(name);
    if (!name[0] || is_named(names, name)) return true;
    if (names->count == NAMES_MAX || member_text_length(name) > NAME_CHARACTERS_MAX) return false;
    names->name[names->count++] = name;
    return true;
}

static enum loy_status names_read(struct loy_store *store, const char *text, struct names *names)
{
    enum loy_status status = member_text_normal(text, names->line);
    bool good = status == LOY_OK;
    names->count = 0;
    for (char *name = names->line; good && *name;) {
        char *end = name;
        while (*end && !part_size(end))
            end++;
        char *next = end + part_size(end);
        *end = '\0';
        good = name_take(names, name);
        name = next;
    }
    if (status == LOY_E_MEMORY || good) return status;
    return store_fail(store, LOY_E_FORMAT,
        "purchasers: names of at most %u characters with ; between them are expected",
        NAME_CHARACTERS_MAX);
}

bool purchaser_name_same(const char *a, const char *b)
{
    char left[LOY_FIELD_TEXT_MAX], right[LOY_FIELD_TEXT_MAX];
    bool same = member_text_fold(a, left) == LOY_OK && member_text_fold(b, right) == LOY_OK &&
                strcmp(left, right) == 0;
    sodium_memzero(left, sizeof left);
    sodium_memzero(right, sizeof right);
    return same;
}

/* Blanks that stood behind a name that goes in front of another one. */
static void line_trim(char *line)
{
    size_t blanks = strspn(line, " ");
    memmove(line, line + blanks, strlen(line + blanks) + 1);
}

static bool part_is(const char *part, size_t size, const char *name)
{
    char copy[LOY_FIELD_TEXT_MAX];
    memcpy(copy, part, size);
    copy[size] = '\0';
    bool same = purchaser_name_same(copy, name);
    sodium_memzero(copy, sizeof copy);
    return same;
}

bool purchaser_line_cut(char *line, const char *name)
{
    char *kept = line; /* the end of what stays, in front of where it parts from the next */
    bool cut = false;
    for (char *part = line; *part;) {
        char *end = part;
        while (*end && !part_size(end))
            end++;
        char *next = end + part_size(end);
        if (!part_is(part, (size_t)(end - part), name)) {
            kept = end;
            part = next;
            continue;
        }
        cut = true;
        if (*next)
            memmove(part, next, strlen(next) + 1);
        else
            *(part = kept) = '\0';
    }
    if (cut) line_trim(line);
    return cut;
}

static void name_drop(struct names *names, const char *name)
{
    size_t left = 0;
    for (size_t i = 0; i < names->count; i++)
        if (!purchaser_name_same(names->name[i], name)) names->name[left++] = names->name[i];
    names->count = left;
}

static bool is_bare(const struct loy_purchaser *held)
{
    return held->active && held->authority == LOY_AUTHORITY_PERMANENT && !held->function[0] &&
           !held->telephone[0] && !held->document[0] && !held->card[0] && !held->limit_minor;
}

enum loy_status purchaser_named_find(
    struct loy_store *store, const struct loy_id *firm, const char *name, int64_t *number)
{
    struct loy_purchaser held = {.size = sizeof held};
    int64_t position = 0;
    enum loy_status status = LOY_OK;
    *number = 0;
    while (!*number && (status = loy_purchaser_next(store, firm, &position, &held)) == LOY_OK)
        if (is_bare(&held) && purchaser_name_same(held.name, name)) *number = held.number;
    sodium_memzero(&held, sizeof held);
    return status == LOY_NONE ? LOY_OK : status;
}

static bool may_buy(const struct loy_purchaser *held, int64_t at_us)
{
    bool used = held->authority == LOY_AUTHORITY_ONCE && held->used;
    return held->active && !used && (!held->until_us || held->until_us >= at_us);
}

/* Who may buy already is no new name. */
static enum loy_status known_drop(
    struct loy_store *store, const struct member_row *firm, int64_t at_us, struct names *names)
{
    struct loy_purchaser held = {.size = sizeof held};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_purchaser_next(store, &firm->id, &position, &held)) == LOY_OK)
        if (may_buy(&held, at_us)) name_drop(names, held.name);
    sodium_memzero(&held, sizeof held);
    return status == LOY_NONE ? LOY_OK : status;
}

/* The newest line that somebody gave, without the last `newer` ones. What an ending took out of it
 * (purchaser_line_end) was not given: who was ended does not come back with a copy of the old line.
 * LOY_NONE: there was none. */
static enum loy_status given_read(struct loy_store *store, const struct member_row *member,
    int64_t newer, char normal[LOY_FIELD_TEXT_MAX])
{
    sqlite3_stmt *select = store_sql(store,
        "SELECT f.version, f.normal, f.value FROM member_field f WHERE f.member = ?1 AND f.field = "
        "?2 AND f.version > 0 AND f.version <= (SELECT max(version) FROM member_field WHERE member "
        "= ?1 AND field = ?2) - ?3 AND NOT (f.initiated_by = ?4 AND EXISTS (SELECT 1 FROM "
        "purchaser p WHERE p.member = ?1 AND p.active = 0 AND p.until_us = f.entered_at_us)) "
        "ORDER BY f.version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, member->number);
    sqlite3_bind_int64(select, 2, LOY_FIELD_PURCHASERS);
    sqlite3_bind_int64(select, 3, newer);
    sqlite3_bind_int64(select, 4, LOY_INITIATIVE_STAFF);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        status = member_normal_open(
            member, LOY_FIELD_PURCHASERS, sqlite3_column_int64(select, 0), select, 1, normal);
        if (status != LOY_OK)
            status = store_fail(
                store, status, "a value of a member does not open: it was altered or moved");
    }
    sqlite3_reset(select);
    return status;
}

static bool line_names(const char *line, const char *name)
{
    char rest[LOY_FIELD_TEXT_MAX];
    memcpy(rest, line, strlen(line) + 1);
    bool named = purchaser_line_cut(rest, name);
    sodium_memzero(rest, sizeof rest);
    return named;
}

/* Who stood in the line before is no new name either: its authority may have been ended since. */
static enum loy_status given_drop(
    struct loy_store *store, const struct member_row *member, int64_t newer, struct names *names)
{
    char normal[LOY_FIELD_TEXT_MAX];
    enum loy_status status = given_read(store, member, newer, normal);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    size_t left = 0;
    for (size_t i = 0; i < names->count; i++)
        if (!line_names(normal, names->name[i])) names->name[left++] = names->name[i];
    names->count = left;
    sodium_memzero(normal, sizeof normal);
    return LOY_OK;
}

static enum loy_status places_check(struct loy_store *store, const struct member_row *firm,
    const struct names *names, int64_t at_us)
{
    struct purchaser_places places;
    enum loy_status status = purchaser_places(store, firm ? firm->number : 0, 0, at_us, &places);
    if (status != LOY_OK || places.taken + (int64_t)names->count <= places.most) return status;
    return store_fail(store, LOY_E_LIMIT,
        "purchasers: an organisation has at most %lld at a time, these would be %lld; name fewer, "
        "or a manager allows more",
        (long long)places.most, (long long)(places.taken + (int64_t)names->count));
}

static enum loy_status firm_ask(
    struct loy_store *store, const struct member_row *member, bool *firm)
{
    sqlite3_stmt *select = store_sql(store, "SELECT kind FROM member WHERE id = ?1");
    sqlite3_bind_int64(select, 1, member->number);
    enum loy_status status = store_step(store, select);
    *firm = status == LOY_OK && sqlite3_column_int(select, 0) == LOY_MEMBER_ORGANISATION;
    sqlite3_reset(select);
    return status;
}

/* The names of whom nobody who may buy has, and that are new in the line; of a person none. */
static enum loy_status new_names(struct loy_store *store, const struct member_row *member,
    const char *text, int64_t newer, int64_t at_us, struct names *names)
{
    bool firm = false;
    enum loy_status status = firm_ask(store, member, &firm);
    if (status != LOY_OK || !firm) return status;
    status = names_read(store, text, names);
    if (status == LOY_OK) status = given_drop(store, member, newer, names);
    return status == LOY_OK ? known_drop(store, member, at_us, names) : status;
}

enum loy_status purchaser_names_check(
    struct loy_store *store, const struct member_row *member, const char *text, int64_t at_us)
{
    struct names names = {.count = 0};
    enum loy_status status =
        member ? new_names(store, member, text, 0, at_us, &names) : names_read(store, text, &names);
    if (status == LOY_OK && names.count) status = places_check(store, member, &names, at_us);
    sodium_memzero(&names, sizeof names);
    return status;
}

enum loy_status purchaser_names_insert(
    struct loy_store *store, const struct member_row *member, const char *text, int64_t at_us)
{
    struct names names = {.count = 0};
    /* The line itself is written already. */
    enum loy_status status = new_names(store, member, text, 1, at_us, &names);
    for (size_t i = 0; i < names.count && status == LOY_OK; i++)
        status = purchaser_permanent_insert(store, member, names.name[i], at_us);
    sodium_memzero(&names, sizeof names);
    return status;
}

enum loy_status loy_purchasers_unnamed(
    struct loy_store *store, const struct loy_id *member, int64_t at_us, int64_t *count)
{
    if (!store || !member || !count) return LOY_E_ARGUMENT;
    struct member_row firm;
    struct loy_purchaser held = {.size = sizeof held};
    char normal[LOY_FIELD_TEXT_MAX] = "";
    int64_t position = 0, found = 0;
    enum loy_status status = store_require(store, LOY_MAY_READ_PURCHASER);
    if (status == LOY_OK) status = member_take(store, member, &firm);
    if (status != LOY_OK) return status;
    status = given_read(store, &firm, 0, normal);
    member_drop(&firm);
    if (status != LOY_OK && status != LOY_NONE) return status;
    while ((status = loy_purchaser_next(store, member, &position, &held)) == LOY_OK)
        found += may_buy(&held, at_us) && !line_names(normal, held.name);
    sodium_memzero(&held, sizeof held);
    sodium_memzero(normal, sizeof normal);
    if (status != LOY_NONE) return status;
    *count = found;
    return LOY_OK;
}
