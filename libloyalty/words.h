/* SPDX-License-Identifier: MIT
 *
 * words.h - marks a sentence for the catalogue of translations where it stands; who says it asks
 * for the translation (store_words).
 */
#ifndef WORDS_H
#define WORDS_H

#define N_(text) text

#endif
