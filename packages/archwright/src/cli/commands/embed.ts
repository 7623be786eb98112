/** `archwright embed` */

import { ArchwrightError, unknownName } from "../../errors.ts";
import type { Command } from "../command.ts";
import type { Given, Option } from "../options.ts";
import { quietOption } from "../request-options.ts";
import { decodeVerb } from "./embed/decode.ts";
import { encodeVerb } from "./embed/encode.ts";
import { evaluateVerb } from "./embed/evaluate.ts";
import { trainVerb } from "./embed/train.ts";
import type { EmbedVerb } from "./embed/verb.ts";

/** In the order of the help. */
const verbs: readonly EmbedVerb[] = [trainVerb, encodeVerb, decodeVerb, evaluateVerb];

const options: readonly Option[] = [
  ...new Map(verbs.flatMap((verb) => verb.options).map((option) => [option.name, option])).values(),
  quietOption,
];

export const embed: Command = {
  positional: verbs.map(({ name }) => name).join("|"),
  options,
  notes: verbs.flatMap(({ name, summary, options: own }) => [
    `embed ${name}: ${summary}`,
    `  takes ${own.map((option) => `--${option.name}`).join(", ")}`,
  ]),
  run: async (given) => {
    const [name] = given.positionals;
    const known = verbs.map((verb) => verb.name);
    if (name === undefined) {
      throw new ArchwrightError(
        "usage",
        `what is to be done? one of ${known.join(", ")}: archwright embed ${known[0]}`,
      );
    }
    const verb = verbs.find((one) => one.name === name);
    if (verb === undefined) throw unknownName("part of embed", name, known);
    refuseOthers(given, verb);
    return verb.run(given);
  },
};

/** Throws `ArchwrightError("usage")` for an option that belongs to another verb. */
function refuseOthers(given: Given, verb: EmbedVerb): void {
  const own = new Set([...verb.options, quietOption].map(({ name }) => name));
  const other = options.find(({ name }) => given.has(name) && !own.has(name));
  if (other === undefined) return;
  const names = verb.options.map(({ name }) => `--${name}`).join(", ");
  throw new ArchwrightError("usage", `--${other.name} is no option of embed ${verb.name}, which takes ${names}`);
}
