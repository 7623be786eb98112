/** When DARTS-PT decides (darts-pt §5, §6, §11.1). */
import { expect, test } from "vitest";
import { perturbationSchedule, prunedNodes } from "../../../src/selections/perturbation/schedule.ts";
import { darts } from "../../../src/spaces/darts.ts";
import { dartsNoNone } from "../../../src/spaces/darts-no-none.ts";
import { nasbench201 } from "../../../src/spaces/nasbench201.ts";
import type { CellTemplate } from "../../../src/spaces/space.ts";

test("DARTS space: 81 epochs, operations at 0, 5, ..., 65, nodes at 70, 75, 80", () => {
  const { epochs, before } = perturbationSchedule(dartsNoNone, 5);
  expect(epochs).toBe(81);
  expect([...before.keys()]).toEqual(Array.from({ length: 17 }, (_, i) => 5 * i));
  expect([...before.values()].flat()).toEqual([
    ...Array.from({ length: 14 }, () => "operation"),
    ...Array.from({ length: 3 }, () => "topology"),
  ]);
  expect(before.get(70)).toEqual(["topology"]);
});

test("NAS-Bench-201: 25 epochs, decisions at 0, 5, 10, 15, 20 and 24", () => {
  const { epochs, before } = perturbationSchedule(nasbench201, 5);
  expect(epochs).toBe(25);
  expect([...before.keys()]).toEqual([0, 5, 10, 15, 20, 24]);
});

test("without fine-tuning everything is decided at once", () => {
  const { epochs, before } = perturbationSchedule(nasbench201, 0);
  expect(epochs).toBe(0);
  expect([...before]).toEqual([[0, Array.from({ length: 6 }, () => "operation")]]);
});

test("node 2 of a DARTS cell keeps both its edges; NAS-Bench-201 keeps all", () => {
  expect(prunedNodes(darts, darts.cells[0] as CellTemplate)).toEqual([3, 4, 5]);
  expect(prunedNodes(nasbench201, nasbench201.cells[0] as CellTemplate)).toEqual([]);
});
