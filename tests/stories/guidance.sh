# Guidance for the store from the demo mall: the promotion that tires is found, the colour that was out of stock is a gap
# and no dislike, the dear grade sells less than its shelf; and the sentences for what cannot be told.
. "$(dirname "$0")/lib.sh"

mall=$(dirname "$MALL_GENERATE")/data
export TZ=Asia/Shanghai LOYALTY_NOW='2026-01-05 10:00'
try 0 init --currency CNY --country CN --site north

# Nothing yet.
try 1 fit lift
one_line err
says err 'nothing was sold in this period'
try 1 fit stock
says err 'nothing was sold in this period'
try 2 fit lift --holdout-weeks none
try 2 fit lift --from yesterday
try 2 fit lift --from 2025-06-01 --to 2025-05-01
try 2 fit lift --units shelf

try 0 import articles "$mall/articles.csv"
try 0 import baskets "$mall/baskets.csv" --create-members
try 1 --json fit lift
one_line err
says err 'no price history'
try 0 import prices "$mall/prices.csv"
try 1 fit lift --category nonesuch
says err 'no article has this category'
try 1 fit lift --from 2025-03-01 --to 2025-05-01
says err 'fewer than 20 whole weeks'

try 0 --json fit lift --holdout-weeks 8
says_not out 'nan|inf'
cp "$scratch/out" "$scratch/lift"
# Price, and n-for-m by its weeks: what the mall's README has counted lies in or near the intervals.
holds() { awk "BEGIN { exit !($1) }" || die "not so: $1"; }
price=$(sed -n 's/.*"ln_price":{"mean":\([-0-9.]*\).*/\1/p' "$scratch/lift")
holds "$price < -.7 && $price > -2.6"
first=$(sed -n 's/.*"promo:n-for-m":{"mean":\([-0-9.]*\).*/\1/p' "$scratch/lift")
second=$(sed -n 's/.*"promo:n-for-m:week2":{"mean":[-0-9.]*,"standard_error":[0-9.]*,"low":[-0-9.]*,"high":\([-0-9.]*\).*/\1/p' "$scratch/lift")
holds "exp($first) > 3 && exp($first) < 4.6"
holds "$second < 0"
says out '"holdout":\{"hierarchical":0\.[0-9]*,"separate":[0-9.]*,"unit_mean":0\.[0-9]*,"pooled":[01]\.[0-9]*'
hierarchical=$(sed -n 's/.*"holdout":{"hierarchical":\([0-9.]*\).*/\1/p' "$scratch/lift")
mean=$(sed -n 's/.*"unit_mean":\([0-9.]*\).*/\1/p' "$scratch/lift")
holds "$hierarchical < $mean"
try 0 fit lift --category shirt
says out 'n for m \(as 3 for 2\)'
says out 'by week of the promotion: first \+'
# The same again, the same bytes.
try 0 --json fit lift --category shirt
cp "$scratch/out" "$scratch/lift"
try 0 --json fit lift --category shirt
cmp -s "$scratch/out" "$scratch/lift" || die "two runs differ"
try 0 --lang zh_CN fit lift --category shirt
says out '按促销的第几周：首周 \+'

try 0 --json fit stock --category shirt
says_not out 'nan|inf'
says out '"kind":"grade","name":"3 fine"[^}]*"high":0\.[0-9]*,"told":true'
says out '"kind":"colour-family","name":"red"[^}]*"told":false'
lost=$(sed -n 's/.*"name":"red"[^}]*"lost":\([0-9.]*\).*/\1/p' "$scratch/out")
holds "$lost > 100"
try 0 --lang zh_CN fit stock --category shirt
says out '缺货'
