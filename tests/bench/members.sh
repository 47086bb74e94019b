# Sourced by benchmarks: members as CSV, as many as wanted, each with a card of twelve digits, 29 and its row's number.
# Names, streets and numbers are invented; every second member takes the advertising.
rows_of() { # rows_of FIRST LAST
    awk -v first="$1" -v last="$2" 'BEGIN {
        families = split("王 李 张 刘 陈 杨 黄 赵 吴 周 Bauer Klein Vogel Sommer Winter", family, " ")
        givens = split("伟 芳 娜 敏 静 丽 强 磊 洋 艳 Anna Paul Lena Emil Mia", given, " ")
        for (i = first; i <= last; i++)
            printf "person,%s%d,%s%d,+49301%07d,Lindenallee %d,DE-%05d,29%010d,import,2026-01-%02d,yes,%s,no,r%d\n",
                family[i % families + 1], i % 977, given[i % givens + 1], i % 1013, i, i % 400 + 1, i % 90000 + 10000, i,
                i % 28 + 1, i % 2 ? "yes" : "no", i
    }'
}
header='kind,family_name,given_name,telephone,address,postcode,card,channel,collected_at,consent_profiling,consent_marketing,consent_suppliers,reference'
