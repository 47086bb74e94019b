set(sources cache.c article.c grade.c price.c snapshot.c digest.c line.c return.c person.c record.c
  replay.c basket.c resume.c sales.c totals.c check.c)
