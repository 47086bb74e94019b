/* SPDX-License-Identifier: MIT
 *
 * tui.h - the toolkit of the screens: a stack of views, one table of keys each, one input line that
 * always has the focus, one fixed place for what is said.
 *
 *     row 0            title                          readers, clock, language
 *     row 1            rule
 *     rows 2 ...       the view's body                | side panel from 110 columns
 *     2 rows           what was said last
 *     rule
 *     input line       Scan > _                       the cursor is always here
 *     last row         F1 Help  F2 Member ...         the keys that work now
 *
 * A new screen: a `struct view_class` and a table of `struct key_row`; a line in screens.def if a
 * person opens it from the menu. The table dispatches, and prints the footer and F1's page, so
 * these cannot disagree. Screens draw by term.h (cells, never printf), and never call curses.
 */
#ifndef TUI_H
#define TUI_H

#include "cli.h"
#include "entry.h"
#include "term.h"

#define TUI_ROWS_MIN 24
#define TUI_COLUMNS_MIN 80
#define TUI_SIDE_FROM 110 /* columns from which there is a side panel */
#define TUI_SAID_MAX 600u
#define TUI_DEPTH_MAX 12u

struct tui;
struct view;
struct lane_face; /* lane_face.h: the lane of who is signed in; NULL: none */

struct tui_box {
    int row, column, rows, columns; /* columns 0: there is none */
};

/* ---- Keys --------------------------------------------------------------------------------- */

struct key_row {
    int32_t key;       /* enum tui_key, or a character: it works while the input line is empty */
    const char *words; /* N_("Member"), in the footer, 12 columns at most; NULL: not in it */
    const char *help;  /* N_("..."), on F1's page */
    /* Whether it works now; NULL: always. */
    bool (*may)(const struct tui *tui, const struct view *view);
    void (*act)(struct tui *tui, struct view *view);
    uint8_t rank; /* which are left out of a footer that is full: the highest; 0: never */
};

/* ---- Views -------------------------------------------------------------------------------- */

struct view_class {
    const char *name;    /* of its saved screens */
    size_t state_size;   /* of view->state, zeroed when it is pushed, wiped when it is popped */
    const char *heading; /* N_("Register"), at the left of row 0; NULL: title() says it */
    const struct key_row *keys;
    size_t key_count;
    /* A scan pops it first: it is about a line or a step that the scan leaves behind, and its keys
     * would act on what was scanned instead. */
    bool yields;
    /* All of these may be NULL. */
    /* argument: of tui_push. False: it is not shown; it has said why. */
    bool (*open)(struct tui *tui, struct view *view, const void *argument);
    void (*close)(struct tui *tui, struct view *view);
    void (*title)(const struct tui *tui, const struct view *view, char *text, size_t size);
    void (*draw)(const struct tui *tui, const struct view *view, const struct tui_box *body);
    /* NULL: the panel lists the keys. */
    void (*side)(const struct tui *tui, const struct view *view, const struct tui_box *box);
    const char *(*prompt)(const struct tui *tui, const struct view *view);
    /* Enter: the line's text (it is emptied then, and wiped). */
    void (*enter)(struct tui *tui, struct view *view, const char *text);
    /* The line was changed by typing. */
    void (*typed)(struct tui *tui, struct view *view);
    /* A reader's event; false: the view below may take it. */
    bool (*event)(struct tui *tui, struct view *view, const struct loy_event *event);
    /* A view above was popped with a result (tui_answer). */
    void (*answer)(
        struct tui *tui, struct view *view, const struct view_class *from, const void *result);
    /* Esc with an empty line; NULL: pops. A line that is not empty is emptied first. */
    void (*back)(struct tui *tui, struct view *view);
    /* What tui_wake asked for; other views may stand above. */
    void (*time)(struct tui *tui, struct view *view);
};

struct view {
    const struct view_class *view_class;
    void *state;
    struct entry entry;
    int64_t wake_us; /* when time() is due (tui_wake); 0: never */
};

/* ---- The program -------------------------------------------------------------------------- */

struct tui {
    struct cli *cli;
    struct loy_store *store;
    struct loy_reader *reader; /* NULL: there is none */
    struct loy_store_settings settings;
    struct loy_operator who; /* number 0: nobody is signed in */
    struct lane_face *lane;
    struct view *views[TUI_DEPTH_MAX];
    size_t depth;
    char said[TUI_SAID_MAX];
    uint8_t said_style; /* enum tui_style */
    char doubt[96];     /* about the clock, beside it; "" */
    int32_t key;        /* that is being acted upon */
    bool leaves;        /* the loop ends */
    bool deaf;          /* events stay in the readers */
    bool console;       /* the kernel's console: no Chinese */
};

/* Puts a view on top. NULL: it could not be opened. */
struct view *tui_push(struct tui *tui, const struct view_class *view_class, const void *argument);
void tui_pop(struct tui *tui);
/* Pops the top view and gives the result to the one below; result is valid during the call. */
void tui_answer(struct tui *tui, const void *result);
/* A view's back: it goes, with the result NULL. */
void tui_leave(struct tui *tui, struct view *view);
/* A view's prompt where its line takes keys alone. */
const char *tui_prompt_key(const struct tui *tui, const struct view *view);
/* Pops until this is the top; nothing where it is not in the stack. */
void tui_pop_to(struct tui *tui, const struct view_class *view_class);
/* Pops all, wipes all. */
void tui_pop_all(struct tui *tui);
struct view *tui_top(const struct tui *tui);
struct view *tui_find(const struct tui *tui, const struct view_class *view_class);

/* Says a sentence (already translated) on the fixed lines; "" clears them. A bad one also beeps. */
void tui_say(struct tui *tui, enum tui_style style, const char *format, ...)
    __attribute__((format(printf, 3, 4)));
/* What the store says of a status. */
void tui_say_store(struct tui *tui, enum loy_status status);

/* The key was pressed. False: it does nothing here. */
bool tui_press(struct tui *tui, int32_t key);
void tui_event(struct tui *tui, const struct loy_event *event);
/* time() of the uppermost view that is due; false: none is. */
bool tui_time(struct tui *tui, int64_t monotonic_us);
/* time() of the view is called after so long. */
void tui_wake(struct view *view, int64_t after_ms);
void tui_draw(const struct tui *tui);
/* Until the program shall end; gives its exit code. */
int tui_loop(struct tui *tui);

/* Whether who is signed in may do it. */
bool tui_may(const struct tui *tui, enum loy_operation operation);
int64_t tui_now_us(void);
void tui_amount(const struct tui *tui, int64_t minor, char text[32]);
/* A typed amount in the store's currency; false: it was said what would be right. */
bool tui_amount_read(struct tui *tui, const char *text, int64_t *minor);

/* The other language, or this one. */
void tui_language_set(struct tui *tui, bool chinese);

/* Ends the session of who is signed in: the lane's handle goes, its basket stays in the store. */
void tui_sign_out(struct tui *tui);

/* The rows of the table `keys` are `view`'s, then those of every view (keys.c). */
size_t keys_count(const struct view_class *view_class);
const struct key_row *keys_row(const struct view_class *view_class, size_t i);
bool keys_may(const struct tui *tui, const struct view *view, const struct key_row *row);
const struct key_row *keys_find(const struct tui *tui, const struct view *view, int32_t key);
/* "F1", "Esc", "Enter", "1" ... */
const char *keys_name(int32_t key, char text[16]);
/* The rows of the footer in their order, as many as fit the columns, 8 at most. */
#define KEYS_FOOTER_MAX 8u
size_t keys_footer(const struct tui *tui, const struct view *view, const struct cell_rules *rules,
    int columns, const struct key_row *rows[KEYS_FOOTER_MAX]);

/* The views that the toolkit itself opens. */
extern const struct view_class view_help, view_menu, view_login;

#endif
