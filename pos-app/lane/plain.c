/* SPDX-License-Identifier: MIT
 *
 * plain.c - the dialogue's loop and its answers. In: lines, events of readers between them. Out:
 * text or JSON Lines. Must not know: what the commands do.
 */
#include "plain.h"

#include "reader_words.h"

#include <receipt/receipt.h>

#include <sodium.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

/* ---- Saying -----------------------------------------------------------------------------------
 */

/* Control characters in the texts of articles and members would move a terminal's cursor. */
void plain_put(const char *text)
{
    char clean[SHOW_TEXT_MAX];
    receipt_clean(text, false, clean, sizeof clean);
    puts(clean);
    sodium_memzero(clean, sizeof clean);
}

void plain_say(struct plain *plain, const char *code, const char *format, ...)
{
    char text[SHOW_TEXT_MAX];
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    if (plain->session.cli->json)
        cli_print_json(json_pack("{s:s,s:s}", "code", code, "words", text));
    else
        plain_put(text);
    sodium_memzero(text, sizeof text);
}

void plain_say_store(struct plain *plain, enum loy_status status)
{
    const char *text = loy_store_text(plain->session.store);
    plain_say(plain, cli_exit_of(status) == CLI_FAILED ? "failed" : "wrong", "%s",
        *text ? text : _(loy_status_text(status)));
    if (cli_exit_of(status) == CLI_FAILED) plain->failed = true;
}

/* Tones for who does not look: the bell, on a terminal only. */
static void tone(const struct plain *plain, uint8_t which)
{
    if (plain->session.cli->json || !isatty(STDOUT_FILENO)) return;
    if (which == LOY_TONE_LOW) fputs("\a", stdout);
    if (which == LOY_TONE_LOUD) fputs("\a\a", stdout);
}

static void choices_say(struct plain *plain, uint8_t question)
{
    if (question == LOY_ASK_OTHER_ACCOUNT)
        plain_say(plain, "choose", "%s",
            _("1 the new card takes the place, 2 keep the member, 3 a new customer: this basket is "
              "suspended"));
    if (question == LOY_ASK_UNKNOWN_CARD)
        plain_say(plain, "choose", "%s", _("1 register the card now, 2 go on without"));
}

void plain_say_answer(
    struct plain *plain, enum loy_status status, const struct loy_lane_answer *answer)
{
    char text[SHOW_TEXT_MAX];
    if (cli_exit_of(status) == CLI_FAILED && status < LOY_OK) plain->failed = true;
    tone(plain, answer->tone);
    if (plain->session.cli->json) {
        cli_print_json(show_answer_json(&plain->session, answer));
        return;
    }
    show_answer_text(&plain->session, answer, text);
    bool loud = answer->tone == LOY_TONE_LOUD;
    if (*text && loud) fputs("!! ", stdout);
    if (*text) plain_put(text);
    sodium_memzero(text, sizeof text);
    if (answer->question != LOY_ASK_NOTHING) choices_say(plain, answer->question);
}

void plain_approval_tell(struct plain *plain)
{
    plain->approval_waits = true;
    plain_say(plain, "approve", "%s", _("a supervisor may: approve NAME"));
}

enum loy_status plain_take(struct plain *plain, struct loy_lane_input *input)
{
    struct loy_lane_answer answer;
    if (*plain->approver) {
        input->approver = plain->approver;
        input->approver_pin = plain->pin;
    }
    enum loy_status status = session_take(&plain->session, input, &answer);
    plain_say_answer(plain, status, &answer);
    if (answer.code == LOY_SAID_APPROVAL && *plain->kept) plain_approval_tell(plain);
    if (status == LOY_OK && answer.code == LOY_SAID_SOLD) plain_ask(plain);
    return status;
}

/* ---- Readers ----------------------------------------------------------------------------------
 */

/* A quantity that was typed before is for the article that is scanned. */
static enum loy_status event_take(
    void *user, const struct loy_event *event, struct loy_lane_answer *answer)
{
    struct plain *plain = user;
    struct loy_scan scan;
    struct lane_session *session = &plain->session;
    if ((plain->quantity_milli == 0 && !plain->last_waits) || event->kind != LOY_EVENT_READ)
        return LOY_MORE;
    loy_scan_from_event(event, session->ranges, session->range_count, session->card_key, &scan);
    enum loy_status status = LOY_MORE;
    if (scan.kind == LOY_SCAN_MEMBER)
        status = plain_last_card(plain, &scan.credential, event->reader, answer);
    plain->last_waits = false;
    if (scan.kind == LOY_SCAN_ARTICLE && plain->quantity_milli != 0) {
        struct loy_lane_input input = {.kind = LOY_LANE_ARTICLE,
            .text = scan.gtin,
            .reader = event->reader,
            .quantity_milli = plain->quantity_milli};
        plain->quantity_milli = 0;
        status = session_take(session, &input, answer);
        memcpy(session->scanned, scan.gtin, sizeof scan.gtin);
    }
    sodium_memzero(&scan, sizeof scan);
    return status;
}

/* A reader that is not there, or that may not be opened: once, until it works again. */
static void readers_tell(struct plain *plain)
{
    struct loy_device device;
    for (size_t i = 0; loy_reader_list(plain->session.reader, i, &device) == LOY_OK; i++) {
        const bool fails = device.state == LOY_DEVICE_FAILED;
        const uint64_t bit = UINT64_C(1) << (device.reader % 64);
        if (fails && !(plain->silent_readers & bit))
            plain_say(plain, "reader", "%s: %s", device.path, reader_words(device.text));
        plain->silent_readers &= ~bit;
        if (fails) plain->silent_readers |= bit;
    }
}

static void prompt(const struct plain *plain)
{
    char due[32];
    struct loy_lane_view view = {.size = sizeof view};
    if (!plain->terminal || plain->session.cli->json || plain->next) return;
    if (loy_lane_view_get(plain->session.lane, &view) != LOY_OK) view.due_minor = 0;
    show_amount(&plain->session, view.due_minor, due);
    printf("%s> ", due);
    sodium_memzero(&view, sizeof view);
}

static void event_told(void *user, const struct loy_event *event, enum loy_status status,
    const struct loy_lane_answer *answer)
{
    struct plain *plain = user;
    if (answer->code == LOY_SAID_NOTHING) return;
    if (plain->terminal && !plain->session.cli->json && event) putchar('\n');
    plain_say_answer(plain, status, answer);
    if (answer->code == LOY_SAID_NO_PRICE) {
        snprintf(plain->unpriced, sizeof plain->unpriced, "%s", plain->session.scanned);
        plain->unpriced_milli = 0;
        plain->unpriced_return = false;
    }
    const bool article = *plain->session.scanned && event && event->kind == LOY_EVENT_READ;
    if (answer->code == LOY_SAID_APPROVAL && article)
        snprintf(plain->kept, sizeof plain->kept, "%s", plain->session.scanned);
    if (answer->code == LOY_SAID_APPROVAL && (plain->last_card.kind || article))
        plain_approval_tell(plain);
    prompt(plain);
    fflush(stdout);
}

/* ---- Lines ------------------------------------------------------------------------------------
 */

static void echo_set(const struct plain *plain, bool on)
{
    struct termios how;
    if (!plain->terminal || tcgetattr(STDIN_FILENO, &how) != 0) return;
    how.c_lflag = on ? how.c_lflag | ECHO : how.c_lflag & ~(tcflag_t)ECHO;
    tcsetattr(STDIN_FILENO, TCSANOW, &how);
}

static void line_take(struct plain *plain, char *line, size_t size)
{
    const plain_line_fn next = plain->next;
    const bool secret = plain->secret;
    plain->next = NULL;
    plain->secret = false;
    if (strlen(line) != size || size >= PLAIN_LINE_MAX)
        plain_say(plain, "wrong", _("a line has %u bytes of text at most"), PLAIN_LINE_MAX - 1);
    else if (next)
        next(plain, line);
    else
        plain_command(plain, line);
    sodium_memzero(line, size);
    if (secret || plain->secret) echo_set(plain, !plain->secret);
}

/* False: the dialogue is over. A script must not go on behind a failure of the store; a person may,
 * who was told. */
static bool lines_take(struct plain *plain)
{
    char *line;
    size_t size = 0;
    for (;;) {
        enum loy_status status = lines_next(&plain->lines, &line, &size);
        if (status == LOY_MORE) return true;
        if (status == LOY_NONE) return session_more_to_come(&plain->session);
        if (status == LOY_E_LIMIT)
            plain_say(plain, "wrong", _("a line has %u bytes of text at most"), PLAIN_LINE_MAX - 1);
        else
            line_take(plain, line, size);
        prompt(plain);
        fflush(stdout);
        if (plain->quit || (plain->failed && !plain->terminal) || session_stopped()) return false;
        /* What readers saw meanwhile stands between two lines. */
        struct pollfd none[1];
        session_wait(&plain->session, none, 0, 0);
        if (plain->failed && !plain->terminal) return false;
    }
}

static void greet(struct plain *plain)
{
    struct loy_lane_view view = {.size = sizeof view};
    struct loy_lane_answer answer = {.size = sizeof answer, .code = LOY_SAID_NOTHING};
    char opened[32], who[SHOW_TEXT_MAX];
    if (loy_lane_view_get(plain->session.lane, &view) != LOY_OK) return;
    answer.stage = view.stage;
    answer.basket = view.basket;
    answer.due_minor = view.due_minor;
    show_member_text(&view, who);
    cli_time_local(view.opened_at_us, opened);
    if (view.stage == LOY_STAGE_FOUND && plain->session.cli->json)
        cli_print_json(show_answer_json(&plain->session, &answer));
    else if (view.stage == LOY_STAGE_FOUND)
        plain_say(plain, "found", _("a basket of %s was left open: %u lines%s%s; resume or cancel"),
            opened, view.lines, *who ? ", " : "", who);
    else if (plain->terminal)
        plain_say(plain, "ready", "%s", _("ready; help tells the commands"));
    plain_clock_say(plain, &view);
    sodium_memzero(who, sizeof who);
    sodium_memzero(&view, sizeof view);
}

static void dialogue(struct plain *plain)
{
    struct pollfd place = {.fd = STDIN_FILENO, .events = POLLIN};
    readers_tell(plain);
    greet(plain);
    prompt(plain);
    fflush(stdout);
    while (!session_stopped() && lines_take(plain)) {
        place.fd = plain->lines.ended ? -1 : STDIN_FILENO;
        session_wait(&plain->session, &place, 1, plain->lines.ended ? 100 : -1);
        readers_tell(plain);
        if (place.revents) lines_fill(&plain->lines);
        if (plain->failed && !plain->terminal) break;
        if (ferror(stdout)) break;
    }
    echo_set(plain, true);
}

static int login(struct plain *plain)
{
    char name[LOY_OPERATOR_NAME_MAX] = "";
    const char *wanted = cli_value(plain->session.cli, "operator");
    if (wanted) return session_login(&plain->session, wanted);
    if (!plain->terminal) return CLI_DONE;
    fprintf(stderr, "%s: ", _("operator"));
    /* Byte by byte, so that nothing of the PIN is read ahead. */
    char c = '\0';
    for (size_t n = 0; read(STDIN_FILENO, &c, 1) == 1 && c != '\n';)
        if (c != '\r' && n + 1 < sizeof name) name[n++] = c;
    return session_login(&plain->session, name);
}

int plain_run(struct cli *cli)
{
    struct plain *plain = calloc(1, sizeof *plain);
    if (!plain) return cli_fail(cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    const struct session_hooks hooks = {.user = plain, .take = event_take, .told = event_told};
    plain->terminal = isatty(STDIN_FILENO);
    int code = session_open(&plain->session, cli, &hooks);
    if (code == CLI_DONE) code = login(plain);
    if (code == CLI_DONE) code = session_start(&plain->session, LOY_BASKET_LANE);
    if (code == CLI_DONE && lines_open(&plain->lines, STDIN_FILENO) != LOY_OK)
        code = cli_fail(cli, CLI_FAILED, "%s", _(loy_status_text(LOY_E_MEMORY)));
    if (code == CLI_DONE) {
        dialogue(plain);
        if (plain->failed) code = CLI_FAILED;
    }
    plain_register_end(plain);
    lines_close(&plain->lines);
    session_close(&plain->session);
    sodium_memzero(plain, sizeof *plain);
    free(plain);
    return code;
}
