/* SPDX-License-Identifier: MIT
 *
 * reader_words.h - the reader library's sentences in the language of who reads them.
 * In: a loy_device's text or why; out: the same in the program's language. Must not know: when a
 * sentence is said.
 */
#ifndef READER_WORDS_H
#define READER_WORDS_H

/* The translation; a sentence that is not known comes back as it is. It lasts until the next call.
 */
const char *reader_words(const char *sentence);

#endif
