/* SPDX-License-Identifier: MIT
 *
 * plain_table.c - the one table of the dialogue's commands: it dispatches them, and prints them as
 * help, what works now first. In: words. Out: calls, help. Must not know: how a line came.
 */
#include "plain_steps.h"

#include <sodium.h>
#include <string.h>

// clang-format off
const struct plain_word plain_table[] = {
    {"help 帮助 ?", 0, 0, PLAIN_ANY, "", N_("these commands; those that work now come first"), plain_help},
    {"member 会员", LOY_LANE_MEMBER, 1, PLAIN_ANY, N_("TELEPHONE|NAME|NUMBER"), N_("find the member, without a card"), plain_member},
    {"register 登记", LOY_LANE_MEMBER, 0, 0, "", N_("register a member, with the card that was shown"), plain_register},
    {"card 会员卡", 0, 0, 3, N_("[block|lost TAIL [REASON] | replace TAIL NUMBER]"), N_("the member's cards; block one, or give another for it"), plain_card},
    {"object 反对", LOY_LANE_OBJECT, 0, 0, "", N_("the customer objects: unlink, and profile no more"), plain_object},
    {"coupon 优惠券", LOY_LANE_COUPON, 1, 2, N_("NUMBER [SERIAL]"), N_("a coupon that no reader saw"), plain_coupon},
    {"price 价格", LOY_LANE_ARTICLE, 1, 2, N_("AMOUNT [ARTICLE]"), N_("price of an article that has none"), plain_price},
    {"void 撤销", LOY_LANE_VOID_LINE, 0, PLAIN_ANY, N_("[LINE [REASON]]"), N_("take back a line, the last one without a number"), plain_void},
    {"return 退货", LOY_LANE_RETURN, 1, PLAIN_ANY, N_("RECEIPT LINE [QUANTITY] [REASON] | ARTICLE [QUANTITY] [REASON]"), N_("goods come back"), plain_return},
    {"suspend 挂单", LOY_LANE_SUSPEND, 0, 0, "", N_("let the basket wait under a ticket"), plain_suspend},
    {"resume 取单", LOY_LANE_RESUME, 0, 1, N_("[TICKET]"), N_("go on with a basket that waits, or was left open"), plain_resume},
    {"tickets 挂单列表", 0, 0, 0, "", N_("baskets that wait"), plain_tickets},
    {"show 显示", 0, 0, 0, "", N_("all lines, the member, what is due"), plain_show},
    {"total 合计", LOY_LANE_TOTAL, 0, 0, "", N_("all is entered; what is due"), plain_total},
    {"pay 付款", LOY_LANE_TENDER, 1, 2, N_("cash|card|mobile|voucher|gift-card|account|other [AMOUNT]"), N_("what it is paid with; without an amount all that is due"), plain_pay},
    {"declined 拒付", LOY_LANE_DECLINE, 0, 0, "", N_("the payment was declined or broken off"), plain_declined},
    {"receipt 小票", LOY_LANE_PRINTED, 0, 0, "", N_("print the receipt of the last sale"), plain_receipt},
    {"back 返回", LOY_LANE_BACK, 0, 0, "", N_("one step back; no line is lost"), plain_back},
    {"cancel 取消", LOY_LANE_VOID, 0, PLAIN_ANY, N_("[REASON]"), N_("take back the whole basket"), plain_cancel},
    {"choose 选择", 0, 1, 1, N_("NUMBER"), N_("answer a question; the number alone does it too"), plain_choose},
    {"remark 备注", LOY_LANE_REMARK, 2, PLAIN_ANY, N_("complaint LINE REASON [TEXT] | service TEXT"), N_("what the customer says"), plain_remark},
    {"approve 批准", 0, 1, PLAIN_ANY, N_("SUPERVISOR"), N_("a supervisor approves the command before; the PIN is the next line"), plain_approve},
    {"answer 回答", 0, 1, PLAIN_ANY, N_("VALUE|yes|no"), N_("what the customer said to the question behind the sale"), plain_answer},
    {"later 以后", 0, 0, 0, "", N_("the question behind the sale: not today"), plain_later},
    {"never 不再询问", 0, 0, 1, N_("ask"), N_("this customer is asked for nothing any more"), plain_never},
    {"queue 排队", 0, 0, 0, "", N_("people wait: no questions in this session, until it is said again"), plain_queue},
    {"last 上一单", 0, 0, PLAIN_ANY, N_("[TELEPHONE|NAME|NUMBER]"), N_("a card or member for the sale that was just closed; a supervisor"), plain_last},
    {"quit 退出", 0, 0, 0, "", N_("end; an open basket stays and is offered again"), plain_quit},
    {0},
};
// clang-format on

static bool works_now(const struct plain *plain, const struct plain_word *row)
{
    return row->kind == 0 || loy_lane_may(plain->session.lane, (enum loy_lane_input_kind)row->kind);
}

static void row_tell(struct plain *plain, const struct plain_word *row, bool now)
{
    char left[160];
    const char *operands = *row->operands ? _(row->operands) : "";
    if (plain->session.cli->json) {
        cli_print_json(json_pack("{s:s,s:s,s:s,s:s,s:b}", "code", "help", "words", row->words,
            "operands", row->operands, "help", row->help, "now", now));
        return;
    }
    snprintf(left, sizeof left, "%s%s%s", row->words, *operands ? " " : "", operands);
    printf("  %s: %s%s\n", left, _(row->help), now ? "" : _(" (not now)"));
}

void plain_help(struct plain *plain, struct plain_words *words)
{
    (void)words;
    if (!plain->session.cli->json)
        puts(_("A number or code is an article. *3 gives the last line another quantity, 3* the "
               "next article, 3*CODE this one."));
    for (int now = 1; now >= 0; now--)
        for (const struct plain_word *row = plain_table; row->words; row++)
            if (works_now(plain, row) == (now != 0)) row_tell(plain, row, now != 0);
}

void plain_quit(struct plain *plain, struct plain_words *words)
{
    (void)words;
    struct loy_lane_view view = {.size = sizeof view};
    plain->quit = true;
    if (loy_lane_view_get(plain->session.lane, &view) == LOY_OK && !loy_id_is_none(&view.basket) &&
        view.stage != LOY_STAGE_CLOSED && view.stage != LOY_STAGE_IDLE)
        plain_say(plain, "left", "%s", _("the basket stays open and is offered next time"));
    sodium_memzero(&view, sizeof view);
}
