/* SPDX-License-Identifier: MIT
 *
 * settings.h - the screens behind the settings' menu.
 */
#ifndef SETTINGS_H
#define SETTINGS_H

#include "tui.h"

extern const struct view_class view_settings, view_ranges, view_range, view_readers,
    view_lane_rules, view_receipt_settings;

#endif
