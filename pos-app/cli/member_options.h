/* SPDX-License-Identifier: MIT
 *
 * member_options.h - the fields of all forms as options of a command line, one table for
 * `member add` and `member edit`.
 */
#ifndef MEMBER_OPTIONS_H
#define MEMBER_OPTIONS_H

#include "cli.h"

/* Rows of struct cli_option; the name with underscores is the field's. */
// clang-format off
#define MEMBER_FIELD_OPTIONS                                                                                           \
    {"name", "TEXT", N_("an organisation's name, or a person's whole name"), false, false},                            \
    {"family-name", "TEXT", N_("family name"), false, false},                                                          \
    {"given-name", "TEXT", N_("given name"), false, false},                                                            \
    {"trading-name", "TEXT", N_("the name over an organisation's door"), false, false},                                \
    {"industry", "TEXT", N_("trade of an organisation: restaurant, hotel, grocer ..."), false, false},                 \
    {"address", "TEXT", N_("address"), false, false},                                                                  \
    {"telephone", "TEXT", N_("telephone; without a country code that of the shop is meant"), false, false},            \
    {"fax", "TEXT", N_("fax"), false, false},                                                                          \
    {"section", "TEXT", N_("section or parcel, as the shop uses it"), false, false},                                   \
    {"district", "TEXT", N_("district"), false, false},                                                                \
    {"postcode", "TEXT", N_("postcode; of another country with its code in front: NL-1012 AB"), false, false},         \
    {"tax-no", "TEXT", N_("tax number; \"none yet\" is for managers"), false, false},                                  \
    {"account-no", "TEXT", N_("account number; never a payment card"), false, false},                                  \
    {"bank-name", "TEXT", N_("the bank of the account"), false, false},                                                \
    {"licence-until", "DATE", N_("the day until which the licence is valid"), false, false},                           \
    {"purchasers", "TEXT", N_("names of authorised purchasers, with ; between them"), false, false},                   \
    {"sex", "TEXT", N_("f, m, other or not-said"), false, false},                                                      \
    {"birth-year", "YEAR", N_("year of birth, or a band such as 1980-1989"), false, false},                            \
    {"household-size", "N", N_("persons in the household"), false, false},                                             \
    {"language", "TEXT", N_("language"), false, false},                                                                \
    {"email", "TEXT", N_("e-mail address"), false, false}
// clang-format on

#define MEMBER_FIELD_OPTIONS_MAX 32u

/* The field of an option's name; false: none. */
bool member_option_field(const char *option, enum loy_field *field);

#endif
