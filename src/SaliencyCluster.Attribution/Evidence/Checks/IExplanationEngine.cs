using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Attribution.Evidence.Checks;

/// <summary>Where maps and outputs come from: this process, or a cluster.</summary>
/// <remarks>Thread-safe: several batches are asked for at a time.</remarks>
public interface IExplanationEngine
{
    /// <summary>Explains images by one model and one request.</summary>
    /// <param name="state">The model; a randomised one is derived where it is computed and never sent.</param>
    /// <param name="request">Method, options and target.</param>
    /// <param name="images">The images with the indexes that key their noise.</param>
    /// <param name="cancellation">Ends the batch.</param>
    /// <returns>One answer per image, in their order.</returns>
    Task<IReadOnlyList<ExplainedMap>> ExplainAsync(
        ModelState state, ExplanationRequest request, IReadOnlyList<IndexedImage> images, CancellationToken cancellation);

    /// <summary>Runs the network forward.</summary>
    /// <param name="state">The model.</param>
    /// <param name="points">Images at which it is evaluated.</param>
    /// <param name="cancellation">Ends the batch.</param>
    /// <returns>The logits of every point, in their order.</returns>
    Task<IReadOnlyList<float[]>> ForwardAsync(ModelState state, IReadOnlyList<Tensor> points, CancellationToken cancellation);
}

/// <summary>An image and the index that keys its noise.</summary>
/// <param name="Index">The index.</param>
/// <param name="Pixels">The preprocessed image.</param>
public readonly record struct IndexedImage(uint Index, Tensor Pixels);

/// <summary>What an engine says of one image.</summary>
/// <param name="Map">The map; null where the image cannot be explained.</param>
/// <param name="Target">The class explained.</param>
/// <param name="Score">The image's score for it.</param>
/// <param name="BaselineScore">The baseline's score, for methods that read one.</param>
/// <param name="Points">Evaluations of the network that it took.</param>
/// <param name="ConvergenceDelta">Sum of the map minus what it should be, where the method promises completeness.</param>
/// <param name="Failure">Why there is no map.</param>
public sealed record ExplainedMap(
    Tensor? Map, string Target, float Score, float? BaselineScore, long Points, double? ConvergenceDelta, string? Failure);
