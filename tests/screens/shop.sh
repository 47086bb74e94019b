# Sourced by the tests of screens: shop FOLDER makes a small shop with invented people, always the same one.
# Needs $LOYALTY. Operators: Li Na (cashier, 2580), Sun Ping (supervisor, 3691), Wang Jun (manager, 14725836).
shop() {
    folder=$1
    export LOYALTY_STORE=$folder/shop.loyalty XDG_CONFIG_HOME=$folder/config XDG_STATE_HOME=$folder/state
    export LC_ALL=C.UTF-8 TZ=UTC LOYALTY_NOW='2026-03-04 14:32'
    unset LOYALTY_KEY LANGUAGE NO_COLOR LOYALTY_LANG || true
    "$LOYALTY" init --currency CNY --country CN --site S1 --lane 03
    for who in 'Li Na:cashier:2580' 'Sun Ping:supervisor:3691' 'Wang Jun:manager:14725836'; do
        name=${who%%:*} rest=${who#*:}
        "$LOYALTY" operator add "$name" --role "${rest%%:*}"
        echo "${rest#*:}" | "$LOYALTY" operator pin "$name"
    done
    "$LOYALTY" range add 29 --length 13 --check-digit gs1
    cat >"$folder/articles.csv" <<'CSV'
article,gtin,brand,manufacturer,category,style,colour,size,tax_rate
牛奶250,6901234500011,青牧,青牧乳业,dairy,纯牛奶,,250 ml x12,13
调和油5L,6901234500028,金穗,金穗粮油,oil,调和油,,5 L,9
COLA330,6901234500035,Sprudel,Sprudel Drinks,drinks,Cola,,330 ml,13
面筋106,6901234500042,辣味坊,辣味坊食品,snacks,大面筋,,106 g,13
SHIRT-M,6901234500059,Nordwind,Nordwind Apparel,apparel,Oxford shirt with a very long name indeed,navy,M,13
BOWL,6901234500066,,,household,Bowl,,,13
CSV
    cat >"$folder/prices.csv" <<'CSV'
article,from,to,list_price,selling_price
牛奶250,2026-01-01,,52.00,52.00
调和油5L,2026-01-01,,84.90,84.90
COLA330,2026-01-01,,2.50,2.50
面筋106,2026-01-01,,5.80,5.80
SHIRT-M,2026-01-01,,199.00,199.00
CSV
    "$LOYALTY" import articles "$folder/articles.csv"
    "$LOYALTY" import prices "$folder/prices.csv"
    "$LOYALTY" promotion add MILK --form member-price --amount 49.90 --scope article --target 牛奶250 --from 2026-01-01
    "$LOYALTY" promotion add SNACK --form n-for-m --take 3 --pay 2 --scope category --target snacks --from 2026-01-01
    "$LOYALTY" member add --kind person --family-name 张 --given-name 小宝 --telephone 13800138001 --channel desk \
        --card 2900000010239
    "$LOYALTY" member add --kind person --family-name 张 --given-name 大海 --telephone 13800138002 --channel desk \
        --card 2900000020221
    "$LOYALTY" member add --kind organisation --name 'Wang Restaurant' --telephone 02155500001 --channel desk \
        --purchasers 'Li Mei' --card 2900000048218
}
