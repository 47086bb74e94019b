/* SPDX-License-Identifier: MIT
 *
 * receipt_gather.c - a basket out of the store as one plain value, with its member masked.
 * In: a basket's id. Out: struct receipt. Knows no paper.
 */
#include "receipt.h"

#include <locale.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

/* ---- Masks -------------------------------------------------------------------------------------
 */

static bool is_blank(utf8proc_int32_t point)
{
    return point == '\t' || utf8proc_category(point) == UTF8PROC_CATEGORY_ZS;
}

/* As many stars for every name: their number would say something about it. */
void receipt_mask(const char *name, char *masked, size_t size)
{
    static const char stars[] = "**";
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)name;
    size_t used = 0;
    bool inside = false;
    masked[0] = '\0';
    while (*at != '\0') {
        utf8proc_int32_t point;
        utf8proc_ssize_t step = utf8proc_iterate(at, -1, &point);
        if (step <= 0) break;
        bool begins = !inside && !is_blank(point);
        inside = !is_blank(point);
        if (begins) {
            size_t blank = used > 0;
            if (used + blank + (size_t)step + sizeof stars > size) break;
            if (blank) masked[used++] = ' ';
            memcpy(masked + used, at, (size_t)step);
            memcpy(masked + used + step, stars, sizeof stars);
            used += (size_t)step + sizeof stars - 1;
        }
        at += step;
    }
}

/* ---- Lines -------------------------------------------------------------------------------------
 */

static enum loy_status room_make(struct receipt *receipt, size_t *room)
{
    size_t wanted = *room == 0 ? 64 : 2 * *room;
    void *lines = realloc(receipt->lines, wanted * sizeof *receipt->lines);
    if (lines != NULL) receipt->lines = lines;
    void *numbers = realloc(receipt->of_numbers, wanted * sizeof *receipt->of_numbers);
    if (numbers != NULL) receipt->of_numbers = numbers;
    if (lines == NULL || numbers == NULL) return LOY_E_MEMORY;
    *room = wanted;
    return LOY_OK;
}

/* The number of the receipt that a line returns from; "" where it is none, or of no receipt. */
static enum loy_status origin_read(
    struct loy_store *store, struct receipt *receipt, const struct loy_basket_line *line)
{
    struct loy_receipt_head head = {.size = sizeof head};
    char *number = receipt->of_numbers[receipt->line_count];
    number[0] = '\0';
    if (loy_id_is_none(&line->of) || line->voids) return LOY_OK;
    enum loy_status status = loy_receipt_head_get(store, &line->of, &head);
    if (status == LOY_OK) loy_receipt_number(&head, number);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status lines_read(struct loy_store *store, struct receipt *receipt)
{
    size_t room = 0;
    uint32_t position = 0;
    struct loy_basket_line line = {.size = sizeof line};
    enum loy_status status;
    while (
        (status = loy_basket_line_next(store, &receipt->head.basket, &position, &line)) == LOY_OK) {
        if (receipt->line_count == room) status = room_make(receipt, &room);
        if (status == LOY_OK) status = origin_read(store, receipt, &line);
        if (status != LOY_OK) return status;
        receipt->lines[receipt->line_count++] = line;
        if (line.members_only || line.form == LOY_FORM_MEMBER_PRICE)
            receipt->member_saved_minor += line.discount_minor;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

/* More tenders than a receipt has rows for are one of the kind of the last. */
static enum loy_status tenders_read(struct loy_store *store, struct receipt *receipt)
{
    uint32_t position = 0;
    struct loy_basket_tender tender;
    enum loy_status status;
    while ((status = loy_basket_tender_next(store, &receipt->head.basket, &position, &tender)) ==
           LOY_OK) {
        if (receipt->tender_count < RECEIPT_TENDERS_MAX)
            receipt->tenders[receipt->tender_count++] = tender;
        else
            receipt->tenders[RECEIPT_TENDERS_MAX - 1].amount_minor += tender.amount_minor;
    }
    return status == LOY_NONE ? LOY_OK : status;
}

/* ---- Member ------------------------------------------------------------------------------------
 */

/* Whoever may not read names prints none. */
static enum loy_status readable(enum loy_status status)
{
    return status == LOY_NONE || status == LOY_E_ACCESS ? LOY_OK : status;
}

/* Family and given name; a Chinese one has no blank between its parts. */
static enum loy_status person_name_read(
    struct loy_store *store, const struct loy_id *member, char name[2 * LOY_FIELD_TEXT_MAX])
{
    char family[LOY_FIELD_TEXT_MAX] = "", given[LOY_FIELD_TEXT_MAX] = "";
    enum loy_status status = loy_member_field(store, member, LOY_FIELD_FAMILY_NAME, family);
    if (status == LOY_NONE) family[0] = '\0';
    if (status >= LOY_OK) status = loy_member_field(store, member, LOY_FIELD_GIVEN_NAME, given);
    if (status != LOY_OK) given[0] = '\0';
    const char *gap = *family != '\0' && *given != '\0' && (unsigned char)*family < 0xE3 ? " " : "";
    snprintf(name, 2 * LOY_FIELD_TEXT_MAX, "%s%s%s", family, gap, given);
    sodium_memzero(family, sizeof family);
    sodium_memzero(given, sizeof given);
    return status == LOY_NONE && *name != '\0' ? LOY_OK : status;
}

static enum loy_status name_read(
    struct loy_store *store, const struct loy_member *member, struct receipt *receipt)
{
    char name[2 * LOY_FIELD_TEXT_MAX] = "";
    bool firm = member->kind == LOY_MEMBER_ORGANISATION;
    enum loy_status status = loy_member_field(store, &member->id, LOY_FIELD_NAME, name);
    if (status == LOY_NONE) status = person_name_read(store, &member->id, name);
    if (status == LOY_OK && firm)
        snprintf(receipt->member_name, sizeof receipt->member_name, "%.*s",
            (int)sizeof receipt->member_name - 1, name);
    else if (status == LOY_OK)
        receipt_mask(name, receipt->member_name, sizeof receipt->member_name);
    sodium_memzero(name, sizeof name);
    return readable(status);
}

static enum loy_status buyer_read(struct loy_store *store, struct receipt *receipt)
{
    int64_t position = 0;
    struct loy_purchaser purchaser = {.size = sizeof purchaser};
    enum loy_status status = LOY_OK;
    while (receipt->head.purchaser != 0 && status == LOY_OK) {
        status = loy_purchaser_next(store, &receipt->head.member, &position, &purchaser);
        if (status == LOY_OK && purchaser.number == receipt->head.purchaser) {
            receipt_mask(purchaser.name, receipt->buyer_name, sizeof receipt->buyer_name);
            break;
        }
    }
    sodium_memzero(&purchaser, sizeof purchaser);
    return readable(status);
}

static enum loy_status member_read(struct loy_store *store, struct receipt *receipt)
{
    struct loy_member member;
    receipt->has_member = !loy_id_is_none(&receipt->head.member);
    if (!receipt->has_member) return LOY_OK;
    enum loy_status status = loy_member_get(store, &receipt->head.member, &member);
    if (status != LOY_OK) return readable(status);
    receipt->has_member_row = true;
    memcpy(receipt->consent, member.consent, sizeof receipt->consent);
    status = name_read(store, &member, receipt);
    if (status == LOY_OK) status = buyer_read(store, receipt);
    return status;
}

/* ---- All ---------------------------------------------------------------------------------------
 */

static enum loy_status settings_read(struct loy_store *store, struct receipt *receipt)
{
    enum loy_status status = LOY_OK;
    for (unsigned i = LOY_RECEIPT_NO_SETTING + 1; i < LOY_RECEIPT_SETTING_END && status == LOY_OK;
         i++)
        status = loy_receipt_setting_get(store, (enum loy_receipt_setting)i, receipt->settings[i]);
    return status;
}

static bool process_is_chinese(void)
{
    const char *language = getenv("LANGUAGE");
    if (language == NULL || *language == '\0') language = setlocale(LC_MESSAGES, NULL);
    return language != NULL && strncmp(language, "zh", 2) == 0;
}

static void language_choose(struct receipt *receipt, int language)
{
    const char *wanted = receipt->settings[LOY_RECEIPT_LANGUAGE];
    bool chinese = wanted[0] != '\0' ? strcmp(wanted, "zh_CN") == 0 : process_is_chinese();
    if (language >= 0) chinese = language == RECEIPT_CHINESE;
    receipt->language = chinese ? RECEIPT_CHINESE : RECEIPT_ENGLISH;
}

enum loy_status receipt_gather(struct loy_store *store, const struct loy_id *basket, int language,
    unsigned columns, struct receipt *receipt)
{
    *receipt = (struct receipt){.head = {.size = sizeof receipt->head}};
    loy_store_settings_get(store, &receipt->shop);
    enum loy_status status = loy_receipt_head_get(store, basket, &receipt->head);
    if (status == LOY_OK) status = settings_read(store, receipt);
    if (status != LOY_OK) return status;
    loy_receipt_number(&receipt->head, receipt->number);
    language_choose(receipt, language);
    /* Who cannot note that a sale has its receipt gives out copies only. */
    receipt->copy =
        receipt->head.printed || !loy_access_allowed(loy_store_role(store), LOY_MAY_SELL);
    receipt->columns = columns != 0
                           ? columns
                           : (unsigned)strtoul(receipt->settings[LOY_RECEIPT_COLUMNS], NULL, 10);
    status = lines_read(store, receipt);
    if (status == LOY_OK) status = tenders_read(store, receipt);
    if (status == LOY_OK)
        status = loy_basket_tax(
            store, basket, receipt->taxes, &receipt->tax_count, &receipt->head.due_minor);
    return status == LOY_OK ? member_read(store, receipt) : status;
}

void receipt_free(struct receipt *receipt)
{
    free(receipt->lines);
    free(receipt->of_numbers);
    sodium_memzero(receipt, sizeof *receipt);
}
