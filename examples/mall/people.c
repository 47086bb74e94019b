/* SPDX-License-Identifier: MIT
 *
 * people.c - invented persons and firms from the seed, and as the import's members.csv. Names come
 * together by chance; telephone segment 154, postcodes and district codes 98.... are, as far as
 * known, given to nobody, and card numbers 9156... belong to no payment network.
 */
#include "mall.h"

#include <stdlib.h>
#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof *(list))

const char *const income_names[INCOMES] = {"00-05k", "05-10k", "10-20k", "20-35k", "35k+"};
const char *const district_names[DISTRICTS] = {
    "Harbour", "Hillside", "Lakeside", "Old Town", "University"};

static const char *const family_names[] = {"王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周",
    "吴", "徐", "孙", "胡", "朱", "高", "林", "何", "郭", "马", "罗", "梁", "宋", "郑", "谢"};
static const char *const given_first[] = {
    "文", "志", "雅", "海", "思", "晓", "明", "春", "建", "子", "佳", "宇", "静", "玉", "永", "欣"};
static const char *const given_last[] = {"华", "敏", "伟", "芳", "强", "丽", "军", "洁", "磊", "娜",
    "涛", "艳", "杰", "燕", "勇", "琳", "平", "霞", "辉", "雪"};
static const char *const streets[] = {"滨江路", "中山路", "人民路", "解放路", "学府路", "新港路",
    "和平路", "文昌路", "青山路", "湖滨路"};
static const char *const firm_first[] = {
    "恒", "瑞", "嘉", "泰", "宏", "润", "鑫", "远", "盛", "百"};
static const char *const firm_last[] = {"达", "丰", "源", "和", "康", "顺", "通", "隆", "成", "安"};
static const struct {
    const char *name, *suffix;
} industries[] = {{"restaurant", "餐饮有限公司"}, {"hotel", "酒店有限公司"},
    {"canteen", "食堂管理有限公司"}, {"workshop", "机械有限公司"}, {"logistics", "物流有限公司"},
    {"building", "建筑工程有限公司"}};

static unsigned age_class(unsigned age)
{
    static const uint8_t from[] = {18, 25, 35, 45, 55, 65};
    unsigned group = 0;
    while (group + 1 < COUNT(from) && age >= from[group + 1])
        group++;
    return group;
}

static unsigned age_drawn(struct chance *chance)
{
    static const double weights[] = {.14, .26, .24, .18, .12, .06};
    static const uint8_t from[] = {18, 25, 35, 45, 55, 65}, years[] = {7, 10, 10, 10, 10, 11};
    unsigned group = chance_weighted(chance, weights, COUNT(weights));
    return from[group] + chance_below(chance, years[group]);
}

/* About half of all; truth.json repeats them. */
const double children_by_age[AGE_CLASSES] = {.10, .60, .80, .60, .20, .10};

struct person person_make(uint64_t seed, uint32_t number)
{
    static const double incomes[INCOMES] = {.15, .25, .30, .20, .10};
    static const double sizes[2][SIZES] = {{.05, .30, .40, .25}, {.30, .40, .22, .08}};
    struct chance chance = chance_start(seed, CHANCE_PERSON, number, 0);
    struct person person = {.number = number};
    person.woman = chance_holds(&chance, .6);
    person.age = (uint8_t)age_drawn(&chance);
    person.income = (uint8_t)chance_weighted(&chance, incomes, INCOMES);
    person.children = chance_holds(&chance, children_by_age[age_class(person.age)]);
    person.evening = chance_holds(&chance, EVENING_SHARE);
    person.home = (uint8_t)chance_below(&chance, STORES);
    person.size = (uint8_t)chance_weighted(&chance, sizes[person.woman], SIZES);
    return person;
}

bool person_likes_red(const struct person *person)
{
    return person->woman && !person->firm && person->age >= 25 && person->age <= 34;
}

/* Households with children look at prices. */
enum sensitivity person_sensitivity(const struct person *person)
{
    return person->children ? CAREFUL : EASY;
}

/* One number for all of the same sex, age, income and household: they take the districts in turn.
 */
static unsigned stratum(const struct person *person)
{
    unsigned group = person->woman * AGE_CLASSES + age_class(person->age);
    return (group * INCOMES + person->income) * 2 + person->children;
}

void people_make(struct people *people, uint32_t persons, uint64_t seed)
{
    unsigned turn[4 * AGE_CLASSES * INCOMES];
    struct chance chance = chance_start(seed, CHANCE_DISTRICT, 0, 0);
    for (size_t i = 0; i < COUNT(turn); i++)
        turn[i] = chance_below(&chance, DISTRICTS);
    people->persons = persons;
    people->seed = seed;
    people->list = calloc(persons + FIRMS, sizeof *people->list);
    if (!people->list) abort();
    for (uint32_t i = 0; i < persons; i++) {
        struct person *person = &people->list[i];
        *person = person_make(seed, i);
        /* Dealt, not drawn: a district tells nothing of anybody's taste, not even by chance. */
        person->district = (uint8_t)(turn[stratum(person)]++ % DISTRICTS);
    }
    for (uint32_t i = persons; i < persons + FIRMS; i++)
        people->list[i] = (struct person){.number = i,
            .firm = true,
            .age = 40,
            .income = 2,
            .district = (uint8_t)(i % DISTRICTS),
            .home = (uint8_t)(i % STORES)};
}

/* ---- Numbers with check digits ------------------------------------------------------------------
 */

void card_number(char card[17], const struct people *people, uint32_t number)
{
    bool firm = number >= people->persons;
    uint32_t serial = firm ? number - people->persons + 1 : number + 1;
    (void)snprintf(card, 17, "9156%u%010u", firm ? 2u : 1u, (unsigned)serial);
    unsigned sum = 0;
    for (unsigned i = 0; i < 15; i++) {
        unsigned digit = (unsigned)(card[i] - '0') * (i % 2 ? 1u : 2u);
        sum += digit > 9 ? digit - 9 : digit;
    }
    card[15] = (char)('0' + (10 - sum % 10) % 10);
    card[16] = '\0';
}

static unsigned code_value(char c)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    return (unsigned)(strchr(alphabet, c) - alphabet);
}

/* GB 11714 counts letters from A = 10 without a gap. */
static unsigned inner_value(char c)
{
    return c <= '9' ? (unsigned)(c - '0') : (unsigned)(c - 'A') + 10;
}

/* GB 32100: 9 1, district code, organisation code (GB 11714, modulus 11), check character (modulus
 * 31). */
static void tax_number_make(char text[19], unsigned serial)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY", checks[] = "0123456789X";
    static const uint8_t inner[] = {3, 7, 9, 10, 5, 8, 4, 2};
    static const uint8_t outer[] = {1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28};
    unsigned sum = 0, total = 0;
    (void)snprintf(text, 19, "91980000MA%06u", serial % 1000000);
    for (unsigned i = 0; i < 8; i++)
        sum += inner_value(text[8 + i]) * inner[i];
    text[16] = checks[(11 - sum % 11) % 11];
    for (unsigned i = 0; i < 17; i++)
        total += code_value(text[i]) * outer[i];
    text[17] = alphabet[(31 - total % 31) % 31];
    text[18] = '\0';
}

/* ---- As a file
 * ------------------------------------------------------------------------------------ */

static const char *yes_no(bool yes)
{
    return yes ? "yes" : "no";
}

static void name_write(FILE *file, struct chance *chance, const char *between)
{
    unsigned family = chance_below(chance, COUNT(family_names));
    unsigned first = chance_below(chance, COUNT(given_first));
    unsigned last = chance_below(chance, COUNT(given_last));
    bool single = chance_holds(chance, .25);
    fprintf(file, "%s%s%s%s", family_names[family], between, single ? "" : given_first[first],
        given_last[last]);
}

static void place_write(FILE *file, struct chance *chance)
{
    unsigned street = chance_below(chance, COUNT(streets)), house = 1 + chance_below(chance, 400);
    unsigned entrance = 1 + chance_below(chance, 6), floor = 1 + chance_below(chance, 18);
    unsigned door = 1 + chance_below(chance, 4);
    fprintf(file, "%s%u号%u单元%u0%u室", streets[street], house, entrance, floor, door);
}

static void consent_write(FILE *file, struct chance *chance)
{
    static const double weights[] = {.5, .3, .2};
    static const char *const channels[] = {"desk,staff", "lane,staff", "web,customer"};
    unsigned channel = chance_weighted(chance, weights, 3);
    unsigned month = 1 + chance_below(chance, 12), day = 1 + chance_below(chance, 28);
    bool profiling = chance_holds(chance, .95), marketing = chance_holds(chance, .6);
    bool suppliers = chance_holds(chance, SUPPLIER_CONSENT);
    fprintf(file, "%s,%d-%02u-%02uT12:00+08:00,%s,%s,%s", channels[channel], YEAR - 1, month, day,
        yes_no(profiling), yes_no(marketing), yes_no(suppliers));
}

static void person_write(const struct people *people, const struct person *person, FILE *file)
{
    struct chance chance = chance_start(people->seed, CHANCE_PERSON, person->number, 1);
    char card[17];
    card_number(card, people, person->number);
    unsigned household =
        person->children ? 3 + chance_below(&chance, 3) : 1 + chance_below(&chance, 2);
    fprintf(file, "person,,");
    name_write(file, &chance, ",");
    fprintf(file, ",,");
    place_write(file, &chance);
    fprintf(file, ",154%08u,,,", (unsigned)person->number + 1);
    fprintf(
        file, "%s,980%03u,,,,", district_names[person->district], 100 * (person->district + 1u));
    fprintf(
        file, "%s,%d,%u,%s,zh_CN,", person->woman ? "f" : "m", YEAR - person->age, household, card);
    consent_write(file, &chance);
    fprintf(file, ",%s,%s\n", income_names[person->income], yes_no(person->children));
}

static void firm_write(const struct people *people, const struct person *firm, FILE *file)
{
    uint32_t serial = firm->number - people->persons;
    struct chance chance = chance_start(people->seed, CHANCE_FIRM, serial, 1);
    unsigned industry = serial % COUNT(industries);
    char card[17], tax[19];
    card_number(card, people, firm->number);
    tax_number_make(tax, 1000 + serial * 37);
    fprintf(file, "organisation,%s%s%s,,,%s,", firm_first[serial % 10],
        firm_last[(serial / 10 + serial) % 10], industries[industry].suffix,
        industries[industry].name);
    place_write(file, &chance);
    fprintf(file, ",1549%07u,1548%07u,%c-%02u,", (unsigned)serial + 1, (unsigned)serial + 1,
        (char)('A' + serial % 4), (unsigned)serial + 1);
    fprintf(file, "%s,980%03u,%s,98-0001-%06u,", district_names[firm->district],
        100 * (firm->district + 1u), tax, 4100 + (unsigned)serial);
    for (unsigned i = 0, count = 1 + chance_below(&chance, 3); i < count; i++) {
        if (i) fputs("; ", file);
        name_write(file, &chance, "");
    }
    fprintf(file, ",,,,%s,zh_CN,", card);
    consent_write(file, &chance);
    fprintf(file, ",,\n");
}

void members_write(const struct people *people, FILE *file)
{
    fprintf(file,
        "kind,name,family_name,given_name,industry,address,telephone,fax,section,district,postcode,"
        "tax_no,account_no,purchasers,sex,birth_year,household_size,card,language,channel,"
        "initiated_by,collected_at,consent_profiling,consent_marketing,consent_suppliers,income,"
        "children\n");
    for (uint32_t i = 0; i < people->persons; i++)
        person_write(people, &people->list[i], file);
    for (uint32_t i = people->persons; i < people->persons + FIRMS; i++)
        firm_write(people, &people->list[i], file);
}
