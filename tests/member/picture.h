/* SPDX-License-Identifier: MIT
 *
 * picture.h - all that a store holds of members as one text, to be compared before and after. */
#ifndef PICTURE_H
#define PICTURE_H

#include "desk.h"

/* Not the audit and the journal of merges. For the caller to free. */
char *desk_picture(struct desk *desk);

#endif
