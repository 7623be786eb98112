/** How the tests run: the packages' TypeScript sources, two processes, slow files apart (`npm run test:slow`). */
import { configDefaults, defineConfig } from "vitest/config";

const CONDITIONS = ["archwright-source", "module", "node", "development|production"];
const SLOW = "**/*.slow.test.ts";

export default defineConfig(({ mode }) => ({
  resolve: { conditions: CONDITIONS },
  ssr: { resolve: { conditions: CONDITIONS, externalConditions: ["archwright-source", "node"] } },
  test: {
    include: mode === "slow" ? [`packages/*/test/${SLOW}`] : ["packages/*/test/**/*.test.ts", "bench/**/*.test.ts"],
    exclude: mode === "slow" ? configDefaults.exclude : [...configDefaults.exclude, SLOW],
    pool: "forks",
    maxWorkers: 2,
    // Tests that watch memory call the garbage collector; programs that tests start resolve the sources too.
    execArgv: ["--expose-gc", "--conditions=archwright-source"],
    testTimeout: mode === "slow" ? 1_800_000 : 60_000,
    hookTimeout: 60_000,
    reporters: ["default", "./scripts/plain-reporter.mjs"],
  },
}));
