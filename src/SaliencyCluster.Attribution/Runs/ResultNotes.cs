using System.Numerics.Tensors;
using SaliencyCluster.Attribution.Methods;
using SaliencyCluster.Attribution.Requests;
using SaliencyCluster.Autodiff;

namespace SaliencyCluster.Attribution.Runs;

/// <summary>What whoever reads a map must be told of it.</summary>
internal static class ResultNotes
{
    private const double Saturated = 1e-4;
    private const int MaxNamed = 6;
    // Beyond what pixels from 0 to 1 reach less their mean and by their deviation, and less than any picture's pixels reach.
    private const float Prepared = 4;

    public static IReadOnlyList<string> Of(ResolvedRequest request, Tensor image, ProbeResult probe, MapEstimate estimate)
    {
        var notes = new List<string>();
        if (request.Perturbation is not null) return notes;
        if (request.Options.Output is null && request.Head is null && request.Model.Outputs is { } outputs
            && Others(outputs, request.Model.Output) is { Length: > 0 } others)
            notes.Add($"Of the model's {outputs.Count} outputs '{request.Model.Output}' is explained, which looks most like class scores. --output names another one: {others}.");
        var isZero = !estimate.Map.Data.AsSpan().ContainsAnyExcept(0f);
        if (request.Options.Score == "probability" && request.Model.Activation is { } activation && IsSaturated(probe))
            notes.Add(FormattableString.Invariant($"The probability is {probe.ImageScore:G6}: behind a saturated {activation} the gradient vanishes. Explain the logit: --score logit."));
        else if (isZero) notes.Add($"The map is zero everywhere: {Why(request, probe.Target)}");
        if (Dark(request, image) is { } dark) notes.Add(dark);
        if (MethodCatalog.Find(request.Options.Method)?.Note(request.Options, request.Model) is { } note) notes.Add(note);
        return notes;
    }

    private static string? Dark(ResolvedRequest request, Tensor image)
    {
        if (request.Model.PixelScale is not { } scale) return null;
        var most = Math.Abs(TensorPrimitives.MaxMagnitude<float>(image.Data));
        return most > Prepared ? null : FormattableString.Invariant(
            $"The model multiplies its input by {scale:G3} itself, and this image's values reach {most:G3}: it sees next to nothing of ")
            + "them. Where it expects pixels from 0 to 255, give them so: --scale 1 without mean and std.";
    }

    private static string Others(IReadOnlyList<OutputSummary> outputs, string explained)
    {
        string[] others = [.. outputs.Where(o => o.Problem is null && o.Name != explained).Select(o => $"'{o.Name}'")];
        return string.Join(", ", others.Take(MaxNamed)) + (others.Length > MaxNamed ? ", .." : "");
    }

    // One probability; a sum over a grid says nothing of its elements.
    private static bool IsSaturated(ProbeResult probe) =>
        !probe.Target.Contains(':', StringComparison.Ordinal) && probe.ImageScore is (>= 0 and <= (float)Saturated) or (>= (float)(1 - Saturated) and <= 1);

    private static string Why(ResolvedRequest request, string target)
    {
        if (request.Options.Relu == true) return "nothing speaks for the target at this layer. Look at the evidence against it with --relu false, or name another layer with --layer.";
        return request.Options.Layer is { } layer
            ? $"the score of target '{target}' does not depend on layer '{layer}' here. Name a layer on the way to what is explained: "
                + $"saliency models show."
            : "the score does not change with the image here, as behind a saturated probability, an inactive Relu or weights of zero.";
    }
}
