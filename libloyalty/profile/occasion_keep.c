/* SPDX-License-Identifier: MIT
 *
 * occasion_keep.c - what makes occasions of a category comparable, as bytes: alternatives,
 * attributes, and each article's weight and mean price. Nothing of a member or a purchase.
 *
 *   "LOC1" | by, level, base, alternatives, attributes: 1 byte each | unit: 8 | category: text
 *   alternative: price 8 (double), name: text           attribute: kind 1, forms 4, name: text
 *   articles: 4 | article: alternative 1, weight 8, mean 8, code: text
 *   text: length 2, bytes. Numbers low byte first.
 */
#include "occasion_private.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

static const char mark[] = "LOC1";

/* ---- Bytes ----------------------------------------------------------------------------------- */

struct writer {
    uint8_t *bytes;
    size_t size, used;
};

static void put(struct writer *writer, uint64_t value, unsigned width)
{
    for (unsigned i = 0; i < width; i++, writer->used++)
        if (writer->used < writer->size) writer->bytes[writer->used] = (uint8_t)(value >> 8 * i);
}

static void put_double(struct writer *writer, double value)
{
    uint64_t bits;
    memcpy(&bits, &value, sizeof bits);
    put(writer, bits, 8);
}

static void put_text(struct writer *writer, const char *text)
{
    size_t length = strlen(text);
    put(writer, length, 2);
    for (size_t i = 0; i < length; i++)
        put(writer, (uint8_t)text[i], 1);
}

struct reader {
    const uint8_t *bytes;
    size_t size, used;
    bool bad;
};

static uint64_t take(struct reader *reader, unsigned width)
{
    uint64_t value = 0;
    if (reader->size - reader->used < width) {
        reader->bad = true;
        return 0;
    }
    for (unsigned i = 0; i < width; i++)
        value |= (uint64_t)reader->bytes[reader->used++] << 8 * i;
    return value;
}

static double take_double(struct reader *reader)
{
    uint64_t bits = take(reader, 8);
    double value;
    memcpy(&value, &bits, sizeof value);
    /* Weights and prices are above zero. */
    if (!(value > 0) || !isfinite(value)) reader->bad = true;
    return value;
}

static void take_text(struct reader *reader, char *text, size_t size)
{
    size_t length = (size_t)take(reader, 2);
    text[0] = '\0';
    if (length >= size || reader->size - reader->used < length) reader->bad = true;
    if (reader->bad) return;
    memcpy(text, reader->bytes + reader->used, length);
    text[length] = '\0';
    reader->used += length;
}

/* ---- Out ------------------------------------------------------------------------------------- */

static void articles_put(struct writer *writer, const struct loy_occasions *occasions)
{
    size_t counter = writer->used;
    uint32_t count = 0;
    put(writer, 0, 4);
    for (size_t i = 0; i < occasions->codes.count; i++) {
        const struct occasion_article *article = &occasions->articles[occasions->order[i]];
        if (article->alternative < 0 || !(article->mean > 0)) continue;
        put(writer, (uint64_t)article->alternative, 1);
        put_double(writer, article->weight);
        put_double(writer, article->mean);
        put_text(writer, occasions->codes.texts[occasions->order[i]]);
        count++;
    }
    struct writer again = {.bytes = writer->bytes, .size = writer->size, .used = counter};
    put(&again, count, 4);
}

enum loy_status loy_occasions_save(
    const struct loy_occasions *occasions, void *bytes, size_t size, size_t *needed)
{
    struct writer writer = {.bytes = bytes, .size = size};
    if (!needed || (!bytes && size)) return LOY_E_ARGUMENT;
    if (occasions->alternative_count < 2 || !occasions->order) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < sizeof mark - 1; i++)
        put(&writer, (uint8_t)mark[i], 1);
    put(&writer, occasions->settings.by, 1);
    put(&writer, occasions->settings.level, 1);
    put(&writer, occasions->base, 1);
    put(&writer, occasions->alternative_count, 1);
    put(&writer, occasions->attribute_count, 1);
    put(&writer, (uint64_t)occasions->settings.unit_minor, 8);
    put_text(&writer, occasions->category);
    for (size_t i = 0; i < occasions->alternative_count; i++) {
        put_double(&writer, occasions->alternatives[i].price);
        put_text(&writer, loy_occasions_alternative(occasions, i));
    }
    for (size_t i = 0; i < occasions->attribute_count; i++) {
        put(&writer, occasions->attributes[i].kind, 1);
        put(&writer, occasions->attributes[i].forms, 4);
        put_text(&writer, occasions->attributes[i].name);
    }
    articles_put(&writer, occasions);
    *needed = writer.used;
    return writer.used <= size ? LOY_OK : LOY_MORE;
}

/* ---- In -------------------------------------------------------------------------------------- */

static void alternatives_take(struct reader *reader, struct loy_occasions *occasions)
{
    char text[2 * LOY_TEXT_MAX + 2];
    for (size_t i = 0; i < occasions->alternative_count && !reader->bad; i++) {
        occasions->alternatives[i].price = take_double(reader);
        take_text(reader, text, sizeof text);
        occasions->alternatives[i].label = occasion_name_add(&occasions->labels, text);
        if (occasions->alternatives[i].label != (int32_t)i) reader->bad = true;
    }
    for (size_t i = 0; i < occasions->attribute_count && !reader->bad; i++) {
        struct occasion_attribute *attribute = &occasions->attributes[i];
        attribute->kind = (uint8_t)take(reader, 1);
        attribute->forms = (uint32_t)take(reader, 4);
        take_text(reader, attribute->name, sizeof attribute->name);
        if (attribute->kind > OCCASION_HABIT || (attribute->kind == OCCASION_PRICE) != (i == 0))
            reader->bad = true;
    }
}

/* LOY_E_MEMORY; whatever is wrong with the bytes is told by reader->bad. */
static enum loy_status article_take(struct reader *reader, struct loy_occasions *occasions)
{
    char code[LOY_TEXT_MAX];
    struct occasion_article article = {.version = INT64_MIN, .kept = true};
    article.alternative = (int32_t)take(reader, 1);
    article.weight = take_double(reader);
    article.mean = take_double(reader);
    take_text(reader, code, sizeof code);
    if ((size_t)article.alternative >= occasions->alternative_count) reader->bad = true;
    if (reader->bad) return LOY_OK;
    void *articles = occasions->articles;
    size_t number = occasions->codes.count;
    if (!occasion_grow(&articles, number, &occasions->article_capacity, sizeof article))
        return LOY_E_MEMORY;
    occasions->articles = articles;
    article.brand = article.grade = article.style = occasion_name_add(&occasions->texts, "");
    if (article.brand < 0 || occasion_name_add(&occasions->codes, code) < 0) return LOY_E_MEMORY;
    reader->bad = occasions->codes.count == number; /* a code twice */
    if (!reader->bad) occasions->articles[number] = article;
    return LOY_OK;
}

static enum loy_status articles_take(struct reader *reader, struct loy_occasions *occasions)
{
    enum loy_status status = LOY_OK;
    uint32_t count = (uint32_t)take(reader, 4);
    for (uint32_t i = 0; status == LOY_OK && i < count && !reader->bad; i++)
        status = article_take(reader, occasions);
    return status;
}

static enum loy_status load(struct reader *reader, struct loy_occasions *occasions)
{
    char text[5] = "";
    for (size_t i = 0; i < 4; i++)
        text[i] = (char)take(reader, 1);
    if (reader->bad || strcmp(text, mark) != 0) return LOY_E_FORMAT;
    occasions->loaded = true;
    occasions->settings.by = (uint8_t)take(reader, 1);
    occasions->settings.level = take(reader, 1);
    occasions->base = (size_t)take(reader, 1);
    occasions->alternative_count = (size_t)take(reader, 1);
    occasions->attribute_count = (size_t)take(reader, 1);
    occasions->settings.unit_minor = (int64_t)take(reader, 8);
    take_text(reader, occasions->category, sizeof occasions->category);
    if (reader->bad || occasions->settings.by == LOY_BY_DEFAULT ||
        occasions->settings.by >= loy_alternative_kind_count ||
        occasions->settings.unit_minor < 1 || occasions->alternative_count < 2 ||
        occasions->alternative_count > LOY_ALTERNATIVES_KEPT ||
        occasions->base >= occasions->alternative_count || occasions->attribute_count < 1 ||
        occasions->attribute_count > LOY_CHOICE_ATTRIBUTES_MAX)
        return LOY_E_FORMAT;
    occasions->settings.category = occasions->category;
    alternatives_take(reader, occasions);
    enum loy_status status = reader->bad ? LOY_E_FORMAT : articles_take(reader, occasions);
    if (status == LOY_OK && (reader->bad || reader->used != reader->size)) status = LOY_E_FORMAT;
    return status;
}

enum loy_status loy_occasions_load(const void *bytes, size_t size, struct loy_occasions **occasions)
{
    if (!bytes || !occasions) return LOY_E_ARGUMENT;
    struct loy_occasions *made = calloc(1, sizeof *made);
    if (!made) return LOY_E_MEMORY;
    struct reader reader = {.bytes = bytes, .size = size};
    enum loy_status status = load(&reader, made);
    if (status == LOY_OK)
        *occasions = made;
    else
        loy_occasions_close(made);
    return status;
}
