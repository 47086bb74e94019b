#!/bin/sh
# The udev files and the page of readers are what the drivers' match rows say. generated.sh SOURCE_DIR GENERATOR
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$2" "$work/rules" "$work/hwdb" "$work/page"
cd "$1"
status=0
compare() {
    [ "$(wc -l <"$2")" -ge "$3" ] || { echo "the generator wrote next to nothing for $1"; status=1; }
    diff -u "$1" "$2" && return
    echo "$1 is stale: cmake --build build --target generated"
    status=1
}
compare drivers/udev/70-loyalty-readers.rules "$work/rules" 10
compare drivers/udev/70-loyalty-readers.hwdb "$work/hwdb" 10
compare docs/readers.md "$work/page" 30
exit $status
