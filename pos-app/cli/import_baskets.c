/* SPDX-License-Identifier: MIT
 *
 * import_baskets.c - rows of a baskets file, gathered into baskets and recorded in the order of
 * their time. A basket's identity is made of its shop and its name in the file, so importing it
 * again changes nothing.
 */
#include "import_baskets.h"
#include "import_article_row.h"

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

enum {
    BASKET,
    MEMBER,
    CARD,
    STORE,
    LANE,
    AT,
    ARTICLE,
    GTIN,
    BRAND,
    MANUFACTURER,
    CATEGORY,
    STYLE,
    SEASON,
    GRADE,
    GRADE_DERIVED,
    COLOUR,
    COLOUR_FAMILY,
    SIZE,
    KIND,
    OWN_BRAND,
    QUANTITY,
    LIST_PRICE,
    PAID,
    PROMOTION,
    PROMOTION_FORM,
    RETURN_OF,
    RETURN_OF_LINE,
    REASON
};

const struct csv_column import_basket_columns[] = {
    [BASKET] = {"basket", true, false},
    [MEMBER] = {"member", false, true},
    [CARD] = {"card", false, true},
    [STORE] = {"store", false, false},
    [LANE] = {"lane", false, false},
    [AT] = {"at", true, false},
    [ARTICLE] = {"article", false, false},
    [GTIN] = {"gtin", false, false},
    [BRAND] = {"brand", false, false},
    [MANUFACTURER] = {"manufacturer", false, false},
    [CATEGORY] = {"category", false, false},
    [STYLE] = {"style", false, false},
    [SEASON] = {"season", false, false},
    [GRADE] = {"grade", false, false},
    [GRADE_DERIVED] = {"grade_derived", false, false},
    [COLOUR] = {"colour", false, false},
    [COLOUR_FAMILY] = {"colour_family", false, false},
    [SIZE] = {"size", false, false},
    [KIND] = {"kind", false, false},
    [OWN_BRAND] = {"own_brand", false, false},
    [QUANTITY] = {"quantity", false, false},
    [LIST_PRICE] = {"list_price", false, false},
    [PAID] = {"paid", true, false},
    [PROMOTION] = {"promotion", false, false},
    [PROMOTION_FORM] = {"promotion_form", false, false},
    [RETURN_OF] = {"return_of", false, false},
    [RETURN_OF_LINE] = {"return_of_line", false, false},
    [REASON] = {"reason", false, false},
    {0},
};

static const struct article_columns article_layout = {ARTICLE, GTIN, BRAND, MANUFACTURER, CATEGORY,
    STYLE, SEASON, GRADE, GRADE_DERIVED, COLOUR, COLOUR_FAMILY, SIZE, KIND, OWN_BRAND};

static const char *site_of(const struct import *import, size_t row)
{
    const char *site = csv_cell(&import->table, row, STORE);
    return *site ? site : import->settings.site;
}

/* An import's basket has a name, not a moment of making: a UUIDv8 of its shop and name (RFC
 * 9562, 5.8). */
void baskets_id(const char *site, const char *name, struct loy_id *id)
{
    static const uint8_t key[] = "loyalty basket import";
    crypto_generichash_state state;
    crypto_generichash_init(&state, key, sizeof key, sizeof id->bytes);
    crypto_generichash_update(&state, (const uint8_t *)site, strlen(site) + 1);
    crypto_generichash_update(&state, (const uint8_t *)name, strlen(name));
    crypto_generichash_final(&state, id->bytes, sizeof id->bytes);
    id->bytes[6] = (uint8_t)((id->bytes[6] & 0x0F) | 0x80);
    id->bytes[8] = (uint8_t)((id->bytes[8] & 0x3F) | 0x80);
}

/* ---- Gathering rows into baskets ---------------------------------------------------------------
 */

static int by_basket(const void *a, const void *b, void *user)
{
    const struct import *import = user;
    size_t x = *(const size_t *)a, y = *(const size_t *)b;
    int order = strcmp(site_of(import, x), site_of(import, y));
    if (!order)
        order = strcmp(csv_cell(&import->table, x, BASKET), csv_cell(&import->table, y, BASKET));
    if (!order) order = x < y ? -1 : x > y;
    return order;
}

static bool same_basket(const struct import *import, size_t x, size_t y)
{
    return strcmp(site_of(import, x), site_of(import, y)) == 0 &&
           strcmp(csv_cell(&import->table, x, BASKET), csv_cell(&import->table, y, BASKET)) == 0;
}

static int by_time(const void *a, const void *b)
{
    const struct basket_rows *x = a, *y = b;
    if (x->at_us != y->at_us) return x->at_us < y->at_us ? -1 : 1;
    if (x->returns != y->returns) return x->returns ? 1 : -1;
    return x->row < y->row ? -1 : x->row > y->row;
}

/* A day without a time is taken as noon: midnight would put every such basket into one hour of the
 * night, and perhaps into the day before; the microsecond says that no time was given. */
static bool time_read(struct import *import, size_t row, int64_t *at_us, int16_t *offset_min)
{
    if (!csv_time(&import->table, row, AT, at_us, offset_min)) return false;
    if (strlen(csv_cell(&import->table, row, AT)) == 10) *at_us += LOY_DAY_ONLY_US;
    return true;
}

enum loy_status baskets_gather(struct baskets *g)
{
    struct import *import = g->import;
    size_t n = import->table.row_count;
    g->rows = calloc(n + 1, sizeof *g->rows);
    g->groups = calloc(n + 1, sizeof *g->groups);
    g->lines = calloc(LOY_LINES_MAX, sizeof *g->lines);
    if (!g->rows || !g->groups || !g->lines) return LOY_E_MEMORY;
    for (size_t i = 0; i < n; i++)
        g->rows[i] = i;
    qsort_r(g->rows, n, sizeof *g->rows, by_basket, import);
    for (size_t i = 0; i < n; i++) {
        bool whole = csv_complete(&import->table, g->rows[i]);
        bool returns = *csv_cell(&import->table, g->rows[i], RETURN_OF) != '\0';
        struct basket_rows *group = g->groups + g->group_count;
        if (i > 0 && same_basket(import, g->rows[i - 1], g->rows[i])) {
            group[-1].count++;
            group[-1].whole = group[-1].whole && whole;
            group[-1].returns = group[-1].returns || returns;
            continue;
        }
        *group =
            (struct basket_rows){.first = i, .count = 1, .row = g->rows[i], .returns = returns};
        group->whole = whole && time_read(import, g->rows[i], &group->at_us, &group->offset_min);
        g->group_count++;
    }
    qsort(g->groups, g->group_count, sizeof *g->groups, by_time);
    return LOY_OK;
}

/* ---- Lines --------------------------------------------------------------------------------------
 */

static bool has_attributes(const struct csv_table *table)
{
    for (size_t column = GTIN; column <= OWN_BRAND; column++)
        if (column != KIND && table->at[column] >= 0) return true;
    return false;
}

/* A row without a code or GTIN is known by what it says of the article. */
static void code_make(const struct loy_article *article, char code[LOY_TEXT_MAX])
{
    const char *parts[] = {article->manufacturer, article->brand, article->category, article->style,
        article->grade, article->colour, article->size_text};
    size_t used = 0;
    code[0] = '\0';
    for (size_t i = 0; i < sizeof parts / sizeof parts[0]; i++) {
        if (!*parts[i] || used >= LOY_TEXT_MAX - 1) continue;
        int n = snprintf(code + used, LOY_TEXT_MAX - used, "%s%s", used ? "/" : "", parts[i]);
        used += n > 0 ? (size_t)n : 0;
    }
    if (used >= LOY_TEXT_MAX) code[LOY_TEXT_MAX - 1] = '\0';
    if (!*code) strcpy(code, "unknown");
}

static enum loy_status version_find(struct import *import, size_t row, int64_t *version)
{
    struct loy_article article;
    char made[LOY_TEXT_MAX];
    if (!article_row_read(&import->table, row, &article_layout, &article)) return LOY_REFUSED;
    const char *code = *article.code ? article.code : article.gtin;
    if (!*code) code_make(&article, made);
    if (!*code) code = made;
    article.code = code;
    if (has_attributes(&import->table) || !*csv_cell(&import->table, row, ARTICLE)) {
        enum loy_status status = loy_article_put(import->store, &article, import->at_us);
        if (status != LOY_OK && status != LOY_REPEATED) return status;
    }
    enum loy_status status = loy_article_find(import->store, code, version);
    if (status != LOY_NONE) return status;
    csv_complain(&import->table, row, ARTICLE, _("is not among the articles; import them first"));
    return LOY_REFUSED;
}

/* What loy_line_slack allows for is no discount, unless a promotion is named or the price is so
 * small that half a unit is much of it. */
static bool is_rounding(const struct csv_table *table, size_t row, const struct loy_line *line)
{
    int64_t slack = loy_line_slack(line->quantity_milli), over = line->discount_minor;
    if (line->quantity_milli < 0) return over > 0 && over <= slack;
    if (over < 0) return over >= -slack;
    return over <= slack && line->list_minor >= 10 && !*csv_cell(table, row, PROMOTION) &&
           !*csv_cell(table, row, PROMOTION_FORM);
}

static bool amounts_read(struct import *import, size_t row, struct loy_line *line)
{
    struct csv_table *table = &import->table;
    unsigned digits = import->settings.minor_digits;
    int64_t full = 0;
    bool listed = *csv_cell(table, row, LIST_PRICE) != '\0';
    line->quantity_milli = 1000;
    bool good = csv_amount(table, row, QUANTITY, 3, &line->quantity_milli);
    good = csv_amount(table, row, LIST_PRICE, digits, &line->list_minor) && good;
    good = csv_amount(table, row, PAID, digits, &line->paid_minor) && good;
    if (!good) return false;
    if (line->quantity_milli == 0) {
        csv_complain(table, row, QUANTITY, _("is 0; leave such rows out"));
        return false;
    }
    /* Without a list price the paid one is the list price; what the division leaves is no discount.
     */
    if (!listed) {
        if (line->paid_minor <= INT64_MAX / 1000 && line->paid_minor >= INT64_MIN / 1000) {
            line->list_minor = line->paid_minor * 1000 / line->quantity_milli;
            if (line->quantity_milli % 1000 == 0 ||
                (loy_line_amount(line->list_minor, line->quantity_milli, &full) &&
                    full == line->paid_minor))
                return true;
        }
        csv_complain(table, row, LIST_PRICE,
            _("is needed: paid is no whole unit price times this quantity"));
        return false;
    }
    if (!loy_line_amount(line->list_minor, line->quantity_milli, &full)) {
        csv_complain(table, row, LIST_PRICE, _("times the quantity is too large"));
        return false;
    }
    line->discount_minor = full - line->paid_minor;
    bool sale = line->quantity_milli > 0;
    if (is_rounding(table, row, line)) line->discount_minor = 0;
    if (sale ? line->discount_minor < 0 : line->discount_minor > 0) {
        csv_complain(table, row, PAID,
            _("is more than list price times quantity; list_price is per unit, paid is of the "
              "whole line"));
        return false;
    }
    return true;
}

static int basket_order(const struct import *import, size_t row, const char *site, const char *name)
{
    int order = strcmp(site_of(import, row), site);
    return order ? order : strcmp(csv_cell(&import->table, row, BASKET), name);
}

/* Where the rows of a basket begin in g->rows, which are in that order. */
static size_t basket_first(const struct baskets *g, const char *site, const char *name)
{
    size_t low = 0, high = g->import->table.row_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (basket_order(g->import, g->rows[middle], site, name) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* The line of the sale that a return comes from: given, or the first one with the same article. */
static bool return_read(struct baskets *g, size_t row, struct loy_line *line)
{
    struct csv_table *table = &g->import->table;
    const char *of = csv_cell(table, row, RETURN_OF), *code = csv_cell(table, row, ARTICLE);
    int64_t number = 0;
    if (!*of) return true;
    baskets_id(site_of(g->import, row), of, &line->return_of);
    if (!csv_whole(table, row, RETURN_OF_LINE, 1, LOY_LINES_MAX, &number)) return false;
    size_t first = basket_first(g, site_of(g->import, row), of);
    for (size_t i = first; !number && i < table->row_count; i++) {
        size_t sold = g->rows[i];
        if (basket_order(g->import, sold, site_of(g->import, row), of) != 0) break;
        if (strcmp(csv_cell(table, sold, ARTICLE), code) == 0) number = (int64_t)(i - first + 1);
    }
    if (!number) {
        csv_complain(table, row, RETURN_OF,
            _("names a basket without that article in this file; give return_of_line"));
        return false;
    }
    line->return_of_line = (uint32_t)number;
    return true;
}

static enum loy_status line_read(struct baskets *g, size_t row, struct loy_line *line)
{
    struct csv_table *table = &g->import->table;
    const char *promotion = csv_cell(table, row, PROMOTION), *reason = csv_cell(table, row, REASON);
    *line = (struct loy_line){
        .promotion = *promotion ? promotion : NULL, .reason = *reason ? reason : NULL};
    bool good = amounts_read(g->import, row, line);
    good = csv_word(table, row, PROMOTION_FORM, loy_form_name, loy_form_count, &line->form) && good;
    good = return_read(g, row, line) && good;
    if (!good) return LOY_REFUSED;
    return version_find(g->import, row, &line->article_version);
}

/* ---- Heads --------------------------------------------------------------------------------------
 */

static enum loy_status member_make(
    struct import *import, const char *reference, int64_t at_us, struct loy_id *member)
{
    struct loy_member_form form = {.size = sizeof form,
        .kind = LOY_MEMBER_PERSON,
        .channel = "import",
        .initiated_by = LOY_INITIATIVE_IMPORT,
        .collected_at_us = at_us,
        .pseudonymous = true,
        .reference = reference};
    /* Such data come for being analysed; nothing else is allowed with them. */
    form.consent[LOY_PURPOSE_PROFILING] = true;
    form.consent[LOY_PURPOSE_SUPPLIERS] = true;
    return loy_member_add(import->store, &form, import->at_us, member);
}

static enum loy_status member_find(
    struct import *import, size_t row, int64_t at_us, struct loy_id *member)
{
    const char *text = csv_cell(&import->table, row, MEMBER);
    enum loy_status status = loy_member_find_reference(import->store, text, member);
    if (status == LOY_NONE && loy_id_parse(text, member) == LOY_OK) {
        struct loy_member found;
        status = loy_member_get(import->store, member, &found);
    }
    if (status == LOY_NONE && cli_value(import->cli, "create-members"))
        return member_make(import, text, at_us, member);
    if (status != LOY_NONE) return status;
    csv_complain(&import->table, row, MEMBER,
        _("is no member's id or reference; import the members first, or use --create-members"));
    return LOY_REFUSED;
}

static enum loy_status card_read(
    struct import *import, size_t row, struct loy_credential *credential)
{
    enum loy_status status =
        cli_card_read(import->store, csv_cell(&import->table, row, CARD), credential);
    const char *complaint = cli_card_complaint(status);
    if (!complaint) return status;
    csv_complain(&import->table, row, CARD, "%s", complaint);
    return LOY_REFUSED;
}

/* All rows of a basket must say the same of it. */
static bool heads_agree(struct baskets *g, const struct basket_rows *group)
{
    static const size_t columns[] = {MEMBER, CARD, LANE, AT};
    struct csv_table *table = &g->import->table;
    size_t first = g->rows[group->first];
    bool good = true;
    for (size_t i = 1; i < group->count; i++)
        for (size_t c = 0; c < sizeof columns / sizeof columns[0]; c++) {
            size_t row = g->rows[group->first + i];
            if (strcmp(csv_cell(table, row, columns[c]), csv_cell(table, first, columns[c])) == 0)
                continue;
            csv_complain(table, row, columns[c], _("differs from row %zu of the same basket"),
                (size_t)table->numbers[first]);
            good = false;
        }
    return good;
}

static enum loy_status head_read(struct baskets *g, const struct basket_rows *group,
    struct loy_basket_head *head, struct loy_id *member, struct loy_credential *credential,
    const struct loy_credential *swiped)
{
    struct import *import = g->import;
    size_t row = g->rows[group->first];
    const char *lane = csv_cell(&import->table, row, LANE);
    enum loy_status status = LOY_OK;
    *head = (struct loy_basket_head){.size = sizeof *head,
        .site = site_of(import, row),
        .lane = *lane ? lane : import->settings.lane,
        .at_us = group->at_us,
        .offset_min = group->offset_min,
        .source = LOY_BASKET_IMPORT};
    baskets_id(head->site, csv_cell(&import->table, row, BASKET), &head->id);
    if (!heads_agree(g, group)) return LOY_REFUSED;
    if (swiped) {
        head->credential = swiped;
        return LOY_OK;
    }
    if (*csv_cell(&import->table, row, MEMBER)) {
        status = member_find(import, row, head->at_us, member);
        head->member = member;
    } else if (*csv_cell(&import->table, row, CARD)) {
        status = card_read(import, row, credential);
        head->credential = credential;
    }
    return status;
}

enum loy_status baskets_put(struct baskets *g, size_t index, const struct loy_credential *swiped)
{
    struct import *import = g->import;
    const struct basket_rows *group = &g->groups[index];
    struct loy_line *lines = g->lines;
    struct loy_basket_head head;
    struct loy_credential credential;
    struct loy_id member, id;
    size_t first = g->rows[group->first], before = import->table.complaints;
    int64_t sum = 0, discount = 0;
    if (group->count > LOY_LINES_MAX) {
        csv_complain(&import->table, first, BASKET, _("has more than %u lines"), LOY_LINES_MAX);
        return LOY_OK;
    }
    if (!group->whole) return LOY_OK;
    enum loy_status status = head_read(g, group, &head, &member, &credential, swiped);
    for (size_t i = 0; i < group->count && status >= LOY_OK; i++) {
        enum loy_status read = line_read(g, g->rows[group->first + i], &lines[i]);
        if (read == LOY_OK) {
            sum += lines[i].paid_minor;
            discount += lines[i].discount_minor;
        } else
            status = read;
    }
    if (import->table.complaints != before) return LOY_OK;
    if (status == LOY_OK)
        status = loy_basket_record(import->store, &head, lines, group->count, &id);
    // The card may not be used, or its member has left the scheme: the sale was made all the same.
    if (status == LOY_REFUSED) {
        head.credential = NULL;
        head.member = NULL;
        status = loy_basket_record(import->store, &head, lines, group->count, &id);
    }
    import->total_minor += sum;
    import->discount_minor += discount;
    return import_judge(import, first, status);
}

const char *baskets_cell(const struct baskets *g, size_t index, enum basket_cell cell)
{
    static const size_t columns[] = {[BASKET_CELL_MEMBER] = MEMBER, [BASKET_CELL_CARD] = CARD};
    return csv_cell(&g->import->table, g->rows[g->groups[index].first], columns[cell]);
}

void baskets_free(struct baskets *g)
{
    free(g->lines);
    free(g->rows);
    free(g->groups);
}

int64_t import_baskets_total(struct import *import)
{
    int64_t sum = 0;
    for (size_t row = 0; row < import->table.row_count; row++) {
        int64_t paid = 0;
        if (csv_amount(&import->table, row, PAID, import->settings.minor_digits, &paid))
            sum += paid;
    }
    return sum;
}

enum loy_status import_baskets(struct import *import)
{
    struct baskets g = {.import = import};
    enum loy_status status = baskets_gather(&g);
    for (size_t i = 0; status == LOY_OK && i < g.group_count; i++) {
        status = baskets_put(&g, i, NULL);
        cli_progress(import->cli, import->kind, (long long)i + 1, (long long)g.group_count);
    }
    baskets_free(&g);
    return status;
}
