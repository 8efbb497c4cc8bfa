using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Points;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Attribution.Rounds;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>Forward passes on the image before the probe, one for each output of a detector's head: what they say chooses the element
/// that is explained.</summary>
internal sealed class DetectionLooks
{
    private readonly DetectionTarget _target;

    private DetectionLooks(DetectionTarget target, ResolvedRequest request)
    {
        _target = target;
        Rounds = [.. target.Head.Outputs.Select(o => Look(o, request.Model))];
    }

    /// <summary>Gets the rounds; they have their whole outputs as the model gives them, probabilities too.</summary>
    public IReadOnlyList<Round> Rounds { get; }

    /// <summary>Gets what stands for the looks of a run that goes on behind them.</summary>
    public IReadOnlyList<RoundResult> None => [.. Rounds.Select(_ => new RoundResult(null, null, [], null))];

    /// <summary>The looks of a request; null where it explains no detection.</summary>
    public static DetectionLooks? Of(ResolvedRequest request) => request.Head is not { } head ? null : new(
        new(head, request.Labels, request.Options.ScoreThreshold!.Value, request.Options.Iou!.Value, request.Options.Detection,
            request.Options.Box is { } box ? BoxTarget.TryParse(box) : null),
        request);

    /// <summary>Chooses the detection from the results of all rounds.</summary>
    public ChosenDetection Choose(IReadOnlyList<RoundResult> results, Tensor image, PictureFrame? frame,
        uint imageIndex)
    {
        foreach (var result in results) ProbeRound.CheckFinite(result.Outputs!, imageIndex);
        return _target.Choose([.. results.Select(r => new HeadReader.Look(r.Outputs!, r.OutputShape!))], image.Shape, frame, imageIndex);
    }

    private static Round Look(string output, ModelSummary model) => new()
    {
        Map = PointMap.None,
        Outputs = true,
        Output = output,
        Probability = true,
        AsIs = true,
        Layout = model.Layout,
        Recipe = new PointRecipe { Path = PathKind.Ends },
        Points = [new Point(1, 0, -1, -1)],
    };
}
