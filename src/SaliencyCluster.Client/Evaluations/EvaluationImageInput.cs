using SaliencyCluster.Client.Images;

namespace SaliencyCluster.Client.Evaluations;

/// <summary>An image to evaluate on, with what is known of it.</summary>
/// <param name="Image">The image.</param>
/// <param name="Mask">Where the object is: one byte per pixel of the model's input, rows first, 0 outside; empty where it is not known.</param>
/// <param name="Group">The group that it belongs to, such as its background; null where there are none.</param>
public sealed record EvaluationImageInput(ImageInput Image, ReadOnlyMemory<byte> Mask = default, string? Group = null)
{
    /// <summary>Gets the box of an object whose detection is explained, <c>x0,y0,x1,y1</c> or <c>x0,y0,x1,y1:CLASS</c> in pixels of the
    /// model's input; null where no object is marked.</summary>
    public string? Box { get; init; }
}
