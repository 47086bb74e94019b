/* SPDX-License-Identifier: MIT
 *
 * bench_audit.c - the audit log: what an entry costs to append, and how long it takes to verify so
 * many. bench_audit [ENTRIES]
 *
 * Entries are appended by the store's own code, a thousand in each transaction, with a signature on
 * every thousandth; then one by one, each durable on its own. Prints the figure beside its limit;
 * does not fail.
 */
#include "bench_clock.h"

#include <loyalty/audit.h>
#include <store/store_private.h>

#define LIMIT_S 5.0
#define SINGLE 200

static void finding(void *user, const char *sentence)
{
    (void)user;
    fprintf(stderr, "%s\n", sentence);
}

static void fill(struct loy_store *store, long entries)
{
    char object[40];
    double start = seconds_now();
    for (long i = 0; i < entries; i++) {
        if (i % 1000 == 0) must(store_begin(store) == LOY_OK, "begin", loy_store_text(store));
        snprintf(object, sizeof object, "member %ld", i);
        must(store_audit(store, "member.add", object, 1700000000000000 + i) == LOY_OK, "append",
            loy_store_text(store));
        if (i % 1000 == 999 || i == entries - 1)
            must(store_commit(store) == LOY_OK, "commit", loy_store_text(store));
    }
    double took = seconds_now() - start;
    printf("append, in thousands   %8.2f us an entry (signatures and commits included)\n",
        took / (double)entries * 1e6);
}

static void append_singly(struct loy_store *store)
{
    double start = seconds_now();
    for (int i = 0; i < SINGLE; i++)
        must(store_audit(store, "did", "one", 1700000000000000) == LOY_OK, "append",
            loy_store_text(store));
    printf("append, one by one     %8.2f us an entry (each durable)\n",
        (seconds_now() - start) / SINGLE * 1e6);
}

int main(int argc, char **argv)
{
    char folder[64];
    long entries = argc > 1 ? atol(argv[1]) : 1000000;
    must(entries > 0 && entries <= 100000000, "usage", "bench_audit [ENTRIES]");
    folder_make(folder);
    struct loy_store *store = bench_store(folder);
    fill(store, entries);
    append_singly(store);
    double best = 1e9;
    for (int i = 0; i < 3; i++) {
        double start = seconds_now();
        must(loy_audit_verify(store, NULL, finding, NULL) == LOY_OK, "verify",
            loy_store_text(store));
        double took = seconds_now() - start;
        best = took < best ? took : best;
    }
    long long all = sql_number(store->db, "SELECT count(*) FROM audit");
    double limit = LIMIT_S * (double)all / 1e6;
    printf("verify %lld entries and %lld signatures: %.2f s (best of 3), %.2f us each, at most "
           "%.2f s: %s\n",
        all, sql_number(store->db, "SELECT count(*) FROM audit_anchor"), best,
        best / (double)all * 1e6, limit, best < limit ? "reached" : "MISSED");
    loy_store_close(store);
    folder_remove(folder);
    return 0;
}
