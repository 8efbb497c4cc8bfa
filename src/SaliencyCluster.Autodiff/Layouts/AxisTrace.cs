namespace SaliencyCluster.Autodiff.Layouts;

/// <summary>Which axis of the image each axis of a tensor is.</summary>
/// <param name="Axes">By axis of the tensor; -1 where it is none of the image's.</param>
/// <param name="Sizes">The image's declared sizes, batch first; -1 where free.</param>
internal sealed record AxisTrace(int[] Axes, long[] Sizes)
{
    public const int None = -1;

    /// <summary>The axes of the image input, with a batch in front or without.</summary>
    public static AxisTrace Of(long[] image, bool batch) =>
        new([.. batch ? Enumerable.Range(0, image.Length + 1) : Enumerable.Range(1, image.Length)], [-1, .. image]);

    /// <summary>The size of an axis of the tensor as long as only its place changed; -1 where it is not known.</summary>
    public long Size(int axis) => Axes[axis] == None ? 1 : Sizes[Axes[axis]];
}
