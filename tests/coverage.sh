#!/bin/sh
# Branch coverage of decoders, guard and descriptor parser by clang-19, and MC/DC of the guard.
#   tests/coverage.sh [-R REGEX] [FILE...]   REGEX: ctest entries to run (default: those of drivers/ and the corpora);
#                                            FILE...: what to report (default: the pure files of drivers/: all but the
#                                            hub, transports and what else deals in files: recorder.c, rehearsal.c,
#                                            statistics.c, generate.c)
# Without arguments also the rooms lane and basket, whose share of branches must not fall below the figure there.
# Fails if something is uncovered that tests/coverage-exceptions ("file:line reason") does not name, or if a line there
# is covered meanwhile. LOYALTY_COVERAGE_DIR keeps the build for the next time.
set -eu
cd "$(dirname "$0")/.."
entries='^(drivers_|corpus_)'
while getopts R: option; do
    [ "$option" = R ] || exit 2
    entries=$OPTARG
done
shift $((OPTIND - 1))
for tool in clang-19 llvm-profdata-19 llvm-cov-19 python3; do
    command -v "$tool" >/dev/null 2>&1 || { echo "skipped: $tool is not installed"; exit 77; }
done
rooms=
if [ $# = 0 ]; then
    if [ "$entries" = '^(drivers_|corpus_)' ]; then
        rooms=$(find libloyalty/lane libloyalty/basket -name '*.c' | sort)
        entries='^(drivers_|corpus_|lane-|basket-|receipt_|test_store_access$|member-(held|cashier|question|retention|gone|moved|traces)$)'
    fi
    set -- $(find drivers -name '*.c' | grep -vE 'drivers/(hub|transport|decoder|registry|options|recorder|rehearsal|statistics\.c|generate)' | sort)
fi

dir=${LOYALTY_COVERAGE_DIR-}
if [ -z "$dir" ]; then
    dir=$(mktemp -d)
    trap 'rm -rf "$dir"' EXIT
fi
mkdir -p "$dir"
flags='-O1 -g -fprofile-instr-generate -fcoverage-mapping -fcoverage-mcdc'
run() { "$@" >"$dir/log" 2>&1 || { tail -n 40 "$dir/log" >&2; exit 3; }; }
run cmake -S . -B "$dir/build" -G Ninja -DCMAKE_BUILD_TYPE=Debug -DCMAKE_C_COMPILER=clang-19 \
    -DCMAKE_C_FLAGS_DEBUG="$flags" -DLOYALTY_TESTS=ON
# ctest tells commands only once they are built, so what to build is read where ctest reads it.
binaries=$(find "$dir/build" -name CTestTestfile.cmake -exec sed -n \
    's/^add_test(\[*=*\[*\([^]" ]*\)\]*=*\]* "\([^"]*\)".*/\1 \2/p' {} + |
    awk -v entries="$entries" '$1 ~ entries && $1 !~ /control|long/ { print $2 }' | sort -u)
[ -n "$binaries" ] || { echo "no test matches $entries" >&2; exit 2; }
run cmake --build "$dir/build" -j "$(nproc)" --target $(for b in $binaries; do basename "$b"; done)
rm -rf "$dir/raw"
export LLVM_PROFILE_FILE="$dir/raw/%p-%m.profraw"
run ctest --test-dir "$dir/build" -R "$entries" -E 'control|long' -LE 'vm|long' --output-on-failure
llvm-profdata-19 merge -o "$dir/profile" "$dir"/raw/*.profraw
objects=
for b in $binaries; do objects="$objects -object $b"; done
llvm-cov-19 export -instr-profile "$dir/profile" $objects >"$dir/coverage.json" 2>"$dir/log"
failed=0
python3 tests/coverage.py "$dir/coverage.json" tests/coverage-exceptions "$@" || failed=1
[ -z "$rooms" ] || python3 tests/coverage.py "$dir/coverage.json" --least 93 $rooms || failed=1
exit $failed
