# bench_choice.R export FOLDER | fit FOLDER | compare FOLDER: the peer of bench_choice.sh, bayesm's rhierMnlRwMixture on its
# own margarine data, as on its help page: households with 5 purchases of six products, traits ln income and ln family size.
suppressMessages(library(bayesm))
arguments <- commandArgs(TRUE)
folder <- arguments[2]
file <- function(name) file.path(folder, name)
data(margarine)
choices <- margarine$choicePrice
traits <- margarine$demos
names(traits)[1] <- names(choices)[1] <- "hhid"
if (arguments[1] == "export") {
    write.csv(choices, file("choices.csv"), row.names = FALSE)
    write.csv(traits, file("traits.csv"), row.names = FALSE)
    quit()
}
products <- c(1, 2, 3, 4, 5, 7)
choices <- choices[choices$choice %in% products, ]
households <- as.numeric(names(which(table(choices$hhid) >= 5)))
panel <- lapply(households, function(h) {
    rows <- choices[choices$hhid == h, ]
    list(y = match(rows$choice, products),
         X = createX(p = 6, na = 1, nd = NULL, Xa = log(as.matrix(rows[, 2 + products])), Xd = NULL, base = 1))
})
Z <- log(as.matrix(traits[match(households, traits$hhid), c("Income", "Fam_Size")]))
Z <- scale(Z, scale = FALSE)
run <- function(panel, R) {
    set.seed(66)
    capture.output(seconds <- system.time(
        out <- rhierMnlRwMixture(Data = list(p = 6, lgtdata = panel, Z = Z), Prior = list(ncomp = 1),
                                 Mcmc = list(R = R, keep = 5, nprint = 0))))
    list(seconds = sum(seconds[1:2]), beta = out$betadraw[, , -(1:(R / 20)), drop = FALSE])
}
if (arguments[1] == "fit") {
    all <- run(panel, 20000)
    means <- apply(all$beta, 1:2, mean)
    write.csv(cbind(households, means), file("bayesm.csv"), row.names = FALSE)
    cut <- lapply(panel, function(h) {
        n <- length(h$y)
        list(y = h$y[-n], X = h$X[seq_len(6 * (n - 1)), ])
    })
    held <- run(cut, 20000)
    last <- t(sapply(seq_along(panel), function(i) {
        n <- length(panel[[i]]$y)
        u <- exp(panel[[i]]$X[6 * (n - 1) + 1:6, ] %*% held$beta[i, , ])
        chance <- rowMeans(sweep(u, 2, colSums(u), "/"))
        c(log(chance[panel[[i]]$y[n]]), which.max(chance) == panel[[i]]$y[n])
    }))
    cat(sprintf("bayesm   %8.2f s for 20,000 draws; last purchase: log score %.4f, hits %.4f\n", all$seconds,
                mean(last[, 1]), mean(last[, 2])))
    writeLines(format(all$seconds), file("seconds"))
}
if (arguments[1] == "compare") {
    ours <- read.csv(file("ours.csv"))
    theirs <- read.csv(file("bayesm.csv"))
    names <- c("BB", "Fleischmann", "house", "generic", "Shed Spread", "ln price")
    stopifnot(all(ours[, 1] == theirs[, 1]))
    cat("members' means, ours and bayesm's, correlation:",
        paste(sprintf("%s %.4f", names, sapply(2:7, function(k) cor(ours[, k], theirs[, k]))), collapse = ", "), "\n")
}
