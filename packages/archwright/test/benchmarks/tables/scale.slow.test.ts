/** A table of the size of all of NAS-Bench-101: small on the disk, open in milliseconds. */
import { statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { nasbench101Metrics } from "../../../src/benchmarks/importers/nasbench101-metrics.ts";
import { openTable } from "../../../src/benchmarks/tables/read.ts";
import { encodeTableFile, type TableColumn } from "../../../src/benchmarks/tables/write.ts";
import { Random } from "../../../src/random.ts";
import { labelledCells } from "../../../src/spaces/nasbench101/enumerate.ts";
import { moduleHash } from "../../../src/spaces/nasbench101/hash.ts";
import { nasbench101 } from "../../../src/spaces/nasbench101.ts";
import { temporaryFolder } from "../../runs/temporary.ts";

const ROWS = 423_624;
const RUNS = 3;

/** Cells of seven vertices as they come: isomorphic ones among them, which the table is not asked for. */
function someCells(): string[] {
  const texts: string[] = [];
  for (const cell of labelledCells(7)) {
    texts.push(nasbench101.format(cell));
    if (texts.length === ROWS) break;
  }
  return texts;
}

it("has tens of megabytes and finds its last row; the times are printed", () => {
  const random = Random.stream(1, "scale");
  const architectures = someCells();
  const asked = architectures.length - 1;
  const columns = nasbench101Metrics.map((metric): TableColumn => {
    if (metric.name === "params") {
      return { metric, values: Float64Array.from({ length: ROWS }, () => random.integer(5e7)) };
    }
    const measured = (): number => (metric.unit === "s" ? 4000 * random.uniform() : random.integer(9_985) / 9_984);
    const single = metric.unit === "s";
    const values = Float64Array.from({ length: single ? ROWS : ROWS * RUNS }, measured);
    return single ? { metric, values } : { metric, runs: { width: RUNS, values } };
  });
  const identities = architectures.map((text, row) =>
    row === asked ? moduleHash(nasbench101.parse(text)) : `another ${row}`,
  );
  const contents = { name: "scale", title: "", source: "", space: "nasbench101", architectures, identities, columns };
  const path = join(temporaryFolder(), "scale.awt");
  writeFileSync(path, encodeTableFile(contents));
  const megabytes = statSync(path).size / 1e6;

  const times: Record<string, number> = {};
  const timed = <T>(name: string, what: () => T): T => {
    const start = performance.now();
    const result = what();
    times[name] = performance.now() - start;
    return result;
  };
  const table = timed("open", () => openTable(path));
  const found = timed("first lookup", () => table.lookup(architectures[asked] as string));
  const again = timed("later lookup", () => table.lookup(architectures[asked] as string));
  const column = timed("column", () => table.column("valid-108ep"));
  process.stderr.write(`${megabytes.toFixed(1)} MB; ms: ${JSON.stringify(times)}\n`);

  expect(found).toEqual(again);
  expect(found.index).toBe(asked);
  expect(column[asked]).toBe(found.metrics["valid-108ep"]);
  expect(megabytes).toBeLessThan(70);
});
