#!/bin/sh
# Members' files: in UTF-8 and GB18030, again, overlapping, with --update; what the customer gave stays; the history of
# sales that goes with them.
. "$(dirname "$0")/lib.sh"
sql() { sqlite3 "$LOYALTY_STORE" "$1"; }
members() { sql 'SELECT count(*) FROM member'; }
# Everything a re-import could change, but for the logs of imports and of the audit.
state() {
    for table in member member_field member_trait blind_index consent card card_history confirmation basket line; do
        sql "SELECT * FROM $table" | sha256sum
    done
}
gb() { iconv -f UTF-8 -t GB18030; }
field() { "$LOYALTY" member show "$1" --json | sed -n "s/.*\"$2\": *\"\([^\"]*\)\".*/\1/p"; }
try 0 init --currency EUR --country CN
try 0 range add 9156 --length 16 --check-digit luhn

# ---- GB18030 ------------------------------------------------------------------------------------
# Characters whose second byte is one of | (0x7C) and \ (0x5C), a cell with CR LF in quotation marks, one of four bytes.
printf 'kind,name,address,channel,reference\r\nperson,"弢㐀","上海, 徐汇区人民路一号二楼",import,g1\r\nperson,李娜誠,北京市东城区和平里中街三号,import,g2\r\n' | gb >"$scratch/gb.csv"
try 0 import members "$scratch/gb.csv" --json
says out '"encoding": ?"gb18030"'
says err 'read as GB18030'
same "a name with a trail byte 0x7C and a character of four bytes" "$(field ref:g1 name)" '弢㐀'
same "an address with a comma" "$(field ref:g1 address)" '上海, 徐汇区人民路一号二楼'
line='"\217\134""\217\174|\\,\261\261\276\251"'
printf "article,brand,tax_rate\r\nT1,$line,19\r\n" >"$scratch/trail.csv"
try 0 import articles "$scratch/trail.csv" --encoding gb18030 --json
says out '"encoding": ?"gb18030"'
wanted=$(printf '\217\134"\217\174|\\,\261\261\276\251' | iconv -f GB18030 -t UTF-8 | od -An -tx1 | tr -d ' \n')
same "a cell with trail bytes 5C and 7C beside | and \\ and doubled quotation marks" \
    "$(sql "SELECT lower(hex(v.brand)) FROM article a JOIN article_version v ON v.id = a.version WHERE a.code = 'T1'")" "$wanted"
# CR LF in quotation marks ends no row.
printf 'article,brand,tax_rate\r\nT2,"\217\134\r\n\217\174",19\r\nT3,\261\261,many\r\n' >"$scratch/crlf.csv"
try 1 import articles "$scratch/crlf.csv" --encoding gb18030
says err 'row 2: the brand holds a control character'
says err 'row 3, column tax_rate'
# The same members in the other encoding are the same members.
iconv -f GB18030 -t UTF-8 "$scratch/gb.csv" >"$scratch/utf8.csv"
before=$(state)
try 0 import members "$scratch/utf8.csv" --json
says out '"encoding": ?"utf-8"'
says out '"made": ?0,'
says out '"repeated": ?2[,}]'
same "the same rows in UTF-8" "$(state)" "$before"
# The word decides where the file could be read either way; a wrong word is wrong use; Latin-1 is neither.
for kind in articles prices members baskets contacts observations; do
    try 2 import $kind "$scratch/utf8.csv" --encoding latin1
    one_line err
    says err 'utf-8 or gb18030'
done
try 1 import members "$scratch/gb.csv" --encoding utf-8
says err 'row 2: not UTF-8'
printf 'kind,name,channel\nperson,J\366rg M\374ller,import\nperson,Fran\347oise,import\n' >"$scratch/latin.csv"
try 1 import members "$scratch/latin.csv"
says err 'row 2: not UTF-8'
printf 'kind,name,channel\nperson,\303\227\326\320,import\n' >"$scratch/either.csv"
try 1 import members "$scratch/either.csv" --encoding utf-8
printf 'kind,name,channel\nperson,\316\322,import\n' >"$scratch/either.csv"
try 0 import members "$scratch/either.csv" --encoding GB18030 --json
says out '"encoding": ?"gb18030"'
printf 'kind,name,channel\nperson,\316\322\316,import\n' >"$scratch/cut.csv"
try 1 import members "$scratch/cut.csv" --encoding gb18030
printf 'kind,name,channel\nperson,x,import\377' >"$scratch/cut.csv"
try 1 import members "$scratch/cut.csv" --encoding gb18030
says err 'row 2: not GB18030; leave out --encoding'
# Characters that the pieces of 32768 bytes cut in two, three and four, at every distance.
for shift in 0 1 2 3; do
    for encoding in UTF-8 GB18030; do
        awk -v shift=$shift -v lang=$encoding 'BEGIN {
            printf "article,brand\n"; for (i = 0; i < shift; i++) pad = pad "x"
            for (i = 0; i < 1500; i++) printf "C%s%d%s%d,%s㐀北京𠀀上海茶%d\n", tolower(substr(lang, 1, 1)), shift, "n", i, pad, i }' |
            iconv -f UTF-8 -t $encoding >"$scratch/long.csv"
        [ "$(wc -c <"$scratch/long.csv")" -gt 40000 ] || die "the file is too short to be cut"
        try 0 import articles "$scratch/long.csv" --encoding $encoding --rows 1500
    done
done
same "brands that came through the cuts" "$(sql "SELECT count(*) FROM article a JOIN article_version v ON v.id = a.version
    WHERE a.code LIKE 'C%' AND v.brand GLOB '*㐀北京𠀀上海茶' || substr(a.code, instr(a.code, 'n') + 1)")" 12000

# ---- Again --------------------------------------------------------------------------------------
cat >"$scratch/first.csv" <<'X'
kind,family_name,given_name,telephone,card,channel,collected_at,consent_marketing,reference,income,consent_profiling
person,张,伟,+8613800138000,9156000000000011,import,2026-01-05,yes,h1,35-49K,yes
person,王,芳,,,import,2026-01-05,no,h2,,
person,Li,Na,,,import,2026-01-05,,,,
person,Li,Na,,,import,2026-01-05,,,,
X
count=$(members)
try 0 import members "$scratch/first.csv" --rows 4 --json
says out '"made": ?4,'
same "two identical rows are two members" "$(members)" $((count + 4))
before=$(state)
try 0 import members "$scratch/first.csv" --json
says out '"made": ?0,'
same "the same file again" "$(state)" "$before"
# Other order, other columns' order, other line ends, one Li Na more, one row more.
{
    printf 'given_name,FAMILY_NAME,kind,telephone,card,income,channel,collected_at,consent_marketing,reference,consent_profiling\r\n'
    printf '芳,王,person,,,,import,2026-01-05,no,h2,\r\n'
    printf 'Na,Li,person,,,,import,2026-01-05,,,\r\nNa,Li,person,,,,import,2026-01-05,,,\r\nNa,Li,person,,,,import,2026-01-05,,,\r\n'
    printf '伟,张,person,+8613800138000,9156000000000011,35-49K,import,2026-01-05,yes,h1,yes\r\n'
    printf 'Bo,Chen,person,,,,import,2026-01-06,,h3,\r\n'
} >"$scratch/more.csv"
try 0 import members "$scratch/more.csv" --json
says out '"made": ?2,.*"repeated": ?4|"repeated": ?4,.*"made": ?2'
same "only what is new" "$(members)" $((count + 6))
# A row that a desk changed since then is known again and brings nothing back.
try 0 member edit ref:h1 --telephone +8613900139000
before=$(state)
sed '$d' "$scratch/first.csv" >"$scratch/part.csv"
try 0 import members "$scratch/part.csv" --json
says out '"made": ?0,'
same "a part of the file after a change at the desk" "$(state)" "$before"

# ---- Other data ---------------------------------------------------------------------------------
cat >"$scratch/other.csv" <<'X'
kind,family_name,given_name,telephone,address,channel,collected_at,reference,card,income
person,王,芳,+8613700137000,人民路1号,import,2026-02-01,h2,,
person,张,伟,+8613600136000,,import,2026-02-01,,9156000000000011,50-64K
X
before=$(state)
try 1 import members "$scratch/other.csv"
says err 'row 2, column reference: .*--update'
says err 'row 3, column card: belongs to another member.*--update'
says_not err '13700137000|13600136000|9156|h2|王'
same "nothing without --update" "$(state)" "$before"
try 1 import members "$scratch/other.csv" --update --rows 3
same "nothing with a wrong control total" "$(state)" "$before"
try 0 import members "$scratch/other.csv" --update --json
says out '"values_changed": ?3[,}]'
says out '"values_kept": ?1[,}]'
same "a value that was not there" "$(field ref:h2 address)" '人民路1号'
same "what the customer gave at the desk stays" "$(field ref:h1 telephone)" '+8613900139000'
same "no member was made" "$(members)" $((count + 6))
# Once more in another file: neither values, nor histories, nor evidence.
before=$(state)
sed 's/$/,/; 1s/$/remark/' "$scratch/other.csv" >"$scratch/other2.csv"
try 0 import members "$scratch/other2.csv" --update
says out '0 new or changed, 2 as they were; 0 values changed; 1 values kept'
same "the same update again" "$(state)" "$before"
# Typed the same already: nothing to say without --update either. An empty cell takes nothing back.
printf 'kind,name,family_name,telephone,channel,reference,income\nperson,,王,+8613700137000,web,h2,\nperson,,张, ,web,h1,50-64K\n' >"$scratch/same.csv"
try 0 import members "$scratch/same.csv" --json
says out '"repeated": ?2[,}]'
same "nothing that is known already" "$(state)" "$before"
# A consent is taken back by a file, never given by one.
printf 'kind,channel,reference,consent_marketing,consent_profiling\nperson,web,h1,no,\nperson,web,h2,,yes\n' >"$scratch/consent.csv"
try 0 import members "$scratch/consent.csv" --update
try 0 member show ref:h1 --json
says out '"marketing": ?false'
says out '"profiling": ?true'
try 0 member show ref:h2 --json
says out '"profiling": ?false'
# One who is two, and one of another kind.
printf 'kind,name,channel,reference,card\nperson,x,import,h2,9156000000000011\norganisation,x,import,h3,\n' >"$scratch/two.csv"
try 1 import members "$scratch/two.csv" --update
says err 'row 2, column card: belongs to another member'
says err 'row 3, column kind'
# A new card for a known member comes with an update.
printf 'kind,channel,reference,card\nperson,import,h2,9156000000000029\n' >"$scratch/card.csv"
try 1 import members "$scratch/card.csv"
try 0 import members "$scratch/card.csv" --update
try 0 member find card:9156000000000029
# A list that was bought needs its ground in every row, or nothing of it comes in.
printf 'kind,name,channel,legal_basis\nperson,A,bought-list,contract 12\nperson,B,bought-list,\n' >"$scratch/bought.csv"
n=$(members)
try 1 import members "$scratch/bought.csv"
says err 'row 3, column legal_basis: a bought'
same "a bought list without its ground" "$(members)" "$n"

# ---- The history of sales -----------------------------------------------------------------------
cat >"$scratch/sales.csv" <<'X'
basket,member,card,at,brand,category,quantity,list_price,paid
s1,h1,,2025-03-01T10:00:00Z,Lark,pen,2,2.50,5.00
s2,,9156000000000011,2025-04-01T10:00:00Z,Lark,pen,1,2.50,2.50
s3,h2,,2025-05-01T10:00:00Z,Lark,ink,1,4.00,3.00
s4,,,2025-05-02T10:00:00Z,Lark,ink,1,4.00,4.00
X
try 1 import baskets "$scratch/sales.csv" --total 14.49
same "no sale after a wrong total" "$(sql 'SELECT count(*) FROM basket')" 0
try 0 import baskets "$scratch/sales.csv" --total 14.50 --rows 4 --encoding utf-8
of() { sql "SELECT count(*) FROM basket b JOIN blind_index i ON i.member = b.member AND i.field = 0
    WHERE b.member = (SELECT member FROM basket WHERE closed_at_us = (SELECT $1(closed_at_us) FROM basket WHERE member IS NOT NULL))"; }
same "sales by reference and by card are one member's" "$(of min)" 2
same "sales of another" "$(of max)" 1
same "a sale of nobody" "$(sql 'SELECT count(*) FROM basket WHERE member IS NULL')" 1
before=$(state)
try 0 import baskets "$scratch/sales.csv"
same "the same sales again" "$(state)" "$before"
{ cat "$scratch/sales.csv"; echo 's5,h1,,2025-06-01T10:00:00Z,Lark,ink,1,4.00,4.00'; } >"$scratch/sales2.csv"
try 0 import baskets "$scratch/sales2.csv"
says out '1 new or changed, 4 as they were'
# They were bought before the member was registered here, and count.
try 0 profile ref:h1 --json
says out '"baskets": ?3[,}]'
same "kinds of digests by which members are found: references, telephone, tax and account number, e-mail" \
    "$(sql 'SELECT DISTINCT field FROM blind_index WHERE field NOT IN (0, 6, 11, 12, 18)')" ''
try 0 check
done_story
