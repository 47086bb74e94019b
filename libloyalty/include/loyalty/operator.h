/* SPDX-License-Identifier: MIT
 *
 * loyalty/operator.h - the people who work with a store: names, roles, PINs. An operator with a
 * user acts without a PIN where that operating-system user opens the store (who can read the master
 * key can read all); screens let everybody log in by name and PIN.
 *
 * A PIN is digits only: a manager's 8 to 32, everybody else's 4 to 32; not all alike, not counting
 * up or down. What is kept is Argon2id (64 MiB, 2 passes) over a hash of the PIN under a key that
 * is not in the file. Five failures in a row lock a name for a minute, each further one for twice
 * as long, at most a day; each try is counted durably before it is answered.
 *
 * Handles that are open, of this process or another: a changed role, or an operator switched off,
 * holds there for whatever is written from its commit on (the first such call answers
 * LOY_E_ACCESS), and for reading at most 10 ms later (a card's lookup would take a tenth longer if
 * each asked). A SELECT cursor that stands open reads on in its old picture of the file. Whoever is
 * made a manager is one from the next opening or login on, since managers' PINs are longer; who was
 * switched off and on again, too.
 */
#ifndef LOYALTY_OPERATOR_H
#define LOYALTY_OPERATOR_H

#include <loyalty/access.h>
#include <loyalty/status.h>

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_store;

#define LOY_OPERATOR_NAME_MAX 64u /* bytes of UTF-8, terminator included */
#define LOY_PIN_MAX 33u           /* bytes, terminator included */
#define LOY_LOGIN_FAILURES 5u     /* in a row, then the name is locked */

struct loy_operator {
    size_t size;
    int64_t number;
    char name[LOY_OPERATOR_NAME_MAX];
    char user[LOY_OPERATOR_NAME_MAX]; /* operating-system user; empty: none */
    uint8_t role;                     /* enum loy_role */
    bool active, has_pin;
    int64_t failures;                       /* PINs that were wrong since the last right one */
    int64_t locked_until_us, pin_set_at_us; /* 0: not locked, never set */
};

/* A new operator; user NULL: none. LOY_E_CONFLICT: the name (whatever its capitals) or the user is
 * another one's; LOY_E_FORMAT: no such name or user can be. Without a user it acts once it has a
 * PIN. Managers (LOY_MAY_EDIT_OPERATOR). */
LOY_API enum loy_status loy_operator_add(
    struct loy_store *store, const char *name, enum loy_role role, const char *user, int64_t at_us);
/* LOY_NONE: no operator of this name. LOY_E_CONFLICT: it is the last active manager who can act.
 * Who becomes a manager by this loses a PIN, which may be too short for one. Managers
 * (LOY_MAY_EDIT_OPERATOR). */
LOY_API enum loy_status loy_operator_role_set(
    struct loy_store *store, const char *name, enum loy_role role, int64_t at_us);
/* LOY_NONE and LOY_E_CONFLICT as above. Managers (LOY_MAY_EDIT_OPERATOR). */
LOY_API enum loy_status loy_operator_active_set(
    struct loy_store *store, const char *name, bool active, int64_t at_us);
/* Sets a PIN and unlocks. One's own: everybody; the present one must be given where there is one,
 * and counts like a login. Another's: managers, old_pin is not looked at. LOY_E_FORMAT: the new PIN
 * is no such PIN (loy_store_text says why). LOY_E_CONFLICT: the role was changed meanwhile. Not
 * inside loy_store_begin and _commit. Asks for LOY_MAY_CHANGE_OWN_PIN and LOY_MAY_EDIT_OPERATOR. */
LOY_API enum loy_status loy_operator_pin_set(struct loy_store *store, const char *name,
    const char *old_pin, const char *new_pin, int64_t at_us);
/* Ends a lock before its time. LOY_NONE. Managers (LOY_MAY_EDIT_OPERATOR). */
LOY_API enum loy_status loy_operator_unlock(
    struct loy_store *store, const char *name, int64_t at_us);
/* The operator behind the number `after`, in the order of their numbers; LOY_NONE. Managers and
 * auditors (LOY_MAY_LIST_OPERATORS). */
LOY_API enum loy_status loy_operator_next(
    struct loy_store *store, int64_t after, struct loy_operator *who);
/* Who acts on this handle; LOY_NONE: nobody. Needs no role: one's own row. */
LOY_API enum loy_status loy_operator_self(struct loy_store *store, struct loy_operator *who);

/* From now on this handle acts as `name`. LOY_E_ACCESS, always in the same words and after the same
 * time: there is no such active operator, the PIN is wrong, or the name is locked; whoever acted
 * before goes on. Not inside loy_store_begin and _commit (LOY_E_ARGUMENT). Needs no role: is how
 * somebody gets a role. */
LOY_API enum loy_status loy_store_login(
    struct loy_store *store, const char *name, const char *pin, int64_t at_us);
/* Nobody acts on this handle any more, whatever is answered: every call that needs a role answers
 * LOY_E_ACCESS until the next login. Needs no role: gives a role up. */
LOY_API enum loy_status loy_store_logout(struct loy_store *store, int64_t at_us);

#ifdef __cplusplus
}
#endif
#endif
