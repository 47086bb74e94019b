/* SPDX-License-Identifier: MIT
 *
 * feed_socket.c - the feed's UNIX socket: one till at a time, of the same user. In: a path. Out: a
 * till that talks. Must not know: messages.
 */
#include "feed.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#define SEND_SECONDS 5 /* how long a till may leave its answers unread */

static const char busy[] = "{\"ack\":null,\"error\":{\"code\":\"busy\",\"text\":\"another till "
                           "is connected to this lane\"}}\n";

static bool address_make(const char *path, struct sockaddr_un *address)
{
    *address = (struct sockaddr_un){.sun_family = AF_UNIX};
    if (strlen(path) >= sizeof address->sun_path) return false;
    memcpy(address->sun_path, path, strlen(path) + 1);
    return true;
}

/* Whoever may write to the folder could put another socket there; a sticky one is safe. */
static bool folder_is_safe(const char *path)
{
    struct stat folder;
    char name[sizeof((struct sockaddr_un *)0)->sun_path];
    const char *slash = strrchr(path, '/');
    snprintf(name, sizeof name, "%.*s", slash ? (int)(slash - path) + 1 : 1, slash ? path : ".");
    if (stat(name, &folder) != 0) return true; /* bind says what is wrong */
    return (folder.st_mode & S_ISVTX) || !(folder.st_mode & (S_IWGRP | S_IWOTH));
}

/* A socket that a lane left behind when it was killed goes. CLI_DONE: the place is free. */
static int place_clear(const struct feed *feed, const char *path, const struct sockaddr_un *address)
{
    const struct cli *cli = feed->session.cli;
    struct stat there;
    if (!folder_is_safe(path))
        return cli_fail(cli, CLI_USAGE,
            _("others may write to the folder of %s: take one that is yours alone (chmod 700)"),
            path);
    if (lstat(path, &there) != 0) return CLI_DONE;
    if (!S_ISSOCK(there.st_mode))
        return cli_fail(cli, CLI_USAGE, _("%s is there and no socket: name another path"), path);
    int probe = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool answers =
        probe >= 0 && connect(probe, (const struct sockaddr *)address, sizeof *address) == 0;
    if (probe >= 0) close(probe);
    if (answers) return cli_fail(cli, CLI_FAILED, _("a lane listens on %s already"), path);
    unlink(path);
    return CLI_DONE;
}

static int listen_on(struct feed *feed, const char *path)
{
    struct sockaddr_un address;
    const struct cli *cli = feed->session.cli;
    if (!address_make(path, &address))
        return cli_fail(cli, CLI_USAGE, _("the name of a socket has %zu bytes at most"),
            sizeof address.sun_path - 1);
    int code = place_clear(feed, path, &address);
    if (code != CLI_DONE) return code;
    feed->listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    mode_t mask = umask(0177);
    bool good = feed->listener >= 0 &&
                bind(feed->listener, (const struct sockaddr *)&address, sizeof address) == 0 &&
                listen(feed->listener, 4) == 0;
    int why = errno;
    umask(mask);
    return good ? CLI_DONE : cli_fail(cli, CLI_FAILED, "%s: %s", path, strerror(why));
}

static bool is_own_user(int client)
{
    struct ucred peer;
    socklen_t size = sizeof peer;
    if (getsockopt(client, SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) return false;
    return peer.uid == geteuid() || peer.uid == 0;
}

static int client_accept(const struct feed *feed)
{
    const struct timeval patience = {.tv_sec = SEND_SECONDS};
    int client = accept4(feed->listener, NULL, NULL, SOCK_CLOEXEC);
    if (client < 0) return -1;
    if (!is_own_user(client) ||
        setsockopt(client, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience) != 0) {
        close(client);
        return -1;
    }
    return client;
}

void feed_turn_away(const struct feed *feed)
{
    int client = client_accept(feed);
    if (client < 0) return;
    /* Whether he reads it is his affair. */
    if (send(client, busy, sizeof busy - 1, MSG_NOSIGNAL | MSG_DONTWAIT) < 0) errno = 0;
    close(client);
}

static void client_serve(struct feed *feed, int client)
{
    feed->in = feed->out = client;
    feed_forget(feed);
    /* Who says no hello means the till's prices. */
    if (feed->ours) feed_lane_open(feed, false);
    if (lines_open(&feed->lines, client) == LOY_OK) feed_talk(feed);
    lines_close(&feed->lines);
    feed->in = feed->out = -1;
    close(client);
}

int feed_serve(struct feed *feed, const char *path)
{
    int code = listen_on(feed, path);
    while (code == CLI_DONE && !feed->failed && !session_stopped()) {
        struct pollfd place = {.fd = feed->listener, .events = POLLIN};
        session_wait(&feed->session, &place, 1, -1);
        int client = place.revents ? client_accept(feed) : -1;
        if (client >= 0) client_serve(feed, client);
    }
    if (code == CLI_DONE) unlink(path);
    if (feed->listener >= 0) close(feed->listener);
    feed->listener = -1;
    return code == CLI_DONE && feed->failed ? CLI_FAILED : code;
}
