/* SPDX-License-Identifier: MIT
 *
 * profile_taste.c - a member's likes, deals and group. In: fitted preferences and groups. Out:
 * lines of text, or JSON keys. States nothing that the library leaves unclear.
 */
#include "profile_taste.h"

#include <math.h>
#include <string.h>

static const char *const likings[] = {[LOY_LIKING_UNCLEAR] = "unclear",
    [LOY_LIKING_MORE] = "more",
    [LOY_LIKING_AS_OFFERED] = "as-offered",
    [LOY_LIKING_LESS] = "less"};
static const char *const standings[] = {[LOY_STANDING_OWN] = "own",
    [LOY_STANDING_WEAK] = "weak",
    [LOY_STANDING_FEW] = "few",
    [LOY_STANDING_DESCRIPTIVE] = "descriptive",
    [LOY_STANDING_NOT_CLAIMED] = "not-claimed"};

/* Calls each for every value of every table in which the member has enough lines. */
static enum loy_status each_preference(const struct profile_run *run,
    const struct profile_case *one, void (*each)(void *user, const struct loy_preference *found),
    void *user)
{
    const struct loy_preferences *preferences = run->taste.preferences;
    for (size_t t = 0; t < loy_preferences_count(preferences); t++) {
        struct loy_preference_table table;
        enum loy_status status = loy_preferences_table(preferences, t, &table);
        if (table.dimension >= LOY_TASTE_DEAL) continue;
        for (size_t v = 0; v < table.value_count && status == LOY_OK; v++) {
            struct loy_preference found;
            status = loy_preferences_member(preferences, t, v, one->number, &found);
            if (status == LOY_NONE || found.n < found.needed) break;
            if (status == LOY_OK) each(user, &found);
        }
        if (status != LOY_OK && status != LOY_NONE) return status;
    }
    return LOY_OK;
}

static enum loy_status deal_of(
    const struct profile_run *run, const struct profile_case *one, struct loy_preference *deal)
{
    size_t table;
    enum loy_status status =
        loy_preferences_find(run->taste.preferences, NULL, LOY_TASTE_DEAL, &table);
    if (status != LOY_OK) return status;
    return loy_preferences_member(run->taste.preferences, table, 1, one->number, deal);
}

/* ---- Text ----------------------------------------------------------------------------------- */

static void print_label(const char *label)
{
    printf("  ");
    cli_put(stdout, label, PROFILE_LABEL_WIDTH);
}

static void print_deal(const struct profile_run *run, const struct profile_case *one)
{
    struct loy_preference deal;
    if (deal_of(run, one, &deal) != LOY_OK || isnan(deal.offered)) return;
    print_label(_("  of the offer on deal"));
    printf("%-14.2f", deal.offered);
    if (deal.lift_standing == LOY_STANDING_OWN || deal.lift_standing == LOY_STANDING_WEAK)
        printf(_(" bought on deal %.2f times as often, 80 %%: %.2f to %.2f"), deal.lift,
            deal.lift_low, deal.lift_high);
    printf("\n");
}

static const char *const colours[] = {[LOY_COLOUR_BLACK] = N_("black"),
    [LOY_COLOUR_WHITE] = N_("white"),
    [LOY_COLOUR_GREY] = N_("grey"),
    [LOY_COLOUR_BEIGE] = N_("beige"),
    [LOY_COLOUR_BROWN] = N_("brown"),
    [LOY_COLOUR_RED] = N_("red"),
    [LOY_COLOUR_PINK] = N_("pink"),
    [LOY_COLOUR_ORANGE] = N_("orange"),
    [LOY_COLOUR_YELLOW] = N_("yellow"),
    [LOY_COLOUR_GREEN] = N_("green"),
    [LOY_COLOUR_BLUE] = N_("blue"),
    [LOY_COLOUR_NAVY] = N_("navy"),
    [LOY_COLOUR_PURPLE] = N_("purple"),
    [LOY_COLOUR_MULTI] = N_("multicoloured")};

static const char *value_words(const struct loy_preference *found)
{
    if (found->dimension != LOY_TASTE_COLOUR) return found->value;
    for (int i = LOY_COLOUR_NONE + 1; i < loy_colour_count; i++)
        if (strcmp(found->value, loy_colour_name(i)) == 0) return _(colours[i]);
    return found->value;
}

static const char *dimension_words(const struct loy_preference *found)
{
    switch (found->dimension) {
    case LOY_TASTE_BRAND:
        return _("brand");
    case LOY_TASTE_GRADE:
        return _("grade");
    default:
        return _("colour");
    }
}

static void print_liking(void *user, const struct loy_preference *found)
{
    bool *begun = user;
    /* What a single category is passed over for is told by those of all. */
    bool more = found->liking == LOY_LIKING_MORE;
    if (!more && (found->liking != LOY_LIKING_LESS || found->category[0])) return;
    if (!*begun) {
        print_label(_("Likes"));
        printf("%s\n", _("share of lines, what was on offer would give, times as much, 80 %"));
    }
    *begun = true;
    char what[160], label[192];
    snprintf(what, sizeof what, "%s %s", dimension_words(found), value_words(found));
    if (found->category[0])
        snprintf(label, sizeof label, "  %s (%s)", what, found->category);
    else
        snprintf(label, sizeof label, "  %s", what);
    print_label(label);
    if (strlen(label) >= PROFILE_LABEL_WIDTH) printf(" ");
    printf(_("%s: %.2f, %.2f, %.1f, %.1f to %.1f, n = %lld%s\n"), more ? _("more") : _("less"),
        found->lift * found->offered, found->offered, found->lift, found->lift_low,
        found->lift_high, (long long)found->n,
        found->lift_standing == LOY_STANDING_WEAK ? _("  (weak evidence)") : "");
}

static void print_names(const struct loy_segments *segments, size_t number)
{
    struct loy_segment_class class;
    if (loy_segments_class(segments, number, &class) != LOY_OK) return;
    printf(_("group %zu"), number + 1);
    for (size_t i = 0; i < class.name_count; i++)
        printf("%s%s", i == 0 ? _(": more ") : _(", "), class.names[i]);
}

static void print_group(const struct profile_run *run, const struct loy_segment_member *member)
{
    print_label(_("Group, by what is bought"));
    if (!run->taste.grouped || member->standing == LOY_STANDING_NOT_CLAIMED)
        printf("%s\n", _("none: the members fall into no groups that hold"));
    else if (member->standing == LOY_STANDING_FEW)
        printf(_("not enough purchases yet (%lld of %lld)\n"), (long long)member->n,
            (long long)member->needed);
    else if (member->standing == LOY_STANDING_WEAK)
        printf(_("mixed (n = %lld)\n"), (long long)member->n);
    else {
        print_names(run->taste.segments, member->number);
        printf(_("; probability %.2f, n = %lld\n"), member->probability, (long long)member->n);
    }
}

enum loy_status profile_taste_text(const struct profile_run *run, const struct profile_case *one)
{
    struct loy_segment_member member;
    bool begun = false;
    if (!run->taste.preferences) return LOY_OK;
    print_deal(run, one);
    enum loy_status status = each_preference(run, one, print_liking, &begun);
    if (status == LOY_OK && !begun) {
        print_label(_("Likes"));
        printf("%s\n", _("nothing is clear beside what was on offer"));
    }
    if (status == LOY_OK) status = loy_segments_member(run->taste.segments, one->number, &member);
    if (status == LOY_OK) print_group(run, &member);
    return status;
}

unsigned profile_taste_number(const struct profile_run *run, const struct profile_case *one)
{
    struct loy_segment_member member;
    if (!run->taste.grouped) return 0;
    if (loy_segments_member(run->taste.segments, one->number, &member) != LOY_OK) return 0;
    return member.standing == LOY_STANDING_OWN ? (unsigned)member.number + 1 : 0;
}

/* ---- Short ----------------------------------------------------------------------------------- */

struct likes {
    char (*lines)[PROFILE_TASTE_BYTES];
    size_t count, max;
};

static void like_put(void *user, const struct loy_preference *found)
{
    struct likes *likes = user;
    bool more = found->liking == LOY_LIKING_MORE;
    if (!more && (found->liking != LOY_LIKING_LESS || found->category[0])) return;
    if (likes->count == likes->max) return;
    char *line = likes->lines[likes->count++];
    if (found->category[0])
        snprintf(line, PROFILE_TASTE_BYTES, _("%s: %s %s (%s), %.1f times the offer"),
            more ? _("more") : _("less"), dimension_words(found), value_words(found),
            found->category, found->lift);
    else
        snprintf(line, PROFILE_TASTE_BYTES, _("%s: %s %s, %.1f times the offer"),
            more ? _("more") : _("less"), dimension_words(found), value_words(found), found->lift);
}

enum loy_status profile_taste_likes(const struct profile_run *run, const struct profile_case *one,
    char (*lines)[PROFILE_TASTE_BYTES], size_t max, size_t *count)
{
    struct likes likes = {lines, 0, max};
    enum loy_status status = LOY_OK;
    if (run->taste.preferences) status = each_preference(run, one, like_put, &likes);
    *count = likes.count;
    return status;
}

void profile_taste_group_text(
    const struct profile_run *run, const struct profile_case *one, char text[PROFILE_TASTE_BYTES])
{
    struct loy_segment_member member = {.standing = LOY_STANDING_NOT_CLAIMED};
    struct loy_segment_class class = {0};
    if (run->taste.grouped) loy_segments_member(run->taste.segments, one->number, &member);
    if (member.standing == LOY_STANDING_NOT_CLAIMED) {
        snprintf(
            text, PROFILE_TASTE_BYTES, "%s", _("none: the members fall into no groups that hold"));
    } else if (member.standing == LOY_STANDING_FEW) {
        snprintf(text, PROFILE_TASTE_BYTES, _("not enough purchases yet (%lld of %lld)"),
            (long long)member.n, (long long)member.needed);
    } else if (member.standing == LOY_STANDING_WEAK) {
        snprintf(text, PROFILE_TASTE_BYTES, _("mixed (n = %lld)"), (long long)member.n);
    } else {
        loy_segments_class(run->taste.segments, member.number, &class);
        snprintf(text, PROFILE_TASTE_BYTES, _("group %zu"), member.number + 1);
        for (size_t i = 0; i < class.name_count; i++)
            snprintf(text + strlen(text), PROFILE_TASTE_BYTES - strlen(text), "%s%s",
                i == 0 ? _(": more ") : _(", "), class.names[i]);
    }
}

double profile_taste_group(
    const struct profile_run *run, const struct profile_case *one, enum loy_quantity quantity)
{
    struct loy_segment_member member;
    const int64_t *members;
    size_t count;
    double value;
    if (!run->taste.grouped) return NAN;
    if (loy_segments_member(run->taste.segments, one->number, &member) != LOY_OK) return NAN;
    if (member.standing != LOY_STANDING_OWN) return NAN;
    if (loy_segments_members(run->taste.segments, member.number, &members, &count) != LOY_OK)
        return NAN;
    if (loy_population_group(run->population, quantity, members, count, &value) != LOY_OK)
        return NAN;
    return value;
}

/* ---- JSON ----------------------------------------------------------------------------------- */

static json_t *number(double value, bool shown)
{
    return cli_json_number(shown ? value : NAN);
}

static bool is_shown(uint8_t standing)
{
    return standing == LOY_STANDING_OWN || standing == LOY_STANDING_WEAK;
}

static json_t *lift_json(const struct loy_preference *found)
{
    bool shown = is_shown(found->lift_standing);
    return json_pack("{s:o,s:o,s:o,s:o,s:f,s:s}", "offered", cli_json_number(found->offered),
        "value", number(found->lift, shown), "low", number(found->lift_low, shown), "high",
        number(found->lift_high, shown), "reliability", found->lift_reliability, "standing",
        standings[found->lift_standing]);
}

static void add_preference(void *user, const struct loy_preference *found)
{
    json_t *list = user;
    bool shown = is_shown(found->standing);
    if (!shown && !is_shown(found->lift_standing)) return;
    json_array_append_new(
        list, json_pack("{s:s,s:s,s:s,s:I,s:I,s:I,s:o,s:o,s:o,s:f,s:s,s:o,s:o,s:s,s:o}", "category",
                  found->category, "by", loy_taste_name(found->dimension), "value", found->value,
                  "n", (json_int_t)found->n, "needed", (json_int_t)found->needed, "bought",
                  (json_int_t)found->bought, "share", number(found->share, shown), "low",
                  number(found->low, shown), "high", number(found->high, shown), "reliability",
                  found->reliability, "standing", standings[found->standing], "segment_value",
                  cli_json_number(found->all_share), "lift", lift_json(found), "liking",
                  likings[found->liking], "probability",
                  number(found->probability, found->liking != LOY_LIKING_UNCLEAR)));
}

static json_t *names_json(const struct loy_segments *segments, size_t number_of)
{
    struct loy_segment_class class = {0};
    json_t *list = json_array();
    loy_segments_class(segments, number_of, &class);
    for (size_t i = 0; i < class.name_count; i++)
        json_array_append_new(list, json_string(class.names[i]));
    return list;
}

static json_t *group_json(const struct profile_run *run, const struct profile_case *one)
{
    struct loy_segment_member member = {.standing = LOY_STANDING_NOT_CLAIMED};
    loy_segments_member(run->taste.segments, one->number, &member);
    if (!run->taste.grouped) member.standing = LOY_STANDING_NOT_CLAIMED;
    bool sure = member.standing == LOY_STANDING_OWN, mixed = member.standing == LOY_STANDING_WEAK;
    json_t *values = json_object();
    for (int i = LOY_QUANTITY_NONE + 1; sure && i < loy_quantity_count; i++)
        json_object_set_new(values, loy_quantity_name(i),
            cli_json_number(profile_taste_group(run, one, (enum loy_quantity)i)));
    return json_pack("{s:s,s:o,s:o,s:o,s:I,s:I,s:o}", "standing",
        mixed ? "mixed" : standings[member.standing], "group",
        sure ? json_integer((json_int_t)member.number + 1) : json_null(), "buys_more",
        sure ? names_json(run->taste.segments, member.number) : json_null(), "probability",
        number(member.probability, sure), "n", (json_int_t)member.n, "needed",
        (json_int_t)member.needed, "values", values);
}

enum loy_status profile_taste_json(
    const struct profile_run *run, const struct profile_case *one, json_t *object)
{
    struct loy_preference deal;
    json_t *list = json_array();
    if (!run->taste.preferences) {
        json_decref(list);
        return LOY_OK;
    }
    json_object_set_new(object, "preferences", list);
    enum loy_status status = each_preference(run, one, add_preference, list);
    if (status != LOY_OK) return status;
    status = deal_of(run, one, &deal);
    json_object_set_new(object, "deal_offered", status == LOY_OK ? lift_json(&deal) : json_null());
    json_object_set_new(object, "group", group_json(run, one));
    return status == LOY_NONE ? LOY_OK : status;
}
