set(sources credential.c gs1.c gtin.c link.c number.c range.c scan.c symbology.c track.c)
