/** The parts of a page that say what was asked for and how to ask for it again. */
import type { RunFile } from "../run-files.ts";
import { type Markup, markup } from "./markup.ts";
import { formatBytes } from "./numbers.ts";

export function settingsSection(settings: Readonly<Record<string, unknown>>): Markup {
  const rows = flatten(settings);
  if (rows.length === 0) return markup``;
  return markup`<section>
<h2>Settings</h2>
<table>
<thead><tr><th>Setting</th><th>Value</th></tr></thead>
<tbody>${rows.map(([key, value]) => markup`<tr><th scope="row"><code>${key}</code></th><td>${value}</td></tr>`)}</tbody>
</table>
</section>`;
}

/** Nested settings as `outer.inner`, the form in which the command line takes them. */
function flatten(settings: Readonly<Record<string, unknown>>, prefix = ""): [string, string][] {
  return Object.entries(settings).flatMap(([key, value]): [string, string][] => {
    if (typeof value === "object" && value !== null && !Array.isArray(value)) {
      return flatten(value as Record<string, unknown>, `${prefix}${key}.`);
    }
    return [[prefix + key, typeof value === "string" ? value : (JSON.stringify(value) ?? "–")]];
  });
}

/** What a run says of how it was made. */
type Repeatable = Pick<RunFile, "versions" | "machine"> & {
  readonly request: Pick<RunFile["request"], "device" | "seed" | "command">;
};

export function repeatSection(run: Repeatable): Markup {
  const { versions, machine } = run;
  const rows: [string, string][] = [
    ["archwright", versions.archwright],
    ["libtorch", versions.libtorch],
    ["Node", versions.node],
    ["Device", run.request.device],
    ["Processor", `${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? "core" : "cores"}`],
    ["Memory", formatBytes(machine.memoryBytes)],
    ["Platform", machine.platform],
    ["Seed", String(run.request.seed)],
  ];
  return markup`<section>
<h2>How to repeat it</h2>
<pre>${run.request.command}</pre>
<p>Everything random follows from the seed. The run was made with:</p>
<table><tbody>${rows.map(([what, value]) => markup`<tr><th scope="row">${what}</th><td>${value}</td></tr>`)}</tbody></table>
</section>`;
}
