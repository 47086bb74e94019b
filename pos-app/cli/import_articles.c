/* SPDX-License-Identifier: MIT
 *
 * import_articles.c - rows of an articles file into the store; also what baskets files say of
 * articles.
 */
#include "import_article_row.h"

#include <stdlib.h>
#include <string.h>

enum {
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
    TAX_RATE,
    PRICE_IS_NET,
    KIND,
    OWN_BRAND,
    COUNTER,
    COST
};

const struct csv_column import_article_columns[] = {
    [ARTICLE] = {"article", true, false},
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
    [TAX_RATE] = {"tax_rate", false, false},
    [PRICE_IS_NET] = {"price_is_net", false, false},
    [KIND] = {"kind", false, false},
    [OWN_BRAND] = {"own_brand", false, false},
    [COUNTER] = {"counter", false, false},
    [COST] = {"cost", false, false},
    {0},
};

static const struct article_columns article_layout = {ARTICLE, GTIN, BRAND, MANUFACTURER, CATEGORY,
    STYLE, SEASON, GRADE, GRADE_DERIVED, COLOUR, COLOUR_FAMILY, SIZE, KIND, OWN_BRAND};

bool article_row_read(struct csv_table *table, size_t row, const struct article_columns *at,
    struct loy_article *article)
{
    uint8_t kind = LOY_KIND_GOODS;
    *article = (struct loy_article){.size = sizeof *article,
        .code = csv_cell(table, row, at->article),
        .gtin = csv_cell(table, row, at->gtin),
        .brand = csv_cell(table, row, at->brand),
        .manufacturer = csv_cell(table, row, at->manufacturer),
        .category = csv_cell(table, row, at->category),
        .style = csv_cell(table, row, at->style),
        .season = csv_cell(table, row, at->season),
        .grade = csv_cell(table, row, at->grade),
        .colour = csv_cell(table, row, at->colour),
        .size_text = csv_cell(table, row, at->size),
        .tax_permille = -1,
        .cost_minor = -1};
    bool good = csv_word(
        table, row, at->colour_family, loy_colour_name, loy_colour_count, &article->colour_family);
    good = csv_word(table, row, at->kind, loy_kind_name, loy_kind_count, &kind) && good;
    good = csv_flag(table, row, at->own_brand, &article->own_brand) && good;
    good = csv_flag(table, row, at->grade_derived, &article->derived_grade) && good;
    article->kind = kind;
    return good;
}

/* A tax rate in percent with one decimal: "19", "5.5". */
static bool tax_read(struct csv_table *table, size_t row, struct loy_article *article)
{
    int64_t permille = -1;
    if (!csv_price(table, row, TAX_RATE, 1, &permille)) return false;
    if (permille > 1000) {
        csv_complain(table, row, TAX_RATE, _("is above 100 percent; write 19 for 19 %%"));
        return false;
    }
    article->tax_permille = (int32_t)permille;
    return true;
}

static enum loy_status put(struct import *import, size_t row)
{
    struct csv_table *table = &import->table;
    struct loy_article article;
    bool good = article_row_read(table, row, &article_layout, &article);
    good = tax_read(table, row, &article) && good;
    good = csv_flag(table, row, PRICE_IS_NET, &article.price_is_net) && good;
    good = csv_price(table, row, COST, import->settings.minor_digits, &article.cost_minor) && good;
    article.counter = csv_cell(table, row, COUNTER);
    if (!good) return LOY_OK;
    return import_judge(import, row, loy_article_put(import->store, &article, import->at_us));
}

enum loy_status import_articles(struct import *import)
{
    int64_t day_us = 0;
    int16_t offset_min = 0;
    unsigned gap_days = 0;
    enum loy_status status = import_rows(import, put);
    if (status != LOY_OK || import->table.complaints ||
        !import_snapshot_day(import, &day_us, &offset_min))
        return status;
    const char **codes = calloc(import->table.row_count + 1, sizeof *codes);
    if (!codes) return LOY_E_MEMORY;
    for (size_t row = 0; row < import->table.row_count; row++)
        codes[row] = csv_cell(&import->table, row, ARTICLE);
    const char *site = cli_value(import->cli, "store-code");
    if (!site) site = import->settings.site;
    status = loy_assortment_snapshot(
        import->store, site, day_us, codes, import->table.row_count, &gap_days);
    free(codes);
    if (status == LOY_OK) import_gap_tell(import, site, gap_days);
    return status == LOY_REPEATED ? LOY_OK : status; /* of the file as a whole */
}
