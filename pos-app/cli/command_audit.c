/* SPDX-License-Identifier: MIT
 *
 * command_audit.c - the audit log: listed, signed, exported, verified. An exported file (JSON
 * Lines: an entry a line, the signed head last) is what shows later that the log's end was cut off
 * or that older files were put back: it belongs into somebody else's hands.
 */
#include "code_words.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

#include "audit_file.h"

/* The code stands first: it is what is searched for and what JSON has. */
static void entry_text(const struct loy_audit_entry *entry, const char *at)
{
    printf("%6lld  %s  ", (long long)entry->sequence, at);
    cli_put(stdout, entry->operator_name, 12);
    printf(" %-19s ", entry->action);
    cli_put(stdout, code_words(CODE_ACTION, entry->action), *entry->object ? 31 : 0);
    printf("%s%s\n", *entry->object ? " " : "", entry->object);
}

static void entry_print(const struct cli *cli, const struct loy_audit_entry *entry)
{
    char at[32];
    cli_time_told(cli, entry->at_us, at);
    if (cli->json)
        cli_print_json(json_pack("{s:I,s:s,s:s,s:s,s:s}", "sequence", (json_int_t)entry->sequence,
            "at", at, "operator", entry->operator_name, "action", entry->action, "object",
            entry->object));
    else
        entry_text(entry, at);
}

static int time_option(const struct cli *cli, const char *option, int64_t *at_us)
{
    int16_t offset;
    const char *text = cli_value(cli, option);
    if (!text || cli_time_parse(text, at_us, &offset) == LOY_OK) return CLI_DONE;
    return cli_fail(cli, CLI_USAGE, _("--%s takes a date such as 2026-03-01"), option);
}

static int run_audit_list(struct cli *cli)
{
    struct loy_audit_entry entry = {0};
    struct loy_store *store = NULL;
    enum loy_status status = LOY_OK;
    int64_t from_us = INT64_MIN, to_us = INT64_MAX;
    int code = time_option(cli, "from", &from_us);
    if (code == CLI_DONE) code = time_option(cli, "to", &to_us);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    while ((status = loy_audit_next(store, entry.sequence, &entry)) == LOY_OK)
        if (entry.at_us >= from_us && entry.at_us < to_us) entry_print(cli, &entry);
    if (status != LOY_NONE) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static void head_print(const struct cli *cli, const struct loy_audit_head *head, const char *file)
{
    char key[2 * sizeof head->public_key + 1], hash[2 * sizeof head->hash + 1];
    sodium_bin2hex(key, sizeof key, head->public_key, sizeof head->public_key);
    sodium_bin2hex(hash, sizeof hash, head->hash, sizeof head->hash);
    if (cli->json) {
        cli_print_json(json_pack("{s:I,s:s,s:s,s:s*}", "entries", (json_int_t)head->sequence,
            "hash", hash, "public_key", key, "file", file));
        return;
    }
    if (file)
        printf(_("%s: %lld entries. Give it to somebody who does not run this till.\n"), file,
            (long long)head->sequence);
    printf(_("Entry %lld is signed: %s\nPublic key: %s\n"), (long long)head->sequence, hash, key);
}

static int run_audit_sign(struct cli *cli)
{
    struct loy_audit_head head;
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    bool accept = cli_value(cli, "accept") != NULL;
    enum loy_status status = loy_audit_sign(store, "audit-sign", accept, cli_now_us(), &head);
    if (status == LOY_OK)
        head_print(cli, &head, NULL);
    else
        code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    return code;
}

static int run_audit_export(struct cli *cli)
{
    struct loy_audit_head head;
    struct loy_store *store = NULL;
    const char *path = cli->operands[0];
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    FILE *file = fopen(path, "wxe");
    if (!file) {
        code = cli_fail(cli, errno == EEXIST ? CLI_FINDING : CLI_FAILED,
            errno == EEXIST ? _("%s is there already: name another file") : _("%s: %s"), path,
            strerror(errno));
    } else {
        enum loy_status status = audit_file_write(store, file, cli_now_us(), &head);
        bool written = fflush(file) == 0 && fsync(fileno(file)) == 0;
        if (fclose(file) != 0) written = false;
        if (status != LOY_OK)
            code = cli_fail_store(cli, status, store);
        else if (!written)
            code = cli_fail(cli, CLI_FAILED, _("%s cannot be written: %s"), path, strerror(errno));
        if (code != CLI_DONE) unlink(path);
    }
    loy_store_close(store);
    if (code == CLI_DONE) head_print(cli, &head, path);
    return code;
}

/* What the file says of itself and of the entries; *head is set if it can be held against the log.
 */
static int against_read(const struct cli *cli, struct loy_store *store, const char *path,
    struct cli_findings *findings, struct loy_audit_head *head, bool *usable)
{
    FILE *file = fopen(path, "re");
    if (!file) return cli_fail(cli, CLI_FAILED, "%s: %s", path, strerror(errno));
    enum loy_status status = audit_file_compare(store, file, cli_finding, findings, head);
    fclose(file);
    *usable = status == LOY_OK;
    if (status == LOY_OK || status == LOY_E_CHECK) return CLI_DONE;
    if (status == LOY_E_FORMAT)
        return cli_fail(
            cli, CLI_FINDING, _("%s is no file that `loyalty audit export` wrote"), path);
    return cli_fail_store(cli, status, store);
}

static int run_audit_verify(struct cli *cli)
{
    struct cli_findings findings = {.cli = cli};
    struct loy_audit_head head;
    struct loy_store *store = NULL;
    const char *path = cli_value(cli, "against");
    bool usable = false;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    if (path) code = against_read(cli, store, path, &findings, &head, &usable);
    if (code == CLI_DONE) {
        enum loy_status status =
            loy_audit_verify(store, usable ? &head : NULL, cli_finding, &findings);
        if (status != LOY_OK && status != LOY_E_CHECK) code = cli_fail_store(cli, status, store);
    }
    loy_store_close(store);
    if (code != CLI_DONE) return code;
    if (findings.count) return CLI_FINDING;
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:b}", "store", cli->store_path, "sound", 1));
    else
        printf(_("%s: the audit log is sound.\n"), cli->store_path);
    return CLI_DONE;
}

static const struct cli_option list_options[] = {
    {"from", "DATE", N_("entries of this time and later"), false, false},
    {"to", "DATE", N_("entries before this time"), false, false},
    {0},
};

static const struct cli_option sign_options[] = {
    {"accept", NULL, N_("although an older file was put back; an entry says so"), false, false},
    {0},
};

static const struct cli_option verify_options[] = {
    {"against", "FILE", N_("what `loyalty audit export` wrote earlier"), false, false},
    {0},
};

const struct cli_command command_audit_list = {
    .name = "audit list",
    .summary = N_("who did what, oldest first"),
    .options = list_options,
    .run = run_audit_list,
};

const struct cli_command command_audit_sign = {
    .name = "audit sign",
    .summary = N_("sign the audit log's last entry, as happens every 1,000 entries"),
    .options = sign_options,
    .run = run_audit_sign,
};

const struct cli_command command_audit_export = {
    .name = "audit export",
    .operands = "FILE",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("the audit log with its signed head, to be kept elsewhere"),
    .detail = N_("JSON Lines; never over something that exists. Whoever has the master key could "
                 "write another log and sign\nit: only a file that is kept by somebody else shows "
                 "that."),
    .makes_new = true,
    .run = run_audit_export,
};

const struct cli_command command_audit_verify = {
    .name = "audit verify",
    .summary = N_("is the audit log whole, and if not, where not"),
    .detail =
        N_("Part of `loyalty check`. With --against it also holds the log against an exported "
           "file: an end that was cut\noff and older files that were put back show."),
    .options = verify_options,
    .run = run_audit_verify,
};
