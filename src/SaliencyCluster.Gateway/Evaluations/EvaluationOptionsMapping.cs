using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation;
using SaliencyCluster.Evaluation.Checks.Perturbed;
using SaliencyCluster.Evaluation.Checks.Sanity;
using SaliencyCluster.Evaluation.Plans;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;
using SaliencyCluster.Gateway.Errors;
using SaliencyCluster.Protocol.V1;

namespace SaliencyCluster.Gateway.Evaluations;

/// <summary>Brings what is asked of an evaluation from the wire to the request that a local run has too.</summary>
internal static class EvaluationOptionsMapping
{
    private const string Path = "header.options.";

    // Where a local option is in the message; the others have their own name.
    private static readonly Dictionary<string, string> Fields = new()
    {
        ["steps"] = "insertion_deletion.steps", ["perturbations"] = "infidelity.perturbations", ["radius"] = "sensitivity.radius",
        ["montage-images"] = "montage_images", ["smoothed"] = "randomization.smoothed", ["orders"] = "randomization.orders",
        ["iou"] = "detection.iou",
    };

    /// <summary>Reads and checks options; an explicit 0 stays a 0.</summary>
    /// <exception cref="InvalidRequestException">SAL2001, SAL2602, SAL2707: names every wrong field.</exception>
    public static EvaluationRequest Read(EvaluationOptions? options, string model)
    {
        if (options is null) throw InvalidRequestException.Of("SAL2602", Path.TrimEnd('.'), "The field 'header.options' is empty.", "Say which evidence is wanted.");
        var request = new EvaluationRequest
        {
            Title = options.HasTitle ? options.Title : $"Evidence: {model}",
            Methods = [.. options.Methods],
            Seeds = options.HasSeeds ? Count(options.Seeds) : 3,
            MontageImages = options.HasMontageImages ? Count(options.MontageImages) : 3,
            Randomization = Read(options.Randomization),
            Smoothed = options.Randomization?.Smoothed ?? false,
            ShuffledLabels = options.DataRandomization?.ShuffledModel,
            RandomLogit = options.RandomLogit ? new() : null,
            InsertionDeletion = options.InsertionDeletion is { } games ? With(new InsertionDeletionCheck(), c => games.HasSteps ? c with { Steps = Count(games.Steps) } : c) : null,
            PixelFlipping = options.PixelFlipping is { } flips ? With(new PixelFlippingCheck(), c => flips.HasSteps ? c with { Steps = Count(flips.Steps) } : c) : null,
            Road = options.Road ? new() : null,
            Infidelity = options.Infidelity is { } squares ? With(new InfidelityCheck(), c => squares.HasPerturbations ? c with { Samples = Count(squares.Perturbations) } : c) : null,
            Sensitivity = Read(options.Sensitivity),
            LocalizationBeside = options.Localization is { } localization ? [.. localization.BesideModels] : null,
            Detection = Read(options.Detection),
        };
        try
        {
            EvaluationRequestCheck.Check(request);
            return request;
        }
        catch (RequestException error)
        {
            throw new InvalidRequestException(error, [.. error.Errors.Select(e => (Path + Fields.GetValueOrDefault(e.Field, e.Field), e.What))]);
        }
    }

    private static RandomizationCheck? Read(RandomizationTest? test)
    {
        if (test is null) return null;
        var check = new RandomizationCheck
        {
            Class = test.PredictedClass ? ClassRule.Predicted : ClassRule.Original,
            Statistics = test.ResetStatistics ? NormalizationStatistics.Reset : NormalizationStatistics.Kept,
        };
        return test.Orders.Count == 0 ? check : check with { Orders = [.. test.Orders.Select(Read)] };
    }

    private static LayerOrder Read(RandomizationOrder order) => order switch
    {
        RandomizationOrder.FromOutput => LayerOrder.CascadingFromOutput,
        RandomizationOrder.FromInput => LayerOrder.CascadingFromInput,
        RandomizationOrder.Independent => LayerOrder.Independent,
        _ => throw InvalidRequestException.Of("SAL2602", Path + "randomization.orders", $"The field 'randomization.orders' holds {order}.",
            "Name RANDOMIZATION_ORDER_FROM_OUTPUT, _FROM_INPUT or _INDEPENDENT, or leave the field empty for all three."),
    };

    private static Evaluation.Plans.DetectionReading? Read(Protocol.V1.DetectionReading? reading) => reading is null ? null : new(
        reading.Head.Length == 0 ? null : reading.Head, reading.HasScoreThreshold ? reading.ScoreThreshold : null,
        reading.HasIou ? reading.Iou : Evaluation.Plans.DetectionReading.UsualIou);

    private static SensitivityCheck? Read(SensitivityTest? test)
    {
        if (test is null) return null;
        var check = new SensitivityCheck();
        if (test.HasPerturbations) check = check with { Samples = Count(test.Perturbations) };
        return test.HasRadius ? check with { Radius = test.Radius } : check;
    }

    private static T With<T>(T check, Func<T, T> change) => change(check);

    // What is too large for us is out of every range too.
    private static int Count(uint value) => (int)Math.Min(value, int.MaxValue);
}
