set(sources cells.c choice.c choice_bytes.c choice_chance.c choice_code.c choice_em.c choice_gibbs.c
  choice_hierarchy.c choice_holdout.c choice_member.c choice_model.c choice_panel.c choice_pooled.c choice_posterior.c
  choice_steps.c choice_value.c components.c fold.c history.c level.c population.c profile.c ranks.c row.c share.c
  tally.c tier.c timing.c timing_bgnbd.c timing_draws.c timing_nbd.c timing_paretonbd.c value.c week.c)
