/** Sweeps of Network Design Spaces: JSON as released, or one job record a line (space-nds §1, §2). */
import { ndsSpaces } from "../../spaces/nds.ts";
import { linesOf, parseJson, readText } from "./files.ts";
import { faulty, type ImportedRow, quoted, type TableFormat } from "./format.ts";
import { asNumber, asObject, type JsonObject, type Place } from "./json.ts";

interface Job {
  readonly place: string;
  readonly job: JsonObject;
}

const percent = { min: 0, max: 100 };

/** A training that is repeated with other seeds is a further run of its architecture. */
export const nds: TableFormat = {
  name: "nds",
  title: "Network Design Spaces, JSON or JSON lines of job records",
  contents: "test errors",
  source: "Radosavovic et al., ICCV 2019, arXiv 1905.13214; facebookresearch/nds, MIT",
  spaces: ndsSpaces.map(({ name }) => name),
  metrics: [
    { name: "error-best", title: "lowest test error of all epochs", unit: "%", larger: "worse" },
    { name: "error-final", title: "test error after the last epoch", unit: "%", larger: "worse" },
    { name: "params", title: "parameters", unit: "", larger: "worse" },
    {
      name: "flops",
      title: "work as recorded: multiply-adds and some other operations",
      unit: "",
      larger: "worse",
    },
    { name: "epochs", title: "epochs of training", unit: "", larger: "neither" },
    { name: "base-lr", title: "learning rate at the start", unit: "", larger: "neither" },
    { name: "weight-decay", title: "weight decay", unit: "", larger: "neither" },
  ],
  repeated: "run",
  *read(path): Generator<ImportedRow> {
    const places = new Map<unknown, string>();
    for (const { place, job } of jobs(path)) {
      requireNewJob(places, job, { path, place });
      yield jobRow(path, place, job);
    }
  },
};

/** A record that stands twice would count as two runs of its architecture. Files of one's own may have no numbers. */
function requireNewJob(places: Map<unknown, string>, { job_id: id }: JsonObject, at: Required<Place>): void {
  if (id === undefined) return;
  const known = places.get(id);
  if (known !== undefined) {
    throw faulty({ ...at, column: "job_id", message: `the job ${quoted(id)} stands in ${known} already` });
  }
  places.set(id, at.place);
}

/**
 * The lowest error of the curve, or up to the last one: of trainings that diverged, the released files leave out better
 * epochs.
 */
function bestError(job: JsonObject, errors: readonly unknown[], last: number, at: Place): number {
  const column = "min_test_top1";
  const best = asNumber(job[column], at, column, percent);
  const lowest = Math.min(...errors.filter((error) => typeof error === "number"));
  if (best >= lowest && best <= last) return best;
  const message = `found ${best}, but the errors in test_ep_top1 have a lowest of ${lowest} and a last of ${last}`;
  throw faulty({ ...at, column, message });
}

function jobRow(path: string, place: string, job: JsonObject): ImportedRow {
  const at = { path, place };
  const net = asObject(job.net, at, "net");
  const optim = asObject(job.optim, at, "optim");
  const errors = job.test_ep_top1;
  if (!Array.isArray(errors) || errors.length === 0) {
    throw faulty({ ...at, column: "test_ep_top1", message: `expected a list of errors, found ${quoted(errors)}` });
  }
  const last = asNumber(errors.at(-1), at, "test_ep_top1", percent);
  const params = asNumber(job.params, at, "params", { min: 1, whole: true });
  return {
    place,
    architecture: JSON.stringify(net),
    values: {
      "error-best": bestError(job, errors, last, at),
      "error-final": last,
      params,
      flops: asNumber(job.flops, at, "flops", { min: 1, whole: true }),
      epochs: errors.length,
      "base-lr": asNumber(optim.base_lr, at, "optim.base_lr", { min: 0 }),
      "weight-decay": asNumber(optim.wd, at, "optim.wd", { min: 0 }),
    },
    // Records of networks with an auxiliary head count it.
    claims: net.aux === true ? [] : [{ of: "parameters", column: "params", value: params }],
  };
}

/** A list, an object of the lists `top` and `mid` in this order, or an object a line. */
function* jobs(path: string): Generator<Job> {
  const text = readText(path);
  const first = text.trimStart()[0];
  const end = text.indexOf("\n");
  const oneObject = first === "{" && (end < 0 || text.slice(end).trim() === "" || !isJson(text.slice(0, end)));
  if (first !== "[" && !oneObject) {
    for (const { number, text: line } of linesOf(text)) {
      const place = `line ${number}`;
      yield { place, job: asObject(parseJson(line, { path, place }), { path, place }) };
    }
    return;
  }
  const whole = parseJson(text, { path });
  const lists = Array.isArray(whole) ? { "": whole } : listsOf(asObject(whole, { path }), path);
  for (const [name, list] of Object.entries(lists)) {
    for (const [i, job] of list.entries()) {
      const place = `record ${name === "" ? i : `${name}[${i}]`}`;
      yield { place, job: asObject(job, { path, place }) };
    }
  }
}

function listsOf(whole: JsonObject, path: string): Record<string, unknown[]> {
  if (Object.hasOwn(whole, "net")) return { "": [whole] };
  const { top, mid, ...rest } = whole;
  const [unknown] = Object.keys(rest);
  if (!Array.isArray(top) || !Array.isArray(mid) || unknown !== undefined) {
    const keys = Object.keys(whole).join(", ");
    throw faulty({
      path,
      message: `expected a list of job records or the lists "top" and "mid", found ${quoted(keys)}`,
    });
  }
  return { top, mid };
}

function isJson(text: string): boolean {
  try {
    parseJson(text, { path: "" });
    return true;
  } catch {
    return false;
  }
}
