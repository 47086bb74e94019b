set(sources add.c card.c field.c find.c member.c names.c normal.c row.c telephone.c)
