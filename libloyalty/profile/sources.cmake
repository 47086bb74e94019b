set(sources assortment.c assortment_people.c assortment_pull.c assortment_tell.c
  cells.c choice.c choice_bytes.c choice_chance.c choice_code.c choice_em.c choice_gibbs.c
  choice_hierarchy.c choice_holdout.c choice_member.c choice_model.c choice_move.c choice_panel.c choice_pooled.c
  choice_posterior.c choice_steps.c choice_value.c components.c depth.c dirichlet.c fold.c group.c history.c level.c
  margin.c mixture.c occasion.c occasion_alternatives.c occasion_attributes.c occasion_keep.c occasion_names.c
  occasion_shelf.c occasion_visits.c population.c preference.c preference_fit.c preference_holdout.c preference_member.c
  preference_tables.c preference_together.c profile.c prospect.c ranks.c row.c segment.c segment_choose.c
  segment_features.c share.c shelf.c tally.c tier.c timing.c timing_bgnbd.c timing_draws.c timing_nbd.c
  timing_paretonbd.c together.c value.c visits.c wares.c week.c)
