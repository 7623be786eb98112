/** The NAS-Bench-201 space: 15,625 cells of six edges and five operations (Dong & Yang, ICLR 2020). */
import { cell } from "./cells.ts";
import { nasbench201Codec } from "./codecs/nasbench201.ts";
import { defineSpace } from "./define.ts";
import { nasbench201Operations } from "./operations.ts";
import { staged } from "./skeletons/staged.ts";

const template = cell("cell", { nodes: 4, operations: Object.keys(nasbench201Operations) });

/** `none` is a legal choice here, on every edge (space-nasbench201 §6). */
export const nasbench201 = defineSpace({
  name: "nasbench201",
  title: "NAS-Bench-201 cells: 6 edges, 5 operations, 15,625 architectures",
  source: "Dong & Yang, ICLR 2020, arXiv 2001.00326",
  cells: [template],
  operations: nasbench201Operations,
  sizes: { search: { channels: 16, cells: 5 }, evaluation: { channels: 16, cells: 5 } },
  skeleton: staged(template),
  codec: nasbench201Codec,
  benchmark: "nasbench201",
});
