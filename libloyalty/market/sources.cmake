set(sources cube.c flow.c funnel.c funnel_complement.c funnel_row.c grid.c guidance.c guidance_weeks.c
  judge.c levels.c lift.c lift_design.c lift_panel.c lift_rivals.c market.c names.c offer.c protect.c protect_cube.c
  regression.c regression_fit.c regression_gibbs.c regression_start.c stock.c table.c)
