/* SPDX-License-Identifier: MIT
 *
 * segment_private.h - what the files behind loyalty/segment.h share.
 */
#ifndef SEGMENT_PRIVATE_H
#define SEGMENT_PRIVATE_H

#include <loyalty/segment.h>

#include "profile/mixture.h"
#include "profile/wares.h"

#define SEGMENT_NO_FEATURE UINT32_MAX
#define SEGMENT_MEMBERS_MIN 20u /* of each of two groups */

struct segment_line {
    int64_t member, at_us, basket;
    uint32_t ware;
    uint8_t hour; /* PROFILE_NO_HOUR */
};

struct segment_person {
    int64_t member;
    size_t from, to; /* lines with a feature */
    size_t row;      /* of the data; SIZE_MAX: too few lines */
};

struct segment_class {
    double share;
    int64_t *members;
    size_t member_count;
    size_t number; /* in the mixture */
};

struct loy_segments {
    struct loy_segment_settings settings;
    bool fitted;
    struct profile_wares wares;
    struct segment_line *lines; /* once settled: those of a member with a feature */
    size_t line_count, line_capacity;
    uint32_t *feature_of; /* by value of the dimension; NO_FEATURE */
    uint32_t *values;     /* by feature */
    size_t features;      /* without the parts of the week */
    struct segment_person *persons;
    size_t person_count;
    int64_t enough_lines;
    struct mixture_data data; /* of those with enough lines */
    size_t block_ends[2];
    bool *fit; /* by row: the fit sees it */
    int64_t fitted_members;
    double *all; /* by feature: probability in all lines */
    struct loy_segment_trial *trials;
    size_t trial_count;
    struct mixture mixture; /* the chosen one */
    struct segment_class *classes;
};

/* The value of a ware that features are made of; 0: not known. */
uint32_t segment_value(const struct loy_segments *segments, const struct profile_ware *ware);
const char *segment_value_name(const struct loy_segments *segments, uint32_t value);
size_t segment_feature_count(const struct loy_segments *segments); /* with the parts of the week */
/* Parts of the week, as loy_week counts them. */
unsigned segment_part(uint8_t hour);
/* A group may be called by this. */
bool segment_name_is_fine(const char *name);

/* segment_features.c: order, features, persons. */
enum loy_status segment_features_make(struct loy_segments *segments);
/* How many of the person's lines, the last ones, are held out. */
size_t segment_held(const struct loy_segments *segments, const struct segment_person *person);
/* Counts of the rows' lines: all, or but for those held out; the caller clears it. */
enum loy_status segment_data_make(
    const struct loy_segments *segments, bool earlier, struct mixture_data *data);
void segment_data_clear(struct mixture_data *data);
/* segment_choose.c: fits, and which number of groups. */
enum loy_status segment_choose(struct loy_segments *segments);
/* The best of the starts. */
enum loy_status segment_best(const struct loy_segments *segments, const struct mixture_data *data,
    unsigned classes, struct mixture *best);

#endif
