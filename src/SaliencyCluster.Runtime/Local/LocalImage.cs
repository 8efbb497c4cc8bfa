using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Runs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Runtime.Local;

/// <summary>An image to explain.</summary>
/// <param name="Name">Its name, for results and messages.</param>
/// <param name="Index">Its index within the job; keys the noise.</param>
/// <param name="Load">Reads and prepares it; called when its turn comes, so that a job of any length fits in memory.</param>
public sealed record LocalImage(string Name, uint Index, Func<Tensor> Load)
{
    /// <summary>Gets where the picture lies in what <see cref="Load"/> gives, asked for where a box matters; null of an image that was
    /// no picture.</summary>
    public Func<Tensor, PictureFrame?> Frame { get; init; } = _ => null;
}

/// <summary>What became of an image: an explanation or a failure.</summary>
/// <param name="Image">The image.</param>
/// <param name="Tensor">The prepared image; null where it could not be read.</param>
/// <param name="Explanation">The result, or null.</param>
/// <param name="Failure">Why there is none.</param>
/// <param name="Elapsed">Time from its start to its end; images run beside each other.</param>
public sealed record LocalResult(LocalImage Image, Tensor? Tensor, Explanation? Explanation, SaliencyException? Failure, TimeSpan Elapsed)
{
    /// <summary>Gets the results of all requests in their order; <see cref="Explanation"/> is the first.</summary>
    public IReadOnlyList<Explanation> Compared { get; init; } = [];

    /// <summary>Gets how many points were evaluated, as requests and results count them; points that requests share count once.</summary>
    public int Points { get; init; }

    /// <summary>Gets how many points were evaluated, probes among them; points that requests share count once.</summary>
    public int PointsComputed { get; init; }
}
