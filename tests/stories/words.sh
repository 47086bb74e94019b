#!/bin/sh
# What a shop's people read: labels of the form and words for codes in both languages, columns that stand under each
# other, numbers without a tail of digits, and nothing taken out that was not there.
. "$(dirname "$0")/lib.sh"
try 0 init --currency CNY --country CN
id() { "$LOYALTY" --json member add --channel desk "$@" | sed 's/^{"member":"\([^"]*\)".*/\1/'; }
zh() { try 0 --lang zh_CN "$@"; }
firm=$(id --form organisation --name 北京康福饭店有限公司 --industry 餐饮 --address 朝阳区建国路8号 --telephone 01065001234 \
    --district 朝阳区 --postcode 100022 --tax-no 91110105MA0012345X --purchasers 王伟 --seen-on-licence --consent-scheme)
a=$(id --kind person --family-name 王 --given-name 伟 --telephone 13812345678 --sex m --card 9156000000000011)
b=$(id --kind person --name 王伟 --telephone 13812345678 --consent-marketing)
try 0 form set organisation district --label 城区
try 0 range add 9156 --length 16 --check-digit luhn
try 0 range add 2012 --length 13 --check-digit none --use coupon

# no_codes: no word of Latin letters is left but what the customer said, ids, options and the name of a command.
no_codes() {
    left=$(sed -E 's/`[^`]*`//g;s/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}//g;s/(Luhn|GS1|PIN|[0-9]+MA[0-9]+X|wang wei|bei jing[a-z ]*)//g' \
        "$scratch/out" | grep -oE '[A-Za-z_]{2,}' | sort -u || true)
    [ -z "$left" ] || die "English in $*: $left"
    demands=$((demands + 1))
}
for command in "member show $firm" "member show $a" "member find 王" "member list" \
    "member list --columns name,pinyin,kind,status,pseudonymous,consent_marketing,sex" "member history $a" \
    "member quality" "member quality $a" "member quality --channels" "member duplicates" "range list" "channel list" \
    "contact list $a" "member note $a" "operator list"; do
    zh $command
    [ -s "$scratch/out" ] || die "$command printed nothing"
    case $command in channel* | operator*) cut -c 15- "$scratch/out" | sed 's/root//g' >"$scratch/cut" && mv "$scratch/cut" "$scratch/out" ;; esac
    no_codes "$command"
done
zh member show "$firm"
says out '^  城区 +朝阳区'
says out '^  客户名称 +北京康福饭店有限公司'
says out '^  接受会员章程 +是'
zh member show "$a"
says out '^  性别 +男'
try 0 member show "$a"
says out '^  Sex +male'
says out '^  Consent to advertising +no'
try 0 --json member show "$a"
says out '"sex":"m"'
zh member duplicates
says out '^ +电话相同、姓名相同'
zh range list
says out '20.. +13 位  校验位：无  +优惠券'

# The audit log and the rules have the code, for whoever searches, and its words.
try 0 card block 9156000000000011 --reason 'left on the bus'
zh audit list
for row in 'create +新建数据库' 'range-add +新增卡号段' 'member\.add +登记会员' 'form\.set +修改登记表' 'card\.block +停用或挂失卡'; do
    says out "^ +[0-9]+  [0-9-]+ [0-9:]+  [^ ]+ +$row( |\$)"
done
bare=$(grep -vP '[\x{4e00}-\x{9fff}]' "$scratch/out" || true)
[ -z "$bare" ] || die "audit list, not in Chinese: $bare"
try 0 audit list
says out ' card\.block +card blocked or lost +[0-9a-f-]{36}'
try 0 --json audit list
says out '"action":"card.block","object":"'
zh card rule
says out '^claim_days +90  认领码有效天数$'
bare=$(grep -vP '[\x{4e00}-\x{9fff}]' "$scratch/out" || true)
[ -z "$bare" ] || die "card rule, not in Chinese: $bare"
try 0 card rule purchasers 7
says out '^purchasers +7  purchasers of an organisation at a time$'

# Columns: a Chinese character takes two; what stands behind a label begins in one column.
starts() { # the column at which the value of each row begins
    sed -nE 's/^(  [^ ]+ {2,})[^ ].*$/\1/p' | while IFS= read -r head; do printf '%s\n' "$head" | wc -L; done | sort -u
}
zh member show "$firm"
same "columns of the values" "$(sed 1d "$scratch/out" | starts | paste -sd' ')" 39

# A value that was never there cannot be taken out, and nothing is confirmed by trying.
try 1 --json member edit "$a" --fax ""
says out '"changed":\[\],"confirmed":\[\],"kept":\[\],"absent":\["fax"\]'
says err 'nothing to take out'
try 1 member edit "$a" --fax "　" --email a@example.com
says out '^changed: E-mail'
says out '^not there, so nothing was taken out: Fax'
says_not out confirmed
try 0 --json member edit "$a" --email ""
says out '"changed":\["email"\]'
try 1 --lang zh_CN member edit "$a" --email "" --trait income=
says out '原本没有，未删去任何内容：电子邮箱、income'
try 0 --json member edit "$a" --telephone 13812345678
says out '"confirmed":\["telephone"\],"kept":\[\],"absent":\[\]'

# Scores have six decimals at most, whole numbers none.
try 0 --json member quality
says out '"complete":0\.[0-9]{1,6}[,}]'
says_not out '[0-9]\.[0-9]{7}'
try 0 --json member quality "$a"
says_not out '[0-9]\.[0-9]{7}'
says out '"evidence":[0-9]+,'
try 0 --json member quality --channels
says_not out '[0-9]\.[0-9]{7}'

# Each page of help has an example, and each option its words in both languages.
for command in add show find list edit confirm history quality duplicates distinct merge unmerge branch file export erase \
    retention; do
    zh member "$command" --help
    says out '^示例：'
    says out "^  loyalty member $command"
    bare=$(sed -n '/^选项：/,$p' "$scratch/out" | grep -E '^  --' | grep -vP '[\x{4e00}-\x{9fff}]' || true)
    [ -z "$bare" ] || [ "$(printf '%s\n' "$bare" | grep -c -- '--')" = 0 ] || die "member $command: not in Chinese: $bare"
    try 0 member "$command" --help
    says out '^Example:'
done

# Retention only counts unless it is told to run.
export LOYALTY_NOW=2036-01-01
for dry in "" --dry-run; do
    try 0 --json member retention $dry
    says out "\"member\":\"$b\""
    says out '"inactive":3,"erased":0'
done
try 2 member retention --dry-run --run
try 0 --json member retention --run --checked
says out '"inactive":3,"erased":3'
unset LOYALTY_NOW
done_story
