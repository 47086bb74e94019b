#!/bin/sh
# What each room may not include: ARCHITECTURE.md. rooms.sh SOURCE_DIR [--self-test]
# The self-test plants one forbidden line of each rule in a copy and demands that it is found.
set -eu
root=$1
status=0

# forbid WHAT PATTERN FILES...: no file may have an include that matches.
forbid() {
    what=$1
    pattern=$2
    shift 2
    found=$(grep -nE "^[[:space:]]*#[[:space:]]*include[[:space:]]*[<\"]($pattern)" "$@" /dev/null || true)
    [ -z "$found" ] && return
    printf 'forbidden: %s\n%s\n' "$what" "$found"
    status=1
}

files() { # files FOLDER ...: their C files, not nothing
    found=$(cd "$root" && find "$@" -name '*.[ch]' | sort)
    [ -n "$found" ] || { echo "no C files under $*: the rules check nothing" >&2; exit 1; }
    (cd "$root" && find "$@" -name '*.[ch]' | sort)
}

rules() {
    cd "$root"
    forbid "drivers/ sees status.h, event.h, reader.h and itself" \
        'loyalty/(loyalty|store|member|basket|card|profile|market|release)\.h|sqlite3|sodium|store/|card/' \
        $(files drivers)
    forbid "the domain never sees the readers" \
        'loyalty/reader\.h|libusb|libserialport|driver\.h|transport\.h|hub\.h' $(files libloyalty |
            grep -v include/loyalty/reader.h)
    forbid "the lane asks for rows, and sees no SQL, no reader and no profile" \
        'sqlite3|loyalty/(reader|profile|market|release|loyalty)\.h|profile/|market/|numeric/|release/' \
        $(files libloyalty/lane)
    calls=$(grep -nE '\b(sqlite3_|store_sql|store_step|store_run)' $(files libloyalty/lane) /dev/null || true)
    [ -z "$calls" ] || { printf 'the lane runs SQL:\n%s\n' "$calls"; status=1; }
    forbid "sqlite3.h is for store, member, basket, release" 'sqlite3' \
        $(files libloyalty/card libloyalty/profile libloyalty/market libloyalty/numeric libloyalty/include) $(files libloyalty/lane) \
        libloyalty/basket/pricing*.[ch] \
        $(files pos-app examples)
    forbid "the PURE rooms touch no OS, no clock, no thread" \
        'unistd|sys/|fcntl|time\.h|pthread|threads|signal|errno|dirent|sqlite3' \
        $(files libloyalty/card libloyalty/profile libloyalty/market libloyalty/numeric)
    forbid "drivers of devices are pure" \
        'unistd|sys/|fcntl|time\.h|pthread|signal|errno|stdlib|libusb|libserialport|transport\.h' \
        $(files drivers | grep -vE 'drivers/(hub|transport|decoder|registry|options|recorder|rehearsal|statistics)')
    forbid "libusb is for transport_usb*" 'libusb' $(files drivers | grep -v drivers/transport_usb)
    forbid "libserialport is for transport_serial*" 'libserialport' \
        $(files drivers | grep -v drivers/transport_serial)
    forbid "curses is for pos-app/tui" 'n?curses' $(files pos-app | grep -v pos-app/tui) $(files libloyalty)
    forbid "examples have what an installed user has" 'store_private|.*_private|\.\./' $(files examples)
    forbid "the pricing path cannot reach profiles" 'loyalty/(profile|market|release|loyalty)\.h' \
        $(files libloyalty/basket libloyalty/member libloyalty/store libloyalty/card) $(files libloyalty/lane)
    forbid "the pricing path cannot reach the customer funnel" 'loyalty/(funnel|intent)\.h' \
        $(files libloyalty/basket libloyalty/member libloyalty/store libloyalty/card libloyalty/lane |
            grep -vE 'basket/(intent|funnel_rule)\.c')
    paid=$(grep -nE '\btender\b|lane_count|LOY_(TENDER|COUNT|LANE_DECLINE)|LOY_SAID_DECLINED|dashboard\.h|counter_sql' \
        libloyalty/basket/intent.c libloyalty/basket/funnel_rule.c libloyalty/market/funnel*.[ch] \
        pos-app/cli/funnel_source.[ch] pos-app/cli/command_report_funnel.c /dev/null || true)
    [ -z "$paid" ] || { printf 'the customer funnel never looks at payments:\n%s\n' "$paid"; status=1; }
    forbid "the evaluator of prices is pure" '.*private\.h|rules\.h|scale\.h|time\.h|unistd|sodium' \
        libloyalty/basket/pricing*.[ch]
    printed=$(grep -nE '\b(v?printf|puts|putchar|perror)\(|\bstderr\b|\bstdout\b' $(files libloyalty drivers) \
        /dev/null || true)
    [ -z "$printed" ] || { printf 'the libraries print nothing:\n%s\n' "$printed"; status=1; }
    opened=$(grep -nE '\b(f?open|fread|fwrite)\(|FILE \*' $(files libloyalty/card libloyalty/profile libloyalty/market libloyalty/numeric) /dev/null | grep -vE ':[[:space:]]*/?\*' || true)
    [ -z "$opened" ] || { printf 'the PURE rooms open no file:\n%s\n' "$opened"; status=1; }
    locale=$(grep -nE '\b(setlocale|signal|sigaction|exit|abort)[[:space:]]*\(' $(files libloyalty drivers) /dev/null || true)
    [ -z "$locale" ] || { printf 'no locale, signal handler or exit in the libraries:\n%s\n' "$locale"; status=1; }
}

if [ "${2-}" = --self-test ]; then
    copy=$(mktemp -d)
    trap 'rm -rf "$copy"' EXIT
    for plant in drivers/serial_line.c:loyalty/store.h libloyalty/card/track.c:time.h \
        libloyalty/market/market.c:sqlite3.h libloyalty/store/id.c:loyalty/reader.h \
        drivers/magtek_hid.c:stdlib.h drivers/hub.c:libusb.h libloyalty/basket/line.c:loyalty/profile.h \
        libloyalty/basket/pricing_choice.c:sqlite3.h libloyalty/basket/pricing.c:basket/basket_private.h \
        libloyalty/lane/planted.c:loyalty/profile.h libloyalty/lane/lane.c:sqlite3.h \
        libloyalty/lane/step_tender.c:loyalty/intent.h libloyalty/basket/intent.c:loyalty/dashboard.h \
        pos-app/cli/main.c:curses.h; do
        rm -rf "$copy/t" && mkdir "$copy/t"
        (cd "$root" && cp -r drivers libloyalty pos-app examples "$copy/t/")
        file=$copy/t/${plant%%:*}
        case $file in */planted.c) mkdir -p "${file%/*}" && : >"$file" ;; esac
        [ -f "$file" ] || { echo "no such file for the self-test: ${plant%%:*}"; exit 1; }
        echo "#include <${plant#*:}>" >>"$file"
        if "$0" "$copy/t" >/dev/null 2>&1; then
            echo "a planted #include <${plant#*:}> in ${plant%%:*} was not found"
            exit 1
        fi
    done
    echo "every planted include was found"
    exit 0
fi
rules
exit $status
