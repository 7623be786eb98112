/** `archwright list` */
import { ArchwrightError, unknownName } from "../../errors.ts";
import type { GuidedMethod } from "../../guided/method.ts";
import type { Part } from "../../search/part.ts";
import type { Command } from "../command.ts";
import { exitStatus } from "../errors.ts";
import { columns } from "../help.ts";
import { print, printJson } from "../output.ts";

/** A name with one line on it, and whatever else `--json` shows. */
interface Entry {
  readonly name: string;
  readonly title: string;
  readonly source: string;
  readonly [fact: string]: unknown;
}

/** Each kind is loaded alone. */
const kinds: Readonly<Record<string, () => Promise<readonly Entry[]>>> = {
  spaces: async () =>
    (await import("../../spaces/architecture-spaces.ts")).architectureSpaces.map(
      ({ name, title, source, size, benchmark }) => ({
        name,
        title,
        source,
        ...(size === undefined ? {} : { architectures: String(size) }),
        ...(benchmark === undefined ? {} : { benchmark }),
      }),
    ),
  methods: async () => {
    const { methods, guidedMethods } = await import("../../methods/registry.ts");
    return [...methods.map((method) => ({ ...method })), ...guidedMethods.map(guided)];
  },
  proxies: async () => {
    const { proxies } = await import("../../proxies/registry.ts");
    const { aggregates } = await import("../../proxies/rankings.ts");
    return [
      ...proxies.map(({ prepare, shared, ...facts }) => facts),
      ...aggregates.map(({ name, title, source, members }) => ({ name, title, source, members })),
    ];
  },
  recipes: async () => {
    const { recipe } = await import("../../training/networks/recipe.ts");
    const { recipePresets } = await import("../../training/networks/presets.ts");
    const presets = Object.entries(recipePresets).map(([name, preset]) => ({ name, ...preset }));
    return [{ ...part(recipe), name: "paper", title: "the published recipe of the space's own paper" }, ...presets];
  },
  benchmarks: async () =>
    (await import("../../benchmarks/registry.ts")).benchmarks.map(({ name, title, source, space, size, metrics }) => ({
      name,
      title,
      source,
      space,
      size,
      metrics,
    })),
  relaxations: async () => (await import("../../relaxations/registry.ts")).relaxations.map(part),
  updates: async () => {
    const { updates, updateModifiers } = await import("../../updates/registry.ts");
    // What wraps an update is asked for behind a plus: first-order+random-smoothing.
    return [...updates.map(part), ...updateModifiers.map((each) => ({ ...part(each), name: `+${each.name}` }))];
  },
  selections: async () => (await import("../../selections/registry.ts")).selections.map(part),
};

const names = Object.keys(kinds);

export const list: Command = {
  positional: names.join("|"),
  options: [],
  run: async (given) => {
    const [kind] = given.positionals;
    if (kind === undefined) throw new ArchwrightError("usage", `list what? one of: ${names.join(", ")}`);
    const load = Object.hasOwn(kinds, kind) ? kinds[kind] : undefined;
    if (load === undefined) throw unknownName("list", kind, names);
    const entries = await load();
    if (given.has("json")) printJson(entries);
    else print(columns(entries.map(({ name, title }) => [name, title])).join("\n"));
    return exitStatus.done;
  },
};

const guided = ({ presets, ...method }: GuidedMethod): Entry => ({ ...part(method), presets });

/** With every hyperparameter: default and meaning. */
function part({ name, title, source, settings }: Part): Entry {
  const defaults = settings.parse({});
  const described = Object.entries(settings.shape).map(([key, schema]) => ({
    name: key,
    default: defaults[key],
    description: (schema as { description?: string }).description,
  }));
  return { name, title, source, settings: described };
}
