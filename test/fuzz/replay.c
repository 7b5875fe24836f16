/* SPDX-License-Identifier: Apache-2.0 */
/* Feeds every file of a corpus folder to a fuzz target: what was found once stays fixed.
 * Each file lies in a block of its own length, so that a sanitizer or valgrind sees one
 * byte too far. */
#include "tap.h"
#include <dirent.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static int replay(const char *path)
{
    struct stat st;
    uint8_t *data;
    size_t n;
    FILE *f = fopen(path, "rb");

    if (f == NULL || fstat(fileno(f), &st) != 0) return 0;
    data = malloc(st.st_size ? (size_t)st.st_size : 1);
    n = fread(data, 1, (size_t)st.st_size, f);
    fclose(f);
    if (n == (size_t)st.st_size) LLVMFuzzerTestOneInput(data, n);
    free(data);
    return n == (size_t)st.st_size;
}

int main(int argc, char **argv)
{
    const char *folder = argc > 1 ? argv[1] : CORPUS;
    struct dirent *entry;
    DIR *dir = opendir(folder);
    char path[4096];

    while (dir && (entry = readdir(dir)) != NULL) {
        if (entry->d_name[0] == '.') continue;
        snprintf(path, sizeof path, "%s/%s", folder, entry->d_name);
        ok(replay(path), "%s", entry->d_name);
    }
    if (dir) closedir(dir);
    return done();
}
