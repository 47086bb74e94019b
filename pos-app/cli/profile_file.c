/* SPDX-License-Identifier: MIT
 *
 * profile_file.c - profiles to a file, resumed behind the last whole line. In: a run that was
 * fitted. Out: FILE, or FILE.part and FILE.resume to go on from. What the lines are made from
 * (sales, consents, viewpoint, program) is kept as a digest: where it has changed, the lines of
 * before and behind would not belong together. Must not know: what a profile says.
 */
#include "profile_file.h"

#include "path_guard.h"

#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PATH_BYTES 4096u
#define SYNC_LINES 4096

struct state {
    int64_t as_of_us;
    int offset_min, sample;
    uint64_t digest;
};
#define STATE_FORMAT "profiles 1 %" PRId64 " %d %d %016" PRIx64 "\n"
#define STATE_SCAN "profiles 1 %" SCNd64 " %d %d %16" SCNx64

struct writing {
    struct profile_run *run;
    char part[PATH_BYTES], note[PATH_BYTES];
    const char *path;
    FILE *file;
    int64_t kept;                /* whole lines of the run before */
    char last[LOY_ID_TEXT_SIZE]; /* the member of the last of them */
    int64_t at;                  /* members that went by */
    bool strange, failed;        /* the line before is another member's; it cannot be written */
    enum loy_status status;
};

static bool paths_make(struct writing *writing, const char *path)
{
    writing->path = path;
    int part = snprintf(writing->part, PATH_BYTES, "%s.part", path);
    int note = snprintf(writing->note, PATH_BYTES, "%s.resume", path);
    return part < (int)PATH_BYTES && note < (int)PATH_BYTES;
}

/* ---- What the run before was made from ----------------------------------------------------------
 */

static struct state state_of(const struct profile_run *run)
{
    return (struct state){.as_of_us = run->settings.as_of_us,
        .offset_min = run->settings.offset_min,
        .sample = run->settings.sample_of_lines,
        .digest = run->digest};
}

/* false: there is no run to go on from. */
static bool state_read(const struct writing *writing, struct state *state)
{
    FILE *file = fopen(writing->note, "re");
    if (!file) return false;
    bool read = fscanf(file, STATE_SCAN, &state->as_of_us, &state->offset_min, &state->sample,
                    &state->digest) == 4;
    fclose(file);
    return read && access(writing->part, F_OK) == 0;
}

static bool state_write(const struct writing *writing)
{
    const struct state state = state_of(writing->run);
    FILE *file = fopen(writing->note, "we");
    if (!file) return false;
    bool written = fprintf(file, STATE_FORMAT, state.as_of_us, state.offset_min, state.sample,
                       state.digest) > 0 &&
                   fflush(file) == 0 && fsync(fileno(file)) == 0;
    return fclose(file) == 0 && written;
}

int profile_file_viewpoint(struct profile_run *run, const char *path, bool resume)
{
    struct writing writing = {.run = run};
    struct state state;
    if (!paths_make(&writing, path))
        return cli_fail(run->cli, CLI_USAGE, _("the path is too long"));
    int code = path_guard(run->cli, writing.note);
    if (code != CLI_DONE) return code;
    if (!resume || cli_value(run->cli, "as-of") || !state_read(&writing, &state)) return CLI_DONE;
    run->settings.as_of_us = state.as_of_us;
    run->settings.offset_min = (int16_t)state.offset_min;
    return CLI_DONE;
}

/* ---- The lines of before ------------------------------------------------------------------------
 */

static void member_read(struct writing *writing, const char *line)
{
    json_t *object = json_loads(line, 0, NULL);
    const char *member = json_string_value(json_object_get(object, "member"));
    snprintf(writing->last, sizeof writing->last, "%s", member ? member : "");
    json_decref(object);
}

/* Counts whole lines and cuts off what is behind the last. */
static bool lines_keep(struct writing *writing)
{
    char *line = NULL;
    size_t room = 0;
    off_t whole = 0;
    ssize_t length;
    writing->file = fopen(writing->part, "r+e");
    if (!writing->file) return false;
    while ((length = getline(&line, &room, writing->file)) > 0 && line[length - 1] == '\n') {
        whole += length;
        writing->kept++;
        member_read(writing, line);
    }
    free(line);
    return ftruncate(fileno(writing->file), whole) == 0 &&
           fseeko(writing->file, whole, SEEK_SET) == 0;
}

/* Only the shop's own may read who buys what. The lines of before go first: they would pass for
 * those of this run otherwise. */
static bool lines_begin(struct writing *writing)
{
    mode_t mask = umask(077);
    writing->file = fopen(writing->part, "we");
    bool begun = writing->file && state_write(writing);
    umask(mask);
    return begun;
}

/* CLI_DONE, or a code that was told. */
static int lines_open(struct writing *writing, bool resume)
{
    const struct profile_run *run = writing->run;
    struct state before, now = state_of(run);
    bool opened;
    if (resume && state_read(writing, &before)) {
        if (before.as_of_us != now.as_of_us || before.offset_min != now.offset_min ||
            before.sample != now.sample)
            return cli_fail(run->cli, CLI_FINDING,
                _("%s was begun from another viewpoint; without --resume it is begun anew"),
                writing->part);
        if (before.digest != now.digest)
            return cli_fail(run->cli, CLI_FINDING,
                _("sales or consents have changed since %s was begun; without --resume it is begun "
                  "anew"),
                writing->part);
        opened = lines_keep(writing);
    } else {
        opened = lines_begin(writing);
    }
    return opened ? CLI_DONE
                  : cli_fail(run->cli, CLI_FAILED, _("cannot write to %s"), writing->part);
}

/* ---- Lines --------------------------------------------------------------------------------------
 */

static bool line_write(struct writing *writing, json_t *object)
{
    char *text = cli_json_text(object, JSON_COMPACT);
    bool written = text && fprintf(writing->file, "%s\n", text) > 0;
    free(text);
    json_decref(object);
    if (written && writing->at % SYNC_LINES == 0) written = fflush(writing->file) == 0;
    return written;
}

static int member_take(void *user, const struct profile_case *one)
{
    struct writing *writing = user;
    json_t *object = NULL;
    writing->at++;
    if (writing->at <= writing->kept) {
        char id[LOY_ID_TEXT_SIZE];
        loy_id_text(&one->id, id);
        writing->strange = writing->at == writing->kept && strcmp(id, writing->last) != 0;
        return writing->strange;
    }
    writing->status = profile_json(writing->run, one, &object);
    if (writing->status != LOY_OK) return 1;
    writing->failed = !line_write(writing, object);
    return writing->failed;
}

static bool file_finish(struct writing *writing)
{
    bool whole = fflush(writing->file) == 0 && fsync(fileno(writing->file)) == 0;
    whole = fclose(writing->file) == 0 && whole;
    writing->file = NULL;
    if (!whole || rename(writing->part, writing->path) != 0) return false;
    unlink(writing->note);
    return true;
}

static int told(const struct writing *writing)
{
    const struct profile_run *run = writing->run;
    if (run->cli->json)
        cli_print_json(json_pack("{s:s,s:I,s:I,s:I}", "file", writing->path, "profiled",
            (json_int_t)run->profiled, "not_agreed", (json_int_t)run->not_agreed, "kept",
            (json_int_t)writing->kept));
    else
        printf(_("%s: %lld members profiled; %lld have not agreed to it; %lld lines were there\n"),
            writing->path, (long long)run->profiled, (long long)run->not_agreed,
            (long long)writing->kept);
    return CLI_DONE;
}

static int lines_write(struct writing *writing)
{
    struct profile_run *run = writing->run;
    run->each = member_take;
    run->user = writing;
    enum loy_status status = profile_run_each(run);
    if (status == LOY_OK) status = writing->status;
    if (status != LOY_OK) return profile_run_fail(run, status);
    if (writing->strange || writing->at < writing->kept)
        return cli_fail(run->cli, CLI_FINDING,
            _("the lines in %s are not of this run; without --resume it is begun anew"),
            writing->part);
    if (writing->failed || !file_finish(writing))
        return cli_fail(run->cli, CLI_FAILED, _("cannot write to %s"), writing->part);
    return told(writing);
}

int profile_file_write(struct profile_run *run, const char *path, bool resume)
{
    struct writing *writing = calloc(1, sizeof *writing);
    if (!writing) return profile_run_fail(run, LOY_E_MEMORY);
    writing->run = run;
    int code = paths_make(writing, path) ? CLI_DONE
                                         : cli_fail(run->cli, CLI_USAGE, _("the path is too long"));
    if (code == CLI_DONE) code = lines_open(writing, resume);
    if (code == CLI_DONE) code = lines_write(writing);
    if (writing->file) fclose(writing->file);
    free(writing);
    return code;
}
