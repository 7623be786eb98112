/** Steps a machine to its end or until it is told to stop, with its events on the disk and checkpoints between steps. */
import { performance } from "node:perf_hooks";
import type { Tensor } from "@archwright/torch";
import { readCheckpoint, writeCheckpoint } from "./checkpoint.ts";
import { EventLog } from "./event-log.ts";
import { runPaths } from "./run-directory.ts";

export interface Progress {
  /** Units of work. */
  readonly done: number;
  /** Absent where nobody knows. */
  readonly total?: number | undefined;
  readonly label: string;
}

/** Named tensors and plain JSON. */
export interface MachineState {
  readonly tensors: Readonly<Record<string, Tensor>>;
  readonly json: unknown;
}

/** Work in units, whose state can be saved between any two: a search, a training. */
export interface StepMachine<Event> {
  readonly progress: Progress;
  readonly finished: boolean;
  step(): readonly Event[];
  save(): MachineState;
  restore(state: MachineState): void;
}

export interface DriveOptions<Event> {
  readonly directory: string;
  readonly machine: StepMachine<Event>;
  /** Seconds between checkpoints, at least. @default 5 */
  readonly checkpointSeconds?: number;
  /** Asked between steps: whether to take a checkpoint and stop. */
  readonly stopRequested?: () => boolean;
  readonly onCheckpoint?: () => void | Promise<void>;
  readonly onEvents?: (events: readonly Event[]) => void;
  readonly onProgress?: (progress: Progress) => void;
}

/** Puts the machine where the directory's checkpoint left it, if there is one, and its events too, which the caller closes. */
export function restored(directory: string, machine: StepMachine<unknown>): EventLog {
  const checkpoint = readCheckpoint(directory);
  const { events } = runPaths(directory);
  if (checkpoint === undefined) return EventLog.open(events);
  try {
    const log = EventLog.open(events, checkpoint.events);
    machine.restore(checkpoint.state);
    return log;
  } finally {
    for (const tensor of Object.values(checkpoint.state.tensors)) tensor.dispose();
  }
}

/**
 * Returns whether it was stopped. Its last act is a checkpoint. Of a machine stopped at any moment, restored and driven on,
 * the events are those of one never stopped.
 */
export async function stepUntilDone<Event extends object>(
  { directory, machine, checkpointSeconds = 5, stopRequested = () => false, ...told }: DriveOptions<Event>,
  log: EventLog,
): Promise<boolean> {
  let saved = performance.now();
  const save = async (): Promise<void> => {
    writeCheckpoint(directory, { state: machine.save(), events: log.sync() });
    await told.onCheckpoint?.();
    saved = performance.now();
  };
  told.onProgress?.(machine.progress);
  while (!machine.finished && !stopRequested()) {
    const events = machine.step();
    log.append(events);
    told.onEvents?.(events);
    told.onProgress?.(machine.progress);
    if (performance.now() - saved >= checkpointSeconds * 1000) await save();
    await new Promise((resolve) => setImmediate(resolve));
  }
  await save();
  return !machine.finished;
}
