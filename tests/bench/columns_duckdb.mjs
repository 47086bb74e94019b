// SPDX-License-Identifier: MIT
// The questions of bench_columns.c to DuckDB, in memory: node columns_duckdb.mjs FILE.csv THREADS RUNS
// Each question as plain SQL says it and grouped twice (first by what is counted distinctly), the table as read_csv guesses it
// and with the narrowest types: the best of each counts. Prints seconds, then the same sums as bench_columns.
import { createRequire } from 'node:module';
const { DuckDBInstance } = createRequire(process.cwd() + '/')('@duckdb/node-api');
const [file, threads, runs] = process.argv.slice(2);

const types = "{'member':'UINTEGER','ts':'UINTEGER','brand':'UTINYINT','grade':'UTINYINT','colour':'UTINYINT','qty':'UTINYINT','paid':'UINTEGER','list':'UINTEGER','promo':'UTINYINT'}";
const tables = { guessed: `read_csv('${file}')`, narrow: `read_csv('${file}', columns=${types}, header=true)` };
const questions = {
  rfm: [
    `SELECT member, max(ts) AS last_ts, count(*) AS lines, count(DISTINCT ts // 86400) AS days, sum(paid) AS paid, sum(list) AS list, sum(promo) AS deal_lines, sum(CASE WHEN promo = 1 THEN paid ELSE 0 END) AS deal_paid FROM lines GROUP BY member`,
    `SELECT member, max(l) AS last_ts, sum(n) AS lines, count(*) AS days, sum(p) AS paid, sum(i) AS list, sum(d) AS deal_lines, sum(dp) AS deal_paid FROM (SELECT member, ts // 86400 AS day, max(ts) AS l, count(*) AS n, sum(paid) AS p, sum(list) AS i, sum(promo) AS d, sum(CASE WHEN promo = 1 THEN paid ELSE 0 END) AS dp FROM lines GROUP BY member, day) GROUP BY member`],
  cube: [
    `SELECT brand, colour, grade, ts // 2629800 AS mon, count(*) AS n, sum(qty) AS q, sum(paid) AS paid, count(DISTINCT member) AS buyers, min(paid // qty) AS pmin, max(paid // qty) AS pmax FROM lines GROUP BY brand, colour, grade, mon`,
    `SELECT brand, colour, grade, mon, sum(n) AS n, sum(q) AS q, sum(p) AS paid, count(*) AS buyers, min(a) AS pmin, max(z) AS pmax FROM (SELECT brand, colour, grade, ts // 2629800 AS mon, member, count(*) AS n, sum(qty) AS q, sum(paid) AS p, min(paid // qty) AS a, max(paid // qty) AS z FROM lines GROUP BY brand, colour, grade, mon, member) GROUP BY brand, colour, grade, mon`],
  week: [`SELECT brand, (ts // 3600) % 168 AS h, count(*) AS n FROM lines GROUP BY brand, h`],
};
const sums = {
  rfm: `SELECT count(*), sum(last_ts), sum(lines), sum(days), sum(paid), sum(list), sum(deal_lines), sum(deal_paid) FROM rfm`,
  cube: `SELECT count(*), sum(n), sum(q), sum(paid), sum(buyers), sum(pmin), sum(pmax), sum(buyers::HUGEINT * (brand::BIGINT + 1) * (colour::BIGINT + 1) * (grade::BIGINT + 1) * mon::BIGINT) FROM cube`,
  week: `SELECT count(*), sum(n), sum(n * ((h + 72) % 168)::BIGINT * (brand::BIGINT + 1)) FROM week`,
};

const best = {};
const time = async (connection, name, sql) => {
  const wall = performance.now(), cpu = process.cpuUsage();
  await connection.run(sql);
  const used = process.cpuUsage(cpu), seconds = (performance.now() - wall) / 1e3;
  const processor = (used.user + used.system) / 1e6;
  if (!best[name] || processor < best[name].processor) best[name] = { seconds, processor };
};
for (const [kind, source] of Object.entries(tables))
  for (let run = 0; run < Number(runs); run++) {
    const connection = await (await DuckDBInstance.create(':memory:', { threads })).connect();
    await time(connection, 'load', `CREATE TABLE lines AS SELECT * FROM ${source}`);
    for (const [name, forms] of Object.entries(questions))
      for (const sql of forms) await time(connection, name, `CREATE OR REPLACE TABLE ${name} AS ${sql}`);
    if (run + 1 < Number(runs) || kind !== 'narrow') continue;
    for (const [name, sql] of Object.entries(sums)) {
      const rows = (await connection.runAndReadAll(sql)).getRowsJson();
      console.log(name, rows[0].map(String).join(' '));
    }
  }
const print = (name, value) => console.log(`duck ${name.padEnd(7)} ${value.seconds.toFixed(3).padStart(7)} s, ${value.processor.toFixed(3).padStart(7)} s of the processor`);
for (const name of ['load', 'rfm', 'cube', 'week']) print(name, best[name]);
const add = (names) => names.reduce((sum, name) => ({ seconds: sum.seconds + best[name].seconds, processor: sum.processor + best[name].processor }), { seconds: 0, processor: 0 });
print('all', add(['rfm', 'cube', 'week']));
print('total', add(['load', 'rfm', 'cube', 'week']));
