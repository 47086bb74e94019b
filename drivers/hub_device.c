/* SPDX-License-Identifier: MIT
 *
 * hub_device.c - one device behind the hub: which driver has it, its bytes through driver and guard
 * into the queue. In: transports' news; out: events in the ring, rows for loy_reader_list. Must not
 * know: libusb, libserialport, any device family.
 */
#include "hub.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What is left of a broken message has come by then. */
#define SETTLE_MS 500

/* ---- The queue ---------------------------------------------------------------------------- */

static struct loy_event *ring_push(struct loy_reader *reader)
{
    size_t at = (reader->ring_first + reader->ring_count++) % HUB_RING_SIZE;
    return &reader->ring[at];
}

static void show_hint(struct hub_device *device, const char *hint)
{
    if (hint != NULL) snprintf(device->info.text, sizeof device->info.text, "%s", hint);
}

static const char masks_own[] =
    "this reader masks the shop's own cards, so nobody can be found by them: switch masking off in "
    "the reader's settings, or use another reader";

/* Every event goes this way: guard, number, time, queue; then its original is wiped. */
static void deliver(struct loy_reader *reader, struct hub_device *device, struct loy_event *event)
{
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    hub_record_read(device, event);
    guard_judge(&reader->guard, event);
    if (guard_masks_own(&reader->guard, event)) show_hint(device, masks_own);
    event->reader = device->info.reader;
    event->at_us = (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
    hub_count(reader, device, event);
    hub_record_take(device, event);
    memcpy(ring_push(reader), event, offsetof(struct loy_event, data) + event->data_length);
    explicit_bzero(event, sizeof *event);
}

static void deliver_kind(
    struct loy_reader *reader, struct hub_device *device, enum loy_event_kind kind)
{
    struct loy_event *event = &reader->step.event;
    event_begin(event, device->info.driver);
    event->kind = (uint8_t)kind;
    deliver(reader, device, event);
}

static void deliver_misread(
    struct loy_reader *reader, struct hub_device *device, enum loy_misread reason)
{
    event_misread(&reader->step.event, device->info.driver, reason);
    deliver(reader, device, &reader->step.event);
}

/* ---- Drivers ------------------------------------------------------------------------------ */

static const struct loy_driver *choose_driver(
    struct loy_identity *who, const char *name, const char **why)
{
    if (name[0] == '\0') return driver_claim(who, why);
    const struct loy_driver *driver = driver_find(name);
    if (driver == NULL) return NULL;
    *why = "asked for by name";
    if (driver->bus != LOY_BUS_BYTES) who->bus = driver->bus;
    return driver;
}

static enum loy_status start_driver(const struct loy_driver *driver, void *state,
    const struct loy_identity *who, struct loy_line_settings *line, const char **complaint)
{
    explicit_bzero(state, driver->state_size);
    *line = (struct loy_line_settings){.baud = 9600, .bits = 8, .parity = 'N', .stop = 1};
    return driver->start(state, who, who->bus == LOY_BUS_SERIAL ? line : NULL, complaint);
}

/* Nothing of a card outlives its event. A dialogue with the device goes on. */
void hub_reset_driver(struct hub_device *device)
{
    hub_record_drop(device);
    if (device->state == NULL) return;
    if (device->driver->open == NULL) device->deadline_ms = 0;
    size_t kept = device->driver->session_size;
    explicit_bzero((char *)device->state + kept, device->driver->state_size - kept);
}

enum loy_status hub_check_options(
    const struct transport_place *place, uint8_t bus, char *text, size_t text_size)
{
    struct loy_identity who = {.bus = bus,
        .bound = true,
        .options = place->options.rows,
        .option_count = place->options.count};
    struct loy_line_settings line = {0};
    const char *complaint = "", *why = "";
    const struct loy_driver *driver = choose_driver(&who, place->driver, &why);
    if (driver == NULL) {
        snprintf(text, text_size, "there is no driver of that name");
        return LOY_E_ARGUMENT;
    }
    void *state = malloc(driver->state_size);
    if (state == NULL) return LOY_E_MEMORY;
    enum loy_status status = start_driver(driver, state, &who, &line, &complaint);
    if (status != LOY_OK) snprintf(text, text_size, "%s", complaint);
    free(state);
    return status;
}

/* ---- Devices ------------------------------------------------------------------------------ */

struct hub_device *hub_device_numbered(struct loy_reader *reader, uint32_t number)
{
    for (size_t i = 0; i < reader->device_count; i++) {
        struct hub_device *device = reader->devices[i];
        if (device->info.reader == number) return device;
    }
    return NULL;
}

static struct hub_device *device_of_channel(struct loy_reader *reader, const void *channel)
{
    for (size_t i = 0; i < reader->device_count; i++)
        if (reader->devices[i]->channel == channel) return reader->devices[i];
    return NULL;
}

/* The device at this path, new or known from before: a reader that comes back keeps its number. */
static struct hub_device *device_at_path(
    struct loy_reader *reader, const struct hub_source *source, const char *path)
{
    for (size_t i = 0; i < reader->device_count; i++) {
        struct hub_device *known = reader->devices[i];
        if (known->source == source && strcmp(known->info.path, path) == 0) return known;
    }
    if (reader->device_count == HUB_DEVICES_MAX) return NULL;
    struct hub_device *device = calloc(1, sizeof *device);
    if (device == NULL) return NULL;
    reader->devices[reader->device_count++] = device;
    device->info.reader = (uint32_t)reader->device_count;
    device->source = source;
    snprintf(device->info.path, sizeof device->info.path, "%s", path);
    return device;
}

/* A device that never worked is unplugged. */
static void hide_path(struct loy_reader *reader, const char *path)
{
    for (size_t i = 0; i < reader->device_count; i++)
        if (reader->devices[i]->channel == NULL && strcmp(reader->devices[i]->info.path, path) == 0)
            reader->devices[i]->hidden = true;
}

static void forget_driver(struct hub_device *device)
{
    if (device->state != NULL) {
        explicit_bzero(device->state, device->driver->state_size);
        free(device->state);
    }
    device->state = NULL;
    device->driver = NULL;
    device->deadline_ms = 0;
}

void hub_device_free(struct hub_device *device)
{
    hub_record_end(device);
    forget_driver(device);
    free(device);
}

static void fail_device(struct hub_device *device, const char *text)
{
    device->hidden = false;
    device->failed = true;
    snprintf(device->info.text, sizeof device->info.text, "%s", text);
}

/* ---- What a driver asks of the world ------------------------------------------------------ */

static void call_send(struct hub_device *device, const struct loy_step *step)
{
    const struct hub_source *source = device->source;
    if (step->send_length == 0 || step->send_length > LOY_SEND_MAX) return;
    source->type->send(source->self, device->channel, (enum loy_send)step->send_kind, step->send,
        step->send_length);
}

static void set_deadline(struct hub_device *device, uint32_t wait_ms)
{
    int64_t now = transport_now_ms();
    device->deadline_ms = wait_ms == 0 ? 0 : now + wait_ms;
    device->wait_ms = wait_ms;
    device->heard_ms = now;
}

/* The first words to a device, if its driver has any. */
static void greet_device(struct loy_reader *reader, struct hub_device *device)
{
    struct loy_step *step = &reader->step;
    const struct loy_match *model =
        match_find(device->driver->match, device->info.vid, device->info.pid);
    if (model != NULL) show_hint(device, model->better);
    /* A recording does not answer. */
    if (device->driver->open == NULL || device->source->type == &transport_file) return;
    step_clear(step);
    device->driver->open(device->state, step);
    if (step->answers_nothing) device->info.answers = false;
    call_send(device, step);
    set_deadline(device, step->wait_ms);
    show_hint(device, step->hint);
}

enum loy_status hub_answer(
    struct loy_reader *reader, struct hub_device *device, enum loy_answer answer)
{
    struct loy_step *step = &reader->step;
    if (device->channel == NULL) return LOY_E_GONE;
    if (device->driver->answer == NULL) return LOY_OK;
    step_clear(step);
    device->driver->answer(device->state, answer, step);
    call_send(device, step);
    if (step->wait_ms != 0) set_deadline(device, step->wait_ms);
    return LOY_OK;
}

/* ---- News: came --------------------------------------------------------------------------- */

static void describe_device(struct hub_device *device, const struct transport_news *news,
    const struct loy_driver *driver, const char *why)
{
    struct loy_device *info = &device->info;
    if (info->vid != news->who.vid || info->pid != news->who.pid ||
        strcmp(info->driver, driver->name) != 0) {
        hub_record_end(device);
        info->counts = (struct loy_counts){0};
    }
    device->who = news->who;
    device->channel = news->channel;
    device->hidden = device->failed = device->ended = device->unused = false;
    info->vid = news->who.vid;
    info->pid = news->who.pid;
    info->text[0] = '\0';
    info->answers = driver->answer != NULL;
    snprintf(info->product, sizeof info->product, "%s", news->product);
    snprintf(info->driver, sizeof info->driver, "%s", driver->name);
    snprintf(info->why, sizeof info->why, "%s", why);
}

/* Driver first, then the line with the settings that the driver wants. */
static enum loy_status start_device(struct hub_device *device, char *text, size_t text_size)
{
    struct loy_line_settings line = {0};
    const char *complaint = "";
    const struct hub_source *source = device->source;
    device->state = malloc(device->driver->state_size);
    if (device->state == NULL) return LOY_E_MEMORY;
    enum loy_status status =
        start_driver(device->driver, device->state, &device->who, &line, &complaint);
    if (status != LOY_OK) {
        snprintf(text, text_size, "%s", complaint);
        return status;
    }
    return source->type->start(source->self, device->channel,
        device->who.bus == LOY_BUS_SERIAL ? &line : NULL, text, text_size);
}

static void take_came(struct loy_reader *reader, const struct hub_source *source)
{
    struct transport_news *news = &reader->news;
    const char *why = "";
    char text[TRANSPORT_TEXT_MAX] = "";
    const struct loy_driver *driver = choose_driver(&news->who, news->driver, &why);
    struct hub_device *device = driver ? device_at_path(reader, source, news->path) : NULL;
    if (device == NULL) {
        source->type->drop(source->self, news->channel);
        return;
    }
    forget_driver(device);
    describe_device(device, news, driver, why);
    device->driver = driver;
    hub_count_begin(reader, device);
    enum loy_status status = start_device(device, text, sizeof text);
    if (status == LOY_OK) {
        deliver_kind(reader, device, LOY_EVENT_ATTACHED);
        greet_device(reader, device);
        return;
    }
    device->channel = NULL;
    fail_device(device, text[0] != '\0' ? text : loy_status_text(status));
    hub_say(reader, "%s: %s", device->info.path, device->info.text);
    source->type->drop(source->self, news->channel);
}

/* ---- News: bytes -------------------------------------------------------------------------- */

/* A disabled file has brought nothing since, so what is left of it came before. */
static bool is_heard(const struct hub_device *device)
{
    if (device->asleep) return false;
    return !device->disabled || device->source->type == &transport_file;
}

static void ignore(struct hub_device *device, struct loy_event *event)
{
    hub_record_drop(device);
    explicit_bzero(event, sizeof *event);
}

/* One call of feed; true if there was an event. A disabled reader's driver is fed too: cut off from
 * the beginning, the end of a line or symbol would pass for a whole one once it is enabled. */
static bool feed_once(struct loy_reader *reader, struct hub_device *device, const uint8_t *bytes,
    size_t length, size_t *used)
{
    struct loy_step *step = &reader->step;
    step_clear(step);
    hub_record_look(device, bytes, length);
    device->driver->feed(device->state, bytes, length, step);
    /* A driver that makes no progress would hold up every other reader. */
    bool stuck = !step->has_event && step->used == 0;
    *used = stuck || step->used > length ? length : step->used;
    hub_record_hold(device, step, *used);
    set_deadline(device, step->wait_ms);
    show_hint(device, step->hint);
    if (is_heard(device)) call_send(device, step);
    if (step->has_event && is_heard(device))
        deliver(reader, device, &step->event);
    else if (step->has_event)
        ignore(device, &step->event);
    return step->has_event;
}

/* Feeds what the news brought until it is used up or the queue is full. A driver that has given an
 * event with the last byte keeps nothing of the next message, so its state can be wiped. */
void hub_feed_carry(struct loy_reader *reader)
{
    struct hub_device *device = reader->carry.device;
    while (device != NULL && hub_has_room(reader)) {
        const struct transport_news *news = &reader->news;
        size_t used = 0;
        bool event = feed_once(
            reader, device, news->bytes + reader->carry.at, news->length - reader->carry.at, &used);
        reader->carry.at += used;
        if (reader->carry.at < news->length) continue;
        if (event && device->deadline_ms == 0) hub_reset_driver(device);
        device = NULL;
    }
    reader->carry.device = device;
    if (device == NULL) explicit_bzero(reader->news.bytes, reader->news.length);
}

static void take_bytes(struct loy_reader *reader, struct hub_device *device)
{
    if (reader->news.length == 0) return;
    reader->carry = (struct hub_carry){device, 0};
    hub_feed_carry(reader);
}

static void take_broken(struct loy_reader *reader, struct hub_device *device)
{
    uint8_t reason = reader->news.reason;
    if (reason == LOY_MISREAD_NONE && device->deadline_ms == 0) return;
    hub_reset_driver(device);
    /* A driver may have to skip what is left of the message, but not the next one. */
    if (device->deadline_ms == 0) set_deadline(device, SETTLE_MS);
    if (reader->news.text[0] != '\0')
        hub_say(reader, "%s: %s", device->info.path, reader->news.text);
    if (!device->disabled)
        deliver_misread(reader, device, reason != 0 ? reason : LOY_MISREAD_TRUNCATED);
}

/* ---- News: silence, went, ended, trouble -------------------------------------------------- */

/* What the driver makes of silence, in reader->step; true if it is an event. */
static bool ask_silence(struct loy_reader *reader, struct hub_device *device)
{
    struct loy_step *step = &reader->step;
    step_clear(step);
    device->driver->silence(device->state, step);
    hub_record_silence(device, step);
    show_hint(device, step->hint);
    return step->has_event;
}

void hub_call_silence(struct loy_reader *reader, struct hub_device *device)
{
    bool event = ask_silence(reader, device);
    if (is_heard(device)) call_send(device, &reader->step);
    set_deadline(device, reader->step.wait_ms);
    if (!event) return;
    if (device->disabled)
        ignore(device, &reader->step.event);
    else
        deliver(reader, device, &reader->step.event);
    if (device->deadline_ms == 0) hub_reset_driver(device);
}

/* A recorded pause is over: had the driver been waiting, its time was up then. */
static void take_quiet(struct loy_reader *reader, struct hub_device *device)
{
    if (device->deadline_ms != 0 && device->deadline_ms <= transport_now_ms())
        hub_call_silence(reader, device);
}

/* What was pending may be a whole card or half of one: nobody can tell, so it is a misread. */
static void drop_pending(struct loy_reader *reader, struct hub_device *device)
{
    struct loy_step *step = &reader->step;
    if (device->state == NULL || !hub_has_room(reader)) return;
    bool pending = ask_silence(reader, device);
    if (pending && step->event.kind == LOY_EVENT_READ)
        event_misread(&step->event, device->info.driver, LOY_MISREAD_TRUNCATED);
    if (pending && !device->disabled) deliver(reader, device, &step->event);
    explicit_bzero(&step->event, sizeof step->event);
    hub_reset_driver(device);
}

/* Between the two, what the kernel had kept from before the sleep is not heard. */
void hub_fall_asleep(struct loy_reader *reader, struct hub_device *device)
{
    drop_pending(reader, device);
    device->asleep = true;
}

/* The device may have forgotten what it was told, too. */
void hub_wake(struct loy_reader *reader, struct hub_device *device)
{
    device->asleep = false;
    hub_reset_driver(device);
    if (device->channel != NULL && device->state != NULL) greet_device(reader, device);
}

static void take_went(struct loy_reader *reader, struct hub_device *device)
{
    drop_pending(reader, device);
    device->channel = NULL;
    device->hidden = true;
    forget_driver(device);
    deliver_kind(reader, device, LOY_EVENT_DETACHED);
}

/* A device that cannot be used, or is left alone: it is listed, with what to do. */
static void take_trouble(struct loy_reader *reader, const struct hub_source *source)
{
    struct hub_device *device = device_at_path(reader, source, reader->news.path);
    if (device == NULL) return;
    if (reader->news.who.vid != 0) {
        device->info.vid = reader->news.who.vid;
        device->info.pid = reader->news.who.pid;
    }
    if (reader->news.product[0] != '\0')
        snprintf(device->info.product, sizeof device->info.product, "%s", reader->news.product);
    fail_device(device, reader->news.text);
    device->unused = reader->news.kind == TRANSPORT_UNUSED;
    if (!device->unused) hub_say(reader, "%s: %s", device->info.path, reader->news.text);
}

void hub_take_news(struct loy_reader *reader, const struct hub_source *source)
{
    const struct transport_news *news = &reader->news;
    if (news->kind == TRANSPORT_CAME) {
        take_came(reader, source);
        return;
    }
    if (news->kind == TRANSPORT_TROUBLE || news->kind == TRANSPORT_UNUSED) {
        take_trouble(reader, source);
        return;
    }
    struct hub_device *device = device_of_channel(reader, news->channel);
    if (device == NULL && news->kind == TRANSPORT_WENT) hide_path(reader, news->path);
    if (device == NULL || device->state == NULL) return;
    if (news->kind == TRANSPORT_BYTES) take_bytes(reader, device);
    if (news->kind == TRANSPORT_BROKEN) take_broken(reader, device);
    if (news->kind == TRANSPORT_WENT) take_went(reader, device);
    if (news->kind == TRANSPORT_QUIET) take_quiet(reader, device);
    if (news->kind == TRANSPORT_ENDED) {
        hub_call_silence(reader, device);
        device->ended = true;
    }
}
