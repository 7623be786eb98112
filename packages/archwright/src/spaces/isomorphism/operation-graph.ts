/** Cells whose output is their last node, as graphs of the operations that do something. */
import { hash } from "node:crypto";
import type { CellGenotype, CellTemplate, Choice, Space } from "../space.ts";

/** An operation that is run, the input, or the output. Its own input is the sum of what `sources` put out. */
interface Vertex {
  readonly label: string;
  /** One that is summed twice stands twice. */
  readonly sources: readonly number[];
}

/**
 * A text that is the same for cells which are the same network: identities pass on, zeros vanish, and nodes are sums.
 * Operations that nothing reads count, because the network holds and runs them. Colour refinement over the graph in both
 * directions, as in NAS-Bench-101's fingerprints.
 */
export function operationGraphText(space: Space, template: CellTemplate, { choices }: CellGenotype): string {
  const vertices = operationVertices(space, template, choices);
  const readers = vertices.map((_, v) =>
    vertices.flatMap(({ sources }, w) => sources.flatMap((u) => (u === v ? [w] : []))),
  );
  let colours = vertices.map(({ label }) => label);
  const joined = (others: readonly number[]): string =>
    others
      .map((v) => colours[v])
      .sort()
      .join();
  for (let round = 0; round < template.nodes; round++) {
    colours = vertices.map(({ sources }, v) => md5(`${joined(sources)}|${joined(readers[v] ?? [])}|${colours[v]}`));
  }
  return colours.sort().join();
}

const md5 = (text: string): string => hash("md5", text);

function operationVertices(space: Space, template: CellTemplate, choices: readonly Choice[]): Vertex[] {
  const vertices: Vertex[] = [{ label: "input", sources: [] }];
  // What each node is the sum of.
  const sums: number[][] = [[0]];
  for (let node = 1; node < template.nodes; node++) {
    const own = choices.filter(({ target }) => target === node);
    sums.push(
      own.flatMap(({ source, operation }) => {
        const [layer, ...more] = space.operations[operation]?.({ stride: 1, purpose: "evaluation" }) ?? [];
        const sources = sums[source] as number[];
        if (more.length === 0 && layer?.kind === "identity") return sources;
        if (more.length === 0 && layer?.kind === "zero") return [];
        vertices.push({ label: operation, sources });
        return [vertices.length - 1];
      }),
    );
  }
  return [...vertices, { label: "output", sources: sums.at(-1) as number[] }];
}
