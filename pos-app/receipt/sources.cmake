set(receipt_sources receipt/receipt_words.c receipt/receipt_gather.c receipt/receipt_rows.c
  receipt/receipt_layout.c receipt/receipt_text.c receipt/receipt_escpos.c receipt/receipt_send.c
  receipt/receipt_print.c receipt/receipt_json.c)
