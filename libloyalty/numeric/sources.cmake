set(sources beta.c cholesky.c gamma.c lgamma.c logsum.c maximise.c normal.c random.c root.c)
