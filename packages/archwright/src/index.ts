/**
 * Archwright: neural architecture search on libtorch. Importing this loads no libtorch: `runSearch` loads it in a thread
 * of its own, `createSearch` in the calling one.
 */

export { createSearch } from "./assembly/create.ts";
export type { AnyMethod, Method } from "./assembly/method.ts";
export { type PreparedSearch, prepareSearch, type SearchInputs } from "./assembly/prepare.ts";
export type { MethodRequest } from "./assembly/request.ts";
export { resolveMethod } from "./assembly/resolve.ts";
export type { Benchmark, BenchmarkRecord, Metric } from "./benchmarks/benchmark.ts";
export { type ImportedTable, type ImportRequest, importTable } from "./benchmarks/importers/build.ts";
export type { TableFormat } from "./benchmarks/importers/format.ts";
export { findTableFormat, tableFormats } from "./benchmarks/importers/registry.ts";
export { benchmarks, findBenchmark, openBenchmark } from "./benchmarks/registry.ts";
export { records, sampleIndices, sampleRecords } from "./benchmarks/sampling.ts";
export type { Dataset, ImageSet, Normalization } from "./data/dataset.ts";
export { type OpenOptions, openDataset } from "./data/open.ts";
export { ArchwrightError, type ErrorCode } from "./errors.ts";
export type { Limits } from "./guided/limits.ts";
export type { GuidedMethod } from "./guided/method.ts";
export { findMethod, findRecipe, guidedMethods, methods } from "./methods/registry.ts";
export { type ArchitectureNetwork, architectureNetwork } from "./networks/architecture-network.ts";
export {
  type FinalNetwork,
  type FinalNetworkDescription,
  finalCost,
  finalNetwork,
} from "./networks/final-network.ts";
export type { ModelDescription, TrainedModel } from "./networks/trained-model.ts";
export { azNas, denseRanks, pairwiseAgreement, pruningRanks, rankSum, vote } from "./proxies/aggregate.ts";
export { type EznasOptions, eznasScore } from "./proxies/eznas.ts";
export { type GradSignOptions, gradSignScore } from "./proxies/gradsign.ts";
export { type LSwagOptions, lSwagScore } from "./proxies/l-swag.ts";
export { type MecoOptions, mecoScore } from "./proxies/meco.ts";
export type { ProxyBatch, ProxyFacts, ZeroCostProxy } from "./proxies/proxy.ts";
export { aggregates, type Ranking, rankingOf } from "./proxies/rankings.ts";
export { findProxies, findProxy, proxies } from "./proxies/registry.ts";
export { type ScoreAllOptions, scoreAll } from "./proxies/score-all.ts";
export { type ArchitectureScores, type ArchitectureScoring, scoreArchitecture } from "./proxies/score-architecture.ts";
export { type SwapOptions, swapScore } from "./proxies/swap.ts";
export { type LinearRegionsOptions, linearRegionsScore } from "./proxies/te-nas/linear-regions.ts";
export { ntkScore } from "./proxies/te-nas/ntk.ts";
export { type ZenOptions, zenScore } from "./proxies/zen.ts";
export { Random, type RandomState } from "./random.ts";
export { describeArchitecture } from "./runs/answer.ts";
export type { ComparisonRequest } from "./runs/compare/request.ts";
export {
  type ComparisonOptions,
  type ComparisonResult,
  resumeComparison,
  runComparison,
} from "./runs/compare/run-comparison.ts";
export {
  type CorrelateRequest,
  type Correlations,
  correlateScores,
  type MetricCorrelations,
  type ScoreCorrelation,
} from "./runs/correlate/correlate-scores.ts";
export type { Progress } from "./runs/drive.ts";
export type { EvaluationFile } from "./runs/evaluate/evaluation-file.ts";
export type { EvaluationRequest, EvaluationResult } from "./runs/evaluate/perform-evaluation.ts";
export { evaluate } from "./runs/evaluate/run-evaluation.ts";
export type { ExportRequest, ExportResult } from "./runs/export/perform-export.ts";
export { exportModel } from "./runs/export/run-export.ts";
export type { FitFile } from "./runs/fit/fit-file.ts";
export { type FitOptions, type FitRequest, type FitResult, fit, resumeFit } from "./runs/fit/run-fit.ts";
export type { SearchResult } from "./runs/messages.ts";
export { type OpenedModel, openModel, type WeightsName } from "./runs/model/model-folder.ts";
export type { Prediction, PredictRequest } from "./runs/predict/perform-prediction.ts";
export { predict } from "./runs/predict/run-prediction.ts";
export { type CellDrawingOptions, drawCell } from "./runs/report/cell-drawing.ts";
export { writeReport } from "./runs/report/write-report.ts";
export { readArchitectureFile, readRunFile } from "./runs/run-directory.ts";
export type { ArchitectureFile, RunFile, RunRequest, RunStatus } from "./runs/run-files.ts";
export { type RunOptions, resumeSearch, runSearch } from "./runs/run-search.ts";
export type { ArchitectureSource, ScoreRequest } from "./runs/score/request.ts";
export {
  type ResumeScoringOptions,
  resumeScoring,
  type ScoringOptions,
  type ScoringResult,
  scoreArchitectures,
} from "./runs/score/run-scoring.ts";
export type { SearchRequest } from "./runs/search-request.ts";
export type { TrainResult } from "./runs/train/perform-training.ts";
export type { TrainRequest } from "./runs/train/request.ts";
export { resumeTrainingIn as resumeTraining, type TrainOptions, trainNetwork } from "./runs/train/run-training.ts";
export * from "./search/events.ts";
export type { Settings } from "./search/part.ts";
export { type Search, searchEvents } from "./search/search.ts";
export { type ArchitectureSpace, architectureCost, cellArchitectures } from "./spaces/architecture-space.ts";
export { architectureSpaces, findArchitectureSpace } from "./spaces/architecture-spaces.ts";
export { cell, completeDag } from "./spaces/cells.ts";
export { type Cost, type CostOptions, networkCost, supernetParameters } from "./spaces/cost.ts";
export { defineSpace, type SpaceDescription } from "./spaces/define.ts";
export * from "./spaces/layers.ts";
export { dartsOperations, nasbench201Operations } from "./spaces/operations.ts";
export { findSpace, spaces } from "./spaces/registry.ts";
export { enumerateArchitectures, randomArchitecture, spaceSize } from "./spaces/sampling.ts";
export { chained } from "./spaces/skeletons/chained.ts";
export { staged } from "./spaces/skeletons/staged.ts";
export type { Architecture, CellGenotype, CellTemplate, Choice, Edge, Space } from "./spaces/space.ts";
export { kendall, spearman } from "./statistics/ranks.ts";
export * from "./statistics/score.ts";
export type { TrainedEpoch } from "./training/networks/events.ts";
export { recipePresets } from "./training/networks/presets.ts";
export { type Recipe, recipeSettings } from "./training/networks/recipe.ts";
