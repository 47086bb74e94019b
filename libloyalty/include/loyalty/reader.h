/* SPDX-License-Identifier: MIT
 *
 * loyalty/reader.h - readers on a counter: magnetic stripe and barcode, by USB, serial line or from
 * a recorded file. The library never runs a loop of yours, starts no thread of its own (libusb has
 * one for hot-plug), installs no signal handler and prints nothing:
 *
 *     struct loy_reader *reader;
 *     if (loy_reader_open(&options, &reader) != LOY_OK) ...       // loy_reader_text says why
 *     struct pollfd wait = {loy_reader_fd(reader), POLLIN, 0};
 *     while (poll(&wait, 1, -1) > 0) {
 *         loy_reader_dispatch(reader);                            // never blocks
 *         while (loy_reader_next(reader, &event) == LOY_OK) ...   // until LOY_NONE
 *     }
 *
 * One handle, one thread at a time. What the guard refuses (payment cards, wallets' payment codes,
 * identity documents) is wiped before it becomes an event: nothing in this header can return it.
 */
#ifndef LOYALTY_READER_H
#define LOYALTY_READER_H

#include <loyalty/event.h>
#include <loyalty/status.h>

#ifdef __cplusplus
extern "C" {
#endif

struct loy_reader;
struct loy_decoder;

enum loy_source {
    /* Every USB device that a driver knows, and those named in paths. Keyboards are left alone:
     * only models that are known to be readers, and devices named in paths, are taken from the
     * kernel. */
    LOY_SOURCE_USB = 1,
    LOY_SOURCE_SERIAL = 2, /* the serial ports named in paths: a port is never guessed */
    LOY_SOURCE_FILE = 4,   /* the recorded files named in paths */
    LOY_SOURCE_EVDEV = 8 /* the kernel's input devices named in paths, grabbed: keyboard mode where
                            USB itself may not be opened, and Bluetooth */
};

/* What the guard needs to know of the shop. Borrowed for the call, then copied. */
struct loy_guard_rules {
    const struct loy_range *ranges; /* the shop's own ranges; NULL with count 0: none declared */
    size_t range_count;             /* at most LOY_RANGES_MAX */
};

struct loy_reader_options {
    size_t size;      /* sizeof(struct loy_reader_options) */
    unsigned sources; /* enum loy_source, or-ed */
    /* "serial:/dev/ttyUSB0", "serial:/dev/ttyUSB0?preset=icl&aim=1", "file:/path/of/recording",
     * "evdev:/dev/input/by-id/...-event-kbd"; "usb:1-1.4:1.0" (a port, as loy_device.path has it)
     * or "usb:05f9:2204" (a model) for a device that would be left alone, or that needs an option.
     * NULL-terminated, or NULL. The options behind the question mark are those of `loyalty decode`,
     * and driver=NAME. */
    const char *const *paths;
    struct loy_guard_rules rules;
    /* A file of the caller's in which the counts of each reader are kept across runs; it is made if
     * it is not there, and several programs may share it: a lock lies beside it.
     * A file that is not one of these is left as it is: the open succeeds, counts stay
     * in memory, loy_reader_text begins with "counts: ". NULL: not kept. No number of any card is
     * in it. */
    const char *statistics;
};

/* Opens the hub of all readers. *reader is set whenever memory allows, also on failure, so that
 * loy_reader_text can say why; close it in any case. Readers that are there already come as
 * LOY_EVENT_ATTACHED. A device or port that is there and may not be opened, or a port that is not
 * there yet, is no failure of this call: loy_reader_list has it as LOY_DEVICE_FAILED, with what to
 * do, and it is taken up by itself. A path or option that can never work, or a file that cannot be
 * read, is one. */
LOY_API enum loy_status loy_reader_open(
    const struct loy_reader_options *options, struct loy_reader **reader);

/* Releases every device and wipes every buffer. NULL is fine. */
LOY_API void loy_reader_close(struct loy_reader *reader);

/* One descriptor to poll for POLLIN; valid until close. Never read from it. */
LOY_API int loy_reader_fd(const struct loy_reader *reader);

/* Takes what has come and what has fallen due. Never blocks. */
LOY_API enum loy_status loy_reader_dispatch(struct loy_reader *reader);

/* The next event, oldest first; LOY_NONE when there is none. The queue holds LOY_QUEUE_MAX events:
 * when it is full, devices wait in the kernel and nothing is dropped. */
#define LOY_QUEUE_MAX 32u
LOY_API enum loy_status loy_reader_next(struct loy_reader *reader, struct loy_event *event);

enum loy_device_state {
    LOY_DEVICE_READY = 1, /* enabled and listening */
    LOY_DEVICE_DISABLED,  /* attached; what it sends is dropped */
    LOY_DEVICE_FAILED,    /* text says why and what to do */
    LOY_DEVICE_ENDED,     /* a recorded file at its end */
    LOY_DEVICE_UNUSED     /* left alone: a keyboard, or a scanner in keyboard mode; text says how to
                             make it a reader */
};

/* What came from a reader, by kind and reason. */
struct loy_counts {
    uint64_t reads, foreign;
    uint64_t misreads[loy_misread_count]; /* by enum loy_misread */
    uint64_t refused[loy_refusal_count];  /* by enum loy_refusal */
};

struct loy_device {
    uint32_t reader;                  /* the number in events; the same while the hub is open */
    uint8_t state;                    /* enum loy_device_state */
    uint16_t vid, pid;                /* USB ids, 0 where there are none */
    char driver[LOY_DRIVER_NAME_MAX]; /* which driver has it */
    char path[128];                   /* "usb:1-1.4:1.0", "serial:/dev/ttyUSB0", "file:..." */
    char product[64];                 /* the name that the device gives itself, printable ASCII */
    char why[96];                     /* why this driver */
    char text[192];                   /* what is wrong, or would be better, and what to do; or "" */
    bool answers;                     /* its beep and lamp follow loy_reader_answer */
    struct loy_counts counts;         /* since the hub was opened */
    struct loy_counts kept;           /* in all runs, this one too; as counts without statistics */
};

/* The index-th known reader (0, 1, ...); LOY_NONE past the last. */
LOY_API enum loy_status loy_reader_list(
    const struct loy_reader *reader, size_t index, struct loy_device *device);

/* Listens to a reader, or stops: what a disabled USB or serial reader sends is dropped; a disabled
 * file waits where it is. Readers start enabled. LOY_NONE: no such reader. */
LOY_API enum loy_status loy_reader_enable(struct loy_reader *reader, uint32_t number, bool enable);

enum loy_answer {
    LOY_ANSWER_ACCEPTED = 1, /* what it read is taken, durably */
    LOY_ANSWER_REJECTED      /* it is not: unknown card, refused, the store failed */
};

/* Tells the person at the reader by its beep and lamp what became of the last read. To be called
 * after the commit, never before it. LOY_OK also where the device beeps as it likes
 * (loy_device.answers is false then); LOY_NONE: no such reader; LOY_E_GONE: it was unplugged. */
LOY_API enum loy_status loy_reader_answer(
    struct loy_reader *reader, uint32_t number, enum loy_answer answer);

struct loy_record_options {
    size_t size;
    const char *path; /* the file to be made; LOY_E_CONFLICT if it is there */
    /* The guard cannot judge what no driver decodes: such a device is recorded only if the caller
     * has made sure that nothing but public test cards is swiped, and the file says so. */
    bool test_cards;
};

/* Writes what a reader sends to a file that LOY_SOURCE_FILE replays: its bytes where the guard let
 * the read pass, and nothing but the reason where it did not, where the read failed or digits are
 * masked. A read that its bytes alone would not replay (half read when the recording begins, or
 * changed by what is not in the file) is not in it. One recording a reader at a time;
 * LOY_E_CONFLICT for a second, or a file that exists. LOY_REFUSED: no driver decodes it (it was
 * opened with driver=raw) and test_cards is false. LOY_E_GONE: it is not attached, or the folder is
 * not there. Pulled out and plugged in again it is recorded on; another model in its place ends the
 * recording. */
LOY_API enum loy_status loy_reader_record(
    struct loy_reader *reader, uint32_t number, const struct loy_record_options *options);

/* Ends the recording; *reads (may be NULL) is how many reads the file holds, or chunks where no
 * driver decodes. LOY_NONE: none ran. A failure (LOY_E_FULL, LOY_E_IO) is that of the write at
 * which the recording stopped: the file holds what came before, and reading went on. */
LOY_API enum loy_status loy_reader_record_end(
    struct loy_reader *reader, uint32_t number, uint64_t *reads);

/* The shop's rules changed. */
LOY_API enum loy_status loy_reader_set_rules(
    struct loy_reader *reader, const struct loy_guard_rules *rules);

/* English words for the last failure of a call on this handle; "" for none; never NULL. */
LOY_API const char *loy_reader_text(const struct loy_reader *reader);

/* ---- For a till that owns the bytes already ------------------------------------------------- */

struct loy_option {
    const char *key;
    const char *value;
};

struct loy_decoder_options {
    size_t size;
    const char *driver; /* a name of loy_driver_list */
    /* track-bits: bits=N order=msb|lsb inverted=0|1 track=1|2|3; serial-line: preset=NAME aim=0|1
     * lrc=0|1 ack=0|1 suffix=any|cr|crlf|lf|tab|eot|etx|none gap_ms=N prefix=TEXT postfix=TEXT
     * length=0|2|3|4 id=N (what stands around the text); zebra-ssi: ble=0|1 beep=host|own; both:
     * baud=N bits=7|8 parity=none|even|odd stop=1|2 flow=none|rts; hid-keyboard:
     * suffix=enter|tab|none aim=0|1 layout=us|be|ch|cz|de|dk|es|fr|it|no|pt|se|tr|uk (of the
     * computer for which the reader was set up); hid-pos: suffix=cr|crlf|none; symbol-hid-com:
     * aim=0|1 suffix=auto|cr|crlf|none; HID drivers: descriptor=HEX vid=HEX pid=HEX. */
    const struct loy_option *options;
    size_t option_count;
    struct loy_guard_rules rules;
};

/* The same driver and guard as behind the hub, fed by the caller. LOY_NONE: no driver of that name;
 * LOY_E_ARGUMENT: an option that it does not know or a value that does not fit. On failure *decoder
 * is NULL and, if text is not NULL, up to text_size bytes of it say why. */
LOY_API enum loy_status loy_decoder_open(const struct loy_decoder_options *options,
    struct loy_decoder **decoder, char *text, size_t text_size);
LOY_API void loy_decoder_close(struct loy_decoder *decoder);

/* Feeds bytes: for report drivers one whole report, for stream drivers any piece. LOY_OK: *event is
 * filled; call again with the bytes behind *used (perhaps none) until LOY_MORE. LOY_MORE: all
 * taken, no event yet. */
LOY_API enum loy_status loy_decoder_feed(struct loy_decoder *decoder, const uint8_t *bytes,
    size_t length, size_t *used, struct loy_event *event);

/* Nothing came for the driver's waiting time, or the input ended. LOY_OK: *event; LOY_NONE: nothing
 * was pending. */
LOY_API enum loy_status loy_decoder_end(struct loy_decoder *decoder, struct loy_event *event);

/* The index-th driver's name and title; LOY_NONE past the last. Pointers are constant for ever. */
LOY_API enum loy_status loy_driver_list(size_t index, const char **name, const char **title);

#ifdef __cplusplus
}
#endif
#endif
