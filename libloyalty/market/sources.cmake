set(sources cube.c flow.c grid.c judge.c levels.c market.c names.c offer.c protect.c protect_cube.c table.c)
