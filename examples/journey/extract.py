#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""extract.py - the 801 households with demographics out of the Complete Journey sample.

In: the folder with cj_demographics.csv, cj_transactions_sample.csv, cj_products.csv and
cj_promotions_sample.csv. Out: members.csv, articles.csv, baskets.csv, prices.csv in the program's
import headers. Run by hand (python3 extract.py SOURCE_FOLDER [OUT_FOLDER]); the results are committed,
and the same input gives the same bytes. README.md says what each choice below means.
"""
import collections
import csv
import datetime
import os
import sys

CARD_PREFIX = "9156"
GRADES = ("1 low", "2 middle", "3 high")
GRADE_ARTICLES_MIN = 6
TRAITS = (  # column written, column of the source
    ("age_band", "age"),
    ("income", "income"),
    ("household_comp", "household_comp"),
    ("household_size_band", "household_size"),
    ("kids_count", "kids_count"),
    ("home_ownership", "home_ownership"),
    ("marital_status", "marital_status"),
)


def read_rows(folder, name):
    with open(os.path.join(folder, name), newline="", encoding="utf-8") as file:
        yield from csv.DictReader(file)


def write_rows(folder, name, header, rows):
    with open(os.path.join(folder, name), "w", newline="", encoding="utf-8") as file:
        out = csv.writer(file, lineterminator="\n")
        out.writerow(header)
        out.writerows(rows)


def cents(text):
    """Decimal text to cents, exactly; finer than a cent is an error, never rounded."""
    whole, _, part = text.partition(".")
    if len(part) > 2:
        raise ValueError("finer than a cent: " + text)
    return int(whole) * 100 + int((part + "00")[:2])


def money(value):
    return "%d.%02d" % divmod(value, 100)


def known(text):
    return "" if text == "NA" else text


def luhn_digit(digits):
    total = 0
    for place, char in enumerate(reversed(digits)):
        value = int(char) * (2 if place % 2 == 0 else 1)
        total += value - 9 if value > 9 else value
    return str(-total % 10)


def card_number(household):
    body = CARD_PREFIX + household.zfill(11)
    return body + luhn_digit(body)


def amount_of(list_price, quantity_milli):
    """round(list_price * quantity) in cents; None on a tie, which programs may round either way."""
    whole, rest = divmod(list_price * quantity_milli, 1000)
    return None if rest == 500 else whole + (rest > 500)


def price_and_quantity(shelf, pieces):
    """A unit price in whole cents and a quantity in thousandths whose product rounds to `shelf`."""
    if shelf % pieces == 0:
        return shelf // pieces, pieces * 1000
    # Fuel comes in thousandths of a gallon: its price is per gallon, and no piece count is involved.
    near = max(1, (2 * shelf + pieces) // (2 * pieces))
    quantity = (2 * shelf * 1000 + near) // (2 * near)
    if amount_of(near, quantity) == shelf:
        return near, quantity
    return shelf, 1000


class Line:
    def __init__(self, row, product_type):
        self.household, self.store = row["household_id"], row["store_id"]
        self.basket, self.article = row["basket_id"], row["product_id"]
        self.week, self.at = int(row["week"]), row["transaction_timestamp"]
        self.pieces = int(row["quantity"])
        self.value = cents(row["sales_value"])
        self.card_discount = cents(row["retail_disc"])
        self.coupon = cents(row["coupon_disc"])
        self.match = cents(row["coupon_match_disc"])
        self.shelf = self.value + self.card_discount + self.match
        self.paid = self.value - self.coupon
        # From 50 units on a fuel line counts thousandths of a gallon; below, the till keyed one fill.
        self.fuel = product_type.startswith("GASOLINE") and self.pieces >= 50
        if self.fuel:
            self.list_price, self.quantity = self.fuel_price()
        elif self.pieces > 0 and self.shelf > 0:
            self.list_price, self.quantity = price_and_quantity(self.shelf, self.pieces)

    def fuel_price(self):
        price = (2 * self.shelf * 1000 + self.pieces) // (2 * self.pieces)
        quantity = (2 * self.shelf * 1000 + price) // (2 * price)
        if amount_of(price, quantity) != self.shelf:
            return self.shelf, 1000
        return price, quantity

    def left_out(self):
        if self.pieces == 0:
            return "quantity 0"
        if self.shelf == 0:
            return "no price"
        return "coupon above the value" if self.paid < 0 else None

    def form(self):
        return "coupon" if self.coupon else "other" if self.card_discount else ""

    def row(self):
        milli = self.quantity
        quantity = str(milli // 1000) if milli % 1000 == 0 else "%d.%03d" % divmod(milli, 1000)
        return (self.basket, self.household, self.store, self.at[:10] + "T" + self.at[11:16] + "Z",
                self.article, quantity, money(self.list_price), money(self.paid), self.form())


def grades_of(lines, products):
    """Tercile of the mean unit list price within product type."""
    shelf, units = collections.Counter(), collections.Counter()
    for line in lines:
        shelf[line.article] += line.shelf
        units[line.article] += line.quantity
    types = collections.defaultdict(list)
    for article in shelf:
        kind = known(products.get(article, {}).get("product_type", ""))
        if kind:
            types[kind].append((shelf[article] / units[article], article))
    grades = {}
    for priced in types.values():
        if len(priced) < GRADE_ARTICLES_MIN:
            continue
        places = collections.defaultdict(list)  # equal prices share the middle of their places
        for rank, (price, _) in enumerate(sorted(priced)):
            places[price].append(rank)
        for price, article in priced:
            middle = places[price][0] + places[price][-1] + 1
            grades[article] = GRADES[middle * 3 // (2 * len(priced))]
    return grades


def article_row(article, product, grade):
    get = lambda name: known(product.get(name, ""))
    brand = get("brand")
    gift = "GIFT CARD" in get("product_type") and not get("product_type").startswith("GIFT-WRAP")
    return (article, brand, get("manufacturer_id"), get("product_category"), get("product_type"),
            get("package_size"), grade, "yes" if grade else "",
            {"Private": "yes", "National": "no"}.get(brand, ""), "gift-card" if gift else "")


def member_row(household, row):
    size = row["household_size"]
    return ("person", household, card_number(household), size.rstrip("+") if size != "NA" else "",
            "import", "import", "2017-01-01T00:00Z", "yes", "yes", "yes",
            *(known(row[source]) for _, source in TRAITS))


def week_days(week):
    """Week 1 is Sunday 2017-01-01 alone; the others start on Mondays. The end is exclusive."""
    monday = datetime.date(2017, 1, 2) + datetime.timedelta(days=7 * (week - 2))
    start = datetime.date(2017, 1, 1) if week == 1 else monday
    return start.isoformat() + "T00:00Z", (monday + datetime.timedelta(days=7)).isoformat() + "T00:00Z"


def price_rows(lines, promotions):
    first = {}
    for line in lines:
        first.setdefault((line.article, line.store, str(line.week)), line)
    rows = []
    for promo in promotions:
        line = first.get((promo["product_id"], promo["store_id"], promo["week"]))
        if not line:
            continue
        unit_discount = line.card_discount * 1000 // line.quantity
        mailer, display = promo["mailer_location"], promo["display_location"]
        rows.append((line.article, line.store, *week_days(line.week), money(line.list_price),
                     money(line.list_price - unit_discount), "mailer " + mailer if mailer != "0" else "",
                     "other" if line.card_discount else "",
                     "display " + display if display != "0" else ""))
    return sorted(rows, key=lambda row: (int(row[0]), row[1:]))


def main():
    if len(sys.argv) not in (2, 3):
        sys.exit("usage: extract.py SOURCE_FOLDER [OUT_FOLDER]")
    source = sys.argv[1]
    out = sys.argv[2] if len(sys.argv) == 3 else os.path.dirname(os.path.abspath(__file__))
    households = {row["household_id"]: row for row in read_rows(source, "cj_demographics.csv")}
    products = {row["product_id"]: row for row in read_rows(source, "cj_products.csv")}
    dropped, lines = collections.Counter(), []
    for row in read_rows(source, "cj_transactions_sample.csv"):
        if row["household_id"] not in households:
            continue
        line = Line(row, products.get(row["product_id"], {}).get("product_type", ""))
        reason = line.left_out()
        if reason:
            dropped[reason] += 1
        else:
            lines.append(line)
    lines.sort(key=lambda line: (line.at, int(line.basket), int(line.article), line.pieces, line.value))
    for line in lines:
        assert amount_of(line.list_price, line.quantity) == line.shelf >= line.paid >= 0
    grades = grades_of(lines, products)
    sold = sorted({line.article for line in lines}, key=int)

    write_rows(out, "members.csv", ("kind", "reference", "card", "household_size", "channel", "initiated_by",
               "collected_at", "consent_profiling", "consent_marketing", "consent_suppliers",
               *(name for name, _ in TRAITS)),
               (member_row(key, households[key]) for key in sorted(households, key=int)))
    write_rows(out, "articles.csv", ("article", "brand", "manufacturer", "category", "style", "size",
               "grade", "grade_derived", "own_brand", "kind"),
               (article_row(key, products.get(key, {}), grades.get(key, "")) for key in sold))
    write_rows(out, "baskets.csv", ("basket", "member", "store", "at", "article", "quantity", "list_price",
               "paid", "promotion_form"), (line.row() for line in lines))
    write_rows(out, "prices.csv", ("article", "store", "from", "to", "list_price", "selling_price",
               "promotion", "promotion_form", "display"),
               price_rows(lines, read_rows(source, "cj_promotions_sample.csv")))
    odd = [line for line in lines if line.shelf % line.pieces and not line.fuel]
    print("lines", len(lines), "left out", dict(dropped), "fuel", sum(line.fuel for line in lines),
          "not whole cents a piece", len(odd), "as one piece",
          sum(line.quantity == 1000 and line.pieces != 1 for line in lines),
          "largest quantity change", max((abs(line.quantity / line.pieces / 1000 - 1) for line in odd
                                          if line.quantity != 1000), default=0),
          "fuel", max((abs(line.quantity / line.pieces - 1) for line in lines if line.fuel and
                       line.quantity != 1000), default=0))


if __name__ == "__main__":
    main()
