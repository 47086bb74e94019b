/* SPDX-License-Identifier: MIT
 *
 * test_episode.c - samples to episodes, as a table. In: samples as short texts. Out: episodes. */
#include "desk.h"

#include <loyalty/contact.h>

#include <stdlib.h>

/* "A0 A90 B180": channel and second of each sample; "h:" before it names another household. */
struct row {
    const char *samples;
    const char *episodes; /* "A0-180/3" each */
    struct loy_episode_rule rule;
};
#define USUAL                                                                                      \
    {                                                                                              \
        90000000, 180000000, false                                                                 \
    }
#define STRICT                                                                                     \
    {                                                                                              \
        90000000, 180000000, true                                                                  \
    }

static const struct row rows[] = {
    {"", "", USUAL},
    {"A0", "", USUAL},
    {"A0 A90", "", USUAL},
    {"A0 A90 A180", "A0-180/3", USUAL},
    {"A0 A90 A179", "", USUAL}, /* a second short of 3 minutes */
    {"A0 A90 A180 A270", "A0-270/4", USUAL},
    {"A0 A90 A180", "", STRICT},
    {"A0 A91 A182", "", STRICT}, /* longer than 3 minutes, but no fourth sample */
    {"A0 A90 A180 A270", "A0-270/4", STRICT},
    {"A0 A90 A270 A360", "", USUAL},     /* one sample is missing */
    {"A0 A135 A270", "A0-270/3", USUAL}, /* one and a half interval is late, not missing */
    {"A0 A136 A226", "", USUAL},
    {"A0 A90 B180 A270 A360", "", USUAL}, /* a change splits */
    {"A0 A90 B135 A180 A270", "", USUAL},
    {"A0 A90 A180 B270 B360 B450", "A0-180/3 B270-450/3", USUAL},
    {"A0 A90 A180 A400 A490 A580", "A0-180/3 A400-580/3", USUAL},
    {"A180 A0 A90", "A0-180/3", USUAL}, /* in any order */
    {"A0 A0 A90 A90", "", USUAL},       /* twice is once */
    {"A0 A0 A90 A180 A180", "A0-180/3", USUAL},
    {"A0 B0 A90 B90 A180 B180", "", USUAL}, /* two channels at one moment: neither */
    {"A0 A90 h:A180", "", USUAL},
    {"h:A0 A0 A90 h:A90 h:A180", "A0-180/3", USUAL},
    {"A0 A30 A60 A90", "A0-90/4", {30000000, 90000000, false}},
    {"A0 A30 A60 A90", "", {30000000, 90000000, true}},
    {"A0 A30 A60 A90 A120", "A0-120/5", {30000000, 90000000, true}},
    {"A0", "A0-0/1", {90000000, 0, false}},
};

static size_t samples_read(const char *text, struct loy_sample samples[16])
{
    static const char *const channels[] = {"A", "B"};
    size_t n = 0;
    for (; *text; n++) {
        while (*text == ' ')
            text++;
        samples[n].household = "home";
        if (*text == 'h') samples[n].household = "other", text += 2;
        samples[n].channel = channels[*text++ - 'A'];
        samples[n].at_us = strtoll(text, (char **)&text, 10) * 1000000;
    }
    return n;
}

static void table(void **state)
{
    (void)state;
    for (size_t i = 0; i < ROWS(rows); i++) {
        struct loy_sample samples[16];
        struct loy_episode episodes[16];
        char told[200] = "";
        size_t count = 0, used = 0, n = samples_read(rows[i].samples, samples);
        assert_int_equal(
            loy_episodes_from_samples(&rows[i].rule, samples, n, episodes, 16, &count), LOY_OK);
        for (size_t e = 0; e < count; e++)
            used += (size_t)snprintf(told + used, sizeof told - used, "%s%s%lld-%lld/%zu",
                e ? " " : "", episodes[e].channel, (long long)(episodes[e].from_us / 1000000),
                (long long)(episodes[e].until_us / 1000000), episodes[e].samples);
        if (strcmp(told, rows[i].episodes) != 0)
            fail_msg("%s: %s, not %s", rows[i].samples, told, rows[i].episodes);
    }
}

static void limits(void **state)
{
    (void)state;
    const struct loy_episode_rule wrong[] = {{0, 1, false}, {-1, 1, false}, {1, -1, false}};
    struct loy_sample samples[16];
    struct loy_episode episode;
    size_t count = 9, position = 0;
    size_t n = samples_read("A180 A0 A90", samples);
    assert_int_equal(loy_episode_next(NULL, samples, n, &position, &episode), LOY_E_FORMAT);
    assert_int_equal(loy_episodes_from_samples(NULL, samples, n, NULL, 0, &count), LOY_E_LIMIT);
    assert_int_equal(count, 9);
    assert_int_equal(loy_episodes_from_samples(NULL, samples, n, &episode, 1, &count), LOY_OK);
    assert_int_equal(count, 1);
    for (size_t i = 0; i < ROWS(wrong); i++)
        assert_int_equal(
            loy_episode_next(&wrong[i], samples, n, &position, &episode), LOY_E_ARGUMENT);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(table), cmocka_unit_test(limits)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
