/* SPDX-License-Identifier: MIT
 *
 * track.c - the fields of a magnetic track.
 * In: the text of a track. Out: number, name, expiry, service code and the rest.
 * Must not know: which cards are ours, payment networks, devices.
 */
#include "card_private.h"

/*  track 1   % [letter] number ^ name ^ YYMM sss rest ?      6-bit characters, ' ' to '_'
 *  track 2   ; number = YYMM sss rest ?                      4-bit characters, '0' to '?'
 *  track 3   ; or + number = rest ?                          as track 2; after % or # as track 1
 *
 * YYMM and sss may each be replaced by a separator (ISO/IEC 7813, 6.2 and 7.2). */
struct shape {
    char low, high, separator;
    size_t longest; /* both sentinels and the LRC included */
};
static const struct shape wide_shape = {' ', '_', '^', 79};
static const struct shape narrow_shape = {'0', '?', '=', 107};
#define TRACK_2_LONGEST 40u

struct piece {
    const char *text;
    size_t length;
};

static const struct shape *shape_of(unsigned track, struct piece whole)
{
    bool wide_start = whole.length > 0 && (whole.text[0] == '%' || whole.text[0] == '#');
    return track == 1 || (track == 3 && wide_start) ? &wide_shape : &narrow_shape;
}

/* Takes the sentinels off: both are there or none is. */
static enum loy_status strip(unsigned track, struct piece *whole)
{
    static const char *const starts[] = {"", "%", ";", ";+%#!"};
    if (whole->length == 0) return LOY_E_FORMAT;
    bool start = whole->text[0] != '\0' && strchr(starts[track], whole->text[0]) != NULL;
    bool end = whole->text[whole->length - 1] == '?';
    if (start != end) return LOY_E_FORMAT; /* no character is both, so both are two */
    if (start) {
        whole->text++;
        whole->length -= 2;
    }
    return LOY_OK;
}

static bool in_alphabet(const struct shape *shape, struct piece body)
{
    for (size_t i = 0; i < body.length; i++) {
        char c = body.text[i];
        if (c < shape->low || c > shape->high || c == '?') return false;
        if (c == (shape == &wide_shape ? '%' : ';')) return false;
    }
    return true;
}

/* Cuts off what precedes the separator; the separator itself is dropped. */
static bool cut(struct piece *body, char separator, struct piece *field)
{
    const char *at = body->length > 0 ? memchr(body->text, separator, body->length) : NULL;
    field->text = body->text;
    field->length = at ? (size_t)(at - body->text) : body->length;
    size_t used = field->length + (at ? 1 : 0);
    body->text += used;
    body->length -= used;
    return at != NULL;
}

static void copy(char *to, struct piece from)
{
    memcpy(to, from.text, from.length);
    to[from.length] = '\0';
}

static bool expiry_valid(const char *text)
{
    int month = (text[2] - '0') * 10 + (text[3] - '0');
    return loy_digits_only(text, 4) && month >= 1 && month <= 12;
}

static bool service_valid(const char *text)
{
    return loy_digits_only(text, 3) && strchr("125679", text[0]) && strchr("024", text[1]) &&
           text[2] <= '7';
}

/* Takes YYMM and the service code only if both are there, each perhaps as a separator: half of the
 * layout is some other layout (a real loyalty card has four digits and nothing else behind the
 * separator). */
static void take_financial(struct piece *body, char separator, struct loy_track *fields)
{
    struct piece rest = *body;
    bool no_expiry = rest.length > 0 && rest.text[0] == separator;
    if (!no_expiry && (rest.length < 4 || !expiry_valid(rest.text))) return;
    struct piece expiry = {rest.text, no_expiry ? 0 : 4};
    rest.text += no_expiry ? 1 : 4;
    rest.length -= no_expiry ? 1 : 4;
    bool no_service = rest.length > 0 && rest.text[0] == separator;
    if (!no_service && (rest.length < 3 || !service_valid(rest.text))) return;
    struct piece service = {rest.text, no_service ? 0 : 3};
    rest.text += no_service ? 1 : 3;
    rest.length -= no_service ? 1 : 3;
    copy(fields->expiry, expiry);
    copy(fields->service, service);
    *body = rest;
}

enum loy_status loy_track_parse(
    unsigned track, const char *text, size_t length, struct loy_track *fields)
{
    if (track < 1 || track > 3 || !text || !fields) return LOY_E_ARGUMENT;
    struct piece body = {text, length}, field;
    const struct shape *shape = shape_of(track, body);
    if (length > (track == 2 ? TRACK_2_LONGEST : shape->longest)) return LOY_E_FORMAT;
    if (strip(track, &body) != LOY_OK || !in_alphabet(shape, body)) return LOY_E_FORMAT;
    memset(fields, 0, sizeof *fields);
    if (track == 1 && body.length > 0 && body.text[0] >= 'A' && body.text[0] <= 'Z') {
        fields->format = body.text[0];
        body.text++;
        body.length--;
    }
    bool more = cut(&body, shape->separator, &field);
    copy(fields->number, field);
    if (more && shape == &wide_shape) {
        more = cut(&body, shape->separator, &field);
        copy(fields->name, field);
    }
    if (more && track != 3) take_financial(&body, shape->separator, fields);
    copy(fields->rest, body);
    return LOY_OK;
}
