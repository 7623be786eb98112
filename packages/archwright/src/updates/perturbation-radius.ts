/** How far SDARTS perturbs the probabilities (sdarts §5). */
import { z } from "zod";
import type { Moment } from "../search/moment.ts";

export const radiusSettings = z.object({
  radiusStart: z.number().min(0).max(1).default(0.03).describe("ε of the first epoch"),
  radiusEnd: z
    .number()
    .min(0)
    .max(1)
    .default(0.3)
    .describe("ε that the radius grows to linearly over the epochs; kept while a selection fine-tunes"),
});

export type RadiusSettings = z.infer<typeof radiusSettings>;

/** ε(t) = ε₀ + (ε₁ − ε₀)·t/T. */
export function radiusAt({ radiusStart, radiusEnd }: RadiusSettings, { epoch, epochs, phase }: Moment): number {
  return phase === "finetune" ? radiusEnd : radiusStart + ((radiusEnd - radiusStart) * epoch) / epochs;
}
