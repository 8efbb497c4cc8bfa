namespace SaliencyCluster.Client.Maps;

/// <summary>A saliency map.</summary>
/// <param name="Shape">The dimensions: those of the image, such as <c>[3,224,224]</c>, or <c>[1,h,w]</c> for Grad-CAM.</param>
/// <param name="Values">The elements in C order.</param>
public sealed record SaliencyMap(IReadOnlyList<int> Shape, float[] Values);
