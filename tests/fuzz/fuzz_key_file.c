/* SPDX-License-Identifier: MIT
 *
 * fuzz_key_file.c - any bytes as a master key file and as a recovery key. What is taken prints to a
 * file that is taken as the same; what a file may cost is bounded; a recovery key that is taken is
 * the one that its key prints.
 */
#include <store/store_parts.h>

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size);

static void file_check(const uint8_t *bytes, size_t size)
{
    struct key_file file, again;
    char text[KEY_FILE_MAX];
    uint8_t master[MASTER_KEY_SIZE], back[MASTER_KEY_SIZE];
    if (!key_file_parse((const char *)bytes, size, &file)) return;
    if (file.sealed && (file.kib < KEY_KIB_MIN || file.kib > KEY_KIB_MAX || file.passes < 1 ||
                           file.passes > KEY_PASSES_MAX))
        abort();
    size_t printed = key_file_print(&file, text);
    if (printed >= sizeof text || !key_file_parse(text, printed, &again)) abort();
    if (memcmp(&file, &again, sizeof file) != 0) abort();
    if (file.sealed) {
        if (key_file_unseal(&file, NULL, master) != LOY_E_KEY) abort();
    } else if (key_file_unseal(&file, NULL, master) == LOY_OK) {
        char recovery[RECOVERY_TEXT_SIZE];
        unsigned group;
        size_t letters;
        recovery_text_make(master, recovery);
        if (recovery_text_parse(recovery, back, &group, &letters) != LOY_OK) abort();
        if (memcmp(master, back, sizeof master) != 0) abort();
    }
}

static void recovery_check(const uint8_t *bytes, size_t size)
{
    char text[4096], again[RECOVERY_TEXT_SIZE];
    uint8_t master[MASTER_KEY_SIZE], back[MASTER_KEY_SIZE];
    unsigned group;
    size_t letters;
    if (size >= sizeof text) return;
    memcpy(text, bytes, size);
    text[size] = '\0';
    enum loy_status status = recovery_text_parse(text, master, &group, &letters);
    if (group > RECOVERY_GROUPS || letters > size) abort();
    if (status != LOY_OK) return;
    recovery_text_make(master, again);
    if (recovery_text_parse(again, back, &group, &letters) != LOY_OK) abort();
    if (memcmp(master, back, sizeof master) != 0) abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t size)
{
    if (sodium_init() < 0) abort();
    file_check(bytes, size);
    recovery_check(bytes, size);
    return 0;
}
