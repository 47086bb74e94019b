/* SPDX-License-Identifier: MIT
 *
 * journey.h - the Complete Journey sample (75,000 lines) as sales and versions, for the tests and
 * benchmarks that compare with its reference numbers.
 */
#ifndef JOURNEY_H
#define JOURNEY_H

#include <loyalty/profile.h>

#include <stdbool.h>

struct journey_line {
    struct loy_sale sale;
    struct loy_version version; /* category is the department; journey_version sets the article */
    char article[12];
};
struct journey {
    struct journey_line *lines;
    size_t count;
    double retail_discount, paid; /* sums, as the file has them */
};

/* From $LOYALTY_SHARED/data, or ../shared/data beside the repository; false, after saying so, where
 * the files are not there. */
bool journey_read(struct journey *journey);
struct loy_version journey_version(const struct journey_line *line);
void journey_free(struct journey *journey);

#endif
