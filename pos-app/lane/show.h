/* SPDX-License-Identifier: MIT
 *
 * show.h - an answer of the lane, a line of its basket, a member: as JSON and as one line of text.
 * In: values of the lane. Out: objects, words. Must not know: who reads them, terminals.
 */
#ifndef LANE_SHOW_H
#define LANE_SHOW_H

#include "session.h"

#include <jansson.h>

#define SHOW_TEXT_MAX 1024u

/* "12.40", in the currency's digits. */
void show_amount(const struct lane_session *session, int64_t minor, char text[32]);
/* "3", "0.512" */
void show_quantity(int64_t quantity_milli, char text[32]);

/* Line of a basket. LOY_NONE: there is none of that number. */
enum loy_status show_line_find(struct lane_session *session, const struct loy_id *basket,
    uint32_t number, struct loy_basket_line *line);
json_t *show_line_json(const struct loy_basket_line *line);
/* "2: Lark tea, 2 x 3.49 - 1.00 (TEA) = 5.98" */
void show_line_text(const struct lane_session *session, const struct loy_basket_line *line,
    char text[SHOW_TEXT_MAX]);

/* Who is attached, or null; names says whether the name is in it, which is for the operator. */
json_t *show_member_json(
    struct lane_session *session, const struct loy_lane_view *view, bool names);
/* "Wang Restaurant, buyer Li M., card ...4821"; "" nobody. */
void show_member_text(const struct loy_lane_view *view, char text[SHOW_TEXT_MAX]);

const char *show_tone_name(uint8_t tone);
const char *show_question_name(uint8_t question); /* "": none */
/* The id's text, or null. */
json_t *show_id_json(const struct loy_id *id);

/* Everything that an answer says, with the line that it touched and the member at hand. */
json_t *show_answer_json(struct lane_session *session, const struct loy_lane_answer *answer);
/* The words of an answer that says none itself; "" nothing to say. */
void show_answer_text(
    struct lane_session *session, const struct loy_lane_answer *answer, char text[SHOW_TEXT_MAX]);

/* Whether a line may get another quantity; found is its article. What a scale's label says is not
 * changed: it is scanned again. */
bool show_may_requantify(
    struct loy_store *store, const struct loy_basket_line *line, struct loy_article_found *found);

#endif
