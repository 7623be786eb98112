/** `archwright inspect` */
import { describeArchitecture } from "../../runs/answer.ts";
import { writeDurably } from "../../runs/files.ts";
import { formatCount } from "../../runs/report/numbers.ts";
import { networkCost } from "../../spaces/cost.ts";
import { findSpace } from "../../spaces/registry.ts";
import type { CellGenotype, NetworkSize } from "../../spaces/space.ts";
import { architectureOption, architectureText } from "../architecture-text.ts";
import { drawCells } from "../cell-pictures.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { note, print, printJson } from "../output.ts";
import { describeCell } from "../text.ts";

export const inspect: Command = {
  options: [
    { name: "space", value: "S", required: true, about: "search space (`archwright list spaces`)" },
    architectureOption,
    { name: "svg", value: "FILE", about: "write the picture of the cells" },
  ],
  notes: ["Costs are for 10 classes and images of 32×32; multiply-adds are for one image."],
  run: async (given) => {
    const space = findSpace(given.required("space"));
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
    const described = describeArchitecture(space, cells);
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
  },
};

const costText = ({ channels, cells, parameters, macs }: NetworkSize & { parameters: number; macs: number }): string =>
  `${formatCount(parameters)} parameters, ${formatCount(macs)} multiply-adds (C = ${channels}, N = ${cells})`;
