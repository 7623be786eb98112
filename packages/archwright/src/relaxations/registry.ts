/** The relaxations that can be asked for by name. */
import type { Relaxation } from "../search/relaxation.ts";
import { dirichlet } from "./dirichlet.ts";
import { simplex } from "./simplex.ts";
import { softmax } from "./softmax.ts";
import { sparseCode } from "./sparse-code.ts";
import { uniform } from "./uniform.ts";

export const relaxations: readonly Relaxation[] = [softmax, uniform, simplex, sparseCode, dirichlet];
