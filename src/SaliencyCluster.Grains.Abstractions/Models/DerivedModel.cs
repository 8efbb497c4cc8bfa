using SaliencyCluster.Evaluation.Randomization;

namespace SaliencyCluster.Grains.Abstractions.Models;

/// <summary>How a model is made that is in no blob store: whoever needs it derives it, the same to the bit everywhere.</summary>
/// <param name="Blob">The model that it is derived from.</param>
/// <param name="Randomization">What of it is randomised.</param>
[GenerateSerializer, Immutable, Alias("saliency.v1.DerivedModel")]
public sealed record DerivedModel([property: Id(0)] string Blob, [property: Id(1)] RandomizationSpec Randomization);
