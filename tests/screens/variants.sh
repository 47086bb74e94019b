#!/bin/sh
# The lane in ASCII, without colours, and changed from one language to the other while it runs.
. "$(dirname "$0")/lib.sh"
shop_once
fill() {
    login 'Li Na' 2580 ' 03 '
    scan 6901234500011
    key '3*6901234500042' Enter
    scan 2900000010239
}
# tm capture-pane -e writes colours as ESC[3xm and ESC[9xm (or 38;...).
coloured() { tm capture-pane -pe | grep -qE "$(printf '\033')\[([0-9;]*;)?(3[0-8]|9[0-7])[;m]"; }

start 80 24 --lang en pos
fill
coloured || die "no colour where there should be"
key C-l
shot language.to-zh_CN
key C-l
shot language.to-en
key F7

for way in '--color never' 'NO_COLOR'; do
    PREFIX= options= name=never
    [ "$way" = NO_COLOR ] && PREFIX='NO_COLOR=1' && name=no-color || options=$way
    start 80 24 --lang en pos $options
    fill
    if coloured; then die "$way: a colour"; fi
    shot lane-$name.en
    key F7
done
PREFIX=
start 80 24 --lang en pos --ascii
fill
shot lane-ascii.en
# Decoration is ASCII; what is not is the articles' own names.
screen | sed 's/[^ -~]//g' | grep -q '1  ' || die "nothing is left of the screen"
screen | grep -qE '[─│█▀▄▸…×]' && die "--ascii: a sign that is none"
key F7
start 80 24 --lang zh_CN pos --ascii
fill
shot lane-ascii.zh_CN
key F7

# A terminal of the kernel: English, and a word about it.
PREFIX='TERM=linux'
start 80 24 --lang zh_CN pos
until_seen 'Sign in'
shot console
PREFIX='TERM=dumb'
start 80 24 pos
until_seen 'ended 2'
PREFIX='LC_ALL=C'
start 80 24 --lang en pos
until_seen 'Sign in'
done_walk
