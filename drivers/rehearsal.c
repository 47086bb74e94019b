/* SPDX-License-Identifier: MIT
 *
 * rehearsal.c - what a recording will play: a second state of the same driver, fed with what is
 * about to be written behind what is in the file already. In: lines of the file to be; out: whether
 * they come to the events that were read. Must not know: files, transports, any device family.
 *
 * Bytes that are not written (of a card that was refused, or misread) may have changed how the
 * driver takes the next ones: then these alone would play another card.
 */
#include "rehearsal.h"

#include <stdlib.h>

#define DIGEST_BEGIN 0xCBF29CE484222325u /* FNV-1a, 64 bits */
#define DIGEST_PRIME 0x100000001B3u

/* Of the driver, as hub_device.c has them. */
struct player {
    void *state;
    uint32_t wait_ms; /* left until silence(); 0: never */
};

struct rehearsal {
    const struct loy_driver *driver;
    struct player kept;  /* behind what is in the file */
    struct player trial; /* behind what is tried */
    struct player after; /* as if the file ended there */
    struct rehearsal_score score;
    struct loy_step step;
};

struct rehearsal *rehearsal_open(const struct loy_driver *driver, const struct loy_identity *who)
{
    struct loy_line_settings line = {.baud = 9600, .bits = 8, .parity = 'N', .stop = 1};
    const char *complaint = "";
    struct loy_identity file = *who;
    struct rehearsal *made = calloc(1, sizeof *made);
    if (made == NULL) return NULL;
    made->driver = driver;
    made->kept.state = calloc(1, driver->state_size);
    made->trial.state = calloc(1, driver->state_size);
    made->after.state = calloc(1, driver->state_size);
    bool ready = made->kept.state && made->trial.state && made->after.state;
    file.bound = false;
    file.bus = driver->bus;
    if (ready && driver->start(made->kept.state, &file, file.bus == LOY_BUS_SERIAL ? &line : NULL,
                     &complaint) == LOY_OK)
        return made;
    rehearsal_close(made);
    return NULL;
}

static void wipe_player(const struct loy_driver *driver, struct player *player)
{
    if (player->state != NULL) explicit_bzero(player->state, driver->state_size);
    player->wait_ms = 0;
}

static void copy_player(
    const struct loy_driver *driver, struct player *to, const struct player *from)
{
    memcpy(to->state, from->state, driver->state_size);
    to->wait_ms = from->wait_ms;
}

void rehearsal_close(struct rehearsal *rehearsal)
{
    if (rehearsal == NULL) return;
    struct player *players[] = {&rehearsal->kept, &rehearsal->trial, &rehearsal->after};
    for (size_t i = 0; i < sizeof players / sizeof players[0]; i++) {
        wipe_player(rehearsal->driver, players[i]);
        free(players[i]->state);
    }
    explicit_bzero(rehearsal, sizeof *rehearsal);
    free(rehearsal);
}

/* ---- The score ---------------------------------------------------------------------------- */

static void digest(struct rehearsal_score *score, const void *bytes, size_t length)
{
    const uint8_t *at = bytes;
    for (size_t i = 0; i < length; i++)
        score->digest = (score->digest ^ at[i]) * DIGEST_PRIME;
}

void rehearsal_count(struct rehearsal_score *score, const struct loy_event *event)
{
    if (score->events++ == 0) score->digest = DIGEST_BEGIN;
    digest(score, &event->kind, sizeof event->kind);
    digest(score, &event->part_count, sizeof event->part_count);
    for (size_t i = 0; i < event->part_count; i++) {
        const struct loy_part *part = &event->parts[i];
        const uint8_t about[] = {part->type, part->status, part->track, part->symbology};
        digest(score, about, sizeof about);
        digest(score, part->aim, strlen(part->aim) + 1);
        digest(score, &part->length, sizeof part->length);
        digest(score, loy_part_data(event, part), part->length);
    }
}

/* ---- Playing, as hub_device.c does -------------------------------------------------------- */

static void take_event(struct rehearsal *rehearsal)
{
    struct loy_step *step = &rehearsal->step;
    if (!step->has_event) return;
    rehearsal_count(&rehearsal->score, &step->event);
    explicit_bzero(&step->event, offsetof(struct loy_event, data) + step->event.data_length);
}

static void reset(const struct rehearsal *rehearsal)
{
    size_t session = rehearsal->driver->session_size;
    explicit_bzero(
        (char *)rehearsal->trial.state + session, rehearsal->driver->state_size - session);
}

void rehearsal_begin(struct rehearsal *rehearsal)
{
    copy_player(rehearsal->driver, &rehearsal->trial, &rehearsal->kept);
    rehearsal->score = (struct rehearsal_score){0};
}

void rehearsal_bytes(struct rehearsal *rehearsal, const uint8_t *bytes, size_t length)
{
    struct loy_step *step = &rehearsal->step;
    for (size_t at = 0; at < length;) {
        step_clear(step);
        rehearsal->driver->feed(rehearsal->trial.state, bytes + at, length - at, step);
        bool stuck = !step->has_event && step->used == 0;
        at += stuck || step->used > length - at ? length - at : step->used;
        rehearsal->trial.wait_ms = step->wait_ms;
        take_event(rehearsal);
    }
    if (step->has_event && rehearsal->trial.wait_ms == 0) reset(rehearsal);
}

static void call_silence(struct rehearsal *rehearsal)
{
    step_clear(&rehearsal->step);
    rehearsal->driver->silence(rehearsal->trial.state, &rehearsal->step);
    rehearsal->trial.wait_ms = rehearsal->step.wait_ms;
    take_event(rehearsal);
    if (rehearsal->step.has_event && rehearsal->trial.wait_ms == 0) reset(rehearsal);
}

void rehearsal_wait(struct rehearsal *rehearsal, uint32_t wait_ms)
{
    while (rehearsal->trial.wait_ms != 0 && rehearsal->trial.wait_ms <= wait_ms) {
        wait_ms -= rehearsal->trial.wait_ms;
        call_silence(rehearsal);
    }
}

/* Whether the file may end here: what is left makes no event of its own. */
static bool leaves_nothing(struct rehearsal *rehearsal)
{
    copy_player(rehearsal->driver, &rehearsal->after, &rehearsal->trial);
    step_clear(&rehearsal->step);
    rehearsal->driver->silence(rehearsal->after.state, &rehearsal->step);
    bool event = rehearsal->step.has_event;
    take_event(rehearsal);
    wipe_player(rehearsal->driver, &rehearsal->after);
    return !event;
}

bool rehearsal_end(struct rehearsal *rehearsal, const struct rehearsal_score *read)
{
    bool same = rehearsal->score.events == read->events && rehearsal->score.digest == read->digest;
    same = same && leaves_nothing(rehearsal);
    if (same) copy_player(rehearsal->driver, &rehearsal->kept, &rehearsal->trial);
    wipe_player(rehearsal->driver, &rehearsal->trial);
    rehearsal->score = (struct rehearsal_score){0};
    return same;
}
