/* SPDX-License-Identifier: MIT
 *
 * import_article_row.h - the columns that describe an article, in articles files and in baskets
 * files.
 */
#ifndef IMPORT_ARTICLE_ROW_H
#define IMPORT_ARTICLE_ROW_H

#include "import.h"

/* Where a file's table of columns has them. */
struct article_columns {
    size_t article, gtin, brand, manufacturer, category, style, season, grade, grade_derived,
        colour, colour_family, size, kind, own_brand;
};

/* False: complained. Strings are valid while the table is open. */
bool article_row_read(struct csv_table *table, size_t row, const struct article_columns *at,
    struct loy_article *article);

#endif
