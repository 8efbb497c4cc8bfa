namespace SaliencyCluster.Runtime.Health;

/// <summary>A run that does not end.</summary>
/// <param name="Model">The model's hash.</param>
/// <param name="SpecKey">Names the graph.</param>
/// <param name="What">What happened.</param>
public sealed record StuckRun(string Model, string SpecKey, string What);
