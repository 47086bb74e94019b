/* SPDX-License-Identifier: MIT
 *
 * chart.c - inline SVG: bars with whiskers and ticks, heat maps.
 * In: shares; out: SVG text with fixed decimals, the same bytes for the same numbers. Must not know
 * tables.
 */
#include "chart.h"

#include <stdio.h>
#include <string.h>

#define LABEL_WIDTH 134
#define BAR_WIDTH 124
#define PANEL_WIDTH 316
#define BAR_STEP 21
#define LABEL_SPACE (LABEL_WIDTH - 8)
#define ELLIPSIS_WIDTH 11

// clang-format off
static const struct {
    const char *family, *fill;
} colours[] = {
    {"black", "#22252a"}, {"white", "#ffffff"}, {"grey", "#8f959c"}, {"beige", "#dccdb0"},
    {"brown", "#7b5233"}, {"red", "#c8322b"}, {"pink", "#eb9cb4"}, {"orange", "#ea8a2f"},
    {"yellow", "#f0cf45"}, {"green", "#3f8f52"}, {"blue", "#3d7dc4"}, {"navy", "#22356b"},
    {"purple", "#7d529f"}, {"multi", "url(#multi)"},
};
// clang-format on

const char *chart_colour(const char *family)
{
    for (size_t i = 0; i < sizeof colours / sizeof colours[0]; i++)
        if (strcmp(colours[i].family, family) == 0) return colours[i].fill;
    return NULL;
}

void chart_begin(struct page *page)
{
    page_put(page,
        "<svg width=\"0\" height=\"0\" class=\"defs\" aria-hidden=\"true\"><defs>"
        "<linearGradient id=\"multi\"><stop offset=\"0\" stop-color=\"#c8322b\"/><stop "
        "offset=\".34\" "
        "stop-color=\"#f0cf45\"/><stop offset=\".67\" stop-color=\"#3f8f52\"/><stop offset=\"1\" "
        "stop-color=\"#3d7dc4\"/></linearGradient>"
        "<pattern id=\"hatch\" width=\"6\" height=\"6\" patternUnits=\"userSpaceOnUse\" "
        "patternTransform=\"rotate(45)\"><line class=\"hatch\" x1=\"0\" y1=\"0\" x2=\"0\" "
        "y2=\"6\"/></pattern></defs></svg>\n");
}

/* About what a letter takes at 12.5 px in the wider of the usual fonts: labels stand left of their
 * bars, and what is too long would run out of the picture at its beginning. */
static double letter_width(const char *at, size_t length)
{
    if (length >= 3) return (unsigned char)at[0] == 0xe2 ? 10 : 12.5;
    if (length == 2) return 8;
    if (*at == 'M' || *at == 'W' || *at == 'm' || *at == 'w' || *at == '%' || *at == '@') return 12;
    if (*at >= 'A' && *at <= 'Z') return 9.2;
    return strchr(" .,:;'|!ijltfIr()[]/-", *at) ? 5.2 : 8;
}

static size_t letter_length(const char *at)
{
    size_t length = 1;
    while ((at[length] & 0xc0) == 0x80)
        length++;
    return length;
}

static double text_width(const char *text)
{
    double width = 0;
    for (const char *at = text; *at; at += letter_length(at))
        width += letter_width(at, letter_length(at));
    return width;
}

/* Shortened at its end. */
static void put_label(struct page *page, const char *label, double width_most)
{
    char text[128];
    size_t used = 0;
    double width = 0;
    bool whole = text_width(label) <= width_most;
    for (const char *at = label; *at;) {
        size_t length = letter_length(at);
        width += letter_width(at, length);
        if ((!whole && width > width_most - ELLIPSIS_WIDTH) || used + length + 4 > sizeof text) {
            memcpy(text + used, "…", 3);
            used += 3;
            break;
        }
        memcpy(text + used, at, length);
        used += length;
        at += length;
    }
    text[used] = '\0';
    page_text(page, text);
}

static void put_percent(struct page *page, double share)
{
    page_print(page, "%.0f %%", share * 100);
}

/* ---- Bars ---------------------------------------------------------------------------------------
 */

static void put_title(struct page *page, const struct chart_bar *bar)
{
    page_put(page, "<title>");
    page_text(page, bar->label);
    page_print(page, ": %.0f %% (%.0f–%.0f %%)", bar->share * 100, bar->low * 100, bar->high * 100);
    if (bar->expected >= 0) page_print(page, " / %.0f %%", bar->expected * 100);
    page_put(page, "</title>");
}

static double right_of(const struct chart_panel *panel, double share)
{
    double at = share / panel->most;
    return LABEL_WIDTH + BAR_WIDTH * (at > 1 ? 1 : at);
}

static void put_shown(
    struct page *page, const struct chart_panel *panel, const struct chart_bar *bar, int y)
{
    double end = right_of(panel, bar->share);
    page_print(page,
        "<rect class=\"bar\" x=\"%d\" y=\"%d\" width=\"%.1f\" height=\"12\" rx=\"1.5\"",
        LABEL_WIDTH, y, end - LABEL_WIDTH);
    if (bar->fill) page_print(page, " fill=\"%s\"", bar->fill);
    page_put(page, "/>");
    double low = right_of(panel, bar->low), high = right_of(panel, bar->high);
    page_print(page, "<path class=\"halo\" d=\"M%.1f %dH%.1f\"/>", low, y + 6, high);
    page_print(page, "<path class=\"whisker\" d=\"M%.1f %dv6M%.1f %dH%.1fM%.1f %dv6\"/>", low,
        y + 3, low, y + 6, high, high, y + 3);
    if (bar->expected >= 0) {
        double at = right_of(panel, bar->expected);
        page_print(page, "<path class=\"tickhalo\" d=\"M%.1f %dv17\"/>", at, y - 2);
        page_print(page, "<path class=\"tick\" d=\"M%.1f %dv17\"/>", at, y - 2);
    }
    const char *mark = !bar->striking ? "" : bar->share > bar->expected ? " ▲" : " ▼";
    page_print(page, "<text class=\"value%s\" x=\"%d\" y=\"%d\">", bar->striking ? " strong" : "",
        LABEL_WIDTH + BAR_WIDTH + 8, y + 10);
    put_percent(page, bar->share);
    page_print(page, "%s</text>", mark);
}

static void put_bar(
    struct page *page, const struct chart_panel *panel, const struct chart_bar *bar, int y)
{
    page_put(page, "<g>");
    if (bar->state == LOY_CELL_PUBLISHED) put_title(page, bar);
    page_print(page, "<text class=\"label\" x=\"%d\" y=\"%d\">", LABEL_WIDTH - 8, y + 10);
    put_label(page, bar->label, LABEL_SPACE);
    page_put(page, "</text>");
    if (bar->state == LOY_CELL_PUBLISHED) {
        put_shown(page, panel, bar, y);
    } else {
        bool empty = bar->state == LOY_CELL_EMPTY;
        if (!empty)
            page_print(page,
                "<rect class=\"hidden\" x=\"%d\" y=\"%d\" width=\"26\" height=\"12\" "
                "fill=\"url(#hatch)\"/>",
                LABEL_WIDTH, y);
        page_print(page, "<text class=\"faint\" x=\"%d\" y=\"%d\">", LABEL_WIDTH + (empty ? 4 : 32),
            y + 10);
        page_text(page, empty ? panel->none_sold : panel->not_shown);
        page_put(page, "</text>");
    }
    page_put(page, "</g>\n");
}

void chart_bars(struct page *page, const struct chart_panel *panel)
{
    int height = (int)panel->count * BAR_STEP + 8;
    page_put(page, "<figure class=\"panel\"><figcaption>");
    page_text(page, panel->title);
    if (panel->note && *panel->note) {
        page_put(page, " <small>");
        page_text(page, panel->note);
        page_put(page, "</small>");
    }
    page_print(page,
        "</figcaption><svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
        "aria-label=\"",
        PANEL_WIDTH, height, PANEL_WIDTH, height);
    page_text(page, panel->title);
    for (size_t i = 0; i < panel->count; i++) {
        page_put(page, "; ");
        page_text(page, panel->bars[i].label);
        page_put(page, " ");
        if (panel->bars[i].state == LOY_CELL_PUBLISHED)
            put_percent(page, panel->bars[i].share);
        else
            page_text(
                page, panel->bars[i].state == LOY_CELL_EMPTY ? panel->none_sold : panel->not_shown);
    }
    page_print(page, "\">\n<path class=\"base\" d=\"M%d.5 0V%d\"/>\n", LABEL_WIDTH - 1, height);
    for (size_t i = 0; i < panel->count; i++)
        put_bar(page, panel, &panel->bars[i], (int)i * BAR_STEP + 5);
    page_put(page, "</svg></figure>\n");
}

/* ---- Heat map -----------------------------------------------------------------------------------
 */

#define HEAT_STEP 30
#define HEAT_TOP 44

static void put_heat_cell(
    struct page *page, const struct chart_bar *cell, double most, int x, int y, int width)
{
    bool shown = cell->state == LOY_CELL_PUBLISHED;
    double opacity = shown && most > 0 ? .04 + .66 * cell->share / most : 0;
    page_put(page, "<g><title>");
    page_text(page, cell->label);
    page_put(page, "</title>");
    if (cell->state != LOY_CELL_EMPTY)
        page_print(page, "<rect class=\"%s\" x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" rx=\"2\"",
            shown ? "heat" : "hidden", x, y, width - 3, HEAT_STEP - 3);
    if (shown) page_print(page, " fill-opacity=\"%.2f\"/>", opacity);
    if (cell->state != LOY_CELL_PUBLISHED && cell->state != LOY_CELL_EMPTY)
        page_put(page, " fill=\"url(#hatch)\"/>");
    page_print(page, "<text class=\"%s\" x=\"%d\" y=\"%d\">",
        shown && cell->striking ? "heattext strong" : "heattext", x + (width - 3) / 2, y + 18);
    if (shown) {
        put_percent(page, cell->share);
        if (cell->striking) page_put(page, cell->share > cell->expected ? " ▲" : " ▼");
    } else if (cell->state == LOY_CELL_EMPTY) {
        page_put(page, "–");
    }
    page_put(page, "</text></g>\n");
}

static void put_heat_head(struct page *page, const struct chart_heat *heat, int left, int width)
{
    for (size_t j = 0; j < heat->columns; j++) {
        int x = left + (int)j * width;
        if (heat->fills && heat->fills[j])
            page_print(page,
                "<rect class=\"swatch\" x=\"%d\" y=\"4\" width=\"%d\" height=\"11\" rx=\"2\" "
                "fill=\"%s\"/>",
                x, width - 3, heat->fills[j]);
        page_print(page, "<text class=\"heattext faint\" x=\"%d\" y=\"32\">", x + (width - 3) / 2);
        put_label(page, heat->column_labels[j], width - 2);
        page_put(page, "</text>");
    }
}

void chart_heat(struct page *page, const struct chart_heat *heat)
{
    int left = LABEL_WIDTH, width = heat->columns > 6 ? 66 : 92;
    if (heat->columns * (size_t)width > 900) width = (int)(900 / heat->columns);
    int full = left + (int)heat->columns * width, height = HEAT_TOP + (int)heat->rows * HEAT_STEP;
    double most = 0;
    for (size_t i = 0; i < heat->rows * heat->columns; i++)
        if (heat->cells[i].state == LOY_CELL_PUBLISHED && heat->cells[i].share > most)
            most = heat->cells[i].share;
    page_print(page,
        "<figure class=\"wide\"><svg viewBox=\"0 0 %d %d\" width=\"%d\" height=\"%d\" role=\"img\" "
        "aria-label=\"",
        full, height, full, height);
    page_text(page, heat->title);
    page_put(page, "\">\n");
    put_heat_head(page, heat, left, width);
    for (size_t i = 0; i < heat->rows; i++) {
        int y = HEAT_TOP + (int)i * HEAT_STEP;
        page_print(page, "<text class=\"label\" x=\"%d\" y=\"%d\">", left - 8, y + 18);
        put_label(page, heat->row_labels[i], LABEL_SPACE);
        page_put(page, "</text>");
        for (size_t j = 0; j < heat->columns; j++)
            put_heat_cell(
                page, &heat->cells[i * heat->columns + j], most, left + (int)j * width, y, width);
    }
    page_put(page, "</svg></figure>\n");
}
