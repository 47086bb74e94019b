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

static bool is_same_name(const char *a, const char *b)
{
    char left[LOY_FIELD_TEXT_MAX], right[LOY_FIELD_TEXT_MAX];
    bool same = member_text_fold(a, left) == LOY_OK && member_text_fold(b, right) == LOY_OK &&
                strcmp(left, right) == 0;
    sodium_memzero(left, sizeof left);
    sodium_memzero(right, sizeof right);
    return same;
}

static void name_drop(struct names *names, const char *name)
{
    size_t left = 0;
    for (size_t i = 0; i < names->count; i++)
        if (!is_same_name(names->name[i], name)) names->name[left++] = names->name[i];
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
        if (is_bare(&held) && is_same_name(held.name, name)) *number = held.number;
    sodium_memzero(&held, sizeof held);
    return status == LOY_NONE ? LOY_OK : status;
}

/* Who may buy already is no new name. */
static enum loy_status known_drop(
    struct loy_store *store, const struct member_row *firm, struct names *names)
{
    struct loy_purchaser held = {.size = sizeof held};
    int64_t position = 0;
    enum loy_status status;
    while ((status = loy_purchaser_next(store, &firm->id, &position, &held)) == LOY_OK)
        if (held.active) name_drop(names, held.name);
    sodium_memzero(&held, sizeof held);
    return status == LOY_NONE ? LOY_OK : status;
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

/* The names of whom no active purchaser has; of a person none. */
static enum loy_status new_names(
    struct loy_store *store, const struct member_row *member, const char *text, struct names *names)
{
    bool firm = false;
    enum loy_status status = firm_ask(store, member, &firm);
    if (status == LOY_OK && firm) status = names_read(store, text, names);
    return status == LOY_OK && firm ? known_drop(store, member, names) : status;
}

enum loy_status purchaser_names_check(
    struct loy_store *store, const struct member_row *member, const char *text, int64_t at_us)
{
    struct names names = {.count = 0};
    enum loy_status status =
        member ? new_names(store, member, text, &names) : names_read(store, text, &names);
    if (status == LOY_OK && names.count) status = places_check(store, member, &names, at_us);
    sodium_memzero(&names, sizeof names);
    return status;
}

enum loy_status purchaser_names_insert(
    struct loy_store *store, const struct member_row *member, const char *text, int64_t at_us)
{
    struct names names = {.count = 0};
    enum loy_status status = new_names(store, member, text, &names);
    for (size_t i = 0; i < names.count && status == LOY_OK; i++)
        status = purchaser_permanent_insert(store, member, names.name[i], at_us);
    sodium_memzero(&names, sizeof names);
    return status;
}
