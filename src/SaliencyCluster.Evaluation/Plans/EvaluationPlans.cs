using SaliencyCluster.Attribution.Detections;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Evaluation.Checks.OneMap;
using SaliencyCluster.Evaluation.Metrics.Localization;
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
        Func<ExplanationRequest, ExplanationRequest>? ask = request.Detection is { } reading ? reading.Of : null;
        var methods = PaperMethods.For(request.Methods.Count > 0 ? request.Methods : PaperMethods.Names, model, out refused, ask);
        if (ask is not null) CheckDetections(request, methods, refused);
        else if (images.FirstOrDefault(i => i.Box is not null) is { } marked)
            throw Errors.Plan(
                $"image '{marked.Name}' has the box of a detection, and no detections are asked for", "Ask for detections, or send masks.");
        var plan = new EvaluationPlan
        {
            Title = request.Title,
            Model = model,
            Methods = request.Smoothed ? [.. methods, .. methods.Where(m => m.Control is null).Select(m => m.WithNoise())] : methods,
            Images = [.. images.Select(Masked)],
            Checks = [.. Checks(request, other)],
            Seeds = [.. Enumerable.Range(0, request.Seeds).Select(i => (ulong)i)],
            MontageImages = request.MontageImages,
        };
        PlanCheck.Check(plan);
        return plan;
    }

    // The object of a detection is where its box is, unless a mask says it better.
    private static EvaluatedImage Masked(EvaluatedImage image) =>
        image.Mask is null && image.Box is { } text && BoxTarget.TryParse(text) is { } box
            ? image with { Mask = Mask.Of([box.Box], image.Pixels.Shape[^2], image.Pixels.Shape[^1]) } : image;

    private static void CheckDetections(EvaluationRequest request, IReadOnlyList<MethodUnderTest> methods, IReadOnlyList<string> refused)
    {
        if (methods.All(m => m.Control is not null))
            throw Errors.Plan(
                $"no method can explain a detection of this model; {refused[0]}", "Say how its outputs are read, or give another model.");
        object?[] ofClasses = [request.RandomLogit, request.InsertionDeletion, request.PixelFlipping, request.Road, request.Infidelity];
        if (ofClasses.Any(c => c is not null))
            throw Errors.Plan("checks that change pixels judge the classes of whole images, and this one is about detections",
                "Ask for localisation, randomisation or sensitivity.");
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
