/* SPDX-License-Identifier: MIT
 *
 * plain.h - a lane as a dialogue of lines, for scripts, serial consoles and screen readers: one
 * line in, one answer out, no cursor is moved. In: typed lines, a session. Out: lines, exit code.
 * Must not know: files of the store, curses.
 */
#ifndef LANE_PLAIN_H
#define LANE_PLAIN_H

#include "lines.h"
#include "session.h"
#include "show.h"

#include <loyalty/question.h>

#define PLAIN_LINE_MAX 4096u /* bytes of a typed line */
#define PLAIN_OPERANDS_MAX 8u
#define PLAIN_ANY 255u /* operands that are words of a person */
#define PLAIN_FOUND_MAX 9u
#define PLAIN_FIELDS_MAX 32u

struct plain;

/* What the next line is: a command, an answer to a question of ours, a PIN. */
typedef void (*plain_line_fn)(struct plain *plain, char *line);

struct plain_register {
    struct loy_form_field fields[PLAIN_FIELDS_MAX]; /* what the shop's form asks */
    char texts[PLAIN_FIELDS_MAX][256];
    size_t count, at;
    struct loy_credential card; /* kind 0: none */
};

struct plain {
    struct lane_session session;
    struct lines lines;
    bool terminal; /* standard input is one: prompts, and a failure does not end it */
    bool quit, failed;
    plain_line_fn next;        /* NULL: commands */
    bool secret;               /* the next line is not echoed */
    int64_t quantity_milli;    /* of the next article; 0: one */
    char kept[PLAIN_LINE_MAX]; /* the last command; for a supervisor, where one is needed: */
    bool approval_waits;       /* nothing else is taken again */
    char approver[LOY_OPERATOR_NAME_MAX], pin[LOY_PIN_MAX];
    char unpriced[LOY_TEXT_MAX]; /* an article that has no price yet; or "" */
    int64_t unpriced_milli;
    bool unpriced_return; /* it comes back, for this reason */
    char unpriced_reason[LOY_TEXT_MAX];
    struct loy_id found[PLAIN_FOUND_MAX]; /* members to choose from */
    size_t found_count;
    bool queue;             /* people wait: nothing is asked in this session */
    struct loy_asked asked; /* behind the sale; field 0: nothing */
    struct loy_id asked_member;
    bool last_waits;                 /* the next card is for the last receipt */
    struct loy_credential last_card; /* for which a supervisor is needed; kind 0: none */
    struct plain_register *form;     /* a registration that is being filled in */
    uint64_t silent_readers;         /* a bit each, of those that fail and of which it was said */
};

/* The words behind a command's first one. */
struct plain_words {
    char *rest; /* all of them, as typed */
    size_t count;
    char *at[PLAIN_OPERANDS_MAX]; /* one by one; copies */
    char copy[PLAIN_LINE_MAX];
};

/* `loyalty lane --plain`: the dialogue until the end of standard input. */
int plain_run(struct cli *cli);

/* ---- Answers (plain.c) ------------------------------------------------------------------------
 */

/* Sends an input and says what came of it. */
enum loy_status plain_take(struct plain *plain, struct loy_lane_input *input);
void plain_say_answer(
    struct plain *plain, enum loy_status status, const struct loy_lane_answer *answer);
/* The command that was kept is one for a supervisor: says so. */
void plain_approval_tell(struct plain *plain);
/* A sentence of the dialogue's own; code is that of JSON. */
void plain_say(struct plain *plain, const char *code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* A failure of a call on the store, in its words. */
void plain_say_store(struct plain *plain, enum loy_status status);
/* One line of text, without control characters. */
void plain_put(const char *text);

/* ---- Commands (plain_words.c, plain_steps.c) --------------------------------------------------
 */

/* A typed line: a command of the table, a quantity, an article. */
void plain_command(struct plain *plain, char *line);
/* "3", "0.5" -> thousandths; LOY_E_FORMAT: none, or more than a line has */
enum loy_status plain_quantity(const char *text, int64_t *quantity_milli);
/* A typed article with a quantity (0: one). */
void plain_article(struct plain *plain, const char *text, int64_t quantity_milli);
/* "*3" alone: the line at hand gets another quantity. */
void plain_requantify(struct plain *plain, int64_t quantity_milli);

struct plain_word {
    const char *words;   /* English and Chinese, the first of each shown: "void|undo 撤销" */
    uint8_t kind;        /* enum loy_lane_input_kind that must be possible; 0: always */
    uint8_t least, most; /* operands */
    const char *operands;
    const char *help;
    void (*run)(struct plain *plain, struct plain_words *words);
};
extern const struct plain_word plain_table[];
const struct plain_word *plain_word_find(const char *word);

/* ---- After the sale (plain_visit.c) -----------------------------------------------------------
 */

/* Behind a sale: one question a visit. */
void plain_ask(struct plain *plain);
/* A card that `last` waits for; LOY_MORE: it does not. */
enum loy_status plain_last_card(struct plain *plain, const struct loy_credential *card,
    uint32_t reader, struct loy_lane_answer *answer);
/* A doubt about the clock, where there is one. */
void plain_clock_say(struct plain *plain, const struct loy_lane_view *view);

/* ---- Registration (plain_register.c) ----------------------------------------------------------
 */

void plain_register_begin(struct plain *plain);
void plain_register_end(struct plain *plain);

#endif
