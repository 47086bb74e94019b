/* SPDX-License-Identifier: MIT
 *
 * generate.c - a tool of the build: from the drivers' match rows to the udev rules, their hardware
 * database and the page of supported devices. In: three paths to write; out: those files, the same
 * bytes for the same rows. Must not know: any driver's inside.
 */
#include "driver.h"

#include <stdio.h>

#define MODELS_MAX 1024u
#define MADE_BY "Generated from the drivers' match rows: cmake --build build --target generated"

/* One id and the drivers that name it. */
struct model {
    uint16_t vid, pid;
    const struct loy_match *row; /* of the first driver */
    bool keyboard;
    char drivers[128];
};

struct models {
    size_t count;
    struct model rows[MODELS_MAX];
};

static bool is_keyboard(const struct loy_driver *driver)
{
    return strcmp(driver->name, "hid-keyboard") == 0;
}

static bool is_before(const struct model *a, uint16_t vid, uint16_t pid)
{
    return a->vid < vid || (a->vid == vid && a->pid < pid);
}

/* The place of these ids in the sorted list, made if it is not there; NULL: the list is full. */
static struct model *model_of(struct models *models, const struct loy_match *row)
{
    size_t at = 0;
    while (at < models->count && is_before(&models->rows[at], row->vid, row->pid))
        at++;
    struct model *model = &models->rows[at];
    if (at < models->count && model->vid == row->vid && model->pid == row->pid) return model;
    if (models->count == MODELS_MAX) return NULL;
    memmove(model + 1, model, (models->count++ - at) * sizeof *model);
    *model = (struct model){.vid = row->vid, .pid = row->pid, .row = row};
    return model;
}

static bool add_driver(struct models *models, const struct loy_driver *driver)
{
    for (const struct loy_match *row = driver->match; row && row->title; row++) {
        if (row->vid == 0) continue;
        struct model *model = model_of(models, row);
        if (model == NULL) return false;
        size_t used = strlen(model->drivers), room = sizeof model->drivers - used;
        int n = snprintf(model->drivers + used, room, "%s%s", used > 0 ? " " : "", driver->name);
        if (n < 0 || (size_t)n >= room) return false;
        model->keyboard |= is_keyboard(driver);
    }
    return true;
}

static bool collect(struct models *models)
{
    for (size_t i = 0; driver_at(i) != NULL; i++)
        if (!add_driver(models, driver_at(i))) return false;
    return true;
}

/* ---- udev --------------------------------------------------------------------------------- */

static void write_rules(FILE *out, const struct models *models)
{
    (void)models;
    fputs(
        "# " MADE_BY "\n"
        "# Which models these are says 70-loyalty-readers.hwdb. The number is below 73, where\n"
        "# uaccess is made into rights for whoever sits at the till; the group is for the rest.\n"
        "ACTION==\"remove\", GOTO=\"loyalty_readers_end\"\n"
        "\n"
        "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", "
        "IMPORT{builtin}=\"hwdb --subsystem=usb\"\n"
        "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ENV{ID_LOYALTY_READER}==\"1\", "
        "MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\", ENV{ID_MM_DEVICE_IGNORE}=\"1\"\n"
        "# A reader that is put to sleep loses the first card.\n"
        "SUBSYSTEM==\"usb\", ENV{DEVTYPE}==\"usb_device\", ENV{ID_LOYALTY_READER}==\"1\", "
        "TEST==\"power/control\", ATTR{power/control}=\"on\"\n"
        "\n"
        "# Scanners with a serial port: ModemManager would talk to them. Group dialout has them.\n"
        "SUBSYSTEM==\"tty\", SUBSYSTEMS==\"usb\", IMPORT{builtin}=\"hwdb --subsystem=usb\"\n"
        "SUBSYSTEM==\"tty\", ENV{ID_LOYALTY_READER}==\"1\", TAG+=\"uaccess\", "
        "ENV{ID_MM_DEVICE_IGNORE}=\"1\"\n"
        "\n"
        "# Readers that type like a keyboard, for evdev: paths.\n"
        "SUBSYSTEM==\"input\", KERNEL==\"event*\", SUBSYSTEMS==\"usb\", "
        "IMPORT{builtin}=\"hwdb --subsystem=usb\"\n"
        "SUBSYSTEM==\"input\", KERNEL==\"event*\", ENV{ID_LOYALTY_KEYBOARD}==\"1\", "
        "MODE=\"0660\", GROUP=\"plugdev\", TAG+=\"uaccess\"\n"
        "\n"
        "LABEL=\"loyalty_readers_end\"\n",
        out);
}

static void write_hwdb(FILE *out, const struct models *models)
{
    fputs("# " MADE_BY "\n", out);
    for (size_t i = 0; i < models->count; i++) {
        const struct model *model = &models->rows[i];
        fprintf(out, "\n# %s\nusb:v%04Xp%04X*\n ID_LOYALTY_READER=1\n ID_LOYALTY_DRIVER=%s\n",
            model->row->title, model->vid, model->pid, model->drivers);
        if (model->keyboard) fputs(" ID_LOYALTY_KEYBOARD=1\n", out);
    }
}

/* ---- The page ----------------------------------------------------------------------------- */

/* A cell must not end the row. */
static void write_cell(FILE *out, const char *text)
{
    fputs(" ", out);
    for (; text != NULL && *text != '\0'; text++) {
        if (*text == '|') fputc('\\', out);
        fputc(*text, out);
    }
    fputs(" |", out);
}

static const char *connection_of(const struct loy_driver *driver)
{
    if (is_keyboard(driver))
        return "Plug it in. A model of this table is taken from the keyboard by itself; any other "
               "is named once, by `usb:PORT`, `usb:VID:PID` or `evdev:/dev/input/by-id/...`.";
    switch (driver->bus) {
    case LOY_BUS_USB_HID:
        return "Plug it in: it is taken up by itself, whatever its ids, if its report descriptor "
               "fits.";
    case LOY_BUS_SERIAL:
        return "Name the port: `--path 'serial:/dev/ttyUSB0?KEY=VALUE&...'`. A port is never "
               "guessed.";
    default:
        return "No device of its own: for recorded bytes, `loyalty decode`.";
    }
}

/* A driver says itself which options it has when it is given one that it cannot know. */
static const char *options_of(const struct loy_driver *driver)
{
    static max_align_t state[LOY_DRIVER_STATE_MAX / sizeof(max_align_t)];
    static const struct loy_option unknown = {"no-such-option", ""};
    const struct loy_identity who = {.bus = driver->bus, .options = &unknown, .option_count = 1};
    struct loy_line_settings line = {0};
    const char *complaint = "";
    memset(state, 0, sizeof state);
    driver->start(state, &who, driver->bus == LOY_BUS_SERIAL ? &line : NULL, &complaint);
    return complaint;
}

static void write_models(FILE *out, const struct loy_driver *driver)
{
    const struct loy_match *row = driver->match;
    if (row == NULL || row->title == NULL) return;
    fputs("\n| ids | model | better | its own beep |\n|---|---|---|---|\n", out);
    for (; row->title != NULL; row++) {
        fprintf(out, "| `%04x:%04x` |", row->vid, row->pid);
        write_cell(out, row->title);
        write_cell(out, row->better);
        write_cell(out, row->beep);
        fputs("\n", out);
    }
}

static void write_beep(FILE *out, const struct loy_driver *driver)
{
    if (driver->bus == LOY_BUS_BYTES) return;
    if (driver->answer != NULL)
        fputs("Beep and lamp follow the till (`loy_reader_answer`, after the commit) where the "
              "reader lets them.\n",
            out);
    else
        fputs("It beeps by itself, when it has read and not when the till has the read.\n", out);
    if (driver->beep != NULL) fprintf(out, "To silence its own beep: %s.\n", driver->beep);
}

static void write_driver(FILE *out, const struct loy_driver *driver)
{
    fprintf(out, "\n## %s: %s\n\n%s\n", driver->name, driver->title, connection_of(driver));
    write_beep(out, driver);
    fprintf(out, "Settings (`--option KEY=VALUE`, or behind the question mark of a path): %s.\n",
        options_of(driver));
    write_models(out, driver);
}

static void write_detected(FILE *out)
{
    fputs("\n## Recognised, and not driven\n\n| ids | model | why, and what to do |\n"
          "|---|---|---|\n",
        out);
    for (size_t i = 0; driver_detected_at(i) != NULL; i++) {
        const struct loy_match *row = driver_detected_at(i);
        fprintf(out, "| `%04x:%04x` |", row->vid, row->pid);
        write_cell(out, row->title);
        write_cell(out, row->better);
        fputs("\n", out);
    }
}

static void write_page(FILE *out, const struct models *models)
{
    (void)models;
    fputs("<!-- " MADE_BY " -->\n"
          "# Readers\n\n"
          "`loyalty readers` shows what is attached and which driver has it; `loyalty doctor` says "
          "what is wrong and how to\nmend it. A driver is chosen by what the device says of its "
          "reports, then by its ids: a model that is missing here may\nwell work. The ids are "
          "those for which the installed udev rules give rights.\n",
        out);
    for (size_t i = 0; driver_at(i) != NULL; i++)
        write_driver(out, driver_at(i));
    write_detected(out);
}

/* ---- Files -------------------------------------------------------------------------------- */

static bool write_file(const char *path, const struct models *models,
    void (*write)(FILE *out, const struct models *models))
{
    FILE *out = fopen(path, "w");
    if (out == NULL) return false;
    write(out, models);
    bool written = !ferror(out);
    return fclose(out) == 0 && written;
}

/* generate RULES HWDB PAGE. The exit code is all it says: it is built with the libraries' rules. */
int main(int argc, char **argv)
{
    static struct models models;
    if (argc != 4 || !collect(&models)) return 2;
    bool written = write_file(argv[1], &models, write_rules) &&
                   write_file(argv[2], &models, write_hwdb) &&
                   write_file(argv[3], &models, write_page);
    return written ? 0 : 1;
}
