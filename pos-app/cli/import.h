/* SPDX-License-Identifier: MIT
 *
 * import.h - one import: a CSV table into the store, all or nothing, with control totals.
 */
#ifndef IMPORT_H
#define IMPORT_H

#include "cli.h"
#include "csv_table.h"

#define IMPORT_CHANNELS_MAX 16u /* named in the report; the rest is counted */

struct import {
    struct cli *cli;
    struct loy_store *store;
    struct loy_store_settings settings;
    struct csv_table table;
    const char *kind;   /* "articles" ...; the log's word */
    uint8_t digest[32]; /* of the file and, for a snapshot, of its shop and day */
    bool totals;        /* the kind has amounts that sum up */
    int64_t total_minor;
    int64_t discount_minor;
    int64_t made, repeated;
    int64_t doubtful; /* rows taken with a value that somebody should compare with a document */
    int64_t at_us;
    bool thorough; /* the kind looks at incomplete rows too, and tells all that is wrong with one */
    size_t findings; /* complaints before the row at hand */
    char channels[IMPORT_CHANNELS_MAX]
                 [LOY_CHANNEL_MAX]; /* new ones, to be told once they are stored */
    size_t channel_count;
    bool matches; /* the kind finds members for its rows: */
    int64_t matched, unmatched;
    bool again;   /* this very file was imported before: who was nobody then may be known now */
    json_t *gaps; /* of snapshots: shops with days missing before this one; NULL: not one */
    void (*tell)(const struct import *import); /* what there is to print once all is stored */
    /* Members only: */
    struct import_tokens *tokens;
    int64_t outside; /* cards that were given and lie in no range of the shop */
    bool update;     /* --update: rows about known members change them */
    int64_t values_changed, values_kept;
    bool quiet; /* no line about what was imported */
};

/* Of every import. */
#define IMPORT_ENCODING_OPTION                                                                     \
    {                                                                                              \
        "encoding", "NAME", N_("utf-8 or gb18030; default: as the file looks"), false, false       \
    }

enum import_kind {
    IMPORT_ARTICLES,
    IMPORT_PRICES,
    IMPORT_MEMBERS,
    IMPORT_BASKETS,
    IMPORT_CONTACTS,
    IMPORT_OBSERVATIONS,
    IMPORT_PROMOTIONS
};

/* The whole command: options, file, store, one transaction. */
int import_run(struct cli *cli, enum import_kind kind);

/* A whole file in one transaction, without a word unless something is wrong. */
int import_file(struct cli *cli, struct loy_store *store, enum import_kind kind, const char *path);
/* Only opens the table; the caller puts rows and closes import->table. */
int import_begin(struct import *import, struct cli *cli, struct loy_store *store,
    enum import_kind kind, const char *path);

/* Each puts its rows; complaints go to the table. A status below 0 other than FORMAT, LIMIT, CHECK,
 * CONFLICT and ARGUMENT ends the import (the store failed). */
enum loy_status import_articles(struct import *import);
enum loy_status import_prices(struct import *import);
enum loy_status import_members(struct import *import);
enum loy_status import_baskets(struct import *import);
enum loy_status import_contacts(struct import *import);
/* What the rows of a baskets file sum up to, in the currency's smallest unit. */
int64_t import_baskets_total(struct import *import);
enum loy_status import_observations(struct import *import);
enum loy_status import_promotions(struct import *import);

extern const struct csv_column import_article_columns[], import_price_columns[],
    import_member_columns[], import_basket_columns[], import_contact_columns[],
    import_observation_columns[], import_promotion_columns[];

/* Calls put for every row with progress; a row's failure becomes a complaint with the store's
 * words. */
enum loy_status import_rows(
    struct import *import, enum loy_status (*put)(struct import *, size_t row));
/* A store's answer about a row: complains where the row is at fault, gives back what ends the
 * import. */
enum loy_status import_judge(struct import *import, size_t row, enum loy_status status);

/* A row's failure that the file can mend. */
bool import_row_at_fault(enum loy_status status);

/* A channel that is not in the list is taken in, to be told when all is stored; a complaint where
 * it is no code. Called where something is about to be written by it. */
enum loy_status import_channel(struct import *import, size_t row, size_t column);

/* A card that was given and lies in no range of the shop: counted and told, once where there is no
 * range at all. */
void import_card_judge(struct import *import, size_t row, const struct loy_credential *card);

/* A tax number that was taken though its check speaks against it, and nobody has seen it on the
 * licence: counted and told. */
void import_tax_judge(struct import *import, size_t row, const struct loy_member_form *form);

/* Warns of days without a snapshot before this one of a shop; nothing for 0. */
void import_gap_tell(struct import *import, const char *site, unsigned gap_days);

/* The day of --snapshot at local midnight; false: none, or told that it is no date. */
bool import_snapshot_day(struct import *import, int64_t *day_us, int16_t *offset_min);

#endif
