/* SPDX-License-Identifier: MIT
 *
 * demo_swipes.c - writes the reports that three readers would send, then reads them as a lane
 * would.
 */
#include "demo_swipes.h"

#include <errno.h>
#include <poll.h>
#include <sodium.h>
#include <string.h>

/* The head of each recording. MagTek's descriptor lets the hub choose the driver by itself. */
static const struct {
    const char *name, *head;
} kinds[DEMO_READERS] = {
    {"magtek", "vid: 0801\npid: 0002\ndescriptor: "
               "0600ff0901a101150026ff00750809200921092209280929092a09389507"
               "81020930956e8202010931956e8202010932956e82020109209518b20201c0\n"},
    {"hid-pos", "driver: hid-pos\nvid: 0c2e\n"},
    {"serial", "driver: serial-line\n"},
};

/* MagTek SureSwipe: status 0-2, lengths 3-5, track 2 from 117, 337 bytes in all
 * (drivers/magtek_hid.c). */
static size_t magtek_report(const char *card, uint8_t *bytes)
{
    memset(bytes, 0, 337);
    bytes[4] = (uint8_t)snprintf((char *)bytes + 117, 110, ";%s?", card);
    return 337;
}

/* HID POS: report id 2, length, AIM identifier, data, vendor symbology at 61 (drivers/hid_pos.c).
 */
static size_t hid_pos_report(const char *card, uint8_t *bytes)
{
    memset(bytes, 0, 64);
    bytes[0] = 2;
    memcpy(bytes + 2, "]C0", 3);
    bytes[1] = (uint8_t)snprintf((char *)bytes + 5, 56, "%s", card);
    bytes[61] = 'j';
    return 64;
}

static size_t serial_chunk(const char *card, uint8_t *bytes)
{
    return (size_t)snprintf((char *)bytes, 64, "]C0%s\r", card);
}

static size_t (*const reports[DEMO_READERS])(const char *, uint8_t *) = {
    magtek_report, hid_pos_report, serial_chunk};

int demo_swipes_record_begin(struct demo_swipes *swipes, const struct cli *cli, const char *folder)
{
    *swipes = (struct demo_swipes){.cli = cli};
    for (size_t i = 0; i < DEMO_READERS; i++) {
        snprintf(
            swipes->paths[i], sizeof swipes->paths[i], "%s/swipes-%s.txt", folder, kinds[i].name);
        swipes->recordings[i] = fopen(swipes->paths[i], "w");
        if (!swipes->recordings[i])
            return cli_fail(cli, CLI_FAILED, "%s: %s", swipes->paths[i], strerror(errno));
        fprintf(swipes->recordings[i], "# loyalty recording 1\n%s", kinds[i].head);
    }
    return CLI_DONE;
}

int demo_swipes_record(struct demo_swipes *swipes, const char *card)
{
    uint8_t bytes[337];
    size_t kind = swipes->recorded++ % DEMO_READERS;
    if (strlen(card) > LOY_NUMBER_MAX)
        return cli_fail(swipes->cli, CLI_FINDING, _("a card of the demo data is too long"));
    size_t length = reports[kind](card, bytes);
    for (size_t i = 0; i < length; i++)
        fprintf(swipes->recordings[kind], "%02x", bytes[i]);
    fputc('\n', swipes->recordings[kind]);
    return CLI_DONE;
}

int demo_swipes_record_end(struct demo_swipes *swipes)
{
    bool good = true;
    int error = 0;
    for (size_t i = 0; i < DEMO_READERS; i++) {
        bool written = !swipes->recordings[i] || !ferror(swipes->recordings[i]);
        if (swipes->recordings[i] && (fclose(swipes->recordings[i]) != 0 || !written)) {
            error = errno;
            good = false;
        }
        swipes->recordings[i] = NULL;
    }
    return good ? CLI_DONE
                : cli_fail(swipes->cli, CLI_FAILED,
                      _("%s and its neighbours could not be written: %s"), swipes->paths[0],
                      strerror(error));
}

/* The numbers under which the hub knows the three files; all wait until they are asked. */
static void readers_find(struct demo_swipes *swipes)
{
    struct loy_device device;
    for (size_t d = 0; loy_reader_list(swipes->reader, d, &device) == LOY_OK; d++)
        for (size_t i = 0; i < DEMO_READERS; i++)
            if (strncmp(device.path, "file:", 5) == 0 && strstr(device.path, kinds[i].name))
                swipes->numbers[i] = device.reader;
    for (size_t i = 0; i < DEMO_READERS; i++)
        loy_reader_enable(swipes->reader, swipes->numbers[i], false);
}

int demo_swipes_open(
    struct demo_swipes *swipes, const struct loy_range *range, struct loy_store *store)
{
    char names[DEMO_READERS][520];
    const char *paths[DEMO_READERS + 1] = {0};
    swipes->range = *range;
    enum loy_status status = loy_store_card_key(store, swipes->card_key);
    if (status != LOY_OK) return cli_fail_store(swipes->cli, status, store);
    for (size_t i = 0; i < DEMO_READERS; i++) {
        snprintf(names[i], sizeof names[i], "file:%s", swipes->paths[i]);
        paths[i] = names[i];
    }
    struct loy_reader_options options = {.size = sizeof options,
        .sources = LOY_SOURCE_FILE,
        .paths = paths,
        .rules = {.ranges = &swipes->range, .range_count = 1}};
    status = loy_reader_open(&options, &swipes->reader);
    if (status != LOY_OK)
        return cli_fail(swipes->cli, CLI_FAILED, "%s",
            swipes->reader ? loy_reader_text(swipes->reader) : loy_status_text(status));
    readers_find(swipes);
    return CLI_DONE;
}

/* The next event that is no coming or going, from the enabled reader. */
static enum loy_status event_wait(struct demo_swipes *swipes, struct loy_event *event)
{
    struct pollfd wait = {.fd = loy_reader_fd(swipes->reader), .events = POLLIN};
    for (;;) {
        enum loy_status status = loy_reader_next(swipes->reader, event);
        if (status == LOY_OK && event->kind != LOY_EVENT_ATTACHED) return LOY_OK;
        if (status == LOY_OK) continue;
        if (poll(&wait, 1, 2000) == 0) return LOY_E_GONE;
        status = loy_reader_dispatch(swipes->reader);
        if (status < LOY_OK) return status;
    }
}

int demo_swipes_take(struct demo_swipes *swipes, struct loy_credential *credential)
{
    static struct loy_event event;
    size_t kind = swipes->next++ % DEMO_READERS;
    loy_reader_enable(swipes->reader, swipes->numbers[kind], true);
    enum loy_status status = event_wait(swipes, &event);
    loy_reader_enable(swipes->reader, swipes->numbers[kind], false);
    if (status == LOY_OK && event.kind != LOY_EVENT_READ) status = LOY_REFUSED;
    if (status == LOY_OK)
        status = loy_credential_from_event(&event, &swipes->range, 1, swipes->card_key, credential);
    sodium_memzero(&event, sizeof event);
    if (status != LOY_OK)
        return cli_fail(swipes->cli, CLI_FAILED, _("swipe %zu (%s) gave no card: %s"), swipes->next,
            kinds[kind].name, loy_status_text(status));
    swipes->taken[kind]++;
    return CLI_DONE;
}

void demo_swipes_close(struct demo_swipes *swipes)
{
    demo_swipes_record_end(swipes);
    loy_reader_close(swipes->reader);
    swipes->reader = NULL;
    sodium_memzero(swipes->card_key, sizeof swipes->card_key);
}
