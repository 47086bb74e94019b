/* SPDX-License-Identifier: MIT
 *
 * test_key_file.c - the text of a key file and of a recovery key: what is one, what is not, and
 * that each mistake of a hand is named.
 */
#include "fixture.h"

#include <stdio.h>
#include <string.h>

#define ZEROS32 "00000000000000000000000000000000"
#define KEY64 "00112233445566778899aabbccddeeff" ZEROS32
#define SALT " salt=" ZEROS32
#define BOX " sealed=" ZEROS32 ZEROS32 ZEROS32 ZEROS32 "0000000000000000"

static const struct {
    const char *text;
    bool whole, sealed;
} files[] = {
    {KEY64, true, false},
    {KEY64 " \t\r\n\n", true, false},
    {"# a comment\n#\n" KEY64 "\n", true, false},
    {"# no end", false, false},
    {"", false, false},
    {"\n", false, false},
    {"# nothing\n", false, false},
    {KEY64 "00", false, false},
    {KEY64 "0", false, false},
    {KEY64 " x", false, false},
    {"0" KEY64, false, false},
    {ZEROS32, false, false},
    {ZEROS32 "0000000000000000000000000000000g", false, false},
    {ZEROS32 " " ZEROS32, false, false},
    {"abcdefabcdefabcdefabcdefabcdefab" ZEROS32, true, false},
    {"argon2id passes=3 kib=262144" SALT BOX "\n", true, true},
    {"argon2id passes=1 kib=8192" SALT BOX, true, true},
    {"argon2id passes=10 kib=1048576" SALT BOX, true, true},
    {"argon2id passes=11 kib=262144" SALT BOX, false, false},
    {"argon2id passes=0 kib=262144" SALT BOX, false, false},
    {"argon2id passes= kib=262144" SALT BOX, false, false},
    {"argon2id passes=-3 kib=262144" SALT BOX, false, false},
    {"argon2id passes=3 kib=104857600" SALT BOX, false, false},
    {"argon2id passes=3 kib=18446744073709551617" SALT BOX, false, false},
    {"argon2id passes=3 kib=1048577" SALT BOX, false, false},
    {"argon2id passes=3 kib=8191" SALT BOX, false, false},
    {"argon2id passes=3 kib=0262144" SALT BOX, false, false},
    {"argon2id passes=3 kib=262144 kib=1" SALT BOX, false, false},
    {"argon2id passes=3 kib=262144 salt=00 sealed=0000000000000000000000000000000000", false,
        false},
    {"argon2id passes=3 kib=262144" SALT BOX "00", false, false},
    {"argon2id passes=3 kib=262144" SALT " sealed=00", false, false},
    {"argon2id passes=3 kib=262144" SALT " boxed=" ZEROS32 ZEROS32, false, false},
    {"argon2id passes=3 kib=262144 salt=zz00000000000000000000000000000000" BOX, false, false},
    {"argon2d passes=3 kib=262144" SALT BOX, false, false},
    {"argon2id rounds=3 kib=262144" SALT BOX, false, false},
    {"argon2id passes=3" SALT BOX, false, false},
    {"argon2id passes=3x kib=262144" SALT BOX, false, false},
    {"argon2id passes=3 kib=26214", false, false},
    {"argon2id passes=3 kib=262144 salt", false, false},
    {"argon2id passes=3 kib=262144" SALT " sealed=" ZEROS32, false, false},
    {"argon2id", false, false},
};

static void files_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        struct key_file file;
        bool whole = key_file_parse(files[i].text, strlen(files[i].text), &file);
        if (whole != files[i].whole) print_error("%s\n", files[i].text);
        assert_int_equal(whole, files[i].whole);
        assert_int_equal(whole && file.sealed, files[i].sealed);
        if (!whole) continue;
        char text[KEY_FILE_MAX];
        struct key_file again;
        assert_true(key_file_parse(text, key_file_print(&file, text), &again));
        assert_memory_equal(&file, &again, sizeof file);
        // A byte 0 is no blank and no end.
        text[0] = '\0';
        assert_false(key_file_parse(text, strlen(files[i].text), &again));
    }
}

static void sealed_file_opens_by_its_passphrase_only(void **state)
{
    (void)state;
    static const uint8_t master[MASTER_KEY_SIZE] = "0123456789abcdef0123456789abcde";
    struct key_file file = {.passes = 1, .kib = KEY_KIB_MIN}, changed;
    uint8_t opened[MASTER_KEY_SIZE] = {0};
    char text[KEY_FILE_MAX];
    assert_int_equal(key_file_seal(&file, master, "pass"), LOY_OK);
    size_t size = key_file_print(&file, text);
    assert_null(memmem(text, size, "0123456789abcdef", 16));
    assert_int_equal(key_file_unseal(&file, "pass", opened), LOY_OK);
    assert_memory_equal(master, opened, sizeof opened);
    assert_int_equal(key_file_unseal(&file, "Pass", opened), LOY_E_KEY);
    assert_int_equal(key_file_unseal(&file, "", opened), LOY_E_KEY);
    assert_int_equal(key_file_unseal(&file, NULL, opened), LOY_E_KEY);
    changed = file;
    changed.passes = 2;
    assert_int_equal(key_file_unseal(&changed, "pass", opened), LOY_E_KEY);
    changed = file;
    changed.salt[15] ^= 1;
    assert_int_equal(key_file_unseal(&changed, "pass", opened), LOY_E_KEY);
    for (size_t i = 0; i < sizeof file.box; i += 7) {
        changed = file;
        changed.box[i] ^= 1;
        assert_int_equal(key_file_unseal(&changed, "pass", opened), LOY_E_KEY);
    }
    // No machine has what this asks for: as when memory runs out.
    changed = file;
    changed.kib = UINT64_C(1) << 50;
    assert_int_equal(key_file_unseal(&changed, "pass", opened), LOY_E_MEMORY);
    assert_int_equal(key_file_seal(&changed, master, "pass"), LOY_E_MEMORY);
}

/* ---- The recovery key ---------------------------------------------------------------------------
 */

static const char alphabet[] = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

static enum loy_status parse(const char *text, uint8_t master[MASTER_KEY_SIZE], unsigned *group)
{
    size_t letters = 0;
    return recovery_text_parse(text, master, group, &letters);
}

static void recovery_text_comes_back(void **state)
{
    (void)state;
    for (int round = 0; round < 2000; round++) {
        uint8_t master[MASTER_KEY_SIZE], back[MASTER_KEY_SIZE];
        char text[RECOVERY_TEXT_SIZE], sloppy[3 * RECOVERY_TEXT_SIZE] = "# 1 line 2\n";
        unsigned group = 99;
        randombytes_buf(master, sizeof master);
        if (round < 2) memset(master, round ? 0xff : 0, sizeof master);
        recovery_text_make(master, text);
        assert_int_equal(strlen(text), RECOVERY_TEXT_SIZE - 1);
        assert_int_equal(parse(text, back, &group), LOY_OK);
        assert_memory_equal(master, back, sizeof back);
        assert_int_equal(group, 0);
        // As hands write it: small, without gaps or with others, I, L and O for 1 and 0.
        size_t size = strlen(sloppy);
        for (size_t i = 0; text[i]; i++) {
            if (text[i] == ' ' || text[i] == '\n') continue;
            char letter = text[i] == '1'   ? "iIlL1"[round % 5]
                          : text[i] == '0' ? "oO0"[round % 3]
                                           : text[i];
            sloppy[size++] = letter >= 'A' && letter <= 'Z' ? (char)(letter + 32) : letter;
            if (i % 4 == 1) sloppy[size++] = "- \t\r"[round % 4];
        }
        memcpy(sloppy + size, "\n# end", 7);
        assert_int_equal(parse(sloppy, back, &group), LOY_OK);
        assert_memory_equal(master, back, sizeof back);
    }
}

/* Every wrong letter at every place; every two neighbours exchanged; every two groups exchanged. */
static void mistakes_are_located(void **state)
{
    (void)state;
    uint8_t master[MASTER_KEY_SIZE], back[MASTER_KEY_SIZE];
    char text[RECOVERY_TEXT_SIZE], wrong[RECOVERY_TEXT_SIZE];
    unsigned group;
    randombytes_buf(master, sizeof master);
    recovery_text_make(master, text);
    for (size_t at = 0; at + 1 < RECOVERY_TEXT_SIZE; at++) {
        if (text[at] == ' ' || text[at] == '\n') continue;
        for (const char *letter = "0123456789ABCDEFGHJKMNPQRSTVWXYZU*"; *letter; letter++) {
            if (*letter == text[at]) continue;
            memcpy(wrong, text, sizeof text);
            wrong[at] = *letter == '*' ? '{' : *letter;
            assert_int_equal(parse(wrong, back, &group), LOY_E_CHECK);
            assert_int_equal(group, at / 6 + 1);
        }
        if (at % 6 == 4 || text[at] == text[at + 1]) continue;
        memcpy(wrong, text, sizeof text);
        wrong[at] = text[at + 1];
        wrong[at + 1] = text[at];
        assert_int_equal(parse(wrong, back, &group), LOY_E_CHECK);
        assert_int_equal(group, at / 6 + 1);
    }
    for (unsigned a = 0; a < RECOVERY_GROUPS; a++)
        for (unsigned b = a + 1; b < RECOVERY_GROUPS; b++) {
            memcpy(wrong, text, sizeof text);
            memcpy(wrong + 6 * a, text + 6 * b, 5);
            memcpy(wrong + 6 * b, text + 6 * a, 5);
            assert_int_equal(parse(wrong, back, &group), LOY_E_CHECK);
            assert_int_equal(group, a + 1);
        }
}

static void wrong_lengths_are_told(void **state)
{
    (void)state;
    static const uint8_t master[MASTER_KEY_SIZE] = {7};
    uint8_t back[MASTER_KEY_SIZE];
    char text[RECOVERY_TEXT_SIZE], wrong[2 * RECOVERY_TEXT_SIZE];
    unsigned group;
    size_t letters;
    recovery_text_make(master, text);
    snprintf(wrong, sizeof wrong, "%s0", text);
    assert_int_equal(recovery_text_parse(wrong, back, &group, &letters), LOY_E_FORMAT);
    assert_int_equal(group, 0);
    assert_int_equal(letters, 71);
    assert_int_equal(recovery_text_parse("", back, &group, &letters), LOY_E_FORMAT);
    assert_int_equal(group, 1);
    assert_int_equal(recovery_text_parse("# only a comment", back, &group, &letters), LOY_E_FORMAT);
    assert_int_equal(letters, 0);
    // One letter left out: from its group on nothing fits.
    snprintf(wrong, sizeof wrong, "%.31s%s", text, text + 32);
    assert_int_equal(recovery_text_parse(wrong, back, &group, &letters), LOY_E_FORMAT);
    assert_int_equal(letters, 69);
    assert_true(group >= 6);
}

/* Two mistakes that cancel out inside a group are seen by the last group. */
static void cancelled_mistakes_are_seen(void **state)
{
    (void)state;
    uint8_t master[MASTER_KEY_SIZE] = {0}, back[MASTER_KEY_SIZE];
    char text[RECOVERY_TEXT_SIZE];
    unsigned group, met = 0;
    recovery_text_make(master, text);
    for (size_t a = 0; a < 32; a++)
        for (size_t b = 0; b < 32; b++) {
            char wrong[RECOVERY_TEXT_SIZE];
            memcpy(wrong, text, sizeof text);
            wrong[72] = alphabet[a];
            wrong[75] = alphabet[b];
            if (memcmp(wrong, text, sizeof text) == 0) continue;
            assert_int_equal(parse(wrong, back, &group), LOY_E_CHECK);
            met += group == 0;
        }
    assert_true(met >= 20);
    // The bits behind the key are zeros; with others its check letter may fit, and it is refused.
    met = 0;
    for (size_t a = 0; a < 32; a++)
        for (size_t b = 0; b < 32; b++) {
            char wrong[RECOVERY_TEXT_SIZE];
            memcpy(wrong, text, sizeof text);
            wrong[75] = alphabet[a];
            wrong[76] = alphabet[b];
            if (memcmp(wrong, text, sizeof text) == 0) continue;
            assert_int_equal(parse(wrong, back, &group), LOY_E_CHECK);
            met += group == 0;
        }
    assert_int_equal(met, 31);
}

int main(void)
{
    static const struct CMUnitTest tests[] = {
        cmocka_unit_test(files_are_told),
        cmocka_unit_test(sealed_file_opens_by_its_passphrase_only),
        cmocka_unit_test(recovery_text_comes_back),
        cmocka_unit_test(mistakes_are_located),
        cmocka_unit_test(wrong_lengths_are_told),
        cmocka_unit_test(cancelled_mistakes_are_seen),
    };
    if (sodium_init() < 0) return 1;
    return cmocka_run_group_tests(tests, NULL, NULL);
}
