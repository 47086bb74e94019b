/* SPDX-License-Identifier: MIT
 *
 * command_key.c - key: the master key shown, changed, put under a passphrase, printed for paper and
 * made again from it. Passphrases and recovery keys never stand on a command line.
 */
#include "cli.h"
#include "passphrase.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define KEY_FILE_MAX 1024u
#define RECOVERY_MAX 16384u

static int credential_refuse(struct cli *cli)
{
    if (!cli_key_is_credential()) return CLI_DONE;
    return cli_fail(cli, CLI_FINDING,
        _("the master key is a credential of systemd and not changed here: decrypt it to a file, "
          "name that by $LOYALTY_KEY, repeat, and encrypt it again (systemd-creds encrypt "
          "--name=loyalty.key)"));
}

static void key_file_name(const struct loy_store_options *options, char name[4096])
{
    if (options->key_path)
        snprintf(name, 4096, "%s", options->key_path);
    else
        snprintf(name, 4096, "%s.key", options->path);
}

/* ---- show ---------------------------------------------------------------------------------- */

static int run_show(struct cli *cli)
{
    struct loy_store_options options = cli_store_options(cli);
    struct loy_store *store = NULL;
    struct loy_key key = {0};
    char name[4096];
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_store_key_show(store, &key);
    if (status != LOY_OK) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    if (code != CLI_DONE) return code;
    key_file_name(&options, name);
    if (cli->json)
        cli_print_json(json_pack("{s:I,s:s,s:b,s:b,s:I}", "key", (json_int_t)key.key_id, "file",
            name, "passphrase", key.sealed, "credential", cli_key_is_credential(), "members",
            (json_int_t)key.members));
    else
        printf(_("Master key %lld in %s%s wraps the keys of %lld members.\n"),
            (long long)key.key_id, name, key.sealed ? _(" (under a passphrase)") : "",
            (long long)key.members);
    return CLI_DONE;
}

/* ---- rotate -------------------------------------------------------------------------------- */

static int progress(void *user, long long done, long long total)
{
    cli_progress(user, _("members' keys"), done, total);
    return 0;
}

static bool bytes_copy(int source, int target)
{
    char bytes[KEY_FILE_MAX];
    ssize_t got = read(source, bytes, sizeof bytes);
    errno = got < 0 ? errno : ENOSPC;
    bool copied = got >= 0 && write(target, bytes, (size_t)got) == got && fsync(target) == 0;
    sodium_memzero(bytes, sizeof bytes);
    return copied;
}

/* Never over something; the caller removes it where the key was not changed. */
static int old_keep(struct cli *cli, const char *from, const char *to)
{
    int source = open(from, O_RDONLY | O_CLOEXEC);
    int target = source < 0 ? -1 : open(to, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool copied = target >= 0 && bytes_copy(source, target);
    int cause = errno;
    if (target >= 0) close(target);
    if (source >= 0) close(source);
    if (copied) return CLI_DONE;
    if (target >= 0) unlink(to);
    return cli_fail(cli, cause == EEXIST ? CLI_FINDING : CLI_FAILED,
        _("the old key was not kept in %s: %s; nothing was changed"), to, strerror(cause));
}

static void rotation_print(
    const struct cli *cli, const struct loy_key_rotation *done, const char *kept)
{
    if (cli->json) {
        cli_print_json(json_pack("{s:I,s:I,s:I,s:s?}", "key", (json_int_t)done->key_id, "members",
            (json_int_t)done->members, "damaged", (json_int_t)done->damaged, "kept", kept));
        return;
    }
    printf(_("Master key %lld now wraps the keys of %lld members.\n"), (long long)done->key_id,
        (long long)done->members);
    if (done->damaged)
        printf(_("%lld members' keys were damaged and stay as they were: run `loyalty check`.\n"),
            (long long)done->damaged);
    puts(_("Start the lanes' programs again. Copy the new key file to where its copy is kept, "
           "print a new recovery key\n(`loyalty key recovery`), and make a backup: backups made "
           "before need the old key."));
    if (kept) printf(_("The old key is kept in %s, for as long as these backups are.\n"), kept);
}

static int run_rotate(struct cli *cli)
{
    struct loy_store_options options = cli_store_options(cli);
    struct loy_key_rotation done = {0};
    struct loy_store *store = NULL;
    const char *kept = cli_value(cli, "keep-old");
    char name[4096];
    int code = credential_refuse(cli);
    if (code == CLI_DONE) code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    key_file_name(&options, name);
    if (kept) code = old_keep(cli, name, kept);
    if (code == CLI_DONE) {
        enum loy_status status =
            loy_store_key_rotate(store, options.passphrase, progress, cli, cli_now_us(), &done);
        if (status != LOY_OK) code = cli_fail_store(cli, status, store);
        // After a failed write the old key may be the one that fits; and a change that stands needs
        // it for older backups, whatever failed behind it.
        if (kept && status < LOY_OK && !done.key_id && status != LOY_E_IO && status != LOY_E_STORE)
            unlink(kept);
    }
    loy_store_close(store);
    if (code == CLI_DONE) rotation_print(cli, &done, kept);
    return code;
}

/* ---- passphrase ---------------------------------------------------------------------------- */

static int wanted_read(struct cli *cli, char text[PASSPHRASE_MAX])
{
    const char *file = cli_value(cli, "new-file");
    char again[PASSPHRASE_MAX] = "";
    if (file) return passphrase_from_file(file, text) ? CLI_DONE : CLI_FAILED;
    if (!passphrase_ask(_("New passphrase"), text))
        return cli_fail(cli, CLI_USAGE,
            _("there is no terminal to ask for the new passphrase: name a file by --new-file"));
    bool same = passphrase_ask(_("Once more"), again) && strcmp(text, again) == 0;
    sodium_memzero(again, sizeof again);
    if (same) return CLI_DONE;
    return cli_fail(
        cli, CLI_FINDING, _("the two passphrases are not the same; nothing was changed"));
}

static int passphrase_set(struct cli *cli, const char *wanted)
{
    struct loy_store_options options = cli_store_options(cli);
    struct loy_store *store = NULL;
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status =
        loy_store_key_passphrase(store, options.passphrase, wanted, cli_now_us());
    if (status != LOY_OK) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    if (code != CLI_DONE) return code;
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:b}", "store", cli->store_path, "passphrase", !!wanted));
    else
        puts(wanted ? _("The master key is under the passphrase now. Copies made before are not.")
                    : _("The master key lies in its file without a passphrase now."));
    return CLI_DONE;
}

static int run_passphrase(struct cli *cli)
{
    char wanted[PASSPHRASE_MAX] = "";
    bool remove = cli_value(cli, "remove") != NULL;
    if (remove && cli_value(cli, "new-file"))
        return cli_fail(cli, CLI_USAGE, _("--remove and --new-file exclude each other"));
    int code = credential_refuse(cli);
    if (code == CLI_DONE && !remove) code = wanted_read(cli, wanted);
    if (code == CLI_DONE) code = passphrase_set(cli, remove ? NULL : wanted);
    sodium_memzero(wanted, sizeof wanted);
    return code;
}

/* ---- recovery, recover --------------------------------------------------------------------- */

/* Both languages, whatever the program speaks: nobody knows who will hold the paper. */
static void paper_print(const struct cli *cli, int64_t key_id, const char *text)
{
    printf("# loyalty: recovery key of master key %lld / 第 %lld 号主密钥的恢复密钥\n# %s\n#\n",
        (long long)key_id, (long long)key_id, cli->store_path);
    puts("# Print this, lock the paper away, apart from the machine and the backups. Whoever has\n"
         "# it and a copy of the store can read every member. If the key file is lost, run\n"
         "# `loyalty key recover` and type the two lines. After `loyalty key rotate` it opens\n"
         "# nothing any more: print a new one and destroy this one.\n"
         "# 请打印后锁好，与本机和备份分开保管。持有本页和门店数据副本的人可以读取全部会员资料。\n"
         "# 密钥文件丢失时，运行 `loyalty key recover` 并输入下面两行。更换主密钥（`loyalty key\n"
         "# rotate`）后本页即失效：请重新打印并销毁本页。\n#");
    fputs(text, stdout);
}

static int run_recovery(struct cli *cli)
{
    struct loy_store_options options = cli_store_options(cli);
    struct loy_store *store = NULL;
    struct loy_key key = {0};
    char text[LOY_RECOVERY_TEXT_SIZE];
    int code = cli_store_open(cli, &store);
    if (code != CLI_DONE) return code;
    enum loy_status status = loy_store_key_show(store, &key);
    if (status == LOY_OK)
        status = loy_store_key_recovery(store, options.passphrase, text, cli_now_us());
    if (status != LOY_OK) code = cli_fail_store(cli, status, store);
    loy_store_close(store);
    if (code == CLI_DONE && cli->json)
        cli_print_json(json_pack("{s:s,s:I,s:s}", "store", cli->store_path, "key",
            (json_int_t)key.key_id, "recovery_key", text));
    else if (code == CLI_DONE)
        paper_print(cli, key.key_id, text);
    sodium_memzero(text, sizeof text);
    return code;
}

static size_t letters_of(const char *line)
{
    size_t letters = 0;
    if (*line == '#') return 0;
    for (; *line; line++)
        letters += strchr(" \t\r\n-", *line) == NULL;
    return letters;
}

/* All of a file; on a terminal two lines, or as many as hold the letters. */
static void recovery_read(char text[RECOVERY_MAX])
{
    bool terminal = isatty(STDIN_FILENO);
    size_t size = 0, letters = 0;
    if (terminal) fprintf(stderr, "%s\n", _("Type the two lines of the recovery key:"));
    while (size + 1 < RECOVERY_MAX && fgets(text + size, (int)(RECOVERY_MAX - size), stdin)) {
        letters += letters_of(text + size);
        size += strlen(text + size);
        if (terminal && letters >= 70) break;
    }
    text[size] = '\0';
}

static int run_recover(struct cli *cli)
{
    struct loy_store_options options = cli_store_options(cli);
    struct loy_store *store = NULL;
    static char text[RECOVERY_MAX];
    char name[4096];
    recovery_read(text);
    enum loy_status status = loy_store_key_recover(&options, text, &store);
    sodium_memzero(text, sizeof text);
    int code = status == LOY_OK ? CLI_DONE : cli_fail_store(cli, status, store);
    loy_store_close(store);
    if (code != CLI_DONE) return code;
    key_file_name(&options, name);
    if (cli->json)
        cli_print_json(json_pack("{s:s,s:s}", "store", cli->store_path, "file", name));
    else
        printf(_("%s: the master key is back, and fits.\n"), name);
    return CLI_DONE;
}

/* ---- The rows ------------------------------------------------------------------------------ */

const struct cli_command command_key_show = {
    .name = "key show",
    .summary = N_("where the master key is, its number, and what it wraps"),
    .detail = N_("The key is taken from the file that $LOYALTY_KEY names; else from systemd's "
                 "credential loyalty.key\n(LoadCredentialEncrypted=loyalty.key in the unit, made "
                 "by systemd-creds encrypt --name=loyalty.key);\nelse from --store FILE.key."),
    .run = run_show,
};

static const struct cli_option rotate_options[] = {
    {"keep-old", "FILE", N_("a copy of the old key, for backups made before"), false, false},
    {0},
};

const struct cli_command command_key_rotate = {
    .name = "key rotate",
    .summary = N_("a new master key; every member's key is wrapped anew"),
    .detail = N_(
        "Survives a crash at any point. Lanes go on selling, registering waits; programs that have "
        "the store open\nmust be started again. Backups made before need the old key: keep it with "
        "--keep-old, or make a new backup.\nA printed recovery key opens nothing any more."),
    .options = rotate_options,
    .makes_new = true,
    .run = run_rotate,
};

static const struct cli_option passphrase_options[] = {
    {"new-file", "FILE", N_("its first line is the new passphrase; default: asked twice"), false,
        false},
    {"remove", NULL, N_("without a passphrase from now on"), false, false},
    {0},
};

const struct cli_command command_key_passphrase = {
    .name = "key passphrase",
    .summary = N_("put the key file under a passphrase, another one, or none"),
    .detail = N_("The present passphrase is asked on the terminal, or is the first line of the "
                 "file that\n$LOYALTY_PASSPHRASE_FILE names. Each command then needs it, and about "
                 "a second and 256 MB to check it."),
    .options = passphrase_options,
    .run = run_passphrase,
};

const struct cli_command command_key_recovery = {
    .name = "key recovery",
    .summary = N_("print the master key for paper"),
    .detail = N_("Two lines of groups whose last letter checks them. The audit log notes each "
                 "printing."),
    .run = run_recovery,
};

const struct cli_command command_key_recover = {
    .name = "key recover",
    .summary = N_("make the key file again from the printed recovery key"),
    .detail = N_("Reads standard input or the terminal; case, blanks, hyphens and lines that begin "
                 "with # do not count, I and\nL are 1, O is 0. Names the group that is mistyped. "
                 "Nothing is written unless the key fits the store, and\nnever over a key file "
                 "that is there."),
    .run = run_recover,
};
