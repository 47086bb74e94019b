/* SPDX-License-Identifier: MIT
 *
 * consent_text.c - the words that members consent to: versions in languages, of which the one that
 * came last is current, and which stay as they are once somebody has consented to them.
 * In: texts. Out: texts. Must not know: members.
 */
#include "member_private.h"

#include <stdio.h>
#include <string.h>
#include <utf8proc.h>

#define FIRST_VERSION "1"

static const struct {
    enum loy_purpose purpose;
    const char *name, *english, *chinese;
} purposes[] = {
    {LOY_PURPOSE_PROFILING, "profiling",
        "We may work out from your purchases how you buy: how often, at which level, which brands, "
        "how you answer to prices and offers. Only this shop sees it. It never sets a price. You "
        "can withdraw at any time, at the checkout too.",
        "本店可根据您的购物记录分析您的购买习惯：频率、档次、品牌以及对价格和促销的反应。"
        "结果仅供本店使用，绝不用于定价。您可随时撤回，也可在收银台撤回。"},
    {LOY_PURPOSE_MARKETING, "marketing",
        "We may send you offers by the ways of contact that you gave us. You can withdraw at any "
        "time.",
        "本店可通过您提供的联系方式向您发送优惠信息。您可随时撤回。"},
    {LOY_PURPOSE_SUPPLIERS, "suppliers",
        "Your purchases may count in summaries for manufacturers, always together with those of "
        "many others, so that nobody can be recognised. You can withdraw at any time; summaries "
        "already made stay as they are.",
        "您的购买可计入提供给生产商的汇总统计，始终与许多其他会员合并，无法识别到个人。"
        "您可随时撤回；已生成的汇总不再更改。"},
    {LOY_PURPOSE_SCHEME, "scheme",
        "Terms of the card: purchases at which the card is shown are kept with your name for as "
        "long as you are a member, and for three years after your last visit at most. You may see "
        "all of it, take it with you, or have it erased.",
        "会员卡条款：出示会员卡的购物将与您的姓名一并保存，期限为会员期间，且最长至最后一次到店"
        "后三年。您可查阅、取得副本或要求删除。"},
};

const char *loy_purpose_name(enum loy_purpose purpose)
{
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
        if (purposes[i].purpose == purpose) return purposes[i].name;
    return NULL;
}

enum loy_status loy_purpose_find(const char *name, enum loy_purpose *purpose)
{
    if (!name || !purpose) return LOY_E_ARGUMENT;
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++) {
        if (strcmp(purposes[i].name, name) != 0) continue;
        *purpose = purposes[i].purpose;
        return LOY_OK;
    }
    return LOY_NONE;
}

static enum loy_status text_put(struct loy_store *store, int64_t purpose, const char *version,
    const char *language, const char *body, int64_t at_us)
{
    sqlite3_stmt *insert = store_sql(store,
        "INSERT INTO consent_text (purpose, version, language, body, at_us) VALUES (?1, ?2, ?3, "
        "?4, ?5) ON CONFLICT DO UPDATE SET body = excluded.body, at_us = excluded.at_us");
    sqlite3_bind_int64(insert, 1, purpose);
    sqlite3_bind_text(insert, 2, version, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 3, language, -1, SQLITE_STATIC);
    sqlite3_bind_text(insert, 4, body, -1, SQLITE_STATIC);
    sqlite3_bind_int64(insert, 5, at_us);
    return store_run(store, insert);
}

static enum loy_status first_texts_put(struct loy_store *store)
{
    enum loy_status status = LOY_OK;
    for (size_t i = 0; i < sizeof purposes / sizeof purposes[0] && status == LOY_OK; i++) {
        const int64_t purpose = purposes[i].purpose;
        status = text_put(store, purpose, FIRST_VERSION, "en", purposes[i].english, 0);
        if (status == LOY_OK)
            status = text_put(store, purpose, FIRST_VERSION, "zh_CN", purposes[i].chinese, 0);
    }
    return status;
}

/* LOY_NONE: the query has no row. */
static enum loy_status row_exists(struct loy_store *store, sqlite3_stmt *select)
{
    enum loy_status status = store_step(store, select);
    sqlite3_reset(select);
    return status;
}

enum loy_status member_texts_settle(struct loy_store *store)
{
    enum loy_status status =
        row_exists(store, store_sql(store, "SELECT 1 FROM consent_text LIMIT 1"));
    if (status != LOY_NONE) return status;
    status = store_begin(store);
    return status == LOY_OK ? member_end(store, first_texts_put(store)) : status;
}

/* ---- Reading ---------------------------------------------------------------------------------
 */

static void column_copy(sqlite3_stmt *row, int column, char *text, size_t size)
{
    const char *found = (const char *)sqlite3_column_text(row, column);
    snprintf(text, size, "%s", found ? found : "");
}

enum loy_status member_text_current(
    struct loy_store *store, int64_t purpose, char version[LOY_CONSENT_VERSION_MAX])
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT version FROM consent_text WHERE purpose = ?1 GROUP BY version "
                         "ORDER BY min(at_us) DESC, version DESC LIMIT 1");
    sqlite3_bind_int64(select, 1, purpose);
    enum loy_status status = store_step(store, select);
    version[0] = '\0';
    if (status == LOY_OK) column_copy(select, 0, version, LOY_CONSENT_VERSION_MAX);
    sqlite3_reset(select);
    return status == LOY_NONE ? LOY_OK : status;
}

static enum loy_status is_used(
    struct loy_store *store, int64_t purpose, const char *version, bool *used)
{
    sqlite3_stmt *select =
        store_sql(store, "SELECT 1 FROM consent WHERE purpose = ?1 AND text_version = ?2 LIMIT 1");
    sqlite3_bind_int64(select, 1, purpose);
    sqlite3_bind_text(select, 2, version, -1, SQLITE_STATIC);
    enum loy_status status = row_exists(store, select);
    *used = status == LOY_OK;
    return status < LOY_OK ? status : LOY_OK;
}

/* The statement's row: purpose, version, language, body, at_us. Resets it. */
static enum loy_status text_read(
    struct loy_store *store, sqlite3_stmt *select, struct loy_consent_text *text)
{
    char current[LOY_CONSENT_VERSION_MAX];
    struct loy_consent_text found = {.size = text->size};
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) {
        found.purpose = (uint8_t)sqlite3_column_int(select, 0);
        column_copy(select, 1, found.version, sizeof found.version);
        column_copy(select, 2, found.language, sizeof found.language);
        column_copy(select, 3, found.body, sizeof found.body);
        found.at_us = sqlite3_column_int64(select, 4);
    }
    sqlite3_reset(select);
    if (status == LOY_OK) status = member_text_current(store, found.purpose, current);
    if (status == LOY_OK) status = is_used(store, found.purpose, found.version, &found.used);
    if (status != LOY_OK) return status;
    found.current = strcmp(found.version, current) == 0;
    *text = found;
    return LOY_OK;
}

enum loy_status loy_consent_text_get(struct loy_store *store, enum loy_purpose purpose,
    const char *version, const char *language, struct loy_consent_text *text)
{
    if (!store || !text || text->size < sizeof *text || !loy_purpose_name(purpose))
        return LOY_E_ARGUMENT;
    char current[LOY_CONSENT_VERSION_MAX];
    enum loy_status status = store_require(store, LOY_MAY_READ_RULE);
    if (status == LOY_OK) status = member_text_current(store, purpose, current);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select = store_sql(store,
        "SELECT purpose, version, language, body, at_us FROM consent_text WHERE purpose = ?1 "
        "AND version = ?2 ORDER BY language = ?3 DESC, rtrim(substr(language, 1, 3), '-_') = "
        "rtrim(substr(?3, 1, 3), '-_') DESC, language = 'en' DESC, language LIMIT 1");
    sqlite3_bind_int64(select, 1, purpose);
    sqlite3_bind_text(select, 2, version ? version : current, -1, SQLITE_STATIC);
    sqlite3_bind_text(select, 3, language ? language : "en", -1, SQLITE_STATIC);
    return text_read(store, select, text);
}

enum loy_status loy_consent_text_next(
    struct loy_store *store, int64_t *position, struct loy_consent_text *text)
{
    if (!store || !position || !text || text->size < sizeof *text) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_READ_RULE);
    if (status != LOY_OK) return status;
    sqlite3_stmt *select =
        store_sql(store, "SELECT purpose, version, language, body, at_us FROM consent_text "
                         "ORDER BY purpose, version, language LIMIT 1 OFFSET ?1");
    sqlite3_bind_int64(select, 1, *position);
    status = text_read(store, select, text);
    if (status == LOY_OK) ++*position;
    return status;
}

/* ---- Setting ----------------------------------------------------------------------------------
 */

/* What nobody can read in any script. */
static bool is_readable(utf8proc_int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);
    return c == '\n' || (category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CN &&
                            category != UTF8PROC_CATEGORY_CO && c != 0xFFFD);
}

static bool is_blank(utf8proc_int32_t c)
{
    return c == '\n' || utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

/* Fewer are no statement that anybody could consent to. */
#define BODY_WIDTH_MIN 20u

/* Columns of the text without what is blank around it: a Chinese character has two. Blanks in a row
 * count once. False: it is no text. */
static bool body_width(const char *body, size_t *width)
{
    const utf8proc_uint8_t *at = (const utf8proc_uint8_t *)body;
    bool blank = false;
    *width = 0;
    if (!at || strlen(body) >= LOY_CONSENT_TEXT_MAX) return false;
    while (*at) {
        utf8proc_int32_t c;
        utf8proc_ssize_t used = utf8proc_iterate(at, -1, &c);
        if (used <= 0 || !is_readable(c)) return false;
        if (!is_blank(c)) *width += (size_t)utf8proc_charwidth(c) + (blank && *width > 0);
        blank = is_blank(c);
        at += used;
    }
    return true;
}

static enum loy_status body_check(struct loy_store *store, const char *body)
{
    size_t width = 0;
    if (body_width(body, &width) && body[0]) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "text: 1 to %u bytes of UTF-8 are expected, without tabs or other control characters",
        LOY_CONSENT_TEXT_MAX - 1);
}

/* Asked of new words only: a store may have older ones. */
static enum loy_status length_check(struct loy_store *store, const char *body)
{
    size_t width = 0;
    if (body_width(body, &width) && width >= BODY_WIDTH_MIN) return LOY_OK;
    return store_fail(store, LOY_E_FORMAT,
        "text: the whole sentence that members consent to is expected, at least %u characters or "
        "%u Chinese ones",
        BODY_WIDTH_MIN, BODY_WIDTH_MIN / 2);
}

static size_t letters(const char *text)
{
    return strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz");
}

/* A part behind - or _ with so many letters or digits alone; NULL: another. */
static const char *part_pass(const char *text, size_t letters_wanted, size_t digits_wanted)
{
    if (*text != '-' && *text != '_') return NULL;
    size_t n = letters(text + 1), digits = strspn(text + 1, "0123456789");
    const char *end = text + 1 + (n ? n : digits);
    bool fits = (n && n == letters_wanted) || (digits && digits == digits_wanted);
    return fits && (!*end || *end == '-' || *end == '_') ? end : NULL;
}

/* Of RFC 5646 what shops need: language, perhaps script, perhaps region; "zh_CN" is as good. */
static bool is_language(const char *text)
{
    size_t n = text ? letters(text) : 0;
    if (n < 2 || n > 3) return false;
    const char *at = text + n, *behind = part_pass(at, 4, 0);
    if (behind) at = behind;
    behind = part_pass(at, 2, 3);
    if (behind) at = behind;
    return !*at;
}

/* LOY_OK: may be set; LOY_REPEATED: is so; LOY_E_CONFLICT: somebody consented to other words. */
static enum loy_status set_check(struct loy_store *store, int64_t purpose, const char *version,
    const char *language, const char *body)
{
    bool same = false, used = false;
    sqlite3_stmt *select =
        store_sql(store, "SELECT body = ?4 FROM consent_text WHERE purpose = ?1 AND version = ?2 "
                         "AND language = ?3");
    sqlite3_bind_int64(select, 1, purpose);
    sqlite3_bind_text(select, 2, version, -1, SQLITE_STATIC);
    sqlite3_bind_text(select, 3, language, -1, SQLITE_STATIC);
    sqlite3_bind_text(select, 4, body, -1, SQLITE_STATIC);
    enum loy_status status = store_step(store, select);
    if (status == LOY_OK) same = sqlite3_column_int(select, 0) != 0;
    sqlite3_reset(select);
    if (status != LOY_OK) return status == LOY_NONE ? LOY_OK : status;
    if (same) return LOY_REPEATED;
    status = is_used(store, purpose, version, &used);
    if (status != LOY_OK || !used) return status;
    return store_fail(store, LOY_E_CONFLICT,
        "members have consented to version %s: give the new words a new version", version);
}

static enum loy_status set_in_transaction(struct loy_store *store, enum loy_purpose purpose,
    const char *version, const char *language, const char *body, int64_t at_us)
{
    char object[80];
    enum loy_status status = text_put(store, purpose, version, language, body, at_us);
    snprintf(object, sizeof object, "%s %.31s %.15s", loy_purpose_name(purpose), version, language);
    return status == LOY_OK ? store_audit(store, "consent.text", object, at_us) : status;
}

enum loy_status loy_consent_text_set(struct loy_store *store, enum loy_purpose purpose,
    const char *version, const char *language, const char *body, int64_t at_us)
{
    if (!store || !loy_purpose_name(purpose)) return LOY_E_ARGUMENT;
    enum loy_status status = store_require(store, LOY_MAY_EDIT_CONSENT_TEXT);
    if (status == LOY_OK)
        status = member_code_check(store, "version", version, LOY_CONSENT_VERSION_MAX);
    if (status == LOY_OK && !is_language(language))
        status = store_fail(store, LOY_E_FORMAT,
            "language: zh, en or another of two or three letters is expected, perhaps with its "
            "region, as in zh_CN or de-AT");
    if (status == LOY_OK) status = body_check(store, body);
    if (status == LOY_OK) status = store_begin(store);
    if (status != LOY_OK) return status;
    status = set_check(store, purpose, version, language, body);
    if (status == LOY_OK) status = length_check(store, body);
    if (status != LOY_OK) return member_end_unwritten(store, status);
    return member_end(store, set_in_transaction(store, purpose, version, language, body, at_us));
}
