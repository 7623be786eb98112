/** The spaces whose architectures can be embedded. */
import { ArchwrightError } from "../../errors.ts";
import type { ArchitectureSpace } from "../../spaces/architecture-space.ts";
import { enasMacro6, enasMacro12 } from "../../spaces/enas.ts";
import type { GraphCodec } from "./codec.ts";
import { enasGraphs } from "./enas.ts";
import { nasbench101Graphs } from "./nasbench101.ts";
import { nasbench201Graphs } from "./nasbench201.ts";

export const graphCodecs: readonly GraphCodec[] = [
  nasbench101Graphs,
  nasbench201Graphs,
  enasGraphs(enasMacro6, 6),
  enasGraphs(enasMacro12, 12),
];

/** Throws `ArchwrightError("usage")` for a space whose architectures have no graphs. */
export function graphCodecOf({ name }: Pick<ArchitectureSpace, "name">): GraphCodec {
  const found = graphCodecs.find(({ space }) => space.name === name);
  if (found !== undefined) return found;
  const known = graphCodecs.map(({ space }) => space.name).join(", ");
  throw new ArchwrightError("usage", `the architectures of ${name} have no graphs to embed; those of ${known} do`, {
    details: { space: name },
  });
}
