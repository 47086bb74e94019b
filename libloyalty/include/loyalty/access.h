/* SPDX-License-Identifier: MIT
 *
 * loyalty/access.h - who may do what. Every call that touches members, baskets or the audit log
 * asks for one of these operations and answers LOY_E_ACCESS to a role that is not named in its row;
 * an operation without a row is nobody's. The program's screens and commands have no rules of their
 * own.
 *
 * Letters: C cashier, S supervisor, M manager, A analyst, U auditor.
 */
#ifndef LOYALTY_ACCESS_H
#define LOYALTY_ACCESS_H

#include <loyalty/status.h>

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

enum loy_role {
    LOY_ROLE_CASHIER = 1,
    LOY_ROLE_SUPERVISOR,
    LOY_ROLE_MANAGER,
    LOY_ROLE_ANALYST,
    LOY_ROLE_AUDITOR
};

/* Symbol, letters of the roles, words behind which "... is for a manager" is said. */
// clang-format off
#define LOY_OPERATIONS(X)                                                      \
    /* Members: a cashier sees name, cards and status, and nothing else. */    \
    X(LOY_MAY_ADD_MEMBER,        "CSM",   "registering a member")              \
    X(LOY_MAY_FIND_MEMBER,       "CSM",   "finding a member")                  \
    X(LOY_MAY_SEE_MEMBER,        "CSMAU", "looking at a member")               \
    X(LOY_MAY_LIST_MEMBERS,      "SMAU",  "listing members")                   \
    X(LOY_MAY_READ_NAME,         "CSM",   "reading a name")                    \
    X(LOY_MAY_READ_ADDRESS,      "SM",    "reading addresses and numbers")     \
    X(LOY_MAY_READ_TRAIT,        "SMA",   "reading what profiles need")        \
    X(LOY_MAY_READ_ACCOUNT,      "M",     "reading an account number")         \
    X(LOY_MAY_READ_HISTORY,      "SM",    "reading earlier values")            \
    X(LOY_MAY_EDIT_MEMBER,       "SM",    "changing a member")                 \
    X(LOY_MAY_CONFIRM_VALUE,     "CSM",   "confirming a value")                \
    X(LOY_MAY_ASK_FIELD,         "CSM",   "asking for a missing value")        \
    X(LOY_MAY_MEASURE_QUALITY,   "SMA",   "measuring the quality of data")     \
    X(LOY_MAY_EDIT_FORM,         "M",     "changing a form")                   \
    X(LOY_MAY_READ_RULE,         "CSMAU", "reading the shop's rules")          \
    X(LOY_MAY_EDIT_RULE,         "M",     "changing the shop's rules")         \
    X(LOY_MAY_READ_NOTE,         "M",     "reading a manager's note")          \
    X(LOY_MAY_WRITE_NOTE,        "M",     "writing a manager's note")          \
    /* Cards and purchasers */                                                 \
    X(LOY_MAY_READ_CARD,         "CSM",   "reading a card")                    \
    X(LOY_MAY_ISSUE_CARD,        "CSM",   "issuing a card")                    \
    X(LOY_MAY_LIST_CARDS,        "CSM",   "listing cards")                     \
    X(LOY_MAY_BLOCK_CARD,        "CSM",   "blocking a card")                   \
    X(LOY_MAY_REPLACE_CARD,      "CSM",   "replacing a card")                  \
    X(LOY_MAY_RELEASE_CARD,      "SM",    "taking a card back into use")       \
    X(LOY_MAY_STOCK_CARDS,       "SM",    "taking cards into stock")           \
    X(LOY_MAY_MAKE_CLAIM,        "SM",    "making a claim code")               \
    X(LOY_MAY_USE_CLAIM,         "CSM",   "using a claim code")                \
    X(LOY_MAY_READ_PURCHASER,    "CSM",   "reading the purchasers")            \
    X(LOY_MAY_EDIT_PURCHASER,    "SM",    "changing the purchasers")           \
    /* Contacts */                                                             \
    X(LOY_MAY_ADD_CONTACT,       "CSM",   "noting a contact")                  \
    X(LOY_MAY_READ_CONTACT,      "SM",    "reading contacts")                  \
    X(LOY_MAY_STUDY_CONTACTS,    "SMA",   "counting contacts and complaints")  \
    X(LOY_MAY_EDIT_CHANNEL,      "M",     "changing the channels")             \
    /* Duplicates */                                                           \
    X(LOY_MAY_ASK_DUPLICATE,     "CSM",   "asking for a duplicate")            \
    X(LOY_MAY_LIST_DUPLICATES,   "SM",    "listing duplicates")                \
    X(LOY_MAY_MERGE_MEMBERS,     "M",     "merging members")                   \
    /* Consent and rights */                                                   \
    X(LOY_MAY_SET_CONSENT,       "CSM",   "changing a consent")                \
    X(LOY_MAY_READ_CONSENT,      "SMU",   "reading the history of consents")   \
    X(LOY_MAY_EDIT_CONSENT_TEXT, "M",     "changing the texts of consents")    \
    X(LOY_MAY_EXPORT_MEMBER,     "M",     "exporting what is held")            \
    X(LOY_MAY_ERASE_MEMBER,      "M",     "erasing a member")                  \
    X(LOY_MAY_RUN_RETENTION,     "M",     "anonymising inactive members")      \
    /* The shop */                                                             \
    X(LOY_MAY_SELL,              "CSM",   "ringing up baskets")                \
    X(LOY_MAY_SEE_BASKET,        "CSMAU", "looking at a basket")               \
    X(LOY_MAY_FIND_ARTICLE,      "CSMAU", "finding an article")                \
    X(LOY_MAY_EDIT_ARTICLE,      "SM",    "articles and prices")               \
    X(LOY_MAY_EDIT_PROMOTION,    "SM",    "changing promotions")               \
    X(LOY_MAY_APPROVE_STEP,      "SM",    "approving a step at the lane")      \
    X(LOY_MAY_SEE_LANES,         "SM",    "looking at the lanes")              \
    X(LOY_MAY_EDIT_LANE,         "M",     "adding a lane")                     \
    X(LOY_MAY_READ_SCORECARD,    "SMU",   "reading scorecards and alarms")     \
    X(LOY_MAY_ACKNOWLEDGE_ALARM, "SMU",   "acknowledging alarms")              \
    X(LOY_MAY_READ_SALES,        "SMAU",  "reading sales")                     \
    X(LOY_MAY_READ_FUNNEL,       "MA",    "reading the customer funnel")       \
    X(LOY_MAY_RANK_MEMBERS,      "M",     "ranking members by forecasts")      \
    X(LOY_MAY_KEEP_MODEL,        "MA",    "keeping a model")                   \
    X(LOY_MAY_READ_MODEL,        "SMAU",  "reading a kept model")              \
    X(LOY_MAY_IMPORT_FILE,       "SM",    "importing files")                   \
    X(LOY_MAY_RELEASE_REPORT,    "M",     "releasing a report")                \
    X(LOY_MAY_LIST_RELEASES,     "MAU",   "listing releases")                  \
    X(LOY_MAY_EDIT_RANGE,        "M",     "declaring card number ranges")      \
    X(LOY_MAY_LIST_RANGES,       "CSMAU", "listing card number ranges")        \
    X(LOY_MAY_BACK_UP,           "SM",    "making a backup")                   \
    X(LOY_MAY_CHECK_STORE,       "SMU",   "checking the store")                \
    X(LOY_MAY_EDIT_OPERATOR,     "M",     "changing the operators")            \
    X(LOY_MAY_LIST_OPERATORS,    "MU",    "listing the operators")             \
    X(LOY_MAY_CHANGE_OWN_PIN,    "CSMAU", "changing one's own PIN")            \
    X(LOY_MAY_READ_AUDIT,        "MU",    "reading the audit log")             \
    X(LOY_MAY_CHANGE_KEY,        "M",     "changing the master key")
// clang-format on

enum loy_operation {
    LOY_MAY_NOTHING,
#define LOY_OPERATION_ROW(symbol, roles, words) symbol,
    LOY_OPERATIONS(LOY_OPERATION_ROW)
#undef LOY_OPERATION_ROW
        LOY_OPERATION_END
};

/* Whether a role may; false for what is no role or no operation. */
LOY_API bool loy_access_allowed(enum loy_role role, enum loy_operation operation);
/* "cashier" ...; NULL: no role. */
LOY_API const char *loy_role_name(enum loy_role role);
LOY_API enum loy_status loy_role_find(const char *name, enum loy_role *role); /* LOY_NONE */

#ifdef __cplusplus
}
#endif
#endif
