/* SPDX-License-Identifier: MIT
 *
 * command_backup.c - backup: a consistent copy while lanes work; restore: back, as a new epoch.
 */
#include "cli.h"

#include <string.h>

static int progress(void *user, long long done, long long total)
{
    cli_progress(user, _("backup"), done, total);
    return 0;
}

static int run_backup(struct cli *cli)
{
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_store_backup(store, cli->operands[0], progress, cli, cli_now_us());
    if (status != LOY_OK) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    if (code != CLI_DONE) return code;
    char until[32];
    cli_time_told(cli, cli_now_us() + LOY_BACKUP_KEYS_DAYS * INT64_C(86400000000), until);
    until[strlen("2026-03-01")] = '\0';
    if (cli->json) {
        cli_print_json(json_pack("{s:s,s:s}", "backup", cli->operands[0], "keys_until", until));
        return CLI_DONE;
    }
    printf(_("%s and %s.keys: verified. The master key is not in them; keep it apart.\n"),
        cli->operands[0], cli->operands[0]);
    printf(_("Destroy %s.keys by %s, so that no backup remembers whom the store has erased.\n"),
        cli->operands[0], until);
    return CLI_DONE;
}

static int run_restore(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_store_options options = cli_store_options(cli);
    enum loy_status status =
        loy_store_restore_erased(cli->operands[0], cli_value(cli, "erased"), &options, &store);
    int code = status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
    loy_store_close(store);
    if (code != CLI_DONE) return code;
    if (cli->json)
        cli_print_json(json_pack("{s:s}", "restored", cli->store_path));
    else
        printf(_("%s: restored, in a new epoch.\n"), cli->store_path);
    return CLI_DONE;
}

const struct cli_command command_backup = {
    .name = "backup",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a consistent copy while lanes work"),
    .detail = N_(
        "Writes FILE and FILE.keys, verified; never over something that exists. The master key is "
        "not copied."),
    .makes_new = true,
    .run = run_backup,
};

static const struct cli_option restore_options[] = {
    {"erased", "FILE",
        N_("a list of erased members, FILE.erased of the store: they are forgotten again"), false,
        false},
    {0},
};

const struct cli_command command_restore = {
    .name = "restore",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("a backup back to where --store says, as a new epoch"),
    .detail =
        N_("Nothing may be there yet. The master key of the backup must be at --store FILE.key or "
           "where $LOYALTY_KEY says.\nMembers named in "
           "--store FILE.erased, or in the list that --erased gives, are erased again at once."),
    .options = restore_options,
    .takes_stores = true,
    .run = run_restore,
};
