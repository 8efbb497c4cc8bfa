using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Metrics.Localization;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>An image that is explained, with what is known of it.</summary>
/// <param name="Index">Its index; keys all randomness.</param>
/// <param name="Name">Its name in results.</param>
/// <param name="Pixels">The preprocessed image, <c>[C,H,W]</c>.</param>
public sealed record EvaluatedImage(uint Index, string Name, Tensor Pixels)
{
    /// <summary>Gets where the object is, where that is known.</summary>
    public Mask? Mask { get; init; }

    /// <summary>Gets the box of the object whose detection is explained: <c>x0,y0,x1,y1</c> or <c>x0,y0,x1,y1:CLASS</c> in pixels of the
    /// model's input; null where no object is marked.</summary>
    public string? Box { get; init; }

    /// <summary>Gets what is explained of it; null for what the plan says of all.</summary>
    public string? Target => Box is null ? null : ResolvedRequest.BoxPrefix + Box;

    /// <summary>Gets the group that the image belongs to, such as its background; null where there are none.</summary>
    public string? Group { get; init; }
}
