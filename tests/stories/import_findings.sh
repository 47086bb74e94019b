#!/bin/sh
# What an import says of a bad file: every bad cell of every row, by file, row and the heading that the file has, and
# never a cell of a file that tells of persons. What is stored is told, what is not stored is not.
. "$(dirname "$0")/lib.sh"
sql() { sqlite3 "$LOYALTY_STORE" "$1"; }
findings() { grep -c ", row " "$scratch/err"; }
try 0 init --currency EUR --country CN

# ---- Every bad cell of a row ----------------------------------------------------------------------
cat >"$scratch/members.csv" <<'X'
Kind,NAME,Telephone,email,postcode,tax_no,birth_year,card,channel,collected_at,consent_marketing,initiated_by,Passport no
person,"Zhao
Wei",12,canary-mail,99,11,1790,4111111111111111,,soonish,maybe@canary.example,canary-me,canary-x
robot,,,,,,,,web,,,,
person,Qian,,,,,,,bought-9,,,,
person,Sun,,,,,,,web,,,,
X
try 1 import members "$scratch/members.csv"
for cell in 'channel: is empty' 'initiated_by: is none of: customer, staff, import' 'collected_at: is no date; write 2026' \
    'consent_marketing: is none of: yes, no, y, n, true, false, 1, 0, 是, 否' 'card: looks like a payment card' \
    'NAME: one line of text' 'Telephone: .*expected is' 'postcode: .*expected is 6 digits' 'tax_no: .*18 characters' \
    'birth_year: .*expected is a year' 'email: .*expected is an address' 'Passport no: a number of identity'; do
    says err "/members.csv, row 2, column $cell"
done
# A quoted line end puts the lines of the file ahead of its rows.
says err 'row 3, column Kind \(line 4 of the file\): is neither person nor organisation'
says err 'row 3, column NAME \(line 4 of the file\): a person needs name'
says err 'row 4 \(line 5 of the file\): legal_basis: a bought'
same "findings" "$(findings)" 15
says err '15 findings, nothing was imported'
says_not err 'Zhao|Qian|canary|soonish|1790|4111|row 5'
same "members" "$(sql 'SELECT count(*) FROM member')" 0
# The bad cells of somebody who is known; no name is asked for again.
printf 'kind,name,channel,reference,card\nperson,Li,desk,h1,91560001\n' >"$scratch/known.csv"
try 0 import members "$scratch/known.csv"
printf 'kind,telephone,email,channel,reference,card\nperson,12,nobody,desk,h1,\nperson,12,nobody,desk,,91560001\n' >"$scratch/known.csv"
try 1 import members "$scratch/known.csv" --update
same "findings of two who are known" "$(findings)" 4
says err 'row 2, column telephone'
says err 'row 2, column email'
says err 'row 3, column telephone'
says err 'row 3, column email'

# What lies more than a day ahead was not collected.
printf 'kind,name,channel,collected_at\nperson,Li,desk,2127-01-01\n' >"$scratch/future.csv"
try 1 import members "$scratch/future.csv"
says err 'row 2, column collected_at: a time that is not in the future is expected'
printf 'reference,at,kind,channel\nh1,2101-01-01,message,call\n' >"$scratch/future.csv"
try 1 import contacts "$scratch/future.csv"
says err 'row 2, column at: a time that is not in the future is expected'

cat >"$scratch/contacts.csv" <<'X'
reference,At,kind,channel,initiated_by,line,basket,article,text,legal_basis,campaign
canary-9,soonish,gossip,,canary-me,zero,b9,canary-a,"two
lines",,
h1,2026-01-01,complaint,bought,,,,,,,
h1,2026-01-01,coupon,web,,,,no-such,,,
X
try 1 import contacts "$scratch/contacts.csv"
for cell in ', column At: is no date; write 2026' ', column kind: is none of: registration, purchase' ', column channel: is empty' \
    ', column initiated_by: is none of: customer' ', column line: is no whole number from 1' ', column basket: there is none' \
    ', column article: the shop has none' ': matches no member'; do
    says err "/contacts.csv, row 2$cell"
done
says err 'row 3, column legal_basis \(line 4 of the file\): a bought'
says err 'row 3 \(line 4 of the file\): reason: a complaint needs one'
says err 'row 3, column line \(line 4 of the file\): a complaint needs the basket and line'
says err 'row 4, column campaign \(line 5 of the file\): a coupon needs'
says err 'row 4, column article \(line 5 of the file\): the shop has none'
same "findings" "$(findings)" 13
says_not err 'canary|soonish|zero|two'
# A file without a heading begins with somebody's data, and they are not taken for one.
printf '13800138000,2026-01-01,survey,web\n' >"$scratch/bare.csv"
try 1 import contacts "$scratch/bare.csv"
says err 'row 1: the column at is needed and not there'
says_not err '13800138000'

# ---- A new channel is told once something came by it ----------------------------------------------
printf 'kind,name,channel\nperson,Wu,pigeon\n' >"$scratch/channel.csv"
try 1 import members "$scratch/channel.csv" --rows 2
says_not err 'is new'
printf 'kind,name,sex,channel\nperson,Wu,neither,pigeon\n' >"$scratch/bad.csv"
try 1 import members "$scratch/bad.csv"
says_not err 'is new'
same "no channel of files that were refused" "$(sql 'SELECT count(*) FROM channel')" 0
# Nothing that was not known already: neither of a member nor of a coupon that was answered.
printf 'kind,name,channel,reference\nperson,Li,pigeon,h1\n' >"$scratch/same.csv"
try 0 import members "$scratch/same.csv"
try 0 import members "$scratch/same.csv" --update
says_not err 'is new'
printf 'reference,at,kind,channel,campaign\nh1,2026-01-02,coupon,web,spring\n' >"$scratch/coupon.csv"
try 0 import contacts "$scratch/coupon.csv"
sed -i 's/web/pigeon/' "$scratch/coupon.csv"
try 0 import contacts "$scratch/coupon.csv"
says out '0 new or changed, 1 as they were'
says_not err 'is new'
same "no channel by which nothing came" "$(sql 'SELECT count(*) FROM channel')" 0
try 0 import members "$scratch/channel.csv"
says err "the channel 'pigeon' is new and is taken into the list"
same "the channel" "$(sql 'SELECT group_concat(code) FROM channel')" pigeon

# ---- Files that are none --------------------------------------------------------------------------
# Behind the headings of members and of contacts: one sentence with the row, exit 1, and nothing of it comes in.
state() { sql "SELECT (SELECT count(*) FROM member), (SELECT count(*) FROM contact), (SELECT count(*) FROM import_log)"; }
refuse() { # refuse PATTERN FORMAT: the rows as printf writes them
    before=$(state)
    for heading in members:kind,name,channel,email contacts:at,kind,channel,campaign; do
        printf "%s\n$2" "${heading#*:}" >"$scratch/file.csv"
        try 1 import "${heading%%:*}" "$scratch/file.csv"
        one_line err
        says err "file.csv, row $1"
        says err 'Nothing was imported'
    done
    same "nothing came in" "$(state)" "$before"
}
refuse '3: more cells than the header has' 'person,A,desk,\nperson,A,desk,,x\n'
refuse '3: the file ends in the middle of this row' 'person,A,desk,\nperson,A,de'
refuse '3: a quotation mark .* is never closed' 'person,A,desk,\nperson,"A,desk,\n'
refuse '2: a quotation mark stands inside a cell' 'person,A"B,desk,\n'
refuse '2: not UTF-8 text, a zero byte stands in it' 'person,A\000,desk,\n'
refuse '2: not UTF-8' 'person,\204\061\244,desk,\n'
printf 'kind,name,channel\nperson,A,desk\n' | iconv -t UTF-16LE >"$scratch/utf16.csv"
try 1 import members "$scratch/utf16.csv"
says err 'row 1: not UTF-8 text, a zero byte stands in it'
for file in '' '\n\n\n' '\357\273\277' '\357\273\277\r\n'; do
    printf "$file" >"$scratch/file.csv"
    for kind in members contacts; do
        try 1 import $kind "$scratch/file.csv"
        says err 'is empty; the first row must name the columns'
    done
done
for separator in ';' '\t' '|'; do
    printf "kind${separator}name${separator}channel\nperson${separator}A${separator}desk\n" >"$scratch/file.csv"
    try 1 import members "$scratch/file.csv"
    says err 'not separated by commas'
done
{ printf 'kind,name,channel\nperson,'; head -c 2000000 /dev/zero | tr '\0' x; printf ',desk\n'; } >"$scratch/file.csv"
try 1 import members "$scratch/file.csv"
says err '1 MiB in a cell'
# What is fine: headings alone, a byte-order mark, CR LF and CR, cells left out at a row's end, a line end in a text,
# a character of four bytes of GB18030.
printf 'kind,name,channel' >"$scratch/file.csv"
try 0 import members "$scratch/file.csv"
says out '0 rows; 0 new'
members=$(sql 'SELECT count(*) FROM member')
printf '\357\273\277kind,name,channel,email\r\nperson,A,desk\r\nperson,"B, ""b""",desk,\r\n' >"$scratch/file.csv"
try 0 import members "$scratch/file.csv" --rows 2
printf 'kind,name,channel\rperson,C,desk\rperson,D,desk\r' >"$scratch/file.csv"
try 0 import members "$scratch/file.csv" --rows 2
printf 'kind,name,channel,reference\nperson,\204\061\244\067,desk,g4\n' >"$scratch/file.csv"
try 0 import members "$scratch/file.csv" --encoding gb18030
same "what is fine came in" "$(sql 'SELECT count(*) FROM member')" $((members + 5))
try 0 check
done_story
