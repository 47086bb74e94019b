/* SPDX-License-Identifier: MIT
 *
 * replay.c - runs a fuzz target over the files of a folder, in every normal test run: FOLDER
 * [SUBJECT]. A target that has subjects is one program for all of them here.
 */
#include <dirent.h>
#include <stdio.h>

#include "fuzz.h"

const char *fuzz_subject = "";

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
    if (argc > 2) fuzz_subject = argv[2];
    DIR *folder = argc > 1 ? opendir(argv[1]) : NULL;
    if (folder == NULL) return 1;
    for (struct dirent *entry; (entry = readdir(folder)) != NULL;)
        if (entry->d_name[0] != '.') count += replay_file(argv[1], entry->d_name);
    closedir(folder);
    printf("%d inputs\n", count);
    return count > 0 ? 0 : 1; /* an empty corpus tests nothing */
}
