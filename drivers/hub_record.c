/* SPDX-License-Identifier: MIT
 *
 * hub_record.c - what the hub keeps of its readers: recordings of their bytes, counts of their
 * events. In: what hub_device.c feeds and delivers; out: calls of recorder and statistics. Must not
 * know: how either file looks.
 */
#include "hub.h"

#include <string.h>

/* ---- Counts ------------------------------------------------------------------------------- */

void hub_count(struct loy_reader *reader, struct hub_device *device, const struct loy_event *event)
{
    counts_note(&device->info.counts, event);
    if (device->row == NULL || event->kind < LOY_EVENT_READ) return;
    counts_note(&device->row->fresh, event);
    statistics_note(reader->statistics, transport_now_ms());
}

/* Another device, or another driver, at the same place is counted by itself. */
void hub_count_begin(struct loy_reader *reader, struct hub_device *device)
{
    const struct loy_device *info = &device->info;
    if (reader->statistics != NULL)
        device->row =
            statistics_row(reader->statistics, info->path, info->vid, info->pid, info->driver);
}

void hub_count_kept(const struct hub_device *device, struct loy_counts *kept)
{
    *kept = device->info.counts;
    if (device->row == NULL) return;
    *kept = device->row->kept;
    counts_add(kept, &device->row->fresh);
}

/* ---- Recordings --------------------------------------------------------------------------- */

static bool is_raw(const struct hub_device *device)
{
    return device->driver == &driver_raw;
}

void hub_record_look(struct hub_device *device, const uint8_t *bytes, size_t length)
{
    if (device->recorder == NULL) return;
    recorder_look(device->recorder, device->driver, device->state, bytes, length);
}

void hub_record_hold(struct hub_device *device, const struct loy_step *step, size_t used)
{
    if (device->recorder != NULL)
        recorder_hold(device->recorder, used, step->has_event, step->wait_ms != 0);
}

void hub_record_silence(struct hub_device *device, const struct loy_step *step)
{
    if (device->recorder == NULL) return;
    int64_t since = transport_now_ms() - device->heard_ms;
    /* At a file's end nobody has waited, but the driver's time was up all the same. */
    if (since < device->wait_ms) since = device->wait_ms;
    recorder_silence(device->recorder,
        (uint32_t)(since < HUB_SILENCE_MAX_MS ? since : HUB_SILENCE_MAX_MS),
        !step->has_event && step->wait_ms == 0);
}

void hub_record_read(struct hub_device *device, const struct loy_event *event)
{
    if (device->recorder != NULL) recorder_read(device->recorder, event);
}

void hub_record_take(struct hub_device *device, const struct loy_event *event)
{
    if (device->recorder != NULL) recorder_take(device->recorder, event);
}

void hub_record_drop(struct hub_device *device)
{
    if (device->recorder != NULL) recorder_drop(device->recorder);
}

void hub_record_end(struct hub_device *device)
{
    char text[TRANSPORT_TEXT_MAX];
    if (device->recorder != NULL) recorder_close(device->recorder, NULL, text, sizeof text);
    device->recorder = NULL;
}

static enum loy_status may_record(
    struct loy_reader *reader, const struct hub_device *device, bool test_cards)
{
    const char *path = device->info.path;
    if (device->recorder != NULL) {
        hub_say(reader, "%s: is being recorded already", path);
        return LOY_E_CONFLICT;
    }
    if (device->channel == NULL) {
        hub_say(reader, "%s: is not attached, or left alone", path);
        return LOY_E_GONE;
    }
    if (!is_raw(device) || test_cards) return LOY_OK;
    hub_say(reader,
        "%s: no driver decodes it, so the guard cannot judge its cards: it is recorded with public "
        "test cards only",
        path);
    return LOY_REFUSED;
}

enum loy_status loy_reader_record(
    struct loy_reader *reader, uint32_t number, const struct loy_record_options *options)
{
    struct hub_device *device = hub_device_numbered(reader, number);
    if (device == NULL) return LOY_NONE;
    if (options == NULL || options->size != sizeof *options || options->path == NULL)
        return LOY_E_ARGUMENT;
    enum loy_status status = may_record(reader, device, options->test_cards);
    if (status != LOY_OK) return status;
    const struct recorder_head head = {
        .driver = is_raw(device) ? NULL : device->driver,
        .who = &device->who,
        .product = device->info.product,
        .test_cards = options->test_cards,
    };
    return recorder_open(
        &device->recorder, options->path, &head, reader->text, sizeof reader->text);
}

enum loy_status loy_reader_record_end(struct loy_reader *reader, uint32_t number, uint64_t *reads)
{
    struct hub_device *device = hub_device_numbered(reader, number);
    if (device == NULL || device->recorder == NULL) return LOY_NONE;
    enum loy_status status =
        recorder_close(device->recorder, reads, reader->text, sizeof reader->text);
    device->recorder = NULL;
    return status;
}
