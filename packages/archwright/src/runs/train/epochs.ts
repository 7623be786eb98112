/** The epochs that a training has recorded. */
import { existsSync, readFileSync } from "node:fs";
import type { TrainedEpoch } from "../../training/networks/events.ts";
import { parseEvents } from "../report/inputs.ts";
import { trainPaths } from "./train-file.ts";

export function readEpochs(directory: string): TrainedEpoch[] {
  const path = trainPaths(directory).events;
  if (!existsSync(path)) return [];
  return parseEvents(readFileSync(path, "utf8"), path).filter(
    (event): event is TrainedEpoch => event.type === "trained-epoch",
  );
}
