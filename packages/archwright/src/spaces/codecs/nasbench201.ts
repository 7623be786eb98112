/** NAS-Bench-201 strings: the text form, the isomorphism string of unique cells, and connectivity. */
import { ArchwrightError } from "../../errors.ts";
import { type Codec, operationIndices, type SpaceRules } from "../architecture.ts";
import type { Architecture, CellGenotype, CellTemplate } from "../space.ts";
import { cellStringCodec } from "./cell-string.ts";

/**
 * The plain string; reading also takes the benchmark's `Structure(4 nodes with ...)`, in a line of a log, too
 * (space-nasbench201 §3).
 */
export function nasbench201Codec(rules: SpaceRules): Codec {
  const plain = cellStringCodec(rules);
  return {
    format: plain.format,
    parse: (text) => {
      if (/^\s*\d+\s*$/.test(text)) throw indexGiven(text.trim());
      const wrapped = /^(.*\bStructure\s*\(\s*4\s+nodes\s+with\s)([^()]*)\)\s*$/s.exec(text);
      // Blanks in place of the wrapper keep the positions in error messages right.
      return plain.parse(wrapped === null ? text : " ".repeat(wrapped[1]?.length ?? 0) + (wrapped[2] ?? ""));
    },
  };
}

function indexGiven(number: string): ArchwrightError {
  const table = `archwright lookup --benchmark nasbench201 --index ${number}`;
  const message = `${number} is the text of no cell; if it is an index of the benchmark, \`${table}\` shows the cell`;
  return new ArchwrightError("architecture", message);
}

/**
 * A text that is equal for cells which compute the same function by the benchmark's own rule (space-nasbench201 §3):
 * 6,466 distinct values over the 15,625 cells. A node whose inputs are all zero is not simplified, as in the original.
 */
export function isomorphismString(architecture: Architecture): string {
  const { choices } = architecture.cell as CellGenotype;
  const values = ["0"];
  for (let node = 1; node < 4; node++) {
    const terms = choices
      .filter((choice) => choice.target === node)
      .map(({ source, operation }) => {
        const value = values[source] ?? "#";
        if (operation === "none" || value === "#") return "#";
        return operation === "skip_connect" ? value : `(${value})@${operation}`;
      });
    values.push(terms.sort().join("+"));
  }
  return values[3] as string;
}

/** Whether some path of operations other than `none` leads from the input to the output. */
export function isConnected(architecture: Architecture): boolean {
  const reached = new Set([0]);
  const { choices } = architecture.cell as CellGenotype;
  for (const { source, target, operation } of choices.toSorted((a, b) => a.target - b.target)) {
    if (operation !== "none" && reached.has(source)) reached.add(target);
  }
  return reached.has(3);
}

/**
 * The cell's rank in the order of nested products: node 1 outermost, each node's last source fastest, operations in
 * index order (space-nasbench201 §3, before the benchmark's shuffle). 0..15624.
 */
export function nestedIndex(template: CellTemplate, architecture: Architecture): number {
  return operationIndices(template, architecture[template.name] as CellGenotype).reduce(
    (rank, operation, edge) => rank * (template.operations[edge] as readonly string[]).length + operation,
    0,
  );
}
