/** Dirichlet: mixing weights are drawn anew for every step from distributions whose concentrations are learnt (DrNAS). */
import {
  cat,
  Generator,
  mul,
  mulScalar,
  noGrad,
  ones,
  rand,
  scope,
  softmax,
  sum,
  type Tensor,
  tensor,
  to,
} from "@archwright/torch";
import { z } from "zod";
import { rows } from "../search/model.ts";
import type { ArchitectureParameters, Occasion, Relaxation, RelaxationContext, Rows } from "../search/relaxation.ts";
import { concentrations, distanceFromUniform, gammaDraw, shares } from "./dirichlet/distribution.ts";
import { type EdgeParameters, edgeParameters, smallNormal } from "./edge-parameters.ts";

const settings = z.object({
  anchor: z
    .enum(["l2", "kl"])
    .default("l2")
    .describe(
      "what keeps the distributions near the uniform one; l2: the weight decay of α's optimizer; kl: their Kullback-Leibler distance from it, added to the validation loss (set architecture.weightDecay=0 with it)",
    ),
  anchorScale: z.number().min(0).default(1e-3).describe("factor of the Kullback-Leibler distance"),
  strength: z
    .enum(["softmax", "mean"])
    .default("softmax")
    .describe(
      "what operations and edges are chosen by; softmax: of α, as in the released code; mean: of the distribution",
    ),
});

export const dirichlet: Relaxation = {
  name: "dirichlet",
  title: "weights drawn from Dirichlet distributions whose concentrations are learnt",
  source: "Chen et al., DrNAS, ICLR 2021, section 3",
  domain: "reals",
  settings,
  create: (context, values) => new Dirichlet(context, settings.parse(values)),
};

/** θ_e ~ Dir(β_e) for every edge, β = elu(α) + 1. What is drawn is a seed, so that all passes of a step see the same θ. */
class Dirichlet implements ArchitectureParameters<number> {
  readonly parameters: EdgeParameters["parameters"];
  readonly redraw: EdgeParameters["redraw"];
  readonly penalty?: () => Tensor;
  readonly #alpha: EdgeParameters;
  readonly #options: z.infer<typeof settings>;
  /** Which operations are left, of each kind of cell; undefined while all are. */
  #left: readonly (readonly (readonly boolean[])[])[] | undefined;

  constructor(context: RelaxationContext, options: z.infer<typeof settings>) {
    this.#alpha = edgeParameters(context, smallNormal);
    this.#options = options;
    this.parameters = this.#alpha.parameters;
    this.redraw = this.#alpha.redraw;
    if (options.anchor === "kl") this.penalty = () => this.#distance();
  }

  draw({ random }: Occasion): number {
    return Math.floor(scope(() => rand([1], random).item()) * 2 ** 24);
  }

  /**
   * θ of a draw, or the mean β/Σβ without one. Of operations that are gone, the share goes to the rest: what is left of a
   * Dirichlet draw, divided by its sum, is a Dirichlet draw of the rest.
   */
  weights(draw?: number): Tensor[] {
    const random = draw === undefined ? undefined : new Generator(draw);
    return this.#alpha.stacked().map((alpha, c) => {
      const beta = concentrations(alpha);
      const parts = random === undefined ? beta : gammaDraw(beta, random);
      return to(shares(mul(parts, this.#mask(c, beta))), { dtype: alpha.dtype });
    });
  }

  ranking(): Rows[] {
    const strength = (alpha: Tensor): Tensor =>
      this.#options.strength === "mean" ? concentrations(alpha) : softmax(alpha, -1);
    return noGrad(() =>
      scope(() =>
        this.#alpha.stacked().map((alpha, c) => {
          const own = strength(alpha);
          return rows(shares(mul(own, this.#mask(c, own))));
        }),
      ),
    );
  }

  restrict(left: readonly (readonly (readonly boolean[])[])[]): void {
    this.#left = left;
  }

  /** anchorScale·Σ KL(Dir(β_e) ‖ Dir(1)), over the edges of all kinds of cells. */
  #distance(): Tensor {
    const distances = this.#alpha.stacked().map((alpha, c) => {
      const beta = concentrations(alpha);
      return distanceFromUniform(beta, this.#mask(c, beta));
    });
    return to(mulScalar(sum(cat(distances)), this.#options.anchorScale), { dtype: "float32" });
  }

  /** 1 for what is left, 0 for what is gone. */
  #mask(cell: number, { shape, dtype, device }: Tensor): Tensor {
    const left = this.#left?.[cell];
    if (left === undefined) return ones(shape, { dtype, device });
    return to(tensor(Float32Array.from(left.flat(), Number), shape), { dtype, device });
  }

  [Symbol.dispose](): void {
    this.#alpha[Symbol.dispose]();
  }
}
