/* SPDX-License-Identifier: MIT
 *
 * member_private.h - what the files of the member room ask of each other.
 * Text of people comes in as typed and goes to the file in envelopes only; nothing here knows
 * readers, baskets' lines or screens.
 */
#ifndef MEMBER_PRIVATE_H
#define MEMBER_PRIVATE_H

#include <loyalty/form.h>
#include <loyalty/identifier.h>
#include <loyalty/member.h>
#include <loyalty/quality.h>
#include <loyalty/rights.h>

#include <member/coupon_sql.h>
#include <store/store_private.h>

#define MEMBER_STATUS_ACTIVE 1
#define MEMBER_STATUS_MERGED 2
#define MEMBER_STATUS_ERASED 3
#define MEMBER_CHANNEL_MAX 32u       /* bytes of a channel's name */
#define MEMBER_CHANNEL_MERGE "merge" /* of what a merge itself writes */
#define MEMBER_TRAIT_NAME_MAX 64u    /* bytes of a trait's name */
#define MEMBER_REFERENCE_FIELD 0     /* of blind_index: an outside reference */

/* ---- Text --------------------------------------------------------------------------------------
 */

/* NFKC (full-width digits become ASCII), trimmed, inner blanks folded to one. LOY_E_FORMAT: no
 * UTF-8 or with control characters; LOY_E_LIMIT: too long; LOY_E_MEMORY. */
enum loy_status member_text_normal(const char *text, char normal[LOY_FIELD_TEXT_MAX]);
/* As above and case folded, for comparing and searching. */
enum loy_status member_text_fold(const char *text, char folded[LOY_FIELD_TEXT_MAX]);

/* In characters of UTF-8. */
size_t member_text_length(const char *text);

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
/* Whether a tax number says that there is none yet; as a value it is blank. */
bool member_tax_pending(enum loy_field field, const char *text);
/* "label: what is wrong; expected is what would be right". */
enum loy_status member_identifier_fail(struct loy_store *store, enum loy_status status,
    enum loy_field field, enum loy_identifier_code code);
enum loy_operation member_field_operation(enum loy_field field); /* of reading it */
/* A short text in clear (channel, name of a trait): not empty, no control characters. */
enum loy_status member_code_check(
    struct loy_store *store, const char *what, const char *text, size_t size_max);

/* A channel is in the list. needs_basis NULL: the caller can give no legal basis, so one that needs
 * it is refused too. */
enum loy_status member_channel_check(
    struct loy_store *store, const char *channel, bool *needs_basis);
enum loy_status member_basis_missing(struct loy_store *store);

/* ---- Forms -------------------------------------------------------------------------------------
 */

#define MEMBER_LABEL_MAX (LOY_FORM_LABEL_MAX + 36u)
/* loy_form_field_next without asking for the role. */
enum loy_status member_form_field_next(struct loy_store *store, enum loy_registration form,
    int64_t *position, struct loy_form_field *field);
/* Whether the built-in forms ask for the field in the shop's country. */
bool member_field_asked_here(const struct loy_store *store, enum loy_field field);
/* A field for a person who reads a sentence: its label, or the shop's, and its name in files where
 * that is another word. */
void member_field_label(
    struct loy_store *store, enum loy_field field, char label[MEMBER_LABEL_MAX]);
/* Whether a label or the name of a trait asks for a number of identity: never asked. */
bool member_names_identity(const char *text);
/* LOY_E_CHECK: a tax number whose check speaks against it (DOUBT of loyalty/identifier.h). */
enum loy_status member_doubt_check(struct loy_store *store, enum loy_field field, const char *text);
/* What a filled form may be by the rules of form->form, besides its fields: LOY_E_FORMAT names what
 * is missing, LOY_E_CHECK a doubtful tax number that nobody has seen on the licence. */
enum loy_status member_form_check(struct loy_store *store, const struct loy_member_form *form);

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
/* LOY_NONE where `failure`, of reading a member that was there a moment ago, is LOY_E_KEY because
 * another process has erased it since, or is about to: its key goes before its rows. Else failure:
 * a key that is lost stays a failure. For every reader of members that does not lock them. */
enum loy_status member_gone_judge(
    struct loy_store *store, const struct loy_id *id, enum loy_status failure);
enum loy_status member_take(
    struct loy_store *store, const struct loy_id *id, struct member_row *member);
/* The same of an active one: what is written to a member that was merged is found by nobody. */
enum loy_status member_number_active(
    struct loy_store *store, const struct loy_id *id, int64_t *number);
enum loy_status member_take_active(
    struct loy_store *store, const struct loy_id *id, struct member_row *member);
void member_drop(struct member_row *member);

struct member_provenance {
    const char *channel, *legal_basis;
    int64_t initiated_by, collected_at_us, entered_at_us;
    const char *verified_by; /* or NULL */
};
/* Channel and initiative are there, and a bought or exchanged list has its ground. */
enum loy_status member_source_check(
    struct loy_store *store, const char *channel, int64_t initiated_by, const char *legal_basis);
/* Which of the three a refusal of it is about: "channel", "initiated_by", "legal_basis". */
const char *member_source_name(struct loy_store *store, const char *channel, int64_t initiated_by);
/* One value ever given: its envelopes, its provenance and, from version 1 on, its blind index row.
 * A blank one takes the value back; as a first version it is no row at all. */
enum loy_status member_value_insert(struct loy_store *store, const struct member_row *member,
    int64_t version, const struct loy_field_text *value,
    const struct member_provenance *provenance);
/* The same for a trait; a blank one is written as it is. */
enum loy_status member_trait_insert(struct loy_store *store, const struct member_row *member,
    int64_t version, const struct loy_trait_text *trait,
    const struct member_provenance *provenance);
/* How many traits count towards LOY_TRAITS_MAX: not those that are in the history only. */
enum loy_status member_trait_count(struct loy_store *store, int64_t member, int64_t *count);
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

/* ---- Quality -----------------------------------------------------------------------------------
 */

/* What the conflict rule (loyalty/quality.h) looks at. For a value that stands: the best time it
 * was given or said again. */
struct member_provenance_row {
    uint8_t initiated_by; /* enum loy_initiative; a registry is an import */
    bool verified;
    int64_t collected_at_us, entered_at_us;
};
struct member_provenance_row member_provenance_row_of(const struct member_provenance *provenance);
/* Whether a stands against b; false where the rule finds no difference. Of two members' values of a
 * field, the one to keep in a merge. */
bool member_value_better(
    const struct member_provenance_row *a, const struct member_provenance_row *b);
/* Of the current value of a field. LOY_NONE: there is none. */
enum loy_status member_provenance_read(struct loy_store *store, int64_t member,
    enum loy_field field, struct member_provenance_row *row);

/* What speaks for and against a version of a field until at_us. */
struct member_evidence {
    int32_t said, documents, delivered;
    int32_t returned;       /* all that came back */
    int32_t returned_since; /* since the last evidence for it */
    int64_t last_for_at_us; /* 0: none */
};
enum loy_status member_evidence_read(struct loy_store *store, int64_t member, enum loy_field field,
    int64_t version, int64_t at_us, struct member_evidence *evidence);
enum loy_status member_evidence_insert(struct loy_store *store, int64_t member,
    enum loy_field field, int64_t version, enum loy_evidence how,
    const struct member_provenance *provenance);

/* Evidence about the current value of a field, with its audit entry; LOY_NONE: there is none. */
enum loy_status member_confirm_run(struct loy_store *store, const struct member_row *member,
    enum loy_field field, enum loy_evidence how, const struct member_provenance *provenance);
/* A value for a field that never had one, within a transaction. LOY_REFUSED: it has or had, and
 * whoever gives it is not told which value. normal: of the value. */
enum loy_status member_missing_give(struct loy_store *store, const struct member_row *member,
    const struct loy_field_text *value, const char *normal,
    const struct member_provenance *provenance);

/* A current value with what is known of it. */
struct member_held {
    enum loy_field field;
    int64_t version;
    struct member_provenance_row provenance; /* as entered */
    struct member_evidence evidence;
    char text[LOY_FIELD_TEXT_MAX]; /* as typed; "" where it was taken back */
};
/* The member's current values, called one after the other; the text is wiped behind each. */
enum loy_status member_held_each(struct loy_store *store, const struct member_row *member,
    int64_t at_us, void (*each)(void *user, const struct member_held *held), void *user);
/* Whether a value passes the check of its field today; a doubtful one only if it was verified. */
bool member_held_passes(
    struct loy_store *store, enum loy_field field, const char *text, bool verified, int64_t at_us);
/* Trust in it, and whether its last confirmation is long ago; contacts of the last 12 months. */
void member_trust(
    const struct member_held *held, int32_t contacts, int64_t at_us, struct loy_field_trust *trust);
enum loy_status member_contacts(
    struct loy_store *store, int64_t member, int64_t at_us, int32_t *contacts);
/* The next active member behind *position, with its key; LOY_NONE at the end. */
enum loy_status member_next_active(
    struct loy_store *store, int64_t *position, struct member_row *member, uint8_t *kind);
enum loy_status member_count_active(struct loy_store *store, long long *count);

/* The normal form in the statement's row: normal_column holds its envelope, the next column that of
 * the value, which is what is normal where the former is empty. */
enum loy_status member_normal_open(const struct member_row *member, int64_t field, int64_t version,
    sqlite3_stmt *select, int normal_column, char normal[LOY_FIELD_TEXT_MAX]);

/* ---- Consents and erasure -----------------------------------------------------------------------
 */

/* One row, with the version of the text that it was given to; LOY_E_FORMAT: there is none such. */
enum loy_status member_consent_insert(struct loy_store *store, int64_t member,
    const struct loy_consent_change *change, int64_t at_us);
/* LOY_OK: version holds the current text's, "" where a store has none. */
enum loy_status member_text_current(
    struct loy_store *store, int64_t purpose, char version[LOY_CONSENT_VERSION_MAX]);
/* Between store_erasure_begin and _end: an active member with all that was merged into it. */
enum loy_status member_erase_whole(struct loy_store *store, const struct store_erasure *erasure,
    const struct loy_id *id, const char *reason, int64_t at_us);
/* Between the two as well: a member that stands merged is taken out again, whatever the time, but
 * for its own blind index. Of one that does not: LOY_OK. */
enum loy_status member_take_apart(struct loy_store *store, const struct loy_id *id, int64_t at_us);
/* Once before store_erasure_end: what pointed at members that are gone. */
enum loy_status member_erase_tail(struct loy_store *store);

/* LOY_REFUSED: by all that was ever entered the clock cannot be right, and no manager has vouched
 * for it (loy_retention_vouch). Before what goes for good because of its age. */
enum loy_status member_clock_check(struct loy_store *store, int64_t at_us);
bool member_vouched(const struct loy_store *store, int64_t at_us);

/* The keys of those whose merge was made final and who have theirs yet. LOY_E_BUSY: as for
 * store_erasure_settle. */
enum loy_status member_merges_settle(struct loy_store *store);

/* ---- Names in memory ---------------------------------------------------------------------------
 */

/* The first member behind *position whose name holds the text (search.h says what that means). */
enum loy_status member_names_next(
    struct loy_store *store, int64_t *position, const char *name, struct loy_id *member);
/* Names have changed in a way of which no entry of the audit log tells: all are read anew for the
 * next search. A list of duplicates under way goes on: it compares what it finds (duplicate.h). */
void member_names_changed(struct loy_store *store);

#endif
