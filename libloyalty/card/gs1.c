/* SPDX-License-Identifier: MIT
 *
 * gs1.c - GS1 element strings.
 * In: the bytes of a symbol whose symbology is GS1's. Out: where the values lie in them.
 * Must not know: ranges, keys, tracks.
 */
#include "card_private.h"

/*   [FNC1] identifier value identifier value FNC1 identifier value ...
 *
 * An identifier has 2 to 4 digits, and none begins another. A value has a number of digits that is
 * fixed, and behind it perhaps a tail of digits or text. Values of predefined length need no FNC1
 * behind them; that list is closed for ever, so what is not in it ends with FNC1 or with the string
 * (GS1 General Specifications, 3.2 and 7.8; formats as in the GS1 Barcode Syntax Dictionary). FNC1
 * in first position shows in the AIM identifier; some scanners send it as 0x1D besides. */
struct rule {
    uint16_t first, last;    /* identifiers */
    uint8_t identifier_size; /* their digits */
    uint8_t fixed;           /* digits at the beginning of the value */
    uint8_t checked;         /* of these, so many end with a check digit */
    char tail;               /* 'N' digits, 'X' printable; 0: no tail */
    uint8_t tail_min, tail_max;
    bool predefined;
    uint8_t key; /* enum card_key */
};

// clang-format off
static const struct rule rules[] = {
    {0, 0, 2, 18, 18, 0, 0, 0, true, 0},
    {1, 1, 2, 14, 14, 0, 0, 0, true, CARD_KEY_ARTICLE},
    {2, 3, 2, 14, 14, 0, 0, 0, true, 0},
    {10, 10, 2, 0, 0, 'X', 1, 20, false, 0},
    {11, 13, 2, 6, 0, 0, 0, 0, true, 0},
    {15, 17, 2, 6, 0, 0, 0, 0, true, 0},
    {20, 20, 2, 2, 0, 0, 0, 0, true, 0},
    {21, 22, 2, 0, 0, 'X', 1, 20, false, 0},
    {235, 235, 3, 0, 0, 'X', 1, 28, false, 0},
    {240, 241, 3, 0, 0, 'X', 1, 30, false, 0},
    {242, 242, 3, 0, 0, 'N', 1, 6, false, 0},
    {243, 243, 3, 0, 0, 'X', 1, 20, false, 0},
    {250, 251, 3, 0, 0, 'X', 1, 30, false, 0},
    {253, 253, 3, 13, 13, 'X', 0, 17, false, 0},
    {254, 254, 3, 0, 0, 'X', 1, 20, false, 0},
    {255, 255, 3, 13, 13, 'N', 0, 12, false, CARD_KEY_COUPON},
    {30, 30, 2, 0, 0, 'N', 1, 8, false, 0},
    {3100, 3699, 4, 6, 0, 0, 0, 0, true, 0},
    {37, 37, 2, 0, 0, 'N', 1, 8, false, 0},
    {3900, 3909, 4, 0, 0, 'N', 1, 15, false, 0},
    {3910, 3919, 4, 3, 0, 'N', 1, 15, false, 0},
    {3920, 3929, 4, 0, 0, 'N', 1, 15, false, 0},
    {3930, 3939, 4, 3, 0, 'N', 1, 15, false, 0},
    {3940, 3943, 4, 4, 0, 0, 0, 0, false, 0},
    {3950, 3955, 4, 6, 0, 0, 0, 0, false, 0},
    {400, 401, 3, 0, 0, 'X', 1, 30, false, 0},
    {402, 402, 3, 17, 17, 0, 0, 0, false, 0},
    {403, 403, 3, 0, 0, 'X', 1, 30, false, 0},
    {410, 417, 3, 13, 13, 0, 0, 0, true, 0},
    {420, 420, 3, 0, 0, 'X', 1, 20, false, 0},
    {421, 421, 3, 3, 0, 'X', 1, 9, false, 0},
    {422, 422, 3, 3, 0, 0, 0, 0, false, 0},
    {423, 423, 3, 3, 0, 'N', 0, 12, false, 0},
    {424, 424, 3, 3, 0, 0, 0, 0, false, 0},
    {425, 425, 3, 3, 0, 'N', 0, 12, false, 0},
    {426, 426, 3, 3, 0, 0, 0, 0, false, 0},
    {427, 427, 3, 0, 0, 'X', 1, 3, false, 0},
    {4300, 4301, 4, 0, 0, 'X', 1, 35, false, 0},
    {4302, 4306, 4, 0, 0, 'X', 1, 70, false, 0},
    {4307, 4307, 4, 0, 0, 'X', 2, 2, false, 0},
    {4308, 4308, 4, 0, 0, 'X', 1, 30, false, 0},
    {4309, 4309, 4, 20, 0, 0, 0, 0, false, 0},
    {4310, 4311, 4, 0, 0, 'X', 1, 35, false, 0},
    {4312, 4316, 4, 0, 0, 'X', 1, 70, false, 0},
    {4317, 4317, 4, 0, 0, 'X', 2, 2, false, 0},
    {4318, 4318, 4, 0, 0, 'X', 1, 20, false, 0},
    {4319, 4319, 4, 0, 0, 'X', 1, 30, false, 0},
    {4320, 4320, 4, 0, 0, 'X', 1, 35, false, 0},
    {4321, 4323, 4, 1, 0, 0, 0, 0, false, 0},
    {4324, 4325, 4, 10, 0, 0, 0, 0, false, 0},
    {4326, 4326, 4, 6, 0, 0, 0, 0, false, 0},
    {4330, 4333, 4, 6, 0, 'X', 0, 1, false, 0},
    {7001, 7001, 4, 13, 0, 0, 0, 0, false, 0},
    {7002, 7002, 4, 0, 0, 'X', 1, 30, false, 0},
    {7003, 7003, 4, 10, 0, 0, 0, 0, false, 0},
    {7004, 7004, 4, 0, 0, 'N', 1, 4, false, 0},
    {7005, 7005, 4, 0, 0, 'X', 1, 12, false, 0},
    {7006, 7006, 4, 6, 0, 0, 0, 0, false, 0},
    {7007, 7007, 4, 6, 0, 'N', 0, 6, false, 0},
    {7008, 7008, 4, 0, 0, 'X', 1, 3, false, 0},
    {7009, 7009, 4, 0, 0, 'X', 1, 10, false, 0},
    {7010, 7010, 4, 0, 0, 'X', 1, 2, false, 0},
    {7011, 7011, 4, 6, 0, 'N', 0, 4, false, 0},
    {7020, 7022, 4, 0, 0, 'X', 1, 20, false, 0},
    {7023, 7023, 4, 0, 0, 'X', 1, 30, false, 0},
    {7030, 7039, 4, 3, 0, 'X', 1, 27, false, 0},
    {7040, 7040, 4, 1, 0, 'X', 3, 3, false, 0},
    {7041, 7041, 4, 0, 0, 'X', 1, 4, false, 0},
    {710, 717, 3, 0, 0, 'X', 1, 20, false, 0},
    {7230, 7239, 4, 0, 0, 'X', 3, 30, false, 0},
    {7240, 7240, 4, 0, 0, 'X', 1, 20, false, 0},
    {7241, 7241, 4, 2, 0, 0, 0, 0, false, 0},
    {7242, 7242, 4, 0, 0, 'X', 1, 25, false, 0},
    {8001, 8001, 4, 14, 0, 0, 0, 0, false, 0},
    {8002, 8002, 4, 0, 0, 'X', 1, 20, false, 0},
    {8003, 8003, 4, 14, 14, 'X', 0, 16, false, 0},
    {8004, 8004, 4, 0, 0, 'X', 1, 30, false, 0},
    {8005, 8005, 4, 6, 0, 0, 0, 0, false, 0},
    {8006, 8006, 4, 18, 14, 0, 0, 0, false, 0},
    {8007, 8007, 4, 0, 0, 'X', 1, 34, false, 0},
    {8008, 8008, 4, 8, 0, 'N', 0, 4, false, 0},
    {8009, 8009, 4, 0, 0, 'X', 1, 50, false, 0},
    {8010, 8010, 4, 0, 0, 'X', 1, 30, false, 0},
    {8011, 8011, 4, 0, 0, 'N', 1, 12, false, 0},
    {8012, 8012, 4, 0, 0, 'X', 1, 20, false, 0},
    {8013, 8014, 4, 0, 0, 'X', 1, 25, false, 0},
    {8017, 8017, 4, 18, 18, 0, 0, 0, false, CARD_KEY_STAFF},
    {8018, 8018, 4, 18, 18, 0, 0, 0, false, CARD_KEY_MEMBER},
    {8019, 8019, 4, 0, 0, 'N', 1, 10, false, CARD_KEY_SERVICE},
    {8020, 8020, 4, 0, 0, 'X', 1, 25, false, 0},
    {8026, 8026, 4, 18, 14, 0, 0, 0, false, 0},
    {8030, 8030, 4, 0, 0, 'X', 1, 90, false, 0},
    {8110, 8110, 4, 0, 0, 'X', 1, 70, false, CARD_KEY_OFFER},
    {8111, 8111, 4, 4, 0, 0, 0, 0, false, CARD_KEY_POINTS},
    {8112, 8112, 4, 0, 0, 'X', 1, 70, false, CARD_KEY_PAPERLESS},
    {8200, 8200, 4, 0, 0, 'X', 1, 70, false, 0},
    {90, 90, 2, 0, 0, 'X', 1, 30, false, 0},
    {91, 99, 2, 0, 0, 'X', 1, 90, false, 0},
};
// clang-format on

static bool printable(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (text[i] < ' ' || text[i] > '~') return false;
    return true;
}

/* The number that the first digits make; -1: they are no digits. */
static int leading_number(const char *text, size_t length, size_t digits)
{
    int number = 0;
    if (length < digits || !loy_digits_only(text, digits)) return -1;
    for (size_t i = 0; i < digits; i++)
        number = number * 10 + (text[i] - '0');
    return number;
}

static const struct rule *rule_find(const char *text, size_t length)
{
    for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++) {
        int number = leading_number(text, length, rules[i].identifier_size);
        if (number >= rules[i].first && number <= rules[i].last) return &rules[i];
    }
    return NULL;
}

static bool value_fits(const struct rule *rule, const char *value, size_t length)
{
    if (length < rule->fixed || (rule->fixed > 0 && !loy_digits_only(value, rule->fixed)))
        return false;
    if (rule->checked > 0 && !loy_digits_gs1(value, rule->checked)) return false;
    size_t tail = length - rule->fixed;
    if (tail < rule->tail_min || tail > rule->tail_max) return false;
    if (tail == 0) return true;
    const char *text = value + rule->fixed;
    return rule->tail == 'N' ? loy_digits_only(text, tail) : printable(text, tail);
}

static size_t value_length(const struct rule *rule, const char *value, size_t left)
{
    if (rule->predefined) return left < rule->fixed ? left : rule->fixed;
    const char *end = left > 0 ? memchr(value, CARD_FNC1, left) : NULL;
    return end ? (size_t)(end - value) : left;
}

/* The same identifier twice is one element if the values are equal, else nobody knows which. */
static bool element_keep(
    struct card_elements *elements, unsigned key, const char *value, size_t length)
{
    const char *known = elements->values[key].text;
    if (key == CARD_KEY_NONE) return true;
    if (known) return elements->values[key].length == length && memcmp(known, value, length) == 0;
    elements->values[key].text = value;
    elements->values[key].length = length;
    return true;
}

enum loy_status card_elements_read(const char *text, size_t length, struct card_elements *elements)
{
    size_t at = 0;
    memset(elements, 0, sizeof *elements);
    while (at < length) {
        if (text[at] == CARD_FNC1) {
            at++;
            continue;
        }
        const struct rule *rule = rule_find(text + at, length - at);
        if (!rule) return LOY_E_FORMAT;
        at += rule->identifier_size;
        const char *value = text + at;
        size_t n = value_length(rule, value, length - at);
        if (!value_fits(rule, value, n)) return LOY_E_FORMAT;
        if (!element_keep(elements, rule->key, value, n)) {
            memset(elements, 0, sizeof *elements);
            return LOY_E_FORMAT;
        }
        at += n;
    }
    return LOY_OK;
}

/* ---- As it is printed ----------------------------------------------------------------------- */

/* "(" 2 to 4 digits ")": the digits, or 0. */
static size_t printed_identifier(const char *text, size_t length)
{
    size_t n = 1;
    if (length == 0 || text[0] != '(') return 0;
    while (n < length && text[n] >= '0' && text[n] <= '9')
        n++;
    return n >= 3 && n <= 5 && n < length && text[n] == ')' ? n - 1 : 0;
}

size_t card_elements_from_print(const char *text, size_t length, char out[CARD_ELEMENTS_MAX])
{
    size_t n = 0;
    while (length > 0 && text[0] == ' ') {
        text++;
        length--;
    }
    if (printed_identifier(text, length) == 0) return 0;
    for (size_t at = 0; at < length;) {
        size_t digits = printed_identifier(text + at, length - at);
        if (n + digits + 1 >= CARD_ELEMENTS_MAX || text[at] == CARD_FNC1) return 0;
        if (digits > 0) {
            /* An FNC1 too many does no harm, one too few does. */
            out[n++] = CARD_FNC1;
            memcpy(out + n, text + at + 1, digits);
            n += digits;
            at += digits + 2;
        } else {
            if (text[at] != ' ') out[n++] = text[at];
            at++;
        }
    }
    return n;
}
