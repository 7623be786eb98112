/** Every change, by folder. */
import type { Change } from "../change.ts";
import { benchmarks } from "./benchmarks.ts";
import { data } from "./data.ts";
import { methods } from "./methods.ts";
import { networks } from "./networks.ts";
import { proxies } from "./proxies.ts";
import { selections } from "./selections.ts";
import { training } from "./training.ts";
import { updates } from "./updates.ts";

export const changes: readonly Change[] = [
  ...methods,
  ...training,
  ...selections,
  ...updates,
  ...networks,
  ...data,
  ...proxies,
  ...benchmarks,
];
