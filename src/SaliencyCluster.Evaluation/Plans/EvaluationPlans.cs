using SaliencyCluster.Evaluation.Checks.OneMap;
using SaliencyCluster.Evaluation.Randomization;
using SaliencyCluster.Evaluation.Running;

namespace SaliencyCluster.Evaluation.Plans;

/// <summary>Makes plans of requests.</summary>
public static class EvaluationPlans
{
    /// <summary>Makes the plan: equal requests, models and images make equal plans, and so the same numbers, wherever it is carried out.</summary>
    /// <param name="request">What is asked.</param>
    /// <param name="model">The model that is explained.</param>
    /// <param name="other">Finds a further model that the request names.</param>
    /// <param name="images">The images.</param>
    /// <param name="refused">Why a method was left out, one text each.</param>
    /// <exception cref="Attribution.Requests.RequestException">SAL2707: everything that is out of range. SAL2001: there is no such method.</exception>
    /// <exception cref="Onnx.SaliencyException">SAL2704: the evaluation cannot be carried out.</exception>
    public static EvaluationPlan Of(
        EvaluationRequest request, EvaluatedModel model, Func<string, EvaluatedModel> other, IReadOnlyList<EvaluatedImage> images, out IReadOnlyList<string> refused)
    {
        EvaluationRequestCheck.Check(request);
        var methods = PaperMethods.For(request.Methods.Count > 0 ? request.Methods : PaperMethods.Names, model, out refused);
        var plan = new EvaluationPlan
        {
            Title = request.Title,
            Model = model,
            Methods = request.Smoothed ? [.. methods, .. methods.Where(m => m.Control is null).Select(m => m.WithNoise())] : methods,
            Images = images,
            Checks = [.. Checks(request, other)],
            Seeds = [.. Enumerable.Range(0, request.Seeds).Select(i => (ulong)i)],
            MontageImages = request.MontageImages,
        };
        PlanCheck.Check(plan);
        return plan;
    }

    private static IEnumerable<ICheck> Checks(EvaluationRequest request, Func<string, EvaluatedModel> other)
    {
        if (request.Randomization is { } randomization)
        {
            yield return randomization;
            // Hedstroem et al. average from the input, since the other order leaves lower layers as they were.
            if (request.Smoothed) yield return randomization with { Smoothed = true, Orders = [LayerOrder.CascadingFromInput] };
        }
        if (request.ShuffledLabels is { } shuffled) yield return new Checks.Sanity.DataRandomizationCheck(other(shuffled));
        ICheck?[] further = [request.RandomLogit, request.InsertionDeletion, request.PixelFlipping, request.Road, request.Infidelity, request.Sensitivity];
        foreach (var check in further.OfType<ICheck>()) yield return check;
        if (request.LocalizationBeside is { } beside) yield return new LocalizationCheck([.. beside.Select(other)]);
        yield return new MapPropertiesCheck();
    }
}
