/* SPDX-License-Identifier: MIT
 *
 * powercut_weak.c - the control: the same writer over the same library, but SQLite is told not to
 * wait for the disk. If the rig finds nothing lost here, it proves nothing about the product's
 * settings either.
 */
#include <store/store_parts.h>

const struct store_pragmas *store_pragmas_wanted(void)
{
    static const struct store_pragmas weak = {
        .synchronous = "PRAGMA synchronous=OFF",
        .synchronous_level = 0,
        .journal = "PRAGMA journal_mode=WAL",
        .journal_mode = "wal",
        .tuning = "PRAGMA cache_size=-16000; PRAGMA journal_size_limit=67108864",
    };
    return &weak;
}
