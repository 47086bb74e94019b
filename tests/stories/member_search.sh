# Members found by whatever a customer says, lists to the terminal, CSV and XLSX.
# In: invented members. Out: who is found, and files that open elsewhere.
. "$SOURCE/tests/stories/lib.sh"
export LOYALTY_NOW=2026-03-01T10:00:00+00:00
try 0 init --country CN --currency CNY
add() { try 0 member add "$@" --json; }
add --kind person --name 张伟 --telephone 13812345678 --postcode 200001 --consent-profiling
add --kind person --name 曾小贤 --telephone 13912345678 --district 徐汇
add --kind organisation --name "北京长乐餐饮有限公司" --industry 餐饮 --postcode 100020 --telephone 010-62345678
add --kind organisation --name '=HYPERLINK("x")' --industry 餐饮 --postcode 100020
add --kind person --family-name Muster --given-name Anna --email anna@example.com

finds() { # finds TEXT NAME...: these, in this order
    text=$1
    shift
    try 0 --json member find "$text"
    same "$text" "$(sed 's/.*"name": *"\(\([^"\\]\|\\.\)*\)".*/\1/' "$scratch/out" | tr '\n' ' ')" "$(printf '%s ' "$@")"
}
finds 张伟 张伟
finds zhangwei 张伟
finds zw 张伟
finds 张wei 张伟
finds zhang伟 张伟
try 1 member find 章wei
finds zxx 曾小贤
finds cxx 曾小贤
finds 5678 "北京长乐餐饮有限公司" 曾小贤 张伟
finds 13812345678 张伟
finds bjcl "北京长乐餐饮有限公司"
finds "anna muster" Muster
finds anna@example.com Muster
says out '"kind": *"person"'
try 1 member find nobody
one_line err
try 2 member find x --limit 0
try 1 member find 678
try 0 range add 9156001 --length 12
try 0 card issue 13812345678 915600100012
try 0 --json member find 915600100012
says out '"tail": *"0012"'
try 0 member find zw
says out '张伟  person  \.\.\.0012$'
says_not out 915600100012
try 1 member find card:4111111111111111

# Lists
lists() { # lists COUNT OPTIONS...
    count=$1
    shift
    try 0 --json member list "$@"
    same "$*" "$(wc -l <"$scratch/out")" "$count"
}
lists 5
says out '"last_purchase": *""'
lists 3 --kind person
lists 2 --industry 餐饮
lists 1 --industry 餐饮 --has telephone
lists 1 --industry 餐饮 --missing telephone
lists 2 --postcode 1000
lists 1 --district 徐汇
lists 1 --consent profiling
lists 4 --no-consent profiling
lists 1 --card issued
lists 0 --created-from 2026-03-02
lists 5 --created-from 2026-03-01 --created-to 2026-03-02
lists 0 --bought-from 2020-01-01
lists 0 --status erased
lists 5 --status all
lists 0 --trait income
lists 5 --columns member,cards,consent_profiling,telephone,pinyin
says out '"pinyin": *"zeng xiao xian"'
says out '"consent_profiling": *true'
try 2 member list --columns member,shoe
try 2 member list --kind dog
try 2 member list --has shoe
try 2 member list --created-from someday
try 2 member list --consent everything
try 2 member list --csv a --xlsx b

try 0 member list --columns name,telephone,postcode --csv "$scratch/list.csv" --bom
same "byte-order mark" "$(head -c 3 "$scratch/list.csv" | od -An -tx1 | tr -d ' ')" efbbbf
same "rows" "$(wc -l <"$scratch/list.csv")" 6
grep -q "\"'=HYPERLINK" "$scratch/list.csv" || die "a formula stands in the CSV file"
grep -q '张伟' "$scratch/list.csv" || die "Chinese text is lost"
same "mode" "$(stat -c %a "$scratch/list.csv")" 600
try 0 audit list
says out 'member\.list.*5 members'
try 3 member list --csv "$scratch/nowhere/list.csv"
[ ! -e "$scratch/nowhere" ] || die "a folder was made"

# Another role's list: an analyst's tells nobody's name, a cashier has none.
role() { sqlite3 "$LOYALTY_STORE" "UPDATE operator SET role = $1"; }
if command -v sqlite3 >/dev/null; then
    role 4
    lists 5
    says_not out '"name"|张伟|5678'
    lists 2 --postcode 1000
    try 0 member list --csv "$scratch/analyst.csv"
    grep -qE '张伟|5678|example' "$scratch/analyst.csv" && die "an analyst's file tells who a member is"
    for column in name pinyin telephone address account_no; do
        try 1 member list --columns "member,$column" --csv "$scratch/refused.csv"
        one_line err
        [ ! -e "$scratch/refused.csv" ] || die "a file of what is refused"
    done
    try 1 member find 张伟
    # Who may look nobody up by a number is told so, and not that there is nobody.
    for command in show history export erase note consent 'contact list' edit file; do
        more=
        case $command in edit) more='--fax 01065001234' ;; file) more="--out $scratch/file.html" ;; export) more=--json ;; esac
        case $command in contact*) ;; *) command="member $command" ;; esac
        try 1 $command 13812345678 $more
        says err 'is for a .*you are analyst'
        says_not err 'no such member'
    done
    role 1
    try 1 member list
    role 5
    try 1 member list --postcode 1000
    lists 5
    role 3
fi

# A spreadsheet, read by others
try 0 audit list
files=$(grep -c 'member\.list' "$scratch/out")
# What a program that was killed left behind, and others can read, is neither written on nor kept.
for form in csv xlsx; do echo stale >"$scratch/list.$form.part"; done
chmod 644 "$scratch"/list.*.part
try 0 member list --columns name --csv "$scratch/list.csv"
same "mode" "$(stat -c %a "$scratch/list.csv")" 600
files=$((files + 1))
if "$LOYALTY" member list --columns name,postcode --xlsx "$scratch/list.xlsx" >"$scratch/out" 2>"$scratch/err"; then
    command -v unzip >/dev/null && command -v xmllint >/dev/null || { echo "skipped: unzip or xmllint is not installed"; exit 77; }
    unzip -q -d "$scratch/x" "$scratch/list.xlsx"
    try 0 audit list
    same "notes of files" "$(grep -c 'member\.list' "$scratch/out")" $((files + 1))
    says_not out '张伟|HYPERLINK'
    sheet=$scratch/x/xl/worksheets/sheet1.xml
    cells() { xmllint --xpath "count(//*[local-name()='$1'])" "$sheet"; }
    same "rows of the sheet" "$(cells row)" 6
    same "formulas of the sheet" "$(cells f)" 0
    first=$(xmllint --xpath "string(//*[local-name()='row'][2]/*[local-name()='c'][1])" "$sheet")
    same "first name" "$first" 张伟
    third=$(xmllint --xpath "string(//*[local-name()='row'][2]/*[local-name()='c'][2])" "$sheet")
    same "postcodes stay text" "$third" 200001
    same "mode" "$(stat -c %a "$scratch/list.xlsx")" 600
    same "nothing is left behind" "$(find "$scratch" -name '*.part' | wc -l)" 0
else
    says err libxlsxwriter
fi
try 3 member list --xlsx "$scratch/nowhere/list.xlsx"
done_story
