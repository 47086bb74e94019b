/* SPDX-License-Identifier: MIT
 *
 * replay.c - runs a fuzz target over the files of the folders given, in every normal test run.
 */
#include <dirent.h>
#include <stdio.h>

#include "fuzz.h"

static int replay_file(const char *folder, const char *name)
{
    char path[1024];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *file = fopen(path, "rb");
    if (file == NULL) return 0;
    uint8_t *bytes = malloc(1u << 16);
    size_t size = bytes ? fread(bytes, 1, 1u << 16, file) : 0;
    fclose(file);
    uint8_t *exact = malloc(size + 1); /* so that the sanitizer sees a byte too far */
    for (size_t i = 0; exact != NULL && i < size; i++)
        exact[i] = bytes[i];
    if (exact != NULL) LLVMFuzzerTestOneInput(exact, size);
    free(exact);
    free(bytes);
    return 1;
}

int main(int argc, char **argv)
{
    int count = 0;
    for (int i = 1; i < argc; i++) {
        DIR *folder = opendir(argv[i]);
        if (folder == NULL) continue;
        for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
            if (entry->d_name[0] != '.') count += replay_file(argv[i], entry->d_name);
        closedir(folder);
    }
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1; /* an empty corpus tests nothing */
}
