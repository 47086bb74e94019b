/* SPDX-License-Identifier: MIT
 *
 * command_artwork.c - the picture of a card's barcode for the printer, where libzint was there when
 * the program was built. In: a number that the guard lets pass. Out: a file that holds it, readable
 * by its owner only.
 */
#include "card_cli.h"

#ifdef WITH_ZINT
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <zint.h>

#define QUIET_ZONE 10 /* modules on either side that a scanner needs free */
#define HEIGHT 50.0f

static const struct {
    const char *name;
    int symbology;
    bool ean;
} symbols[] = {
    {"ean13", BARCODE_EANX, true},
    {"qr", BARCODE_QRCODE, false},
    {"code128", BARCODE_CODE128, false},
};
#define SYMBOL_COUNT (sizeof symbols / sizeof symbols[0])

static bool ends_with(const char *text, const char *end)
{
    size_t n = strlen(text), m = strlen(end);
    return n > m && strcmp(text + n - m, end) == 0;
}

static bool is_ean13(const char *number)
{
    return strlen(number) == 13 && loy_digits_only(number, 13) && loy_digits_gs1(number, 13);
}

static int draw(const struct cli *cli, size_t which, const char *number, const char *path)
{
    struct zint_symbol *symbol = ZBarcode_Create();
    if (!symbol) return cli_fail(cli, CLI_FAILED, _("out of memory"));
    symbol->symbology = symbols[which].symbology;
    symbol->whitespace_width = QUIET_ZONE;
    if (symbols[which].symbology != BARCODE_QRCODE) symbol->height = HEIGHT;
    symbol->scale = 2.0f;
    snprintf(symbol->outfile, sizeof symbol->outfile, "%s", path);
    /* libzint leaves the locale "C" behind. */
    const char *now = setlocale(LC_ALL, NULL);
    char *locale = strdup(now ? now : "C");
    mode_t before = umask(077); // the file holds a whole number
    int failed =
        ZBarcode_Encode_and_Print(symbol, (const unsigned char *)number, (int)strlen(number), 0);
    umask(before);
    if (locale) setlocale(LC_ALL, locale);
    free(locale);
    int code = CLI_DONE;
    if (failed >= ZINT_ERROR)
        code = cli_fail(cli, CLI_FAILED, _("the picture %s could not be made"), path);
    ZBarcode_Delete(symbol);
    return code;
}

static int run_artwork(struct cli *cli)
{
    const char *number = cli->operands[0], *path = cli_value(cli, "out");
    const char *wanted = cli_value(cli, "symbol");
    size_t which = 0;
    while (wanted && which < SYMBOL_COUNT && strcmp(wanted, symbols[which].name) != 0)
        which++;
    if (which == SYMBOL_COUNT)
        return cli_fail(cli, CLI_USAGE, _("--symbol takes ean13, qr or code128"));
    if ((!ends_with(path, ".svg") && !ends_with(path, ".png")) || strlen(path) > 250)
        return cli_fail(cli, CLI_USAGE, _("--out takes a file name that ends in .svg or .png"));
    struct loy_store *store = NULL;
    struct loy_credential card;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    code = card_number_read(cli, store, number, &card);
    loy_store_close(store);
    if (code == CLI_DONE && symbols[which].ean && !is_ean13(number))
        code = cli_fail(cli, CLI_FINDING,
            _("this number is no EAN-13 (13 digits, the last of which checks the others): take "
              "--symbol qr or code128"));
    if (code == CLI_DONE) code = draw(cli, which, number, path);
    if (code != CLI_DONE) return code;
    if (cli->json)
        cli_print_json(json_pack(
            "{s:s,s:s,s:s}", "tail", card.tail, "symbol", symbols[which].name, "file", path));
    else
        printf(_("%s holds the %s of card ...%s\n"), path, symbols[which].name, card.tail);
    return CLI_DONE;
}
#else
static int run_artwork(struct cli *cli)
{
    return cli_fail(cli, CLI_USAGE,
        _("this program was built without libzint and draws no barcodes; install libzint-dev and "
          "build it again"));
}
#endif

static const struct cli_option artwork_options[] = {
    {"out", "FILE", N_("the picture, FILE.svg or FILE.png"), true, false},
    {"symbol", "KIND", N_("ean13, qr or code128; default ean13"), false, false},
    {0},
};

const struct cli_command command_card_artwork = {
    .name = "card artwork",
    .operands = "NUMBER",
    .operands_min = 1,
    .operands_max = 1,
    .summary = N_("the barcode of a card as a picture for the printer"),
    .detail = N_("The file holds the whole number and can be read by its owner only. Scan or swipe "
                 "one printed card with `range test` before\nprinting many."),
    .options = artwork_options,
    .run = run_artwork,
};
