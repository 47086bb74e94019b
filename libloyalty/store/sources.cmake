set(sources access.c audit.c backup.c check.c database.c disk.c envelope.c id.c identity.c import_log.c master_key.c member_keys.c open.c operator.c
  place.c schema.c settings.c sql.c transaction.c)
