#!/bin/sh
# Exported names start with loy_; the domain links no USB, the readers no SQLite. exports.sh DOMAIN READER
set -eu
status=0
for library in "$@"; do
    names=$(nm -D --defined-only "$library" | awk '{ print $3 }' | grep -vE '^(loy_|_init|_fini|__asan|__ubsan|_edata|_end|__bss_start)' || true)
    [ -z "$names" ] || { printf '%s exports:\n%s\n' "$library" "$names"; status=1; }
    [ "$(nm -D --defined-only "$library" | grep -c ' loy_')" -gt 5 ] || { echo "$library exports nothing"; status=1; }
done
links() { objdump -p "$1" | grep NEEDED | grep -qE "$2"; }
links "$1" 'usb|serialport' && { echo "the domain links the readers' libraries"; status=1; }
links "$2" 'sqlite|sodium' && { echo "the readers link the store's libraries"; status=1; }
exit $status
