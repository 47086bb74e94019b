set(sources beta.c cholesky.c exponential.c gamma.c hyper.c lbfgs.c lgamma.c logsum.c maximise.c normal.c
  quadrature.c random.c root.c)
