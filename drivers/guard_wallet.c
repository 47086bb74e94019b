/* SPDX-License-Identifier: MIT
 *
 * guard_wallet.c - row 5: the payment code that a wallet shows, alone or in a link.
 * In: text of one part, own ranges; out: whether it is one.
 * Must not know: the wallets' own rules, what becomes of a read.
 */
#include "guard_rows.h"

#include <string.h>

#define CODE_DIGITS_MAX 31u /* as many as a row of loyalty/issuer.h can have */
#define AI_DIGITS_MIN 2u
#define AI_DIGITS_MAX 4u

static bool is_code(const struct guard_number *number)
{
    return number->length <= CODE_DIGITS_MAX &&
           loy_issuer_find(number->digits, number->length, true) != NULL;
}

/* Whether "/", two to four digits stand before at: in a GS1 Digital Link what follows has a name,
 * such as /8018/ for a member's number. */
static bool is_behind_identifier(const struct guard_text *text, size_t at)
{
    size_t digits = 0;
    while (guard_digit_at(text, at - 1 - digits)) /* ends at "://" at the latest */
        digits++;
    return digits >= AI_DIGITS_MIN && digits <= AI_DIGITS_MAX &&
           text->bytes[at - 1 - digits] == '/';
}

/* Between "/" or "=" and the end, "/", "?", "&" or "#". */
static bool is_alone_in_link(const struct guard_text *text, const struct guard_number *number)
{
    static const char ends[] = {'\0', '/', '?', '&', '#'};
    if (memchr(ends, guard_byte_at(text, number->end), sizeof ends) == NULL) return false;
    uint8_t before = text->bytes[number->begin - 1];
    return before == '=' || (before == '/' && !is_behind_identifier(text, number->begin - 1));
}

static bool is_in_link(const struct guard *guard, const struct guard_text *text)
{
    struct guard_number number;
    bool found = false;
    const uint8_t *link = memmem(text->bytes, text->length, "://", 3);
    if (link == NULL) return false;
    size_t at = (size_t)(link - text->bytes) + 3;
    for (; !found && guard_next_number(text, at, false, &number); at = number.end)
        found = is_code(&number) && is_alone_in_link(text, &number) &&
                !guard_is_own_number(guard, text, &number);
    explicit_bzero(&number, sizeof number);
    return found;
}

bool guard_is_payment_code(
    const struct guard *guard, const struct guard_text *text, const struct loy_part *part)
{
    struct guard_number number;
    if (part->type != LOY_PART_SYMBOL) return false;
    bool found = guard_next_number(text, 0, false, &number) && number.begin == 0 &&
                 number.end == text->length && is_code(&number);
    explicit_bzero(&number, sizeof number);
    return found || is_in_link(guard, text);
}
