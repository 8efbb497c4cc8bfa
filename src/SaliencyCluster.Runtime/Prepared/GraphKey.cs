using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Runtime.Prepared;

/// <summary>Identity of an explanation graph.</summary>
/// <param name="ModelHash">Hash of the explained model.</param>
/// <param name="SpecKey"><see cref="ExplanationSpec.Key"/>.</param>
public readonly record struct GraphKey(string ModelHash, string SpecKey);
