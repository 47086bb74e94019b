/* SPDX-License-Identifier: MIT
 *
 * command_import.c - import members|articles|prices|baskets FILE.csv. One transaction a file: a row
 * that does not fit, a total that does not agree or a failing store leaves everything as it was.
 */
#include "import.h"

#include <inttypes.h>
#include <sodium.h>
#include <string.h>

bool import_row_at_fault(enum loy_status status)
{
    return status == LOY_E_FORMAT || status == LOY_E_LIMIT || status == LOY_E_CHECK ||
           status == LOY_E_CONFLICT || status == LOY_E_ARGUMENT || status == LOY_NONE ||
           status == LOY_REFUSED;
}

enum loy_status import_judge(struct import *import, size_t row, enum loy_status status)
{
    if (status == LOY_OK) import->made++;
    if (status == LOY_REPEATED) import->repeated++;
    if (status == LOY_OK || status == LOY_REPEATED) return LOY_OK;
    if (!import_row_at_fault(status)) return status;
    const char *text = loy_store_text(import->store);
    csv_complain(&import->table, row, (size_t)-1, "%s", *text ? text : _(loy_status_text(status)));
    return LOY_OK;
}

enum loy_status import_rows(struct import *import, enum loy_status (*put)(struct import *, size_t))
{
    for (size_t row = 0; row < import->table.row_count; row++) {
        import->findings = import->table.complaints;
        if (import->thorough) csv_required(&import->table, row);
        bool looked_at = import->thorough || csv_complete(&import->table, row);
        enum loy_status status = looked_at ? put(import, row) : LOY_OK;
        if (status != LOY_OK) return status;
        cli_progress(
            import->cli, import->kind, (long long)row + 1, (long long)import->table.row_count);
    }
    return LOY_OK;
}

bool import_snapshot_day(struct import *import, int64_t *day_us, int16_t *offset_min)
{
    const char *text = cli_value(import->cli, "snapshot");
    if (!text) return false;
    /* import_run has checked the text. */
    return cli_time_parse(text, day_us, offset_min) == LOY_OK;
}

void import_gap_tell(struct import *import, const char *site, unsigned gap_days)
{
    if (!gap_days) return;
    fprintf(stderr,
        _("%s: warning: shop %s: %u days without a snapshot lie before this one; prices of "
          "those days are "
          "taken from the one before\n"),
        import->table.path, site, gap_days);
    if (!import->gaps) import->gaps = json_array();
    json_array_append_new(
        import->gaps, json_pack("{s:s,s:i}", "store", site, "days", (int)gap_days));
}

static int totals_check(struct import *import)
{
    const char *rows = cli_value(import->cli, "rows"), *total = cli_value(import->cli, "total");
    char text[32];
    int64_t wanted = 0;
    if (rows && (cli_amount_parse(rows, 0, &wanted) != LOY_OK ||
                    wanted != (int64_t)import->table.row_count))
        return cli_fail(import->cli, CLI_FINDING,
            _("%s: the control total says %s rows, the file has %zu; nothing was imported"),
            import->table.path, rows, import->table.row_count);
    cli_amount_text(import->total_minor, import->settings.minor_digits, text);
    if (total && (cli_amount_parse(total, import->settings.minor_digits, &wanted) != LOY_OK ||
                     wanted != import->total_minor))
        return cli_fail(import->cli, CLI_FINDING,
            _("%s: the control total says %s, the rows sum to %s; nothing was imported"),
            import->table.path, total, text);
    return CLI_DONE;
}

/* Of a file that was imported before no row is put again, so the sum is made of its cells. */
static int known_check(struct import *import)
{
    if (import->totals) import->total_minor = import_baskets_total(import);
    return totals_check(import);
}

static void matches_json(const struct import *import, json_t *object)
{
    int64_t all = import->matched + import->unmatched;
    json_object_set_new(object, "matched", json_integer(import->matched));
    json_object_set_new(object, "unmatched", json_integer(import->unmatched));
    json_object_set_new(
        object, "match_rate", all ? json_real((double)import->matched / (double)all) : json_null());
}

static void updates_print(const struct import *import)
{
    if (!import->update) return;
    printf(_("; %" PRId64 " values changed"), import->values_changed);
    if (import->values_kept)
        printf(_("; %" PRId64 " values kept as they were: the customer gave them, or newer or "
                 "verified ones stand"),
            import->values_kept);
}

static void updates_json(const struct import *import, json_t *object)
{
    if (!import->update) return;
    json_object_set_new(object, "values_changed", json_integer(import->values_changed));
    json_object_set_new(object, "values_kept", json_integer(import->values_kept));
}

static void outside_json(const struct import *import, json_t *object)
{
    static const struct loy_credential outside = {.kind = LOY_CREDENTIAL_NUMBER};
    if (!import->outside) return;
    json_object_set_new(object, "outside_ranges", json_integer(import->outside));
    json_object_set_new(object, "warning", json_string(cli_card_warning(&outside)));
}

/* Once they are stored. */
static void channels_tell(const struct import *import)
{
    size_t named = import->channel_count;
    if (named > IMPORT_CHANNELS_MAX) named = IMPORT_CHANNELS_MAX;
    for (size_t i = 0; i < named; i++)
        fprintf(stderr, _("%s: the channel '%s' is new and is taken into the list\n"),
            import->table.path, import->channels[i]);
    if (named < import->channel_count)
        fprintf(stderr, _("%s: and %zu more channels\n"), import->table.path,
            import->channel_count - named);
}

static void totals_print(struct import *import)
{
    char total[32];
    cli_amount_text(import->total_minor, import->settings.minor_digits, total);
    if (import->cli->json) {
        json_t *object = json_pack("{s:s,s:s,s:s,s:I,s:I,s:I}", "imported", import->kind, "file",
            import->table.path, "encoding", csv_encoding_name(import->table.encoding), "rows",
            (json_int_t)import->table.row_count, "made", (json_int_t)import->made, "repeated",
            (json_int_t)import->repeated);
        updates_json(import, object);
        if (import->totals) json_object_set_new(object, "total", json_string(total));
        if (import->matches) matches_json(import, object);
        if (import->doubtful)
            json_object_set_new(object, "doubtful", json_integer(import->doubtful));
        outside_json(import, object);
        if (import->gaps) json_object_set(object, "gaps", import->gaps);
        cli_print_json(object);
        return;
    }
    printf(_("%s: %zu rows; %" PRId64 " new or changed, %" PRId64 " as they were"),
        import->table.path, import->table.row_count, import->made, import->repeated);
    if (import->totals) printf(_("; total %s %s"), total, import->settings.currency);
    if (import->matches)
        printf(_("; %" PRId64 " of %" PRId64 " matched to a member"), import->matched,
            import->matched + import->unmatched);
    if (import->doubtful) printf(_("; %lld doubtful"), (long long)import->doubtful);
    if (import->outside) printf(_("; %lld cards in no declared range"), (long long)import->outside);
    updates_print(import);
    putchar('\n');
}

static int store_failed(const struct import *import, enum loy_status status)
{
    const char *text = loy_store_text(import->store);
    return cli_fail(import->cli, cli_exit_of(status), _("%s: %s; nothing was imported"),
        import->table.path, *text ? text : _(loy_status_text(status)));
}

/* A channel by which nothing came in the end is not taken. */
static enum loy_status channels_drop(struct import *import)
{
    if (import->channel_count == 0 || import->made || import->values_kept) return LOY_OK;
    import->channel_count = 0;
    loy_store_rollback(import->store);
    return loy_import_begin(import->store);
}

/* Inside the transaction; a code other than CLI_DONE was told and rolls back. */
static int import_all(struct import *import, enum loy_status (*put)(struct import *))
{
    /* The kinds check the rest, and pass over rows that lack one. */
    for (size_t row = 0; !import->thorough && row < import->table.row_count; row++)
        csv_required(&import->table, row);
    enum loy_status status = put(import);
    if (status != LOY_OK) return store_failed(import, status);
    if (import->table.complaints > CSV_COMPLAINTS_MAX)
        fprintf(stderr, _("... and %zu more\n"), import->table.complaints - CSV_COMPLAINTS_MAX);
    if (import->table.complaints)
        return cli_fail(import->cli, CLI_FINDING,
            _("%s: %zu findings, nothing was imported; mend them and import the file again"),
            import->table.path, import->table.complaints);
    int code = totals_check(import);
    if (code != CLI_DONE) return code;
    status = channels_drop(import);
    if (status != LOY_OK) return store_failed(import, status);
    if (import->again) return CLI_DONE;
    status = loy_import_enter(import->store, import->kind, import->digest,
        (int64_t)import->table.row_count, import->total_minor, import->at_us);
    return status == LOY_OK ? CLI_DONE : store_failed(import, status);
}

/* The same shelf on another day or in another shop is another import. */
static void digest_make(struct import *import)
{
    crypto_generichash_state state;
    const char *site = cli_value(import->cli, "store-code");
    const char *day = cli_value(import->cli, "snapshot");
    memcpy(import->digest, import->table.digest, sizeof import->digest);
    if (!day) return;
    if (!site) site = import->settings.site;
    crypto_generichash_init(&state, NULL, 0, sizeof import->digest);
    crypto_generichash_update(&state, import->table.digest, sizeof import->table.digest);
    crypto_generichash_update(&state, (const uint8_t *)day, strlen(day) + 1);
    crypto_generichash_update(&state, (const uint8_t *)site, strlen(site) + 1);
    crypto_generichash_final(&state, import->digest, sizeof import->digest);
}

static void known_tell(const struct import *import)
{
    if (import->cli->json)
        cli_print_json(json_pack("{s:s,s:s,s:s,s:I,s:i,s:I}", "imported", import->kind, "file",
            import->table.path, "encoding", csv_encoding_name(import->table.encoding), "rows",
            (json_int_t)import->table.row_count, "made", 0, "repeated",
            (json_int_t)import->table.row_count));
    else
        printf(_("%s: this very file was imported before; nothing changed\n"), import->table.path);
}

static void done_tell(struct import *import)
{
    channels_tell(import);
    if (import->quiet) return;
    if (import->tell) import->tell(import);
    if (import->again && !import->made && !import->cli->json)
        known_tell(import);
    else
        totals_print(import);
}

static int import_transaction(
    struct import *import, enum loy_status (*put)(struct import *), bool rematches)
{
    digest_make(import);
    enum loy_status status = loy_import_known(import->store, import->kind, import->digest);
    import->again = status == LOY_REPEATED && rematches;
    if (status == LOY_REPEATED && !rematches) {
        int checked = known_check(import);
        if (checked == CLI_DONE) known_tell(import);
        return checked;
    }
    status = loy_import_begin(import->store);
    if (status != LOY_OK) return cli_fail_store(import->cli, status, import->store);
    int code = import_all(import, put);
    if (code != CLI_DONE) {
        loy_store_rollback(import->store);
        return code;
    }
    status = loy_store_commit(import->store);
    if (status != LOY_OK) return store_failed(import, status);
    done_tell(import);
    return CLI_DONE;
}

static const struct {
    const char *name;
    const struct csv_column *columns;
    bool further, totals, thorough;
    bool rematches; /* the same file again may find members that were not there before */
    enum loy_status (*put)(struct import *);
} kinds[] = {
    [IMPORT_ARTICLES] = {"articles", import_article_columns, false, false, false, false,
        import_articles},
    [IMPORT_PRICES] = {"prices", import_price_columns, false, false, false, false, import_prices},
    [IMPORT_MEMBERS] = {"members", import_member_columns, true, false, true, false, import_members},
    [IMPORT_BASKETS] = {"baskets", import_basket_columns, false, true, false, false,
        import_baskets},
    [IMPORT_CONTACTS] = {"contacts", import_contact_columns, false, false, true, true,
        import_contacts},
    [IMPORT_OBSERVATIONS] = {"observations", import_observation_columns, false, false, false, false,
        import_observations},
    [IMPORT_PROMOTIONS] = {"promotions", import_promotion_columns, false, false, false, true,
        import_promotions},
};

int import_begin(struct import *import, struct cli *cli, struct loy_store *store,
    enum import_kind kind, const char *path)
{
    *import = (struct import){.cli = cli,
        .store = store,
        .kind = kinds[kind].name,
        .totals = kinds[kind].totals,
        .thorough = kinds[kind].thorough,
        .at_us = cli_now_us()};
    int code = csv_open(cli, path, kinds[kind].columns, kinds[kind].further, &import->table);
    if (code == CLI_DONE && store) loy_store_settings_get(store, &import->settings);
    return code;
}

int import_file(struct cli *cli, struct loy_store *store, enum import_kind kind, const char *path)
{
    struct import import;
    int code = import_begin(&import, cli, store, kind, path);
    if (code != CLI_DONE) return code;
    import.quiet = true;
    code = import_transaction(&import, kinds[kind].put, kinds[kind].rematches);
    json_decref(import.gaps);
    csv_close(&import.table);
    return code;
}

/* Options that no file and no store is needed for. */
static int options_check(const struct cli *cli)
{
    const char *day = cli_value(cli, "snapshot"), *rows = cli_value(cli, "rows");
    const char *total = cli_value(cli, "total"), *encoding = cli_value(cli, "encoding");
    enum csv_encoding no_matter;
    int64_t ignored = 0;
    int16_t ignored_min = 0;
    if (day && (strlen(day) != 10 || cli_time_parse(day, &ignored, &ignored_min) != LOY_OK))
        return cli_fail(cli, CLI_USAGE, _("--snapshot takes a date such as 2026-03-01"));
    if (rows && cli_amount_parse(rows, 0, &ignored) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--rows takes a whole number"));
    if (total && cli_amount_parse(total, 4, &ignored) != LOY_OK)
        return cli_fail(cli, CLI_USAGE, _("--total takes an amount such as 1234.50"));
    if (encoding && !csv_encoding_parse(encoding, &no_matter))
        return cli_fail(cli, CLI_USAGE, _("--encoding takes utf-8 or gb18030"));
    return CLI_DONE;
}

int import_run(struct cli *cli, enum import_kind kind)
{
    struct import import;
    int code = options_check(cli);
    if (code != CLI_DONE) return code;
    /* The file first: a wrong name costs no opened store. */
    code = import_begin(&import, cli, NULL, kind, cli->operands[0]);
    if (code != CLI_DONE) return code;
    /* A nightly export that failed must not empty the shelf. */
    if (cli_value(cli, "snapshot") && import.table.row_count == 0)
        code = cli_fail(cli, CLI_FINDING,
            _("%s: has no row; an empty shelf is not taken as a snapshot. Nothing was imported"),
            import.table.path);
    if (code == CLI_DONE) code = cli_store_open(cli, &import.store);
    if (code == CLI_DONE) {
        loy_store_settings_get(import.store, &import.settings);
        code = import_transaction(&import, kinds[kind].put, kinds[kind].rematches);
    }
    loy_store_close(import.store);
    json_decref(import.gaps);
    csv_close(&import.table);
    return code;
}

static int run_articles(struct cli *cli)
{
    return import_run(cli, IMPORT_ARTICLES);
}

static int run_prices(struct cli *cli)
{
    return import_run(cli, IMPORT_PRICES);
}

static int run_members(struct cli *cli)
{
    return import_run(cli, IMPORT_MEMBERS);
}

static int run_baskets(struct cli *cli)
{
    return import_run(cli, IMPORT_BASKETS);
}

#define ROWS_OPTION                                                                                \
    {                                                                                              \
        "rows", "N", N_("control total: the file must have so many rows"), false, false            \
    }

static const struct cli_option member_options[] = {
    IMPORT_ENCODING_OPTION,
    ROWS_OPTION,
    {"update", NULL,
        N_("rows about members who are known by reference or card change them; what the customer "
           "gave himself stays"),
        false, false},
    {0},
};
static const struct cli_option snapshot_options[] = {
    IMPORT_ENCODING_OPTION,
    ROWS_OPTION,
    {"snapshot", "DATE", N_("the file is the whole shelf of that day"), false, false},
    {"store-code", "CODE", N_("the shop of the snapshot where no column says; default this one"),
        false, false},
    {0},
};
static const struct cli_option basket_options[] = {
    IMPORT_ENCODING_OPTION,
    ROWS_OPTION,
    {"total", "AMOUNT", N_("control total: what was paid must sum to this"), false, false},
    {"create-members", NULL, N_("open a pseudonymous member for each unknown reference"), false,
        false},
    {0},
};

const struct cli_command command_import_articles = {
    .name = "import articles",
    .operands = "FILE.csv",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("articles from a CSV file, all or nothing"),
    .detail = N_("Columns (any order, * needed): article* gtin brand manufacturer category style "
                 "season grade "
                 "grade_derived colour\ncolour_family size tax_rate price_is_net kind own_brand "
                 "counter cost. "
                 "With --snapshot an article that is\nmissing has left the shelf."),
    .options = snapshot_options,
    .run = run_articles,
};

const struct cli_command command_import_prices = {
    .name = "import prices",
    .operands = "FILE.csv",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("price history, or a snapshot of the shelf, from a CSV file, all or nothing"),
    .detail = N_("Columns (any order, * needed): article* store from* to list_price* selling_price "
                 "promotion "
                 "promotion_form display.\nWith --snapshot, from is not needed: the intervals are "
                 "derived from "
                 "one snapshot to the next."),
    .options = snapshot_options,
    .run = run_prices,
};

const struct cli_command command_import_members = {
    .name = "import members",
    .operands = "FILE.csv",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("members from a CSV file, all or nothing"),
    .detail = N_(
        "Columns (any order, * needed): kind* name family_name given_name industry address "
        "telephone "
        "fax section district\npostcode tax_no account_no purchasers sex birth_year household_size "
        "card language email channel* initiated_by\ncollected_at legal_basis consent_profiling "
        "consent_marketing consent_suppliers consent_scheme reference\ntrading_name bank_name "
        "licence_until seen_on_licence (yes: the tax number was compared with the licence). "
        "Further columns\nbecome traits. A row that "
        "was imported before, also in another "
        "file, changes nothing. With --update a consent is taken back\nwhere its cell says no, and "
        "never given."),
    .options = member_options,
    .run = run_members,
};

const struct cli_command command_import_baskets = {
    .name = "import baskets",
    .operands = "FILE.csv",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("past baskets from a CSV file, all or nothing"),
    .detail = N_(
        "One row a line. Columns (any order, * needed): basket* member card store lane at* article "
        "gtin brand manufacturer\ncategory style season grade colour colour_family size kind "
        "own_brand "
        "quantity list_price paid* promotion\npromotion_form return_of return_of_line reason. A "
        "basket "
        "that is there already is left as it is."),
    .options = basket_options,
    .run = run_baskets,
};
