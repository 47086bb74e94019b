/* SPDX-License-Identifier: MIT
 *
 * flow.c - the largest flow through a small network: by how much one suppressed cell of a two-way
 * table can be moved while every published cell and margin stays as it is. In: what each suppressed
 * cell can give; out: how far a cell can go. Must not know what the cells mean.
 *
 * Edmonds and Karp, "Theoretical improvements in algorithmic efficiency for network flow problems"
 * (1972).
 */
#include "market_private.h"

#include <string.h>

#define NODES_MAX (2 * (LOY_LEVELS_MAX + 2))
#define NOWHERE SIZE_MAX

static bool find_path(
    size_t nodes, const int64_t *capacity, size_t source, size_t sink, size_t before[NODES_MAX])
{
    size_t queue[NODES_MAX], head = 0, tail = 0;
    for (size_t i = 0; i < nodes; i++)
        before[i] = NOWHERE;
    before[source] = source;
    queue[tail++] = source;
    while (head < tail) {
        size_t at = queue[head++];
        for (size_t to = 0; to < nodes; to++) {
            if (before[to] != NOWHERE || capacity[at * nodes + to] <= 0) continue;
            before[to] = at;
            if (to == sink) return true;
            queue[tail++] = to;
        }
    }
    return false;
}

int64_t market_flow_most(
    const struct market_flow *flow, size_t source, size_t sink, int64_t enough, int64_t *work)
{
    size_t nodes = flow->nodes, before[NODES_MAX];
    int64_t sum = 0;
    if (nodes > NODES_MAX) return 0;
    memcpy(work, flow->capacity, nodes * nodes * sizeof *work);
    while (sum < enough && find_path(nodes, work, source, sink, before)) {
        int64_t least = INT64_MAX;
        for (size_t to = sink; to != source; to = before[to])
            if (work[before[to] * nodes + to] < least) least = work[before[to] * nodes + to];
        for (size_t to = sink; to != source; to = before[to]) {
            work[before[to] * nodes + to] -= least;
            work[to * nodes + before[to]] += least;
        }
        sum += least;
    }
    return sum;
}
