/** `archwright inspect` */
import { ArchwrightError } from "../../errors.ts";
import { describeArchitecture } from "../../runs/answer.ts";
import { writeDurably } from "../../runs/files.ts";
import { formatCount } from "../../runs/report/numbers.ts";
import { type ArchitectureSpace, architectureCost, cellArchitectures } from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import { networkCost } from "../../spaces/cost.ts";
import type { CellGenotype, NetworkSize, Space } from "../../spaces/space.ts";
import { architectureOption, architectureText } from "../architecture-text.ts";
import { drawCells } from "../cell-pictures.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import type { Given } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import { describeCell } from "../text.ts";

export const inspect: Command = {
  options: [
    { name: "space", value: "S", required: true, about: "search space (`archwright list spaces`)" },
    architectureOption,
    { name: "svg", value: "FILE", about: "write the picture of the cells" },
  ],
  notes: [
    "Costs are those of the published networks' classes and image sizes (10 classes, 32×32 pixels in cell spaces); multiply-adds are for one image.",
  ],
  run: async (given) => {
    const space = findArchitectureSpace(given.required("space"));
    return space.supernet === undefined ? inspectNetwork(space, given) : inspectCells(space.supernet, given);
  },
};

/** An architecture of a space without cells to draw. */
function inspectNetwork(space: ArchitectureSpace, given: Given): number {
  const { name } = space;
  if (given.has("svg")) {
    throw new ArchwrightError("usage", `--svg draws cells; the architectures of ${name} are no cells of a supernet`);
  }
  const architecture = space.parse(architectureText(given.required("arch")));
  const { classes, imageSize } = space.defaults;
  const { parameters, macs } = architectureCost(space, architecture);
  const text = space.format(architecture);
  if (given.has("json")) printJson({ space: name, architecture: text, classes, imageSize, parameters, macs });
  else {
    const counts = `${formatCount(parameters)} parameters, ${formatCount(macs)} multiply-adds`;
    print(
      [text, ...columns([["network", `${counts} (${classes} classes, ${imageSize}×${imageSize} pixels)`]])].join("\n"),
    );
  }
  return exitStatus.done;
}

function inspectCells(space: Space, given: Given): number {
  const cells = space.parse(architectureText(given.required("arch")));
  const costs = (["search", "evaluation"] as const).map((purpose) => ({
    purpose,
    ...space.sizes[purpose],
    ...networkCost(space, cells, { purpose }),
  }));
  const svg = given.text("svg");
  if (svg !== undefined) {
    writeDurably(svg, drawCells(space.cells, cells));
    note(`picture: ${svg}`);
  }
  const described = describeArchitecture(cellArchitectures(space), cells);
  if (given.has("json")) {
    const { format: _, parameters: __, macs: ___, ...rest } = described;
    printJson({ ...rest, sizes: Object.fromEntries(costs.map(({ purpose, ...cost }) => [purpose, cost])) });
    return exitStatus.done;
  }
  const rows = costs.map((cost) => [`${cost.purpose} size`, costText(cost)] as const);
  const pictures = space.cells.flatMap((template) => [
    `${template.name}:`,
    ...describeCell(template, cells[template.name] as CellGenotype),
  ]);
  print([described.architecture, ...columns(rows), ...pictures].join("\n"));
  return exitStatus.done;
}

const costText = ({ channels, cells, parameters, macs }: NetworkSize & { parameters: number; macs: number }): string =>
  `${formatCount(parameters)} parameters, ${formatCount(macs)} multiply-adds (C = ${channels}, N = ${cells})`;
