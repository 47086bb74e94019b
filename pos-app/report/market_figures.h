/* SPDX-License-Identifier: MIT
 * market_figures.h - the pictures of a manufacturer's report, each with its table of numbers. */
#ifndef MARKET_FIGURES_H
#define MARKET_FIGURES_H

#include "market_report.h"

void market_figures(const struct market_view *view, struct page *page);

#endif
