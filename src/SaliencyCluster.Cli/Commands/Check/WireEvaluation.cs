using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Cli.Commands.Check;

/// <summary>Writes what is asked of an evaluation for the wire. Its numbers have been checked.</summary>
internal static class WireEvaluation
{
    /// <summary>Writes a request.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="labelOf">What the cluster calls a further model.</param>
    public static EvaluationOptions Of(EvaluationRequest request, Func<string, string> labelOf)
    {
        var options = new EvaluationOptions
        {
            Title = request.Title, Seeds = (uint)request.Seeds, MontageImages = (uint)request.MontageImages, RandomLogit = request.RandomLogit is not null, Road = request.Road is not null,
        };
        options.Methods.AddRange(request.Methods);
        if (request.Randomization is { } randomization)
        {
            options.Randomization = new()
            {
                PredictedClass = randomization.Class == ClassRule.Predicted,
                ResetStatistics = randomization.Statistics == NormalizationStatistics.Reset,
                Smoothed = request.Smoothed,
            };
            options.Randomization.Orders.AddRange(randomization.Orders.Select(Of));
        }
        if (request.ShuffledLabels is { } shuffled) options.DataRandomization = new() { ShuffledModel = labelOf(shuffled) };
        if (request.InsertionDeletion is { } games) options.InsertionDeletion = new() { Steps = (uint)games.Steps };
        if (request.PixelFlipping is { } flips) options.PixelFlipping = new() { Steps = (uint)flips.Steps };
        if (request.Infidelity is { } squares) options.Infidelity = new() { Perturbations = (uint)squares.Samples };
        if (request.Sensitivity is { } changes) options.Sensitivity = new() { Perturbations = (uint)changes.Samples, Radius = changes.Radius };
        if (request.Detection is { } reading)
        {
            options.Detection = new() { Head = reading.Head ?? "", Iou = reading.Iou };
            if (reading.ScoreThreshold is { } threshold) options.Detection.ScoreThreshold = threshold;
        }
        if (request.LocalizationBeside is not { } beside) return options;
        options.Localization = new();
        options.Localization.BesideModels.AddRange(beside.Select(labelOf));
        return options;
    }

    private static RandomizationOrder Of(LayerOrder order) => order switch
    {
        LayerOrder.CascadingFromOutput => RandomizationOrder.FromOutput,
        LayerOrder.CascadingFromInput => RandomizationOrder.FromInput,
        _ => RandomizationOrder.Independent,
    };
}
