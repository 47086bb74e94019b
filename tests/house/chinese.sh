#!/bin/sh
# The Chinese of zh_CN.po: full-width punctuation, a blank beside Latin words and digits, one term for one thing, also in
# the tables of words that stand in the sources. chinese.sh SOURCE_DIR [--self-test]
set -eu
cd "$1"
export LC_ALL=C.UTF-8
po=pos-app/po/zh_CN.po
command -v msgattrib >/dev/null 2>&1 || { echo "skipped: msgattrib is not installed"; exit 77; }
printf '中' | grep -qP '[\x{4e00}-\x{9fff}]' 2>/dev/null || { echo "skipped: grep knows no Chinese characters"; exit 77; }
han='[\x{4e00}-\x{9fff}]'
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# Each term, and what it is not called: the first is used.
terms='被授权购买人 授权采购人|被授权采购人|授权购买者
邮编 邮政编码
店员 员工录入|（员工）
厂商 制造商|生产商
购买画像 购买习惯分析|购买分析
营销信息 接收广告|发送广告
会员章程 会员卡条款|会员条款
读取器 读卡器|阅读器
购物篮 购物车
渠道 途径
主密钥 主钥
收银台 收款台
主管 督导
合并 归并
操作员 操作者
号段 号码段
会员编号 会员 id|会员 ID'

sentences() { # sentences FILE.po: what is printed, a line each, directives as what they put in
    msgattrib --no-obsolete --no-wrap --translated "$1" | sed -n '/^msgid/d;s/^msgstr\(\[[0-9]\]\)\{0,1\} //;/^"/p' |
        sed -E 's/\\"/“/g;s/\\[nt\\]/ /g;s/%[-+ 0-9.*]*s/※/g;s/%[-+ 0-9.*]*(hh|h|ll|l|j|z)?[diufgx]/1/g;s/%%/1/g'
}
# wrong FILE PATTERN WORDS: the lines with it.
wrong() {
    found=$(grep -P "$2" "$1" || true)
    [ -z "$found" ] || { printf '%s: %s:\n%s\n' "$po" "$3" "$found"; return 1; }
}
check() { # check SENTENCES
    good=0
    wrong "$1" "$han[,:;!?(]|[,;(]$han|[)]$han" "half-width punctuation beside Chinese" || good=1
    wrong "$1" "$han[A-Za-z0-9]|[A-Za-z0-9]$han" "no blank between Chinese and a Latin word or a number" || good=1
    wrong "$1" "[，。：；（、] +$han|$han +[，。：；）、]" "a blank beside full-width punctuation" || good=1
    return $good
}
check_terms() { # check_terms FILE...
    good=0
    while read -r term others; do
        found=$(grep -nE "$others" "$@" /dev/null || true)
        [ -z "$found" ] || { printf '%s is the term:\n%s\n' "$term" "$found"; good=1; }
    done <<TERMS
$terms
TERMS
    return $good
}

if [ "${2-}" = --self-test ]; then
    head='msgid ""\nmsgstr "Content-Type: text/plain; charset=UTF-8\\n"\n\n'
    for bad in '会员,电话' '电话: %s' '电话(手机)' '第%lld 位' '共 3位' '已撤回 ， 电话' '姓名。 电话'; do
        printf "$head"'msgid "x"\nmsgstr "%s"\n' "$bad" >"$work/bad.po"
        sentences "$work/bad.po" >"$work/bad"
        if check "$work/bad" >/dev/null; then echo "not found: $bad"; exit 1; fi
    done
    printf "$head"'msgid "x"\nmsgstr "第 %%lld 位会员：%%s（%%s）、ref:REFERENCE，见 `loyalty check`\\\\n"\n' >"$work/good.po"
    sentences "$work/good.po" >"$work/good"
    [ -s "$work/good" ] || { echo "the good sentence was lost"; exit 1; }
    check "$work/good"
    echo 'X(C_A, "purchaser", "授权采购人")' >"$work/words.h"
    if check_terms "$work/words.h" >/dev/null; then echo "a forbidden term is not found"; exit 1; fi
    exit 0
fi
sentences "$po" >"$work/sentences"
[ "$(wc -l <"$work/sentences")" -gt 1000 ] || { echo "too few sentences were found"; exit 1; }
status=0
check "$work/sentences" || status=1
# The words that somebody consented to are no place for a better term.
check_terms "$po" $(grep -rlP "$han" --include='*.[ch]' pos-app libloyalty | grep -v /consent_text.c) || status=1
exit $status
