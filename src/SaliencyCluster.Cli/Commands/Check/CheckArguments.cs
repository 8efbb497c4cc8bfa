using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Autodiff;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Cli.Inputs;
using SaliencyCluster.Onnx;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>What was asked of a command about evidence.</summary>
internal sealed record CheckArguments
{
    public required string Model { get; init; }

    public required IReadOnlyList<string> Inputs { get; init; }

    public required string Out { get; init; }

    /// <summary>Gets lanes of a local run; null for one per processor.</summary>
    public int? Lanes { get; init; }

    /// <summary>Gets the id on the cluster; null lets the gateway make one up.</summary>
    public string? Id { get; init; }

    public IReadOnlyList<string> Methods { get; init; } = [];

    public int? Images { get; init; }

    public required int Seeds { get; init; }

    public string? Title { get; init; }

    public string? Masks { get; init; }

    public string? Boxes { get; init; }

    /// <summary>Gets how detections are read, where that is said; their family is found otherwise.</summary>
    public string? Head { get; init; }

    public double? ScoreThreshold { get; init; }

    public double? Iou { get; init; }

    public string? Groups { get; init; }

    public IReadOnlyList<string> GroupNames { get; init; } = [];

    public ModelFacts Facts { get; init; } = ModelFacts.None;

    /// <summary>Makes a request without checks.</summary>
    /// <param name="title">Title of the report, unless the user gave one.</param>
    /// <param name="model">Name of the model.</param>
    /// <param name="summary">What is known of it.</param>
    /// <param name="labels">Its class names, or none.</param>
    /// <exception cref="SaliencyException">SAL2503: options say how detections are found, and none are asked for.</exception>
    public EvaluationRequest Request(string title, string model, ModelSummary summary, IReadOnlyList<string> labels) => new()
    {
        Title = Title ?? $"{title}: {model}", Methods = Methods, Seeds = Seeds, Detection = Detection(summary, labels),
    };

    // Boxes of a model whose outputs can only be those of a detector are about its detections.
    private DetectionReading? Detection(ModelSummary model, IReadOnlyList<string> labels)
    {
        if (Head is not null || (Boxes is not null && HeadFinder.IsCertain(model, HeadFinder.Find(model, labels.Count))))
            return new(Head, ScoreThreshold, Iou ?? DetectionReading.UsualIou);
        var given = ScoreThreshold is not null ? "--score-threshold" : Iou is not null ? "--iou" : null;
        return given is null ? null : throw new SaliencyException(
            "SAL2503", $"{given} says how a detection is found, and the model is not known as a detector.",
            "Leave it out, or name the family of its outputs with --head.");
    }
}
