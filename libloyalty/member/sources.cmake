set(sources add.c change.c channels.c evidence.c history.c quality.c trust.c card.c field.c find.c member.c names.c duplicate.c match.c merge.c unmerge.c normal.c row.c telephone.c)
