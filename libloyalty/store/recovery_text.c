/* SPDX-License-Identifier: MIT
 *
 * recovery_text.c - the master key as a person writes it down: 14 groups of Crockford's base32
 * (no I, L, O, U), each of four letters and a check letter.
 *
 *     groups 1-13   the 256 bits of the key and 4 zero bits, 20 bits a group, high bits first
 *     group 14      20 bits of BLAKE2b over the key
 *
 * The check letter is, in the field of 32 elements (x^5 + x^2 + 1, a its generator),
 * a^number + a c1 + a^2 c2 + a^3 c3 + a^4 c4. So one wrong letter, two letters exchanged inside a
 * group and two groups exchanged always show, and the group is named.
 */
#include <store/store_parts.h>

#include <string.h>

#define FIELD_POLYNOMIAL 0x25u
#define GROUP_LETTERS 4u
#define KEY_GROUPS 13u
#define LETTERS (RECOVERY_GROUPS * RECOVERY_GROUP_SIZE)

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static unsigned times_a(unsigned element, unsigned power)
{
    while (power-- > 0) {
        element <<= 1;
        if (element & 32u) element ^= FIELD_POLYNOMIAL;
    }
    return element;
}

static uint8_t check_letter(unsigned number, const uint8_t letters[GROUP_LETTERS])
{
    unsigned sum = times_a(1, number);
    for (unsigned i = 0; i < GROUP_LETTERS; i++)
        sum ^= times_a(letters[i], i + 1);
    return (uint8_t)sum;
}

/* The 20 bits of group `number` (from 1) of a key with its digest behind it. */
static uint32_t group_bits(const uint8_t bytes[KEY_GROUPS * 20 / 8 + 4], unsigned number)
{
    size_t bit = (number - 1) * 20;
    uint32_t window =
        (uint32_t)bytes[bit / 8] << 16 | (uint32_t)bytes[bit / 8 + 1] << 8 | bytes[bit / 8 + 2];
    return (bit % 8 ? window : window >> 4) & 0xfffffu;
}

static uint32_t digest_bits(const uint8_t master[MASTER_KEY_SIZE])
{
    uint8_t digest[16];
    crypto_generichash(digest, sizeof digest, master, MASTER_KEY_SIZE, NULL, 0);
    return ((uint32_t)digest[0] << 12 | (uint32_t)digest[1] << 4 | digest[2] >> 4) & 0xfffffu;
}

void recovery_text_make(const uint8_t master[MASTER_KEY_SIZE], char text[RECOVERY_TEXT_SIZE])
{
    uint8_t bytes[KEY_GROUPS * 20 / 8 + 4] = {0}, letters[GROUP_LETTERS];
    memcpy(bytes, master, MASTER_KEY_SIZE);
    for (unsigned number = 1; number <= RECOVERY_GROUPS; number++) {
        uint32_t bits = number <= KEY_GROUPS ? group_bits(bytes, number) : digest_bits(master);
        for (unsigned i = 0; i < GROUP_LETTERS; i++) {
            letters[i] = bits >> (15 - 5 * i) & 31u;
            *text++ = alphabet[letters[i]];
        }
        *text++ = alphabet[check_letter(number, letters)];
        *text++ = number == RECOVERY_LINE_GROUPS || number == RECOVERY_GROUPS ? '\n' : ' ';
    }
    *text = '\0';
    sodium_memzero(bytes, sizeof bytes);
    sodium_memzero(letters, sizeof letters);
}

/* 32: no letter of ours. */
static uint8_t letter_value(char letter)
{
    if (letter >= 'a' && letter <= 'z') letter = (char)(letter - 'a' + 'A');
    if (letter == 'I' || letter == 'L') letter = '1';
    if (letter == 'O') letter = '0';
    const char *found = strchr(alphabet, letter);
    return found ? (uint8_t)(found - alphabet) : 32;
}

/* The letters of a text; more than fit are counted only. */
static size_t letters_read(const char *text, uint8_t letters[LETTERS])
{
    size_t count = 0;
    bool line_start = true;
    for (; *text; text++) {
        if (line_start && *text == '#') {
            text += strcspn(text, "\n");
            if (!*text) break;
        }
        line_start = *text == '\n';
        if (strchr(" \t\r\n-", *text)) continue;
        if (count < LETTERS) letters[count] = letter_value(*text);
        count++;
    }
    return count;
}

static bool group_fits(unsigned number, const uint8_t group[RECOVERY_GROUP_SIZE])
{
    for (unsigned i = 0; i < RECOVERY_GROUP_SIZE; i++)
        if (group[i] >= 32) return false;
    return check_letter(number, group) == group[GROUP_LETTERS];
}

static unsigned misfit_find(const uint8_t letters[LETTERS], size_t count)
{
    for (unsigned number = 1; number <= RECOVERY_GROUPS; number++)
        if (count < number * RECOVERY_GROUP_SIZE ||
            !group_fits(number, letters + (number - 1) * RECOVERY_GROUP_SIZE))
            return number;
    return 0;
}

static uint32_t group_value(const uint8_t letters[LETTERS], unsigned number)
{
    const uint8_t *group = letters + (number - 1) * RECOVERY_GROUP_SIZE;
    return (uint32_t)group[0] << 15 | (uint32_t)group[1] << 10 | (uint32_t)group[2] << 5 | group[3];
}

static void master_gather(const uint8_t letters[LETTERS], uint8_t master[MASTER_KEY_SIZE])
{
    // 13 groups are 32 bytes and 4 bits.
    uint64_t bits = 0;
    unsigned held = 0;
    size_t size = 0;
    for (unsigned number = 1; number <= KEY_GROUPS; number++) {
        bits = bits << 20 | group_value(letters, number);
        for (held += 20; held >= 8; held -= 8)
            master[size++] = (uint8_t)(bits >> (held - 8));
    }
    sodium_memzero(&bits, sizeof bits);
}

enum loy_status recovery_text_parse(
    const char *text, uint8_t master[MASTER_KEY_SIZE], unsigned *group, size_t *count)
{
    uint8_t letters[LETTERS] = {0};
    *count = letters_read(text, letters);
    *group = misfit_find(letters, *count);
    enum loy_status status = LOY_OK;
    if (*count != LETTERS)
        status = LOY_E_FORMAT;
    else if (*group)
        status = LOY_E_CHECK;
    if (status == LOY_OK) {
        master_gather(letters, master);
        // Two mistakes in one group can cancel out; the last group then does not belong.
        if (digest_bits(master) != group_value(letters, RECOVERY_GROUPS) ||
            (letters[(KEY_GROUPS - 1) * RECOVERY_GROUP_SIZE + GROUP_LETTERS - 1] & 15u)) {
            status = LOY_E_CHECK;
            sodium_memzero(master, MASTER_KEY_SIZE);
        }
    }
    sodium_memzero(letters, sizeof letters);
    return status;
}
