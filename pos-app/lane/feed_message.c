/* SPDX-License-Identifier: MIT
 *
 * feed_message.c - see feed_message.h: one table of fields, read by one loop. In: bytes. Out: a
 * checked message. Must not know: stores, lanes, files.
 */
#include "feed_message.h"

#include <errno.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TEXT_MAX_BYTES 256u                  /* of a text in a message */
#define AMOUNT_MAX INT64_C(1000000000000000) /* so that no sum of lines leaves 64 bits */

enum value { TEXT, WHOLE, FLAG };

/* Bits of types. */
#define BIT(type) (UINT32_C(1) << (type))
#define ALL_TYPES (TENDER_BIT - 1)
#define LINE_BIT (UINT32_C(1) << 31)   /* an element of "lines" */
#define TENDER_BIT (UINT32_C(1) << 30) /* an element of "tenders" */
#define ABOUT_BASKET                                                                               \
    (BIT(FEED_LINE) | BIT(FEED_LINES) | BIT(FEED_VOID_LINE) | BIT(FEED_RETURN) |                   \
        BIT(FEED_MEMBER) | BIT(FEED_OBJECT) | BIT(FEED_COUPON) | BIT(FEED_CHOOSE) |                \
        BIT(FEED_TOTAL) | BIT(FEED_TENDER) | BIT(FEED_DECLINE) | BIT(FEED_BACK) |                  \
        BIT(FEED_CLOSE) | BIT(FEED_VOID) | BIT(FEED_SUSPEND) | BIT(FEED_REMARK) |                  \
        BIT(FEED_PRINTED) | BIT(FEED_BASKET))

struct field {
    const char *name;
    uint8_t value;       /* enum value */
    uint32_t in, needed; /* types that read it, types that must have it */
    size_t offset;
    size_t has_offset; /* of a bool that says whether it was given; 0: none */
    int64_t least, most;
};

#define AT(member) offsetof(struct feed_message, member)
#define OF_LINE(member) offsetof(struct feed_line, member)
#define OF_TENDER(member) offsetof(struct feed_tender, member)

// clang-format off
static const struct field message_fields[] = {
    {"approver", TEXT, ALL_TYPES, 0, AT(approver), 0, 0, 0},
    {"pin", TEXT, ALL_TYPES, 0, AT(pin), 0, 0, 0},
    {"version", WHOLE, BIT(FEED_HELLO), BIT(FEED_HELLO), AT(version), 0, 1, INT32_MAX},
    {"prices", TEXT, BIT(FEED_HELLO), 0, AT(prices), 0, 0, 0},
    {"questions", FLAG, BIT(FEED_HELLO), 0, AT(questions), AT(has_questions), 0, 0},
    {"last", FLAG, BIT(FEED_CARD) | BIT(FEED_MEMBER), 0, AT(last), 0, 0, 0},
    {"basket", TEXT, ABOUT_BASKET | BIT(FEED_RESUME) | BIT(FEED_CARD), ABOUT_BASKET & ~BIT(FEED_MEMBER), AT(basket), 0, 0, 0},
    {"field", TEXT, BIT(FEED_ANSWER), 0, AT(field), 0, 0, 0},
    {"answer", TEXT, BIT(FEED_ANSWER), BIT(FEED_ANSWER), AT(answer), 0, 0, 0},
    {"value", TEXT, BIT(FEED_ANSWER), 0, AT(value), 0, 0, 0},
    {"member", TEXT, BIT(FEED_MEMBER) | BIT(FEED_BASKET) | BIT(FEED_ANSWER), 0, AT(member), 0, 0, 0},
    {"telephone", TEXT, BIT(FEED_MEMBER), 0, AT(telephone), 0, 0, 0},
    {"is_member", FLAG, BIT(FEED_QUOTE), 0, AT(is_member), 0, 0, 0},
    {"code", TEXT, BIT(FEED_COUPON), BIT(FEED_COUPON), AT(code), 0, 0, 0},
    {"serial", TEXT, BIT(FEED_COUPON), 0, AT(serial), 0, 0, 0},
    {"reason", TEXT, BIT(FEED_VOID) | BIT(FEED_VOID_LINE) | BIT(FEED_RETURN) | BIT(FEED_REMARK), 0, AT(reason), 0, 0, 0},
    {"remark", TEXT, BIT(FEED_REMARK), BIT(FEED_REMARK), AT(remark), 0, 0, 0},
    {"text", TEXT, BIT(FEED_REMARK), 0, AT(text), 0, 0, 0},
    {"at", TEXT, BIT(FEED_BASKET), BIT(FEED_BASKET), AT(at), 0, 0, 0},
    {"lane", TEXT, BIT(FEED_BASKET), 0, AT(lane), 0, 0, 0},
    {"sequence", WHOLE, BIT(FEED_BASKET), 0, AT(sequence), 0, 1, INT64_MAX},
    {"total_minor", WHOLE, BIT(FEED_CLOSE) | BIT(FEED_BASKET), BIT(FEED_CLOSE) | BIT(FEED_BASKET), AT(total_minor), AT(has_total), -AMOUNT_MAX, AMOUNT_MAX},
    {"ticket", WHOLE, BIT(FEED_RESUME), 0, AT(ticket), 0, 1, INT64_MAX},
    {"choice", WHOLE, BIT(FEED_CHOOSE), BIT(FEED_CHOOSE), AT(choice), 0, 1, 9},
    {"receipt", TEXT, BIT(FEED_RETURN), 0, AT(receipt), 0, 0, 0},
    {0},
};
/* Of an element of "lines", and of a message about one line. */
static const struct field line_fields[] = {
    {"line", WHOLE, LINE_BIT | BIT(FEED_LINE) | BIT(FEED_LINES) | BIT(FEED_VOID_LINE) | BIT(FEED_RETURN) | BIT(FEED_REMARK), BIT(FEED_LINE) | BIT(FEED_LINES) | BIT(FEED_VOID_LINE) | BIT(FEED_RETURN), OF_LINE(number), 0, 1, LOY_LINES_MAX},
    {"article", TEXT, LINE_BIT | BIT(FEED_LINE) | BIT(FEED_RETURN), LINE_BIT | BIT(FEED_LINE), OF_LINE(article), 0, 0, 0},
    {"quantity_milli", WHOLE, LINE_BIT | BIT(FEED_LINE) | BIT(FEED_RETURN), 0, OF_LINE(quantity_milli), 0, -LOY_LANE_QUANTITY_MAX, LOY_LANE_QUANTITY_MAX},
    {"list_minor", WHOLE, LINE_BIT | BIT(FEED_LINE), 0, OF_LINE(list_minor), OF_LINE(has_list), 0, AMOUNT_MAX},
    {"discount_minor", WHOLE, LINE_BIT | BIT(FEED_LINE), 0, OF_LINE(discount_minor), 0, -AMOUNT_MAX, AMOUNT_MAX},
    {"paid_minor", WHOLE, LINE_BIT | BIT(FEED_LINE), 0, OF_LINE(paid_minor), OF_LINE(has_paid), -AMOUNT_MAX, AMOUNT_MAX},
    {"promotion", TEXT, LINE_BIT | BIT(FEED_LINE), 0, OF_LINE(promotion), 0, 0, 0},
    {"form", TEXT, LINE_BIT | BIT(FEED_LINE), 0, OF_LINE(form_name), 0, 0, 0},
    {"reason", TEXT, LINE_BIT | BIT(FEED_LINE), 0, OF_LINE(reason), 0, 0, 0},
    {"of_basket", TEXT, LINE_BIT | BIT(FEED_LINE) | BIT(FEED_RETURN), 0, OF_LINE(of_basket), 0, 0, 0},
    {"of_line", WHOLE, LINE_BIT | BIT(FEED_LINE) | BIT(FEED_VOID_LINE) | BIT(FEED_RETURN), BIT(FEED_VOID_LINE), OF_LINE(of_line), 0, 1, LOY_LINES_MAX},
    {0},
};
static const struct field tender_fields[] = {
    {"tender", WHOLE, TENDER_BIT | BIT(FEED_TENDER), BIT(FEED_TENDER), OF_TENDER(number), 0, 1, INT32_MAX},
    {"kind", TEXT, TENDER_BIT | BIT(FEED_TENDER) | BIT(FEED_CLOSE), TENDER_BIT | BIT(FEED_TENDER), OF_TENDER(kind_name), 0, 0, 0},
    {"amount_minor", WHOLE, TENDER_BIT | BIT(FEED_TENDER), TENDER_BIT, OF_TENDER(amount_minor), OF_TENDER(has_amount), -AMOUNT_MAX, AMOUNT_MAX},
    {0},
};
// clang-format on

/* ---- Complaints -------------------------------------------------------------------------------
 */

static bool wrong(struct feed_message *message, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
static bool wrong(struct feed_message *message, const char *code, const char *format, ...)
{
    va_list arguments;
    va_start(arguments, format);
    message->error = code;
    vsnprintf(message->error_text, sizeof message->error_text, format, arguments);
    va_end(arguments);
    return false;
}

/* ---- Numbers that are too large ---------------------------------------------------------------
 *
 * A number above 64 bits makes the whole line unreadable to the parser, though its "seq" is good.
 * It is read once more with such a number as a mark, which no field takes.
 */

#define TOO_LARGE "9e307" /* no longer than the shortest number that is */

static bool is_too_large(const json_t *value)
{
    return json_is_real(value) && json_real_value(value) == 9e307;
}

static bool number_is_large(const char *number, size_t size)
{
    char text[400], *end;
    if (size >= sizeof text) return true;
    snprintf(text, sizeof text, "%.*s", (int)size, number);
    errno = 0;
    if (strpbrk(text, ".eE")) return isinf(strtod(text, &end));
    strtoll(text, &end, 10);
    return errno == ERANGE;
}

/* Outside of strings; the copy has the line's length. */
static void numbers_mark(char *line, size_t size)
{
    bool text = false;
    for (size_t i = 0; i < size; i++) {
        if (text && line[i] == '\\') {
            i++;
            continue;
        }
        if (line[i] == '"') text = !text;
        if (text || !strchr("-0123456789", line[i]) || !line[i]) continue;
        size_t n = 1;
        while (i + n < size && line[i + n] && strchr("+-.eE0123456789", line[i + n]))
            n++;
        if (number_is_large(line + i, n)) {
            memset(line + i, ' ', n);
            memcpy(line + i, TOO_LARGE, n < strlen(TOO_LARGE) ? n : strlen(TOO_LARGE));
        }
        i += n - 1;
    }
}

static json_t *read_again(const char *bytes, size_t size, json_error_t *error)
{
    char *copy = malloc(size);
    if (!copy) return NULL;
    memcpy(copy, bytes, size);
    numbers_mark(copy, size);
    json_t *root = json_loadb(copy, size, JSON_REJECT_DUPLICATES, error);
    explicit_bzero(copy, size);
    free(copy);
    return root;
}

/* ---- Fields -----------------------------------------------------------------------------------
 */

static bool text_take(
    struct feed_message *message, const struct field *field, const json_t *value, void *into)
{
    if (!json_is_string(value)) return wrong(message, "field", "\"%s\" is a text", field->name);
    if (json_string_length(value) > TEXT_MAX_BYTES || json_string_length(value) == 0)
        return wrong(message, "field", "\"%s\" has 1 to %u bytes", field->name, TEXT_MAX_BYTES);
    for (const char *at = json_string_value(value); *at; at++)
        if ((unsigned char)*at < 0x20 || *at == 0x7F)
            return wrong(message, "field", "\"%s\" has no control characters", field->name);
    *(const char **)into = json_string_value(value);
    return true;
}

static bool whole_take(
    struct feed_message *message, const struct field *field, const json_t *value, void *into)
{
    if (is_too_large(value))
        return wrong(message, "number", "\"%s\" is too large a number", field->name);
    if (!json_is_integer(value))
        return wrong(message, "number",
            "\"%s\" is a whole number: amounts are minor units, quantities thousandths",
            field->name);
    json_int_t number = json_integer_value(value);
    if (number < field->least || number > field->most)
        return wrong(message, "number", "\"%s\" lies from %lld to %lld", field->name,
            (long long)field->least, (long long)field->most);
    *(int64_t *)into = number;
    return true;
}

static bool flag_take(
    struct feed_message *message, const struct field *field, const json_t *value, void *into)
{
    if (!json_is_boolean(value))
        return wrong(message, "field", "\"%s\" is true or false", field->name);
    *(bool *)into = json_is_true(value);
    return true;
}

/* Everything that the fields of `kind` (one bit) find in the object. null is not given. */
static bool fields_take(struct feed_message *message, const struct field *fields, uint32_t kind,
    const json_t *object, void *target)
{
    for (const struct field *field = fields; field->name; field++) {
        const json_t *value = json_object_get(object, field->name);
        bool good = true;
        if (!(field->in & kind)) continue;
        if (!value || json_is_null(value)) {
            if (field->needed & kind)
                return wrong(message, "field", "\"%s\" is missing", field->name);
            continue;
        }
        void *into = (char *)target + field->offset;
        if (field->value == TEXT) good = text_take(message, field, value, into);
        if (field->value == WHOLE) good = whole_take(message, field, value, into);
        if (field->value == FLAG) good = flag_take(message, field, value, into);
        if (!good) return false;
        if (field->has_offset) *(bool *)((char *)target + field->has_offset) = true;
    }
    return true;
}

/* ---- What fields mean together ----------------------------------------------------------------
 */

static bool line_check(struct feed_message *message, struct feed_line *line)
{
    if (line->has_list != line->has_paid)
        return wrong(message, "field", "\"list_minor\" and \"paid_minor\" come together");
    if (line->quantity_milli == 0) line->quantity_milli = 1000;
    for (int form = LOY_FORM_NONE + 1; line->form_name && form < loy_form_count; form++)
        if (strcmp(loy_form_name(form), line->form_name) == 0) line->form = (uint8_t)form;
    if (line->form_name && line->form == LOY_FORM_NONE)
        return wrong(message, "field",
            "\"form\" is percent, amount, n-for-m, member-price, coupon or other");
    return true;
}

static bool tender_check(struct feed_message *message, struct feed_tender *tender)
{
    for (int kind = LOY_TENDER_NONE + 1; tender->kind_name && kind < loy_tender_count; kind++)
        if (strcmp(loy_tender_name(kind), tender->kind_name) == 0) tender->kind = (uint8_t)kind;
    if (tender->kind_name && tender->kind == LOY_TENDER_NONE)
        return wrong(message, "field",
            "\"kind\" is cash, card, mobile, voucher, gift-card, account or other: never a number");
    return true;
}

static const json_t *list_of(
    struct feed_message *message, const char *name, size_t most, bool needed)
{
    const json_t *list = json_object_get(message->root, name);
    if (!list && !needed) return NULL;
    if (!json_is_array(list) || json_array_size(list) == 0 || json_array_size(list) > most) {
        wrong(message, "field", "\"%s\" is a list of 1 to %zu elements", name, most);
        return NULL;
    }
    return list;
}

static bool lines_take(struct feed_message *message)
{
    const json_t *list = list_of(message, "lines", FEED_LINES_MAX, true);
    if (!list) return false;
    message->lines = calloc(json_array_size(list), sizeof *message->lines);
    if (!message->lines) return wrong(message, "memory", "out of memory");
    for (size_t i = 0; i < json_array_size(list); i++) {
        const json_t *element = json_array_get(list, i);
        struct feed_line *line = &message->lines[i];
        if (!json_is_object(element))
            return wrong(message, "field", "an element of \"lines\" is an object");
        if (!fields_take(message, line_fields, LINE_BIT, element, line) ||
            !line_check(message, line))
            return false;
        message->line_count++;
    }
    return true;
}

static bool tenders_take(struct feed_message *message)
{
    const json_t *list = list_of(message, "tenders", FEED_TENDERS_MAX, false);
    for (size_t i = 0; list && i < json_array_size(list); i++) {
        const json_t *element = json_array_get(list, i);
        struct feed_tender *tender = &message->tenders[i];
        if (!json_is_object(element))
            return wrong(message, "field", "an element of \"tenders\" is an object");
        if (!fields_take(message, tender_fields, TENDER_BIT, element, tender) ||
            !tender_check(message, tender))
            return false;
        message->tender_count++;
    }
    return message->error == NULL;
}

static bool articles_take(struct feed_message *message)
{
    static const struct field each = {.name = "articles"};
    const json_t *list = list_of(message, "articles", FEED_LINES_MAX, true);
    for (size_t i = 0; list && i < json_array_size(list); i++) {
        if (!text_take(message, &each, json_array_get(list, i), &message->articles[i]))
            return false;
        message->article_count++;
    }
    return message->error == NULL;
}

static bool type_take(struct feed_message *message)
{
    const json_t *type = json_object_get(message->root, "type");
    if (!json_is_string(type)) return wrong(message, "field", "\"type\" is missing");
    for (int i = FEED_NOTHING + 1; i < feed_type_count; i++)
        if (strcmp(feed_type_name(i), json_string_value(type)) == 0) message->type = (uint8_t)i;
    if (message->type == FEED_CARD && !json_is_true(json_object_get(message->root, "last")))
        return wrong(message, "type",
            "no card number is taken from a till: cards are read by the lane's own reader; send "
            "\"member\" with an id or a telephone");
    if (message->type == FEED_NOTHING)
        return wrong(message, "type", "this \"type\" is not known in version %d", FEED_VERSION);
    return true;
}

static bool seq_take(struct feed_message *message)
{
    const json_t *seq = json_object_get(message->root, "seq");
    if (is_too_large(seq)) return wrong(message, "number", "\"seq\" is too large a number");
    if (!json_is_integer(seq) || json_integer_value(seq) < 0)
        return wrong(message, "field", "\"seq\" is missing: a whole number from 0");
    message->seq = json_integer_value(seq);
    message->has_seq = true;
    return true;
}

static bool fill(struct feed_message *message)
{
    const uint32_t kind = BIT(message->type);
    if (!fields_take(message, message_fields, kind, message->root, message)) return false;
    if (!fields_take(message, line_fields, kind, message->root, &message->line)) return false;
    if (!fields_take(message, tender_fields, kind, message->root, &message->tender)) return false;
    if (message->type == FEED_MEMBER && !message->last && !message->basket)
        return wrong(message, "field", "\"basket\" is missing");
    if (!line_check(message, &message->line) || !tender_check(message, &message->tender))
        return false;
    if (kind & (BIT(FEED_LINES) | BIT(FEED_BASKET) | BIT(FEED_QUOTE)) && !lines_take(message))
        return false;
    if (kind & BIT(FEED_CLOSE) && !tenders_take(message)) return false;
    return !(kind & BIT(FEED_PRICES)) || articles_take(message);
}

bool feed_message_parse(const char *bytes, size_t size, struct feed_message *message)
{
    json_error_t error;
    memset(message, 0, sizeof *message);
    message->root = json_loadb(bytes, size, JSON_REJECT_DUPLICATES, &error);
    if (!message->root && json_error_code(&error) == json_error_numeric_overflow)
        message->root = read_again(bytes, size, &error);
    if (!json_is_object(message->root))
        return wrong(message, "json", "a message is one JSON object on one line, in UTF-8");
    return seq_take(message) && type_take(message) && fill(message);
}

/* Personal values and PINs are not left behind in memory. */
static void text_wipe(const char *text)
{
    if (text) explicit_bzero((char *)text, strlen(text));
}

void feed_message_close(struct feed_message *message)
{
    text_wipe(message->pin);
    text_wipe(message->value);
    json_decref(message->root);
    free(message->lines);
    memset(message, 0, sizeof *message);
}
