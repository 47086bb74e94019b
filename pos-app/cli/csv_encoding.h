/* SPDX-License-Identifier: MIT
 *
 * csv_encoding.h - what a text file is written in, and its bytes as UTF-8. Spreadsheets in China
 * save CSV files in GB18030 (or its part GBK) unless they are told otherwise.
 */
#ifndef CSV_ENCODING_H
#define CSV_ENCODING_H

#include <iconv.h>
#include <stdbool.h>
#include <stdio.h>

enum csv_encoding { CSV_UTF8, CSV_GB18030 };

const char *csv_encoding_name(enum csv_encoding encoding); /* "utf-8", "gb18030" */
/* The same in any case, and "gbk" and "gb2312", which are parts of it; false: another word. */
bool csv_encoding_parse(const char *word, enum csv_encoding *encoding);

/* Looks through a regular file and goes back to its beginning. GB18030 if it is no UTF-8 and nine
 * in ten of its double bytes are those of everyday Chinese (GB 2312): what western encodings leave
 * behind is not. UTF-8 otherwise, and for pipes. */
enum csv_encoding csv_encoding_find(FILE *file);

/* GB18030 piece by piece into UTF-8. */
struct csv_converter {
    iconv_t descriptor;
    unsigned char rest[4]; /* of a character that the last piece cut */
    size_t rest_size;
};
bool csv_converter_open(struct csv_converter *converter);
void csv_converter_close(struct csv_converter *converter);
/* How many bytes out may take for n bytes in. */
#define CSV_CONVERTED_MAX(n) (2 * (n) + 16)
/* False: these bytes are no GB18030; *out_size are good until there. */
bool csv_convert(struct csv_converter *converter, const unsigned char *in, size_t in_size,
    unsigned char *out, size_t *out_size);
/* Whether the last character was whole. */
bool csv_converter_done(const struct csv_converter *converter);

#endif
