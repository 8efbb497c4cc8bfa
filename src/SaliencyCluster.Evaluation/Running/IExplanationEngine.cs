using SaliencyCluster.Attribution;
using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Points.Perturbations;
using SaliencyCluster.Attribution.Requests;

namespace SaliencyCluster.Evaluation.Running;

/// <summary>Where maps and outputs come from: this process, or a cluster.</summary>
/// <remarks>Thread-safe: several batches are asked for at a time.</remarks>
public interface IExplanationEngine
{
    /// <summary>Explains the images of a batch by each of its requests; evaluations that requests have in common may be made once.</summary>
    /// <returns>For each request, in their order, one answer per image, in theirs. An image that one request cannot explain may have no answer by
    /// any of several.</returns>
    IAsyncEnumerable<IReadOnlyList<ExplainedMap>> ExplainAsync(MapBatch batch, CancellationToken cancellation);

    /// <summary>Runs the network forward on changed copies of the images of a batch.</summary>
    /// <returns>One answer per image, in their order.</returns>
    Task<IReadOnlyList<PerturbedLogits>> ForwardAsync(ForwardBatch batch, CancellationToken cancellation);

    /// <summary>Says that a batch's answer is kept elsewhere and will not be asked for again.</summary>
    Task ForgetAsync(string batch, CancellationToken cancellation) => Task.CompletedTask;
}

/// <summary>Maps of one model state.</summary>
/// <param name="Name">Tells it from the other batches of the evaluation, the same in every run of it: asked again, it is the same batch.</param>
/// <param name="State">The model; a randomised one is derived where it is computed and never sent.</param>
/// <param name="Requests">Methods and their options, at least one; their targets are for images that have none of their own.</param>
/// <param name="Images">The images.</param>
public sealed record MapBatch(string Name, ModelState State, IReadOnlyList<ExplanationRequest> Requests, IReadOnlyList<BatchImage> Images);

/// <summary>An image of a batch.</summary>
/// <param name="Index">Keys its noise.</param>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Pixels">The preprocessed image.</param>
/// <param name="Target">What is explained; null for the request's target.</param>
public sealed record BatchImage(uint Index, string Name, Tensor Pixels, string? Target = null);

/// <summary>Outputs of one model state at changed copies of images.</summary>
/// <param name="Name">As <see cref="MapBatch.Name"/>.</param>
/// <param name="State">The model.</param>
/// <param name="Perturbation">How the images are changed.</param>
/// <param name="Images">The images with the maps that decide the changes.</param>
public sealed record ForwardBatch(string Name, ModelState State, Perturbation Perturbation, IReadOnlyList<PerturbedImage> Images);

/// <summary>An image of a forward batch.</summary>
/// <param name="Index">Keys what is random in the change.</param>
/// <param name="Name">Its name, for messages.</param>
/// <param name="Pixels">The preprocessed image.</param>
/// <param name="Map">The map; null where the perturbation reads none.</param>
public sealed record PerturbedImage(uint Index, string Name, Tensor Pixels, Tensor? Map);

/// <summary>What an engine says of one image.</summary>
/// <param name="Map">The map; null where the image cannot be explained.</param>
/// <param name="Target">The class explained.</param>
/// <param name="Score">The image's score for it.</param>
/// <param name="BaselineScore">The baseline's score, for methods that read one.</param>
/// <param name="Points">Evaluations of the network that it took; those of an image by several requests are counted with the first of them.</param>
/// <param name="ConvergenceDelta">Sum of the map minus what it should be, where the method promises completeness.</param>
/// <param name="Failure">Why there is no map.</param>
public sealed record ExplainedMap(
    Tensor? Map, string Target, float Score, float? BaselineScore, long Points, double? ConvergenceDelta, string? Failure)
{
    /// <summary>Gets the detection whose class score is explained; null where none is.</summary>
    public Detection? Detection { get; init; }

    /// <summary>An image without a map.</summary>
    public static ExplainedMap Failed(string why) => new(null, "", 0, null, 0, null, why);
}

/// <summary>The network's logits at the changed copies of an image.</summary>
/// <param name="Logits">The logits of every copy, in their order; null where they could not be computed.</param>
/// <param name="Failure">Why there are none.</param>
public sealed record PerturbedLogits(IReadOnlyList<float[]>? Logits, string? Failure)
{
    /// <summary>Splits an answer <c>[copies, outputs]</c>.</summary>
    public static PerturbedLogits Of(Tensor outputs) => new([.. outputs.Data.Chunk(outputs.Data.Length / outputs.Shape[0])], null);
}
