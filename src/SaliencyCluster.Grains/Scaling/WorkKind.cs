namespace SaliencyCluster.Grains.Scaling;

/// <summary>Work whose points cost about the same.</summary>
/// <param name="Model">Hash of the model.</param>
/// <param name="Method">The method.</param>
internal readonly record struct WorkKind(string Model, string Method);
