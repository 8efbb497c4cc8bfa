using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Requests;

/// <summary>What explaining one image takes at the most, known before anything runs. Numbers without a 64-bit value are <see cref="long.MaxValue"/>.</summary>
/// <param name="Points">Evaluations of the network, the probe among them.</param>
/// <param name="StateBytes">Bytes that the process which drives the explanation keeps.</param>
/// <param name="Operations">Operations outside the network.</param>
public sealed record RequestCost(long Points, long StateBytes, long Operations)
{
    /// <summary>Gets what nothing takes.</summary>
    public static RequestCost None { get; } = new(0, 0, 0);

    /// <summary>Adds what is done for the same image.</summary>
    public static RequestCost operator +(RequestCost a, RequestCost b) => new(
        Saturated.Sum(a.Points, b.Points), Saturated.Sum(a.StateBytes, b.StateBytes), Saturated.Sum(a.Operations, b.Operations));

    // What a free height or width is taken to be.
    internal const int FreeSize = 224;

    // A dimension that follows the image's size is at most its longest side, unless the network enlarges.
    internal static long OutputElements(ModelSummary model, IReadOnlyList<int> imageShape) =>
        Saturated.Product([.. model.OutputShape.Select(d => d < 0 ? imageShape.Max() : d)]);
}
