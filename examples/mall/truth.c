/* SPDX-License-Identifier: MIT
 *
 * truth.c - truth.json: all that was planted, with its sizes, and the totals of the other files.
 * The product never reads it; tests and readers of a report do.
 */
#include "mall.h"

#include <inttypes.h>

static void cards_write(const struct people *people, FILE *file)
{
    char card[17];
    const char *between = "";
    for (uint32_t i = 0; i < people->persons; i++) {
        if (!people->list[i].evening) continue;
        card_number(card, people, i);
        fprintf(file, "%s\"%s\"", between, card);
        between = ",";
    }
}

static void counts_write(const struct people *people, FILE *file)
{
    unsigned red = 0, careful = 0, evening = 0;
    for (uint32_t i = 0; i < people->persons; i++) {
        red += person_likes_red(&people->list[i]);
        careful += person_sensitivity(&people->list[i]) == CAREFUL;
        evening += people->list[i].evening;
    }
    fprintf(file,
        "  \"groups\": {\"women_25_34\": %u, \"careful\": %u, \"easy\": %u, \"evening\": %u},\n",
        red, careful, (unsigned)people->persons - careful, evening);
}

static void taste_write(FILE *file)
{
    char first[16], last[16];
    day_text(first, SEASON_FIRST_DAY);
    day_text(last, SEASON_LAST_DAY);
    fprintf(file,
        "  \"planted\": {\n"
        "    \"red\": {\"who\": \"sex f, birth_year %d to %d\", \"colour_family\": \"red\", "
        "\"utility\": %.2f},\n",
        YEAR - 34, YEAR - 25, RED_LIFT);
    fprintf(file,
        "    \"season\": {\"colour_family\": \"yellow\", \"first_day\": \"%s\", \"last_day\": "
        "\"%s\", "
        "\"utility\": %.2f},\n"
        "    \"grade_by_income\": {\"trait\": \"income\", \"utility_per_grade_and_band\": %.2f},\n",
        first, last, SEASON_LIFT, INCOME_GRADE);
    fprintf(file,
        "    \"price_sensitivity\": {\"trait\": \"children\", \"yes\": %.2f, \"no\": %.2f, "
        "\"unit\": \"utility per ln price, minus\"},\n",
        price_slope[CAREFUL], price_slope[EASY]);
}

static void households_write(FILE *file)
{
    static const char *const classes[AGE_CLASSES] = {
        "18-24", "25-34", "35-44", "45-54", "55-64", "65-75"};
    fprintf(file, "    \"children_by_age\": {");
    for (unsigned i = 0; i < AGE_CLASSES; i++)
        fprintf(file, "%s\"%s\": %.2f", i ? ", " : "", classes[i], children_by_age[i]);
    fprintf(file, "},\n");
}

static void promotions_write(FILE *file)
{
    fprintf(file, "    \"promotion_pull\": {");
    for (unsigned form = LOY_FORM_PERCENT; form <= LOY_FORM_MEMBER_PRICE; form++)
        fprintf(file, "\"%s\": {\"children_yes\": %.2f, \"children_no\": %.2f}, ", form_names[form],
            promotion_pull[CAREFUL][form], promotion_pull[EASY][form]);
    fprintf(file, "\"three_completed\": {\"children_yes\": %.2f, \"children_no\": %.2f}},\n",
        bundle_completed[CAREFUL], bundle_completed[EASY]);
    fprintf(file,
        "    \"fatigue\": {\"factor_per_further_week\": %.2f},\n"
        "    \"returns\": {\"colour_family\": \"purple\", \"rate\": %.2f, \"rate_of_others\": "
        "%.2f, "
        "\"of\": \"lines of persons\"},\n",
        FATIGUE, RETURN_PURPLE, RETURN_OTHER);
}

static double ratio(double part, double whole)
{
    return whole > 0.0 ? part / whole : 0.0;
}

/* The mean over the weeks of a promotion, then each week: units expected against what the same
 * shoppers would have taken without it, other promotions as they were. */
static void lift_write(const struct lift *weeks, unsigned form, FILE *file)
{
    struct lift all = {0};
    fprintf(
        file, "%s\"%s\": {\"by_week\": [", form > LOY_FORM_PERCENT ? ", " : "", form_names[form]);
    for (unsigned i = 0; i < LIFT_WEEKS; i++) {
        fprintf(file, "%s{\"same_price\": %.4f, \"with_cut\": %.4f, \"usual_units\": %.1f}",
            i ? ", " : "", ratio(weeks[i].sold, weeks[i].same_price),
            ratio(weeks[i].sold, weeks[i].plain), weeks[i].plain);
        all.sold += weeks[i].sold;
        all.same_price += weeks[i].same_price;
        all.plain += weeks[i].plain;
    }
    struct lift late = {
        weeks[2].sold + weeks[3].sold, weeks[2].same_price + weeks[3].same_price, 0.0};
    fprintf(file, "], \"third_and_later\": %.4f, \"same_price\": %.4f, \"with_cut\": %.4f}",
        ratio(late.sold, late.same_price), ratio(all.sold, all.same_price),
        ratio(all.sold, all.plain));
}

static void lifts_write(const struct totals *totals, FILE *file)
{
    fprintf(file, "    \"units_against_without\": {");
    for (unsigned form = LOY_FORM_PERCENT; form <= LOY_FORM_MEMBER_PRICE; form++)
        lift_write(totals->lifts[form], form, file);
    fprintf(file, "},\n");
}

static void habits_write(const struct people *people, FILE *file)
{
    fprintf(file,
        "    \"evening\": {\"share_of_persons\": %.2f, \"visits_18_to_22\": %.2f, \"brand\": "
        "\"%s\", "
        "\"utility\": %.2f, \"cards\": [",
        EVENING_SHARE, EVENING_VISITS, brands[1].name, EVENING_LIFT);
    cards_write(people, file);
    fprintf(file, "]},\n"
                  "    \"firms\": {\"kind\": \"organisation\", \"category\": \"workwear\", "
                  "\"hours\": \"9 to 12\", "
                  "\"pieces_per_line\": \"5 to 30\"}\n  },\n");
}

static void traps_write(FILE *file)
{
    char first[16], last[16];
    day_text(first, RED_OUT_FROM * 7);
    day_text(last, RED_OUT_TO * 7 - 1);
    fprintf(file,
        "  \"traps\": {\n"
        "    \"red_out_of_stock\": {\"colour_family\": \"red\", \"stores\": \"all\", "
        "\"first_day\": \"%s\", "
        "\"last_day\": \"%s\", \"must\": \"not read as dislike\"},\n"
        "    \"colour_and_district\": {\"independent\": true, \"must\": \"stay silent\"}\n  },\n",
        first, last);
}

static void totals_write(const struct people *people, const struct totals *totals, FILE *file)
{
    fprintf(file,
        "  \"totals\": {\"persons\": %u, \"organisations\": %u, \"articles\": %u, \"price_rows\": "
        "%u, "
        "\"baskets\": %" PRIu64 ", \"anonymous_baskets\": %" PRIu64 ", \"return_baskets\": %" PRIu64
        ", ",
        (unsigned)people->persons, FIRMS, totals->articles, totals->prices, totals->baskets,
        totals->anonymous, totals->returned);
    fprintf(file,
        "\"lines\": %" PRIu64 ", \"return_lines\": %" PRIu64 ", \"paid_minor\": %" PRId64
        ", \"discount_minor\": %" PRId64 "},\n  \"paid_minor_by_manufacturer\": {",
        totals->lines, totals->return_lines, totals->paid_minor, totals->discount_minor);
    for (unsigned i = 0; i < MAKERS; i++)
        fprintf(
            file, "%s\"%s\": %" PRId64, i ? ", " : "", maker_names[i], totals->maker_paid_minor[i]);
    fprintf(file, "}\n}\n");
}

void truth_write(const struct catalogue *catalogue, const struct people *people,
    const struct totals *totals, FILE *file)
{
    char first[16], last[16];
    day_text(first, 0);
    day_text(last, DAYS - 1);
    fprintf(file,
        "{\n  \"generated\": true,\n  \"seed\": %" PRIu64
        ",\n  \"currency\": \"CNY\",\n  \"stores\": [\"%s\", \"%s\", \"%s\"],\n"
        "  \"first_day\": \"%s\", \"last_day\": \"%s\", \"styles\": %u, \"promotions\": %u,\n",
        people->seed, store_names[0], store_names[1], store_names[2], first, last,
        catalogue->style_count, catalogue->promotion_count);
    counts_write(people, file);
    taste_write(file);
    households_write(file);
    promotions_write(file);
    lifts_write(totals, file);
    habits_write(people, file);
    traps_write(file);
    totals_write(people, totals, file);
}
