/** No update: α and the weights stay as they were initialized. */
import { z } from "zod";
import type { Update } from "./update.ts";

export const none: Update = {
  name: "none",
  title: "no training: the supernet stays at its random initialization",
  source: "Xiang et al., AAAI 2023",
  settings: z.object({}),
};
