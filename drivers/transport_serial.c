/* SPDX-License-Identifier: MIT
 *
 * transport_serial.c - one serial port through libserialport: open, line settings, bytes, hang-up,
 * return. In: the port's path; out: bytes as they come. Must not know: drivers, what the bytes
 * mean.
 */
#include "transport.h"

#include <errno.h>
#include <grp.h>
#include <libserialport.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <termios.h>
#include <unistd.h>

/* A port that comes back must be heard within two seconds. */
#define RETRY_MS 500
#define CHUNK_MAX 512u
#define LINKS_MAX 8
#define OUT_MAX (4u * LOY_SEND_MAX) /* what the line has not taken yet */

enum port_state {
    PORT_SHUT,    /* not open; tried again at retry_at_ms */
    PORT_OPENED,  /* open, CAME not yet taken */
    PORT_OFFERED, /* CAME taken, waits for start() or drop() */
    PORT_LISTENS,
    PORT_HUNG, /* the line went; WENT not yet taken */
    PORT_LEFT  /* no driver wants it, or its settings are impossible: never again */
};

struct serial {
    const struct transport_place *place;
    struct sp_port *port;
    int fd, epoll_fd;
    enum port_state state;
    int64_t retry_at_ms;
    bool trouble; /* text not yet taken */
    bool broken;  /* writing failed: the line is gone */
    size_t out_length;
    uint8_t out[OUT_MAX];
    char text[TRANSPORT_TEXT_MAX], told[TRANSPORT_TEXT_MAX];
};

/* ---- Opening and shutting ----------------------------------------------------------------- */

static void set_trouble(struct serial *serial, const char *text)
{
    snprintf(serial->text, sizeof serial->text, "%s", text);
    /* Said once, not with every attempt. */
    serial->trouble = strcmp(serial->text, serial->told) != 0;
}

/* Who may open the port is the node's own group, on most systems dialout. */
static void explain_rights(struct serial *serial, const struct stat *node)
{
    char room[1024], text[TRANSPORT_TEXT_MAX];
    struct group row, *group = NULL;
    if (getgrgid_r(node->st_gid, &row, room, sizeof room, &group) != 0) group = NULL;
    const char *name = group != NULL && node->st_gid != 0 ? group->gr_name : "dialout";
    snprintf(text, sizeof text,
        "no permission: add the user to the group %.32s (sudo usermod -aG %.32s NAME), and log in "
        "again",
        name, name);
    set_trouble(serial, text);
}

static void explain_open(struct serial *serial, int error)
{
    struct stat node;
    bool there = stat(serial->place->where, &node) == 0;
    if ((error == EACCES || error == EPERM) && there)
        explain_rights(serial, &node);
    else if (error == EBUSY || error == EWOULDBLOCK)
        set_trouble(serial, "another program holds the port: close it, it is taken up by itself");
    else if (error == ENOTTY || (there && (error == 0 || error == ENOENT)))
        set_trouble(serial, "that is not a serial port");
    else
        set_trouble(serial, "the port is not there: plug it in, it is taken up by itself");
}

static void shut_port(struct serial *serial)
{
    if (serial->fd >= 0 && serial->epoll_fd >= 0)
        epoll_ctl(serial->epoll_fd, EPOLL_CTL_DEL, serial->fd, NULL);
    serial->fd = -1;
    serial->broken = false;
    serial->out_length = 0;
    if (serial->port == NULL) return;
    sp_close(serial->port);
    sp_free_port(serial->port);
    serial->port = NULL;
}

static bool watch_port(struct serial *serial, int operation)
{
    struct epoll_event event = {.events = EPOLLIN, .data.fd = serial->fd};
    if (serial->out_length > 0) event.events |= EPOLLOUT;
    return serial->epoll_fd < 0 || epoll_ctl(serial->epoll_fd, operation, serial->fd, &event) == 0;
}

/* The kernel's exclusive mode does not keep out the superuser, nor who opened the port before. */
static bool take_port(struct serial *serial)
{
    return sp_get_port_handle(serial->port, &serial->fd) == SP_OK &&
           flock(serial->fd, LOCK_EX | LOCK_NB) == 0 && watch_port(serial, EPOLL_CTL_ADD);
}

static bool is_kernels_name(const char *node)
{
    char entry[64];
    if (strncmp(node, "/dev/", 5) != 0 || strlen(node) > 40 || strchr(node + 5, '/')) return false;
    snprintf(entry, sizeof entry, "/sys/class/tty/%.40s", node + 5);
    return access(entry, F_OK) == 0;
}

/* One link further; false: it is none. */
static bool follow_link(char node[TRANSPORT_WHERE_MAX])
{
    char target[256];
    ssize_t n = readlink(node, target, sizeof target - 1);
    if (n <= 0) return false;
    target[n] = '\0';
    const char *rest = target;
    char *slash = strrchr(node, '/');
    while (slash != NULL && strncmp(rest, "../", 3) == 0) {
        *slash = '\0';
        slash = strrchr(node, '/');
        rest += 3;
    }
    size_t kept = slash == NULL || rest[0] == '/' ? 0 : (size_t)(slash - node) + 1;
    if (kept + strlen(rest) >= TRANSPORT_WHERE_MAX) return false;
    memcpy(node + kept, rest, strlen(rest) + 1);
    return true;
}

/* libserialport takes the kernel's own names only (/dev/ttyUSB0). udev's names of the plug or the
 * device are links to them, which are followed anew at each attempt: after a replug the kernel's
 * name may be another one. */
static void find_node(const char *where, char node[TRANSPORT_WHERE_MAX])
{
    int links = 0;
    snprintf(node, TRANSPORT_WHERE_MAX, "%s", where);
    while (!is_kernels_name(node) && links < LINKS_MAX && follow_link(node))
        links++;
}

static void try_port(struct serial *serial)
{
    char node[TRANSPORT_WHERE_MAX];
    serial->retry_at_ms = transport_now_ms() + RETRY_MS;
    find_node(serial->place->where, node);
    errno = 0;
    enum sp_return result = sp_get_port_by_name(node, &serial->port);
    if (result == SP_OK) {
        errno = 0;
        result = sp_open(serial->port, SP_MODE_READ_WRITE);
    }
    if (result == SP_OK && take_port(serial)) {
        serial->state = PORT_OPENED;
        serial->trouble = false;
        serial->told[0] = '\0';
        return;
    }
    int error = errno;
    shut_port(serial);
    explain_open(serial, error);
}

/* ---- Line settings ------------------------------------------------------------------------ */

static enum sp_parity parity_of(char parity)
{
    if (parity == 'E') return SP_PARITY_EVEN;
    return parity == 'O' ? SP_PARITY_ODD : SP_PARITY_NONE;
}

/* A byte with wrong parity or stop bit shall come as NUL, which no card holds, and not as if it
 * were right. */
static bool check_bytes(int fd)
{
    struct termios settings;
    if (tcgetattr(fd, &settings) != 0) return false;
    settings.c_iflag |= INPCK;
    settings.c_iflag &= ~(tcflag_t)(IGNPAR | PARMRK | ISTRIP);
    return tcsetattr(fd, TCSANOW, &settings) == 0;
}

static bool set_line(struct sp_port *port, const struct loy_line_settings *line)
{
    enum sp_flowcontrol flow = line->rts_cts ? SP_FLOWCONTROL_RTSCTS : SP_FLOWCONTROL_NONE;
    if (sp_set_baudrate(port, (int)line->baud) != SP_OK || sp_set_bits(port, line->bits) != SP_OK ||
        sp_set_parity(port, parity_of(line->parity)) != SP_OK ||
        sp_set_stopbits(port, line->stop) != SP_OK || sp_set_flowcontrol(port, flow) != SP_OK)
        return false;
    if (!line->rts_cts && sp_set_rts(port, SP_RTS_ON) != SP_OK) return false;
    /* Some scanners are silent until DTR is up. */
    return sp_set_dtr(port, SP_DTR_ON) == SP_OK;
}

static enum loy_status serial_start(
    void *self, void *channel, const struct loy_line_settings *line, char *text, size_t text_size)
{
    struct serial *serial = self;
    (void)channel;
    if (line == NULL || serial->state != PORT_OFFERED) return LOY_E_ARGUMENT;
    if (!set_line(serial->port, line) || !check_bytes(serial->fd)) {
        snprintf(text, text_size, "the port does not take %u baud %u%c%u%s", line->baud, line->bits,
            line->parity, line->stop, line->rts_cts ? " with RTS/CTS" : "");
        return LOY_E_IO;
    }
    /* What came before anybody listened may be the second half of something. */
    sp_flush(serial->port, SP_BUF_INPUT);
    serial->state = PORT_LISTENS;
    return LOY_OK;
}

/* ---- News --------------------------------------------------------------------------------- */

static void hang_up(struct serial *serial)
{
    shut_port(serial);
    serial->state = PORT_HUNG;
    serial->retry_at_ms = transport_now_ms() + RETRY_MS;
}

/* libserialport reports a device that went as "no data", for ever: only the descriptor tells. */
static bool line_is_gone(const struct serial *serial)
{
    struct pollfd line = {serial->fd, POLLIN, 0};
    if (poll(&line, 1, 0) <= 0 || line.revents == 0) return false;
    if (line.revents & (POLLHUP | POLLERR | POLLNVAL)) return true;
    return sp_input_waiting(serial->port) < 0;
}

static enum loy_status take_bytes(struct serial *serial, struct transport_news *news)
{
    enum sp_return n = sp_nonblocking_read(serial->port, news->bytes, CHUNK_MAX);
    if (n > 0) {
        news->kind = TRANSPORT_BYTES;
        news->length = (size_t)n;
        return LOY_OK;
    }
    if (n == 0 && !serial->broken && !line_is_gone(serial)) return LOY_NONE;
    hang_up(serial);
    return LOY_MORE;
}

static void announce(struct serial *serial, struct transport_news *news)
{
    int vid = 0, pid = 0;
    const char *product = sp_get_port_usb_product(serial->port);
    if (product == NULL) product = sp_get_port_description(serial->port);
    const struct transport_place *place = serial->place;
    memset(&news->who, 0, sizeof news->who);
    if (sp_get_port_usb_vid_pid(serial->port, &vid, &pid) == SP_OK) {
        news->who.vid = (uint16_t)vid;
        news->who.pid = (uint16_t)pid;
    }
    news->kind = TRANSPORT_CAME;
    news->who.bus = LOY_BUS_SERIAL;
    news->who.options = place->options.rows;
    news->who.option_count = place->options.count;
    size_t n = 0;
    for (; product != NULL && product[n] != '\0' && n < sizeof news->product - 1; n++)
        news->product[n] = product[n] >= ' ' && product[n] <= '~' ? product[n] : '?';
    news->product[n] = '\0';
    memcpy(news->driver, place->driver, sizeof news->driver);
    serial->state = PORT_OFFERED;
}

static enum loy_status serial_next(void *self, struct transport_news *news)
{
    struct serial *serial = self;
    memcpy(news->path, serial->place->path, sizeof news->path);
    news->channel = serial;
    if (serial->state == PORT_LISTENS && take_bytes(serial, news) == LOY_OK) return LOY_OK;
    if (serial->state == PORT_HUNG) {
        news->kind = TRANSPORT_WENT;
        serial->state = PORT_SHUT;
        set_trouble(serial, "unplugged: plug it in again, it is taken up by itself");
        return LOY_OK;
    }
    if (serial->state == PORT_OPENED) {
        announce(serial, news);
        return LOY_OK;
    }
    if (!serial->trouble) return LOY_NONE;
    serial->trouble = false;
    news->kind = TRANSPORT_TROUBLE;
    memset(&news->who, 0, sizeof news->who);
    memcpy(news->text, serial->text, sizeof news->text);
    memcpy(serial->told, serial->text, sizeof serial->told);
    return LOY_OK;
}

/* ---- The rest of the transport ------------------------------------------------------------ */

static enum loy_status serial_open(
    void **self, const struct transport_place *place, char *text, size_t text_size)
{
    struct serial *serial = calloc(1, sizeof *serial);
    (void)text;
    (void)text_size;
    if (serial == NULL) return LOY_E_MEMORY;
    serial->place = place;
    serial->fd = serial->epoll_fd = -1;
    *self = serial;
    return LOY_OK;
}

static void serial_close(void *self)
{
    struct serial *serial = self;
    shut_port(serial);
    free(serial);
}

static enum loy_status serial_watch(void *self, int epoll_fd)
{
    struct serial *serial = self;
    serial->epoll_fd = epoll_fd;
    return LOY_OK;
}

/* Writes what the line takes; the rest goes when it takes more. */
static enum loy_status write_out(struct serial *serial)
{
    errno = 0;
    int n = sp_nonblocking_write(serial->port, serial->out, serial->out_length);
    if (n < 0 && errno == EAGAIN) n = 0; /* libserialport 0.1.1 calls a full line a failure */
    if (n < 0) {
        serial->broken = true;
        return LOY_E_GONE;
    }
    serial->out_length -= (size_t)n;
    memmove(serial->out, serial->out + n, serial->out_length);
    return watch_port(serial, EPOLL_CTL_MOD) ? LOY_OK : LOY_E_IO;
}

static void serial_pump(void *self)
{
    struct serial *serial = self;
    if (serial->state == PORT_LISTENS && serial->out_length > 0) write_out(serial);
    if (serial->state != PORT_SHUT || serial->trouble) return;
    if (transport_now_ms() >= serial->retry_at_ms) try_port(serial);
}

static enum loy_status serial_send(
    void *self, void *channel, enum loy_send kind, const uint8_t *bytes, size_t length)
{
    struct serial *serial = self;
    (void)channel;
    (void)kind;
    if (serial->state != PORT_LISTENS) return LOY_E_GONE;
    if (length > OUT_MAX - serial->out_length) return LOY_E_BUSY;
    memcpy(serial->out + serial->out_length, bytes, length);
    serial->out_length += length;
    return write_out(serial);
}

static void serial_pause(void *self, void *channel, bool paused)
{
    (void)self;
    (void)channel;
    (void)paused;
}

static void serial_drop(void *self, void *channel)
{
    struct serial *serial = self;
    (void)channel;
    /* Settings may have failed only because the plug was pulled again. */
    bool gone = serial->fd >= 0 && line_is_gone(serial);
    shut_port(serial);
    serial->state = gone ? PORT_SHUT : PORT_LEFT;
}

static int serial_due_ms(void *self)
{
    const struct serial *serial = self;
    if (serial->trouble || serial->broken) return 0;
    if (serial->state == PORT_OPENED || serial->state == PORT_HUNG) return 0;
    if (serial->state != PORT_SHUT) return -1;
    int64_t left = serial->retry_at_ms - transport_now_ms();
    return left > 0 ? (int)left : 0;
}

const struct transport_type transport_serial = {
    .prefix = "serial:",
    .open = serial_open,
    .close = serial_close,
    .watch = serial_watch,
    .pump = serial_pump,
    .next = serial_next,
    .start = serial_start,
    .send = serial_send,
    .pause = serial_pause,
    .drop = serial_drop,
    .due_ms = serial_due_ms,
};
