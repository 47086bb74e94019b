/* SPDX-License-Identifier: MIT
 *
 * session.h - what all faces of a lane share: who works at it, its store and readers, one wait over
 * whatever the face listens to and the readers, and the order of things: the lane takes an event,
 * durably, then the reader is told, then the face. In: a command line, events, inputs. Out: answers
 * of the lane. Must not know: terminals, sockets, how anything is shown.
 */
#ifndef LANE_SESSION_H
#define LANE_SESSION_H

#include "cli.h"

#include <loyalty/lane.h>

#include <poll.h>

#define SESSION_PLACES_MAX 6u /* descriptors of the face */

struct lane_session;

struct session_hooks {
    void *user;
    /* A face that takes an event itself: LOY_MORE hands it to the lane; any other status is that of
     * what was done with it, and *answer says the rest. NULL: the lane takes all. */
    enum loy_status (*take)(
        void *user, const struct loy_event *event, struct loy_lane_answer *answer);
    /* What became of an event, the reader being told; event NULL: the time of a question was over.
     * The event is wiped behind it. */
    void (*told)(void *user, const struct loy_event *event, enum loy_status status,
        const struct loy_lane_answer *answer);
};

struct lane_session {
    struct cli *cli;
    struct session_hooks hooks;
    struct loy_store *store;
    struct loy_lane *lane;
    struct loy_reader *reader;
    struct loy_store_settings settings;
    uint8_t question; /* enum loy_lane_question that is open */
    bool failed;      /* the store failed at the last step */
    /* The card of which LOY_ASK_UNKNOWN_CARD asks, so that it can be registered; kind 0: none.
     * It is there until another card is read. */
    struct loy_credential unknown;
    /* What was scanned last and is an article, for a price that has to be typed; or "". */
    char scanned[LOY_SCAN_CODE_MAX + 1];
    /* The rest is the session's own. */
    struct loy_range ranges[LOY_RANGES_MAX];
    size_t range_count;
    uint8_t card_key[LOY_CARD_KEY_SIZE];
    struct loy_event *event; /* the one at hand */
};

/* The store, and the enrolled user of the operating system as who acts. hooks is copied. A code; it
 * was told. Close it in any case. */
int session_open(struct lane_session *session, struct cli *cli, const struct session_hooks *hooks);
/* Another operator acts: the PIN is asked for on a terminal, else it is the first line of standard
 * input. */
int session_login(struct lane_session *session, const char *name);
/* Readers and lane. */
int session_start(struct lane_session *session, enum loy_basket_source source);
void session_close(struct lane_session *session);

/* loy_lane_take at this moment; size and time of *input are filled in. */
enum loy_status session_take(
    struct lane_session *session, struct loy_lane_input *input, struct loy_lane_answer *answer);

/* Waits until one of the face's descriptors is ready, a reader spoke, or wait_ms are over (-1: for
 * ever). What readers saw was taken and told before it returns. True: look at places[].revents. */
bool session_wait(
    struct lane_session *session, struct pollfd *places, size_t place_count, int wait_ms);
/* Recordings that were named are not yet at their end. */
bool session_more_to_come(const struct lane_session *session);

/* SIGINT or SIGTERM came (session_start takes them). */
bool session_stopped(void);

/* A typed text through the guard, as a scan: LOY_REFUSED is what a lane must not keep, and *answer
 * says so. Never a card: what it reads is not looked at. */
enum loy_status session_guard(
    struct lane_session *session, const char *text, struct loy_lane_answer *answer);

/* What became of it, in the words that a reader knows. */
enum loy_answer session_verdict(enum loy_status status, const struct loy_lane_answer *answer);

#endif
