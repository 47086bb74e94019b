#!/bin/sh
# Forms at the desk, in English and Chinese: what is wrong and what would be right, what a form still lacks,
# what a shop changes in it, a doubtful tax number, the second press of the key, imports as lenient as ever.
. "$(dirname "$0")/lib.sh"
count() { "$LOYALTY" member list | wc -l; }
try 0 init --currency CNY --country CN

# Wrong numbers: a sentence with the label in the reader's language, without the value, and nothing is kept.
try 1 member add --kind organisation --name 川菜馆 --tax-no 91350100M000I00Y43
says err 'Tax number.*no Unified Social Credit Code has.*digits and capital letters'
says_not err '91350100M'
one_line err
try 1 --lang zh_CN member add --kind organisation --name 川菜馆 --tax-no 91350100M000I00Y43
says err '税号.*不使用的字符；应为数字和大写字母'
says_not err '91350100M'
try 1 --lang zh_CN member add --kind organisation --name 川菜馆 --tax-no DE136695975
says err '税号.*校验位有误'
# Without its letters and a digit short: what it is taken for, how long it is, how long it would be.
shop=$LOYALTY_STORE
export LOYALTY_STORE="$scratch/de.loyalty"
try 0 init --currency EUR --country DE
try 1 member add --kind organisation --name Eck --tax-no '136 695 97'
says err 'Tax number.*it has 8 characters, and no country.s letters stand in front; expected is a VAT number of DE \(9 digits\), or one'
says_not err 695
try 1 --lang zh_CN member add --kind organisation --name Eck --tax-no 13669597
says err '税号.*共 8 个字符，开头没有国家字母；应为 DE 的增值税号（9 位数字），其他国家的号码须以其国家字母开头'
try 1 member add --kind organisation --name Eck --tax-no DE13669597
says err 'behind the country.s letters'
try 0 member add --kind organisation --name Eck --tax-no 136695976
export LOYALTY_STORE="$shop"
try 1 --lang zh_CN member add --kind organisation --name 川菜馆 --account-no 4111111111111111
says err '账号.*支付卡号'
says_not err '4111'
try 1 --lang zh_CN member add --kind organisation --name 川菜馆 --account-no DE88370400440532013000
says err '账号.*IBAN'
try 1 --lang zh_CN member add --kind organisation --name 川菜馆 --telephone 62345678
says err '电话.*缺少区号'
try 1 --lang zh_CN member add --kind organisation --name 川菜馆 --postcode 43002
says err '邮编.*6 位数字'
try 1 --lang zh_CN member add --kind person --name 张伟 --birth-year 35
says err '出生年份.*不要填年龄'
same "members after refusals" "$(count)" 0

# Without a form a name is enough; what the form would ask is a hint.
try 0 member add --kind organisation --name 川菜馆
says err 'the form still lacks: Industry, Address, District, Postcode, Telephone, Tax number, Authorised purchasers'
try 0 --lang zh_CN member add --kind person --name 张伟
says err '表格尚缺：电话'
try 0 member add --kind person --family-name 李 --json
says out '"missing":\["given_name","telephone"\]'
[ ! -s "$scratch/err" ] || die "words beside JSON"

# An identity number in the place of a tax number, in any writing, is never kept; its neighbour is only doubtful.
for number in 110101199003074514 '１１０１０１ 19900307 4514'; do
    try 1 --lang zh_CN member add --kind organisation --name 川菜馆 --tax-no "$number"
    says err '税号.*证件号码'
done
try 0 member add --kind organisation --name 川菜馆 --tax-no 110101199013074514
says err 'warning'

# With a form it is not.
firm="--form organisation --name 川菜馆有限公司 --industry 餐饮 --district 江汉区 --postcode ４３００２２ --telephone 027-85351234 --purchasers 王小明"
try 1 member add $firm
says err 'still expected: Address, Tax number'
try 1 --lang zh_CN member add $firm
says err '还需填写：地址、税号'
try 1 --lang zh_CN member add --form lane --telephone 13800138000
says err '还需填写：接受会员章程'
try 1 --lang zh_CN member add --form lane --consent-scheme
says err '还需填写：电话或会员卡'
try 0 member add --form lane --telephone 13800138000 --consent-scheme --json
says out '"consent":\{"profiling":false,"marketing":false,"suppliers":false,"scheme":true\}'
says out '"pseudonymous":false'
try 2 member add --form shoe --name A
try 2 member add --name A

# A doubtful tax number: a warning without a form, the tick with one, kept as seen on the licence.
try 0 --lang zh_CN member add --kind organisation --name 甲店 --tax-no 91350211M0000XUF46
says err '警告：税号：最后一位校验码与前 17 位不符.*--seen-on-licence'
try 0 member add --kind organisation --name 甲店 --tax-no 91350211M0000XUF46 --json
says out '"warnings":\[\{"field":"tax_no","code":"uscc-check"'
before=$(count)
try 1 member add $firm --address 解放大道688号 --tax-no 91350211M0000XUF46
says err 'last character does not fit.*say that you have seen it.*--seen-on-licence'
same "members" "$(count)" "$before"
try 0 member add $firm --address 解放大道688号 --tax-no 91350211M0000XUF46 --seen-on-licence
same "seen" "$(sqlite3 "$LOYALTY_STORE" "SELECT count(*) FROM member_field WHERE verified_by = 'licence' AND field = 11")" 1
try 0 member add $firm --address 解放大道688号 --tax-no 暂无 --json
says out '"purchasers":\[\{"purchaser":[0-9]+,"name":"[^"]+","authority":"permanent"\}'

# The second press: the same member, nothing new.
try 0 member add --kind person --name 王芳 --token press-1 --json
one=$(sed 's/^{"member":"\([^"]*\)".*/\1/' "$scratch/out")
before=$(count)
try 0 member add --kind person --name 王芳 --token press-1 --json
says out '"repeated":true'
same "the member of a second press" "$(sed 's/^{"member":"\([^"]*\)".*/\1/' "$scratch/out")" "$one"
same "members after a second press" "$(count)" "$before"
try 0 member add --kind person --name 王芳 --token press-2
same "members after another form" "$(count)" $((before + 1))

# What a shop changes: the label of the section, a need, never without a purpose.
try 0 --lang zh_CN form show organisation
says out 'section +地段号 +选填 +用于安排送货'
try 0 form set organisation section --label 送货路线 --json
says out '"label":"送货路线","need":"optional"'
try 0 --lang zh_CN form show organisation --json
says out '"field":"section","label":"送货路线"'
try 0 form set organisation section --purpose ''
try 1 --lang zh_CN form set organisation section --need required
says err '没有写明用途的项不能设为必填'
try 0 form set organisation section --purpose 'To plan the rounds' --need required
try 1 member add $firm --address 解放大道688号 --tax-no 91350100M000100Y43
says err 'still expected: 送货路线'
try 1 form set organisation section --label 身份证号
says err 'never asked'
try 1 form set lane consent_marketing --need required
says err 'free choice'
try 1 form set lane shoe --need required
try 2 form set lane card --need perhaps
try 2 form set shoe card --need required
try 2 form set lane card
try 0 form show --json
same "fields of all forms" "$(wc -l <"$scratch/out")" 46
says_not out 'identity|passport|id_card'

# Imports: a name is enough, a wrong check digit is counted, a wrong structure is a finding, no identity numbers.
cat >"$scratch/members.csv" <<'X'
kind,name,tax_no,birth_year,channel
organisation,乙店,91350211M0000XUF46,,import
organisation,丙店,,,import
person,赵敏,,1980-1989,import
X
try 0 import members "$scratch/members.csv"
says out '3 rows; 3 new or changed, 0 as they were; 1 doubtful'
says err 'row 2: tax number: the last character.*seen_on_licence: yes'
says_not err '91350211'
# Seen on the licence is said by a column, which is no trait.
printf 'kind,name,tax_no,channel,seen_on_licence\norganisation,庚店,91350211M0000XUF46,import,yes\n' >"$scratch/x.csv"
try 0 import members "$scratch/x.csv"
says_not err 'tax number'
says_not out doubtful
same "seen in a file" "$(sqlite3 "$LOYALTY_STORE" "SELECT count(*) FROM member_field WHERE verified_by = 'licence' AND field = 11")" 2
same "traits of it" "$(sqlite3 "$LOYALTY_STORE" "SELECT count(*) FROM member_trait WHERE name = 'seen_on_licence'")" 0
printf 'kind,name,tax_no,channel,seen_on_licence\norganisation,庚店,91350211M0000XUF46,import,perhaps\n' >"$scratch/x.csv"
try 1 import members "$scratch/x.csv"
says err 'column seen_on_licence: is none of: yes'
try 0 import members --help
for column in trading_name bank_name licence_until consent_scheme seen_on_licence; do
    says out "$column"
done
# A file that changes a member says the same of a doubtful number, once: the same again is nothing new.
printf 'kind,name,tax_no,channel,reference\norganisation,戊店,,import,w1\n' >"$scratch/x.csv"
try 0 import members "$scratch/x.csv"
printf 'kind,tax_no,channel,reference\norganisation,91350211M0000XUF46,import,w1\n' >"$scratch/x.csv"
try 0 import members "$scratch/x.csv" --update --json
says err 'row 2: tax number: the last character.*as on the licence'
says out '"values_changed": ?1,.*"doubtful": ?1'
says_not err '91350211'
printf 'kind,tax_no,channel,reference,remark\norganisation,91350211M0000XUF46,import,w1,\n' >"$scratch/x.csv"
try 0 import members "$scratch/x.csv" --update --json
says_not err 'tax number'
says_not out doubtful
printf 'kind,name,tax_no,channel\norganisation,丁店,91350211M0000XUF4,import\n' >"$scratch/x.csv"
try 1 import members "$scratch/x.csv"
says err 'row 2.*18 characters'
printf 'kind,name,身份证,channel\nperson,钱多,110101199001011234,import\n' >"$scratch/x.csv"
try 1 import members "$scratch/x.csv"
says err 'row 2.*never kept'
says_not err '110101'
done_story
