/* SPDX-License-Identifier: MIT
 *
 * desk_print.c - what is held of a member on the shop's printer, for the member to read and sign.
 * In: a member; out: paper, or a sentence. It is kept in the audit log before it is printed. Must
 * not know: curses, what a receipt looks like.
 */
#include "code_words.h"
#include "desk.h"

#include <receipt/receipt.h>

#include <loyalty/form.h>
#include <loyalty/rights.h>
#include <loyalty/search.h>

#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define PRINT_LIMIT_MS 3000

static void fields_add(struct tui *tui, const struct loy_id *id, const struct loy_member *member,
    struct receipt_sheet *sheet)
{
    const enum loy_registration form =
        member->kind == LOY_MEMBER_PERSON ? LOY_REGISTRATION_PERSON : LOY_REGISTRATION_ORGANISATION;
    struct loy_form_field field = {.size = sizeof field};
    char value[LOY_FIELD_TEXT_MAX], clean[LOY_FIELD_TEXT_MAX];
    int64_t position = 0;
    while (loy_form_field_next(tui->store, form, &position, &field) == LOY_OK) {
        if (field.field > 100) continue;
        if (loy_member_field(tui->store, id, (enum loy_field)field.field, value) != LOY_OK)
            continue;
        receipt_clean(code_value((enum loy_field)field.field, value), false, clean, sizeof clean);
        receipt_wrap(sheet, RECEIPT_PLAIN, 0, field.label, strlen(field.label));
        receipt_wrap(sheet, RECEIPT_BOLD, 2, clean, strlen(clean));
    }
    sodium_memzero(value, sizeof value);
    sodium_memzero(clean, sizeof clean);
}

static void consents_add(
    struct tui *tui, const struct loy_id *id, struct receipt_sheet *sheet, int64_t now_us)
{
    char line[LOY_RECEIPT_MAX];
    const char *language = tui->cli->chinese ? "zh_CN" : "en";
    for (int purpose = 1; purpose < LOY_PURPOSE_END; purpose++)
        if (loy_consent_receipt(tui->store, id, (enum loy_purpose)purpose, language,
                cli_offset_at(now_us), line) == LOY_OK)
            receipt_wrap(sheet, RECEIPT_PLAIN, 0, line, strlen(line));
}

static void sheet_fill(struct tui *tui, const struct loy_id *id, const struct loy_member *member,
    struct receipt_sheet *sheet, int64_t now_us)
{
    char shop[LOY_RECEIPT_SETTING_MAX] = "", text[LOY_RECEIPT_SETTING_MAX], at[32];
    loy_receipt_setting_get(tui->store, LOY_RECEIPT_NAME, shop);
    receipt_clean(shop, false, text, sizeof text);
    if (*text) receipt_centre(sheet, RECEIPT_BOLD, text);
    receipt_centre(sheet, RECEIPT_PLAIN, _("What this shop holds of the member"));
    cli_time_local(now_us, at);
    receipt_centre(sheet, RECEIPT_PLAIN, at);
    receipt_rule(sheet);
    fields_add(tui, id, member, sheet);
    receipt_rule(sheet);
    consents_add(tui, id, sheet, now_us);
    receipt_rule(sheet);
    receipt_row(sheet, RECEIPT_PLAIN, "");
    receipt_row(sheet, RECEIPT_PLAIN, _("Signature"));
    receipt_row(sheet, RECEIPT_PLAIN, "");
    receipt_rule(sheet);
}

/* Personal data on paper: that is told in the log first, and nothing is printed without it. */
static enum loy_status sheet_send(struct tui *tui, const struct loy_id *id,
    const struct loy_member *member, const char *printer, char why[RECEIPT_WHY_MAX])
{
    char format[LOY_RECEIPT_SETTING_MAX] = "", columns[LOY_RECEIPT_SETTING_MAX] = "42";
    const int64_t now_us = tui_now_us();
    struct receipt_sheet sheet;
    struct receipt_bytes bytes = {0};
    loy_receipt_setting_get(tui->store, LOY_RECEIPT_FORMAT, format);
    loy_receipt_setting_get(tui->store, LOY_RECEIPT_COLUMNS, columns);
    const bool escpos = strcmp(format, "escpos") == 0;
    enum loy_status status = receipt_sheet_open(&sheet, escpos ? RECEIPT_ESCPOS : RECEIPT_TEXT);
    if (status != LOY_OK) return status;
    sheet.columns = (unsigned)strtoul(columns, NULL, 10);
    sheet_fill(tui, id, member, &sheet, now_us);
    if (escpos)
        receipt_escpos_write(&sheet, false, &bytes);
    else
        receipt_text_write(&sheet, &bytes);
    if (sheet.failed || bytes.failed) status = LOY_E_MEMORY;
    receipt_sheet_free(&sheet);
    if (status == LOY_OK) status = loy_member_shown_note(tui->store, id, "printed", now_us);
    if (status == LOY_OK)
        status = receipt_send(printer, bytes.bytes, bytes.size, PRINT_LIMIT_MS, why);
    receipt_bytes_free(&bytes);
    return status;
}

void desk_print(struct tui *tui, const struct loy_id *id, const struct loy_member *member)
{
    char printer[LOY_RECEIPT_SETTING_MAX] = "", why[RECEIPT_WHY_MAX] = "";
    if (loy_receipt_setting_get(tui->store, LOY_RECEIPT_PRINTER, printer) != LOY_OK || !*printer) {
        tui_say(tui, TUI_WARN, "%s",
            _("no printer is set: a manager sets one under Settings, Receipt"));
        return;
    }
    enum loy_status status = sheet_send(tui, id, member, printer, why);
    if (status == LOY_OK)
        tui_say(tui, TUI_GOOD, "%s", _("printed; that it was is kept with your name"));
    else if (*why)
        tui_say(tui, TUI_BAD, _("it was not printed: %s"), why);
    else
        tui_say_store(tui, status);
}
