/** Makes views that claim petabytes; the collector must not be told so. */
import { expand, zeros } from "../../../src/index.ts";

const x = zeros([1]);
let made = 0;
for (let i = 0; i < 2000; i++) if (expand(x, [2 ** 45]).size > 0) made++;
console.log(JSON.stringify({ made }));
