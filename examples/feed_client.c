/* SPDX-License-Identifier: MIT
 * A till that sells a basket: feed_client SOCKET BASKET ARTICLE MINOR ... */
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

static FILE *to, *from;
/* One message, one answer; what readers see comes between. The same again does no harm. */
static int tell(const char *type, const char *basket, const char *more)
{
    static char answer[65536];
    static int seq;
    fprintf(to, "{\"seq\":%d,\"type\":\"%s\",\"basket\":\"%s\",%s}\n", ++seq, type, basket, more);
    /* Where the lane took no more, what it had to say is still there: busy, or a failed store. */
    int sent = fflush(to) == 0;
    while (fgets(answer, sizeof answer, from) && fputs(answer, stdout) >= 0)
        if (strncmp(answer, "{\"ack\":", 7) == 0) return !strstr(answer, "\"error\":");
    fputs(sent ? "no answer: send the same again once the lane is back\n" : "", stderr);
    return 0;
}

int main(int argc, char **argv)
{
    struct sockaddr_un lane = {.sun_family = AF_UNIX};
    char more[256];
    int good, fd = socket(AF_UNIX, SOCK_STREAM, 0);
    signal(SIGPIPE, SIG_IGN); /* a lane that is gone is an error of fflush, no end of the till */
    if (argc < 5 || strlen(argv[1]) >= sizeof lane.sun_path) return 2;
    strcpy(lane.sun_path, argv[1]);
    if (connect(fd, (struct sockaddr *)&lane, sizeof lane) != 0) return 3;
    if (!(to = fdopen(fd, "w")) || !(from = fdopen(fd, "r"))) return 3;
    long long total = 0;
    good = tell("hello", argv[2], "\"version\":1");
    for (int i = 3; good && i + 1 < argc; total += atoll(argv[i + 1]), i += 2) {
        snprintf(more, sizeof more,
            "\"line\":%d,\"article\":\"%s\",\"list_minor\":%s,\"paid_minor\":%s", i / 2, argv[i],
            argv[i + 1], argv[i + 1]);
        good = tell("line", argv[2], more);
    }
    snprintf(more, sizeof more, "\"total_minor\":%lld,\"kind\":\"cash\"", total);
    return good && tell("close", argv[2], more) ? 0 : 1;
}
