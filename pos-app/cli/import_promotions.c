/* SPDX-License-Identifier: MIT
 *
 * import_promotions.c - rules of promotions from a file, all or nothing.
 */
#include "import.h"
#include "promotion_text.h"

const struct csv_column import_promotion_columns[] = {
    [PROMOTION_CODE] = {"code", true, false},
    [PROMOTION_FORM] = {"form", true, false},
    [PROMOTION_PERCENT] = {"percent", false, false},
    [PROMOTION_AMOUNT] = {"amount", false, false},
    [PROMOTION_TAKE] = {"take", false, false},
    [PROMOTION_PAY] = {"pay", false, false},
    [PROMOTION_SCOPE] = {"scope", false, false},
    [PROMOTION_TARGET] = {"target", false, false},
    [PROMOTION_STORE] = {"store", false, false},
    [PROMOTION_FROM] = {"from", false, false},
    [PROMOTION_TO] = {"to", false, false},
    [PROMOTION_MEMBERS] = {"members", false, false},
    [PROMOTION_COUPON] = {"coupon", false, false},
    [PROMOTION_CAMPAIGN] = {"campaign", false, false},
    [PROMOTION_SINGLE_USE] = {"single_use", false, false},
    {0},
};

static enum loy_status put(struct import *import, size_t row)
{
    const char *texts[PROMOTION_FIELDS];
    struct loy_promotion_rule rule;
    enum promotion_field field = PROMOTION_CODE;
    for (size_t i = 0; i < PROMOTION_FIELDS; i++)
        texts[i] = csv_cell(&import->table, row, i);
    const char *wrong = promotion_read(texts, import->settings.minor_digits, &rule, &field);
    if (wrong) {
        csv_complain(&import->table, row, (size_t)field, "%s", wrong);
        return LOY_OK;
    }
    return import_judge(import, row, loy_promotion_put(import->store, &rule, import->at_us));
}

enum loy_status import_promotions(struct import *import)
{
    return import_rows(import, put);
}

static int run_promotions(struct cli *cli)
{
    return import_run(cli, IMPORT_PROMOTIONS);
}

static const struct cli_option promotion_options[] = {
    IMPORT_ENCODING_OPTION,
    {"rows", "N", N_("control total: the file must have so many rows"), false, false},
    {0},
};

const struct cli_command command_import_promotions = {
    .name = "import promotions",
    .operands = "FILE.csv",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("rules of promotions from a CSV file, all or nothing"),
    .detail = N_("Columns (any order, * needed): code* form* percent amount take pay scope target "
                 "store from to members coupon campaign\nsingle_use, as `promotion add` takes "
                 "them; to is the last day. A rule of the same code is replaced."),
    .options = promotion_options,
    .run = run_promotions,
};
