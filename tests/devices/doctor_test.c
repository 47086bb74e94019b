/* SPDX-License-Identifier: MIT
 *
 * doctor_test.c - `loyalty doctor` itself, run as a program of its own, before readers that
 * umockdev emulates: no rights, held, keyboard mode, nothing arrives. Run under umockdev-wrapper.
 */
#include "emulated_serial.h"
#include "emulated_usb.h"

#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <pty.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY 65534

/* A copy with its libraries, since the build's folder may be closed to other users. */
static char place[] = "/tmp/doctor-program-XXXXXX", program[64];
static UMockdevTestbed *bed;
static char folder[64], said[65536];

/* Who runs it, and what udev's folders hold. */
struct patient {
    uid_t user;
    gid_t group; /* 0: nobody's own */
    const char *udev;
};

static void become(const struct patient *patient)
{
    if (patient->user == 0) return;
    if (setgroups(0, NULL) != 0 || setgid(patient->group ? patient->group : NOBODY) != 0 ||
        setuid(patient->user) != 0)
        _exit(99);
}

static void run_program(const struct patient *patient, const char *const *arguments, int out)
{
    const char *argv[16] = {program, "--json", "--store", "shop.loyalty", "doctor"};
    size_t n = 5;
    while (*arguments != NULL && n < 15)
        argv[n++] = *arguments++;
    become(patient);
    if (chdir(folder) != 0) _exit(99);
    setenv("HOME", folder, 1);
    setenv("XDG_STATE_HOME", folder, 1);
    setenv("XDG_CONFIG_HOME", folder, 1);
    setenv("LC_ALL", "C.UTF-8", 1);
    setenv("LD_LIBRARY_PATH", place, 1);
    setenv("LOYALTY_UDEV", patient->udev ? patient->udev : folder, 1);
    dup2(out, STDOUT_FILENO);
    execv(program, (char *const *)(void *)argv);
    _exit(99);
}

/* What doctor says is in `said`; its exit code. */
static int doctor(const struct patient *patient, const char *const *arguments)
{
    int ends[2], status = 0;
    size_t n = 0;
    ssize_t got;
    assert_int_equal(pipe(ends), 0);
    pid_t child = fork();
    if (child == 0) run_program(patient, arguments, ends[1]);
    close(ends[1]);
    while ((got = read(ends[0], said + n, sizeof said - 1 - n)) > 0)
        n += (size_t)got;
    said[n] = '\0';
    close(ends[0]);
    waitpid(child, &status, 0);
    assert_true(WIFEXITED(status));
    return WEXITSTATUS(status);
}

static const char *const nothing_more[] = {NULL};
static const struct patient root = {0};

/* The line of this finding about a reader must be there, and hold these words. */
static void assert_found(const char *kind, const char *words)
{
    char wanted[128];
    snprintf(wanted, sizeof wanted, "{\"finding\":\"%s\"", kind);
    const char *line = strstr(said, wanted);
    if (line == NULL) fail_msg("no finding %s in:\n%s", kind, said);
    char *copy = strndup(line, strcspn(line, "\n"));
    if (strstr(copy, words) == NULL) fail_msg("'%s' is not in: %s", words, copy);
    free(copy);
}

static void assert_readers_well(void)
{
    for (const char *at = said; (at = strstr(at, "{\"finding\":")) != NULL; at++)
        if (strstr(at, "\"about\":\"usb:") || strstr(at, "\"about\":\"serial:"))
            fail_msg("a finding about a reader that is well:\n%s", said);
    assert_non_null(strstr(said, "{\"checks\":"));
}

static int set_up(void **state)
{
    (void)state;
    bed = umockdev_testbed_new();
    strcpy(folder, "/tmp/doctor-test-XXXXXX");
    if (mkdtemp(folder) == NULL || chmod(folder, 0777) != 0) return -1;
    return umockdev_in_mock_environment() ? 0 : -1;
}

static int tear_down(void **state)
{
    char command[128];
    (void)state;
    usb_free_all();
    serial_free_all();
    g_object_unref(bed);
    snprintf(command, sizeof command, "rm -rf %s", folder);
    return system(command);
}

static int copy_program(void **state)
{
    char command[1024];
    (void)state;
    if (mkdtemp(place) == NULL || chmod(place, 0755) != 0) return -1;
    snprintf(program, sizeof program, "%s/loyalty", place);
    snprintf(command, sizeof command, "cp " TEST_PROGRAM " %s && cp -P " TEST_LIBRARIES " %s",
        program, place);
    return system(command);
}

static int remove_program(void **state)
{
    char command[128];
    (void)state;
    snprintf(command, sizeof command, "rm -rf %s", place);
    return system(command);
}

/* Somebody else than root, who can reach the testbed and the program. */
static bool can_be_nobody(void)
{
    if (geteuid() != 0) {
        print_message("skipped: only root can be somebody else\n");
        return false;
    }
    pid_t child = fork();
    int status = 0;
    if (child == 0) _exit(setuid(NOBODY) == 0 && access(program, X_OK) == 0 ? 0 : 1);
    waitpid(child, &status, 0);
    if (status != 0) print_message("skipped: the program's folder is closed to other users\n");
    char *top = umockdev_testbed_get_root_dir(bed);
    usb_open_testbed(top);
    g_free(top);
    return status == 0;
}

static void copy_udev(char *to, size_t size)
{
    char command[1024];
    snprintf(to, size, "%s/udev", folder);
    snprintf(command, sizeof command,
        "mkdir -p %s/rules.d %s/hwdb.d && cp " TEST_SOURCE_DIR
        "/drivers/udev/70-loyalty-readers.rules %s/rules.d && cp " TEST_SOURCE_DIR
        "/drivers/udev/70-loyalty-readers.hwdb %s/hwdb.d",
        to, to, to, to);
    assert_int_equal(system(command), 0);
}

/* The node behind the emulated reader is a pseudo-terminal. */
static void give_node_to(unsigned address, gid_t group, mode_t mode)
{
    char path[512];
    char *top = umockdev_testbed_get_root_dir(bed);
    snprintf(path, sizeof path, "%s/dev/bus/usb/001/%03u", top, address);
    assert_int_equal(chown(path, 0, group), 0);
    assert_int_equal(chmod(path, mode), 0);
    g_free(top);
}

static unsigned address_of(unsigned port)
{
    char path[128];
    unsigned address = 0;
    snprintf(path, sizeof path, "/sys/bus/usb/devices/1-%u/devnum", port);
    FILE *file = fopen(path, "r");
    assert_non_null(file);
    assert_int_equal(fscanf(file, "%u", &address), 1);
    fclose(file);
    return address;
}

static void readers_that_work_are_no_finding(void **state)
{
    (void)state;
    usb_plug(bed, &model_magtek, 1);
    usb_plug(bed, &model_hid_pos, 2);
    usb_plug(bed, &model_keyboard, 3);
    usb_plug(bed, &model_terminal, 4);
    serial_plug(bed);
    doctor(&root, nothing_more);
    assert_readers_well();
    assert_non_null(strstr(said, "doctor --path serial:" SERIAL_NODE)); /* a note */
    assert_non_null(strstr(said, "never for loyalty cards"));           /* a note */
}

static void no_rule_is_told_with_the_rule(void **state)
{
    (void)state;
    if (!can_be_nobody()) skip();
    const struct patient nobody = {.user = NOBODY};
    usb_plug(bed, &model_forbidden, 1);
    assert_int_equal(doctor(&nobody, nothing_more), 1);
    assert_found("rights-rule", "not installed");
    assert_found("rights-rule", "ATTR{idVendor}==\\\"0801\\\", ATTR{idProduct}==\\\"0002\\\"");
    assert_found("rights-rule", "70-loyalty-local.rules");
}

static void an_installed_rule_that_does_not_know_the_model(void **state)
{
    (void)state;
    char udev[128];
    if (!can_be_nobody()) skip();
    copy_udev(udev, sizeof udev);
    const struct patient nobody = {.user = NOBODY, .udev = udev};
    usb_plug(bed, &model_other_forbidden, 1);
    assert_int_equal(doctor(&nobody, nothing_more), 1);
    assert_found("rights-rule", "does not know this model");
    assert_found("rights-rule", "ATTR{idVendor}==\\\"1209\\\"");
}

static void a_rule_that_was_not_applied_yet(void **state)
{
    (void)state;
    char udev[128];
    if (!can_be_nobody()) skip();
    copy_udev(udev, sizeof udev);
    const struct patient nobody = {.user = NOBODY, .udev = udev};
    usb_plug(bed, &model_forbidden, 1);
    assert_int_equal(doctor(&nobody, nothing_more), 1);
    assert_found("rights-replug", "udevadm control --reload");
}

static void a_group_that_the_user_is_not_in(void **state)
{
    (void)state;
    char udev[128];
    const struct group *plugdev = getgrnam("plugdev");
    if (!can_be_nobody() || plugdev == NULL) skip();
    gid_t group = plugdev->gr_gid;
    copy_udev(udev, sizeof udev);
    const struct patient nobody = {.user = NOBODY, .udev = udev};
    usb_plug(bed, &model_forbidden, 1);
    give_node_to(address_of(1), group, 0660);
    assert_int_equal(doctor(&nobody, nothing_more), 1);
    assert_found("rights-group", "adduser nobody plugdev");
}

/* A port that belongs to that group. Nobody's own group stands for one that was joined after login.
 */
#define OTHER_NODE "/dev/ttyS5"
// clang-format off
static const char other_port[] =
    "P: /devices/platform/port5\nE: SUBSYSTEM=platform\n\n"
    "P: /devices/platform/port5/tty/ttyS5\nE: SUBSYSTEM=tty\nE: DEVNAME=" OTHER_NODE "\n"
    "E: MAJOR=4\nE: MINOR=69\nA: dev=4:69\\n\nL: device=../../../port5\n";
// clang-format on

static int plug_port_of(const char *group)
{
    char path[512], name[64];
    int ends[2];
    char *top = umockdev_testbed_get_root_dir(bed);
    const struct group *entry = getgrnam(group);
    assert_non_null(entry);
    assert_int_equal(openpty(&ends[0], &ends[1], name, NULL, NULL), 0);
    snprintf(path, sizeof path, "%s/dev", top);
    mkdir(path, 0755);
    snprintf(path, sizeof path, "%s" OTHER_NODE, top);
    assert_int_equal(symlink(name, path), 0);
    assert_int_equal(fchown(ends[1], 0, entry->gr_gid), 0);
    assert_int_equal(fchmod(ends[1], 0660), 0);
    close(ends[1]);
    g_free(top);
    assert_true(umockdev_testbed_add_from_string(bed, other_port, NULL));
    return ends[0];
}

static void a_port_of_a_group_that_the_user_is_not_in(void **state)
{
    (void)state;
    static const char *const path[] = {"--path", "serial:" OTHER_NODE, NULL};
    if (!can_be_nobody()) skip();
    const struct patient nobody = {.user = NOBODY};
    int port = plug_port_of("dialout");
    assert_int_equal(doctor(&nobody, path), 1);
    close(port);
    assert_found("rights-group", "adduser nobody dialout");
}

static void a_group_joined_after_login(void **state)
{
    (void)state;
    static const char *const path[] = {"--path", "serial:" OTHER_NODE, NULL};
    if (!can_be_nobody()) skip();
    const struct patient nobody = {.user = NOBODY, .group = NOBODY - 1};
    int port = plug_port_of("nogroup");
    assert_int_equal(doctor(&nobody, path), 1);
    close(port);
    assert_found("rights-login", "log out and in");
}

static void a_program_that_holds_the_reader_is_named(void **state)
{
    (void)state;
    char pid[32];
    struct emulated_usb *magtek = usb_plug(bed, &model_magtek, 1);
    usb_hold(magtek, true); /* the node itself is open in this process */
    assert_int_equal(doctor(&root, nothing_more), 1);
    snprintf(pid, sizeof pid, "process %d", (int)getpid());
    assert_found("held-by-program", pid);
    assert_found("held-by-program", "doctor_test");
}

static void a_kernel_driver_that_keeps_it_is_named(void **state)
{
    (void)state;
    char path[512], to[600];
    char *top = umockdev_testbed_get_root_dir(bed);
    struct emulated_usb *magtek = usb_plug(bed, &model_magtek, 1);
    snprintf(path, sizeof path, "%s/sys/bus/usb/devices/1-1:1.0", top);
    snprintf(to, sizeof to, "%s/driver", path);
    assert_int_equal(mkdir(path, 0755), 0);
    assert_int_equal(symlink("../../../../bus/usb/drivers/usbhid", to), 0);
    g_free(top);
    usb_hold(magtek, true);
    assert_int_equal(doctor(&root, nothing_more), 1);
    assert_found("held-by-kernel", "usbhid");
    assert_found("held-by-kernel", "echo 1-1:1.0 | sudo tee /sys/bus/usb/drivers/usbhid/unbind");
}

static void a_keyboard_alone_may_be_a_scanner(void **state)
{
    (void)state;
    usb_plug(bed, &model_keyboard, 1);
    assert_int_equal(doctor(&root, nothing_more), 1);
    assert_found("keyboard-mode", "--bind usb:1-1:1.0");
}

// clang-format off
static const uint8_t keyboard_bytes[] = {
    0x05, 0x01, 0x09, 0x06, 0xA1, 0x01, 0x05, 0x07, 0x19, 0xE0, 0x29, 0xE7, 0x15, 0x00, 0x25, 0x01,
    0x75, 0x01, 0x95, 0x08, 0x81, 0x02, 0x95, 0x06, 0x75, 0x08, 0x15, 0x00, 0x26, 0xFF, 0x00, 0x19,
    0x00, 0x2A, 0xFF, 0x00, 0x81, 0x00, 0xC0};
static const struct usb_model model_typing = {0x05E0, 0x1200, "Symbol Bar Code Scanner::EA", 1, 1,
    8, keyboard_bytes, sizeof keyboard_bytes, false};
// clang-format on

/* Whether a driver reads what it types or not: there is a better mode. */
static void a_scanner_in_keyboard_mode_has_a_better_one(void **state)
{
    (void)state;
    usb_plug(bed, &model_typing, 1);
    assert_int_equal(doctor(&root, nothing_more), 1);
    assert_found("keyboard-mode", "USB HID POS");
}

/* A file of the kernel's about a device that is plugged in. */
static void write_sys(const char *folder_of, const char *name, const void *bytes, size_t n)
{
    char path[512], file_name[600];
    char *top = umockdev_testbed_get_root_dir(bed);
    snprintf(path, sizeof path, "%s/sys/bus/usb/devices/%s", top, folder_of);
    g_mkdir_with_parents(path, 0755);
    snprintf(file_name, sizeof file_name, "%s/%s", path, name);
    FILE *file = fopen(file_name, "w");
    assert_non_null(file);
    assert_int_equal(fwrite(bytes, 1, n, file), n);
    fclose(file);
    g_free(top);
}

static void a_keyboard_that_calls_itself_a_scanner(void **state)
{
    (void)state;
    usb_plug(bed, &model_magtek, 1);
    usb_plug(bed, &model_keyboard, 2);
    write_sys("1-2", "product", "USB Barcode Scanner\n", 20);
    assert_int_equal(doctor(&root, nothing_more), 1);
    assert_found("keyboard-mode", "USB Barcode Scanner");
}

/* Of two devices that nobody may open and no driver lists, only the one that reads is told. */
static void a_headset_without_rights_is_no_finding(void **state)
{
    (void)state;
    static const uint8_t headset[] = {0x05, 0x0B, 0x09, 0x05, 0xA1, 0x01, 0xC0};
    static const uint8_t scanner[] = {0x05, 0x8C, 0x09, 0x02, 0xA1, 0x01, 0xC0};
    if (!can_be_nobody()) skip();
    const struct patient nobody = {.user = NOBODY};
    usb_plug(bed, &model_other_forbidden, 1);
    usb_plug(bed, &model_other_forbidden, 2);
    write_sys("1-1:1.0/0003:1209:0002.0001", "report_descriptor", headset, sizeof headset);
    write_sys("1-2:1.0/0003:1209:0002.0002", "report_descriptor", scanner, sizeof scanner);
    assert_int_equal(doctor(&nobody, nothing_more), 1);
    assert_found("rights-rule", "usb:1-2:1.0");
    assert_null(strstr(said, "usb:1-1:1.0"));
}

static void a_mode_of_the_makers_own_is_told(void **state)
{
    (void)state;
    usb_plug(bed, &model_snapi, 1);
    assert_int_equal(doctor(&root, nothing_more), 1);
    assert_found("reader-failed", "USB HID POS");
}

static void silence_is_a_finding_when_something_was_scanned(void **state)
{
    (void)state;
    static const char *const listen[] = {"--path", "serial:" SERIAL_NODE, "--seconds", "1", NULL};
    serial_plug(bed);
    assert_int_equal(doctor(&root, listen), 1);
    assert_found("silent", "null-modem");
    assert_null(strstr(said, "port-shared"));
}

static void *scan_badly(void *serial)
{
    for (int i = 0; i < 10; i++) {
        usleep(150000);
        serial_say(serial, "]E0\r");
    }
    return NULL;
}

static void what_cannot_be_read_is_told(void **state)
{
    (void)state;
    static const char *const listen[] = {
        "--path", "serial:" SERIAL_NODE "?aim=1", "--seconds", "2", NULL};
    pthread_t hand;
    assert_int_equal(pthread_create(&hand, NULL, scan_badly, serial_plug(bed)), 0);
    int code = doctor(&root, listen);
    pthread_join(hand, NULL);
    assert_int_equal(code, 1);
    assert_found("unreadable", "cut short");
    assert_null(strstr(said, "\"silent\""));
}

static void a_port_that_two_programs_have_open(void **state)
{
    (void)state;
    static const char *const path[] = {"--path", "serial:" SERIAL_NODE, NULL};
    char pid[32];
    serial_plug(bed);
    int fd = open(SERIAL_NODE, O_RDWR | O_NOCTTY | O_NONBLOCK);
    assert_true(fd >= 0);
    assert_int_equal(doctor(&root, path), 1);
    close(fd);
    snprintf(pid, sizeof pid, "process %d", (int)getpid());
    assert_found("port-shared", pid);
}

static void a_serial_port_that_is_not_there(void **state)
{
    (void)state;
    static const char *const path[] = {"--path", "serial:" SERIAL_NODE, NULL};
    assert_int_equal(doctor(&root, path), 1);
    assert_found("reader-failed", "plug it in");
}

static void a_wrong_path_is_wrong_use(void **state)
{
    (void)state;
    static const char *const path[] = {"--path", "serial:" SERIAL_NODE "?preset=none-such", NULL};
    assert_int_equal(doctor(&root, path), 2);
    assert_string_equal(said, "");
}

#define DEVICE_TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

int main(void)
{
    usb_allow_descriptors();
    const struct CMUnitTest tests[] = {
        DEVICE_TEST(readers_that_work_are_no_finding),
        DEVICE_TEST(no_rule_is_told_with_the_rule),
        DEVICE_TEST(an_installed_rule_that_does_not_know_the_model),
        DEVICE_TEST(a_rule_that_was_not_applied_yet),
        DEVICE_TEST(a_group_that_the_user_is_not_in),
        DEVICE_TEST(a_port_of_a_group_that_the_user_is_not_in),
        DEVICE_TEST(a_group_joined_after_login),
        DEVICE_TEST(a_program_that_holds_the_reader_is_named),
        DEVICE_TEST(a_kernel_driver_that_keeps_it_is_named),
        DEVICE_TEST(a_keyboard_alone_may_be_a_scanner),
        DEVICE_TEST(a_scanner_in_keyboard_mode_has_a_better_one),
        DEVICE_TEST(a_keyboard_that_calls_itself_a_scanner),
        DEVICE_TEST(a_headset_without_rights_is_no_finding),
        DEVICE_TEST(a_mode_of_the_makers_own_is_told),
        DEVICE_TEST(silence_is_a_finding_when_something_was_scanned),
        DEVICE_TEST(what_cannot_be_read_is_told),
        DEVICE_TEST(a_port_that_two_programs_have_open),
        DEVICE_TEST(a_serial_port_that_is_not_there),
        DEVICE_TEST(a_wrong_path_is_wrong_use),
    };
    return cmocka_run_group_tests_name("loyalty doctor", tests, copy_program, remove_program);
}
