/** Architectures, costs and benchmark values as text for people. */
import type { BenchmarkRecord, Metric } from "../benchmarks/benchmark.ts";
import { nodeName, outputNode, plainNodeName } from "../runs/report/node-names.ts";
import { formatCount, formatScore } from "../runs/report/numbers.ts";
import type { ArchitectureFile } from "../runs/run-files.ts";
import { shownMetrics, type TableValues } from "../runs/table-values.ts";
import { taskText } from "../spaces/architecture-space.ts";
import type { CellGenotype, CellTemplate } from "../spaces/space.ts";
import { columns } from "./help.ts";

/** What a search found. `places` are further lines: what, and where. */
export function describeFound(found: ArchitectureFile, places: readonly (readonly [string, string])[]): string {
  const { score, benchmark } = found;
  const rows: (readonly [string, string])[] = [
    ["parameters", formatCount(found.parameters)],
    ["multiply-adds", formatCount(found.macs)],
    ...(found.task === undefined ? [] : [["counted for", taskText(found.task)] as const]),
    ...(found.latency === undefined ? [] : [["latency", `${found.latency.toFixed(2)} ms`] as const]),
    ...(score === undefined ? [] : [[scoreName(found), formatScore(score)] as const]),
    ...(found.evaluated === undefined ? [] : [["evaluated", `${formatCount(found.evaluated)} architectures`] as const]),
    ...places,
  ];
  const known = benchmark === undefined ? [] : [aboutTable(benchmark), ...columns(tableRows(benchmark))];
  return [found.architecture, ...columns(rows), ...known].join("\n");
}

/** What the score of an answer is called. */
const scoreName = ({ fitness }: ArchitectureFile): string =>
  fitness === undefined ? "validation score" : `fitness (${fitness})`;

/** What the rows of a table are: they stand apart, since they are no result of the search. */
const aboutTable = ({ name }: TableValues): string => `the table ${name}, of networks trained on its own images:`;

/** The other metrics are in architecture.json. */
const tableRows = (values: TableValues): (readonly [string, string])[] =>
  shownMetrics(values).map((metric) => [metric.name, metricValue(metric, values.metrics[metric.name] ?? undefined)]);

/** Every metric of a table's record, with what it is. */
export const describeRecord = (record: BenchmarkRecord, metrics: readonly Metric[]): string[] => {
  const values = metrics.map((metric) => metricValue(metric, record.metrics[metric.name]));
  const width = Math.max(...values.map((value) => value.length));
  return columns(metrics.map(({ name, title }, i) => [name, `${(values[i] as string).padEnd(width)}  ${title}`]));
};

const metricValue = ({ unit }: Metric, value: number | undefined): string =>
  value === undefined ? "not in the table" : `${shortened(value)} ${unit}`.trimEnd();

/** Counts whole, measured values to six digits. */
const shortened = (value: number): number => (Number.isInteger(value) ? value : Number(value.toPrecision(6)));

/** A decided cell as equations, node by node: `1 = nor_conv_3x3(in)`. */
export function describeCell(template: CellTemplate, genotype: CellGenotype): string[] {
  const name = (node: number | typeof outputNode): string => plainNodeName(nodeName(template, node));
  const targets = [...new Set(genotype.choices.map((choice) => choice.target))].sort((a, b) => a - b);
  const sums = targets.map((target) => {
    const terms = genotype.choices.filter((choice) => choice.target === target);
    return `  ${name(target)} = ${terms.map(({ source, operation }) => `${operation}(${name(source)})`).join(" + ")}`;
  });
  if (template.output === "last") return sums;
  const joined = genotype.concat ?? targets;
  return [...sums, `  ${name(outputNode)} = concat(${joined.map(name).join(", ")})`];
}

/** `93.12 % (95 % interval 92.4 to 93.8)` */
export const accuracyText = ({
  accuracy,
  interval: [low, high],
}: {
  readonly accuracy: number;
  readonly interval: readonly [number, number];
}): string =>
  `${(100 * accuracy).toFixed(2)} % (95 % interval ${(100 * low).toFixed(2)} to ${(100 * high).toFixed(2)})`;
