/** `archwright inspect` */
import { ArchwrightError } from "../../errors.ts";
import { describeArchitecture } from "../../runs/answer.ts";
import { writeDurably } from "../../runs/files.ts";
import { formatCount } from "../../runs/report/numbers.ts";
import {
  type ArchitectureSpace,
  architectureCost,
  cellArchitectures,
  type ImageTask,
  taskText,
} from "../../spaces/architecture-space.ts";
import { findArchitectureSpace } from "../../spaces/architecture-spaces.ts";
import { networkCost } from "../../spaces/cost.ts";
import type { CellGenotype, NetworkSize, Space } from "../../spaces/space.ts";
import { architectureOption, architectureText } from "../architecture-text.ts";
import { drawCells } from "../cell-pictures.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { type Given, wholeNumber } from "../options.ts";
import { note, print, printJson } from "../output.ts";
import { describeCell } from "../text.ts";

export const inspect: Command = {
  options: [
    { name: "space", value: "S", required: true, about: "search space (`archwright list spaces`)" },
    architectureOption,
    {
      name: "classes",
      value: "N",
      about: "classes that costs are counted for; default those of the published networks",
    },
    {
      name: "image-size",
      value: "N",
      about: "pixels along a side, for the same; default that of the published networks",
    },
    { name: "svg", value: "FILE", about: "write the picture of the cells" },
  ],
  notes: ["Multiply-adds are for one image."],
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
  const task = taskOf(space, given);
  const { parameters, macs } = architectureCost(space, architecture, task);
  const text = space.format(architecture);
  if (given.has("json")) printJson({ space: name, architecture: text, ...task, parameters, macs });
  else {
    const counts = `${formatCount(parameters)} parameters, ${formatCount(macs)} multiply-adds`;
    print([text, ...columns([["network", `${counts} (${taskText(task)})`]])].join("\n"));
  }
  return exitStatus.done;
}

/** What costs are counted for. Throws `ArchwrightError("usage")` for what no network can be for. */
function taskOf({ defaults }: ArchitectureSpace, given: Given): ImageTask {
  const positive = (name: string, usual: number): number => {
    const value = wholeNumber(given, name) ?? usual;
    if (value >= 1) return value;
    throw new ArchwrightError("usage", `--${name} must be at least 1`);
  };
  return { classes: positive("classes", defaults.classes), imageSize: positive("image-size", defaults.imageSize) };
}

function inspectCells(space: Space, given: Given): number {
  const task = taskOf(cellArchitectures(space), given);
  const cells = space.parse(architectureText(given.required("arch")));
  const costs = (["search", "evaluation"] as const).map((purpose) => ({
    purpose,
    ...space.sizes[purpose],
    ...networkCost(space, cells, { purpose, ...task }),
  }));
  const svg = given.text("svg");
  if (svg !== undefined) {
    writeDurably(svg, drawCells(space.cells, cells));
    note(`picture: ${svg}`);
  }
  const described = describeArchitecture(cellArchitectures(space), cells, task);
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
  print([described.architecture, ...columns([...rows, ["counted for", taskText(task)]]), ...pictures].join("\n"));
  return exitStatus.done;
}

const costText = ({ channels, cells, parameters, macs }: NetworkSize & { parameters: number; macs: number }): string =>
  `${formatCount(parameters)} parameters, ${formatCount(macs)} multiply-adds (C = ${channels}, N = ${cells})`;
