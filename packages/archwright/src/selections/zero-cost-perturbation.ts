/** Zero-Cost-PT's selection: proposals by perturbing an untrained supernet, validated by the same score. */
import { z } from "zod";
import { isConfigurationFile } from "../proxies/eproxy/file.ts";
import { proxyName } from "../proxies/names.ts";
import { findProxy, proxies } from "../proxies/registry.ts";
import { inTurn } from "../search/compose.ts";
import type { Space } from "../spaces/space.ts";
import { trainingAlone } from "../training/supernets/search-epochs.ts";
import type { Selection } from "./selection.ts";
import { edgeOrders } from "./zero-cost/edge-order.ts";
import { ZeroCostSearch } from "./zero-cost/search.ts";

const scorers = proxies.filter(({ noOperationScore }) => noOperationScore === undefined);

/** Why a proxy cannot be the score. */
function refusal(name: unknown): string {
  const known = `must be one of: ${scorers.map((proxy) => proxy.name).join(", ")}`;
  const reason = proxies.find((proxy) => proxy.name === name)?.noOperationScore;
  return reason === undefined ? known : `${name} cannot score operations: ${reason}; ${known}`;
}

const settings = z.object({
  score: z
    .string()
    .overwrite(proxyName)
    .refine((name) => isConfigurationFile(name) || scorers.some((proxy) => proxy.name === name), {
      error: ({ input }) => refusal(input),
    })
    .default("nwot_eval")
    .describe("zero-cost proxy S that scores operations and, in the validation, networks"),
  rule: z
    .enum(["perturb", "discretize"])
    .default("perturb")
    .describe(
      "perturb (zc-pt): keep the operation whose removal lowers S most; discretize (disc-zc): the one that alone gives the largest S",
    ),
  order: z.enum(edgeOrders).default("random").describe("order in which edges are decided (zero-cost-pt §4.1)"),
  releasedOnce: z
    .boolean()
    .default(false)
    .describe("the released code's global-*-once orders, which visit edges in reverse"),
  proposals: z.int().min(1).max(10_000).default(10).describe("N: proposals from the supernet"),
  validationBatches: z
    .int()
    .min(1)
    .max(100_000)
    .default(100)
    .describe("V: minibatches that score each distinct proposal"),
  batch: z
    .union([z.literal("auto"), z.int().min(2).max(4096)])
    .default("auto")
    .describe(
      "images in a minibatch; auto is the paper's: 256 in single-cell spaces (NAS-Bench-201), 64 in the DARTS family",
    ),
  topology: z
    .enum(["cumulative", "single"])
    .default("cumulative")
    .describe(
      "cumulative: edges dropped from a node are gone when the next are scored; single: as in the released code, they are not",
    ),
  alpha: z
    .enum(["auto", "fresh", "kept"])
    .default("auto")
    .describe(
      "fresh: draw α anew for every proposal; kept: draw it once; auto is the paper's: fresh in single-cell spaces, else kept",
    ),
  countBlocked: z
    .boolean()
    .default(false)
    .describe("the released NAS-Bench-201 code's K: ReLUs of removed operations count as switched off for every image"),
});

export const zeroCostPerturbation: Selection = {
  name: "zero-cost-perturbation",
  title: "proposals by zero-cost perturbation of the supernet, validated by the same score",
  source: "Xiang et al., AAAI 2023, algorithm 1",
  settings,
  start(model, trainer, values) {
    const options = settings.parse(values);
    const single = singleCell(model.context.space);
    const proxy = findProxy(options.score);
    const batch = options.batch === "auto" ? (single ? 256 : 64) : options.batch;
    const select = (): ZeroCostSearch =>
      new ZeroCostSearch(model, {
        ...options,
        proxy,
        batchSize: batch * (proxy.minibatches ?? 1),
        // A trained α is what there is to perturb; without training every proposal can have a draw of its own.
        redrawAlpha: options.alpha === "auto" ? single && trainer === undefined : options.alpha === "fresh",
      });
    return trainer === undefined ? select() : inTurn(trainingAlone(model, trainer), select);
  },
};

/** NAS-Bench-201 and its like search one cell, the DARTS family two. */
const singleCell = (space: Space): boolean => space.cells.length === 1;
