set(sources credential.c gs1.c gtin.c range.c symbology.c track.c)
