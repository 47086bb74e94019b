/* SPDX-License-Identifier: MIT
 *
 * member_private.h - what the files of the member room ask of each other.
 * Text of people comes in as typed and goes to the file in envelopes only; nothing here knows
 * readers, baskets' lines or screens.
 */
#ifndef MEMBER_PRIVATE_H
#define MEMBER_PRIVATE_H

#include <loyalty/member.h>

#include <store/store_private.h>

#define MEMBER_STATUS_ACTIVE 1
#define MEMBER_STATUS_MERGED 2
#define MEMBER_STATUS_ERASED 3
#define MEMBER_CHANNEL_MAX 32u    /* bytes of a channel's name */
#define MEMBER_TRAIT_NAME_MAX 64u /* bytes of a trait's name */
#define MEMBER_REFERENCE_FIELD 0  /* of blind_index: an outside reference */

/* ---- Text --------------------------------------------------------------------------------------
 */

/* NFKC (full-width digits become ASCII), trimmed, inner blanks folded to one. LOY_E_FORMAT: no
 * UTF-8 or with control characters; LOY_E_LIMIT: too long; LOY_E_MEMORY. */
enum loy_status member_text_normal(const char *text, char normal[LOY_FIELD_TEXT_MAX]);
/* As above and case folded, for comparing and searching. */
enum loy_status member_text_fold(const char *text, char folded[LOY_FIELD_TEXT_MAX]);

/* E.164 ("+4930123456") of a normal text, by the country that a number without "+" is dialled in
 * (ISO 3166); a Chinese 400 or 800 number stays national. What follows as an extension is left out.
 */
enum loy_status member_telephone_normal(
    const char *country, const char *text, char normal[LOY_FIELD_TEXT_MAX]);

/* ---- Fields ------------------------------------------------------------------------------------
 */

/* Checks a value and makes its normal form. LOY_NONE: it is blank. LOY_E_FORMAT: store text names
 * the field and says what would be right, never the value. */
enum loy_status member_field_normal(struct loy_store *store, enum loy_field field, const char *text,
    int64_t at_us, char normal[LOY_FIELD_TEXT_MAX]);
bool member_field_indexed(enum loy_field field);
enum loy_operation member_field_operation(enum loy_field field); /* of reading it */
/* A short text in clear (channel, name of a trait): not empty, no control characters. */
enum loy_status member_code_check(
    struct loy_store *store, const char *what, const char *text, size_t size_max);

/* ---- Rows --------------------------------------------------------------------------------------
 */

/* A member at hand. The key is wiped by member_drop. */
struct member_row {
    struct loy_id id;
    int64_t number;
    uint8_t key[MEMBER_KEY_SIZE];
};
/* LOY_NONE: there is no such member (text set). */
enum loy_status member_number(struct loy_store *store, const struct loy_id *id, int64_t *number);
enum loy_status member_take(
    struct loy_store *store, const struct loy_id *id, struct member_row *member);
void member_drop(struct member_row *member);

struct member_provenance {
    const char *channel, *legal_basis;
    int64_t initiated_by, collected_at_us, entered_at_us;
};
/* One value ever given: its envelopes, its provenance and its blind index row. A blank one takes
 * the value back; as a first version it is no row at all. */
enum loy_status member_value_insert(struct loy_store *store, const struct member_row *member,
    int64_t version, const struct loy_field_text *value,
    const struct member_provenance *provenance);
enum loy_status member_blind_insert(
    struct loy_store *store, int64_t member, int64_t field, const char *normal);
/* The first member behind a blind index row; LOY_NONE. */
enum loy_status member_blind_find(
    struct loy_store *store, int64_t field, const char *normal, struct loy_id *member);

/* The member id in a column of the statement's row. */
enum loy_status member_id_read(
    struct loy_store *store, sqlite3_stmt *select, int column, struct loy_id *id);
/* Ends what store_begin began: commits after LOY_OK and positive answers, rolls back after
 * failures. */
enum loy_status member_end(struct loy_store *store, enum loy_status status);
/* The same where nothing was written yet: an outer transaction (an import) goes on after it. */
enum loy_status member_end_unwritten(struct loy_store *store, enum loy_status status);
/* An audit entry about a member: its id and perhaps a code. */
enum loy_status member_audit(struct loy_store *store, const char *action, const struct loy_id *id,
    const char *code, int64_t at_us);

/* ---- Names in memory ---------------------------------------------------------------------------
 */

/* The first member behind *position whose name holds the folded text. */
enum loy_status member_names_next(
    struct loy_store *store, int64_t *position, const char *folded, struct loy_id *member);
/* A name has changed. */
void member_names_changed(struct loy_store *store);

#endif
