/** NAS-Bench-101 as released: a TFRecord file of every training (space-nasbench101 §4). */
import { ArchwrightError } from "../../errors.ts";
import { moduleHash } from "../../spaces/nasbench101/hash.ts";
import { nasbench101 } from "../../spaces/nasbench101.ts";
import { parseJson } from "./files.ts";
import { faulty, type ImportedRow, quoted, type TableFormat } from "./format.ts";
import { budgets, nasbench101Metrics, nasbench101Source } from "./nasbench101-metrics.ts";
import { protobufFields } from "./protobuf.ts";
import { readTfrecord } from "./tfrecord.ts";

interface Place {
  readonly path: string;
  readonly place: string;
}

/** What one training measured at its end. */
interface Training {
  readonly train: number;
  readonly valid: number;
  readonly test: number;
  readonly seconds: number;
  readonly params: number;
}

const REPEATS = 3;
const LONGEST = 108;

const measures = ["train", "valid", "test", "seconds"] as const;

/** The trainings of one cell. */
interface Cell {
  readonly place: string;
  readonly hash: string;
  readonly architecture: string;
  readonly params: number;
  /** Values of each measure and budget, in the order of the file. */
  readonly runs: Record<string, number[]>;
}

/** Every record is `[hash, epochs, adjacency, operations, metrics]`; a cell has several for each budget. */
export const nasbench101Tfrecord: TableFormat = {
  name: "nasbench101-tfrecord",
  title: "NAS-Bench-101, nasbench_full.tfrecord or nasbench_only108.tfrecord",
  contents: "accuracies and training times at four budgets",
  source: nasbench101Source,
  spaces: ["nasbench101"],
  metrics: nasbench101Metrics,
  repeated: "refused",
  *read(path): Generator<ImportedRow> {
    const cells = new Map<string, Cell>();
    for (const { number, bytes } of readTfrecord(path)) {
      addRecord(cells, bytes.toString("utf8"), { path, place: `record ${number}` });
    }
    for (const [hash, cell] of cells) {
      const { place, architecture, params, runs } = cell;
      // Means follow from the runs.
      yield {
        place,
        rows: budgets.reduce((total, epochs) => total + (runs[`test-${epochs}ep`]?.length ?? 0), 0),
        architecture,
        values: { params },
        runs,
        claims: [
          { of: "identity", column: "hash", value: hash },
          { of: "parameters", column: "trainable_parameters", value: params },
        ],
      };
      requireRepeats(cell, path);
      cells.delete(hash);
    }
  },
};

function addRecord(cells: Map<string, Cell>, text: string, at: Place): void {
  const record = parseJson(text, at);
  if (!Array.isArray(record) || record.length !== 5) {
    throw faulty({
      ...at,
      message: `expected [hash, epochs, adjacency, operations, metrics], found ${quoted(record)}`,
    });
  }
  const [hash, epochs, adjacency, operations, metrics] = record;
  if (![hash, adjacency, operations, metrics].every((part) => typeof part === "string")) {
    throw faulty({ ...at, message: `hash, adjacency, operations and metrics must be texts, found ${quoted(record)}` });
  }
  if (!budgets.includes(epochs)) {
    throw faulty({
      ...at,
      column: "epochs",
      message: `expected one of ${budgets.join(", ")}, found ${quoted(epochs)}`,
    });
  }
  const training = readMetrics(Buffer.from(metrics, "base64"), at);
  const architecture = `${adjacency} ${operations}`;
  const known = cells.get(hash);
  const cell: Cell = known ?? { place: at.place, hash, architecture, params: training.params, runs: {} };
  if (known === undefined) cells.set(hash, cell);
  // Isomorphic matrices have one hash: what is written otherwise may be the same cell.
  if (cell.architecture !== architecture && hashOf(architecture, at) !== hash) {
    throw faulty({ ...at, column: "hash", message: `its cell is not the one of this hash, which ${cell.place} has` });
  }
  if (cell.params !== training.params) {
    const message = `found ${training.params}, but ${cell.place} of the same cell has ${cell.params}`;
    throw faulty({ ...at, column: "trainable_parameters", message });
  }
  for (const measure of measures) {
    const name = `${measure}-${epochs}ep`;
    cell.runs[name] ??= [];
    cell.runs[name].push(training[measure]);
  }
}

function hashOf(architecture: string, at: Place): string {
  try {
    return moduleHash(nasbench101.parse(architecture));
  } catch (cause) {
    if (!(cause instanceof ArchwrightError)) throw cause;
    throw faulty({ ...at, message: cause.message });
  }
}

/** Every budget was trained three times, the longest in both files: fewer records mean that some are lost. */
function requireRepeats({ place, runs }: Cell, path: string): void {
  const missing = runs[`test-${LONGEST}ep`] === undefined ? [`${LONGEST} epochs: 0`] : [];
  const wrong = budgets.flatMap((epochs) => {
    const found = runs[`test-${epochs}ep`]?.length ?? REPEATS;
    return found === REPEATS ? [] : [`${epochs} epochs: ${found}`];
  });
  const [problem] = [...missing, ...wrong];
  if (problem === undefined) return;
  const message = `the cell has not ${REPEATS} trainings of every budget (${problem}); is the file complete?`;
  throw faulty({ path, place, message });
}

/** Evaluations before, half way through and at the end of a training: the last one counts. */
function readMetrics(bytes: Buffer, at: Place): Training {
  const fields = protobufFields(bytes);
  const evaluations = fields?.filter(({ number, value }) => number === 1 && Buffer.isBuffer(value)) ?? [];
  const params = fields?.find(({ number, value }) => number === 2 && typeof value === "bigint")?.value;
  const last = evaluations.at(-1)?.value as Buffer | undefined;
  const measured = last === undefined ? undefined : protobufFields(last);
  if (params === undefined || evaluations.length !== 3 || measured === undefined) {
    throw faulty({
      ...at,
      column: "metrics",
      message: "expected a ModelMetrics message with three evaluations and a parameter count",
    });
  }
  const field = (number: number, name: string, most: number): number => {
    const value = measured.find((one) => one.number === number)?.value;
    if (typeof value === "number" && value >= 0 && value <= most) return value;
    throw faulty({
      ...at,
      column: name,
      message: `expected a number from 0 to ${most}, found ${String(value ?? "nothing")}`,
    });
  };
  return {
    seconds: field(2, "training_time", Number.MAX_VALUE),
    train: field(3, "train_accuracy", 1),
    valid: field(4, "validation_accuracy", 1),
    test: field(5, "test_accuracy", 1),
    params: Number(params),
  };
}
