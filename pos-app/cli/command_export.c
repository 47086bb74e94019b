/* SPDX-License-Identifier: MIT
 *
 * command_export.c - member export: all that is held of a member, as JSON and as a page to read.
 * Files hold personal data: mode 0600, never over something that is there.
 */
#include "export.h"
#include "path_guard.h"

#include <report/page.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* name.part is written whole, then takes its name. */
static int file_write(const struct cli *cli, const char *path, struct page *page)
{
    mode_t old = umask(077);
    enum loy_status status = page->failed ? LOY_E_MEMORY : page_write(page, path);
    if (status == LOY_OK) status = page_show(path);
    umask(old);
    if (status == LOY_OK) return CLI_DONE;
    return cli_fail(cli, CLI_FAILED, _("%s cannot be written: %s"), path,
        status == LOY_E_MEMORY ? loy_status_text(status) : strerror(errno));
}

static int json_write(const struct cli *cli, const char *path, json_t *held)
{
    struct page page = {0};
    char *text = cli_json_text(held, JSON_INDENT(2));
    if (text)
        page_put(&page, text);
    else
        page.failed = true;
    page_put(&page, "\n");
    free(text);
    int code = file_write(cli, path, &page);
    page_clear(&page);
    return code;
}

static int html_write(
    const struct cli *cli, struct loy_store *store, const char *path, const json_t *held)
{
    struct page page = {0};
    export_page(&page, store, held, cli->chinese);
    int code = file_write(cli, path, &page);
    page_clear(&page);
    return code;
}

struct export_paths {
    char json[4096], html[4096];
};

static int paths_name(const struct cli *cli, const char *folder, struct export_paths *paths)
{
    int size = snprintf(paths->json, sizeof paths->json, "%s/member.json", folder);
    snprintf(paths->html, sizeof paths->html, "%s/member.html", folder);
    if (size >= (int)sizeof paths->json) return cli_fail(cli, CLI_USAGE, _("the path is too long"));
    int code = path_guard(cli, paths->json);
    return code == CLI_DONE ? path_guard(cli, paths->html) : code;
}

static int files_write(const struct cli *cli, struct loy_store *store, json_t *held,
    const char *folder, const struct export_paths *paths)
{
    const char *json_path = paths->json, *html_path = paths->html;
    struct stat there;
    if (mkdir(folder, 0700) != 0 && errno != EEXIST)
        return cli_fail(cli, CLI_FAILED, _("%s cannot be made: %s"), folder, strerror(errno));
    if (stat(json_path, &there) == 0 || stat(html_path, &there) == 0)
        return cli_fail(cli, CLI_FINDING,
            _("an export is in %s already: move it away or name another folder"), folder);
    int code = json_write(cli, json_path, held);
    if (code == CLI_DONE) code = html_write(cli, store, html_path, held);
    if (code != CLI_DONE) return code;
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:s}", "json", json_path, "html", html_path));
    else
        printf("%s\n%s\n", json_path, html_path);
    return CLI_DONE;
}

/* A member that was merged has no data of its own to give: it is the survivor's. */
static void merged_tell(const struct loy_id *asked, const struct loy_id *id)
{
    char from[LOY_ID_TEXT_SIZE], to[LOY_ID_TEXT_SIZE];
    if (memcmp(asked, id, sizeof *id) == 0) return;
    loy_id_text(asked, from);
    loy_id_text(id, to);
    fprintf(stderr, _("%s was merged into %s: this is the export of both\n"), from, to);
}

static int run_export(struct cli *cli)
{
    struct loy_store *store = NULL;
    struct loy_id id, asked;
    struct export_paths paths;
    json_t *held = NULL;
    const char *folder = cli_value(cli, "out");
    if (!folder && !cli->json)
        return cli_fail(cli, CLI_USAGE, _("name a folder with --out, or print with --json"));
    int code = folder ? paths_name(cli, folder, &paths) : CLI_DONE;
    if (code == CLI_DONE) code = cli_member_open_own(cli, &store, &asked);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_member_survivor(store, &asked, &id);
    if (status == LOY_OK) status = loy_export_begin(store, &id, cli_now_us());
    if (status == LOY_OK) status = export_json(cli, store, &id, &asked, &held);
    if (status == LOY_OK) merged_tell(&asked, &id);
    if (status != LOY_OK)
        code = cli_fail_store(cli, status, store);
    else if (folder)
        code = files_write(cli, store, held, folder, &paths);
    else
        cli_print_json(json_incref(held));
    json_decref(held);
    loy_store_close(store);
    return code;
}

static const struct cli_option export_options[] = {
    {"out", "DIR", N_("a folder for member.json and member.html"), false, false},
    {0},
};

const struct cli_command command_member_export = {
    .name = "member export",
    .operands = "MEMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("all that is held of a member, for the member"),
    .detail =
        N_("Details with their history, cards, purchasers, consents with the words, contacts, "
           "notes, every line bought with GTIN\nand discount, and the profile. As JSON and as "
           "a page, or with --json alone as one line. Managers only."),
    .example = "member export 13812345678 --out folder",
    .options = export_options,
    .run = run_export,
};
