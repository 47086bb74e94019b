/* SPDX-License-Identifier: MIT
 *
 * bench_search.c - members found by what they say: how long the index takes to start and how much
 * memory it holds, then many searches of each kind. bench_search [MEMBERS [SEARCHES_PER_KIND
 * [FOLDER]]]: the folder keeps its store for the next time.
 *
 * Members are registered through the library with invented names: Chinese persons, organisations
 * and others, half of them with a telephone. Kinds of which there are few are asked completely:
 * every letter, all 676 pairs of letters. Prints figures beside their limit; does not fail.
 */
#include "bench_clock.h"

#include <loyalty/search.h>
#include <store/store_private.h>

#include <sys/stat.h>

#define BATCH 10000u
#define ANSWER_MAX 50u
#define LIST_LIMIT_S 0.5
#define LIST_MEMBERS 100000.0
#define LIMIT_MS 50.0

static uint64_t seed = 1;

static unsigned draw(unsigned below)
{
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    return (unsigned)(seed >> 33) % below;
}

static const char *const surnames[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周",
    "徐", "孙", "马", "朱", "胡", "郭", "何", "高", "林", "罗", "曾", "单", "欧阳", "解", "吕"};
static const char *const given[] = {"伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋",
    "勇", "艳", "杰", "娟", "涛", "明", "超", "秀英", "霞", "平", "刚", "桂英", "建华", "小贤",
    "雄信", "子轩", "浩然", "梓涵", "欣怡", "宇", "晨", "佳", "琳", "雨桐", "思远", "海燕", "志强",
    "晓东", "文博", "若曦"};
static const char *const towns[] = {
    "上海", "北京", "广州", "成都", "武汉", "重庆", "厦门", "长沙", "南京", "西安"};
static const char *const firms[] = {"顺丰", "宏达", "金源", "福满", "鑫隆", "泰和", "永兴", "长乐",
    "聚贤", "云海", "天天", "万家", "好又多", "老王", "重阳"};
static const char *const trades[] = {"小吃店", "餐饮有限公司", "大酒店", "便利店", "食品商行",
    "服装批发部", "烘焙坊", "火锅城", "超市", "贸易有限公司"};
static const char *const latin_given[] = {
    "Anna", "Peter", "Maria", "Jonas", "Sofie", "Lukas", "Emma", "Paul", "Clara", "Felix"};
static const char *const latin_family[] = {"Muster", "Beispiel", "Großmann", "Probe", "Sample",
    "Tester", "Vorlage", "Fictive", "Invented", "Madeup"};
#define PICK(list) list[draw(sizeof list / sizeof list[0])]

static size_t form_fill(char texts[3][128], struct loy_field_text fields[3], uint8_t *kind)
{
    size_t n = 0;
    unsigned sort = draw(10);
    *kind = sort < 7 ? LOY_MEMBER_PERSON : LOY_MEMBER_ORGANISATION;
    if (sort < 5) {
        snprintf(texts[0], 128, "%s%s", PICK(surnames), PICK(given));
    } else if (sort < 7) {
        snprintf(texts[0], 128, "%s %s%u", PICK(latin_given), PICK(latin_family), draw(1000));
    } else {
        snprintf(texts[0], 128, "%s%s%u号%s", PICK(towns), PICK(firms), draw(100), PICK(trades));
    }
    fields[n++] = (struct loy_field_text){LOY_FIELD_NAME, texts[0]};
    snprintf(texts[1], 128, "13%u%04u%04u", draw(10), draw(10000), draw(10000));
    if (draw(2)) fields[n++] = (struct loy_field_text){LOY_FIELD_TELEPHONE, texts[1]};
    snprintf(texts[2], 128, "%05u", 10000 + draw(80000));
    fields[n++] = (struct loy_field_text){LOY_FIELD_POSTCODE, texts[2]};
    return n;
}

static void members_fill(struct loy_store *store, unsigned members)
{
    double start = seconds_now();
    for (unsigned i = 0; i < members; i++) {
        char texts[3][128];
        struct loy_field_text fields[3];
        struct loy_id id;
        struct loy_member_form form = {.size = sizeof form,
            .fields = fields,
            .channel = "import",
            .initiated_by = LOY_INITIATIVE_IMPORT,
            .collected_at_us = 1700000000000000};
        form.field_count = form_fill(texts, fields, &form.kind);
        form.consent[LOY_PURPOSE_PROFILING] = draw(2) == 0;
        form.consent[LOY_PURPOSE_MARKETING] = draw(3) == 0;
        if (i % BATCH == 0) must(loy_store_begin(store) == LOY_OK, "begin", loy_store_text(store));
        must(loy_member_add(store, &form, 1700000000000000 + (int64_t)i * 1000, &id) == LOY_OK,
            "a member", loy_store_text(store));
        if (i % BATCH == BATCH - 1 || i + 1 == members)
            must(loy_store_commit(store) == LOY_OK, "commit", loy_store_text(store));
    }
    double took = seconds_now() - start;
    printf("registered     %u members in %.1f s, %.0f a second\n", members, took, members / took);
}

static long resident_kb(void)
{
    long pages = 0;
    FILE *file = fopen("/proc/self/statm", "r");
    if (file == NULL || fscanf(file, "%*d %ld", &pages) != 1) pages = 0;
    if (file != NULL) fclose(file);
    return pages * (sysconf(_SC_PAGESIZE) / 1024);
}

static struct loy_store *store_open(const char *folder)
{
    struct loy_store *store = NULL;
    char path[96];
    snprintf(path, sizeof path, "%s/store", folder);
    struct loy_store_options options = {
        .size = sizeof options, .path = path, .user = "bench", .at_us = 1700000000000000};
    must(loy_store_open(&options, &store) == LOY_OK, path, "cannot be opened");
    return store;
}

/* Time of the processor: what others do on the machine is not in it. */
static double busy_now(void)
{
    struct timespec now;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
    return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* How many members there are. */
static size_t start_up(struct loy_store *store)
{
    struct loy_search_index index = {.size = sizeof index};
    long before = resident_kb();
    double start = seconds_now(), busy = busy_now();
    must(loy_search_prepare(store, &index) == LOY_OK, "index", loy_store_text(store));
    double took = seconds_now() - start;
    busy = busy_now() - busy;
    printf("start          %.2f s (%.2f s busy) for %zu members, %.1f us each\n", took, busy,
        index.members, busy / (double)index.members * 1e6);
    printf("memory         %.1f MB, %.0f bytes each; the process grew by %.1f MB\n",
        (double)index.bytes / 1e6, (double)index.bytes / (double)index.members,
        (double)(resident_kb() - before) / 1e3);
    start = seconds_now();
    must(loy_search_prepare(store, NULL) == LOY_OK, "index", loy_store_text(store));
    printf("nothing new    %.1f us\n", (seconds_now() - start) * 1e6);
    return index.members;
}

/* ---- Searches ---------------------------------------------------------------------------------
 */

#define ROWS_OF(list) (unsigned)(sizeof list / sizeof list[0])

static const char *const pinyins[] = {"zhangwei", "wangxiuying", "zengxiaoxian", "shanxiongxin",
    "lvjie", "chongqinghongda", "xiamenfuman", "ouyangchen", "haoyouduo", "liunan", "zhangw", "wei",
    "wang", "xi", "an", "shanghai", "dian", "youxiangongsi"};
static const char *const mixed[] = {"张wei", "zhang伟", "张w", "王xiao贤", "重qing", "上hai顺丰",
    "h店", "z伟", "公si", "yu桐", "老w", "欧y建华"};
static const char *const parts[] = {
    "店", "号", "公司", "大酒店", "1", "88", "号小吃", "长", "西安", "伟", "小", "桂英", "中"};
static const char *const misses[] = {"诸葛孔明", "zzzz", "nobody at all", "xyzzy", "𠮷野家",
    "zhangweiq", "yyyyyyyy", "章wei", "wwww", "xxx", "店店", "hhhhhhhhhhhhhhhh", "伟伟"};

static void ask_name(char text[64], unsigned turn)
{
    (void)turn;
    snprintf(text, 64, "%s%s", PICK(surnames), PICK(given));
}
static void ask_surname(char text[64], unsigned turn)
{
    snprintf(text, 64, "%s", surnames[turn]);
}
static void ask_firm(char text[64], unsigned turn)
{
    (void)turn;
    snprintf(text, 64, "%s%u号", PICK(firms), draw(100));
}
static void ask_latin(char text[64], unsigned turn)
{
    (void)turn;
    snprintf(text, 64, "%s %s%u", PICK(latin_given), PICK(latin_family), draw(1000));
}
static void ask_part(char text[64], unsigned turn)
{
    snprintf(text, 64, "%s", parts[turn]);
}
static void ask_pinyin(char text[64], unsigned turn)
{
    snprintf(text, 64, "%s", pinyins[turn]);
}
static void ask_mixed(char text[64], unsigned turn)
{
    snprintf(text, 64, "%s", mixed[turn]);
}
static void ask_letter(char text[64], unsigned turn)
{
    snprintf(text, 64, "%c", 'a' + (int)turn);
}
static void ask_two(char text[64], unsigned turn)
{
    snprintf(text, 64, "%c%c", 'a' + (int)turn / 26, 'a' + (int)turn % 26);
}
static void ask_three(char text[64], unsigned turn)
{
    (void)turn;
    snprintf(text, 64, "%c%c%c", 'a' + (int)draw(26), 'a' + (int)draw(26), 'a' + (int)draw(26));
}
static void ask_tail(char text[64], unsigned turn)
{
    (void)turn;
    snprintf(text, 64, "%04u", draw(10000));
}
static void ask_number(char text[64], unsigned turn)
{
    (void)turn;
    snprintf(text, 64, "+4913%u%04u%04u", draw(10), draw(10000), draw(10000));
}
static void ask_miss(char text[64], unsigned turn)
{
    snprintf(text, 64, "%s", misses[turn]);
}

static const struct {
    const char *name;
    void (*ask)(char text[64], unsigned turn);
    unsigned all; /* how many there are; 0: without end, so some are drawn */
} kinds[] = {
    {"name", ask_name, 0},
    {"surname", ask_surname, ROWS_OF(surnames)},
    {"firm", ask_firm, 0},
    {"latin", ask_latin, 0},
    {"part", ask_part, ROWS_OF(parts)},
    {"pinyin", ask_pinyin, ROWS_OF(pinyins)},
    {"mixed", ask_mixed, ROWS_OF(mixed)},
    {"one letter", ask_letter, 26},
    {"two letters", ask_two, 26 * 26},
    {"three", ask_three, 0},
    {"tail", ask_tail, 0},
    {"telephone", ask_number, 0},
    {"miss", ask_miss, ROWS_OF(misses)},
};

/* The slowest in time of the processor. */
static double searches_run(struct loy_store *store, size_t kind, unsigned searches)
{
    if (kinds[kind].all) searches = kinds[kind].all;
    double *took = malloc(searches * sizeof *took), *busy = malloc(searches * sizeof *busy);
    must(took && busy, "memory", "none");
    size_t found = 0, slowest_found = 0;
    char text[64], slowest[64] = "";
    double worst = 0;
    for (unsigned i = 0; i < searches; i++) {
        struct loy_id ids[ANSWER_MAX];
        size_t count = 0;
        kinds[kind].ask(text, i);
        double start = seconds_now(), start_busy = busy_now();
        must(loy_member_search(store, text, ids, ANSWER_MAX, &count) == LOY_OK, "search",
            loy_store_text(store));
        busy[i] = (busy_now() - start_busy) * 1e3;
        took[i] = (seconds_now() - start) * 1e3;
        found += count;
        if (busy[i] <= worst) continue;
        worst = busy[i];
        slowest_found = count;
        snprintf(slowest, sizeof slowest, "%s", text);
    }
    qsort(took, searches, sizeof *took, by_size);
    qsort(busy, searches, sizeof *busy, by_size);
    printf("%-11s %4u: busy p50 %6.2f ms, p99 %6.2f ms, max %6.2f ms ('%s': %zu found); by the "
           "clock p50 %6.2f ms, max %6.2f ms; %.1f found each\n",
        kinds[kind].name, searches, busy[searches / 2], busy[searches * 99 / 100], worst, slowest,
        slowest_found, took[searches / 2], took[searches - 1], (double)found / searches);
    free(took);
    free(busy);
    return worst;
}

/* A list by clear columns alone, then one whose filter decrypts a value of each member. */
static double list_run(struct loy_store *store, const char *name, struct loy_member_filter filter)
{
    static struct loy_member_listed members[256];
    int64_t position = 0;
    size_t count = 0, listed = 0;
    enum loy_status status;
    double start = seconds_now(), busy = busy_now();
    filter.size = sizeof filter;
    while ((status = loy_member_list(store, &filter, &position, members, 256, &count)) == LOY_OK)
        listed += count;
    must(status == LOY_NONE, "list", loy_store_text(store));
    double took = seconds_now() - start;
    printf("%-26s %.3f s (%.3f s busy), %zu members\n", name, took, busy_now() - busy, listed);
    return took;
}

static void lists_run(struct loy_store *store, size_t members)
{
    static const struct {
        const char *name;
        struct loy_member_filter filter;
    } lists[] = {
        {"everybody", {0}},
        {"agreed to marketing", {.consent = {[LOY_PURPOSE_MARKETING] = 1}}},
        {"nobody: supplier data", {.consent = {[LOY_PURPOSE_SUPPLIERS] = 1}}},
        {"persons, since, no consent", {.kind = LOY_MEMBER_PERSON,
                                           .consent = {[LOY_PURPOSE_MARKETING] = -1},
                                           .created_from_us = 1700000000000000}},
        {"... without an e-mail", {.kind = LOY_MEMBER_PERSON,
                                      .consent = {[LOY_PURPOSE_MARKETING] = -1},
                                      .created_from_us = 1700000000000000,
                                      .missing = {LOY_FIELD_EMAIL}}},
    };
    double worst = 0, limit = LIST_LIMIT_S * (double)members / LIST_MEMBERS;
    puts("lists by clear columns");
    for (size_t i = 0; i < ROWS_OF(lists); i++) {
        double took = list_run(store, lists[i].name, lists[i].filter);
        if (took > worst) worst = took;
    }
    printf("slowest        %.3f s by the clock for %zu members, at most %.2f (%.1f for %.0f): %s\n",
        worst, members, limit, LIST_LIMIT_S, LIST_MEMBERS, worst <= limit ? "reached" : "MISSED");
    puts("lists that decrypt a value of each member");
    list_run(store, "postcode 12...", (struct loy_member_filter){.postcode = "12"});
}

int main(int argc, char **argv)
{
    unsigned members = argc > 1 ? (unsigned)atoi(argv[1]) : 100000;
    unsigned searches = argc > 2 ? (unsigned)atoi(argv[2]) : 100;
    const char *kept = argc > 3 ? argv[3] : NULL;
    char folder[64];
    must(members > 0 && searches > 0, "bench_search [MEMBERS [SEARCHES_PER_KIND [FOLDER]]]",
        "numbers above 0 are expected");
    if (kept)
        snprintf(folder, sizeof folder, "%s", kept);
    else
        folder_make(folder);
    if (!kept || mkdir(kept, 0700) == 0) {
        struct loy_store *filled = bench_store(folder);
        members_fill(filled, members);
        loy_store_close(filled);
    }
    struct loy_store *store = store_open(folder);
    size_t found = start_up(store);
    double worst = 0;
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        double max = searches_run(store, i, searches);
        if (max > worst) worst = max;
    }
    printf("slowest        %.2f ms busy, at most %.0f: %s\n", worst, LIMIT_MS,
        worst <= LIMIT_MS ? "reached" : "MISSED");
    lists_run(store, found);
    loy_store_close(store);
    if (!kept) folder_remove(folder);
    return 0;
}
