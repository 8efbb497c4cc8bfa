using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Methods;

/// <summary>
/// An attribution method: which points to evaluate and what to do with their sums. Pure: it knows no worker, no Orleans
/// and no ONNX Runtime. One sealed class per method, registered in <see cref="MethodCatalog"/>.
/// </summary>
public interface IAttributionMethod
{
    /// <summary>Gets the name on the command line and in the API, such as <c>integrated-gradients</c>.</summary>
    string Name { get; }

    /// <summary>Gets what users and documentation see of the method.</summary>
    MethodDescription Description { get; }

    /// <summary>Fills in defaults that depend on the image's size or on other options.</summary>
    /// <param name="request">A request whose other options are all set.</param>
    /// <param name="imageShape">Shape of one image.</param>
    ExplanationRequest Complete(ExplanationRequest request, IReadOnlyList<int> imageShape) => request;

    /// <summary>Says what is wrong with a request beyond what its options' own ranges say; empty when nothing is.</summary>
    /// <param name="request">A request whose options are all set and within their ranges.</param>
    /// <param name="model">What is known of the model.</param>
    IEnumerable<RequestError> Check(ExplanationRequest request, ModelSummary model) => [];

    /// <summary>Says how many points a request takes per image when nothing stops it early; <see cref="long.MaxValue"/> where that has no 64-bit number.</summary>
    /// <param name="request">A request whose options are all set.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="imageShape">Shape of one image.</param>
    long PlannedPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape);

    /// <summary>Says how many points the first round takes: the micro-batch is fitted to it.</summary>
    /// <param name="request">A request whose options are all set.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="imageShape">Shape of one image.</param>
    long FirstRoundPoints(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) =>
        PlannedPoints(request, model, imageShape);

    /// <summary>Says how many maps of the image's size an unfinished explanation keeps at the most, sums of squares among them.</summary>
    /// <param name="request">A request whose options are all set.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="imageShape">Shape of one image.</param>
    long KeptMaps(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 2;

    /// <summary>Says about how many operations deciding rounds and finishing the map take, where that is more than a few per element of the image.</summary>
    /// <param name="request">A request whose options are all set.</param>
    /// <param name="model">What is known of the model.</param>
    /// <param name="imageShape">Shape of one image.</param>
    long Operations(ExplanationRequest request, ModelSummary model, IReadOnlyList<int> imageShape) => 0;

    /// <summary>
    /// Decides the next round from the complete rounds so far (the probe not among them), or null when the map can be
    /// finished. Must be a pure function of its arguments.
    /// </summary>
    Round? NextRound(MethodContext context, IReadOnlyList<RoundResult> done);

    /// <summary>Replaces results that are not needed one by one any more, so that a run of many rounds keeps few maps.</summary>
    /// <remarks>Must be a pure function of its arguments. Called after every round; what it returns is what the next calls see.</remarks>
    IReadOnlyList<RoundResult> Condense(MethodContext context, IReadOnlyList<RoundResult> done) => done;

    /// <summary>Says why noise cannot be wrapped around the method; null where it can.</summary>
    /// <value>Null for every method whose map depends on the image and is not itself a mean over noisy images.</value>
    string? WhyNotSmoothed => null;

    /// <summary>Says what whoever reads a map must be told of the method and this model; null where there is nothing.</summary>
    /// <param name="request">A request whose options are all set.</param>
    /// <param name="model">What is known of the model.</param>
    string? Note(ExplanationRequest request, ModelSummary model) => null;

    /// <summary>Makes the map from the sums of all rounds.</summary>
    /// <remarks>Also called on incomplete sums for previews, where scores of missing points are the image's score.</remarks>
    MapEstimate Finish(MethodContext context, IReadOnlyList<RoundResult> done);
}
