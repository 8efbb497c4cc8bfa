using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Runs;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>
/// An attribution method: which points to evaluate and what to do with their sums. Pure: it knows no worker, no Orleans
/// and no ONNX Runtime. One sealed class per method, registered in <see cref="MethodCatalog"/>.
/// </summary>
public interface IAttributionMethod
{
    /// <summary>Gets the name on the command line and in the API, such as <c>integrated-gradients</c>.</summary>
    string Name { get; }

    /// <summary>Gets one sentence that says what the map shows, with the paper.</summary>
    MethodDescription Description { get; }

    /// <summary>
    /// Decides the next round from the complete rounds so far, or null when the map can be finished.
    /// Must be a pure function of its arguments.
    /// </summary>
    Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done);

    /// <summary>Makes the map from the sums of all rounds.</summary>
    Tensor Finish(MethodContext context, IReadOnlyList<RoundResult> done);
}

/// <summary>What users and documentation see of a method.</summary>
/// <param name="Summary">One sentence.</param>
/// <param name="Paper">Author, year and address.</param>
/// <param name="Cost">Evaluations per image in words, such as <c>steps gradients</c>.</param>
/// <param name="Options">Names of the request's options that it reads; any other that is given is refused.</param>
/// <param name="Signed">Whether negative values mean evidence against the target.</param>
/// <param name="NeedsLayer">Whether it looks at a layer.</param>
/// <param name="NeedsRelu">Whether it changes Relu rules and so needs a model that has some.</param>
/// <param name="NeedsGradient">Whether it needs gradient rules for every operator on the way.</param>
public sealed record MethodDescription(
    string Summary, string Paper, string Cost, IReadOnlyList<string> Options,
    bool Signed = true, bool NeedsLayer = false, bool NeedsRelu = false, bool NeedsGradient = true);

/// <summary>What a method may look at: the resolved request, the image, and what the probe of the image said.</summary>
/// <param name="Request">The request with every default filled in.</param>
/// <param name="Image">The preprocessed image.</param>
/// <param name="ImageIndex">The image's index within its job; keys the noise.</param>
/// <param name="Baseline">The baseline, resolved; the method's first one where there are several.</param>
/// <param name="ImageScore">Score of the image.</param>
/// <param name="BaselineScore">Score of the baseline.</param>
public sealed record MethodContext(
    ResolvedRequest Request, Tensor Image, uint ImageIndex, Tensor Baseline, float ImageScore, float BaselineScore);
