/* SPDX-License-Identifier: MIT
 *
 * code_words.c - the words behind codes, in one table. In: a code as it stands in JSON. Out: words
 * in the language of the process. Must not know: who asks, where they are printed.
 */
#include "code_words.h"

#include <loyalty/contact.h>
#include <loyalty/form.h>

#include <string.h>

static const char *const initiatives[] = {"", "customer", "staff", "import"};

uint8_t initiative_of(const char *word)
{
    for (uint8_t i = LOY_INITIATIVE_CUSTOMER; i <= LOY_INITIATIVE_IMPORT; i++)
        if (strcmp(word, initiatives[i]) == 0) return i;
    return 0;
}

const char *initiative_name(uint8_t initiated_by)
{
    return initiatives[initiated_by <= LOY_INITIATIVE_IMPORT ? initiated_by : 0];
}

static const struct {
    enum code_list list;
    const char *code, *words;
} table[] = {
    {CODE_KIND, "person", N_("person")},
    {CODE_KIND, "organisation", N_("organisation")},
    {CODE_STANDING, "active", N_("registered member")},
    {CODE_STANDING, "merged", N_("merged")},
    {CODE_STANDING, "erased", N_("erased")},
    {CODE_INITIATIVE, "customer", N_("customer")},
    {CODE_INITIATIVE, "staff", N_("staff")},
    {CODE_INITIATIVE, "import", N_("import")},
    {CODE_WHO, "customer", N_("you")},
    {CODE_WHO, "staff", N_("staff")},
    {CODE_WHO, "import", N_("import")},
    {CODE_PURPOSE, "profiling", N_("profile")},
    {CODE_PURPOSE, "marketing", N_("advertising")},
    {CODE_PURPOSE, "suppliers", N_("manufacturers' summaries")},
    {CODE_PURPOSE, "scheme", N_("card scheme")},
    {CODE_REASON, "tax_no", N_("same tax number")},
    {CODE_REASON, "telephone", N_("same telephone")},
    {CODE_REASON, "account_no", N_("same account number")},
    {CODE_REASON, "email", N_("same e-mail address")},
    {CODE_REASON, "name", N_("same name")},
    {CODE_REASON, "similar_name", N_("nearly the same name")},
    {CODE_REASON, "postcode_and_house", N_("same postcode and house number")},
    {CODE_REASON, "birth_year", N_("same year of birth")},
    {CODE_CHECK_DIGIT, "none", N_("none")},
    {CODE_CHECK_DIGIT, "luhn", "Luhn"},
    {CODE_CHECK_DIGIT, "gs1", "GS1"},
    {CODE_USE, "member", N_("member card")},
    {CODE_USE, "coupon", N_("coupon")},
    {CODE_USE, "weighed", N_("weighed goods")},
    {CODE_CONTACT, "registration", N_("registration")},
    {CODE_CONTACT, "purchase", N_("purchase")},
    {CODE_CONTACT, "return", N_("return")},
    {CODE_CONTACT, "complaint", N_("complaint")},
    {CODE_CONTACT, "service-remark", N_("service remark")},
    {CODE_CONTACT, "survey", N_("survey")},
    {CODE_CONTACT, "coupon", N_("coupon response")},
    {CODE_CONTACT, "contest", N_("contest response")},
    {CODE_CONTACT, "web-form", N_("web form")},
    {CODE_CONTACT, "inbound-call", N_("inbound call")},
    {CODE_CONTACT, "fair", N_("fair")},
    {CODE_CONTACT, "message", N_("message sent")},
    {CODE_CONTACT, "observation", N_("observation")},
    {CODE_CONTACT, "other", N_("other")},
    {CODE_AUTHORITY, "permanent", N_("permanent")},
    {CODE_AUTHORITY, "until", N_("until a day")},
    {CODE_AUTHORITY, "once", N_("one purchase")},
    {CODE_NOTE, "potential", N_("potential")},
    {CODE_NOTE, "direction", N_("direction")},
    {CODE_NOTE, "credit", N_("credit")},
    {CODE_NOTE, "competitors", N_("competing suppliers")},
    {CODE_FLAG, "yes", N_("yes")},
    {CODE_FLAG, "no", N_("no")},
    {CODE_SEX, "f", N_("female")},
    {CODE_SEX, "m", N_("male")},
    {CODE_SEX, "other", N_("other")},
    {CODE_SEX, "not-said", N_("not said")},
    {CODE_EVIDENCE, "said", N_("said again")},
    {CODE_EVIDENCE, "document", N_("document seen")},
    {CODE_EVIDENCE, "delivered", N_("delivered")},
    {CODE_EVIDENCE, "returned", N_("came back")},
    {CODE_EVIDENCE, "asked", N_("asked, no answer")},
    {CODE_EVIDENCE, "unwanted", N_("does not want to be asked")},
    {CODE_EVIDENCE, "wanted", N_("may be asked again")},
    {CODE_DOCUMENT, "licence", N_("licence")},
    {CODE_DOCUMENT, "id-card", N_("identity card")},
    {CODE_DOCUMENT, "passport", N_("passport")},
    {CODE_DOCUMENT, "override", N_("set against the rule")},
    {CODE_BASKET, "open", N_("open")},
    {CODE_BASKET, "closed", N_("paid for")},
    {CODE_BASKET, "void", N_("cancelled")},
    {CODE_HELD, "referred-by", N_("brought by")},
    {CODE_HELD, "refers", N_("brought")},
    {CODE_HELD, "head-office", N_("head office")},
    {CODE_HELD, "branch", N_("branch")},
    {CODE_HELD, "merged", N_("merging of two registrations")},
    {CODE_HELD, "judged-different", N_("judged to be somebody else")},
    {CODE_HELD, "claim", N_("claim code")},
    {CODE_HELD, "confirmation", N_("confirmation")},
    {CODE_HELD, "card", N_("card")},
    {CODE_HELD, "shown", N_("card shown for a purchase that is not yours")},
    {CODE_HELD, "question", N_("question at a lane")},
    {CODE_HELD, "staff-card", N_("card of a member of staff")},
    {CODE_HELD, "alarm", N_("alarm about a card that was looked at")},
    {CODE_HELD, "link", N_("tied to you, or parted")},
    {CODE_HELD, "tender", N_("payment")},
    {CODE_HELD, "coupon", N_("coupon shown")},
    {CODE_HELD, "index", N_("digest to find you by")},
    {CODE_QUANTITY, "recency_days", N_("Days since the last purchase")},
    {CODE_QUANTITY, "frequency_365d", N_("Purchases in 365 days")},
    {CODE_QUANTITY, "monetary_365d_minor", N_("Paid in 365 days")},
    {CODE_QUANTITY, "level_minor_per_occasion", N_("Paid per occasion")},
    {CODE_QUANTITY, "deal_share", N_("Share of lines on deal")},
    {CODE_QUANTITY, "own_brand_share", N_("Share of own brands")},
    {CODE_QUANTITY, "price_tier_listed", N_("Price tier, listed")},
    {CODE_QUANTITY, "price_tier_paid", N_("Price tier, paid")},
    {CODE_SURENESS, "own", N_("sure")},
    {CODE_SURENESS, "weak", N_("weak evidence")},
    {CODE_SURENESS, "few", N_("not enough yet")},
    {CODE_SURENESS, "descriptive", N_("counted")},
    {CODE_SURENESS, "not-claimed", N_("not claimed")},
    {CODE_ACTION, "alarm.acknowledge", N_("alarm looked at")},
    {CODE_ACTION, "backup", N_("backup made")},
    {CODE_ACTION, "create", N_("store made")},
    {CODE_ACTION, "import", N_("file imported")},
    {CODE_ACTION, "range-add", N_("range of cards declared")},
    {CODE_ACTION, "audit-broken", N_("end of the log did not fit")},
    {CODE_ACTION, "audit-export", N_("log exported")},
    {CODE_ACTION, "audit-note", N_("log noted in the key file")},
    {CODE_ACTION, "audit-sign", N_("log signed")},
    {CODE_ACTION, "basket-conflict", N_("another basket with this number")},
    {CODE_ACTION, "basket-object", N_("basket kept for nobody")},
    {CODE_ACTION, "basket-void", N_("basket cancelled")},
    {CODE_ACTION, "card.activate", N_("card activated")},
    {CODE_ACTION, "card.block", N_("card blocked or lost")},
    {CODE_ACTION, "card.expire", N_("expired cards noted")},
    {CODE_ACTION, "card.expiry", N_("last day of a card set")},
    {CODE_ACTION, "card.issue", N_("card given out")},
    {CODE_ACTION, "card.release", N_("card released")},
    {CODE_ACTION, "card.replace", N_("card replaced")},
    {CODE_ACTION, "card.rule", N_("rule about cards changed")},
    {CODE_ACTION, "lane.add", N_("lane added")},
    {CODE_ACTION, "funnel.rule", N_("customer funnel switched")},
    {CODE_ACTION, "lane.rule", N_("rule about lanes changed")},
    {CODE_ACTION, "card.stock", N_("cards put into stock")},
    {CODE_ACTION, "channel.add", N_("channel added")},
    {CODE_ACTION, "claim.make", N_("claim code made")},
    {CODE_ACTION, "claim.use", N_("card given for a claim code")},
    {CODE_ACTION, "claim.wrong", N_("wrong claim code")},
    {CODE_ACTION, "consent.give", N_("consent given")},
    {CODE_ACTION, "consent.text", N_("words of a consent entered")},
    {CODE_ACTION, "consent.withdraw", N_("consent withdrawn")},
    {CODE_ACTION, "contact.add", N_("contact noted")},
    {CODE_ACTION, "contact.match", N_("contact given to a member")},
    {CODE_ACTION, "epoch", N_("file taken for a new epoch")},
    {CODE_ACTION, "form.set", N_("form changed")},
    {CODE_ACTION, "key-passphrase", N_("passphrase of the key")},
    {CODE_ACTION, "key-recover", N_("master key restored from paper")},
    {CODE_ACTION, "key-recovery", N_("recovery key shown")},
    {CODE_ACTION, "key-rotate", N_("master key replaced")},
    {CODE_ACTION, "login", N_("login")},
    {CODE_ACTION, "login-failed", N_("login failed")},
    {CODE_ACTION, "logout", N_("logout")},
    {CODE_ACTION, "member.add", N_("member registered")},
    {CODE_ACTION, "member.branch", N_("head office of a member set")},
    {CODE_ACTION, "member.confirm", N_("value confirmed")},
    {CODE_ACTION, "member.distinct", N_("judged to be two members")},
    {CODE_ACTION, "member.erase", N_("member erased")},
    {CODE_ACTION, "member.export", N_("data of a member exported")},
    {CODE_ACTION, "member.file", N_("customer file printed")},
    {CODE_ACTION, "member.rank", N_("members ranked by forecasts")},
    {CODE_ACTION, "member.shown", N_("shown whole on the screen")},
    {CODE_ACTION, "member.kept", N_("value stayed, another is kept")},
    {CODE_ACTION, "member.list", N_("list of members written")},
    {CODE_ACTION, "member.merge", N_("member taken in by a merge")},
    {CODE_ACTION, "member.merge_final", N_("merge made final")},
    {CODE_ACTION, "member.merged", N_("member merged into another")},
    {CODE_ACTION, "member.override", N_("value set against the rule")},
    {CODE_ACTION, "member.refer", N_("who brought the member")},
    {CODE_ACTION, "member.set", N_("value changed")},
    {CODE_ACTION, "member.unmerge", N_("merge undone")},
    {CODE_ACTION, "model.keep", N_("population of a model kept")},
    {CODE_ACTION, "note.set", N_("note written")},
    {CODE_ACTION, "operator-add", N_("operator added")},
    {CODE_ACTION, "operator-off", N_("operator switched off")},
    {CODE_ACTION, "operator-on", N_("operator switched on")},
    {CODE_ACTION, "operator-card", N_("operator's own card noted")},
    {CODE_ACTION, "operator-card-off", N_("operator's own card no longer noted")},
    {CODE_ACTION, "operator-pin", N_("PIN set")},
    {CODE_ACTION, "operator-role", N_("role of an operator changed")},
    {CODE_ACTION, "operator-unlock", N_("operator unlocked")},
    {CODE_ACTION, "purchaser.add", N_("purchaser authorised")},
    {CODE_ACTION, "purchaser.end", N_("authority of a purchaser ended")},
    {CODE_ACTION, "purchaser.forget", N_("name of a purchaser destroyed")},
    {CODE_ACTION, "purchaser.set", N_("purchaser changed")},
    {CODE_ACTION, "purchaser.twice", N_("single authority used twice")},
    {CODE_ACTION, "receipt.copy", N_("receipt given out again")},
    {CODE_ACTION, "receipt.set", N_("setting of receipts changed")},
    {CODE_ACTION, "promotion.end", N_("promotion ended")},
    {CODE_ACTION, "promotion.put", N_("promotion set")},
    {CODE_ACTION, "scale.put", N_("labels of a scale set")},
    {CODE_ACTION, "scale.remove", N_("labels of a scale removed")},
    {CODE_ACTION, "release", N_("report for a manufacturer left")},
    {CODE_ACTION, "retention.days", N_("retention period changed")},
    {CODE_ACTION, "retention.vouch", N_("clock and list vouched for")},
    {CODE_ACTION, "question.answer", N_("question at a lane answered")},
    {CODE_ACTION, "clock.doubt", N_("a lane's clock in doubt")},
    {CODE_ACTION, "clock.accept", N_("went on with a clock in doubt")},
    {CODE_ACTION, "clock.right", N_("a clock said to be right")},
    {CODE_ACTION, "clock.set", N_("a clock was set right")},
    {CODE_CLOCK, "unset", N_("the clock was never set")},
    {CODE_CLOCK, "off", N_("another clock says something else")},
    {CODE_CLOCK, "jump", N_("the clock was set while the lane was open")},
    {CODE_CLOCK, "back", N_("the clock is before the last basket")},
    {CODE_CLOCK, "ahead", N_("nothing was sold for a long time before")},
    {CODE_RULE, "purchasers", N_("purchasers of an organisation at a time")},
    {CODE_RULE, "claim_days", N_("days for which a claim code is good")},
    {CODE_RULE, "claim_failures", N_("wrong claim codes before none is taken")},
    {CODE_RULE, "claim_minutes", N_("minutes in which they count, and of the pause")},
    {CODE_RULE, "late_minutes", N_("minutes after the close in which a card still counts")},
    {CODE_RULE, "keep_seconds", N_("seconds until an open question lapses")},
    {CODE_RULE, "again_ms", N_("milliseconds in which the same card counts once")},
    {CODE_RULE, "accept_replaced", N_("a replaced card is accepted once (1 yes, 0 no)")},
    {CODE_RULE, "return_without_receipt", N_("returns without a receipt (0, 1 or 2)")},
    {CODE_RULE, "clock_back_seconds", N_("seconds by which the clock may go back")},
    {CODE_RULE, "clock_off_seconds", N_("seconds by which the clock may be off")},
    {CODE_RULE, "clock_supervisor_hours", N_("hours off from which a supervisor must accept")},
    {CODE_RULE, "questions", N_("members are asked for a missing field (1 yes, 0 no)")},
    {CODE_RULE, "scorecard_operators", N_("figures of single operators (1 yes, 0 no)")},
    {CODE_RULE, "alarm_card_day", N_("baskets of one card a day that raise an alarm")},
    {CODE_RULE, "alarm_after_total_percent",
        N_("per cent of cards after the total that raise one")},
    {CODE_RULE, "alarm_least_baskets", N_("baskets below which nobody is judged")},
};

const char *code_words(enum code_list list, const char *code)
{
    if (!code) return "";
    if (list == CODE_CARD && *code) return _(code); /* the library's words */
    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++)
        if (table[i].list == list && strcmp(table[i].code, code) == 0) return _(table[i].words);
    return code;
}

const char *code_channel(struct loy_store *store, const char *code)
{
    static struct loy_channel channel;
    int64_t position = 0;
    channel.size = sizeof channel;
    while (loy_channel_next(store, &position, &channel) == LOY_OK)
        if (strcmp(channel.code, code) == 0) return channel.name;
    return code;
}

const char *code_label(struct loy_store *store, uint8_t kind, uint8_t field)
{
    static char label[LOY_FORM_LABEL_MAX];
    enum loy_registration form = kind == LOY_MEMBER_PERSON         ? LOY_REGISTRATION_PERSON
                                 : kind == LOY_MEMBER_ORGANISATION ? LOY_REGISTRATION_ORGANISATION
                                                                   : LOY_REGISTRATION_NONE;
    if (loy_form_label(store, form, field, label) != LOY_OK) *label = '\0';
    return label;
}

const char *code_label_named(struct loy_store *store, uint8_t kind, const char *name)
{
    enum loy_field field;
    return loy_field_find(name, &field) == LOY_OK ? code_label(store, kind, (uint8_t)field) : name;
}

/* "" and what is no moment stay as they are. */
static const char *code_time(const char *text)
{
    static char local[32];
    char whole[40];
    int64_t at_us = 0;
    int16_t zone = 0;
    snprintf(whole, sizeof whole, "%.32sZ", text);
    if (cli_time_parse(whole, &at_us, &zone) != LOY_OK) return text;
    cli_time_local(at_us, local);
    return local;
}

const char *code_of(struct loy_store *store, uint8_t kind, enum code_list list, const char *code)
{
    if (list == CODE_FIELD) return code_label_named(store, kind, code);
    if (list == CODE_CHANNEL) return code_channel(store, code);
    if (list == CODE_TIME) return code_time(code);
    return list == CODE_PLAIN ? code : code_words(list, code);
}

const char *code_value(enum loy_field field, const char *text)
{
    return field == LOY_FIELD_SEX ? code_words(CODE_SEX, text) : text;
}

void code_join(FILE *out, bool *begun, const char *text)
{
    fprintf(out, "%s%s", *begun ? _(", ") : "", text);
    *begun = true;
}

const char *code_gap(const char *family_name)
{
    return (unsigned char)family_name[0] < 0x80 ? " " : "";
}
