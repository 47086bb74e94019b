# Published panels of household purchases as the files of `loyalty import`, as a stranger would write them: each row is a
# basket; each household has a store of its own, its n-th purchase is on the n-th day, and prices are those of the day.
#
#   awk -F, -v panel=Yogurt -v folder=DIR -f choice_panels.awk Ecdat_Yogurt.csv           (Catsup alike)
#   awk -F, -v panel=Margarine -v folder=DIR -f choice_panels.awk margarine_choice.csv margarine_choice.csv margarine_demos.csv
#
# Out: DIR/articles.csv, prices.csv, baskets.csv; of margarine also members.csv. Margarine as the help page of R's bayesm
# does it: products 1, 2, 3, 4, 5 and 7, households with at least five purchases of them.
function day(n,    m) { # n-th day from 2020-01-01, in months of 28
    m = int(n / 28)
    return sprintf("%04d-%02d-%02d", 2020 + int(m / 12), m % 12 + 1, n % 28 + 1)
}
function purchase(household, chosen, count,    i, store) {
    number++
    nth[household]++
    store = "S" household
    for (i = 1; i <= count; i++) {
        if (!((name[i]) in known)) print name[i] "," name[i] "," panel >articles
        known[name[i]]
        printf "%s,%s,%s,%s,%.2f,%.2f,%s,%s,%s\n", name[i], store, day(nth[household]), day(nth[household] + 1),
            price[i], price[i], feature[i] ? "feature" : "", feature[i] ? "other" : "", display[i] ? "end of shelf" : "" >prices
        if (name[i] == chosen)
            printf "%d,%s,%s,%s,%s,1,%.2f,%.2f\n", number, household, store, day(nth[household]), chosen, price[i], price[i] >baskets
    }
}
BEGIN {
    articles = folder "/articles.csv"; prices = folder "/prices.csv"; baskets = folder "/baskets.csv"
    print "article,brand,category" >articles
    print "article,store,from,to,list_price,selling_price,promotion,promotion_form,display" >prices
    print "basket,member,store,at,article,quantity,list_price,paid" >baskets
    if (panel == "Margarine") print "kind,reference,channel,consent_profiling,income,family_size" >(folder "/members.csv")
    split("Parkay stick,BB stick,Fleischmann stick,House stick,Generic stick,,Shed Spread tub", product, ",")
}
{ gsub(/"/, "") }
FNR == 1 {
    files++
    for (i = 1; i <= NF; i++) column[$i] = i
    for (i = 1; i <= NF && panel != "Margarine"; i++)
        if ($i ~ /^price\./) name[++alternatives] = substr($i, 7)
    next
}
panel != "Margarine" {
    for (i = 1; i <= alternatives; i++) {
        price[i] = $column["price." name[i]]
        feature[i] = $column["feat." name[i]] + 0
        display[i] = ("disp." name[i]) in column ? $column["disp." name[i]] + 0 : 0
    }
    purchase($column["id"], $column["choice"], alternatives)
    next
}
files == 1 && product[$2] != "" { enough[$1]++ }
files == 2 && product[$2] != "" && enough[$1] >= 5 {
    alternatives = 0
    for (i = 1; i <= 7; i++)
        if (product[i] != "") {
            name[++alternatives] = product[i]
            price[alternatives] = $(2 + i)
        }
    purchase($1, product[$2], alternatives)
}
files == 3 && enough[$1] >= 5 { print "person," $1 ",import,yes," $2 "," $5 >(folder "/members.csv") }
