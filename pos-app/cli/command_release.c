/* SPDX-License-Identifier: MIT
 *
 * command_release.c - the ledger of what left the shop.
 */
#include "cli.h"

#include <string.h>

static void release_print(const struct cli *cli, const struct loy_release_entry *entry)
{
    char from[32], to[32], at[32], digest[2 * LOY_RELEASE_DIGEST_SIZE + 1];
    cli_time_told(cli, entry->from_us, from);
    /* A person is told the last day, as it was typed. */
    cli_time_told(cli, entry->to_us - (cli->json ? 0 : 1), to);
    cli_time_told(cli, entry->at_us, at);
    for (size_t i = 0; i < LOY_RELEASE_DIGEST_SIZE; i++)
        snprintf(digest + 2 * i, 3, "%02x", entry->digest[i]);
    if (cli->json) {
        cli_print_json(json_pack("{s:I,s:s,s:s,s:s,s:s,s:s,s:s,s:s}", "release",
            (json_int_t)entry->number, "manufacturer", entry->manufacturer, "brand", entry->brand,
            "from", from, "to", to, "at", at, "policy", entry->policy, "digest", digest));
        return;
    }
    printf("%4lld  %s  %s%s%s  %.10s..%.10s  %.16s\n", (long long)entry->number, at,
        entry->manufacturer, entry->brand[0] ? " / " : "", entry->brand, from, to, digest);
}

static int run_release_list(struct cli *cli)
{
    struct loy_release_entry entry = {0};
    struct loy_store *store = NULL;
    enum loy_status status = LOY_OK;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    while ((status = loy_release_next(store, entry.number, &entry)) == LOY_OK)
        release_print(cli, &entry);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

const struct cli_command command_release_list = {
    .name = "release list",
    .summary = N_("what left the shop, for whom and when"),
    .run = run_release_list,
};
