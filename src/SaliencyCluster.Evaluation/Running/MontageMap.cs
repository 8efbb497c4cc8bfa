using SaliencyCluster.Attribution;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>A map that the report shows as a picture.</summary>
/// <param name="Slot">Where; null for the trained model's map, which stands in front of every series.</param>
/// <param name="Method">The method under test.</param>
/// <param name="Image">Index of the image.</param>
/// <param name="Map">The map, of the image's size.</param>
public sealed record MontageMap(MontageSlot? Slot, string Method, uint Image, Tensor Map);
