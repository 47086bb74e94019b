/* SPDX-License-Identifier: MIT
 * loyalty/loyalty.h - the whole domain library. Readers are in loyalty/reader.h, a library of their
 * own. */
#ifndef LOYALTY_LOYALTY_H
#define LOYALTY_LOYALTY_H

#include <loyalty/access.h>
#include <loyalty/assortment.h>
#include <loyalty/audit.h>
#include <loyalty/basket.h>
#include <loyalty/card.h>
#include <loyalty/choice.h>
#include <loyalty/clock.h>
#include <loyalty/columns.h>
#include <loyalty/contact.h>
#include <loyalty/counter.h>
#include <loyalty/dashboard.h>
#include <loyalty/duplicate.h>
#include <loyalty/event.h>
#include <loyalty/executor.h>
#include <loyalty/form.h>
#include <loyalty/funnel.h>
#include <loyalty/guidance.h>
#include <loyalty/history.h>
#include <loyalty/identifier.h>
#include <loyalty/intent.h>
#include <loyalty/lane.h>
#include <loyalty/lane_rule.h>
#include <loyalty/margin.h>
#include <loyalty/market.h>
#include <loyalty/member.h>
#include <loyalty/member_card.h>
#include <loyalty/model.h>
#include <loyalty/occasion.h>
#include <loyalty/operator.h>
#include <loyalty/preference.h>
#include <loyalty/profile.h>
#include <loyalty/promotion.h>
#include <loyalty/quality.h>
#include <loyalty/question.h>
#include <loyalty/receipt.h>
#include <loyalty/release.h>
#include <loyalty/rights.h>
#include <loyalty/search.h>
#include <loyalty/segment.h>
#include <loyalty/shelf.h>
#include <loyalty/status.h>
#include <loyalty/store.h>
#include <loyalty/timing.h>
#include <loyalty/value.h>

#endif
