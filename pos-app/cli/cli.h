/* SPDX-License-Identifier: MIT
 *
 * cli.h - what a command of the program `loyalty` is: a row with its words, its options and one
 * function. The same row parses the command line, prints the help page and checks the number of
 * operands. To add one: write command_<name>.c, add a line to commands.def and to
 * pos-app/CMakeLists.txt.
 */
#ifndef CLI_H
#define CLI_H

#include <loyalty/loyalty.h>
#include <loyalty/reader.h>

#include <jansson.h>
#include <libintl.h>
#include <stdio.h>

#define _(text) gettext(text)
#define N_(text) text

enum cli_exit { CLI_DONE = 0, CLI_FINDING = 1, CLI_USAGE = 2, CLI_FAILED = 3 };

#define CLI_OPTIONS_MAX 48u
#define CLI_VALUES_MAX 32u
#define CLI_OPERANDS_MAX 16u

struct cli_option {
    const char *name; /* "from", used as --from */
    /* What follows, "DATE"; NULL: a flag. What is called FILE, DIR or PATH path_guard.h judges. */
    const char *value;
    const char *help; /* N_("...") */
    bool required;
    bool repeats;
};

struct cli {
    const char *store_path; /* --store, or $LOYALTY_STORE, or "shop.loyalty" */
    bool json;
    bool chinese;
    const char *language; /* of --lang; NULL: not given */
    bool progress;        /* standard error is a terminal */
    const struct cli_command *command;
    size_t operand_count;
    const char *operands[CLI_OPERANDS_MAX];
    /* values of command->options in their order; count 0: not given; a flag has the value "" */
    struct {
        size_t count;
        const char *values[CLI_VALUES_MAX];
    } options[CLI_OPTIONS_MAX];
};

struct cli_command {
    const char *name;     /* "member add": one to three words */
    const char *operands; /* "FILE.csv", "MEMBER [N]" or NULL */
    size_t operands_min, operands_max;
    const char *summary;              /* N_("one line") */
    const char *detail;               /* N_("paragraphs of the help page"), or NULL */
    const char *example;              /* a whole one, behind "loyalty"; or NULL */
    const struct cli_option *options; /* ends with name NULL; or NULL */
    bool makes_new;                   /* never writes over what is there, and says so itself */
    bool takes_stores;                /* FILE is a store: path_guard.h does not judge its paths */
    int (*run)(struct cli *cli);      /* enum cli_exit */
};

#define CLI_COMMAND(symbol) extern const struct cli_command symbol;
#include "commands.def"
#undef CLI_COMMAND

/* The value of an option; NULL: not given. For a flag: "" or NULL. */
const char *cli_value(const struct cli *cli, const char *option);

/* One line on standard error, "loyalty COMMAND: ...". Gives code back. */
int cli_fail(const struct cli *cli, enum cli_exit code, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* The same from a store's text; the exit code follows the status. */
int cli_fail_store(const struct cli *cli, enum loy_status status, const struct loy_store *store);
enum cli_exit cli_exit_of(enum loy_status status);

/* The master key's file: $LOYALTY_KEY, else the systemd credential "loyalty.key", else NULL: beside
 * the store. */
const char *cli_key_path(void);
bool cli_key_is_credential(void);

/* Opens cli->store_path as the operating-system user; a passphrase is asked where the key file
 * needs one. CLI_DONE or a code that was told already. */
struct loy_store_options cli_store_options(const struct cli *cli);
int cli_store_open(const struct cli *cli, struct loy_store **store);
/* The same at the lane that --lane, else $LOYALTY_LANE names, else at the store's first one. */
int cli_lane_store_open(const struct cli *cli, struct loy_store **store);
/* The row of a command's options that goes with it. */
// clang-format off
#define CLI_LANE_OPTION                                                                            \
    {"lane", "CODE", N_("which lane of the shop (lane list); else $LOYALTY_LANE, else the first"), \
     false, false}
// clang-format on

/* MEMBER of a command line: an id, card:NUMBER, ref:REFERENCE, a telephone or a tax number. The id
 * of a member that was merged leads to who stands for it now, with a note on standard error.
 * LOY_NONE. */
enum loy_status cli_member_find(struct loy_store *store, const char *text, struct loy_id *member);
/* The same, but such an id is that member itself: to show it, and to undo the merge. */
enum loy_status cli_member_find_own(
    struct loy_store *store, const char *text, struct loy_id *member);

/* Prints a member as `member show` does; further: keys to add to the JSON object, or NULL;
 * released.
 */
int cli_member_show(
    const struct cli *cli, struct loy_store *store, const struct loy_id *id, json_t *further);
/* Issues a typed card number. *is_number false: the status is about its text. failed: says so.
 * *warning: as cli_card_warning. */
enum loy_status cli_card_give(struct loy_store *store, const struct loy_id *member,
    const char *number, int64_t at_us, bool *is_number, const char **warning);
int cli_card_failed(
    const struct cli *cli, enum loy_status status, const struct loy_store *store, bool is_number);
/* Opens the store and finds MEMBER, the first operand. CLI_DONE, or a code that was told already;
 * *store is then closed. */
int cli_member_open(const struct cli *cli, struct loy_store **store, struct loy_id *member);
int cli_member_open_own(const struct cli *cli, struct loy_store **store, struct loy_id *member);
/* "there is no such member ..."; another status in the store's own words. */
int cli_member_not_found(
    const struct cli *cli, enum loy_status status, const struct loy_store *store);

/* A typed or imported card number through the guard, with the store's ranges. LOY_REFUSED: what a
 * lane would refuse too; LOY_E_FORMAT; LOY_NONE: a coupon's or weighed article's number. */
enum loy_status cli_card_read(
    struct loy_store *store, const char *number, struct loy_credential *credential);
/* The same of a card that is to be given to somebody. LOY_E_CHECK: it begins like a range of the
 * shop and is as long, but its check digit is wrong. */
enum loy_status cli_card_read_new(
    struct loy_store *store, const char *number, struct loy_credential *credential);
/* A typed number as if a serial reader had scanned it, behind the guard. LOY_OK: *event, which the
 * caller wipes; LOY_MORE: there was nothing in it. */
enum loy_status cli_card_event(const char *number, const struct loy_range *ranges,
    size_t range_count, struct loy_event *event);
/* What to say of a card that is given to somebody and lies in no range of the shop; else NULL. */
const char *cli_card_warning(const struct loy_credential *credential);
/* What to say of these four statuses behind "the card number" or a cell's name; else NULL. */
const char *cli_card_complaint(enum loy_status status);

/* Now; a test may fix it by $LOYALTY_NOW (a date or date-time as below; main refuses another). */
int64_t cli_now_us(void);
/* The clocks of this machine, for loy_clock_judge: now, since it was switched on, on its battery.
 */
void cli_clock_now(struct loy_clock_now *now);
/* The same told to the lane, before each of its inputs; gives the time. */
int64_t cli_lane_now(struct loy_lane *lane);
/* What is in doubt of a lane's clock, by how much and in which direction: "clock 60 min behind", or
 * that and why, and who goes on with it. "" where it is good. */
#define CLI_CLOCK_WORDS_MAX 320u
void cli_clock_words(const struct loy_lane_view *view, char *text, size_t size);
void cli_clock_sentence(const struct loy_lane_view *view, char *text, size_t size);
/* doubt, level, off_seconds, words; or null. */
json_t *cli_clock_json(const struct loy_lane_view *view);
/* The clock on the battery; false: there is none, or it does not tell. */
bool cli_battery_read(int64_t *at_us);
/* Whether it may just run in local time: whole quarters of an hour, up to 14 hours. */
bool cli_battery_is_zone(int64_t off_us);
/* Of the shop's zone, which is the process's, at that moment, in minutes: summer time is in it. */
int16_t cli_offset_at(int64_t at_us);

/* "2026-03-01", "2026-03-01 14:05:06", "2026-03-01T14:05:06+01:00" -> microseconds UTC and the
 * offset (the shop's zone is the process's TZ where the text gives none). LOY_E_FORMAT. */
enum loy_status cli_time_parse(const char *text, int64_t *at_us, int16_t *offset_min);
/* "2026-03-01 14:05" in that offset: what was stored beside the moment, or 0, as JSON has it; text
 * holds 32 bytes. */
void cli_time_text(int64_t at_us, int16_t offset_min, char text[32]);
/* The same for people, as they would type it: in the shop's zone. */
void cli_time_local(int64_t at_us, char text[32]);
/* Local in text, UTC in JSON, whichever is printed. */
void cli_time_told(const struct cli *cli, int64_t at_us, char text[32]);

/* A decimal amount in the store's currency -> minor units. LOY_E_FORMAT: not a number; LOY_E_LIMIT:
 * finer than the minor unit, or too large: never rounded. */
enum loy_status cli_amount_parse(const char *text, unsigned minor_digits, int64_t *minor);
void cli_amount_text(int64_t minor, unsigned minor_digits, char text[32]);

/* The text without what would steer a terminal or turn the line round, padded to so many columns of
 * a terminal: a Chinese character takes two. A negative width pads before it. */
void cli_put(FILE *out, const char *text, int width);

/* An object as JSON, for free(): numbers that are not whole have 6 decimals at most, in the object
 * too, so that a score of 0.3 is not written 0.29999999999999999; characters that would steer a
 * terminal or turn a line round (C1, bidi controls) are written \uXXXX. All JSON of the program
 * comes from here. NULL: no memory. */
char *cli_json_text(json_t *object, size_t flags);
/* A number, or null for what is none (NaN, an infinity). */
json_t *cli_json_number(double value);
/* Prints one JSON line and releases the object. */
void cli_print_json(json_t *object);

/* A sentence of a check as it is found: printed at once, and counted. user: the findings. */
struct cli_findings {
    const struct cli *cli;
    size_t count;
};
void cli_finding(void *user, const char *sentence);

/* A bar on standard error while cli->progress; call with done == total to end it. */
void cli_progress(const struct cli *cli, const char *what, long long done, long long total);

#endif
