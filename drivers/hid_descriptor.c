/* SPDX-License-Identifier: MIT
 *
 * hid_descriptor.c - a HID report descriptor, parsed into fields (HID 1.11, 6.2.2).
 * In: hostile bytes from a device; out: struct hid_layout, every number bounded.
 * Must not know: what any usage means, any driver, any device.
 *
 * Short item:  | tag 4 | type 2 | size 2 |  0, 1, 2 or 4 data bytes, little endian (size 3 means 4)
 * Long item:   | 0xFE | data size | long tag | data |          no long item is defined: skipped
 */
#include "hid_descriptor.h"

#include <string.h>

enum item_type { ITEM_MAIN = 0, ITEM_GLOBAL = 1, ITEM_LOCAL = 2 };
enum main_tag { MAIN_INPUT = 8, MAIN_OUTPUT, MAIN_COLLECTION, MAIN_FEATURE, MAIN_END };
enum collection_kind { COLLECTION_APPLICATION = 1 };

enum global_tag {
    GLOBAL_PAGE = 0,
    GLOBAL_LOGICAL_MIN = 1,
    GLOBAL_LOGICAL_MAX = 2,
    GLOBAL_SIZE = 7,
    GLOBAL_ID = 8,
    GLOBAL_COUNT = 9,
    GLOBAL_PUSH = 10,
    GLOBAL_POP = 11
};

enum local_tag { LOCAL_USAGE = 0, LOCAL_USAGE_MIN = 1, LOCAL_USAGE_MAX = 2, LOCAL_DELIMITER = 10 };

#define FLAG_CONSTANT 1u
#define FLAG_VARIABLE 2u
#define REPORT_BITS_MAX (HID_REPORT_BYTES_MAX * 8u)

struct item {
    uint8_t type, tag, size;
    uint32_t data; /* zero-extended */
};

struct globals {
    uint16_t page;
    uint8_t report_id;
    uint32_t size, count;
    int32_t logical_min;
    uint32_t logical_max;
    uint8_t logical_max_size;
};

/* Usages as written: the high half is a page of their own where the item had four bytes. */
struct usage_range {
    uint32_t first, last;
    bool extended;
};

struct collection {
    uint16_t page, usage;
};

struct parser {
    struct hid_layout *layout;
    struct globals now, stack[HID_NESTING_MAX];
    size_t pushed;
    struct collection open[HID_NESTING_MAX];
    size_t depth;
    struct usage_range usages[HID_USAGES_MAX];
    size_t usage_count;
    bool has_minimum, in_delimiter, delimiter_used;
    bool seen_application, seen_field;
};

static int32_t item_signed(uint32_t data, uint8_t size)
{
    if (size == 1) return (int8_t)data;
    if (size == 2) return (int16_t)data;
    return (int32_t)data;
}

static bool next_item(const uint8_t *bytes, size_t length, size_t *at, struct item *item)
{
    uint8_t prefix = bytes[(*at)++];
    size_t size = prefix & 3u;
    size = size == 3 ? 4 : size;
    item->type = (prefix >> 2) & 3u;
    item->tag = prefix >> 4;
    item->size = (uint8_t)size;
    item->data = 0;
    if (prefix == 0xFE) {
        if (length - *at < 2) return false;
        size = (size_t)bytes[*at] + 2;
        item->size = 0;
    }
    if (length - *at < size) return false;
    for (size_t i = 0; i < item->size; i++)
        item->data |= (uint32_t)bytes[*at + i] << (8 * i);
    *at += size;
    return true;
}

/* ---- Global items ------------------------------------------------------------------------- */

static enum loy_status global_stack(struct parser *p, uint8_t tag)
{
    if (tag == GLOBAL_PUSH) {
        if (p->pushed == HID_NESTING_MAX) return LOY_E_LIMIT;
        p->stack[p->pushed++] = p->now;
        return LOY_OK;
    }
    if (p->pushed == 0) return LOY_E_FORMAT;
    p->now = p->stack[--p->pushed];
    return LOY_OK;
}

static enum loy_status global_report_id(struct parser *p, uint32_t id)
{
    if (id == 0 || id > 0xFF) return LOY_E_FORMAT;
    /* Fields before the first report ID would have no report to lie in. */
    if (!p->layout->has_report_ids && p->seen_field) return LOY_E_FORMAT;
    p->layout->has_report_ids = true;
    p->now.report_id = (uint8_t)id;
    return LOY_OK;
}

static enum loy_status take_global(struct parser *p, const struct item *item)
{
    switch (item->tag) {
    case GLOBAL_PAGE:
        p->now.page = (uint16_t)item->data;
        return item->data > 0xFFFF ? LOY_E_FORMAT : LOY_OK;
    case GLOBAL_LOGICAL_MIN:
        p->now.logical_min = item_signed(item->data, item->size);
        return LOY_OK;
    case GLOBAL_LOGICAL_MAX:
        p->now.logical_max = item->data;
        p->now.logical_max_size = item->size;
        return LOY_OK;
    case GLOBAL_SIZE:
        p->now.size = item->data;
        return item->data > REPORT_BITS_MAX ? LOY_E_LIMIT : LOY_OK;
    case GLOBAL_COUNT:
        p->now.count = item->data;
        return item->data > REPORT_BITS_MAX ? LOY_E_LIMIT : LOY_OK;
    case GLOBAL_ID:
        return global_report_id(p, item->data);
    case GLOBAL_PUSH:
    case GLOBAL_POP:
        return global_stack(p, item->tag);
    default: /* physical range, unit: no driver asks for them */
        return LOY_OK;
    }
}

/* ---- Local items -------------------------------------------------------------------------- */

static enum loy_status add_usage(struct parser *p, const struct item *item)
{
    if (p->in_delimiter) {
        /* Alternatives for one control: the first is the preferred one (6.2.2.8). */
        if (p->delimiter_used) return LOY_OK;
        p->delimiter_used = true;
    }
    if (p->usage_count == HID_USAGES_MAX) return LOY_E_LIMIT;
    p->usages[p->usage_count++] = (struct usage_range){item->data, item->data, item->size == 4};
    p->has_minimum = item->tag == LOCAL_USAGE_MIN;
    return LOY_OK;
}

static enum loy_status end_usage_range(struct parser *p, const struct item *item)
{
    if (!p->has_minimum) return LOY_E_FORMAT;
    struct usage_range *range = &p->usages[p->usage_count - 1];
    p->has_minimum = false;
    /* Only one end written with its page: the page holds for both. */
    uint32_t last = item->data;
    if (range->extended && item->size != 4) last |= range->first & 0xFFFF0000u;
    if (!range->extended && item->size == 4) {
        range->first |= last & 0xFFFF0000u;
        range->extended = true;
    }
    if (last < range->first || (last ^ range->first) > 0xFFFF) return LOY_E_FORMAT;
    range->last = last;
    return LOY_OK;
}

static enum loy_status take_local(struct parser *p, const struct item *item)
{
    switch (item->tag) {
    case LOCAL_USAGE:
    case LOCAL_USAGE_MIN:
        return p->has_minimum ? LOY_E_FORMAT : add_usage(p, item);
    case LOCAL_USAGE_MAX:
        return end_usage_range(p, item);
    case LOCAL_DELIMITER:
        p->in_delimiter = item->data == 1;
        p->delimiter_used = false;
        return LOY_OK;
    default: /* designators and strings */
        return LOY_OK;
    }
}

static void clear_locals(struct parser *p)
{
    p->usage_count = 0;
    p->has_minimum = p->in_delimiter = p->delimiter_used = false;
}

static uint16_t usage_page(const struct parser *p, const struct usage_range *range)
{
    return range->extended ? (uint16_t)(range->first >> 16) : p->now.page;
}

/* ---- Main items --------------------------------------------------------------------------- */

static struct hid_report *report_of(struct hid_layout *layout, uint8_t type, uint8_t id)
{
    for (size_t i = 0; i < layout->report_count; i++)
        if (layout->reports[i].type == type && layout->reports[i].report_id == id)
            return &layout->reports[i];
    if (layout->report_count == HID_REPORTS_MAX) return NULL;
    struct hid_report *report = &layout->reports[layout->report_count++];
    *report = (struct hid_report){.type = type, .report_id = id};
    return report;
}

static enum loy_status add_field(struct parser *p, const struct hid_field *model,
    const struct usage_range *range, uint32_t first_element, uint32_t count)
{
    struct hid_layout *layout = p->layout;
    if (layout->field_count == HID_FIELDS_MAX) return LOY_E_LIMIT;
    struct hid_field *field = &layout->fields[layout->field_count++];
    *field = *model;
    field->usage_page = usage_page(p, range);
    field->usage = (uint16_t)range->first;
    field->usage_last = (uint16_t)range->last;
    field->bit_offset = model->bit_offset + first_element * model->bit_size;
    field->count = (uint16_t)count;
    return LOY_OK;
}

/* Variable: the usages go to the elements in turn, and the last one to all that are left. Array:
 * every element can hold any of them, so each usage (range) gets a row over all the elements. */
static enum loy_status add_fields(struct parser *p, const struct hid_field *model)
{
    uint32_t element = 0;
    for (size_t i = 0; i < p->usage_count && element < p->now.count; i++) {
        struct usage_range range = p->usages[i];
        uint32_t left = p->now.count - element;
        uint32_t width = range.last - range.first + 1;
        bool last = i + 1 == p->usage_count;
        uint32_t take = !model->variable || last || width > left ? left : width;
        if (model->variable && width > take) range.last = range.first + take - 1;
        enum loy_status status = add_field(p, model, &range, element, take);
        if (status != LOY_OK) return status;
        if (model->variable) element += take;
    }
    return LOY_OK;
}

static int64_t logical_max(const struct globals *now)
{
    if (now->logical_min < 0) return item_signed(now->logical_max, now->logical_max_size);
    return now->logical_max;
}

static enum loy_status take_data(struct parser *p, uint8_t type, uint32_t flags)
{
    struct hid_layout *layout = p->layout;
    struct hid_report *report = report_of(layout, type, p->now.report_id);
    uint64_t bits = (uint64_t)p->now.size * p->now.count;
    if (report == NULL || bits + report->bits > REPORT_BITS_MAX) return LOY_E_LIMIT;
    struct hid_field model = {.type = type,
        .report_id = p->now.report_id,
        .application_page = p->depth > 0 ? p->open[0].page : 0,
        .application = p->depth > 0 ? p->open[0].usage : 0,
        .collection = p->depth > 0 ? p->open[p->depth - 1].usage : 0,
        .variable = (flags & FLAG_VARIABLE) != 0,
        .bit_offset = report->bits,
        .bit_size = (uint16_t)p->now.size,
        .logical_min = p->now.logical_min,
        .logical_max = logical_max(&p->now)};
    p->seen_field = true;
    report->bits += (uint32_t)bits;
    size_t bytes = (report->bits + 7) / 8 + (layout->has_report_ids ? 1 : 0);
    if (type == HID_INPUT && bytes > layout->input_bytes_max)
        layout->input_bytes_max = (uint16_t)bytes;
    if (flags & FLAG_CONSTANT || bits == 0) return LOY_OK;
    return add_fields(p, &model);
}

static enum loy_status open_collection(struct parser *p, uint32_t kind)
{
    if (p->depth == HID_NESTING_MAX) return LOY_E_LIMIT;
    struct collection *opened = &p->open[p->depth];
    *opened = (struct collection){0, 0};
    if (p->usage_count > 0) {
        opened->page = usage_page(p, &p->usages[0]);
        opened->usage = (uint16_t)p->usages[0].first;
    }
    if (p->depth++ > 0 || kind != COLLECTION_APPLICATION || p->seen_application) return LOY_OK;
    p->seen_application = true;
    p->layout->application_page = opened->page;
    p->layout->application = opened->usage;
    return LOY_OK;
}

/* Others are passed over, as hosts do: descriptors are found padded with zeros, which are such. */
static enum loy_status take_main(struct parser *p, const struct item *item)
{
    enum loy_status status = LOY_OK;
    if (p->has_minimum) return LOY_E_FORMAT;
    if (item->tag == MAIN_INPUT) status = take_data(p, HID_INPUT, item->data);
    if (item->tag == MAIN_OUTPUT) status = take_data(p, HID_OUTPUT, item->data);
    if (item->tag == MAIN_FEATURE) status = take_data(p, HID_FEATURE, item->data);
    if (item->tag == MAIN_COLLECTION) status = open_collection(p, item->data);
    if (item->tag == MAIN_END) {
        if (p->depth == 0) return LOY_E_FORMAT;
        p->depth--;
    }
    clear_locals(p);
    return status;
}

static enum loy_status take_item(struct parser *p, const struct item *item)
{
    if (item->type == ITEM_MAIN) return take_main(p, item);
    if (item->type == ITEM_GLOBAL) return take_global(p, item);
    if (item->type == ITEM_LOCAL) return take_local(p, item);
    return LOY_OK; /* reserved, and long items */
}

static enum loy_status parse_items(struct parser *p, const uint8_t *bytes, size_t length)
{
    struct item item;
    for (size_t at = 0; at < length;) {
        if (!next_item(bytes, length, &at, &item)) return LOY_E_FORMAT;
        enum loy_status status = take_item(p, &item);
        if (status != LOY_OK) return status;
    }
    return p->depth == 0 ? LOY_OK : LOY_E_FORMAT;
}

enum loy_status hid_descriptor_parse(const uint8_t *bytes, size_t length, struct hid_layout *layout)
{
    struct parser parser = {.layout = layout};
    memset(layout, 0, sizeof *layout);
    if (length == 0) return LOY_E_FORMAT;
    if (length > HID_DESCRIPTOR_MAX) return LOY_E_LIMIT;
    enum loy_status status = parse_items(&parser, bytes, length);
    if (status != LOY_OK) memset(layout, 0, sizeof *layout);
    return status;
}

/* ---- Questions ---------------------------------------------------------------------------- */

const struct hid_field *hid_field_find(const struct hid_layout *layout, enum hid_report_type type,
    uint16_t page, uint16_t usage, unsigned n)
{
    for (size_t i = 0; i < layout->field_count; i++) {
        const struct hid_field *field = &layout->fields[i];
        if (field->type != type || field->usage_page != page) continue;
        if (usage != 0xFFFF && (usage < field->usage || usage > field->usage_last)) continue;
        if (n-- == 0) return field;
    }
    return NULL;
}

uint32_t hid_field_value(const struct hid_layout *layout, const struct hid_field *field,
    unsigned element, const uint8_t *report, size_t length)
{
    uint64_t first = (layout->has_report_ids ? 8u : 0u) + (uint64_t)field->bit_offset +
                     (uint64_t)element * field->bit_size;
    uint32_t value = 0;
    if (element >= field->count || first + field->bit_size > (uint64_t)length * 8) return 0;
    for (unsigned i = 0; i < field->bit_size && i < 32; i++) {
        uint64_t bit = first + i;
        value |= (uint32_t)(report[bit / 8] >> (bit % 8) & 1) << i;
    }
    return value;
}

size_t hid_input_bytes(const struct hid_layout *layout, uint8_t report_id)
{
    for (size_t i = 0; i < layout->report_count; i++) {
        const struct hid_report *report = &layout->reports[i];
        if (report->type == HID_INPUT && report->report_id == report_id && report->bits > 0)
            return (report->bits + 7) / 8 + (layout->has_report_ids ? 1u : 0u);
    }
    return 0;
}

bool hid_has_application(const struct hid_layout *layout, uint16_t page, uint16_t usage)
{
    if (layout->application_page == page && layout->application == usage) return true;
    for (size_t i = 0; i < layout->field_count; i++)
        if (layout->fields[i].application_page == page && layout->fields[i].application == usage)
            return true;
    return false;
}
