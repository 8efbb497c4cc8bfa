using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Checks.Perturbed;
using SaliencyCluster.Evaluation.Checks.Sanity;

namespace SaliencyCluster.Evaluation.Plans;

/// <summary>
/// What a user asks of an evaluation, apart from model and images: plain data, the same for a run in one process and for a cluster, that
/// <see cref="EvaluationPlans"/> makes a plan of. Round-trips through System.Text.Json. A check that is null is not made.
/// </summary>
public sealed record EvaluationRequest
{
    /// <summary>Gets the title of the report.</summary>
    public required string Title { get; init; }

    /// <summary>Gets the methods.</summary>
    /// <value>Names of attribution methods; empty means those of Adebayo et al. The three controls are always added.</value>
    public IReadOnlyList<string> Methods { get; init; } = [];

    /// <summary>Gets how many seeds everything random is repeated with: 0, 1, and so on.</summary>
    /// <value>From 1 to 100. The default is 3.</value>
    public int Seeds { get; init; } = 3;

    /// <summary>Gets how many images the montages of the report show.</summary>
    /// <value>From 0 to 20. The default is 3.</value>
    public int MontageImages { get; init; } = 3;

    /// <summary>Gets the model-parameter randomisation test.</summary>
    public RandomizationCheck? Randomization { get; init; }

    /// <summary>Gets whether that test is also made with noise around every method (smooth MPRT), from the input.</summary>
    public bool Smoothed { get; init; }

    /// <summary>Gets the name of a model that was trained on shuffled labels: adds data randomisation.</summary>
    public string? ShuffledLabels { get; init; }

    /// <summary>Gets the random-logit test.</summary>
    public RandomLogitCheck? RandomLogit { get; init; }

    /// <summary>Gets the insertion and deletion games.</summary>
    public InsertionDeletionCheck? InsertionDeletion { get; init; }

    /// <summary>Gets pixel flipping.</summary>
    public PixelFlippingCheck? PixelFlipping { get; init; }

    /// <summary>Gets ROAD.</summary>
    public RoadCheck? Road { get; init; }

    /// <summary>Gets infidelity.</summary>
    public InfidelityCheck? Infidelity { get; init; }

    /// <summary>Gets sensitivity-max.</summary>
    public SensitivityCheck? Sensitivity { get; init; }

    /// <summary>Gets the names of further models for localisation, which needs a mask for every image; null leaves localisation out.</summary>
    public IReadOnlyList<string>? LocalizationBeside { get; init; }

    /// <summary>Gets how detections are read of a detector's outputs; null where classes of whole images are explained.</summary>
    public DetectionReading? Detection { get; init; }

    /// <summary>Gets every further model that is named.</summary>
    [System.Text.Json.Serialization.JsonIgnore]
    public IEnumerable<string> OtherModels => (LocalizationBeside ?? []).Concat(ShuffledLabels is null ? [] : [ShuffledLabels]).Distinct();
}

/// <summary>How detections are read of a detector's outputs. An image with a box explains the detection that shares most with it, another
/// one its best detection.</summary>
/// <param name="Head">The family of the outputs, with words if need be; null finds it from their shapes.</param>
/// <param name="ScoreThreshold">The least score of a detection; null for the default.</param>
/// <param name="Iou">What a detection shares at least with its box (intersection over union).</param>
public sealed record DetectionReading(string? Head = null, double? ScoreThreshold = null, double Iou = DetectionReading.UsualIou)
{
    /// <summary>What is asked of a match in benchmarks of detectors.</summary>
    public const double UsualIou = 0.5;

    /// <summary>Makes a request explain a detection.</summary>
    public ExplanationRequest Of(ExplanationRequest request) =>
        request with { Detection = 1, Head = Head, ScoreThreshold = ScoreThreshold, Iou = Iou };
}
