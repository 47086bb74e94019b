set(sources cells.c fold.c level.c population.c profile.c ranks.c row.c share.c tally.c tier.c week.c)
