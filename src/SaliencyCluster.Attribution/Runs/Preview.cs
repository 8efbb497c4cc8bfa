using SaliencyCluster.Attribution.Methods;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>The best estimate of a map from whatever has arrived; for display only, since it depends on what came first.</summary>
/// <param name="Estimate">The map so far.</param>
/// <param name="Progress">How far the run is.</param>
public sealed record Preview(MapEstimate Estimate, RunProgress Progress);
