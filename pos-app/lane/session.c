/* SPDX-License-Identifier: MIT
 *
 * session.c - see session.h. In: events, inputs, a command line. Out: answers. Must not know:
 * terminals, sockets, how anything is shown.
 */
#include "session.h"

#include "pin_prompt.h"
#include "reader_open.h"

#include <errno.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>

#define QUESTION_MS 250 /* how often an open question is asked whether it lapsed */

static volatile sig_atomic_t stop;

static void on_signal(int number)
{
    (void)number;
    stop = 1;
}

bool session_stopped(void)
{
    return stop != 0;
}

/* No restart: a wait ends with the signal. */
static void signals_take(void)
{
    const struct sigaction action = {.sa_handler = on_signal};
    const struct sigaction ignore = {.sa_handler = SIG_IGN};
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);
    sigaction(SIGPIPE, &ignore, NULL);
    /* A file at its limit is a write that fails, and is told as one. */
    sigaction(SIGXFSZ, &ignore, NULL);
}

/* ---- Opening ----------------------------------------------------------------------------------
 */

int session_open(struct lane_session *session, struct cli *cli, const struct session_hooks *hooks)
{
    memset(session, 0, sizeof *session);
    session->cli = cli;
    session->hooks = *hooks;
    session->event = calloc(1, sizeof *session->event);
    if (!session->event) return cli_fail(cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    int code = cli_lane_store_open(cli, &session->store);
    if (code == CLI_DONE) loy_store_settings_get(session->store, &session->settings);
    return code;
}

int session_login(struct lane_session *session, const char *name)
{
    char pin[PIN_LINE_MAX];
    int code = pin_read(session->cli, _("PIN"), pin);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_store_login(session->store, name, pin, cli_now_us());
    sodium_memzero(pin, sizeof pin);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(session->cli, status, session->store);
}

/* The guard's rules come from this handle: a second one would ask for a passphrase again. */
static enum loy_status rules_set(struct lane_session *session)
{
    enum loy_status status = loy_range_list(session->store, session->ranges, &session->range_count);
    if (status == LOY_OK) status = loy_store_card_key(session->store, session->card_key);
    const struct loy_guard_rules rules = {session->ranges, session->range_count};
    if (status == LOY_OK) status = loy_reader_set_rules(session->reader, &rules);
    return status;
}

int session_start(struct lane_session *session, enum loy_basket_source source)
{
    const struct reader_wanted wanted = {.own_ranges = false};
    signals_take();
    int code = reader_open(session->cli, &wanted, &session->reader);
    if (code != CLI_DONE) return code;
    enum loy_status status = rules_set(session);
    if (status == LOY_OK)
        status = loy_lane_open(session->store, source, cli_now_us(), &session->lane);
    if (status == LOY_OK) cli_lane_now(session->lane);
    return status == LOY_OK ? CLI_DONE : cli_fail_store(session->cli, status, session->store);
}

void session_close(struct lane_session *session)
{
    loy_lane_close(session->lane);
    loy_reader_close(session->reader);
    loy_store_close(session->store);
    if (session->event) sodium_memzero(session->event, sizeof *session->event);
    free(session->event);
    sodium_memzero(session, sizeof *session);
}

/* ---- Steps ------------------------------------------------------------------------------------
 */

static void stepped(
    struct lane_session *session, enum loy_status status, const struct loy_lane_answer *answer)
{
    session->question = answer->question;
    session->failed = status < LOY_OK && cli_exit_of(status) == CLI_FAILED;
}

static void answer_begin(struct loy_lane_answer *answer)
{
    *answer = (struct loy_lane_answer){.size = sizeof *answer, .code = LOY_SAID_FAILED};
}

enum loy_status session_take(
    struct lane_session *session, struct loy_lane_input *input, struct loy_lane_answer *answer)
{
    answer_begin(answer);
    input->size = sizeof *input;
    input->at_us = cli_lane_now(session->lane);
    input->offset_min = cli_offset_at(input->at_us);
    enum loy_status status = loy_lane_take(session->lane, input, answer);
    stepped(session, status, answer);
    return status;
}

/* ---- Events -----------------------------------------------------------------------------------
 */

enum loy_answer session_verdict(enum loy_status status, const struct loy_lane_answer *answer)
{
    bool good = status >= LOY_OK && status != LOY_REFUSED && answer->tone < LOY_TONE_LOW;
    return good ? LOY_ANSWER_ACCEPTED : LOY_ANSWER_REJECTED;
}

/* What a face may have to go back to: the article that has no price, the card that is nobody's. */
static void scan_note(struct lane_session *session, const struct loy_event *event, uint8_t question)
{
    struct loy_scan scan;
    session->scanned[0] = '\0';
    if (event->kind != LOY_EVENT_READ) return;
    loy_scan_from_event(event, session->ranges, session->range_count, session->card_key, &scan);
    if (scan.kind == LOY_SCAN_MEMBER) {
        session->unknown = scan.credential;
        if (question != LOY_ASK_UNKNOWN_CARD) session->unknown.kind = 0;
    }
    if (scan.kind == LOY_SCAN_ARTICLE || scan.kind == LOY_SCAN_WEIGHED)
        memcpy(session->scanned, scan.kind == LOY_SCAN_ARTICLE ? scan.gtin : scan.code,
            scan.kind == LOY_SCAN_ARTICLE ? sizeof scan.gtin : sizeof session->scanned);
    sodium_memzero(&scan, sizeof scan);
}

static void event_take(struct lane_session *session, struct loy_event *event)
{
    struct loy_lane_answer answer;
    int64_t at_us = cli_lane_now(session->lane);
    answer_begin(&answer);
    enum loy_status status = LOY_MORE;
    if (session->hooks.take) status = session->hooks.take(session->hooks.user, event, &answer);
    if (status == LOY_MORE) {
        status = loy_lane_event(session->lane, event, at_us, cli_offset_at(at_us), &answer);
        stepped(session, status, &answer);
        scan_note(session, event, answer.question);
    }
    if (event->kind >= LOY_EVENT_READ)
        loy_reader_answer(session->reader, event->reader, session_verdict(status, &answer));
    session->hooks.told(session->hooks.user, event, status, &answer);
    sodium_memzero(event, sizeof *event);
}

static bool events_take(struct lane_session *session)
{
    bool any = false;
    while (!stop && loy_reader_next(session->reader, session->event) == LOY_OK) {
        any = true;
        event_take(session, session->event);
    }
    sodium_memzero(session->event, sizeof *session->event);
    return any;
}

/* Nothing is told where the time of the question is not over. */
static void time_pass(struct lane_session *session)
{
    struct loy_lane_input input = {.kind = LOY_LANE_TIME};
    struct loy_lane_answer answer;
    if (session->question == LOY_ASK_NOTHING) return;
    const uint8_t question = session->question;
    enum loy_status status = session_take(session, &input, &answer);
    if (status != LOY_OK || session->question != question)
        session->hooks.told(session->hooks.user, NULL, status, &answer);
}

/* ---- Waiting ----------------------------------------------------------------------------------
 */

bool session_wait(
    struct lane_session *session, struct pollfd *places, size_t place_count, int wait_ms)
{
    struct pollfd all[SESSION_PLACES_MAX + 1];
    memcpy(all, places, place_count * sizeof *places);
    all[place_count] = (struct pollfd){.fd = loy_reader_fd(session->reader), .events = POLLIN};
    loy_reader_dispatch(session->reader);
    bool any = events_take(session);
    bool asks = session->question != LOY_ASK_NOTHING && (wait_ms < 0 || wait_ms > QUESTION_MS);
    int ready = stop ? 0
                     : poll(all, (nfds_t)place_count + 1,
                           any    ? 0
                           : asks ? QUESTION_MS
                                  : wait_ms);
    for (size_t i = 0; i < place_count; i++)
        places[i].revents = ready > 0 ? all[i].revents : 0;
    if (ready > 0 && all[place_count].revents) {
        loy_reader_dispatch(session->reader);
        events_take(session);
    }
    time_pass(session);
    return ready > 0;
}

bool session_more_to_come(const struct lane_session *session)
{
    struct loy_device device;
    for (size_t i = 0; loy_reader_list(session->reader, i, &device) == LOY_OK; i++)
        if (device.state == LOY_DEVICE_READY && strncmp(device.path, "file:", 5) == 0) return true;
    return false;
}

enum loy_status session_guard(
    struct lane_session *session, const char *text, struct loy_lane_answer *answer)
{
    struct loy_event *event = calloc(1, sizeof *event);
    if (!event) return LOY_E_MEMORY;
    enum loy_status status = cli_card_event(text, session->ranges, session->range_count, event);
    if (status == LOY_MORE) status = LOY_OK;
    if (status == LOY_OK && event->kind == LOY_EVENT_REFUSED) {
        int64_t at_us = cli_now_us();
        answer_begin(answer);
        loy_lane_event(session->lane, event, at_us, cli_offset_at(at_us), answer);
        status = LOY_REFUSED;
    }
    sodium_memzero(event, sizeof *event);
    free(event);
    return status;
}
