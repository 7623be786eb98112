/** Families of operations: what a drawing colours alike. */

export type OperationFamily = "convolution" | "separable" | "dilated" | "pooling" | "skip" | "none" | "other";

/**
 * The family an operation's name puts it in. The names are those of the spaces in the literature
 * (`sep_conv_3x3`, `nor_conv_1x1`, `conv3x3-bn-relu`, `skip_connect`, ...); an unknown name is `other`.
 */
export function operationFamily(operation: string): OperationFamily {
  const name = operation.toLowerCase();
  if (/^(none|zero|zeroize)$/.test(name)) return "none";
  if (/skip|identity/.test(name)) return "skip";
  if (/pool/.test(name)) return "pooling";
  if (/dil/.test(name)) return "dilated";
  if (/sep|dw|depthwise/.test(name)) return "separable";
  if (/conv|^mb\d/.test(name)) return "convolution";
  return "other";
}

interface Tones {
  /** Lines and outlines. */
  readonly line: string;
  /** Ground of a label. */
  readonly tint: string;
  /** Text on that ground: contrast of at least 4.5 to 1 (WCAG 2 AA). */
  readonly text: string;
}

/** Hues told apart with any of the common colour blindnesses (after Okabe & Ito); the labels repeat what they say. */
const light: Record<OperationFamily, Tones> = {
  convolution: { line: "#2a6fbb", tint: "#e6f0fa", text: "#174a82" },
  separable: { line: "#7a4fb5", tint: "#f1eaf9", text: "#55318a" },
  dilated: { line: "#0f8a6d", tint: "#e0f4ee", text: "#0a5c49" },
  pooling: { line: "#c7711a", tint: "#fcefdf", text: "#824708" },
  skip: { line: "#6b7280", tint: "#f0f1f3", text: "#3f4651" },
  none: { line: "#b4bac4", tint: "#ffffff", text: "#6b7280" },
  other: { line: "#b83280", tint: "#fbe8f2", text: "#85205b" },
};

const dark: Record<OperationFamily, Tones> = {
  convolution: { line: "#5b9fe6", tint: "#15283e", text: "#b5d6fa" },
  separable: { line: "#a883e0", tint: "#291d3d", text: "#d9c6f7" },
  dilated: { line: "#35b995", tint: "#0e2e27", text: "#a2e6d2" },
  pooling: { line: "#e0953f", tint: "#38240d", text: "#f8d3a3" },
  skip: { line: "#8e96a5", tint: "#262a31", text: "#cdd3dd" },
  none: { line: "#545b68", tint: "#15181d", text: "#98a1b0" },
  other: { line: "#e06bac", tint: "#3a1529", text: "#f7bedb" },
};

const rules = (tones: Record<OperationFamily, Tones>): string =>
  Object.entries(tones)
    .map(([family, t]) => `.aw-${family}{--line:${t.line};--tint:${t.tint};--text:${t.text}}`)
    .join("");

/** CSS that gives elements of class `aw-<family>` the variables `--line`, `--tint` and `--text`. */
export const familyStyle = `${rules(light)}@media (prefers-color-scheme:dark){${rules(dark)}}`;

const variables = (tones: Record<OperationFamily, Tones>): string =>
  Object.entries(tones)
    .map(([family, { line }]) => `--family-${family}:${line}`)
    .join(";");

/** CSS that gives the whole page the variables of {@link familyColour}, for pictures that colour single lines. */
export const familyColours = `:root{${variables(light)}}@media (prefers-color-scheme:dark){:root{${variables(dark)}}}`;

/** The colour of a family's lines, on a page that has {@link familyColours}. */
export const familyColour = (family: OperationFamily): string => `var(--family-${family})`;
