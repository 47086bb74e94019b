/* SPDX-License-Identifier: MIT
 *
 * receipt_json.c - a receipt for programs. In: a gathered receipt. Out: an object, with no more of
 * the member in it than the paper has.
 */
#include "receipt.h"

#include <cli/cli.h>

static const char *const states[] = {"", "open", "closed", "void"};

static json_t *text_or_null(const char *text)
{
    return text[0] != '\0' ? json_string(text) : json_null();
}

static json_t *line_object(const struct receipt *receipt, size_t i)
{
    const struct loy_basket_line *line = &receipt->lines[i];
    json_t *object = json_pack("{s:i,s:s,s:s,s:s,s:I,s:I,s:I,s:I}", "line", (int)line->number,
        "article", line->code, "label", line->label, "kind", loy_kind_name(line->kind),
        "quantity_milli", (json_int_t)line->quantity_milli, "list_minor",
        (json_int_t)line->list_minor, "discount_minor", (json_int_t)line->discount_minor,
        "paid_minor", (json_int_t)line->paid_minor);
    json_object_set_new(object, "tax_permille",
        line->tax_permille >= 0 ? json_integer(line->tax_permille) : json_null());
    json_object_set_new(object, "price_is_net", json_boolean(line->price_is_net));
    json_object_set_new(object, "promotion", text_or_null(line->promotion));
    json_object_set_new(object, "campaign", text_or_null(line->campaign));
    json_object_set_new(object, "reason", text_or_null(line->reason));
    json_object_set_new(object, "return_of", text_or_null(receipt->of_numbers[i]));
    json_object_set_new(
        object, "of_line", line->of_line ? json_integer((json_int_t)line->of_line) : json_null());
    json_object_set_new(object, "voids", json_boolean(line->voids));
    json_object_set_new(object, "voided", json_boolean(line->voided));
    return object;
}

static json_t *lines_array(const struct receipt *receipt)
{
    json_t *array = json_array();
    for (size_t i = 0; i < receipt->line_count; i++)
        json_array_append_new(array, line_object(receipt, i));
    return array;
}

static json_t *taxes_array(const struct receipt *receipt)
{
    json_t *array = json_array();
    for (size_t i = 0; i < receipt->tax_count; i++) {
        const struct loy_tax *tax = &receipt->taxes[i];
        json_t *object = json_pack("{s:I,s:I,s:I}", "net_minor", (json_int_t)tax->net_minor,
            "tax_minor", (json_int_t)tax->tax_minor, "gross_minor", (json_int_t)tax->gross_minor);
        json_object_set_new(
            object, "permille", tax->permille >= 0 ? json_integer(tax->permille) : json_null());
        json_array_append_new(array, object);
    }
    return array;
}

static json_t *tenders_array(const struct receipt *receipt)
{
    json_t *array = json_array();
    for (size_t i = 0; i < receipt->tender_count; i++)
        json_array_append_new(
            array, json_pack("{s:s,s:I}", "kind", loy_tender_name(receipt->tenders[i].kind),
                       "amount_minor", (json_int_t)receipt->tenders[i].amount_minor));
    return array;
}

json_t *receipt_json(const struct receipt *receipt)
{
    const struct loy_receipt_head *head = &receipt->head;
    char basket[LOY_ID_TEXT_SIZE], at[32];
    loy_id_text(&head->basket, basket);
    cli_time_text(
        head->closed_at_us ? head->closed_at_us : head->opened_at_us, head->offset_min, at);
    json_t *object = json_pack("{s:o,s:s,s:s,s:s,s:I,s:I,s:s,s:s,s:i,s:b}", "receipt",
        text_or_null(receipt->number), "basket", basket, "store", head->site, "lane", head->lane,
        "epoch", (json_int_t)head->epoch, "sequence", (json_int_t)head->sequence, "state",
        states[head->state <= 3 ? head->state : 0], "at", at, "offset_min", head->offset_min,
        "copy", receipt->copy);
    if (object == NULL) return NULL;
    json_object_set_new(object, "currency", json_string(receipt->shop.currency));
    json_object_set_new(object, "total_minor", json_integer(head->total_minor));
    json_object_set_new(object, "saved_minor", json_integer(head->saved_minor));
    json_object_set_new(object, "member_saved_minor", json_integer(receipt->member_saved_minor));
    json_object_set_new(object, "due_minor", json_integer(head->due_minor));
    json_object_set_new(object, "member", json_boolean(receipt->has_member));
    json_object_set_new(object, "tail", text_or_null(head->tail));
    json_object_set_new(object, "name", text_or_null(receipt->member_name));
    json_object_set_new(object, "buyer", text_or_null(receipt->buyer_name));
    json_object_set_new(object, "lines", lines_array(receipt));
    json_object_set_new(object, "taxes", taxes_array(receipt));
    json_object_set_new(object, "tenders", tenders_array(receipt));
    return object;
}
